package cli_test

import (
	"strings"
	"testing"
	"time"

	"paybridge/application/command"
	"paybridge/domain/money"
	"paybridge/domain/payment"
)

// comparing answers every comparison and notes what was asked for.
func comparing(d *desk, done command.Compared) *command.ReconcileFromCompany {
	asked := &command.ReconcileFromCompany{}
	d.app.Commands.ReconcileFromCompany = handle(func(in command.ReconcileFromCompany) (command.Compared, error) {
		*asked = in
		in.Progress(command.Compared{Accounts: 1, Orders: 40, Agreed: 40})
		return done, nil
	})
	return asked
}

func TestAComparisonWithTheCompanyNamesWhatIsUnknownHere(t *testing.T) {
	t.Parallel()
	amount, err := money.FromMinor(306_500, "PHP")
	if err != nil {
		t.Fatal(err)
	}
	d := setup()
	asked := comparing(d, command.Compared{
		Accounts: 1, Orders: 42, Agreed: 38, Differed: 2, Adopted: 1, Returned: 1, Took: 1500 * time.Millisecond,
		Unknown: []payment.Answer{{Code: "pg-order-007", Reference: "20220519-0000029", State: payment.Paid, Amount: amount, CreatedAt: tenAM}},
	})
	r := d.run(t, "reconcile --from-company --since=24h")
	if r.code != 0 || r.err != "1 account, 40 orders: 40 agree, 0 differ, 0 adopted, 0 unknown here\n" {
		t.Errorf("%+v", r)
	}
	golden(t, "reconcile_company", r.out)
	golden(t, "reconcile_company_json", d.run(t, "reconcile --from-company --since=24h --json").out)
	if asked.Ago != 24*time.Hour || asked.DryRun {
		t.Errorf("asked for %+v", asked)
	}
}

func TestAComparisonThatIsNotWholeIsAFailure(t *testing.T) {
	t.Parallel()
	d := setup()
	comparing(d, command.Compared{Silent: map[string]int{"the payment company cannot be reached": 2}})
	r := d.run(t, "reconcile --from-company --since=24h")
	if r.code != 1 || !strings.Contains(r.out, "could not ask about 2: the payment company cannot be reached") || !strings.Contains(r.err, "something may be missing here") {
		t.Errorf("%+v", r)
	}
}
