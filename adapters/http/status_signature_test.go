package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"paybridge/adapters/cafe24"
	"paybridge/application/query"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/ports"
)

// worth is an amount text that is worth something, as malls write it.
var worth = rapid.Custom(func(t *rapid.T) string {
	text := rapid.StringMatching(`(0|[1-9][0-9]{0,14})(\.[0-9]{1,3})?`).
		Filter(func(text string) bool { return strings.Trim(text, "0.") != "" })
	return text.Draw(t, "amount")
})

// unpaidStatus is the status of some order that is not paid, whatever else is known of it.
var unpaidStatus = rapid.Custom(func(t *rapid.T) query.Status {
	return query.Status{PaymentStatus: ports.PaymentStatus{
		Partner:   merchant.PartnerID(rapid.StringMatching(`[a-z][a-z0-9]{2,11}:[0-9]{1,2}:[A-Za-z0-9_-]{4,20}`).Draw(t, "partner")),
		OrderNo:   order.Number(rapid.StringMatching(`[0-9]{8}-[0-9]{7}`).Draw(t, "order")),
		Currency:  rapid.SampledFrom([]string{"PHP", "JPY", "KRW", "USD", "KWD"}).Draw(t, "currency"),
		Amount:    worth.Draw(t, "asked for"),
		Reference: rapid.StringMatching(`[A-Za-z0-9_.-]{0,24}`).Draw(t, "tid"),
		ExtraData: []byte(`{}`),
	}}
})

func TestNoAnswerThatDoesNotSayPaidSignsAnythingOfWorth(t *testing.T) {
	t.Parallel()
	signer, err := cafe24.NewSigner(ports.NewSecret("mock_service_key"))
	if err != nil {
		t.Fatal(err)
	}
	var now atomic.Pointer[query.Status]
	s := setup(t, func(sc *scene) {
		sc.status = func(context.Context, query.PaymentStatus) (query.Status, error) { return *now.Load(), nil }
	})
	rapid.Check(t, func(t *rapid.T) {
		unpaid := unpaidStatus.Draw(t, "status")
		now.Store(&unpaid)
		a := s.sendFrom(s.t, http.MethodPost, statusPath, `{"key":"k-1"}`, "Content-Type", jsonType)
		var got map[string]any
		if err := json.Unmarshal([]byte(a.body), &got); err != nil {
			t.Fatal(err)
		}
		hash, _ := got["hash_data"].(string)
		partner, number, tid := string(unpaid.Partner), string(unpaid.OrderNo), unpaid.Reference
		if got["amount"] != "0" || got["payed_tf"] != "F" || hash != signer.SignPayment("0", unpaid.Currency, number, partner, tid) {
			t.Fatalf("answered %s", a.body)
		}
		for _, amount := range []string{unpaid.Amount, worth.Draw(t, "wished for"), "0.01", "0.001", "1", "00"} {
			if hash == signer.SignPayment(amount, unpaid.Currency, number, partner, tid) {
				t.Fatalf("%s is the signature of %s", hash, amount)
			}
			if err := signer.VerifyCancel(amount, unpaid.Currency, number, partner, tid, hash); err == nil {
				t.Fatalf("it cancels %s", amount)
			}
		}
		if err := signer.VerifyCancel("0", unpaid.Currency, number, partner, tid, hash); !fault.Is(err, fault.Invalid) {
			t.Fatalf("a cancel of nothing: %v", err)
		}
	})
}
