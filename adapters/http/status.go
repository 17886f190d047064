package httpapi

import (
	"encoding/json"
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

// statusAnswer is Cafe24's status answer (protocol section 5).
type statusAnswer struct {
	PartnerID     string          `json:"partner_id"`
	OrderID       string          `json:"order_id"`
	Currency      string          `json:"currency"`
	PayMethod     string          `json:"paymethod"`
	TID           string          `json:"tid"`
	Amount        string          `json:"amount"`
	CancelMode    string          `json:"cancel_mode"`
	AllCancel     string          `json:"all_cancel_tf"`
	PartCancel    string          `json:"part_cancel_tf"`
	Escrow        string          `json:"escrow_tf"`
	Paid          string          `json:"payed_tf"`
	EasyPay       string          `json:"easy_pay"`
	HashData      string          `json:"hash_data"`
	ExtraData     json.RawMessage `json:"extra_data"`
	ResultCode    string          `json:"result_code"`
	ResultMessage string          `json:"result_message"`
}

// replyStatus signs the answer. Whatever does not say paid signs the amount "0": the same formula and
// key sign refunds and notices, and an amount that is worth something must not leave for nothing.
func (s *Server) replyStatus(c *fiber.Ctx, status query.Status) error {
	a := statusAnswer{
		PartnerID: string(status.Partner), OrderID: string(status.OrderNo), Currency: status.Currency, PayMethod: status.PayMethod,
		TID: status.Reference, Amount: "0", CancelMode: "async", AllCancel: flag(status.FullRefund), PartCancel: flag(status.PartialRefund),
		Escrow: flag(false), Paid: flag(status.Paid), EasyPay: flag(false), ExtraData: status.ExtraData,
		ResultCode: codeUnpaid, ResultMessage: "Not paid",
	}
	if status.RefundAtOnce {
		a.CancelMode = "sync"
	}
	if status.Paid {
		a.Amount, a.ResultCode, a.ResultMessage = status.Amount, codeOK, "Success"
	}
	a.HashData = s.needs.Signatures.SignPayment(a.Amount, a.Currency, a.OrderID, a.PartnerID, a.TID)
	return c.JSON(a)
}

// flag is Cafe24's way of saying yes and no.
func flag(yes bool) string {
	if yes {
		return "T"
	}
	return "F"
}
