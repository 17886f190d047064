package command_test

import (
	"testing"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// stored is the merchant of the demo mall.
func (w *world) stored() merchant.Snapshot {
	w.t.Helper()
	m, err := w.store.Merchants().Get(w.t.Context(), ports.MerchantQuery{Mall: mallID})
	w.must(err)
	return m.Snapshot()
}

func TestImportingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.stored()
	w.link("pk_demo", "sk_demo")
	after := w.stored()
	same(w, "id", after.ID, before.ID)
	same(w, "versions", len(after.Credentials), 1)
	same(w, "shops", len(after.Shops), 1)
	same(w, "partner ids", len(after.Shops[0].PartnerIDs), 1)
}

func TestNewKeysRetireTheOldOnesAndKeepThemReadable(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string]struct {
		public, secret string
		sameAccount    bool
		partners       int
	}{
		"rotated secret":  {"pk_demo", "sk_new", true, 1},
		"another account": {"pk_new", "sk_new", false, 2},
	} {
		w := newWorld(t)
		w.link(keys.public, keys.secret)
		m := w.stored()
		same(w, name+": versions", len(m.Credentials), 2)
		same(w, name+": old one retired", m.Credentials[0].RetiredAt, w.clock.Now())
		same(w, name+": new one current", m.Credentials[1].RetiredAt.IsZero(), true)
		same(w, name+": account", m.Credentials[0].Fingerprint == m.Credentials[1].Fingerprint, keys.sameAccount)
		same(w, name+": partner ids", len(m.Shops[0].PartnerIDs), keys.partners)

		secret, err := w.imports.Keyring.Open(t.Context(), mallID, m.Credentials[0].Sealed)
		w.must(err)
		same(w, name+": old secret", secret.Reveal(), "sk_demo")
	}
}

func TestAnOldPartnerIDStillFindsItsShop(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.open()
	w.link("pk_new", "sk_new")
	same(w, "page by the old partner id", w.open(), first)
	same(w, "page by the new one", w.open(func(in *command.CreateCheckout) { in.Request.Partner = "demomall:0:pk_new" }), first)
	same(w, "attempts", len(w.order().Payments), 1)
}

func TestABadImportStoresNothingOfItsMerchant(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind fault.Kind
		code string
		edit func(*command.MerchantImport)
	}{
		"unknown company": {fault.Unsupported, "no_such_company", func(m *command.MerchantImport) { m.Gateway = "elsewhere" }},
		"no public key":   {fault.Invalid, "invalid_field", func(m *command.MerchantImport) { m.PublicKey = "" }},
		"no secret key":   {fault.Invalid, "invalid_field", func(m *command.MerchantImport) { m.SecretKey = ports.Secret{} }},
		"bad shop number": {fault.Invalid, "invalid_field", func(m *command.MerchantImport) { m.Shops[0].No = 0 }},
		"taken partner":   {fault.Conflict, "partner_taken", func(m *command.MerchantImport) { m.Shops[0].Partner = partner }},
	} {
		w := newWorld(t)
		bad := command.MerchantImport{
			Mall: "othermall", Gateway: "memory", PublicKey: "pk", SecretKey: ports.NewSecret("sk"),
			Shops: []command.ShopImport{{No: 1, Name: "Other", Currency: "PHP", Enabled: true}},
		}
		c.edit(&bad)
		done, err := w.imports.Handle(t.Context(), command.ImportMerchants{Merchants: []command.MerchantImport{bad}})
		w.wantFault(err, c.kind, c.code)
		same(w, name+": imported", done, command.Imported{})
		_, err = w.store.Merchants().Get(t.Context(), ports.MerchantQuery{Mall: "othermall"})
		same(w, name+": stored", fault.Is(err, fault.NotFound), true)
	}
}

func TestAnImportCountsWhatItStoredBeforeItStopped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	list := make([]command.MerchantImport, 3)
	for i, mall := range []merchant.MallID{"firstmall", "secondmall", "thirdmall"} {
		list[i] = command.MerchantImport{
			Mall: mall, Gateway: "memory", PublicKey: "pk_" + string(mall), SecretKey: ports.NewSecret("sk"),
			Shops: []command.ShopImport{{No: 1, Currency: "PHP"}, {No: 2, Currency: "JPY"}},
		}
	}
	list[1].PublicKey = ""
	done, err := w.imports.Handle(t.Context(), command.ImportMerchants{Merchants: list})
	w.wantFault(err, fault.Invalid, "invalid_field")
	same(w, "stored", done, command.Imported{Merchants: 1, Shops: 2})
}
