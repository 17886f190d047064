package contract

import (
	"fmt"
	"testing"
	"time"

	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// ordersFound says how attempts are found by what a company calls them.
func ordersFound() []clause {
	return []clause{
		{"an attempt is found by our id, by its code and by its reference", paymentFound},
		{"an attempt that the company never answered is found by its reference", paymentWithoutCode},
		{"attempts of other gateways and merchants are not found when one is named", paymentOfOthers},
		{"both malls of a shared account are found by the code of either", paymentSharedAccount},
		{"the newest attempts come first, ten at most", paymentNewest},
		{"a found attempt is the stored one without the request bytes", paymentWithoutRequest},
		{"a found attempt comes with the sealed credentials that it pins, also retired ones", paymentCredentials},
		{"nothing asked for is nothing found", paymentNothing},
	}
}

// found returns the attempts that match, by id.
func (s *shelf) found(t *testing.T, q ports.PaymentQuery) []payment.ID {
	t.Helper()
	addresses, err := s.Orders.Payments(t.Context(), q)
	noError(t, err)
	ids := []payment.ID{}
	for _, a := range addresses {
		ids = append(ids, a.Payment.ID)
	}
	return ids
}

func paymentFound(t *testing.T, s *shelf) {
	s.tell(t, s.store(t).ID, "CODE-0", payment.Pending)
	o := s.store(t)
	s.tell(t, o.ID, "CODE-1", payment.Pending)
	p := o.Payments[0]
	for _, q := range []ports.PaymentQuery{
		{ID: p.ID},
		{Gateway: "demo", Code: "CODE-1"},
		{Gateway: "demo", Reference: p.Reference},
		{Gateway: "demo", Merchant: o.Merchant, Code: "CODE-1"},
		{Gateway: "demo", Merchant: o.Merchant, Reference: p.Reference},
		{Code: "CODE-1"},
		{ID: p.ID, Code: "ignored beside an id"},
		{Code: "CODE-1", Reference: "ignored beside a code"},
	} {
		alike(t, fmt.Sprintf("%+v", q), s.found(t, q), []payment.ID{p.ID})
	}
}

func paymentWithoutCode(t *testing.T, s *shelf) {
	o := s.store(t)
	alike(t, "found", s.found(t, ports.PaymentQuery{Gateway: "demo", Reference: o.Payments[0].Reference}), []payment.ID{o.Payments[0].ID})
	alike(t, "found by no code", s.found(t, ports.PaymentQuery{Gateway: "demo"}), []payment.ID{})
}

func paymentOfOthers(t *testing.T, s *shelf) {
	o := s.store(t)
	s.tell(t, o.ID, "CODE-1", payment.Pending)
	for _, q := range []ports.PaymentQuery{
		{Gateway: "other", Code: "CODE-1"},
		{Gateway: "demo", Merchant: "merchant-2", Code: "CODE-1"},
		{Gateway: "demo", Merchant: "merchant-2", Reference: o.Payments[0].Reference},
		{Gateway: "other", ID: o.Payments[0].ID},
		{Gateway: "demo", Code: "CODE-2"},
		{Gateway: "demo", Code: o.Payments[0].Reference},
		{Gateway: "demo", Reference: "CODE-1"},
		{ID: "nobody"},
	} {
		alike(t, fmt.Sprintf("%+v", q), s.found(t, q), []payment.ID{})
	}
}

func paymentSharedAccount(t *testing.T, s *shelf) {
	one := s.store(t)
	other := s.store(t, func(d *draft) { d.key.Mall, d.merchant = "othermall", "merchant-2" })
	s.tell(t, one.ID, "CODE-1", payment.Pending)
	s.tell(t, other.ID, "CODE-2", payment.Pending)
	addresses, err := s.Orders.Payments(t.Context(), ports.PaymentQuery{Gateway: "demo", Code: "CODE-2"})
	noError(t, err)
	if len(addresses) != 1 {
		t.Fatalf("found %d, want 1", len(addresses))
	}
	got := addresses[0]
	same(t, "order", got.Order, other.ID)
	same(t, "mall", got.Mall, "othermall")
	same(t, "merchant", got.Merchant, "merchant-2")
	alike(t, "by the code of the other mall", s.found(t, ports.PaymentQuery{Gateway: "demo", Merchant: "merchant-2", Code: "CODE-1"}), []payment.ID{})
}

func paymentNewest(t *testing.T, s *shelf) {
	var want []payment.ID
	for i := range 12 {
		o := s.store(t, func(d *draft) { d.account.Fingerprint, d.reference = fmt.Sprint("account-", i), "the same everywhere" })
		s.tell(t, o.ID, "CODE", payment.Pending)
		want = append([]payment.ID{o.Payments[0].ID}, want...)
		s.clock.Advance(time.Second)
	}
	alike(t, "by reference", s.found(t, ports.PaymentQuery{Gateway: "demo", Reference: "the same everywhere"}), want[:10])
	alike(t, "by code", s.found(t, ports.PaymentQuery{Gateway: "demo", Code: "CODE"}), want[:10])
}

func paymentCredentials(t *testing.T, s *shelf) {
	m, err := s.Merchants.Update(t.Context(), "pinnedmall", func(m *merchant.Merchant) error {
		for _, secret := range []string{"old", "new"} {
			m.Link(merchant.Credentials{Gateway: "demo", Fingerprint: "fp", PublicKey: "key", Sealed: []byte(secret)}, func(merchant.Credentials) bool { return false }, s.clock.Now())
		}
		return nil
	})
	noError(t, err)
	key := order.Key{Mall: "pinnedmall", Shop: 1, Number: "20260101-0000001"}
	o := order.New("pinned", key, m.Snapshot().ID, s.clock.Now())
	_, err = o.Checkout(order.Request{Way: order.Async, ReceivedAt: s.clock.Now()}, amount(t, 306500, "PHP"), nil, order.Limits{}, func(n int) (payment.Snapshot, error) {
		return payment.Snapshot{ID: "pinned-1", Amount: amount(t, 306500, "PHP"), Account: merchant.Account{Gateway: "demo", Fingerprint: "fp", Version: 1}, Reference: "r", Key: key.PaymentKey(n)}, nil
	})
	noError(t, err)
	noError(t, s.Orders.Create(t.Context(), o))
	found, err := s.Orders.Payments(t.Context(), ports.PaymentQuery{ID: "pinned-1"})
	noError(t, err)
	same(t, "found", len(found), 1)
	same(t, "sealed secret", string(found[0].Credentials.Sealed), "old")
	same(t, "version", found[0].Credentials.Version, 1)
}

func paymentWithoutRequest(t *testing.T, s *shelf) {
	o := s.store(t)
	want := s.tell(t, o.ID, "CODE-1", payment.Paid).Payments[0]
	want.Request = nil
	addresses, err := s.Orders.Payments(t.Context(), ports.PaymentQuery{ID: want.ID})
	noError(t, err)
	for i := range addresses {
		same(t, "request bytes", len(addresses[i].Payment.Request), 0)
		addresses[i].Payment.Request = nil
	}
	alike(t, "addresses", addresses, []ports.PaymentAddress{{Order: o.ID, Merchant: o.Merchant, Mall: o.Key.Mall, Payment: want}})
}

func paymentNothing(t *testing.T, s *shelf) {
	s.store(t)
	alike(t, "found", s.found(t, ports.PaymentQuery{}), []payment.ID{})
	alike(t, "found", s.found(t, ports.PaymentQuery{Merchant: "merchant-1"}), []payment.ID{})
}
