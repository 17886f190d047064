package memory_test

import (
	"testing"

	"paybridge/adapters/memory"
	"paybridge/domain/merchant"
	"paybridge/ports"
	"paybridge/test/contract"
)

type mallAdminHarness struct{ *memory.MallAdmin }

func (h mallAdminHarness) Admin() contract.MallAdmin { return h.MallAdmin }

func (h mallAdminHarness) Meet(trouble contract.MallAdminTrouble) {
	h.MallAdmin.Meet(map[contract.MallAdminTrouble]memory.MallTrouble{
		contract.MallAdminAway: memory.MallAbsent, contract.MallAdminBusy: memory.MallBusy, contract.MallAdminFails: memory.MallFailing,
		contract.MallAdminLoses: memory.MallLosing, contract.MallAdminGone: memory.MallRemoved, contract.MallAdminUnapproved: memory.MallUnapproved,
		contract.MallAdminRefuses: memory.MallRefusing, contract.MallAdminForgets: memory.MallNone,
	}[trouble])
}

func (h mallAdminHarness) Offered(shop int) merchant.PartnerID {
	return h.MallAdmin.Offered("demomall", shop)
}

func (h mallAdminHarness) Scripts(shop int) []ports.Script {
	return h.MallAdmin.Scripts("demomall", shop)
}

func (h mallAdminHarness) Stray(int, ports.Script) {} // there is one script a shop

func TestAMallsAdministrationKeepsTheContract(t *testing.T) {
	t.Parallel()
	contract.MallAdministration(t, func(*testing.T) contract.MallAdminHarness {
		return mallAdminHarness{memory.NewMallAdmin(
			ports.MallShop{No: 1, Name: "Tindahan", Currency: "PHP", Active: true, Domains: []string{"demomall.cafe24.com"}},
			ports.MallShop{No: 2, Name: "Tindahan Japan", Currency: "JPY", Active: true},
		)}
	})
}
