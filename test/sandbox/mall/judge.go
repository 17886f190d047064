package mall

import (
	"math/big"
	"strings"
	"time"
)

// The kinds of messages that the app sends about an order.
const (
	kindPayment  = "payment"
	kindCheckout = "checkout"
	kindCancel   = "cancel"
	kindStatus   = "status"
)

// paymentFields are required in a payment notification, cancelFields in a cancel notification, statusFields in a status answer.
const (
	paymentFields = "request_type partner_id paymethod tid amount order_id all_cancel_tf part_cancel_tf escrow_tf currency payed_tf easypay hash_data extra_data result_code result_message"
	cancelFields  = "request_type partner_id paymethod tid cancel_amount order_id currency status hash_data extra_data result_code result_message"
	statusFields  = "partner_id order_id paymethod tid amount currency cancel_mode all_cancel_tf part_cancel_tf escrow_tf payed_tf easy_pay hash_data extra_data result_code result_message"
)

// objection checks the form of a message and returns what is wrong with it, or nothing.
func objection(kind string, m message) string {
	required, requestType, verdict, yes := paymentFields, "payment", "payed_tf", "T"
	switch kind {
	case kindCancel:
		required, requestType, verdict, yes = cancelFields, "cancelnoty", "status", "P"
	case kindStatus:
		required, requestType = statusFields, ""
	}
	for field := range strings.FieldsSeq(required) {
		// An unpaid order may have no payment at the company, hence no tid, and a result needs no text.
		if _, given := m[field]; !given || (m[field] == "" && field != "tid" && field != "result_message") {
			return "field missing: " + field
		}
		if strings.HasSuffix(field, "_tf") && m[field] != "T" && m[field] != "F" {
			return field + " must be T or F"
		}
	}
	said, good := m.text(verdict), m.text("result_code") == "0000"
	switch {
	case m.text("request_type") != requestType:
		return "request_type must be " + requestType
	case said != yes && said != "F":
		return verdict + " must be " + yes + " or F"
	case said == yes && m.text("tid") == "":
		return "field missing: tid"
	case (said == yes) != good:
		return "result_code contradicts " + verdict
	}
	return ""
}

// mismatch compares a message with the order that the mall made itself and returns what does not fit, or nothing.
func mismatch(kind string, m message, o *Order) string {
	switch {
	case m.text("partner_id") != o.PartnerID:
		return "partner_id is not the order's"
	case m.text("currency") != o.Currency:
		return "currency is not the order's"
	case o.State == statePaid && m.text("tid") != o.TID:
		return "order is paid with another tid"
	case o.Mode != "" && kind != kindCheckout && !o.knows(m.extraText("LogKey")):
		return "extra_data is not what the mall sent"
	case kind == kindCancel && o.State != statePaid:
		return "order is not paid"
	case kind != kindCancel && m.text("payed_tf") == "T" && !sameAmount(m.text("amount"), o.Amount):
		return "amount is not the order's"
	}
	return ""
}

// apply does to an order what a message says, and returns what speaks against it, or nothing. The same message again changes
// nothing. A notification that says unpaid counts even for a paid order: it shows an app that tells things in wrong order.
func apply(kind string, m message, o *Order, now time.Time) string {
	if kind == kindCancel {
		return applyCancel(m, o, now)
	}
	switch {
	case m.text("payed_tf") == "T":
		o.State, o.TID = statePaid, m.text("tid")
	case kind == kindStatus && o.State == statePaid:
		// The status of a refunded order says not paid; the mall asked only for its return page and knows better.
	default:
		o.State = stateUnpaid
	}
	return ""
}

func applyCancel(m message, o *Order, now time.Time) string {
	logKey := m.extraText("LogKey")
	if logKey == "" {
		logKey = m.text("hash_data")
	}
	found := o.refund(logKey)
	if found == nil {
		o.Refunds = append(o.Refunds, Refund{LogKey: logKey, Amount: m.text("cancel_amount"), State: refundAsked, Asked: now})
		found = &o.Refunds[len(o.Refunds)-1]
	}
	if !sameAmount(found.Amount, m.text("cancel_amount")) {
		return "cancel_amount is not what the mall asked for"
	}
	left := new(big.Rat).Sub(mustAmount(o.Amount), o.refunded())
	switch {
	case m.text("status") == "F" && found.State == refundDone:
		return "refund was already reported as done"
	case m.text("status") == "F":
		found.State = refundRefused
	case found.State != refundDone && mustAmount(found.Amount).Cmp(left) > 0:
		return "refunds exceed the order's amount"
	default:
		found.State, o.Cancelling = refundDone, false
	}
	return ""
}
