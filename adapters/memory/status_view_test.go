package memory_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/domain/fault"
	"paybridge/ports"
	"paybridge/test/contract"
	"paybridge/test/fakeclock"
)

func TestTheStatusViewKeepsTheContract(t *testing.T) {
	t.Parallel()
	contract.StatusView(t, func(_ *testing.T, terms contract.StatusViewTerms) (ports.StatusView, func(time.Duration)) {
		return memory.NewStatusView(terms.Clock, memory.StatusViewOptions{Keep: terms.Keep}), func(time.Duration) {}
	})
}

func TestAFullStatusViewForgetsWhatWasStoredLongestAgo(t *testing.T) {
	t.Parallel()
	view := memory.NewStatusView(fakeclock.New(time.Now()), memory.StatusViewOptions{Capacity: 3})
	for _, key := range []ports.StatusKey{"a", "b", "c", "a", "d"} {
		if _, err := view.Put(t.Context(), ports.PaymentStatus{Key: key}); err != nil {
			t.Fatal(err)
		}
	}
	for key, held := range map[ports.StatusKey]bool{"a": true, "b": false, "c": true, "d": true} {
		if _, err := view.Get(t.Context(), key); fault.Is(err, fault.NotFound) == held {
			t.Errorf("%s: %v", key, err)
		}
	}
}

func TestAStatusViewDoesNotGrowBeyondItsBound(t *testing.T) {
	t.Parallel()
	const capacity = 100
	clock := fakeclock.New(time.Now())
	view := memory.NewStatusView(clock, memory.StatusViewOptions{Capacity: capacity})
	for i := range 10 * capacity {
		key := ports.StatusKey(fmt.Sprint(i))
		if _, err := view.Put(t.Context(), ports.PaymentStatus{Key: key, ExpiresAt: clock.Now().Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	held := 0
	for i := range 10 * capacity {
		if _, err := view.Get(t.Context(), ports.StatusKey(fmt.Sprint(i))); err == nil {
			held++
		}
	}
	if held != capacity {
		t.Errorf("%d keys are held, want %d", held, capacity)
	}
}

func benchmarkStatus(i int) ports.PaymentStatus {
	return ports.PaymentStatus{
		Key: ports.StatusKey(fmt.Sprintf("%032d", i)), Order: "0197f3a0-1111-7abc-8def-0123456789ab", Version: 3, Mall: "demomall",
		Partner: "demomall:0:pk_abcdefghijklmnop", OrderNo: "20261122-0000001", PayMethod: "card", Currency: "PHP", Paid: true,
		Amount: "3065.00", Reference: "ORD-1234567890", ExtraData: []byte(`{"LogKey":"1234567890","x":"yyyyyyyyyyyy"}`), Gateway: "demo",
	}
}

func BenchmarkStatusViewGet(b *testing.B) {
	view := memory.NewStatusView(fakeclock.New(time.Now()), memory.StatusViewOptions{})
	for i := range 1024 {
		if _, err := view.Put(b.Context(), benchmarkStatus(i)); err != nil {
			b.Fatal(err)
		}
	}
	key := benchmarkStatus(7).Key
	b.ReportAllocs()
	b.RunParallel(func(each *testing.PB) {
		for each.Next() {
			if _, err := view.Get(b.Context(), key); err != nil {
				b.Error(err)
			}
		}
	})
}

func BenchmarkStatusViewPut(b *testing.B) {
	view := memory.NewStatusView(fakeclock.New(time.Now()), memory.StatusViewOptions{})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := view.Put(b.Context(), benchmarkStatus(i)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStatusViewMemory says what one key takes.
func BenchmarkStatusViewMemory(b *testing.B) {
	const keys = 50_000
	var before, after runtime.MemStats
	for b.Loop() {
		view := memory.NewStatusView(fakeclock.New(time.Now()), memory.StatusViewOptions{Capacity: keys})
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range keys {
			if _, err := view.Put(b.Context(), benchmarkStatus(i)); err != nil {
				b.Fatal(err)
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(view)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/keys, "B/key")
	}
}
