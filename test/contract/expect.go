package contract

import (
	"reflect"
	"testing"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
)

// noError ends the test when there is one.
func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
}

// wantFault checks kind and code of an error; an empty code stands for any.
func wantFault(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if !fault.Is(err, kind) || (code != "" && fault.Of(err).Code != code) {
		t.Fatalf("got error %v, want kind %d with code %q", err, kind, code)
	}
}

// same checks that two values are equal.
func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// alike checks that two values are equal in depth.
func alike(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %#v\nwant %#v", what, got, want)
	}
}

// sameOrder checks that two orders are equal, down to the last byte and microsecond.
func sameOrder(t *testing.T, got, want order.Snapshot) {
	t.Helper()
	alike(t, "order "+string(want.ID), canonical(got), canonical(want))
}

// canonical makes nothing of empty slices: storage cannot tell them from absent ones.
func canonical(s order.Snapshot) order.Snapshot {
	if len(s.Latest.ExtraData) == 0 {
		s.Latest.ExtraData = nil
	}
	if len(s.Refunds) == 0 {
		s.Refunds = nil
	}
	payments := make([]payment.Snapshot, len(s.Payments))
	for i, p := range s.Payments {
		if len(p.Request) == 0 {
			p.Request = nil
		}
		payments[i] = p
	}
	s.Payments = payments
	return s
}

// sameMerchant checks that two merchants are equal, down to the last byte.
func sameMerchant(t *testing.T, what string, got, want merchant.Snapshot) {
	t.Helper()
	for _, m := range []*merchant.Snapshot{&got, &want} {
		if len(m.Credentials) == 0 {
			m.Credentials = nil
		}
		if len(m.Shops) == 0 {
			m.Shops = nil
		}
		if len(m.Domains) == 0 {
			m.Domains = nil
		}
	}
	alike(t, what, got, want)
}
