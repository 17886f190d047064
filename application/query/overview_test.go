package query_test

import (
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/query"
	"paybridge/application/task"
	"paybridge/domain/merchant"
	"paybridge/test/fakeclock"
)

func TestHowAMallStandsIsReadFromWhatIsStored(t *testing.T) {
	t.Parallel()
	clock := fakeclock.New(time.Date(2026, 11, 26, 15, 0, 0, 0, time.UTC))
	store := memory.New(task.React, clock, memory.Options{})
	h := query.OverviewHandler{Merchants: store.Merchants(), Tokens: store.Tokens()}
	nobody, err := h.Handle(t.Context(), query.Overview{Mall: "nomall"})
	if err != nil || nobody.Linked || nobody.Access || len(nobody.Shops) != 0 {
		t.Errorf("a mall that nobody knows: %+v, %v", nobody, err)
	}
	_, err = store.Merchants().Update(t.Context(), "demomall", func(m *merchant.Merchant) error {
		m.SeeShops([]merchant.SeenShop{{No: 1, Name: "Tindahan", Currency: "PHP"}})
		m.Pause(merchant.StoreClosed)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.Tokens().Update(t.Context(), "demomall", func(tokens *merchant.Tokens) error {
		tokens.Granted(merchant.Grant{Access: []byte("a"), Refresh: []byte("r"), RefreshUntil: clock.Now().Add(time.Hour)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := h.Handle(t.Context(), query.Overview{Mall: "demomall"})
	if err != nil || got.Linked || !got.Access || len(got.Paused) != 1 || len(got.Shops) != 1 || got.Shops[0].Name != "Tindahan" || got.Shops[0].Enabled {
		t.Errorf("got %+v, %v", got, err)
	}
}
