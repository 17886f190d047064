package mall

import (
	"cmp"
	"time"
)

// newcomer makes an order from the first message about it.
func newcomer(mall string, first message, now time.Time) *Order {
	return &Order{
		Mall: cmp.Or(mall, defaultMall), ID: first.text("order_id"), PartnerID: first.text("partner_id"), Currency: first.text("currency"),
		Created: now, State: stateWaiting,
	}
}

// learnAmount takes the amount of an order that the shop did not make from the app's messages. A cancel as the first message
// proves that the order was paid.
func (o *Order) learnAmount(kind string, m message) {
	if o.Mode != "" || o.State == statePaid {
		return
	}
	switch {
	case kind == kindCancel && o.Amount == "":
		o.Amount, o.State, o.TID = m.text("cancel_amount"), statePaid, m.text("tid")
	case kind != kindCancel && m.text("payed_tf") == "T":
		o.Amount = m.text("amount")
	}
}
