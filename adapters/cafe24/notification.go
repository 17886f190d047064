package cafe24

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/url"
	"strings"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// ComposePaymentNotice implements ports.Mall. A notice that we would not accept ourselves is a
// defect of ours, hence Internal: fields outside their grammar, a paid amount of zero, an unpaid one
// of anything but "0" (its signature would be that of a refund), extra data that is no JSON.
func (m *Mall) ComposePaymentNotice(n ports.PaymentNotice) ([]byte, error) {
	if err := checkNotice(n); err != nil {
		return nil, fault.New(fault.Internal, "unsignable_notice", "the notice of a payment cannot be signed").Because(err)
	}
	code := "9999"
	if n.Paid {
		code = "0000"
	}
	partner := string(n.Partner)
	fields := []field{
		{name: "request_type", text: "payment"},
		{name: "partner_id", text: partner},
		{name: "paymethod", text: n.PayMethod},
		{name: "tid", text: n.Reference},
		{name: "amount", text: n.Amount},
		{name: "order_id", text: n.OrderNo},
		{name: "all_cancel_tf", text: flag(n.FullRefund)},
		{name: "part_cancel_tf", text: flag(n.PartialRefund)},
		{name: "escrow_tf", text: "F"},
		{name: "currency", text: n.Currency},
		{name: "payed_tf", text: flag(n.Paid)},
		{name: "easypay", text: "F"},
		{name: "hash_data", text: m.signer.SignPayment(n.Amount, n.Currency, n.OrderNo, partner, n.Reference)},
	}
	return m.encode(withExtra(fields, n.ExtraData), code, n.Message)
}

// ComposeRefundNotice implements ports.Mall, under the rules of ComposePaymentNotice. The mall gets its own
// cancel_amount and extra_data back (protocol 6.2).
func (m *Mall) ComposeRefundNotice(n ports.RefundNotice) ([]byte, error) {
	partner := string(n.Partner)
	f := signedFields{n.Amount, n.Currency, n.OrderNo, partner, n.Reference}
	err := cmp.Or(checkAmount("cancel_amount", n.Amount), f.checkNames(), checkTid(n.Reference), checkExtra(n.ExtraData))
	if err != nil {
		return nil, fault.New(fault.Internal, "unsignable_notice", "the notice of a refund cannot be signed").Because(err)
	}
	status, code := "F", "9999"
	if n.Refunded {
		status, code = "P", "0000"
	}
	fields := []field{
		{name: "request_type", text: "cancelnoty"},
		{name: "partner_id", text: partner},
		{name: "tid", text: n.Reference},
		{name: "order_id", text: n.OrderNo},
		{name: "paymethod", text: n.PayMethod},
		{name: "currency", text: n.Currency},
		{name: "cancel_amount", text: n.Amount},
		{name: "status", text: status},
		{name: "hash_data", text: m.signer.SignPayment(n.Amount, n.Currency, n.OrderNo, partner, n.Reference)},
	}
	return m.encode(withExtra(fields, n.ExtraData), code, n.Message)
}

// encode ends a notice with its result and writes it.
func (m *Mall) encode(fields []field, code, message string) ([]byte, error) {
	fields = append(fields, field{name: "result_code", text: code}, field{name: "result_message", text: message})
	if m.encoding == Form {
		return formBody(fields), nil
	}
	return jsonBody(fields)
}

func withExtra(fields []field, extra json.RawMessage) []field {
	if len(extra) == 0 {
		return fields
	}
	return append(fields, field{name: "extra_data", raw: extra})
}

func checkExtra(extra json.RawMessage) error {
	if len(extra) > 0 && !json.Valid(extra) {
		return fault.InvalidField("extra_data", "must be JSON")
	}
	return nil
}

func checkNotice(n ports.PaymentNotice) error {
	f := signedFields{n.Amount, n.Currency, n.OrderNo, string(n.Partner), n.Reference}
	return cmp.Or(checkNoticeAmount(n), f.checkNames(), checkTid(n.Reference), checkExtra(n.ExtraData))
}

func checkNoticeAmount(n ports.PaymentNotice) error {
	if n.Paid {
		return checkAmount("amount", n.Amount)
	}
	if n.Amount != "0" {
		return fault.InvalidField("amount", `of an unpaid notice must be "0"`)
	}
	return nil
}

func flag(yes bool) string {
	if yes {
		return "T"
	}
	return "F"
}

// field is one field of a message: text, or raw JSON that goes out byte for byte as it came in.
type field struct {
	name, text string
	raw        json.RawMessage
}

// jsonBody writes the object by hand, because json.Marshal would compact the raw fields, and the
// mall is owed them unchanged.
func jsonBody(fields []field) ([]byte, error) {
	var b bytes.Buffer
	for i, f := range fields {
		b.WriteByte("{,"[min(i, 1)])
		b.WriteString(`"` + f.name + `":`)
		value, err := f.json()
		if err != nil {
			return nil, err
		}
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func (f field) json() ([]byte, error) {
	if f.raw != nil {
		return f.raw, nil
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(f.text); err != nil {
		return nil, fault.Wrap(err, "encode %s", f.name)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func formBody(fields []field) []byte {
	pairs := make([]string, len(fields))
	for i, f := range fields {
		pairs[i] = f.name + "=" + url.QueryEscape(f.form())
	}
	return []byte(strings.Join(pairs, "&"))
}

// form is the field's text. A raw JSON string goes out as the text that it stands for: that is how the
// mall sent it, if it sent a form.
func (f field) form() string {
	var text string
	if f.raw != nil && json.Unmarshal(f.raw, &text) == nil {
		return text
	}
	return f.text + string(f.raw)
}
