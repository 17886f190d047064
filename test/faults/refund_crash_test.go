package faults_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"paybridge/test/faults"
	"paybridge/test/sandbox/mall"
)

// refundLanes is how many systems run side by side for each of the two ways.
const refundLanes = 3

// TestMain lets as many systems run as there are lanes, on every machine: their runs are waiting mostly, for
// a company's answer that died with the app.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", strconv.Itoa(2*refundLanes)); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// TestNoRefundIsLostOrDoubledWhereverTheAppIsKilled kills the app after every single side effect of a
// refund, in both ways, before it hears of it, starts it again, and looks at the end.
//
//nolint:paralleltest // its lanes are parallel, but not beside the test that measures how long answers take
func TestNoRefundIsLostOrDoubledWhereverTheAppIsKilled(t *testing.T) {
	for name, way := range map[string]faults.RefundStory{"asynchronous": {}, "synchronous": {Sync: true}} {
		next := &atomic.Int64{}
		for n := range refundLanes {
			t.Run(fmt.Sprintf("%s, lane %d", name, n+1), func(t *testing.T) {
				t.Parallel()
				l := &refundLane{lane: newLane(t), way: way, number: 10 * (n + 1)}
				effects := l.effects(t)
				for run := int(next.Add(1)) - 1; run < *crashes; run = int(next.Add(1)) - 1 {
					l.crash(t, run%effects+1)
				}
			})
		}
	}
}

// refundLane is a system on which one order after the other is paid and cancelled.
type refundLane struct {
	*lane
	way    faults.RefundStory
	number int
}

// paid is a story up to its cancel.
func (l *refundLane) paid(t *testing.T) faults.RefundStory {
	t.Helper()
	l.number++
	s := l.way
	s.System, s.Order = l.system, fmt.Sprintf("20261101-%07d", l.number)
	return s.Prepare(t)
}

// effects plays the story once without a crash and counts its effects.
func (l *refundLane) effects(t *testing.T) int {
	t.Helper()
	s := l.paid(t)
	l.bomb.Arm(0)
	s.Play(t)
	effects := l.bomb.Effects()
	t.Logf("a refund has %d effects:\n  %s", len(effects), strings.Join(effects, "\n  "))
	if len(effects) < 4 {
		t.Fatalf("only %d effects were seen: the proxies do not see the app", len(effects))
	}
	l.judge(t, s, "never killed")
	return len(effects)
}

func (l *refundLane) crash(t *testing.T, effect int) {
	t.Helper()
	s := l.paid(t)
	l.bomb.Arm(effect)
	s.Play(t)
	where := "not reached"
	if effects := l.bomb.Effects(); len(effects) >= effect {
		where = effects[effect-1]
	}
	l.bomb.Arm(0)
	l.judge(t, s, fmt.Sprintf("%s: killed after effect %d (%s)", s.Order, effect, where))
}

// judge looks at the end: the company gave the money back once, the ledger says so, and a mall that waits
// was told, always the same. A mall that was answered may have been told the same besides.
func (l *refundLane) judge(t *testing.T, s faults.RefundStory, where string) {
	t.Helper()
	o, _ := l.system.Company.Order(s.Code)
	if refunds := l.system.Company.Refunds(s.Code); len(refunds) != 1 || o.Refunded != "1532.50" {
		t.Errorf("%s: the company has %+v and the refunds %+v", where, o, refunds)
	}
	told := l.cancelNotices(s.Order)
	if !s.Sync && len(told) == 0 {
		t.Errorf("%s: the mall was not told", where)
	}
	for _, notice := range told {
		if !notice.SignatureValid || notice.Result != "OK" || !maps.Equal(notice.Fields, told[0].Fields) ||
			notice.Fields["status"] != "P" || notice.Fields["cancel_amount"] != "1532.50" {
			t.Errorf("%s: the mall got %+v", where, notice)
		}
	}
	ledger := l.system.Command("payments", "show", s.Order, "--json")
	if n := strings.Count(ledger, `"refund_intended"`); n != 1 {
		t.Errorf("%s: the ledger intends %d refunds:\n%s", where, n, ledger)
	}
	if n := strings.Count(ledger, `"refunded"`); n == 0 {
		t.Errorf("%s: the ledger knows no refund that is done:\n%s", where, ledger)
	}
}

// cancelNotices is what the mall heard about cancels of an order.
func (l *refundLane) cancelNotices(number string) (notices []mall.Told) {
	o, _ := l.system.Mall.Order("demomall", number)
	for _, told := range o.Told {
		if told.Kind == "cancel" {
			notices = append(notices, told)
		}
	}
	return notices
}
