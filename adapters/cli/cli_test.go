package cli_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"paybridge/adapters/cli"
	"paybridge/domain/fault"
	"paybridge/ports"
)

func TestEveryCommandExplainsItself(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		"", "serve", "ready", "migrate", "migrate up", "migrate down", "migrate status", "merchants", "merchants list", "merchants import",
		"payments", "payments list", "payments show", "notifications", "notifications list", "notifications show", "notifications replay",
		"reconcile", "resolve", "resolve payment", "resolve refund", "readmodel", "readmodel rebuild", "keys", "keys new", "keys list", "keys rotate", "doctor", "version",
	} {
		d := setup()
		r := d.run(t, path+" --help")
		if r.code != 0 || r.err != "" || d.opened != 0 {
			t.Errorf("%s --help: exit %d, %q, opened %d times", path, r.code, r.err, d.opened)
		}
		golden(t, strings.ReplaceAll(strings.TrimSpace("help "+path), " ", "_"), r.out)
	}
}

func TestWrongUsageEndsWithTwoAndSaysWhereTheHelpIs(t *testing.T) {
	t.Parallel()
	for line, expected := range map[string]string{
		"":                                        "expected one of",
		"srve":                                    "unexpected argument srve",
		"payments":                                "expected one of",
		"payments show":                           "expected \"<order>\"",
		"payments list --limit=0":                 "--limit must be 1 or more",
		"payments list --state=gone":              "--state must be one of",
		"payments list --colour":                  "unknown flag --colour",
		"keys rotate":                             "choose a step: --add, --promote, --reencrypt or --prune",
		"keys rotate --add --promote":             "can't be used together",
		"notifications show seven":                "expected a valid 64 bit int",
		"reconcile --from-company":                "--from-company needs --since",
		"reconcile --order=7":                     "order_id: must look like",
		"reconcile --since=soon":                  "--since: must be a time such as 2026-11-22T10:00:00Z, a day, or how long ago, such as 24h",
		"payments show 2022":                      "order_id: must look like",
		"payments list --order=7":                 "order_id: must look like",
		"payments list --mall=Evil.":              "mall_id: must be",
		"notifications list --mall=X":             "mall_id: must be",
		"notifications list --order=7":            "order_id: must look like",
		"merchants list --after=X":                "mall_id: must be",
		"payments show 20220519-0000029 --mall=X": "mall_id: must be",
	} {
		d := setup()
		r := d.run(t, line)
		if r.code != 2 || r.out != "" || !strings.Contains(r.err, expected) || d.opened != 0 {
			t.Errorf("%q: exit %d, opened %d times, printed %q and %q, expected %q", line, r.code, d.opened, r.out, r.err, expected)
		}
	}
	if r := setup().run(t, "payments show"); !strings.Contains(r.err, "see `paybridge payments show --help`") {
		t.Errorf("got %q", r.err)
	}
}

func TestAWrongConfigurationEndsWithTwoAndNamesEverythingAtOnce(t *testing.T) {
	t.Parallel()
	d := setup()
	misuse := &cli.MisuseError{Subject: "the configuration", Problems: []string{"PAYBRIDGE_PUBLIC_URL is missing", "CAFE24_CLIENT_ID is missing"}}
	d.Serve = func(context.Context) error { return fmt.Errorf("serve: %w", misuse) }
	d.Open = func(context.Context) (cli.App, func(), error) { return cli.App{}, nil, misuse }
	for _, line := range []string{"serve", "payments list", "notifications replay 1"} {
		r := d.run(t, line)
		if r.code != 2 {
			t.Errorf("%s: exit %d", line, r.code)
		}
		golden(t, "misconfigured", r.err)
	}
}

func TestKeysAndVersionNeedNoConfiguration(t *testing.T) {
	t.Parallel()
	d := setup()
	d.Serve, d.Open, d.Migrations, d.Doctor = nil, nil, nil, nil
	if r := d.run(t, "keys new"); r != (result{out: "a2V5c2V0\n"}) {
		t.Errorf("keys new: %+v", r)
	}
	if r := d.run(t, "version"); r.code != 0 || !strings.HasPrefix(r.out, "paybridge v1.2.3 (go1.") {
		t.Errorf("version: %+v", r)
	}
}

func TestPeopleReadWhatToDoAndCausesAreForThoseWhoAsk(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"error_internal":    errCore,
		"error_unavailable": fault.New(fault.Unavailable, "database_down", "the database cannot be reached").Because(errCore),
		"error_conflict":    fault.New(fault.Conflict, "database_locked", "paybridge serve holds this SQLite database; stop it first").Because(errCore),
		"error_interrupted": context.Canceled,
	} {
		d := setup()
		d.app.Queries.Payments = refuse[ports.PaymentFilter, []ports.PaymentRow](err)
		r := d.run(t, "payments list")
		if r.code != 1 || r.out != "" || strings.Contains(r.err, errCore.Error()) {
			t.Errorf("%s: %+v", name, r)
		}
		golden(t, name, r.err)
		if r := d.run(t, "payments list --verbose"); !strings.Contains(r.err, "cause: "+err.Error()) {
			t.Errorf("%s --verbose: %q", name, r.err)
		}
	}
}

func TestServeEndsWithTheCodeOfItsEnd(t *testing.T) {
	t.Parallel()
	d := setup()
	if r := d.run(t, "serve"); r != (result{}) {
		t.Errorf("an orderly shutdown: %+v", r)
	}
	d.Serve = func(context.Context) error { return errCore }
	if r := d.run(t, "serve"); r.code != 1 {
		t.Errorf("a broken one: %+v", r)
	}
	d.NewKeyset = func() (string, error) { return "", errCore }
	if r := d.run(t, "keys new"); r.code != 1 || r.out != "" {
		t.Errorf("no keyset: %+v", r)
	}
}

// brokenPipe is an output that nobody reads any more.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestAnOutputThatCannotBeWrittenIsAFailure(t *testing.T) {
	t.Parallel()
	d := setup()
	d.app.Queries.Payments = answer[ports.PaymentFilter](payments())
	for _, line := range []string{"version", "payments list", "payments list --json"} {
		var errs strings.Builder
		if code := cli.Run(t.Context(), strings.Fields(line), cli.Streams{Out: brokenPipe{}, Err: &errs}, d.Program); code != 1 {
			t.Errorf("%s: exit %d", line, code)
		}
		if code := cli.Run(t.Context(), strings.Fields(line), cli.Streams{Out: brokenPipe{}, Err: brokenPipe{}}, d.Program); code != 1 {
			t.Errorf("%s: exit %d", line, code)
		}
	}
}
