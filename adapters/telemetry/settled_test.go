package telemetry_test

import (
	"context"
	"errors"
	"maps"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/trace/noop"

	"paybridge/adapters/telemetry"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	orders "paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

var (
	morning = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	errAway = errors.New("the database is away")
)

// shelf keeps one orders.
type shelf struct {
	ports.Orders

	kept *orders.Order
	err  error
}

// Create implements ports.Orders.
func (s *shelf) Create(_ context.Context, o *orders.Order) error {
	s.kept = o
	o.Committed()
	return s.err
}

// Save implements ports.Orders.
func (s *shelf) Save(_ context.Context, o *orders.Order) error {
	o.Committed()
	return s.err
}

// Update implements ports.Orders.
func (s *shelf) Update(_ context.Context, _ orders.ID, change func(*orders.Order) error, _ ...ports.RefundQuery) (*orders.Order, error) {
	if err := change(s.kept); err != nil || s.err != nil {
		return nil, errors.Join(err, s.err)
	}
	s.kept.Committed()
	return s.kept, nil
}

func opened(t *testing.T) *orders.Order {
	t.Helper()
	amount, err := money.FromMinor(306_500, "PHP")
	if err != nil {
		t.Fatal(err)
	}
	o := orders.New("o-1", orders.Key{Mall: "demomall", Shop: 1, Number: "20261122-0000001"}, "m-1", morning)
	_, err = o.Checkout(orders.Request{Way: orders.Async, ReceivedAt: morning}, amount, nil, orders.Limits{CallBudget: time.Second, KeyLifetime: time.Hour},
		func(int) (payment.Snapshot, error) {
			return payment.Snapshot{ID: "p-1", Amount: amount, Account: merchant.Account{Gateway: "demo", Fingerprint: "f", Version: 1}, Reference: "r-1", Key: "k-1"}, nil
		})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// says is the company's word about the one attempt.
func says(state payment.State, door orders.Door) func(*orders.Order) error {
	return func(o *orders.Order) error {
		p := o.Last()
		a := payment.Answer{
			Code: "CODE-1", Reference: p.Reference, State: state, Amount: p.Amount, Paid: money.Zero("PHP"), Refunded: money.Zero("PHP"), AskedAt: morning,
		}
		if state == payment.Paid {
			a.Paid = p.Amount
		}
		return o.Apply(p.ID, a, door, morning)
	}
}

func TestWhatEndsIsCountedOnceByWhoFoundIt(t *testing.T) {
	t.Parallel()
	reader := sdkmetric.NewManualReader()
	watched, err := telemetry.New(noop.NewTracerProvider(), sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	if err != nil {
		t.Fatal(err)
	}
	store := &shelf{}
	counted := watched.Settled(store)
	if err := counted.Create(t.Context(), opened(t)); err != nil {
		t.Fatal(err)
	}
	update := func(state payment.State, door orders.Door) {
		if _, err := counted.Update(t.Context(), "o-1", says(state, door)); err != nil && !errors.Is(err, errAway) {
			t.Fatal(err)
		}
	}
	update(payment.Pending, orders.CheckoutDoor) // no end
	update(payment.Expired, orders.ReconcilerDoor)
	update(payment.Expired, orders.ReconcilerDoor) // no news
	update(payment.Failed, orders.CallbackDoor)
	store.err = errAway
	update(payment.Paid, orders.StatusDoor) // not stored
	store.err = nil
	store.kept = opened(t)
	store.kept.Committed()
	if err := says(payment.Paid, orders.WebhookDoor)(store.kept); err != nil {
		t.Fatal(err)
	}
	if err := counted.Save(t.Context(), store.kept); err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{"payment expired asked": 1, "payment failed return": 1, "payment paid webhook": 1}
	if got := settled(t, reader); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func settled(t *testing.T, reader *sdkmetric.ManualReader) map[string]int64 {
	t.Helper()
	var collected metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &collected); err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, scope := range collected.ScopeMetrics {
		for _, m := range scope.Metrics {
			sum, is := m.Data.(metricdata.Sum[int64])
			if !is || m.Name != "paybridge.settled" {
				continue
			}
			for _, p := range sum.DataPoints {
				label := func(name string) string { v, _ := p.Attributes.Value(attribute.Key(name)); return v.AsString() }
				got[label("kind")+" "+label("to")+" "+label("found")] = p.Value
			}
		}
	}
	return got
}
