package contract

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/ports"
)

func openingSuite() map[string]func(*testing.T, company) {
	return map[string]func(*testing.T, company){
		"equal openings give equal bytes, which hold no key":                                    preparesEqually,
		"what the company cannot take is refused before it is asked":                            refusesEarly,
		"a new order is pending and has a page":                                                 opensPending,
		"the same bytes under the same key are one order":                                       opensOnce,
		"another amount under the same key makes no second order":                               keepsKeysApart,
		"other keys are other orders":                                                           opensAnother,
		"a lost answer is doubt, found by reference, and the same bytes lead to the same order": losesAnswers,
		"a company that is busy surely did nothing":                                             opensLater,
		"keys that the company does not know are unauthenticated":                               refusesStrangers,
		"a caller whose time is over sends nothing":                                             sendsNothingLate,
	}
}

func preparesEqually(t *testing.T, c company) {
	one, other := c.opening(t, "ref-1", "3065"), c.opening(t, "ref-1", "3065")
	if !bytes.Equal(one, other) || bytes.Equal(one, c.opening(t, "ref-2", "3065")) || bytes.Equal(one, c.opening(t, "ref-1", "3066")) {
		t.Errorf("equal openings must give equal bytes, others not: %s", one)
	}
	for _, key := range []string{c.Keys().Public, c.Keys().Secret.Reveal()} {
		if bytes.Contains(one, []byte(key)) {
			t.Errorf("the bytes hold a key")
		}
	}
}

func refusesEarly(t *testing.T, c company) {
	opening := ports.Opening{Reference: "ref-1", CallbackURL: "https://app.example/callback"}
	opening.Amount = money.Zero(c.Gateway().Sheet().Currencies[0])
	_, err := c.PrepareOpening(opening)
	wantFault(t, err, fault.Invalid, "")
	for _, currency := range []money.Currency{"KWD", "VND", "XXX", ""} {
		if slices.Contains(c.Gateway().Sheet().Currencies, currency) {
			continue
		}
		opening.Amount = money.Zero(currency)
		_, err = c.PrepareOpening(opening)
		wantFault(t, err, fault.Unsupported, "")
	}
}

func opensPending(t *testing.T, c company) {
	a := c.opened(t)
	same(t, "state", a.State, payment.Pending)
	same(t, "reference", a.Reference, "ref-1")
	same(t, "amount", a.Amount, c.amount(t, "3065"))
	same(t, "paid", a.Paid, c.amount(t, "0"))
	same(t, "refunded", a.Refunded, c.amount(t, "0"))
	fresh := a.FreshUntil.Sub(a.AskedAt)
	if a.Code == "" || a.PageURL == "" || a.AskedAt.IsZero() || fresh <= 0 || fresh > c.Gateway().Sheet().PageFresh {
		t.Errorf("incomplete: %+v", a)
	}
}

func opensOnce(t *testing.T, c company) {
	first, again := c.opened(t), c.opened(t)
	same(t, "code", again.Code, first.Code)
	same(t, "page", again.PageURL, first.PageURL)
	same(t, "orders", c.Orders(), 1)
}

func keepsKeysApart(t *testing.T, c company) {
	c.opened(t)
	_, err := c.Open(t.Context(), c.Keys(), "key-1", c.opening(t, "ref-1", "3066"))
	wantFault(t, err, fault.Indeterminate, "") // Something else went out under this key and may have been done.
	same(t, "orders", c.Orders(), 1)
}

func opensAnother(t *testing.T, c company) {
	first := c.opened(t)
	second, err := c.Open(t.Context(), c.Keys(), "key-2", c.opening(t, "ref-1", "3065"))
	noError(t, err)
	if second.Code == first.Code || c.Orders() != 2 {
		t.Errorf("another key led to order %s of %d", second.Code, c.Orders())
	}
}

func losesAnswers(t *testing.T, c company) {
	for i, l := range losses() {
		reference, key := fmt.Sprintf("lost-%d", i), fmt.Sprintf("key-%d", i)
		prepared := c.opening(t, reference, "3065")
		c.Meet(l.mood)
		_, err := c.Open(patience(t), c.Keys(), key, prepared)
		wantDoubt(t, l, err)
		found, err := c.InquireByReference(t.Context(), c.Keys(), reference)
		noError(t, err)
		same(t, string(l.mood)+": found by reference", len(found) == 1, l.done)
		again, err := c.Open(t.Context(), c.Keys(), key, prepared)
		noError(t, err)
		for _, known := range found {
			same(t, string(l.mood)+": code", again.Code, known.Code)
			same(t, string(l.mood)+": amount", known.Amount, c.amount(t, "3065"))
		}
		same(t, string(l.mood)+": orders", c.Orders(), i+1)
	}
}

func opensLater(t *testing.T, c company) {
	c.Meet(CompanyIsBusy)
	_, err := c.Open(t.Context(), c.Keys(), "key-1", c.opening(t, "ref-1", "3065"))
	wantFault(t, err, fault.Unavailable, "")
	same(t, "orders", c.Orders(), 0)
	c.opened(t)
}

func refusesStrangers(t *testing.T, c company) {
	code := c.opened(t).Code
	_, err := c.Open(t.Context(), c.Strangers(), "key-2", c.opening(t, "ref-2", "3065"))
	wantFault(t, err, fault.Unauthenticated, "")
	_, err = c.InquireByCode(t.Context(), c.Strangers(), code)
	wantFault(t, err, fault.Unauthenticated, "")
	_, err = c.InquireByReference(t.Context(), c.Strangers(), "ref-1")
	wantFault(t, err, fault.Unauthenticated, "")
	same(t, "orders", c.Orders(), 1)
}

func sendsNothingLate(t *testing.T, c company) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Open(ctx, c.Keys(), "key-1", c.opening(t, "ref-1", "3065"))
	wantFault(t, err, fault.Unavailable, "")
	same(t, "requests", c.Received(), 0)
}
