// Package platform is Cafe24's side of an app's life, simulated for any mall id: the launch of the app, its consent page and
// tokens, and the Admin API that the tokens open. Like the mall around it, it is written against the protocol only.
//
// Everything is served below /malls/{mall_id}, which stands for https://{mall_id}.cafe24api.com.
//
//   - launch.go: the signed link that opens the app.
//   - authorize.go, consent.html: the merchant's consent, which ends in a code.
//   - token.go, grant.go: codes and refresh tokens become tokens; times, limits and revocation.
//   - admin.go, limits.go: what every call of the Admin API passes: token, version, buckets, scope.
//   - shops.go, orders.go, gateway.go: what it is asked.
//   - webhook.go: what the app is told.
//   - control.go: what tests and the mall's admin decide in the merchant's place.
package platform
