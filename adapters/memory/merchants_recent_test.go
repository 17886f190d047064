package memory_test

import (
	"context"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/task"
	"paybridge/domain/merchant"
	"paybridge/ports"
	"paybridge/test/contract"
	"paybridge/test/fakeclock"
)

func TestRememberedMerchantsKeepThePromisesOfThePort(t *testing.T) {
	t.Parallel()
	contract.Merchants(t, func(t *testing.T, terms contract.Terms) contract.Storage {
		t.Helper()
		s := open(t, terms)
		s.Merchants = memory.NewRecentMerchants(s.Merchants)
		return s
	})
}

// counting counts the questions that reach the store.
type counting struct {
	ports.Merchants
	asked int
}

func (c *counting) Get(ctx context.Context, by ports.MerchantQuery) (*merchant.Merchant, error) {
	c.asked++
	return c.Merchants.Get(ctx, by)
}

func TestAMerchantIsReadOnceASecondAndAtOnceAfterAChangeHere(t *testing.T) {
	t.Parallel()
	clock := fakeclock.New(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	store := &counting{Merchants: memory.New(task.React, clock, memory.Options{}).Merchants()}
	recent := memory.NewRecentMerchants(store)
	set := func(enabled bool) {
		_, err := recent.Update(t.Context(), "demomall", func(m *merchant.Merchant) error {
			return m.PutShop(merchant.Shop{No: 1, Currency: "PHP", Enabled: enabled}, "partner")
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	enabled := func() bool {
		m, err := recent.Get(t.Context(), ports.MerchantQuery{Partner: "partner"})
		if err != nil {
			t.Fatal(err)
		}
		return m.Snapshot().Shops[0].Enabled
	}
	set(true)
	for range 100 {
		if !enabled() {
			t.Fatal("the shop is not enabled")
		}
	}
	if store.asked != 1 {
		t.Errorf("%d questions reached the store", store.asked)
	}
	set(false)
	if enabled() {
		t.Error("a shop that was switched off here still counts as enabled")
	}
	if _, err := recent.Get(t.Context(), ports.MerchantQuery{Mall: "demomall"}); err != nil || store.asked != 3 {
		t.Errorf("by mall: %v, %d questions", err, store.asked)
	}
	recent.Forget()
	if enabled(); store.asked != 4 {
		t.Errorf("after it forgot: %d questions reached the store", store.asked)
	}
}
