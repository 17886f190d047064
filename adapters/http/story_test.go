package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/application/task"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// untraced is a trace that goes nowhere.
type untraced struct{}

func (untraced) Current(context.Context) string { return "" }

func (untraced) Join(ctx context.Context, _, _ string) (context.Context, func(error)) {
	return ctx, func(error) {}
}

// overTheApplication puts the real commands behind the doors, over stores in memory.
func overTheApplication(t *testing.T, company *memory.Company, clock ports.Clock) func(*scene) {
	t.Helper()
	keyring, err := memory.NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	store := memory.New(task.React, clock, memory.Options{})
	accounts := command.Accounts{Merchants: store.Merchants(), Keyring: keyring, Gateways: memory.Gateways{"demo": company}}
	imported := command.ImportMerchants{Merchants: []command.MerchantImport{{
		Mall: "demomall", Gateway: "demo", PublicKey: "demo-app-public-key", SecretKey: ports.NewSecret("demo-app-secret-key"),
		Shops: []command.ShopImport{{No: 1, Name: "Tindahan", Currency: "PHP", Enabled: true}},
	}}}
	if _, err := (command.ImportMerchantsHandler{Accounts: accounts, Clock: clock}).Handle(t.Context(), imported); err != nil {
		t.Fatal(err)
	}
	inquiry := command.Inquiry{Accounts: accounts, Orders: store.Orders(), Clock: clock}
	return func(sc *scene) {
		sc.checkout = command.CreateCheckoutHandler{
			Inquiry: inquiry, Mall: &memory.Mall{}, Links: sc.Links, IDs: &counter{}, Trace: untraced{},
		}.Handle
		sc.approve = command.ApprovePaymentHandler{Inquiry: inquiry, Trace: untraced{}}.Handle
		sc.record = command.RecordPaymentResultHandler{
			Accounts: accounts, Orders: store.Orders(), Inbox: store.Inbox(), Clock: clock, Trace: untraced{},
		}.Handle
	}
}

func TestABuyerPaysAndComesBack(t *testing.T) {
	t.Parallel()
	clock := startClock()
	company := memory.NewCompany(clock)
	s := setup(t, overTheApplication(t, company, clock))
	fields := members(t)
	fields["return_url"] = json.RawMessage(`"https://demomall.cafe24.com/Pay/Recv/openpg/PayReceiveRtnPage.php"`)
	fields["return_noty_url"] = json.RawMessage(`"https://demomall.cafe24.com/Pay/Recv/openpg/PayReceiveNoty.php"`)

	opened := s.post(checkoutPath, jsonType, object(t, fields))
	again := s.post(checkoutPath, jsonType, object(t, fields))
	if orders := company.Opened(); opened.status != http.StatusOK || opened.body != again.body || len(orders) != 1 {
		t.Fatalf("got %d %s and %s, and the company has %d orders", opened.status, opened.body, again.body, len(orders))
	}
	code := company.Opened()[0].Code
	company.Settle(code, payment.Paid)

	back := s.send(http.MethodGet, callbackPath+"?"+url.Values{"order_code": {code}, "status": {"F"}}.Encode(), "")
	to, err := url.Parse(back.header.Get("Location"))
	if err != nil || back.status != http.StatusSeeOther || to.Query().Get("result_code") != "0000" ||
		!sameJSON([]byte(to.Query().Get("extra_data")), fields["extra_data"]) {
		t.Errorf("the buyer got %d to %s", back.status, to)
	}
	letter, err := company.Letter(ports.Keys{Public: "demo-app-public-key", Secret: ports.NewSecret("demo-app-secret-key")}, code)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.post(webhookPath, jsonType, string(letter)); got.status != http.StatusOK {
		t.Errorf("the webhook got %d %s", got.status, got.body)
	}
	requireRefusal(t, s, s.post(checkoutPath, jsonType, object(t, fields)), http.StatusConflict, "already paid")
}

func TestWhatOnlyTheApplicationCanJudgeIsRefusedByName(t *testing.T) {
	t.Parallel()
	clock := startClock()
	company := memory.NewCompany(clock)
	s := setup(t, overTheApplication(t, company, clock), func(sc *scene) { sc.signatures = anySignature{} })
	for name, refused := range map[string]struct {
		raw    string
		status int
	}{
		"partner_id":      {`"demomall:1:demo-app-public-key"`, http.StatusNotFound},
		"shop_no":         {`2`, http.StatusBadRequest},
		"currency":        {`"USD"`, http.StatusBadRequest},
		"return_url":      {`"https://evil.example/Pay/Recv/a.php"`, http.StatusBadRequest},
		"return_noty_url": {`"a\nb"`, http.StatusBadRequest},
	} {
		fields := members(t)
		fields["return_url"] = json.RawMessage(`"https://demomall.cafe24.com/Pay/Recv/a.php"`)
		fields[name] = json.RawMessage(refused.raw)
		requireRefusal(t, s, s.post(checkoutPath, jsonType, object(t, fields)), refused.status, name)
	}
	if orders := company.Opened(); len(orders) != 0 {
		t.Errorf("the company has %d orders", len(orders))
	}
}
