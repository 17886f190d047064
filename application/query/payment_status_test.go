package query_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"paybridge/adapters/memory"
	"paybridge/adapters/redis"
	"paybridge/adapters/system"
	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

func TestAViewThatSaysPaidIsBelievedAndNobodyElseIsAsked(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.paid()
	c.change(func(o *order.Order) { o.MallFetched(c.clock.Now()) })
	c.project()
	calls := c.company.Calls(memory.AnyCall)
	s := c.says(true, "view")
	if s.Amount != "3065.00" || s.Reference != "O-001" || s.Partner != partner || s.OrderNo != number || s.Currency != "PHP" || string(s.ExtraData) != `{"LogKey":"1"}` {
		t.Errorf("says %+v", s)
	}
	if c.orders.reads.Load()+c.orders.writes.Load() != 0 || c.company.Calls(memory.AnyCall) != calls {
		t.Error("somebody else was asked")
	}
}

func TestAViewThatSaysAnythingButPaidHasSaidNothing(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.open()
	c.project()
	c.settle(1, payment.Paid)
	c.says(true, "company")

	forgetful := newCounter(t) // a flush made it forget the version that would refuse an older writer
	forgetful.open()
	forgetful.project()
	forgetful.settle(1, payment.Paid)
	forgetful.learn(0)
	forgetful.says(true, "database")
}

func TestAViewThatIsAwayOrSlowCostsNothingButTheDetour(t *testing.T) {
	t.Parallel()
	for name, view := range map[string]ports.StatusView{
		"away": broken{}, "slow": redis.Guard(stuck{}, redis.GuardOptions{ReadPatience: time.Millisecond, WritePatience: time.Millisecond}),
	} {
		c := newCounter(t)
		c.paid()
		c.View = view
		for range 3 {
			if s := c.says(true, "database"); s.Amount != "3065.00" || s.Repaired {
				t.Errorf("%s: %+v", name, s)
			}
		}
	}
}

// broken is a view that nobody reaches.
type broken struct{ ports.StatusView }

var errDown = fault.New(fault.Unavailable, "status_view_down", "the read model is not available")

func (broken) Get(context.Context, ports.StatusKey) (ports.PaymentStatus, error) {
	return ports.PaymentStatus{}, errDown
}
func (broken) Put(context.Context, ports.PaymentStatus) (bool, error) { return false, errDown }

// stuck is a view that never answers.
type stuck struct{ ports.StatusView }

func (stuck) Get(ctx context.Context, _ ports.StatusKey) (ports.PaymentStatus, error) {
	<-ctx.Done()
	return ports.PaymentStatus{}, fault.Of(ctx.Err())
}

func (stuck) Put(ctx context.Context, _ ports.PaymentStatus) (bool, error) {
	<-ctx.Done()
	return false, fault.Of(ctx.Err())
}

func TestWhatTheViewLostIsRepairedByTheFirstQuestion(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.paid()
	c.says(true, "database")
	c.says(true, "view")
	if want := []string{"database true true", "view true false"}; !slices.Equal(c.answered, want) {
		t.Errorf("counted %q, want %q", c.answered, want)
	}
}

func TestWhatIsNotFinalIsAskedAboutBeforeTheMallIsAnswered(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.open()
	c.says(false, "company")
	if _, err := c.view.Get(t.Context(), c.key()); !fault.Is(err, fault.NotFound) {
		t.Errorf("what is not paid is told by the view: %v", err)
	}
	c.settle(1, payment.Paid)
	c.says(true, "company")
	c.says(true, "view")
	if want := []string{"company false false", "company true true", "view true false"}; !slices.Equal(c.answered, want) {
		t.Errorf("counted %q, want %q", c.answered, want)
	}
}

func TestAnAttemptThatIsOverIsNotAskedAbout(t *testing.T) {
	t.Parallel()
	for _, state := range []payment.State{payment.Failed, payment.Cancelled, payment.Expired} {
		c := newCounter(t)
		c.open()
		c.settle(1, state)
		c.learn(0)
		calls := c.company.Calls(memory.AnyCall)
		c.says(false, "database")
		if c.company.Calls(memory.AnyCall) != calls {
			t.Errorf("%s: the company was asked", state)
		}
	}
}

func TestACompanyThatCannotBeAskedLeavesTheMallWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	for _, trouble := range []memory.Trouble{memory.NotSent, memory.Vanishes, memory.AnswerLost, memory.Declines} {
		c := newCounter(t)
		c.open()
		c.settle(1, payment.Paid)
		c.company.Next(memory.InquireCall, trouble)
		c.refuses(fault.Unavailable, "not_known_yet")
		if len(c.answered) != 0 {
			t.Errorf("counted as answered: %q", c.answered)
		}
		c.says(true, "company")
	}
}

// silent is a company that never answers.
type silent struct{}

func (silent) Ask(ctx context.Context, _ order.Snapshot, _ payment.Snapshot, _ order.Door) (*order.Order, error) {
	<-ctx.Done()
	return nil, fault.Of(ctx.Err())
}

func TestTheMallWaitsTwoSecondsForTheCompanyAndNoLonger(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.open()
	c.Asker = silent{}
	synctest.Test(t, func(t *testing.T) {
		asked := system.Clock{}.Now()
		_, err := c.Handle(t.Context(), query.PaymentStatus{Key: c.key()})
		if took := (system.Clock{}).Now().Sub(asked); took != 2*time.Second || !fault.Is(err, fault.Unavailable) {
			t.Errorf("after %v: %v", took, err)
		}
	})
}

func TestAKeyIsAnsweredAnHourAfterPayingAndAWeekBefore(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		prepare func(*counter)
		lives   time.Duration
	}{
		"paid, from the view":     {func(c *counter) { c.paid(); c.project() }, time.Hour},
		"paid, from the database": {func(c *counter) { c.paid(); c.View = broken{} }, time.Hour},
		"not paid":                {func(c *counter) { c.open() }, 7 * 24 * time.Hour},
	} {
		c := newCounter(t)
		tc.prepare(c)
		c.clock.Advance(tc.lives - time.Microsecond)
		if _, err := c.ask(); err != nil {
			t.Errorf("%s, in its last moment: %v", name, err)
		}
		c.clock.Advance(time.Microsecond)
		c.refuses(fault.NotFound, "unknown_key")
	}
}

func TestAViewThatKeepsAKeyForTooLongIsNotBelieved(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.paid()
	c.View = eager{c.view}
	c.project()
	c.clock.Advance(time.Hour)
	c.refuses(fault.NotFound, "unknown_key")
}

// eager is a view whose clock is far behind: it tells what has expired.
type eager struct{ ports.StatusView }

func (eager) Get(_ context.Context, key ports.StatusKey) (ports.PaymentStatus, error) {
	return ports.PaymentStatus{Key: key, Paid: true, Gateway: "memory", ExpiresAt: time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)}, nil
}

func TestNobodyIsToldAboutAKeyThatIsUnknownOrOfAnotherWay(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.open()
	s, err := c.Handle(t.Context(), query.PaymentStatus{Key: "somebody else's"})
	c.wantFault(s, err, fault.NotFound, "unknown_key")
	s, err = c.Handle(t.Context(), query.PaymentStatus{Number: "20220519-9999999"})
	c.wantFault(s, err, fault.NotFound, "unknown_key")
	c.settle(1, payment.Paid)
	c.learn(0)

	async := newCounter(t)
	async.open()
	async.open(func(in *command.CreateCheckout) { in.Request.Way = order.Async })
	async.settle(1, payment.Paid)
	async.learn(0)
	async.refuses(fault.NotFound, "unknown_key")
}

func TestInTheSandboxAnOrderIsFoundByItsNumberWhenItIsTheOnlyOne(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.paid()
	s, err := c.Handle(t.Context(), query.PaymentStatus{Number: number})
	c.must(err)
	if !s.Paid || s.Source != "database" {
		t.Errorf("says %+v", s)
	}
}

func TestAllAttemptsOfAnOrderAreAskedForByOneKey(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.open()
	first := c.key()
	c.settle(1, payment.Failed)
	c.learn(0)
	c.says(false, "database")
	c.open()
	if c.key() != first {
		t.Errorf("the second attempt has the key %q, the first %q", c.key(), first)
	}
	c.settle(2, payment.Paid)
	if s := c.says(true, "company"); s.Reference != "O-002" {
		t.Errorf("says %+v", s)
	}
}

func TestAnOrderIsPaidWhicheverAttemptCounts(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.open()
	c.settle(1, payment.Failed)
	c.learn(0)
	c.open()
	c.settle(1, payment.Paid) // after all
	c.learn(0)
	if s := c.says(true, "database"); s.Reference != "O-001" {
		t.Errorf("says %+v", s)
	}
	c.settle(2, payment.Paid) // a surplus does not change what the mall was told
	c.learn(1)
	c.project()
	if s := c.says(true, "view"); s.Reference != "O-001" {
		t.Errorf("says %+v", s)
	}
}

func TestAnOrderWhoseMoneyWentBackIsNotPaid(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.paid()
	c.says(true, "database")
	all := c.company.Opened()[0].Amount
	c.must(c.company.RefundOutside("O-001", all))
	c.learn(0)
	c.project()
	c.says(false, "database")
}

func TestAnOrderOnHoldIsNotPaidUntilAPersonLooked(t *testing.T) {
	t.Parallel()
	for _, hold := range []payment.Hold{payment.AmountHold, payment.TwoOrdersHold, payment.OutsideMoneyHold} {
		c := newCounter(t)
		c.paid()
		c.change(func(o *order.Order) { o.Hold(o.Last().ID, hold, order.ReconcilerDoor, c.clock.Now()) })
		c.project()
		c.says(false, "database")
	}
}

func TestAPaidAnswerIsNewsUntilTheMallIsKnownToHaveHeardIt(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.open()
	c.news(false, "company", false)
	c.settle(1, payment.Paid)
	c.news(true, "company", true)
	c.news(true, "view", true) // nobody said that the one before arrived
	if c.orders.writes.Load() != 0 || c.order().Snapshot().Told != order.ToldNothing {
		t.Error("a question changed something")
	}
	c.change(func(o *order.Order) { o.MallFetched(c.clock.Now()) })
	c.project()
	c.news(true, "view", false)
	c.View = broken{}
	c.news(true, "database", false)
}

func TestALateAnswerIsNoNews(t *testing.T) {
	t.Parallel()
	for _, over := range []time.Duration{0, time.Microsecond} {
		c := newCounter(t)
		c.open()
		c.settle(1, payment.Paid)
		c.Asker = slow{c.Asker, func() { c.clock.Advance(3*time.Second + over) }}
		c.news(true, "company", over == 0)
	}
}

// slow is a company that takes its time.
type slow struct {
	query.Asker
	wait func()
}

func (s slow) Ask(ctx context.Context, o order.Snapshot, p payment.Snapshot, door order.Door) (*order.Order, error) {
	s.wait()
	return s.Asker.Ask(ctx, o, p, door)
}

func TestTheAnswerSaysWhatTheMerchantsCompanyCanDo(t *testing.T) {
	t.Parallel()
	c := newCounter(t, func(s *ports.Sheet) { s.RefundAtOnce, s.PartialRefund = false, true })
	c.paid()
	if s := c.says(true, "database"); s.RefundAtOnce || !s.FullRefund || !s.PartialRefund {
		t.Errorf("says %+v", s)
	}
	c.Gateways = memory.Gateways{"memory": struct{ ports.Gateway }{c.company}}
	if s := c.says(true, "view"); s.RefundAtOnce || s.FullRefund || s.PartialRefund {
		t.Errorf("a company that cannot refund: %+v", s)
	}
	c.Gateways = memory.Gateways{}
	c.refuses(fault.Unsupported, "no_such_company")
}
