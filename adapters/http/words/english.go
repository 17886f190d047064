package words

func english() Words {
	return Words{
		Tag: "en", Name: "English",
		Title: "Review your order", Order: "Order", Items: "What you buy", Quantity: "Quantity", DeliverTo: "Deliver to", Delivery: "Delivery", Phone: "Phone",
		Summary: "What it costs", ItemsTotal: "Products", Shipping: "Shipping", Rebate: "Discount on shipping", Discount: "Discount", Total: "Total",
		Pay: "Pay %s", PayHint: "You go on to the payment company's page and approve the payment there.", GoOn: "Go on to the payment page",
		Back: "Cancel and go back to the shop", Languages: "Languages", Reference: "Reference",
		TotalChanged:   "The total has changed: it was %s and is %s now. Nothing was paid. Please look at it again.",
		AddressChanged: "The delivery has changed. Nothing was paid. Please look at it again.",
		Agreed:         "You have agreed to this amount already. If you have not paid yet, go on to the payment page.",
		Paid:           Notice{"This order is paid", "There is nothing left to do. The shop knows about your payment, or will in a moment."},
		Over:           Notice{"This link is no longer good", "For your safety it works for 30 minutes only. Nothing was paid by it. Please order again in the shop."},
		NotYet:         Notice{"This shop is not ready yet", "The shop has to finish its set-up first: the merchant must open the app once. Nothing was paid."},
		Conflict:       Notice{"This order cannot be paid here", "It is being paid in another way, or its time is over. Please look at your order in the shop before you pay again."},
		Away:           Notice{"We cannot do this right now", "Please load this page again in a moment."},
		Wrong:          Notice{"This link is not complete", "It does not say which order it is about. Please follow the link from the payment company again."},
		Defect:         Notice{"Something went wrong here", "We could not show your order."},
		Often:          Notice{"Too many requests", "Please wait a minute, then load this page again."},
		DontPayAgain:   "Please do not pay twice. If you are not sure whether you have paid, look at your orders in the shop, or write to the shop and quote the reference below.",
	}
}
