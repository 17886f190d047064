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

func TestAStageAnswersSignedCheckoutsAndTellsWhatTheAppUses(t *testing.T) {
	t.Parallel()
	s, err := stage.Open(t.Context(), stage.NewServer(os.Getenv("TEST_DATABASE_URL")), rig.Binary(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	began, err := s.Start(t.Context())
	if err != nil || time.Since(began) <= 0 {
		t.Fatal(err)
	}
	body := func(serial int) []byte { return message.Checkout(message.OrderNumber(serial)) }
	target := drive.Target{Address: s.Address, Path: "/api/asynchronous-checkout/checkout", Body: body, Expect: `"result_code":"0000"`}
	r := drive.Closed(t.Context(), target, drive.Load{Connections: 2, Run: time.Minute, Most: 20})
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
