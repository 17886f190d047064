package query_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/query"
	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

// pages are the pages of a mall whose first shop has a button.
type pages struct {
	merchants ports.Merchants
	clock     *fakeclock.Clock
}

func setupPages(t *testing.T) *pages {
	t.Helper()
	clock := fakeclock.New(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	p := &pages{merchants: memory.New(task.React, clock, memory.Options{}).Merchants(), clock: clock}
	p.put(t, "demomall", true)
	p.put(t, "unlinked", false)
	return p
}

func (p *pages) put(t *testing.T, mall merchant.MallID, linked bool) {
	t.Helper()
	_, err := p.merchants.Update(t.Context(), mall, func(m *merchant.Merchant) error {
		if linked {
			m.Link(merchant.Credentials{Gateway: "demo", PublicKey: "pk_demo", Sealed: []byte("s")}, nil, p.clock.Now())
		}
		for _, shop := range []merchant.Shop{
			{No: 1, Name: "Tindahan", Currency: "PHP", Enabled: true, ExternalCheckout: true},
			{No: 2, Name: "Tindahan Japan", Currency: "JPY", Enabled: true},
			{No: 3, Name: "Tindahan World", Currency: "USD", ExternalCheckout: true},
		} {
			if err := m.PutShop(shop, merchant.PartnerID(string(mall)+":"+strconv.Itoa(shop.No))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOnlyAnEnabledShopWithExternalCheckoutOfALinkedMallHasAButton(t *testing.T) {
	t.Parallel()
	p := setupPages(t)
	h := query.CheckoutButtonHandler{Merchants: p.merchants}
	button, err := h.Handle(t.Context(), query.CheckoutButton{Mall: "demomall", Shop: 1})
	if want := (query.Button{PublicKey: "pk_demo", ShopName: "Tindahan", Currency: "PHP"}); err != nil || button != want {
		t.Errorf("got %+v, %v", button, err)
	}
	for name, q := range map[string]query.CheckoutButton{
		"a shop without external checkout": {Mall: "demomall", Shop: 2},
		"a shop that is off":               {Mall: "demomall", Shop: 3},
		"a shop that there is not":         {Mall: "demomall", Shop: 4},
		"a mall that is not linked":        {Mall: "unlinked", Shop: 1},
		"a mall that there is not":         {Mall: "nowhere1", Shop: 1},
	} {
		_, err := h.Handle(t.Context(), q)
		if f := fault.Of(err); f == nil || f.Kind != fault.NotFound || f.Message != "this shop has no payment button" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAButtonIsNotDeniedBecauseTheStoreIsAway(t *testing.T) {
	t.Parallel()
	h := query.CheckoutButtonHandler{Merchants: awayMerchants{}}
	if _, err := h.Handle(t.Context(), query.CheckoutButton{Mall: "demomall", Shop: 1}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

type awayMerchants struct{ ports.Merchants }

// Get implements ports.Merchants.
func (awayMerchants) Get(context.Context, ports.MerchantQuery) (*merchant.Merchant, error) {
	return nil, fault.New(fault.Unavailable, "database_down", "the database is away")
}

// stamp signs everything, and says what.
type stamp struct{}

// SignReservation implements ports.ReservationSigner.
func (stamp) SignReservation(r ports.Reservation) (string, error) {
	return string(r.Mall) + r.Time + r.App + r.Member, nil
}

func TestReservationsAreSignedForLinkedMallsAndThePresentTime(t *testing.T) {
	t.Parallel()
	p := setupPages(t)
	at := func(gap time.Duration) string { return strconv.FormatInt(p.clock.Now().Add(gap).Unix(), 10) }
	for name, tc := range map[string]struct {
		mall    merchant.MallID
		time    string
		anyTime bool
		kind    fault.Kind
	}{
		"now":                                   {"demomall", at(0), false, 0},
		"five minutes late":                     {"demomall", at(-5 * time.Minute), false, 0},
		"five minutes early":                    {"demomall", at(5 * time.Minute), false, 0},
		"later than that":                       {"demomall", at(-5*time.Minute - time.Second), false, fault.Invalid},
		"earlier than that":                     {"demomall", at(5*time.Minute + time.Second), false, fault.Invalid},
		"of 2022":                               {"demomall", "1657003037", false, fault.Invalid},
		"of 2022 where every time is good":      {"demomall", "1657003037", true, 0},
		"no number":                             {"demomall", "now", false, fault.Invalid},
		"a mall that is not linked":             {"unlinked", at(0), false, fault.NotFound},
		"a mall that there is not":              {"nowhere1", at(0), false, fault.NotFound},
		"a mall that there is not, at any time": {"nowhere1", "1657003037", true, fault.NotFound},
	} {
		h := query.SignReservationHandler{Merchants: p.merchants, Signer: stamp{}, Clock: p.clock, AnyTime: tc.anyTime}
		q := query.SignReservation{Reservation: ports.Reservation{Mall: tc.mall, Time: tc.time, App: "app", Member: "juan"}}
		signature, err := h.Handle(t.Context(), q)
		switch {
		case tc.kind == 0 && (err != nil || signature != string(tc.mall)+tc.time+"appjuan"):
			t.Errorf("%s: %q, %v", name, signature, err)
		case tc.kind != 0 && (!fault.Is(err, tc.kind) || signature != ""):
			t.Errorf("%s: %q, %v, want kind %d", name, signature, err, tc.kind)
		}
	}
}
