package database

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"paybridge/domain/fault"
)

// crew are writers of one order, the first of whom has begun to write.
type crew struct {
	turns   turns[string, *writer]
	wrote   []int // how many were written together, each time
	release chan struct{}
}

// write keeps the first one busy until it is released.
func (c *crew) write(together []*writer) {
	if c.wrote = append(c.wrote, len(together)); len(c.wrote) == 1 {
		<-c.release
	}
	for _, w := range together {
		w.err = nil
	}
}

// come lets a writer in and returns it once it writes, waits or is done.
func (c *crew) come(ctx context.Context) *writer {
	w := newWriter(ctx, "", nil, nil)
	go func() {
		if !c.turns.take(ctx, "order", w, c.write) {
			w.err = ctx.Err()
		}
	}()
	synctest.Wait()
	return w
}

func TestWritersWhoWaitForTheSameOrderAreWrittenTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &crew{release: make(chan struct{})}
		all := make([]*writer, 1+mostTogether+8)
		for i := range all {
			all[i] = c.come(t.Context())
		}
		close(c.release)
		synctest.Wait()
		if len(c.wrote) != 3 || c.wrote[0] != 1 || c.wrote[1] != mostTogether || c.wrote[2] != 8 {
			t.Errorf("together were written %v", c.wrote)
		}
		for i, w := range all {
			if w.err != nil {
				t.Errorf("writer %d: %v", i, w.err)
			}
		}
		if len(c.turns.lines) != 0 {
			t.Errorf("lines are left: %v", c.turns.lines)
		}
	})
}

func TestAWriterWhoGivesUpLeavesTheLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &crew{release: make(chan struct{})}
		c.come(t.Context())
		ctx, giveUp := context.WithCancel(t.Context())
		impatient, patient := c.come(ctx), c.come(t.Context())
		giveUp()
		synctest.Wait()
		if !errors.Is(impatient.err, context.Canceled) {
			t.Errorf("who gave up got %v", impatient.err)
		}
		close(c.release)
		synctest.Wait()
		if patient.err != nil || len(c.wrote) != 2 || c.wrote[1] != 1 {
			t.Errorf("who waited on got %v, together were written %v", patient.err, c.wrote)
		}
	})
}

func TestAWriterWhoPanicsLetsTheOthersGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &crew{release: make(chan struct{})}
		c.come(t.Context())
		panicked := false
		go func() {
			defer func() { panicked = recover() != nil }()
			c.turns.take(t.Context(), "order", newWriter(t.Context(), "", nil, nil), func([]*writer) { panic("a defect") })
		}()
		synctest.Wait()
		beside := c.come(t.Context())
		close(c.release)
		synctest.Wait()
		if !panicked || !fault.Is(beside.err, fault.Internal) {
			t.Errorf("panicked: %v; who was to be written with it got %v", panicked, beside.err)
		}
		if after := c.come(t.Context()); after.err != nil {
			t.Errorf("the next one got %v", after.err)
		}
	})
}
