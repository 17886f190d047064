package database_test

import (
	"context"
	"sync"
	"testing"

	"paybridge/adapters/database"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

// woken waits for a wake-up.
func woken(t *testing.T, in instance) {
	t.Helper()
	select {
	case <-in.db.Wakeups():
	case <-t.Context().Done():
		t.Fatal("nobody was woken")
	}
}

func asleep(t *testing.T, in instance) {
	t.Helper()
	select {
	case <-in.db.Wakeups():
		t.Error("woken for nothing")
	default:
	}
}

// notifying carries wake-ups until the test ends.
func notifying(t *testing.T, in instance) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var ended sync.WaitGroup
	ended.Go(func() { in.db.Notify(ctx) })
	t.Cleanup(func() {
		cancel()
		ended.Wait()
	})
}

func TestWorkThatIsDueWakesTheWorkerOfItsProcess(t *testing.T) {
	t.Parallel()
	for name, fresh := range both() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := start(open(t, fresh(t)), fakeclock.New(now))
			id := in.stored(t, 1)
			asleep(t, in) // the company is asked later
			in.pay(t, id)
			woken(t, in)
			noError(t, in.outbox.Wake(t.Context(), "ask:payment-1-1"))
			woken(t, in)
			noError(t, in.inbox.Receive(t.Context(), ports.Receipt{Gateway: "demo", Order: id, At: now}, "ask:payment-1-1"))
			woken(t, in)
			noError(t, in.inbox.Receive(t.Context(), ports.Receipt{Gateway: "demo", At: now}, ""))
			asleep(t, in)
		})
	}
}

func TestWorkThatIsDueWakesTheOtherInstances(t *testing.T) {
	t.Parallel()
	all := instances(t, 2)
	for _, in := range all {
		notifying(t, in)
		woken(t, in) // whoever begins to listen looks first
	}
	for n := range 3 {
		id := all[0].stored(t, n)
		all[0].pay(t, id)
		woken(t, all[1])
	}
}

func TestAnInstanceListensAgainWhenTheDatabaseComesBack(t *testing.T) {
	t.Parallel()
	address, clock := freshPostgres(t), fakeclock.New(now)
	in := start(open(t, address), clock)
	notifying(t, in)
	woken(t, in)
	_, err := direct(t, address).ExecContext(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"+
		" WHERE query LIKE 'LISTEN%' AND application_name = current_setting('application_name')")
	noError(t, err)
	woken(t, in)
}

func TestOnSQLiteThereIsNobodyElseToWake(t *testing.T) {
	t.Parallel()
	db, err := database.Open(t.Context(), freshSQLite(t), database.Options{})
	noError(t, err)
	t.Cleanup(func() { noError(t, db.Close()) })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	db.Notify(ctx)
}
