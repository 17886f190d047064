package order_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
)

// These texts were sent to companies. If one changes, a payment that is in doubt while a new version
// is rolled out is charged twice.
func TestDerivedNamesNeverChange(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"pay_9db4332e1d30ca615078da002efd7a16597d481c": key.PaymentKey(1),
		"pay_172c2da0577520e674066a2fbce894fb0099d776": key.PaymentKey(2),
		"20261122-0000001":                             key.PaymentReference(1, false),
		"20261122-0000001-fzgafy":                      key.PaymentReference(1, true),
		"20261122-0000001-d32lsi":                      key.PaymentReference(2, false),
		"ref_9992c85ac1a8e7321be661711d6196b0c650f2b4": key.RefundKey("surplus:p-1", 1),
		"ref_565c5fce24650dd1e85a00cc03c869ade73e1229": key.RefundKey("surplus:p-1", 2),
		"20261122-0000001-rqlklkl":                     key.RefundReference("surplus:p-1", 1),
	} {
		if got != want {
			t.Errorf("%q was %q", got, want)
		}
	}
}

func TestNumbersAreADateADashAndSevenDigits(t *testing.T) {
	t.Parallel()
	if n, err := order.ParseNumber("20220519-0000029"); err != nil || n != "20220519-0000029" {
		t.Errorf("%q, %v", n, err)
	}
	for _, bad := range []string{
		"", "20220519", "20220519-000002", "20220519-00000290", "2022051-00000029", "20220519_0000029", " 20220519-0000029",
		"20220519-0000029\n", "20220519-000002x", "２0220519-0000029", "20220519-0000029-1",
	} {
		if n, err := order.ParseNumber(bad); n != "" || !fault.Is(err, fault.Invalid) {
			t.Errorf("%q accepted as %q, %v", bad, n, err)
		}
	}
}

var keys = rapid.Custom(func(t *rapid.T) order.Key {
	return order.Key{
		Mall:   merchant.MallID(rapid.StringMatching(`[a-z][a-z0-9]{3,15}`).Draw(t, "mall")),
		Shop:   rapid.IntRange(1, 99).Draw(t, "shop"),
		Number: order.Number(rapid.StringMatching(`2026[0-9]{4}-[0-9]{7}`).Draw(t, "number")),
	}
})

func TestDifferentWorkHasDifferentNames(t *testing.T) {
	t.Parallel()
	type work struct {
		key        order.Key
		n          int
		purpose    string
		generation int
	}
	seen := map[string]work{}
	rapid.Check(t, func(t *rapid.T) {
		w := work{
			key: keys.Draw(t, "key"), n: rapid.IntRange(1, 5).Draw(t, "attempt"),
			purpose: rapid.SampledFrom([]string{"surplus:p-1", "surplus:p-11"}).Draw(t, "purpose"), generation: rapid.IntRange(1, 3).Draw(t, "generation"),
		}
		payments, refunds := w, w
		payments.purpose, payments.generation, refunds.n = "", 0, 0
		for name, of := range map[string]work{
			w.key.PaymentKey(w.n):                    payments,
			w.key.RefundKey(w.purpose, w.generation): refunds,
		} {
			if other, taken := seen[name]; taken && other != of {
				t.Fatalf("%+v and %+v are both named %s", of, other, name)
			}
			seen[name] = of
		}
	})
}

func TestNeighboursAreNotConfused(t *testing.T) {
	t.Parallel()
	other := func(edit func(*order.Key)) order.Key {
		k := key
		edit(&k)
		return k
	}
	for name, k := range map[string]order.Key{
		"mall":   other(func(k *order.Key) { k.Mall = "demomall1" }),
		"shop":   other(func(k *order.Key) { k.Shop = 11 }),
		"number": other(func(k *order.Key) { k.Number = "20261122-0000011" }),
	} {
		if k.PaymentKey(1) == key.PaymentKey(1) || k.PaymentReference(2, false) == key.PaymentReference(2, false) ||
			k.RefundKey("s", 1) == key.RefundKey("s", 1) || k.RefundReference("s", 1) == key.RefundReference("s", 1) {
			t.Errorf("another %s shares a name", name)
		}
	}
	if key.PaymentKey(11) == key.PaymentKey(1) || key.RefundKey("s1", 1) == key.RefundKey("s", 11) {
		t.Error("parts of a name run into each other")
	}
}

func TestReferencesBeginWithTheNumberThatPeopleKnow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		k := keys.Draw(t, "key")
		n := rapid.IntRange(1, 20).Draw(t, "attempt")
		for _, reference := range []string{k.PaymentReference(n, true), k.RefundReference("surplus", n)} {
			if !strings.HasPrefix(reference, string(k.Number)+"-") || len(reference) > 24 {
				t.Fatalf("reference %q of %s", reference, k.Number)
			}
		}
	})
}

func TestAKeyPrintsItsParts(t *testing.T) {
	t.Parallel()
	if got := key.String(); got != "demomall/1/20261122-0000001" {
		t.Errorf("got %q", got)
	}
}
