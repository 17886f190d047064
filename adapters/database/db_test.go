package database_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"paybridge/adapters/database"
	"paybridge/domain/fault"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

func TestAnAddressOfNoKnownDatabaseIsInvalid(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "sqlite", "sqlite:", "mysql://localhost/x", "paybridge.db", "postgres://user@host:port/x"} {
		if _, err := database.Open(t.Context(), address, database.Options{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("Open(%q): %v, want Invalid", address, err)
		}
	}
}

func TestADatabaseThatDoesNotAnswerIsUnavailable(t *testing.T) {
	t.Parallel()
	_, err := database.Open(t.Context(), "postgres://nobody@127.0.0.1:1/none?sslmode=disable", database.Options{})
	if f := fault.Of(err); f.Kind != fault.Unavailable || f.Code != "database_down" {
		t.Errorf("got %v", err)
	}
}

func TestAnSQLiteFileIsHeldByOneProcessAtATime(t *testing.T) {
	t.Parallel()
	address := freshSQLite(t)
	first, err := database.Open(t.Context(), address, database.Options{})
	noError(t, err)
	_, err = database.Open(t.Context(), address, database.Options{})
	if f := fault.Of(err); f.Kind != fault.Conflict || f.Code != "database_in_use" {
		t.Errorf("the second got %v", err)
	}
	noError(t, first.Close())
	second, err := database.Open(t.Context(), address, database.Options{})
	noError(t, err)
	noError(t, second.Close())
}

func TestAnSQLiteFileThatHasToBeThereIsNotMade(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "none", "paybridge.db")
	_, err := database.Open(t.Context(), "sqlite:"+path, database.Options{Existing: true})
	if f := fault.Of(err); f.Kind != fault.NotFound || f.Code != "no_database" || !strings.HasSuffix(f.Message, " "+path) {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("it left %v %v", left, err)
	}
}

func TestWhatIsNoSQLiteDatabaseIsCalledThat(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	text := filepath.Join(folder, "letter.txt")
	noError(t, os.WriteFile(text, []byte(strings.Repeat("this is a letter. ", 100)), 0o600))
	for _, path := range []string{text, folder} {
		_, err := database.Open(t.Context(), "sqlite:"+path, database.Options{})
		if f := fault.Of(err); f.Kind != fault.Invalid || f.Code != "not_a_database" || !strings.Contains(f.Message, path) {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

func TestAnSQLiteFileIsMadeWithItsFolders(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a folder?", "50%.db")
	db, err := database.Open(t.Context(), "sqlite:"+path, database.Options{})
	noError(t, err)
	noError(t, db.Ping(t.Context()))
	noError(t, db.Close())
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestSpansHoldStatementsWithoutTheirValues(t *testing.T) {
	t.Parallel()
	for name, fresh := range both() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorder := tracetest.NewSpanRecorder()
			db := openWith(t, fresh(t), database.Options{Tracer: trace.NewTracerProvider(trace.WithSpanProcessor(recorder))})
			exercise(t, start(db, fakeclock.New(now)))
			spans := recorder.Ended()
			if len(spans) < 10 {
				t.Fatalf("%d spans were recorded", len(spans))
			}
			for _, s := range spans {
				wantNoValues(t, s)
			}
		})
	}
}

// exercise uses every kind of statement, and breaks a rule on the way.
func exercise(t *testing.T, in instance) {
	t.Helper()
	id := twicePaid(t, in)
	if err := in.orders.Create(t.Context(), in.opened(t, 1)); !fault.Is(err, fault.Conflict) {
		t.Errorf("the second creation: %v", err)
	}
	_, err := in.orders.Payments(t.Context(), ports.PaymentQuery{Code: "code of payment-1-1"})
	noError(t, err)
	if _, err := in.orders.Get(t.Context(), ports.OrderQuery{StatusKey: "secret-key"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown key: %v", err)
	}
	noError(t, in.inbox.Receive(t.Context(), ports.Receipt{Gateway: "demo", Merchant: "merchant-1", Order: id, At: now}, "ask:payment-1-1"))
	for _, j := range in.claim(t, 10, 10) {
		noError(t, in.outbox.Freeze(t.Context(), j, "https://mall-001.cafe24.com", []byte("3065.00")))
		noError(t, in.outbox.Finish(t.Context(), j, ports.Verdict{Word: "payment-1-1"}))
	}
}

func wantNoValues(t *testing.T, s trace.ReadOnlySpan) {
	t.Helper()
	var told []string
	for _, a := range s.Attributes() {
		told = append(told, a.Value.String())
	}
	for _, e := range s.Events() {
		for _, a := range e.Attributes {
			told = append(told, a.Value.String())
		}
	}
	told = append(told, s.Name(), s.Status().Description)
	for _, value := range []string{"306500", "3065.00", "demomall", "20261122-", "payment-1", "merchant-1", "secret-key", "LogKey", "cafe24.com"} {
		if strings.Contains(strings.Join(told, "\n"), value) {
			t.Errorf("a span tells %q: %q", value, told)
		}
	}
}

func TestTheClockFollowsTheDatabase(t *testing.T) {
	t.Parallel()
	address := freshPostgres(t)
	clock, err := database.NewClock(t.Context(), open(t, address))
	noError(t, err)
	noError(t, clock.Measure(t.Context()))
	before := clock.Now()
	var server time.Time
	noError(t, direct(t, address).QueryRowContext(t.Context(), "SELECT clock_timestamp()").Scan(&server))
	after := clock.Now()
	const tolerance = 20 * time.Millisecond // half of a round trip on a busy machine
	if server.Before(before.Add(-tolerance)) || server.After(after.Add(tolerance)) {
		t.Errorf("the server says %v between %v and %v", server, before, after)
	}
	wantUTC(t, before)
}

func TestOnSQLiteTheClockIsTheMachines(t *testing.T) {
	t.Parallel()
	clock, err := database.NewClock(t.Context(), open(t, freshSQLite(t)))
	noError(t, err)
	before := time.Now().Truncate(time.Microsecond)
	got := clock.Now()
	if got.Before(before) || got.After(time.Now()) {
		t.Errorf("%v is not the machine's time", got)
	}
	wantUTC(t, got)
	<-clock.After(time.Microsecond)
}

func TestAClockNeedsItsDatabase(t *testing.T) {
	t.Parallel()
	db := open(t, freshPostgres(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := database.NewClock(ctx, db); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func wantUTC(t *testing.T, at time.Time) {
	t.Helper()
	if at.Location() != time.UTC || at.Nanosecond()%1_000 != 0 {
		t.Errorf("%v is not UTC in whole microseconds", at)
	}
}
