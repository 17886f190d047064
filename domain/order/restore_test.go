package order_test

import (
	"reflect"
	"testing"
	"time"

	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

func TestAnOrderRestoredGoesOnAsBefore(t *testing.T) {
	t.Parallel()
	o := overpaid(t)
	r := intend(t, o, "r-1")
	o.MallKnows(one, order.ToldPaid, after(6*time.Minute))
	o.Committed()
	restored, err := order.Restore(o.Snapshot())
	if err != nil || !reflect.DeepEqual(restored.Snapshot(), o.Snapshot()) {
		t.Fatalf("got %+v, %v\nwant %+v", restored.Snapshot(), err, o.Snapshot())
	}
	tellRefund(t, restored, r, refund.Refunded, 7*time.Minute)
	if balance(restored.Changes().Movements, two) != -price.Minor() || restored.Snapshot().Refunds[0].State != refund.Refunded {
		t.Errorf("%+v", restored.Changes())
	}
	if o.Snapshot().Refunds[0].State != refund.Intended {
		t.Error("the restored order shares its memory")
	}
}

func TestBrokenOrdersAreNotRestored(t *testing.T) {
	t.Parallel()
	o := overpaid(t)
	intend(t, o, "r-1")
	if _, err := order.Restore(o.Snapshot()); err != nil {
		t.Fatal(err)
	}
	for name, breaks := range map[string]func(*order.Snapshot){
		"no id":                         func(s *order.Snapshot) { s.ID = "" },
		"no merchant":                   func(s *order.Snapshot) { s.Merchant = "" },
		"the counted attempt is gone":   func(s *order.Snapshot) { s.Counted = "p-9" },
		"an attempt without a state":    func(s *order.Snapshot) { s.Payments[1].State = 0 },
		"an attempt without a key":      func(s *order.Snapshot) { s.Payments[0].Key = "" },
		"a refund without a generation": func(s *order.Snapshot) { s.Refunds[0].Generation = 0 },
		"a refund of nothing":           func(s *order.Snapshot) { s.Refunds[0].Amount = pesos(0) },
	} {
		s := o.Snapshot()
		breaks(&s)
		if _, err := order.Restore(s); err == nil {
			t.Errorf("%s: restored", name)
		}
	}
}

func TestCommittingCountsTheEventsAndForgetsThem(t *testing.T) {
	t.Parallel()
	o := opened(t)
	tell(t, o, one, payment.Paid, time.Minute)
	events := int64(len(o.Changes().Events))
	o.Committed()
	if got := o.Snapshot().Version; got != events || len(o.Changes().Events)+len(o.Changes().Movements) != 0 {
		t.Errorf("version %d after %d events, changes %+v", got, events, o.Changes())
	}
	o.Committed()
	if o.Snapshot().Version != events {
		t.Error("committing nothing counted something")
	}
}

func TestASnapshotIsACopy(t *testing.T) {
	t.Parallel()
	o := opened(t)
	s := o.Snapshot()
	s.Payments[0].State, s.Counted = payment.Paid, one
	if firstState(t, o) != payment.Requested || o.Snapshot().Counted != "" {
		t.Error("whoever holds a snapshot can change the order")
	}
}

func TestAnOrderWithoutAttemptsHasNoLastOne(t *testing.T) {
	t.Parallel()
	o := order.New("o-1", key, "m-1", start)
	if got := o.Last(); got.ID != "" {
		t.Errorf("%+v", got)
	}
}

func TestEveryKindOfEventHasANameOfItsOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]order.EventKind{}
	for kind := order.Opened; kind <= order.RefundContradicts; kind++ {
		name := kind.String()
		if other, taken := seen[name]; name == "" || taken {
			t.Errorf("kinds %d and %d are both named %q", kind, other, name)
		}
		seen[name] = kind
	}
	if name := order.EventKind(0).String(); name != "" {
		t.Errorf("the invalid kind is named %q", name)
	}
}
