package faults_test

import (
	"flag"
	"fmt"
	"maps"
	"strings"
	"sync/atomic"
	"testing"

	"paybridge/test/faults"
	"paybridge/test/rig"
)

var crashes = flag.Int("crashes", 80, "how many runs for orders and for each way of refunds, spread over all points and stories")

// lanes is how many systems run side by side; most of a run is waiting.
const lanes = 4

var stories = []faults.Story{
	{Webhook: true, Return: true},
	{Webhook: true, Return: false},
	{Webhook: false, Return: true},
	{Webhook: true, Return: true, Sync: true},
	{Webhook: false, Return: false, Sync: true},
	{Webhook: true, Return: true, External: true},
}

// TestNothingIsLostOrDoubledWhereverTheAppIsKilled kills the app after every single side effect of an
// order, before it hears of it, starts it again, and looks at the end.
func TestNothingIsLostOrDoubledWhereverTheAppIsKilled(t *testing.T) {
	t.Parallel()
	var next atomic.Int64
	for lane := range lanes {
		t.Run(fmt.Sprintf("lane %d", lane+1), func(t *testing.T) {
			t.Parallel()
			l := newLane(t)
			points := l.points(t, lane)
			for n := int(next.Add(1)) - 1; n < *crashes; n = int(next.Add(1)) - 1 {
				p := points[n%len(points)]
				l.crash(t, fmt.Sprintf("2026%02d%02d-%07d", 1+lane, 1, n+1), p)
			}
		})
	}
}

// point is an effect of a story, counted from 1.
type point struct {
	story  faults.Story
	effect int
}

type lane struct {
	system *rig.System
	bomb   *faults.Bomb
}

func newLane(t *testing.T) *lane {
	l := &lane{}
	l.bomb = faults.NewBomb(func() {
		if err := l.system.Crash(); err != nil {
			t.Errorf("start again: %v", err)
		}
	})
	l.system = rig.Start(t, rig.Options{
		Postgres: true, Quiet: true,
		Env:         []string{"PAYBRIDGE_JOB_LEASE=1s"},
		DatabaseURL: func(real string) string { return faults.ProxyPostgres(t, l.bomb, real) },
		CompanyURL:  func(real string) string { return faults.ProxyHTTP(t, l.bomb, "company", real) },
		MallURL:     func(real string) string { return faults.ProxyHTTP(t, l.bomb, "mall", real) },
	})
	l.system.Install("demomall")
	l.system.StartApp()
	return l
}

// points plays every story once without a crash and lists its effects.
func (l *lane) points(t *testing.T, lane int) []point {
	t.Helper()
	var all []point
	for i, s := range stories {
		l.bomb.Arm(0)
		s.System, s.Order = l.system, fmt.Sprintf("20260901-%07d", lane*100+i)
		s.Play(t)
		effects := l.bomb.Effects()
		if lane == 0 {
			t.Logf("story %+v has %d effects:\n  %s", []bool{s.Webhook, s.Return, s.Sync, s.External}, len(effects), strings.Join(effects, "\n  "))
		}
		if len(effects) < 5 {
			t.Fatalf("only %d effects were seen: the proxies do not see the app", len(effects))
		}
		for n := range effects {
			all = append(all, point{story: s, effect: n + 1})
		}
	}
	return all
}

func (l *lane) crash(t *testing.T, number string, p point) {
	t.Helper()
	l.bomb.Arm(p.effect)
	p.story.Order = number
	p.story.Play(t)
	where := "not reached"
	if effects := l.bomb.Effects(); len(effects) >= p.effect {
		where = effects[p.effect-1]
	}
	l.judge(t, p.story, fmt.Sprintf("killed after effect %d (%s)", p.effect, where))
	l.bomb.Arm(0)
}

// judge looks at the end: one order at the company, paid once, and the mall told the same thing only. A
// mall that asked was told nothing besides.
func (l *lane) judge(t *testing.T, s faults.Story, where string) {
	t.Helper()
	number := s.Order
	orders := l.system.Company.OrdersByReference(number)
	amount := "3065.00"
	if s.External {
		amount = "1965.00"
	}
	if len(orders) != 1 || orders[0].Paid != amount || orders[0].Refunded != "0.00" {
		t.Errorf("%s: the company has %+v", where, orders)
	}
	told, _ := l.system.Mall.Order("demomall", number)
	if !s.Sync && (told.State != "paid" || told.TID != orders[0].Code) || s.Sync && len(told.Told) != 0 {
		t.Errorf("%s: the mall shows %+v", where, told)
	}
	for _, notice := range told.Told {
		if !notice.SignatureValid || !maps.Equal(notice.Fields, told.Told[0].Fields) {
			t.Errorf("%s: the mall got %+v", where, notice)
		}
	}
	ledger := l.system.Command("payments", "show", number, "--json")
	for _, once := range []string{"opened", "order_paid", "mall_told"} {
		if n := strings.Count(ledger, `"`+once+`"`); n != 1 {
			t.Errorf("%s: the ledger says %d times %s:\n%s", where, n, once, ledger)
		}
	}
}
