package cli_test

import (
	"strings"
	"testing"
	"time"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/ports"
)

// reconciling answers every reconciliation and notes what was asked for.
func reconciling(d *desk, done command.Reconciled, err error) *command.Reconcile {
	asked := &command.Reconcile{}
	d.app.Commands.Reconcile = handle(func(in command.Reconcile) (command.Reconciled, error) {
		*asked = in
		in.Progress(command.Reconciled{Payments: 40, Refunds: 2, Asked: 12, Settled: 10, Open: 2, Silent: map[string]int{"away": 1}})
		return done, err
	})
	return asked
}

func TestAReconciliationSaysWhatWasSettledAndWhatIsLeft(t *testing.T) {
	t.Parallel()
	d := setup()
	asked := reconciling(d, command.Reconciled{
		Payments: 40, Refunds: 2, Asked: 41, Settled: 30, Open: 11, Held: 1, Took: 1500 * time.Millisecond,
		Left: []ports.UnsettledRow{{Order: "20220519-0000029", Mall: "demomall", Payment: "p-1", Refund: "r-1", State: "sent", Doubtful: true, CreatedAt: tenAM}},
	}, nil)
	r := d.run(t, "reconcile --since=24h")
	if r.code != 0 || r.err != "13 of 42: 10 settled, 2 still open, 1 could not be asked about\n10 more are left; `paybridge reconcile --dry-run` lists all\n" {
		t.Errorf("%+v", r)
	}
	golden(t, "reconcile", r.out)
	if asked.Ago != 24*time.Hour || !asked.Since.IsZero() || asked.Number != "" || asked.DryRun {
		t.Errorf("asked for %+v", asked)
	}
	golden(t, "reconcile_json", d.run(t, "reconcile --json").out)
}

func TestTheTimeAndTheOrderReachTheCommand(t *testing.T) {
	t.Parallel()
	d := setup()
	asked := reconciling(d, command.Reconciled{}, nil)
	for line, want := range map[string]time.Time{
		"reconcile --since=2026-11-22T10:00:00+09:00": time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC),
		"reconcile --since=2026-11-22":                time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC),
		"reconcile":                                   {},
	} {
		if d.run(t, line); !asked.Since.Equal(want) {
			t.Errorf("%s: since %s", line, asked.Since)
		}
	}
	if d.run(t, "reconcile --order=20220519-0000029"); asked.Number != "20220519-0000029" {
		t.Errorf("order %s", asked.Number)
	}
}

func TestACompanyThatCannotBeAskedIsAFailureWithItsReason(t *testing.T) {
	t.Parallel()
	d := setup()
	reconciling(d, command.Reconciled{Payments: 3, Asked: 1, Settled: 1, Silent: map[string]int{"the payment company cannot be reached": 2}}, nil)
	r := d.run(t, "reconcile")
	if r.code != 1 || !strings.Contains(r.out, "could not ask about 2: the payment company cannot be reached") ||
		!strings.Contains(r.err, "could not be asked about 2 of 3") || !strings.Contains(r.err, "the service goes on asking") {
		t.Errorf("%+v", r)
	}
}

func TestADryRunListsWhatWouldBeAsked(t *testing.T) {
	t.Parallel()
	d := setup()
	asked := reconciling(d, command.Reconciled{Payments: 2, Refunds: 1, Left: []ports.UnsettledRow{
		{Order: "20220519-0000029", Mall: "demomall", Payment: "p-1", Refund: "r-1", State: "sent", Doubtful: true, CreatedAt: tenAM},
		{Order: "20220519-0000030", Mall: "demomall", Payment: "p-2", State: "pending", CreatedAt: tenAM},
		{Order: "20220519-0000031", Mall: "demomall", Payment: "p-3", State: "pending", Hold: "credentials", CreatedAt: tenAM},
	}}, nil)
	golden(t, "reconcile_dry", d.run(t, "reconcile --dry-run").out)
	golden(t, "reconcile_dry_json", d.run(t, "reconcile --dry-run --json").out)
	if !asked.DryRun {
		t.Error("it was no dry run")
	}
	reconciling(d, command.Reconciled{}, nil)
	if r := d.run(t, "reconcile --dry-run"); r.out != "nothing is open\n" {
		t.Errorf("%+v", r)
	}
}

func TestADatabaseThatTheServiceHoldsIsNotReconciledBesideIt(t *testing.T) {
	t.Parallel()
	d := setup()
	reconciling(d, command.Reconciled{}, fault.New(fault.Conflict, "database_in_use", "the database is in use by another process"))
	if r := d.run(t, "reconcile"); r.code != 1 || r.out != "" || !strings.Contains(r.err, "in use by another process") || !strings.Contains(r.err, "-> stop `paybridge serve`, run this, and start it again") {
		t.Errorf("%+v", r)
	}
}
