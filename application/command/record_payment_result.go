package command

import (
	"context"
	"net/http"

	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// RecordPaymentResult is a company's webhook about a payment, as received.
type RecordPaymentResult struct {
	Gateway  string
	Merchant merchant.ID // of the webhook URL; empty on the bare route
	Header   http.Header
	Body     []byte
}

// Received says what became of a letter.
type Received struct{ Parked bool }

// RecordPaymentResultHandler stores a letter and wakes the question; the company's own answer moves
// the payment, in a job. Store first, answer second, work third.
type RecordPaymentResultHandler struct {
	Accounts
	Orders ports.Orders
	Inbox  ports.Inbox
	Clock  ports.Clock
	Trace  ports.Trace
}

// Handle returns nil only when the letter is stored or proved to be irrelevant. Invalid and
// Unauthenticated when the letter does not fit the payment, Conflict when it fits several.
func (h RecordPaymentResultHandler) Handle(ctx context.Context, in RecordPaymentResult) (_ Received, err error) {
	g, err := h.Gateways.Gateway(in.Gateway)
	if err != nil {
		return Received{}, err
	}
	reader, err := capability[ports.LetterReader](g)
	if err != nil {
		return Received{}, err
	}
	letter, err := reader.ReadLetter(in.Header, in.Body)
	if err != nil {
		return Received{}, err
	}
	receipt := ports.Receipt{Gateway: in.Gateway, Merchant: in.Merchant, Letter: letter, At: h.Clock.Now()}
	found, err := h.find(ctx, in, letter)
	if fault.Is(err, fault.NotFound) {
		return Received{Parked: true}, h.Inbox.Receive(ctx, receipt, "")
	}
	if err != nil {
		return Received{}, err
	}
	ctx, end := h.Trace.Join(ctx, found.Payment.Trace, "company webhook")
	defer func() { end(err) }()
	if err = h.verify(ctx, reader, in, letter, found); err != nil {
		return Received{}, err
	}
	receipt.Order, receipt.Payment = found.Order, found.Payment.ID
	wake := task.AskKey(found.Payment.ID)
	if idle(found.Payment, letter) {
		wake = ""
	}
	return Received{}, h.Inbox.Receive(ctx, receipt, wake)
}

// find looks by the company's code first; before the create answer is stored only our reference is
// known.
func (h RecordPaymentResultHandler) find(ctx context.Context, in RecordPaymentResult, l ports.Letter) (ports.PaymentAddress, error) {
	q := ports.PaymentQuery{Gateway: in.Gateway, Merchant: in.Merchant, Code: l.Code}
	found, err := one(ctx, h.Orders, q)
	if !fault.Is(err, fault.NotFound) || l.Reference == "" {
		return found, err
	}
	q.Code, q.Reference = "", l.Reference
	found, err = one(ctx, h.Orders, q)
	if err == nil && found.Payment.Code != "" && found.Payment.Code != l.Code {
		return found, fault.InvalidField("order_code", "is not the order code of this payment")
	}
	return found, err
}

// verify refuses what does not fit the payment. A letter may be signed with the secret that the merchant has replaced the
// payment's by: the company writes with the one it has.
func (h RecordPaymentResultHandler) verify(ctx context.Context, r ports.LetterReader, in RecordPaymentResult, l ports.Letter, found ports.PaymentAddress) error {
	_, keys, err := h.unseal(ctx, found.Mall, found.Credentials)
	if err != nil {
		return err
	}
	pin := pinned{found.Merchant, found.Payment.Account.Version, keys}
	if _, err := withKeys(ctx, h.Accounts, pin, func(k ports.Keys) (struct{}, error) {
		return struct{}{}, r.VerifyLetter(k, in.Header, in.Body)
	}); err != nil {
		return err
	}
	switch {
	case l.Amount.Currency() != found.Payment.Amount.Currency():
		return fault.InvalidField("currency", "is not the currency of this payment")
	case l.Amount != found.Payment.Amount && found.Payment.Quote == payment.Firm: // others can be between two amounts
		return fault.InvalidField("amount", "is not the amount of this payment")
	case l.Reference != "" && l.Reference != found.Payment.Reference:
		return fault.InvalidField("reference_id", "is not the reference of this payment")
	}
	return nil
}

// idle reports that the letter can teach nothing: it repeats the stored state, or claims a lower one
// of a payment that is paid. Claims that money left are always asked about.
func idle(p payment.Snapshot, l ports.Letter) bool {
	return p.State == payment.Paid && (l.State == payment.Paid || l.State == payment.Pending || l.State == payment.Authorized)
}
