package company

import (
	"fmt"
	"time"
)

// book is everything the company remembers. It is guarded by Company.mu; its exported fields are the state file.
type book struct {
	OrderSerial, PaymentSerial, RefundSerial int

	Orders   []*order // in the order of creation
	Refunds  []*refund
	Answers  map[string]answered
	Keys     []answeredKey // in the order of creation
	Webhooks []Delivery    // those that still have to be delivered

	orders             map[string]*order
	refunds            map[string]*refund
	ordersByReference  map[reference][]*order
	refundsByReference map[reference][]*refund
	unexpired          int // Orders before this index cannot expire any more.
	undecided          int // Refunds before this index are decided.
}

// reference is a merchant's own name for an order or a refund; it need not be unique.
type reference struct{ account, text string }

type answeredKey struct {
	Key string
	At  time.Time
}

func newBook() *book {
	b := &book{Answers: map[string]answered{}}
	b.index()
	return b
}

// index rebuilds what is not in the state file.
func (b *book) index() {
	b.orders, b.refunds = map[string]*order{}, map[string]*refund{}
	b.ordersByReference, b.refundsByReference = map[reference][]*order{}, map[reference][]*refund{}
	if b.Answers == nil {
		b.Answers = map[string]answered{}
	}
	for _, o := range b.Orders {
		b.indexOrder(o)
	}
	for _, r := range b.Refunds {
		b.indexRefund(r)
	}
}

func (b *book) indexOrder(o *order) {
	b.orders[o.Code] = o
	name := reference{o.Account, o.Reference}
	b.ordersByReference[name] = append(b.ordersByReference[name], o)
}

func (b *book) indexRefund(r *refund) {
	b.refunds[r.Code] = r
	name := reference{r.Account, r.Reference}
	b.refundsByReference[name] = append(b.refundsByReference[name], r)
}

// addOrder gives the order its code and keeps it.
func (b *book) addOrder(o *order) {
	b.OrderSerial++
	o.Code = fmt.Sprintf("pg-order-%03d", b.OrderSerial)
	b.Orders = append(b.Orders, o)
	b.indexOrder(o)
}

// addRefund gives the refund its code and keeps it.
func (b *book) addRefund(r *refund) {
	b.RefundSerial++
	r.Code = fmt.Sprintf("pg-refund-%03d", b.RefundSerial)
	b.Refunds = append(b.Refunds, r)
	b.indexRefund(r)
}

// paymentReference gives the order its payment code when it has none yet.
func (b *book) paymentReference(o *order) {
	if o.PaymentReference == "" {
		b.PaymentSerial++
		o.PaymentReference = fmt.Sprintf("pg-pay-%03d", b.PaymentSerial)
	}
}

// remember keeps an answer under its key.
func (b *book) remember(key string, answer answered) {
	b.Answers[key] = answer
	b.Keys = append(b.Keys, answeredKey{key, answer.At})
}

// forget drops answers given before a time, so that a long load test does not grow for ever.
func (b *book) forget(before time.Time) {
	drop := 0
	for drop < len(b.Keys) && b.Keys[drop].At.Before(before) {
		if b.Answers[b.Keys[drop].Key].At.Equal(b.Keys[drop].At) {
			delete(b.Answers, b.Keys[drop].Key)
		}
		drop++
	}
	b.Keys = b.Keys[drop:]
}

// order finds an order of an account; orders of other accounts do not exist for the caller.
func (b *book) order(account, code string) (*order, error) {
	found, exists := b.orders[code]
	if !exists || found.Account != account {
		return nil, unknown("Order")
	}
	return found, nil
}

// copy returns a book that nobody changes any more.
func (b *book) copy(webhooks []Delivery) *book {
	copied := *b
	copied.Webhooks = webhooks
	copied.Orders = make([]*order, len(b.Orders))
	for i, o := range b.Orders {
		one := *o
		copied.Orders[i] = &one
	}
	copied.Refunds = make([]*refund, len(b.Refunds))
	for i, r := range b.Refunds {
		one := *r
		copied.Refunds[i] = &one
	}
	copied.Answers = make(map[string]answered, len(b.Answers))
	for key, answer := range b.Answers {
		copied.Answers[key] = answer
	}
	return &copied
}
