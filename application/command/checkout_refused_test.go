package command_test

import (
	"testing"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/ports"
)

func TestABadCheckoutIsRefusedWithItsFieldNamedAndNothingStored(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind        fault.Kind
		code, field string
		edit        func(w *world) edit
	}{
		"unknown partner": {fault.NotFound, "unknown_partner", "", set(func(in *command.CreateCheckout) { in.Request.Partner = "nobody:0:pk" })},
		"wrong shop_no":   {fault.Invalid, "invalid_field", "shop_no", set(func(in *command.CreateCheckout) { in.Shop = 2 })},
		"foreign return_url": {fault.Invalid, "invalid_field", "return_url", set(func(in *command.CreateCheckout) {
			in.Request.ReturnURL = "https://evil.example/Pay/Recv/return"
		})},
		"foreign return_noty_url": {fault.Invalid, "invalid_field", "return_noty_url", set(func(in *command.CreateCheckout) {
			in.Request.NotifyURL = "https://evil.example/Pay/Recv/noty"
		})},
		"wrong currency": {fault.Invalid, "invalid_field", "currency", func(w *world) edit {
			yen := w.money("3065", "JPY")
			return func(in *command.CreateCheckout) { in.Amount = yen }
		}},
		"no amount":  {fault.Invalid, "invalid_field", "amount", func(w *world) edit { return w.amount("0.00") }},
		"other shop": {fault.Invalid, "invalid_field", "shop_no", func(w *world) edit { return w.anotherShop("PHP", true) }},
		"disabled shop": {fault.Forbidden, "shop_disabled", "", func(w *world) edit {
			other := w.anotherShop("PHP", false)
			return func(in *command.CreateCheckout) { other(in); in.Shop = 2 }
		}},
		"currency that the company does not take": {fault.Unsupported, "currency_not_offered", "", func(w *world) edit {
			other, dong := w.anotherShop("VND", true), w.money("3065", "VND")
			return func(in *command.CreateCheckout) { other(in); in.Shop, in.Amount = 2, dong }
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			_, err := w.ask(c.edit(w))
			w.wantFault(err, c.kind, c.code)
			same(w, "field", fault.Of(err).Field, c.field)
			w.nothingStored()
		})
	}
}

func set(e edit) func(*world) edit { return func(*world) edit { return e } }

// anotherShop imports a second shop of the mall and makes the request one of its partner id.
func (w *world) anotherShop(currency money.Currency, enabled bool) edit {
	w.t.Helper()
	w.link("pk_demo", "sk_demo", func(m *command.MerchantImport) {
		m.Shops = []command.ShopImport{{No: 2, Name: "Second", Currency: currency, Enabled: enabled}}
	})
	return func(in *command.CreateCheckout) { in.Request.Partner = "demomall:1:pk_demo" }
}

// nothingStored checks that neither the store nor the company heard of anything.
func (w *world) nothingStored() {
	w.t.Helper()
	rows, err := w.store.Views().Payments(w.t.Context(), ports.PaymentFilter{})
	w.must(err)
	same(w, "stored payments", len(rows), 0)
	same(w, "create calls", w.company.Calls(memory.OpenCall), 0)
	same(w, "questions", w.company.Calls(memory.InquireCall), 0)
}
