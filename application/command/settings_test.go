package command_test

import (
	"context"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

var button = ports.Script{URL: "https://pay.example.com/button.js", Integrity: "sha384-x"}

// checked is a company that says whether it takes keys.
type checked struct {
	*memory.Company

	says error
}

func (c *checked) CheckKeys(context.Context, ports.Keys) error { return c.says }

// office is a world with the handlers of a mall's settings.
type office struct {
	*world

	company *checked
	admin   *memory.MallAdmin
	link    command.LinkCredentialsHandler
	shops   command.SwitchShopHandler
	unlink  command.UnlinkCredentialsHandler
	eraser  command.SecretEraser
}

func setupOffice(t *testing.T) *office {
	t.Helper()
	w := newWorld(t)
	o := &office{world: w, company: &checked{Company: w.company}}
	o.admin = memory.NewMallAdmin(
		ports.MallShop{No: 1, Name: "Demo", Currency: "PHP", Active: true}, ports.MallShop{No: 3, Name: "Three", Currency: "PHP", Active: true},
		ports.MallShop{No: 4, Name: "Four", Currency: "VND", Active: true},
	)
	accounts := w.imports.Accounts
	accounts.Gateways = memory.Gateways{"memory": o.company}
	o.link = command.LinkCredentialsHandler{Accounts: accounts, Audit: w.store.Audit(), Clock: w.clock}
	o.shops = command.SwitchShopHandler{
		Accounts: accounts, Shops: command.RefreshShopsHandler{MallShops: o.admin, Merchants: w.store.Merchants(), Clock: w.clock},
		Payments: o.admin, Scripts: o.admin, Script: button, Audit: w.store.Audit(), Clock: w.clock,
	}
	o.unlink = command.UnlinkCredentialsHandler{Switch: o.shops, Views: w.store.Views()}
	o.eraser = command.SecretEraser{Merchants: w.store.Merchants(), Gateways: accounts.Gateways, Views: w.store.Views(), Clock: w.clock}
	return o
}

func (o *office) toggle(index int, to bool, external ...bool) error {
	in := command.SwitchShop{Mall: mallID, Who: "kim", Index: index, To: to}
	if len(external) > 0 {
		in.External = &external[0]
	}
	_, err := o.shops.Handle(o.t.Context(), in)
	return err
}

func (o *office) merchant() *merchant.Merchant {
	o.t.Helper()
	m, err := o.store.Merchants().Get(o.t.Context(), ports.MerchantQuery{Mall: mallID})
	o.must(err)
	return m
}

func (o *office) shop(index int) merchant.Shop {
	o.t.Helper()
	s, err := o.merchant().ShopAt(index)
	o.must(err)
	return s
}

func (o *office) deeds() []ports.Deed {
	o.t.Helper()
	list, err := o.store.Audit().List(o.t.Context(), ports.AuditFilter{Mall: mallID})
	o.must(err)
	var deeds []ports.Deed
	for _, e := range list {
		deeds = append(deeds, e.Deed)
	}
	return deeds
}

func wantKind(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if err == nil || fault.Of(err).Kind != kind || fault.Of(err).Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestOnlyKeysThatTheCompanyTakesAreLinked(t *testing.T) {
	t.Parallel()
	o := setupOffice(t)
	in := command.LinkCredentials{Mall: mallID, Who: "kim", Gateway: "memory", PublicKey: "pk_new", SecretKey: ports.NewSecret("sk_new")}
	o.company.says = fault.New(fault.Unauthenticated, "no", "no")
	_, err := o.link.Handle(t.Context(), in)
	wantKind(t, err, fault.Unauthenticated, "keys_refused")
	o.company.says = fault.New(fault.Indeterminate, "silent", "silent")
	_, err = o.link.Handle(t.Context(), in)
	wantKind(t, err, fault.Unavailable, "company_silent")
	if len(o.merchant().Snapshot().Credentials) != 1 || len(o.deeds()) != 0 {
		t.Error("something was stored")
	}
	o.company.says = nil
	for range 2 {
		if c, err := o.link.Handle(t.Context(), in); err != nil || c.Version != 2 {
			t.Fatalf("version %d, %v", c.Version, err)
		}
	}
	if len(o.merchant().Retired()) != 1 || len(o.deeds()) != 1 {
		t.Errorf("retired %v, deeds %v", o.merchant().Retired(), o.deeds())
	}
}

func TestAShopIsEnabledByItsIndexAtTheMallAndHere(t *testing.T) {
	t.Parallel()
	o := setupOffice(t)
	for range 2 {
		o.must(o.toggle(1, true, true))
		if o.admin.Offered(mallID, 3) != "demomall:1:pk_demo" || len(o.admin.Scripts(mallID, 3)) != 1 || !o.shop(1).Enabled {
			t.Fatalf("offered %q, shop %+v", o.admin.Offered(mallID, 3), o.shop(1))
		}
	}
	o.must(o.toggle(1, true, false))
	if len(o.admin.Scripts(mallID, 3)) != 0 || o.shop(1).ExternalCheckout {
		t.Error("the button is still there")
	}
	for range 2 {
		o.must(o.toggle(1, false))
		if o.admin.Offered(mallID, 3) != "" || o.shop(1).Enabled {
			t.Error("still enabled")
		}
	}
	if len(o.deeds()) != 3 {
		t.Errorf("deeds %v", o.deeds())
	}
	wantKind(t, o.toggle(2, true), fault.Invalid, "currency_not_offered")
	wantKind(t, o.toggle(9, true), fault.Invalid, "invalid_field")
}

func TestAMallInTroubleLeavesNothingHalfDone(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]memory.MallTrouble{
		"away": memory.MallAbsent, "busy": memory.MallBusy, "failing": memory.MallFailing, "loses answers": memory.MallLosing,
		"removed": memory.MallRemoved, "unapproved": memory.MallUnapproved, "refusing": memory.MallRefusing, "answers half": memory.MallHalfway,
	} {
		for before := range 3 { // shops, offer, put script
			if before == 2 && trouble == memory.MallUnapproved {
				continue // scripts are open to everybody
			}
			o := setupOffice(t)
			calls := make([]memory.MallTrouble, before, before+1)
			if before == 0 && trouble == memory.MallUnapproved {
				continue
			}
			o.admin.Next(append(calls, trouble)...)
			if err := o.toggle(1, true, true); err == nil {
				t.Errorf("%s at step %d: enabled", name, before)
			}
			shops := o.merchant().Snapshot().Shops
			if o.admin.Offered(mallID, 3) != "" || len(o.admin.Scripts(mallID, 3)) != 0 || (len(shops) > 1 && (shops[1].Enabled || shops[1].Switching != merchant.Switching{})) {
				t.Errorf("%s at step %d: offered %q, shops %+v", name, before, o.admin.Offered(mallID, 3), shops)
			}
			o.must(o.toggle(1, true, true))
		}
	}
}

func TestASwitchThatCannotBeUndoneIsSeenAndFinishedLater(t *testing.T) {
	t.Parallel()
	o := setupOffice(t)
	o.admin.Next(memory.MallNone, memory.MallLosing, memory.MallAbsent) // shops, offer, withdraw
	wantKind(t, o.toggle(1, true), fault.Indeterminate, "mall_lost")
	wantKind(t, o.toggle(1, false), fault.Conflict, "shop_switching")
	o.clock.Advance(time.Minute)
	if s := o.shop(1); s.Enabled || !s.Switching.Interrupted(o.clock.Now()) {
		t.Errorf("shop %+v", s)
	}
	o.must(o.toggle(1, false))
	if s := o.shop(1); s.Switching != (merchant.Switching{}) || o.admin.Offered(mallID, 3) != "" {
		t.Errorf("shop %+v", s)
	}
}

func TestOfTwoWhoSwitchAShopAtOnceOneIsTold(t *testing.T) {
	t.Parallel()
	o := setupOffice(t)
	var second error
	o.admin.Before(func(call string) {
		if call == "offer" {
			second = o.toggle(1, false)
		}
	})
	o.must(o.toggle(1, true))
	wantKind(t, second, fault.Conflict, "shop_switching")
	if !o.shop(1).Enabled || o.admin.Offered(mallID, 3) == "" {
		t.Error("here and there differ")
	}
}

func TestUnlinkingNamesOpenMoneyAndSettlesItBeforeTheSecretGoes(t *testing.T) {
	t.Parallel()
	o := setupOffice(t)
	o.open()
	out, err := o.unlink.Handle(t.Context(), command.UnlinkCredentials{Mall: mallID, Who: "kim"})
	o.must(err)
	if out.Done || len(out.Open) != 1 || out.Open[0].Order != number {
		t.Fatalf("got %+v", out)
	}
	for range 2 {
		out, err = o.unlink.Handle(t.Context(), command.UnlinkCredentials{Mall: mallID, Who: "kim", Confirm: command.Drain})
		if o.must(err); !out.Done || o.shop(0).Enabled {
			t.Fatalf("got %+v", out)
		}
	}
	wantKind(t, o.toggle(0, true), fault.Invalid, "not_linked")
	erase := func() int {
		o.clock.Advance(time.Minute)
		n, err := o.eraser.Erase(t.Context(), o.clock.Now())
		o.must(err)
		return n
	}
	if n := erase(); n != 0 {
		t.Fatalf("%d secrets erased while money is open", n)
	}
	o.settle(1, payment.Paid)
	o.work(time.Minute)
	if n := erase(); n != 1 || o.order().Payments[0].State.String() != "paid" {
		t.Errorf("%d secrets erased, the payment is %s", n, o.order().Payments[0].State)
	}
	if c := o.merchant().Snapshot().Credentials[0]; len(c.Sealed) != 0 {
		t.Error("the secret is still there")
	}
}

func TestASurplusIsOpenMoneyUntilItHasGoneBack(t *testing.T) {
	t.Parallel()
	o := setupOffice(t)
	o.closed(payment.Failed)
	o.links("pk_other")
	o.open()
	for _, n := range []int{2, 1} {
		o.settle(n, payment.Paid)
		o.approved(command.ApprovePayment{Payment: o.attempt(n).ID})
	}
	unlinks := func(confirm command.Confirmation) command.Unlinked {
		t.Helper()
		out, err := o.unlink.Handle(t.Context(), command.UnlinkCredentials{Mall: mallID, Who: "kim", Confirm: confirm})
		o.must(err)
		return out
	}
	if out := unlinks(command.Unconfirmed); out.Done || len(out.Open) != 1 || out.Open[0].Payment != o.attempt(1).ID {
		t.Fatalf("got %+v", out)
	}
	unlinks(command.Drain)
	erased := func(want int) {
		t.Helper()
		o.clock.Advance(time.Minute)
		n, err := o.eraser.Erase(t.Context(), o.clock.Now())
		o.must(err)
		same(o.world, "erased", n, want)
	}
	erased(0) // the payment that counts is asked about too before the other one goes back
	o.company.Next(memory.RefundCall, memory.Declines)
	o.work(0)
	erased(0)
	o.work(time.Hour)
	o.givenBack()
	erased(2)
}

func TestForgettingErasesTheSecretAtOnceAndSaysWhatWasOpen(t *testing.T) {
	t.Parallel()
	o := setupOffice(t)
	o.open()
	_, err := o.unlink.Handle(t.Context(), command.UnlinkCredentials{Mall: mallID, Who: "kim", Confirm: command.Forget})
	o.must(err)
	list, err := o.store.Audit().List(t.Context(), ports.AuditFilter{Mall: mallID})
	o.must(err)
	if len(o.merchant().Retired()) != 0 || len(list) == 0 || list[0].Detail != "forget, 1 open: "+string(number) {
		t.Errorf("audit %+v", list)
	}
	o.work(time.Minute)
	if p := o.attempt(1); p.Hold != payment.CredentialsHold {
		t.Errorf("nobody is told about the payment: %+v", p)
	}
}

// unlinks has the mall unlinked, with no secret left.
func (o *office) unlinks() {
	o.t.Helper()
	_, err := o.unlink.Handle(o.t.Context(), command.UnlinkCredentials{Mall: mallID, Who: "kim", Confirm: command.Forget})
	o.must(err)
}

// links links an account of the mall.
func (o *office) links(public string) {
	o.t.Helper()
	_, err := o.link.Handle(o.t.Context(), command.LinkCredentials{
		Mall: mallID, Who: "kim", Gateway: "memory", PublicKey: public, SecretKey: ports.NewSecret("sk"),
	})
	o.must(err)
}

func TestMoneyGoesBackOnceItsAccountIsLinkedAgain(t *testing.T) {
	t.Parallel()
	o := setupOffice(t)
	o.paid()
	o.must(o.gets(o.cancels("1000", "2065", waiting), refund.Refunded))
	o.unlinks()
	_, err := o.asks(o.cancels("2065", "0", waiting))
	o.says(err, "unlinked", "nothing was given back")
	o.must(o.gets(o.cancels("1000", "2065", waiting), refund.Refunded)) // it is done all the same
	o.clock.Advance(time.Hour)
	o.links("pk_another")
	_, err = o.asks(o.cancels("2065", "0", waiting))
	o.says(err, "unlinked", "nothing was given back")
	same(o.world, "calls", o.company.Calls(memory.RefundCall), 1)
	o.links("pk_demo")
	o.must(o.gets(o.cancels("2065", "0", waiting), refund.Refunded))
	same(o.world, "given back", o.givenBackAtTheCompany(), "3065.00")
}

func TestAnOpenRefundWhoseKeysWereForgottenWaitsForAPerson(t *testing.T) {
	t.Parallel()
	o := setupOffice(t)
	o.paid()
	o.must(o.gets(o.cancels("3065", "0", notified), refund.Pending))
	o.unlinks()
	o.work(time.Hour)
	same(o.world, "hold", o.attempt(1).Hold, payment.CredentialsHold)
	same(o.world, "left", o.left(), "0.00")
}

func TestASurplusWhoseKeysWereForgottenIsADeadLetterUntilTheAccountIsLinkedAgain(t *testing.T) {
	t.Parallel()
	o := setupOffice(t)
	o.paidTwice()
	o.unlinks()
	o.work(time.Hour)
	same(o.world, "dead", o.last(task.RefundSurplus).verdict.Dead, true)
	same(o.world, "calls", o.company.Calls(memory.RefundCall), 0)
	o.links("pk_demo")
	o.must(o.store.Tasks().Wake(t.Context(), o.last(task.RefundSurplus).Key))
	o.work(time.Minute)
	o.givenBack()
}
