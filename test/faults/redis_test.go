package faults_test

import (
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paybridge/test/faults"
	"paybridge/test/rig"
)

const (
	syncCheckout = "/api/synchronous-checkout/checkout"
	syncReturn   = syncCheckout + "/callback"
	syncStatus   = syncCheckout + "/status"
	// troubleTime is how long each trouble lasts, under load.
	troubleTime = 2 * time.Second
	// slowRedis is the delay of every answer of a slow Redis.
	slowRedis = 2 * time.Second
	// longest is what one status question may take meanwhile, on a machine that runs other tests.
	longest = 2 * time.Second
	askers  = 8
	// patience is how long the read model may take to know everything again.
	patience = 20 * time.Second
)

// sale is an order that the mall asks for: paid from the beginning, or never.
type sale struct {
	number, key string
	paid        bool
}

// desk asks for the status of known orders and keeps what was wrong about the answers.
type desk struct {
	system *rig.System
	sales  []sale

	asked   atomic.Int64
	slowest atomic.Int64
	mu      sync.Mutex
	wrong   []string
}

// open makes an order of a mall that asks, and lets the buyer pay it, if he does, and come back.
func (d *desk) open(t *testing.T, n int, paid bool) sale {
	t.Helper()
	c := rig.Checkout{Mall: "demomall", Order: fmt.Sprintf("20261001-%07d", n), Amount: "3065.00", Currency: "PHP", LogKey: "1"}
	if a := d.system.Post(syncCheckout, c.Body()); a.Field("result_code") != "0000" {
		t.Fatalf("checkout: %d %s", a.Status, a.Body)
	}
	found := d.system.Company.OrdersByReference(c.Order)
	if len(found) != 1 {
		t.Fatalf("the company has %+v", found)
	}
	if paid {
		if err := d.system.Company.Approve(found[0].Code, false); err != nil {
			t.Fatal(err)
		}
	}
	return sale{number: c.Order, key: d.comeBack(t, c.Order), paid: paid}
}

// comeBack follows the callback URL that the company was given for an order, and returns the key that the
// buyer brings to the mall.
func (d *desk) comeBack(t *testing.T, number string) string {
	t.Helper()
	for _, r := range d.system.Company.Requests() {
		callback, given := r.Fields["callback_url"].(string)
		if !given || r.Fields["reference_no"] != number {
			continue
		}
		u, err := url.Parse(callback)
		if err != nil {
			t.Fatal(err)
		}
		a, err := d.system.Send(http.MethodGet, syncReturn+"?"+u.RawQuery, "", "")
		if err != nil || a.Status != http.StatusSeeOther {
			t.Fatalf("return: %d %v %s", a.Status, err, a.Body)
		}
		back, err := url.Parse(a.Header.Get("Location"))
		if err != nil || back.Query().Get("key") == "" {
			t.Fatalf("return to %s: %v", a.Header.Get("Location"), err)
		}
		return back.Query().Get("key")
	}
	t.Fatalf("the company was given no callback URL for %s", number)
	return ""
}

// ask asks once and judges the answer.
func (d *desk) ask(s sale) {
	begun := time.Now()
	a, err := d.system.Send(http.MethodPost, syncStatus, "application/json", `{"key":"`+s.key+`"}`)
	took := int64(time.Since(begun))
	for most := d.slowest.Load(); took > most && !d.slowest.CompareAndSwap(most, took); most = d.slowest.Load() {
	}
	d.asked.Add(1)
	result, amount, told := "1400", "0", "F"
	if s.paid {
		result, amount, told = "0000", "3065.00", "T"
	}
	if err != nil || a.Status != http.StatusOK || a.Field("result_code") != result || a.Field("amount") != amount ||
		a.Field("payed_tf") != told || a.Field("order_id") != s.number {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.wrong = append(d.wrong, fmt.Sprintf("%s paid %t: %d %s %v", s.number, s.paid, a.Status, a.Body, err))
	}
}

// load asks from many sides until it is over.
func (d *desk) load(over <-chan struct{}) *sync.WaitGroup {
	var asking sync.WaitGroup
	for i := range askers {
		asking.Go(func() {
			for n := i; ; n++ {
				select {
				case <-over:
					return
				default:
					d.ask(d.sales[n%len(d.sales)])
				}
			}
		})
	}
	return &asking
}

// TestStatusQuestionsAreAnsweredWhateverHappensToRedis asks under load while Redis is stopped, comes back
// empty, is emptied, and is slow. In each trouble a buyer comes back too.
func TestStatusQuestionsAreAnsweredWhateverHappensToRedis(t *testing.T) {
	t.Parallel()
	redis := rig.StartRedis(t)
	line := faults.ProxyTCP(t, redis.Address())
	d := &desk{system: rig.Start(t, rig.Options{Postgres: true, Env: []string{"REDIS_URL=redis://" + line.Address()}})}
	const paid, unpaid = 8, 2
	for n := range paid + unpaid {
		d.sales = append(d.sales, d.open(t, n, n < paid))
	}
	over := make(chan struct{})
	asking := d.load(over)
	for n, trouble := range []struct {
		name       string
		begin, end func()
	}{
		{"nothing", func() {}, func() {}},
		{"stopped, then restarted", redis.Stop, redis.Start},
		{"emptied", func() { redis.Do("FLUSHALL") }, func() {}},
		{"slow", func() { line.Slow(slowRedis) }, func() { line.Slow(0) }},
		{"stopped and restarted at once", func() { redis.Stop(); redis.Start() }, func() {}},
	} {
		d.live(t, trouble.name, trouble.begin, n)
		d.live(t, "after: "+trouble.name, trouble.end, 100+n)
	}
	close(over)
	asking.Wait()
	d.judge(t)
	d.system.Eventually(patience, "the questions have taught Redis every paid order again", func() bool {
		held, _ := redis.Do("DBSIZE").(int64)
		return held >= int64(paid)
	})
}

// live lets something happen and the load go on, while a buyer pays, comes back and is answered for.
func (d *desk) live(t *testing.T, name string, happen func(), n int) {
	t.Helper()
	before := d.asked.Load()
	happen()
	lasts := time.After(troubleTime)
	paid := d.open(t, 1000+n, true)
	for range 3 {
		d.ask(paid)
	}
	<-lasts
	t.Logf("%s: %d questions, the slowest took %s so far", name, d.asked.Load()-before, time.Duration(d.slowest.Load()).Round(time.Millisecond))
	if d.asked.Load() == before {
		t.Errorf("%s: nobody was answered", name)
	}
}

// judge looks at everything that was answered.
func (d *desk) judge(t *testing.T) {
	t.Helper()
	if len(d.wrong) > 0 {
		t.Errorf("%d of %d answers are wrong or missing, the first: %s\n%s", len(d.wrong), d.asked.Load(), d.wrong[0], d.system.Log())
	}
	for _, source := range []string{"view", "database"} {
		if d.system.PaidAnswers(source) == 0 {
			t.Errorf("the %s never answered that an order is paid: the test did not meet both ways", source)
		}
	}
	if most := time.Duration(d.slowest.Load()); most > longest {
		t.Errorf("a question took %s", most)
	}
}
