package httpapi

import (
	"cmp"
	"encoding/json"
	"net/netip"

	"github.com/gofiber/fiber/v2"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/refund"
)

// cancelReader reads Cafe24's cancel request (protocol 6.1). Both routes send the same one; which of them it
// is says whether the mall waits for the result.
type cancelReader struct {
	sync       bool
	signatures Signatures
	client     func(*fiber.Ctx) netip.Addr
	malls      []netip.Prefix // Cafe24's own addresses; empty: nobody knows them
}

// cancelRequest is the cancel request as received. The reason is not read: it is a buyer's words.
type cancelRequest struct {
	requestType, partner, shop, number, reference string
	currency, total, amount, remain, payMethod    string
	notifyURL, hash                               string
	extra                                         []byte
}

func (d cancelReader) read(c *fiber.Ctx) (command.RefundPayment, error) {
	received, err := readFields(c)
	if err != nil {
		return command.RefundPayment{}, err
	}
	q, err := readCancel(received)
	if err != nil {
		return command.RefundPayment{}, err
	}
	in, err := q.command(d.sync)
	if err != nil {
		return in, err
	}
	in.Vouched = within(d.client(c), d.malls)
	return in, d.signatures.VerifyCancel(q.amount, q.currency, q.number, q.partner, q.reference, q.hash)
}

func readCancel(f fields) (cancelRequest, error) {
	r := reader{fields: f}
	q := cancelRequest{
		requestType: r.text("request_type", mostText),
		partner:     r.text("partner_id", mostText),
		shop:        r.decimal("shop_no"),
		number:      r.text("order_id", mostText),
		reference:   r.text("tid", mostText),
		currency:    r.text("currency", mostText),
		total:       r.decimal("amount"),
		amount:      r.decimal("cancel_amount"),
		remain:      r.decimal("remain_amount"),
		payMethod:   r.text("paymethod", mostText),
		notifyURL:   r.text("cancel_noty_url", mostURL),
		hash:        r.text("hash_data", mostText),
		extra:       r.opaque("extra_data", mostExtra),
	}
	return q, r.err
}

func (q cancelRequest) command(sync bool) (command.RefundPayment, error) {
	partner, partnerErr := merchant.ParsePartnerID(q.partner)
	shop, shopErr := parseShop(q.shop)
	number, numberErr := order.ParseNumber(q.number)
	currency, currencyErr := money.ParseCurrency(q.currency)
	total, totalErr := parseAmount("amount", q.total, currency)
	amount, amountErr := parseAmount("cancel_amount", q.amount, currency)
	remain, remainErr := parseAmount("remain_amount", q.remain, currency)
	method, methodErr := parsePayMethod(q.payMethod)
	err := cmp.Or(q.checkType(), partnerErr, shopErr, numberErr, currencyErr, totalErr, amountErr, remainErr, methodErr)
	return command.RefundPayment{
		Shop: shop, Number: number,
		Cancel: order.Cancel{
			Code: q.reference, Total: total, Amount: amount, Remain: remain,
			Request: refund.Request{
				Sync: sync, Partner: partner, AmountText: q.amount, PayMethod: method, NotifyURL: q.notifyURL, ExtraData: string(q.extra),
			},
		},
	}, err
}

func (q cancelRequest) checkType() error {
	if q.requestType != "cancel" {
		return fault.InvalidField("request_type", `must be "cancel"`)
	}
	return nil
}

// parseAmount names the field that is wrong: a cancel request has three amounts.
func parseAmount(field, text string, c money.Currency) (money.Money, error) {
	amount, err := money.Parse(text, c)
	if f := fault.Of(err); f != nil && f.Field == "amount" {
		return amount, fault.InvalidField(field, `must be plain decimal text such as "3065.00", with no more decimals than the currency has`)
	}
	return amount, err
}

// cancelAnswer answers Cafe24's cancel request.
type cancelAnswer struct {
	ResultCode    string `json:"result_code"`
	ResultMessage string `json:"result_message"`
}

// replyRefund answers how the refund stands. A final answer that is given in time, on a connection that still
// stands, takes back the notice that would tell the mall the same.
func (s *Server) replyRefund(c *fiber.Ctx, a command.RefundAnswer) error {
	if a.Final && !a.Late {
		confirm(c, s.commands.ConfirmRefundAnswer, command.ConfirmRefundAnswer{Refund: a.Refund, State: a.State})
	}
	if a.Refused != nil {
		return a.Refused
	}
	message := "Success"
	if a.State == refund.Pending {
		message = "Accepted"
	}
	return c.JSON(cancelAnswer{ResultCode: codeOK, ResultMessage: message})
}

// refundLetterReader hands a company's webhook about a refund on as it came.
type refundLetterReader struct{ webhookReader }

func (d refundLetterReader) read(c *fiber.Ctx) (command.RecordRefundResult, error) {
	in, err := d.webhookReader.read(c)
	return command.RecordRefundResult(in), err
}

// refundLetterAnswer is what companies read about a letter of a refund.
type refundLetterAnswer struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func replyRefundLetter(c *fiber.Ctx, _ command.Received) error {
	return c.JSON(refundLetterAnswer{Code: fiber.StatusOK, Message: "Success webhook"})
}

// opaque is an optional JSON object or text, byte for byte: Cafe24 sends extra_data as an object with a
// checkout and as a text with a cancel. A form's text becomes a JSON text.
func (r *reader) opaque(name string, most int) []byte {
	v, present := r.fields[name]
	raw := []byte(v.raw)
	if v.raw == nil && present {
		raw, _ = json.Marshal(v.text) // a text can always be written
	}
	switch {
	case !present || string(raw) == "null":
		return []byte(`""`)
	case len(raw) > most:
		r.refuse(name, "is too long")
		return nil
	case (raw[0] != '"' && raw[0] != '{') || holdsNUL(raw):
		r.refuse(name, "must be a text or a JSON object")
		return nil
	}
	return raw
}
