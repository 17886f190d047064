package cli_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"paybridge/adapters/cli"
	"paybridge/domain/fault"
)

func TestMigrationsSayWhatTheyDid(t *testing.T) {
	t.Parallel()
	d, opened, closed := full(), 0, 0
	open := d.Migrations
	var created []bool
	d.Migrations = func(ctx context.Context, create bool) (cli.Migrations, func(), error) {
		opened, created = opened+1, append(created, create)
		m, _, err := open(ctx, create)
		return m, func() { closed++ }, err
	}
	for _, step := range []struct{ line, out string }{{"migrate up", "applied 2 refunds\n"}, {"migrate down", "reverted 1 payments\n"}} {
		if r := d.run(t, step.line); r != (result{out: step.out}) {
			t.Errorf("%s: %+v", step.line, r)
		}
	}
	if r := d.run(t, "migrate status"); r.err != "1 migration is pending: `paybridge migrate up` applies them\n" {
		t.Errorf("status: %+v", r)
	}
	if opened != 3 || closed != 3 || !slices.Equal(created, []bool{true, false, false}) {
		t.Errorf("opened %d times, closed %d times, made a database: %v", opened, closed, created)
	}
}

func TestADatabaseThatIsUpToDateHasNothingToDo(t *testing.T) {
	t.Parallel()
	d := setup()
	d.Migrations = migrations(cli.Migration{Version: 1, Name: "payments", AppliedAt: tenAM})
	if r := d.run(t, "migrate up"); r != (result{out: "nothing to do, the database is up to date\n"}) {
		t.Errorf("up: %+v", r)
	}
	if r := d.run(t, "migrate status"); r.err != "" {
		t.Errorf("status: %+v", r)
	}
}

func TestAMigrationThatBreaksTellsWhatWasAppliedBefore(t *testing.T) {
	t.Parallel()
	d := setup()
	d.Migrations = func(context.Context, bool) (cli.Migrations, func(), error) {
		return cli.Migrations{
			Up: func(context.Context) ([]cli.Migration, error) {
				return []cli.Migration{{Version: 1, Name: "payments"}}, errCore
			},
			Down: func(context.Context) (cli.Migration, error) {
				return cli.Migration{}, fault.New(fault.NotFound, "no_migration", "no migration is applied")
			},
			List: func(context.Context) ([]cli.Migration, error) { return nil, errCore },
		}, func() {}, nil
	}
	if r := d.run(t, "migrate up"); r.code != 1 || r.out != "applied 1 payments\n" || r.err == "" {
		t.Errorf("up: %+v", r)
	}
	if r := d.run(t, "migrate down"); r != (result{code: 1, err: "paybridge: no migration is applied\n"}) {
		t.Errorf("down: %+v", r)
	}
	if r := d.run(t, "migrate status"); r.code != 1 || r.out != "" {
		t.Errorf("status: %+v", r)
	}
}

func TestTheDoctorSaysWhatToDoAndFailsWhenACheckFailed(t *testing.T) {
	t.Parallel()
	r := full().run(t, "doctor")
	if r.code != 1 || r.err != "paybridge: 1 of 3 checks failed\n" {
		t.Errorf("%+v", r)
	}
	golden(t, "doctor", r.out)
	if r := full().run(t, "doctor --json"); r.code != 1 {
		t.Errorf("--json: %+v", r)
	}
}

func TestAWarningOfTheDoctorIsNoFailure(t *testing.T) {
	t.Parallel()
	d := setup()
	d.Doctor = func(context.Context) []cli.Check {
		return []cli.Check{{Name: "redis", Health: cli.Warned, Detail: "is down; the database answers"}}
	}
	if r := d.run(t, "doctor"); r != (result{out: "warning  redis  is down; the database answers\n"}) {
		t.Errorf("%+v", r)
	}
}

func TestAHealthCheckHearsWhetherTheServiceIsReady(t *testing.T) {
	t.Parallel()
	d := setup()
	if r := d.run(t, "ready"); r != (result{out: "ready\n"}) {
		t.Errorf("%+v", r)
	}
	d.Ready = func(context.Context) (string, error) {
		return "", fault.New(fault.Unavailable, "unready", "not ready: migrations: 2 are pending")
	}
	if r := d.run(t, "ready"); r.code != 1 || r.out != "" || !strings.Contains(r.err, "migrations: 2 are pending") {
		t.Errorf("%+v", r)
	}
}
