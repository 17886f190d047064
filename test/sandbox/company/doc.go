// Package company is a simulated payment company: the HTTP contract of the demo company, a payment page for the buyer, and
// control routes for tests. It is written against the contract only and shares no code with the app, so that the two can
// disagree.
//
// # Flow
//
// The app creates an order (POST /v1/orders) and sends the buyer to redirect_uri. There the buyer approves, declines, cancels
// or leaves; the order's letter changes, a signed webhook goes to the app, and the browser returns to callback_url. The app
// asks GET /v1/orders/{code} before it believes either. Refunds are done at once, or, with a webhook_url, a little later.
//
// # Where the contract is
//
//   - auth.go: accounts, HTTP Basic with public and secret key, 401 before anything else is looked at.
//   - idempotency.go: POST with an Idempotency-Key is done once a day and account; same bytes get the first answer, other
//     bytes 409; a 5xx is forgotten.
//   - money.go: amounts as decimal text, exactly, in the currencies JPY, PHP and USD.
//   - order.go: letters P A S F C E R and which may follow which. While the page is open S may follow F, C and E.
//   - orders.go, inquiry.go: create and cancel; get, list by reference and by time, with a lag.
//   - external.go: orders of the external checkout: signature and public_key for the browser SDK, and the pay call.
//   - sdk/demo-pay.js, wallet.go: the browser SDK, and the page where the buyer logs in and chooses an address.
//   - refund.go, refunds.go: RP, R, RX; the sum of refunds, pending ones counted, never exceeds what was paid.
//   - webhook.go, dispatcher.go: bodies, SHA-1 digest, the schedule of repetitions.
//   - page.go, buyer_return.go: the payment page and the way back to the shop.
//   - sandbox.go, inspect.go: control routes and counters; nothing of it is part of the contract.
package company
