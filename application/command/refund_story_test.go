package command_test

import (
	"encoding/json"
	"strings"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// The ways in which a mall asks for its money.
const (
	waiting  = true  // it waits for the result
	notified = false // it is told
)

const cancelTo = "https://demomall.cafe24.com/Pay/Recv/cancel"

// wish changes the cancel request that a test sends.
type wish func(*command.RefundPayment)

// cancels is a cancel request over so much, with so much left.
func (w *world) cancels(amount, remain string, sync bool, wishes ...wish) command.RefundPayment {
	w.t.Helper()
	in := command.RefundPayment{
		Shop: 1, Number: number,
		Cancel: order.Cancel{
			Code: "O-001", Total: w.money("3065", "PHP"), Amount: w.money(amount, "PHP"), Remain: w.money(remain, "PHP"),
			Request: refund.Request{
				Sync: sync, Partner: partner, AmountText: amount, PayMethod: "card", NotifyURL: cancelTo, ExtraData: `"{\"LogKey\":\"c1\"}"`,
			},
		},
	}
	for _, change := range wishes {
		change(&in)
	}
	return in
}

// asks sends a cancel request.
func (w *world) asks(in command.RefundPayment) (command.RefundAnswer, error) {
	w.t.Helper()
	return w.refund.Handle(w.t.Context(), in)
}

// gets sends a cancel request that must be answered with that state, and returns why it is refused, if it is.
func (w *world) gets(in command.RefundPayment, state refund.State) error {
	w.t.Helper()
	a, err := w.asks(in)
	w.must(err)
	if a.State != state {
		w.t.Fatalf("the refund is %s (%v), want %s", a.State, a.Refused, state)
	}
	return a.Refused
}

// answered confirms an answer, as the door does that writes a final one in time.
func (w *world) answered(a command.RefundAnswer) {
	w.t.Helper()
	if !a.Final {
		return
	}
	_, err := w.confirm.Handle(w.t.Context(), command.ConfirmRefundAnswer{Refund: a.Refund, State: a.State})
	w.must(err)
}

// hint is the company's webhook about a refund of the first order.
func (w *world) hint(refundCode string) {
	w.t.Helper()
	_, err := w.receiveRefund.Handle(w.t.Context(), command.RecordRefundResult{
		Gateway: "memory", Merchant: w.merchant(), Body: []byte("O-001 " + refundCode),
	})
	w.must(err)
}

// toldOfRefunds are the notices about refunds that reached the mall, oldest first.
func (w *world) toldOfRefunds() []ports.RefundNotice {
	w.t.Helper()
	var notices []ports.RefundNotice
	for _, d := range w.mall.Received() {
		if !strings.HasPrefix(d.URL, cancelTo) {
			continue
		}
		var n ports.RefundNotice
		w.must(json.Unmarshal(d.Body, &n))
		notices = append(notices, n)
	}
	return notices
}

// givenBackAtTheCompany is what the company gave back of its first order.
func (w *world) givenBackAtTheCompany() string {
	w.t.Helper()
	return w.company.Opened()[0].Refunded.String()
}

// left is what the ledger says can still be refunded of the first attempt.
func (w *world) left() string {
	w.t.Helper()
	o, err := w.store.Orders().Get(w.t.Context(), ports.OrderQuery{Key: orderKey})
	w.must(err)
	left, err := o.Refundable(w.attempt(1).ID)
	w.must(err)
	return left.String()
}

// says checks that an error tells its reader something.
func (w *world) says(err error, code string, words ...string) {
	w.t.Helper()
	f := fault.Of(err)
	if f == nil || f.Code != code {
		w.t.Errorf("got %v, want code %s", err, code)
		return
	}
	for _, word := range words {
		if !strings.Contains(f.Message, word) {
			w.t.Errorf("%q does not say %q", f.Message, word)
		}
	}
}
