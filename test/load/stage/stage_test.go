package stage_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"paybridge/test/load/drive"
	"paybridge/test/load/message"
	"paybridge/test/load/stage"
	"paybridge/test/rig"
)

// open returns a stage that is closed when the test ends.
func open(t *testing.T) *stage.Stage {
	t.Helper()
	s, err := stage.Open(t.Context(), stage.NewServer(os.Getenv("TEST_DATABASE_URL")), rig.Binary(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// checkouts are signed requests of the stage's mall.
func checkouts(s *stage.Stage) drive.Target {
	body := func(serial int) []byte { return message.Checkout(message.OrderNumber(serial)) }
	return drive.Target{Address: s.Address, Path: "/api/asynchronous-checkout/checkout", Body: body, Expect: `"result_code":"0000"`}
}

func TestAStageAnswersSignedCheckoutsAndTellsWhatTheAppUses(t *testing.T) {
	t.Parallel()
	s := open(t)
	began, err := s.Start(t.Context())
	if err != nil || time.Since(began) <= 0 {
		t.Fatal(err)
	}
	r := drive.Closed(t.Context(), checkouts(s), drive.Load{Connections: 2, Run: time.Minute, Most: 20})
	if len(r.Shots) != 20 {
		t.Fatalf("%d of 20 were good: %s\n%s", len(r.Shots), r.Failure, s.Log())
	}
	if orders := s.World.Company.PayAll(); len(orders) != 20 || !strings.Contains(orders[0].WebhookURL, s.Address) {
		t.Errorf("the company has %d orders, %v", len(orders), orders)
	}
	if took := s.World.Company.OrderTook(message.OrderNumber(7)); took <= 0 {
		t.Errorf("the company took %s", took)
	}
	if used, err := s.ProcessorTime(); err != nil || used <= 0 {
		t.Errorf("processor time %s, %v", used, err)
	}
	if now, peak, err := s.Memory(); err != nil || now < 1<<20 || peak < now {
		t.Errorf("memory %d, at most %d, %v", now, peak, err)
	}
}

func TestAServerThatMayLoseWhatItConfirmedIsRefused(t *testing.T) {
	t.Parallel()
	address := rig.FreshPostgres(t)
	db, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(t.Context(), `DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET synchronous_commit = off'; END $$`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := stage.NewServer(address).Durable(t.Context()); err == nil || !strings.Contains(err.Error(), "is off") {
		t.Errorf("the answer is %v", err)
	}
}

func TestCopiesOfPaymentsAreWholeAndLeaveNothingToDo(t *testing.T) {
	t.Parallel()
	s := open(t)
	if _, err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := drive.Closed(t.Context(), checkouts(s), drive.Load{Connections: 1, Run: time.Minute, Most: 5}); len(r.Shots) != 5 {
		t.Fatalf("%d of 5 were good: %s\n%s", len(r.Shots), r.Failure, s.Log())
	}
	if err := s.Database.Copy(t.Context(), 3, map[string]string{"orders.pay_method": "'card' || n"}); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]int{
		"SELECT count(*) FROM orders WHERE number ~ '^[0-9]{8}-[0-9]{7}$'":                                                     20,
		"SELECT count(*) FROM payments AS p JOIN orders AS o ON o.id = p.order_id WHERE starts_with(p.reference, '20261103-')": 20,
		"SELECT count(*) FROM orders WHERE version <> (SELECT count(*) FROM events WHERE order_id = orders.id)":                0,
		"SELECT count(*) FROM outbox WHERE order_id LIKE '%-copy-%' AND state <> 'done'":                                       0,
		"SELECT count(*) FROM orders WHERE pay_method = 'card3'":                                                               5,
	} {
		if got, err := s.Database.Count(t.Context(), query); err != nil || got != want {
			t.Errorf("%s: %d, %v, want %d", query, got, err, want)
		}
	}
}
