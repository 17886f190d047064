package cli_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"paybridge/adapters/cli"
	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/domain/fault"
	"paybridge/ports"
)

func payments() []ports.PaymentRow {
	return []ports.PaymentRow{
		{
			Order: "20220519-0000029", Mall: "demomall", Shop: 1, Attempt: 2, State: "paid", Amount: "3065.00", Currency: "PHP",
			Code: "ORD-20221122-001", Counted: true, Told: "paid", CreatedAt: tenAM, ChangedAt: tenAM.Add(time.Minute),
		},
		{Order: "20220519-0000029", Mall: "demomall", Shop: 1, Attempt: 1, State: "paid", Amount: "3065.00", Currency: "PHP", Code: "ORD-20221122-000", Told: "paid", CreatedAt: tenAM},
		{Order: "20220519-0000030", Mall: "demomall", Shop: 1, Attempt: 1, State: "paid", Amount: "65.00", Currency: "PHP", Code: "ORD-9", Counted: true, Told: "nothing", Dead: 7, CreatedAt: tenAM},
		{Order: "20220520-0000001", Mall: "ectmtjpq001", Shop: 2, Attempt: 1, State: "requested", Doubt: "create", Amount: "500", Currency: "JPY", Told: "nothing", CreatedAt: tenAM},
		{Order: "20220520-0000002", Mall: "ectmtjpq001", Shop: 2, Attempt: 1, State: "pending", Hold: "amount", Amount: "500", Currency: "JPY", Code: "ORD-7", Told: "nothing", CreatedAt: tenAM},
	}
}

func ledger() []ports.LedgerRow {
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	return []ports.LedgerRow{
		{Order: "20220519-0000029", Mall: "demomall", Sequence: 1, Event: "opened", Attempt: 1, To: "requested", Amount: "3065.00", Currency: "PHP", Door: "checkout", Trace: trace, At: tenAM},
		{Order: "20220519-0000029", Mall: "ectmtjpq001", Sequence: 1, Event: "opened", Attempt: 1, To: "requested", Amount: "12.00", Currency: "PHP", Door: "checkout", At: tenAM},
		{Order: "20220519-0000029", Mall: "demomall", Sequence: 2, Event: "raised", Attempt: 1, From: "pending", To: "paid", Code: "ORD-20221122-001", Amount: "3065.00", Currency: "PHP", Door: "webhook", Trace: trace, At: tenAM.Add(time.Second)},
		{Order: "20220519-0000029", Mall: "demomall", Sequence: 3, Event: "mall_refused", Door: "notification", Note: "no such\norder\x1b[31m", Trace: trace, At: tenAM.Add(2 * time.Second)},
		{Order: "20220519-0000029", Mall: "demomall", Sequence: 4, Event: "refund_raised", Attempt: 1, RefundNo: 1, Refund: "r-1", Code: "ORD-20221122-001", RefundCode: "RF-1", From: "pending", To: "refunded", Door: "reconciler", Note: "late", At: tenAM.Add(time.Hour)},
		{Order: "20220519-0000029", Mall: "demomall", Sequence: 5, Event: "refund_intended", Attempt: 1, RefundNo: 2, Refund: "r-2", Door: "operator", At: tenAM.Add(time.Hour)},
	}
}

func notices() []ports.NoticeRow {
	return []ports.NoticeRow{
		{
			ID: 7, Key: "notify_paid:p-1", Kind: "notify_paid", State: "dead", Order: "20220519-0000029", Mall: "demomall", Try: 17, NextAt: tenAM,
			LastTry: tenAM.Add(80 * time.Hour), LastWord: "mall_refused: 500", URL: "https://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveNoty.php?a=1&b=2",
			Body: `{"order_no":"20220519-0000029","payed_tf":"T"}`, Enqueued: tenAM,
		},
		{ID: 6, Kind: "notify_unpaid", State: "ready", Order: "20220520-0000001", Mall: "ectmtjpq001", NextAt: tenAM.Add(time.Minute), Enqueued: tenAM},
	}
}

func merchants() []query.MerchantRow {
	return []query.MerchantRow{
		{Mall: "demomall", Gateway: "demo", PublicKey: "demo-app-public-key", Shops: []query.ShopRow{
			{No: 1, Name: "Tindahan", Currency: "PHP", Enabled: true, ExternalCheckout: true, PartnerIDs: []string{"demomall:0:demo-app-public-key", "old"}},
			{No: 2, Name: "Tindahan Japan", Currency: "JPY"},
		}},
		{Mall: "ectmtjpq001"},
	}
}

// full is an installation with something in every list.
func full() *desk {
	d := setup()
	d.app.Queries.Payments = answer[ports.PaymentFilter](payments())
	d.app.Queries.PaymentHistory = answer[query.PaymentHistory](ledger())
	d.app.Queries.Notifications = answer[ports.NoticeFilter](notices())
	d.app.Queries.Merchants = answer[query.Merchants](merchants())
	d.Migrations = migrations(cli.Migration{Version: 1, Name: "payments", AppliedAt: tenAM}, cli.Migration{Version: 2, Name: "refunds"})
	d.Doctor = func(context.Context) []cli.Check {
		return []cli.Check{
			{Name: "configuration", Health: cli.Healthy, Detail: "complete", Remedy: "none"},
			{Name: "merchant demomall", Health: cli.Warned, Detail: "has no tokens of Cafe24", Remedy: "the merchant must open the app once"},
			{Name: "database", Health: cli.Failed, Detail: "cannot be reached", Remedy: "start Postgres, or correct DATABASE_URL"},
		}
	}
	return d
}

func migrations(all ...cli.Migration) func(context.Context, bool) (cli.Migrations, func(), error) {
	return func(context.Context, bool) (cli.Migrations, func(), error) {
		return cli.Migrations{
			List: func(context.Context) ([]cli.Migration, error) { return all, nil },
			Up:   func(context.Context) ([]cli.Migration, error) { return all[1:], nil },
			Down: func(context.Context) (cli.Migration, error) { return all[0], nil },
		}, func() {}, nil
	}
}

func TestListsAreTablesForPeople(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{
		"payments_list": "payments list", "payments_show": "payments show 20220519-0000029", "notifications_list": "notifications list",
		"notifications_show": "notifications show 7", "merchants_list": "merchants list", "migrate_status": "migrate status",
	} {
		r := full().run(t, line)
		if r.code != 0 {
			t.Errorf("%s: %+v", line, r)
		}
		golden(t, name, r.out)
	}
}

func TestListsAreJSONForScripts(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{
		"payments_list": "payments list", "payments_show": "payments show 20220519-0000029", "notifications_list": "notifications list",
		"notifications_show": "notifications show 7", "merchants_list": "merchants list", "migrate_status": "migrate status", "doctor": "doctor",
	} {
		r := full().run(t, line+" --json")
		if !json.Valid([]byte(r.out)) {
			t.Errorf("%s: %+v", line, r)
		}
		golden(t, name+"_json", r.out)
	}
}

func TestEmptyListsSayIt(t *testing.T) {
	t.Parallel()
	for line, expected := range map[string]string{
		"payments list":                      "no payments yet\n",
		"payments list --state=paid":         "no payments like that\n",
		"payments list --json":               "[]\n",
		"notifications list":                 "no notifications yet\n",
		"notifications list --mall=demomall": "no notifications like that\n",
		"notifications list --json":          "[]\n",
		"merchants list":                     "no merchants yet; `paybridge merchants import FILE` stores some\n",
		"merchants list --json":              "[]\n",
	} {
		if r := setup().run(t, line); r != (result{out: expected}) {
			t.Errorf("%s: %+v", line, r)
		}
	}
}

func TestFiltersReachTheQuery(t *testing.T) {
	t.Parallel()
	d := setup()
	var asked []any
	d.app.Queries.Payments = handle(func(f ports.PaymentFilter) ([]ports.PaymentRow, error) { asked = append(asked, f); return nil, nil })
	d.app.Queries.Notifications = handle(func(f ports.NoticeFilter) ([]ports.NoticeRow, error) { asked = append(asked, f); return nil, nil })
	d.app.Queries.Merchants = handle(func(q query.Merchants) ([]query.MerchantRow, error) { asked = append(asked, q); return nil, nil })
	d.app.Queries.PaymentHistory = handle(func(q query.PaymentHistory) ([]ports.LedgerRow, error) { asked = append(asked, q); return nil, nil })
	d.run(t, "payments list --mall demomall --order 20220519-0000029 --state paid --limit 7")
	d.run(t, "notifications list --mall demomall --order 20220519-0000029 --state dead")
	d.run(t, "notifications show 12")
	d.run(t, "merchants list --after demomall --limit 3")
	d.run(t, "payments show 20220519-0000029 --mall demomall")
	expected := []any{
		ports.PaymentFilter{Mall: "demomall", Number: "20220519-0000029", State: "paid", Limit: 7},
		ports.NoticeFilter{Mall: "demomall", Number: "20220519-0000029", State: "dead", Limit: 50},
		ports.NoticeFilter{ID: 12, Limit: 1},
		query.Merchants{After: "demomall", Limit: 3},
		query.PaymentHistory{Number: "20220519-0000029", Mall: "demomall"},
	}
	for i, e := range expected {
		if asked[i] != e {
			t.Errorf("asked %+v, expected %+v", asked[i], e)
		}
	}
}

func TestAFullPageSaysThatThereMayBeMore(t *testing.T) {
	t.Parallel()
	for line, expected := range map[string]string{
		"payments list --limit 5":      "the newest 5 are shown; --limit shows more\n",
		"notifications list --limit 2": "the newest 2 are shown; --limit shows more\n",
		"merchants list --limit 2":     "2 are shown; --after ectmtjpq001 shows what follows\n",
	} {
		if r := full().run(t, line); r.err != expected {
			t.Errorf("%s: %q", line, r.err)
		}
	}
}

func TestWhatDoesNotExistIsAFailureWithAWayOut(t *testing.T) {
	t.Parallel()
	d := setup()
	d.app.Commands.ReplayNotification = refuse[command.ReplayNotification, ports.NoticeRow](fault.New(fault.NotFound, "no_such_notice", "there is no notification 9"))
	for line, expected := range map[string]string{
		"payments show 20220519-0000029": "paybridge: nothing is known of order 20220519-0000029\n  -> `paybridge payments list` shows the ones there are\n",
		"notifications show 9":           "paybridge: there is no notification 9\n  -> `paybridge notifications list` shows the ones there are\n",
		"notifications replay 9":         "paybridge: there is no notification 9\n  -> `paybridge notifications list` shows the ones there are\n",
	} {
		if r := d.run(t, line); r != (result{code: 1, err: expected}) {
			t.Errorf("%s: %+v", line, r)
		}
	}
}

func TestADeliveredNotificationIsNotSentAgainAndTheErrorSaysWhichAre(t *testing.T) {
	t.Parallel()
	d := setup()
	d.app.Commands.ReplayNotification = refuse[command.ReplayNotification, ports.NoticeRow](fault.New(fault.Conflict, "notice_done", "notification 49 is finished: told"))
	expected := "paybridge: notification 49 is finished: told\n  -> only ready and dead ones are sent; `paybridge payments show ORDER` tells what the mall knows\n"
	if r := d.run(t, "notifications replay 49"); r != (result{code: 1, err: expected}) {
		t.Errorf("%+v", r)
	}
}

func TestTextOfOthersCannotSteerTheTerminal(t *testing.T) {
	t.Parallel()
	if r := full().run(t, "payments show 20220519-0000029"); strings.ContainsAny(r.out, "\x1b\x07\r") || !strings.Contains(r.out, "no such\ufffdorder\ufffd[31m") {
		t.Errorf("printed %q", r.out)
	}
}

func TestAReplaySaysWhatItStarted(t *testing.T) {
	t.Parallel()
	d := setup()
	d.app.Commands.ReplayNotification = handle(func(in command.ReplayNotification) (ports.NoticeRow, error) {
		row := notices()[0]
		row.ID = in.ID
		return row, nil
	})
	expected := "notification 7 (notify_paid of order 20220519-0000029, mall demomall) is due now; it was dead after 17 tries\n"
	if r := d.run(t, "notifications replay 7"); r != (result{out: expected}) {
		t.Errorf("%+v", r)
	}
}

func TestAnErrorOfTheApplicationEndsEveryCommandWithOne(t *testing.T) {
	t.Parallel()
	d := setup()
	d.app.Queries.Payments = refuse[ports.PaymentFilter, []ports.PaymentRow](errCore)
	d.app.Queries.PaymentHistory = refuse[query.PaymentHistory, []ports.LedgerRow](errCore)
	d.app.Queries.Notifications = refuse[ports.NoticeFilter, []ports.NoticeRow](errCore)
	d.app.Queries.Merchants = refuse[query.Merchants, []query.MerchantRow](errCore)
	d.app.Commands.ReplayNotification = refuse[command.ReplayNotification, ports.NoticeRow](errCore)
	for _, line := range []string{
		"payments list", "payments show 20220519-0000029", "notifications list", "notifications show 1", "notifications replay 1", "merchants list",
		"migrate up", "migrate down", "migrate status", "doctor",
	} {
		if r := d.run(t, line); r.code != 1 || r.out != "" || r.err == "" {
			t.Errorf("%s: %+v", line, r)
		}
	}
}
