package contract

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// crowd is how many writers meet at one order.
const crowd = 40

// ordersRacing says what happens when many write at once.
func ordersRacing() []clause {
	return []clause{
		{"of many updates at once none is lost, and the events are numbered without gaps", manyUpdates},
		{"those who refuse among many at once leave nothing behind and take nobody with them", manyRefusals},
		{"of many at once only the one fails whose change cannot be stored", oneUnstorable},
		{"what each of many at once did belongs to its own story", manyStories},
		{"each of many at once gets an order of its own", manyCopies},
		{"each of many who ask by a key at once is answered about its own key", manyKeys},
		{"a writer that gives up behind another one changes nothing", writerGivesUp},
		{"of many saves at once exactly one wins", manySaves},
		{"of many creations of one key exactly one wins", manyCreations},
		{"of many equal answers at once exactly one counts", manyAnswers},
		{"a decision under the lock sees every decision before it", decisionsUnderLock},
	}
}

// together runs act many times at once and returns the errors.
func together(act func(i int) error) []error {
	errs := make([]error, crowd)
	start := make(chan struct{})
	var done sync.WaitGroup
	for i := range crowd {
		done.Go(func() {
			<-start
			errs[i] = act(i)
		})
	}
	close(start)
	done.Wait()
	return errs
}

// oneWinner checks that one succeeded and all others got the fault.
func oneWinner(t *testing.T, errs []error, code string) {
	t.Helper()
	winners := 0
	for _, err := range errs {
		if err == nil {
			winners++
			continue
		}
		wantFault(t, err, fault.Conflict, code)
	}
	same(t, "winners", winners, 1)
}

func manyUpdates(t *testing.T, s *shelf) {
	o := s.store(t)
	noError(t, errors.Join(together(func(i int) error {
		_, err := s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
			o.MallRefuses(o.Last().ID, fmt.Sprint("writer ", i), s.clock.Now())
			return nil
		})
		return err
	})...))

	rows, seen := s.ledger(t, o.Key), map[string]int{}
	for i, row := range rows {
		same(t, "sequence", row.Sequence, int64(i+1))
		seen[row.Note]++
	}
	same(t, "events", len(rows), crowd+1)
	for i := range crowd {
		same(t, fmt.Sprint("events of writer ", i), seen[fmt.Sprint("writer ", i)], 1)
	}
	same(t, "version", s.load(t, o.ID).Snapshot().Version, crowd+1)
}

func manyRefusals(t *testing.T, s *shelf) {
	o := s.store(t)
	refusal := errors.New("no")
	errs := together(func(i int) error {
		_, err := s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
			o.MallRefuses(o.Last().ID, fmt.Sprint("writer ", i), s.clock.Now())
			if i%2 == 0 {
				return refusal
			}
			return nil
		})
		return err
	})
	for i, err := range errs {
		if want := i%2 == 0; errors.Is(err, refusal) != want || (err != nil) != want {
			t.Errorf("writer %d: %v", i, err)
		}
	}
	rows := s.ledger(t, o.Key)
	same(t, "events", len(rows), crowd/2+1)
	for _, row := range rows[1:] {
		var writer int
		if _, err := fmt.Sscanf(row.Note, "writer %d", &writer); err != nil || writer%2 == 0 {
			t.Errorf("stored: %q", row.Note)
		}
	}
	same(t, "version", s.load(t, o.ID).Snapshot().Version, crowd/2+1)
}

func oneUnstorable(t *testing.T, s *shelf) {
	other, o := s.store(t), s.store(t)
	s.tell(t, other.ID, "CODE-1", payment.Paid)
	errs := together(func(i int) error {
		_, err := s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
			if i == crowd/2 {
				return s.answer(o, "CODE-1", payment.Paid)
			}
			o.MallRefuses(o.Last().ID, fmt.Sprint("writer ", i), s.clock.Now())
			return nil
		})
		return err
	})
	wantFault(t, errs[crowd/2], fault.Conflict, "code_taken")
	errs[crowd/2] = nil
	noError(t, errors.Join(errs...))
	same(t, "ledger rows", len(s.ledger(t, o.Key)), crowd)
}

func manyStories(t *testing.T, s *shelf) {
	o := s.store(t)
	trace := func(i int) string { return fmt.Sprintf("%032x", i+1) }
	noError(t, errors.Join(together(func(i int) error {
		ctx := traced(t.Context(), "00-"+trace(i)+"-00f067aa0ba902b7-01")
		_, err := s.Orders.Update(ctx, o.ID, func(o *order.Order) error {
			o.MallRefuses(o.Last().ID, trace(i), s.clock.Now())
			return nil
		})
		return err
	})...))
	rows := s.ledger(t, o.Key)
	same(t, "events", len(rows), crowd+1)
	for _, row := range rows[1:] {
		same(t, "trace", row.Trace, row.Note)
	}
}

func manyCopies(t *testing.T, s *shelf) {
	o := s.store(t)
	noError(t, errors.Join(together(func(i int) error {
		mine, err := s.Orders.Update(t.Context(), o.ID, func(*order.Order) error { return nil })
		if err == nil { // what is done to it is nobody else's: the race detector looks on
			mine.MallRefuses(o.Payments[0].ID, fmt.Sprint("writer ", i), s.clock.Now())
			same(t, "changes", len(mine.Changes().Events), 1)
		}
		return err
	})...))
	same(t, "ledger rows", len(s.ledger(t, o.Key)), 1)
}

func manyKeys(t *testing.T, s *shelf) {
	var keys []ports.StatusKey
	ids := map[ports.StatusKey]order.ID{}
	for i := range 3 {
		o := s.open(t)
		o.GiveStatusKey(fmt.Sprint("key ", i))
		noError(t, s.Orders.Create(t.Context(), o))
		keys = append(keys, ports.StatusKey(o.Snapshot().StatusKey))
		ids[keys[i]] = o.Snapshot().ID
	}
	keys = append(keys, "nobody's key")
	noError(t, errors.Join(together(func(i int) error {
		key := keys[i%len(keys)]
		o, err := s.Orders.Get(t.Context(), ports.OrderQuery{StatusKey: key})
		switch id, known := ids[key]; {
		case !known:
			wantFault(t, err, fault.NotFound, "")
			return nil
		case err == nil:
			same(t, "order", o.Snapshot().ID, id)
			o.MallRefuses(o.Last().ID, "not to be seen by another one", s.clock.Now()) // the race detector looks on
		}
		return err
	})...))
}

func writerGivesUp(t *testing.T, s *shelf) {
	o := s.store(t)
	refuse := func(who string, before func()) func(*order.Order) error {
		return func(o *order.Order) error {
			before()
			o.MallRefuses(o.Last().ID, who, s.clock.Now())
			return nil
		}
	}
	ctx, giveUp := context.WithCancel(t.Context())
	var first, second error
	var done sync.WaitGroup
	begun, end := make(chan struct{}), make(chan struct{})
	done.Go(func() {
		_, first = s.Orders.Update(t.Context(), o.ID, refuse("first", func() { close(begun); <-end }))
	})
	<-begun
	done.Go(func() { _, second = s.Orders.Update(ctx, o.ID, refuse("second", func() {})) })
	giveUp()
	close(end)
	done.Wait()
	noError(t, first)
	if second == nil {
		t.Error("the second writer was not told that nothing was stored")
	}
	rows := s.ledger(t, o.Key)
	same(t, "ledger rows", len(rows), 2)
	same(t, "note", rows[len(rows)-1].Note, "first")
}

func manySaves(t *testing.T, s *shelf) {
	stored := s.store(t)
	loaded := make([]*order.Order, crowd)
	for i := range loaded {
		loaded[i] = s.load(t, stored.ID)
		loaded[i].MallRefuses(stored.Payments[0].ID, fmt.Sprint("writer ", i), s.clock.Now())
	}
	oneWinner(t, together(func(i int) error { return s.Orders.Save(t.Context(), loaded[i]) }), "stale_order")
	same(t, "ledger rows", len(s.ledger(t, stored.Key)), 2)
}

func manyCreations(t *testing.T, s *shelf) {
	key := order.Key{Mall: "demomall", Shop: 1, Number: "20261122-0000001"}
	fresh := make([]*order.Order, crowd)
	for i := range fresh {
		fresh[i] = s.open(t, func(d *draft) { d.key, d.reference = key, fmt.Sprint("reference ", i) })
	}
	oneWinner(t, together(func(i int) error { return s.Orders.Create(t.Context(), fresh[i]) }), "order_exists")
	same(t, "ledger rows", len(s.ledger(t, key)), 1)
	s.clock.Advance(firstAsk)
	same(t, "asking jobs", len(s.claim(t)), 1)
}

func manyAnswers(t *testing.T, s *shelf) {
	o := s.store(t)
	noError(t, errors.Join(together(func(int) error {
		_, err := s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error { return s.answer(o, "CODE-1", payment.Paid) })
		return err
	})...))
	same(t, "paid jobs", len(s.due(t, "notify_paid:"+string(o.Payments[0].ID))), 1)
	same(t, "ledger rows: opened, raised, order paid", len(s.ledger(t, o.Key)), 3)
}

func decisionsUnderLock(t *testing.T, s *shelf) {
	o := s.store(t)
	var mu sync.Mutex
	met := map[int64]int{}
	noError(t, errors.Join(together(func(int) error {
		_, err := s.Orders.Update(t.Context(), o.ID, func(o *order.Order) error {
			version := o.Snapshot().Version
			o.MallRefuses(o.Last().ID, fmt.Sprint("saw ", version), s.clock.Now())
			mu.Lock()
			defer mu.Unlock()
			met[version]++
			return nil
		})
		return err
	})...))
	for i := range crowd {
		same(t, fmt.Sprint("decisions over version ", i+1), met[int64(i+1)], 1)
	}
}
