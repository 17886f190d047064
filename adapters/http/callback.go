package httpapi

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
)

// paymentField names the attempt in the callback URL that companies are given.
const paymentField = "payment"

// callbackReader reads the buyer's return. Of all that the browser brings only what names the
// payment is read; what it says about the payment is not worth reading, since the company is asked.
type callbackReader struct{ gateway string } // the company that the bare route means

const companyText visible = 64

func (d callbackReader) read(c *fiber.Ctx) (command.ApprovePayment, error) {
	brought := broughtBy(c)
	id, err := oneOf(brought, paymentField, opaqueID)
	if err != nil {
		return command.ApprovePayment{}, err
	}
	code, err := oneOf(brought, "order_code", companyText)
	if err != nil {
		return command.ApprovePayment{}, err
	}
	reference, err := oneOf(brought, "reference_no", companyText)
	if err != nil {
		return command.ApprovePayment{}, err
	}
	if id == "" && code == "" && reference == "" {
		return command.ApprovePayment{}, fault.InvalidField(paymentField, "order_code or reference_no is required")
	}
	return command.ApprovePayment{Payment: payment.ID(id), Gateway: d.gateway, Code: code, Reference: reference}, nil
}

// broughtBy gathers query, form and JSON. Whatever cannot be read is left out and never an error: a
// message in another encoding must not keep a buyer who has paid from coming back.
func broughtBy(c *fiber.Ctx) url.Values {
	brought, _ := url.ParseQuery(string(c.Request().URI().QueryString()))
	if isForm(c) {
		form, _ := url.ParseQuery(string(c.BodyRaw()))
		for name, texts := range form {
			brought[name] = append(brought[name], texts...)
		}
		return brought
	}
	var object map[string]json.RawMessage
	_ = json.Unmarshal(c.BodyRaw(), &object)
	for name, raw := range object {
		if text, ok := (value{raw: raw}).asText(true); ok {
			brought.Add(name, text)
		}
	}
	return brought
}

// oneOf returns the one value that a field has, empty when it has none.
func oneOf(brought url.Values, name string, grammar grammar) (string, error) {
	texts := slices.DeleteFunc(slices.Compact(slices.Clone(brought[name])), func(text string) bool { return text == "" })
	switch {
	case len(texts) == 0:
		return "", nil
	case len(texts) > 1:
		return "", fault.InvalidField(name, "has more than one value")
	case !grammar.MatchString(texts[0]):
		return "", fault.InvalidField(name, "has characters that it cannot have, or too many")
	}
	return texts[0], nil
}

// replyReturn sends the buyer back to the mall with what is known. Nothing final is said about a
// payment that does not fit, nor about one that can have had no page to come back from.
func (s *Server) replyReturn(c *fiber.Ctx, back command.BuyerReturn) error {
	code, message := resultOf(back.Outcome)
	if back.Held || (code == "" && back.Way != order.External) {
		return s.answerHeld(c)
	}
	if back.Way == order.External {
		return s.toResultPage(c, back)
	}
	to, err := url.Parse(back.ReturnURL)
	if err != nil {
		return fault.New(fault.Internal, "broken_return_url", "the way back to the shop is broken").Because(err)
	}
	result := url.Values{"result_code": {code}, "result_message": {message}, "extra_data": {string(back.ExtraData)}}
	if back.Key != "" {
		result.Set(keyField, string(back.Key))
	}
	// The mall's own query stays byte for byte; a fragment would never reach its server.
	to.RawQuery = strings.TrimPrefix(to.RawQuery+"&"+result.Encode(), "&")
	to.Fragment, to.RawFragment = "", ""
	return c.Redirect(to.String(), http.StatusSeeOther)
}

// resultOf says how a payment stands in Cafe24's codes, of which only a confirmed end is a failure:
// told "failed" too early, the mall lets the buyer pay again under another order. No code means that
// nothing can be said.
func resultOf(outcome payment.State) (code, message string) {
	switch outcome {
	case payment.Paid:
		return codeOK, "Success"
	case payment.Requested, payment.Pending, payment.Authorized:
		return codeOK, "Pending"
	case payment.Failed:
		return codeFailed, "Failed"
	case payment.Cancelled:
		return codeError, "Cancelled"
	case payment.Expired:
		return codeError, "Expired"
	case payment.Refused, payment.Abandoned:
	}
	return "", ""
}
