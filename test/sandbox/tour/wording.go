package tour

import "path"

// word says what a kind of message is called and what it is for.
type word struct {
	from, to, method, pattern string
	title, meaning            string
}

// words is the table of all messages; the first that fits counts. A pattern is one of package path.
func words() []word {
	return []word{
		{mallIs, appIs, "POST", "/api/*/checkout", "Payment request", "The mall wants a payment page for an order. The app checks the signature over the received text, stores the intent, and only then calls the company."},
		{mallIs, appIs, "POST", "/api/*/checkout/status", "Status question", "In the synchronous way the mall asks, with the key that the buyer has brought along. The answer is signed; one that does not say paid signs the amount 0."},
		{mallIs, appIs, "POST", "/api/*/cancel", "Refund request", "The merchant gives money back. The app checks that it does not exceed what was paid and not yet refunded, stores the refund, and asks the company for it."},
		{mallIs, appIs, "POST", "/webhooks/cafe24", "Event", "Cafe24 tells what happened to the app or the mall."},
		{appIs, companyIs, "POST", "/v1/orders", "Create the payment", "The Idempotency-Key names this attempt: however often the call is repeated, the company makes one order."},
		{appIs, companyIs, "GET", "/v1/orders", "Find by our reference", "A call went unanswered. Instead of trying again blindly the app looks for what it may have done, by its own reference."},
		{appIs, companyIs, "GET", "/v1/orders/VALIDATION-ORDER", "Check the merchant's keys", "There is no such order: 404 means that the keys are right, 401 that they are wrong."},
		{appIs, companyIs, "GET", "/v1/orders/*", "Ask what is true", "Returns and webhooks are hints. What counts is the company's own answer."},
		{appIs, companyIs, "POST", "/v1/orders/*/cancel", "Close the attempt", "An attempt that is no longer wanted is closed, so that it can never be paid."},
		{appIs, companyIs, "POST", "/v1/orders/*/pay", "Go on to payment", "The buyer has confirmed the order on the review page; the company opens its payment page."},
		{appIs, companyIs, "POST", "/v1/orders/*/refunds", "Refund", "The Idempotency-Key names this refund; repeated, it is done once. With a webhook_url the company may take its time."},
		{appIs, companyIs, "GET", "/v1/refunds", "Find the refund by our reference", "Did it happen? The app asks before it would ever send a refund again."},
		{appIs, companyIs, "GET", "/v1/refunds/*", "Ask what became of the refund", "The refund webhook is not signed. It is worth a question, nothing more."},
		{companyIs, appIs, "POST", "/api/*/checkout/webhook*", "Webhook", "The company tells a new state. The app stores the hint, answers at once, and asks."},
		{companyIs, appIs, "POST", "/api/*/checkout/webhook/*/*", "Webhook", "The company tells a new state. The app stores the hint, answers at once, and asks."},
		{companyIs, appIs, "POST", "/api/*/cancel/webhook*", "Refund webhook", "The company tells about a refund, without a signature. The app answers at once, and asks."},
		{companyIs, appIs, "POST", "/api/*/cancel/webhook/*/*", "Refund webhook", "The company tells about a refund, without a signature. The app answers at once, and asks."},
		{companyIs, appIs, "POST", "/*", "Webhook", "The company tells something. The app stores the hint, answers at once, and asks."},
		{buyerIs, companyIs, "GET", "/pay/*", "Opens the payment page", "The buyer's browser is at the company; the app takes no part."},
		{buyerIs, companyIs, "POST", "/pay/*/approve", "Approves", "The company takes the money and sends the browser back through the app to the mall."},
		{buyerIs, companyIs, "POST", "/pay/*/decline", "Is declined", "The page stays open for another try, so the order is not told as failed."},
		{buyerIs, companyIs, "POST", "/pay/*/cancel", "Cancels", "This attempt is over. The order can still be paid by a new one."},
		{buyerIs, companyIs, "POST", "/pay/*/later", "Leaves without deciding", "Nothing has happened yet, and nothing is told."},
		{buyerIs, mallIs, "GET", "/Pay/Recv/openpg/PayReceiveRtnPage.php", "Comes back to the mall", "Sent on by the app, after it has asked the company. The result code in the address is for words only."},
		{buyerIs, mallIs, "POST", "/exec/front/order/reserve/*", "Reserves the order", "The button on the product page has got a signature from the app for this. The mall makes an order of the cart; the browser takes it to the app."},
		{buyerIs, mallIs, "GET", "/api/shop/pgsuccess", "Comes back to the mall", "Sent on by the app, after it has asked the company."},
		{buyerIs, mallIs, "GET", "/api/shop/pg_fail", "Comes back to the mall without having paid", "Sent on by the app, after it has asked the company."},
		{buyerIs, companyIs, "GET", "/checkout/*", "Logs in at the company", "The company's own browser script has brought the buyer here; the signature proves that the merchant made the order."},
		{buyerIs, companyIs, "POST", "/checkout/*", "Chooses an address", "The company sends the buyer to the app's review page, which shows address and total before anything is paid."},
		{buyerIs, mallIs, "", "/malls/*/api/v2/oauth/authorize", "Consents", "The merchant agrees to what the app asks for."},
		{appIs, mallIs, "POST", "/Pay/Recv/openpg/PayReceiveNoty.php", "Payment notice", "The mall is told what became of the payment, again and again until it answers OK. It was stored together with the payment, so nothing can lose it."},
		{appIs, mallIs, "POST", "/Pay/Recv/openpg/PayReceiveCheckoutNoty.php", "Payment notice (external checkout)", "The mall is told what became of the payment, again and again until it answers OK."},
		{appIs, mallIs, "POST", "/Pay/Recv/openpg/PayReceiveCancelNoty.php", "Refund notice", "The mall is told what became of the refund, again and again until it answers OK."},
		{appIs, mallIs, "POST", "/malls/*/api/v2/oauth/token", "Take a token", "The code of the consent, or a refresh token, becomes an access token."},
		{appIs, mallIs, "GET", "/malls/*/api/v2/admin/orders/*", "Look the order up", "The Admin API shows whether the merchant is really cancelling: a second proof beside the signature."},
		{appIs, mallIs, "POST", "/malls/*/api/v2/admin/orders/calculation", "Calculate the order", "What is charged is what the mall calculates now, with delivery and discounts; not what the browser said."},
		{appIs, mallIs, "GET", "/malls/*/api/v2/admin/shops", "Read the shops", "Names, currencies and domains of the mall's shops, for the settings and for the list of trusted addresses."},
		{appIs, mallIs, "DELETE", "/malls/*/api/v2/admin/paymentgateway/*", "Take the payment method away", "The shop is switched off: nobody can choose the payment method there any more."},
		{appIs, mallIs, "", "/malls/*/api/v2/admin/paymentgateway", "Register the payment method", "The shop is switched on at the mall first, under the partner id by which it will call; only then it is on here."},
		{appIs, mallIs, "", "/malls/*/api/v2/admin/paymentgateway/*", "Register the payment method", "It was there already and is made as it shall be."},
		{appIs, mallIs, "GET", "/malls/*/api/v2/admin/scripttags", "Look for the button's script", "The app keeps one script in a shop and never makes a second one."},
		{appIs, mallIs, "POST", "/malls/*/api/v2/admin/scripttags", "Register the button's script", "Pages of the shop load the payment button from now on; the digest pins what they may load."},
		{appIs, mallIs, "DELETE", "/malls/*/api/v2/admin/scripttags/*", "Take the button's script away", "The shop's pages show the button no longer."},
		{appIs, mallIs, "", "/malls/*/api/v2/admin/*", "Admin API", "The app reads or changes a setting of the mall."},
		{appIs, mallIs, "", "/malls/*/api/v2/admin/*/*", "Admin API", "The app reads or changes a setting of the mall."},
	}
}

func wordFor(e Exchange) word {
	for _, w := range words() {
		fits, _ := path.Match(w.pattern, e.Path) // The patterns are well-formed.
		if w.from == e.From && w.to == e.To && (w.method == "" || w.method == e.Method) && fits {
			return w
		}
	}
	return word{title: e.Method + " " + e.Path, meaning: "A message that has no name here."}
}
