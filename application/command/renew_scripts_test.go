package command_test

import (
	"strconv"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

var oldScript, newScript = ports.Script{URL: "https://pay.example/s", Integrity: "sha384-old"}, ports.Script{URL: "https://pay.example/s", Integrity: "sha384-new"}

// setupScripts returns malls with the script of an older release in their first shops, all of which have two
// shops with the button and one without.
func setupScripts(t *testing.T, malls ...merchant.MallID) (command.RenewScriptsHandler, *memory.MallAdmin) {
	t.Helper()
	clock := fakeclock.New(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	merchants, admin := memory.New(task.React, clock, memory.Options{}).Merchants(), memory.NewMallAdmin(ports.MallShop{No: 1}, ports.MallShop{No: 2}, ports.MallShop{No: 3})
	for _, mall := range malls {
		_, err := merchants.Update(t.Context(), mall, func(m *merchant.Merchant) error {
			m.Link(merchant.Credentials{Gateway: "demo", PublicKey: "pk", Sealed: []byte("s")}, nil, clock.Now())
			for no := 1; no <= 3; no++ {
				shop := merchant.Shop{No: no, Name: "s", Currency: "PHP", Enabled: true, ExternalCheckout: no < 3}
				if err := m.PutShop(shop, merchant.PartnerID(string(mall)+":"+strconv.Itoa(no))); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, no := range []int{1, 3} {
			if err := admin.PutScript(t.Context(), mall, no, oldScript); err != nil {
				t.Fatal(err)
			}
		}
	}
	return command.RenewScriptsHandler{Merchants: merchants, Scripts: admin, Script: newScript}, admin
}

func TestShopsWithTheButtonLoadTheOneOfThisRelease(t *testing.T) {
	t.Parallel()
	h, admin := setupScripts(t, "mallaaa", "mallbbb")
	done, err := h.Handle(t.Context(), command.RenewScripts{})
	if err != nil || done.Shops != 4 || done.Without != 0 {
		t.Errorf("renewed %+v, %v", done, err)
	}
	for _, mall := range []merchant.MallID{"mallaaa", "mallbbb"} {
		for no, want := range map[int]string{1: newScript.Integrity, 2: "", 3: oldScript.Integrity} {
			got := ""
			for _, s := range admin.Scripts(mall, no) {
				got += s.Integrity
			}
			if got != want {
				t.Errorf("shop %d of %s loads %q, want %q", no, mall, got, want)
			}
		}
	}
}

func TestAMallThatGivesNoAccessIsLeftAloneAndOneThatIsAwayIsTriedAgain(t *testing.T) {
	t.Parallel()
	h, admin := setupScripts(t, "mallaaa")
	admin.Meet(memory.MallRemoved)
	if done, err := h.Handle(t.Context(), command.RenewScripts{}); err != nil || done.Without != 2 {
		t.Errorf("renewed %+v, %v", done, err)
	}
	admin.Meet(memory.MallAbsent)
	if _, err := h.Handle(t.Context(), command.RenewScripts{}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
	admin.Meet(memory.MallNone)
	if done, err := h.Handle(t.Context(), command.RenewScripts{}); err != nil || done.Shops != 2 {
		t.Errorf("renewed %+v, %v", done, err)
	}
}
