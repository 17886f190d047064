package httpapi

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
)

// keyField names the order of a synchronous checkout, in the callback URL and in the status question.
const keyField = "key"

const (
	// samplePrefix is how the starting collection builds its guessable keys; only a sandbox takes them.
	samplePrefix = "sync-checkout:"
	// codeUnpaid answers a status question about an order that is not paid.
	codeUnpaid = "1400"
)

const statusKey visible = 128

// statusReader reads Cafe24's status question. No signature protects it: the key is all there is.
type statusReader struct{ sample bool }

func (d statusReader) read(c *fiber.Ctx) (query.PaymentStatus, error) {
	received, err := readFields(c)
	if err != nil {
		return query.PaymentStatus{}, err
	}
	r := reader{fields: received}
	key := r.text(keyField, mostText)
	if r.err != nil {
		return query.PaymentStatus{}, r.err
	}
	if !statusKey.MatchString(key) {
		return query.PaymentStatus{}, fault.InvalidField(keyField, "has characters that it cannot have")
	}
	if number, is := sampleKey(d.sample, key); is {
		return query.PaymentStatus{Number: number}, nil
	}
	return query.PaymentStatus{Key: ports.StatusKey(key)}, nil
}

// sampleKey returns the order number of a guessable key, where such keys are taken.
func sampleKey(sample bool, key string) (order.Number, bool) {
	text, is := strings.CutPrefix(key, samplePrefix)
	if !sample || !is {
		return "", false
	}
	number, err := order.ParseNumber(text)
	return number, err == nil
}

// syncCallbackReader reads the buyer's return from a synchronous checkout. The key alone names the
// order; what else the browser brings must not contradict it.
type syncCallbackReader struct {
	sample  bool
	gateway string
}

func (d syncCallbackReader) read(c *fiber.Ctx) (command.ApprovePayment, error) {
	brought := broughtBy(c)
	in := command.ApprovePayment{Gateway: d.gateway}
	key, err := oneOf(brought, keyField, statusKey)
	if err != nil {
		return in, err
	}
	if in.Code, err = oneOf(brought, "order_code", companyText); err != nil {
		return in, err
	}
	if in.Reference, err = oneOf(brought, "reference_no", companyText); err != nil {
		return in, err
	}
	if key == "" {
		return in, fault.InvalidField(keyField, "is required")
	}
	if number, is := sampleKey(d.sample, key); is {
		if in.Reference != "" && in.Reference != string(number) {
			return in, fault.New(fault.Conflict, "foreign_payment", "reference_no: belongs to another payment than the key")
		}
		in.Reference = string(number)
		return in, nil
	}
	in.Key = ports.StatusKey(key)
	return in, nil
}

// replyStatus is Cafe24's status answer (protocol section 5), signed. Whatever does not say paid signs the amount
// "0": the same formula and key sign refunds and notices, and an amount that is worth something must not leave for
// nothing. That the mall learns of the payment is noted last, when its answer is made.
func (s *Server) replyStatus(c *fiber.Ctx, status query.Status) error {
	partner, number := string(status.Partner), string(status.OrderNo)
	mode, amount, code, message := "async", "0", codeUnpaid, "Not paid"
	if status.RefundAtOnce {
		mode = "sync"
	}
	if status.Paid {
		amount, code, message = status.Amount, codeOK, "Success"
	}
	a := make(object, 0, 640+len(status.ExtraData))
	a.text("partner_id", partner)
	a.text("order_id", number)
	a.text("currency", status.Currency)
	a.text("paymethod", status.PayMethod)
	a.text("tid", status.Reference)
	a.text("amount", amount)
	a.text("cancel_mode", mode)
	a.text("all_cancel_tf", flag(status.FullRefund))
	a.text("part_cancel_tf", flag(status.PartialRefund))
	a.text("escrow_tf", flag(false))
	a.text("payed_tf", flag(status.Paid))
	a.text("easy_pay", flag(false))
	a.text("hash_data", s.needs.Signatures.SignPayment(amount, status.Currency, number, partner, status.Reference))
	a.raw("extra_data", status.ExtraData)
	a.text("result_code", code)
	a.text("result_message", message)
	if status.News {
		confirm(c, s.commands.ConfirmStatusAnswer, command.ConfirmStatusAnswer{Order: status.Order})
	}
	return a.send(c)
}

// flag is Cafe24's way of saying yes and no.
func flag(yes bool) string {
	if yes {
		return "T"
	}
	return "F"
}
