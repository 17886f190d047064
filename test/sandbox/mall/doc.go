// Package mall is a simulated Cafe24 mall: the receivers of the payment protocol for any mall id, and a shop that a person can
// click through. It is written against the protocol only and shares no code with the app, so that the two can disagree.
//
// # Flow
//
// The buyer fills a cart and checks out. The mall makes an order, signs a payment request and posts it to the app, which
// answers with the payment_url of the payment company; the buyer goes there and comes back to PayReceiveRtnPage.php. In the
// asynchronous mode the order is paid when the app's notification arrives; in the synchronous mode the return page asks the app
// with the key that came along. In the external mode the app's button in a product or basket page has the order reserved, and the
// buyer comes back to /api/shop/pgsuccess or pg_fail. Refunds are cancel requests to the app, whose end is told by PayReceiveCancelNoty.php.
//
// # Where the protocol is
//
//   - signature.go: hash_data of payment requests, notifications and cancels.
//   - message.go: JSON or form, with every value kept as received, because signatures cover the received text.
//   - notification.go, judge.go: the three receivers, what is acceptable, and what it does to an order.
//   - request.go, checkout.go: the payment request and its answer.
//   - return_page.go: the buyer's return, and the status question of the synchronous mode.
//   - refund.go: the cancel request.
//   - front/cafe24api.js, reserve.go, row.go: the front SDK with its reservation of orders, and what it reserves.
//   - front.go, front/appscript.js: how the scripts of apps come into product and basket pages.
//   - platform: Cafe24's OAuth and Admin API.
//   - app.go: how the mall calls the app.
//   - admin.go, pages/admin*.html: the admin of any mall, where its owner opens the app in a frame and removes it. It is served at
//     127.0.0.1, so that the app at localhost is a foreign page there.
//   - shop.go, skin.go, member.go, catalogue.go, cart.go, pages/: the shop; nothing of it is part of the protocol. /shop2 and /m
//     before a path are another shop and the pages for phones; ?sdk=absent, broken or noscope and ?box=none make a product or
//     basket page one that apps have trouble with.
package mall
