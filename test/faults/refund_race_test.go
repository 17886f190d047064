package faults_test

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paybridge/test/rig"
)

var rounds = flag.Int("refund-rounds", 500, "how many rounds of refunds at once, over both databases")

const (
	paidCentavos int64 = 306500
	// mixedEvery is how often a round is one of many partial refunds; the others are two of 60 %.
	mixedEvery = 5
	// roundsAtOnce is how many payments of one system are given back side by side.
	roundsAtOnce = 4
	// reportEvery is after how many rounds a long run says how far it is.
	reportEvery = 500

	// A machine with other work to do makes everything late, and late is not lost. Something is when nothing
	// at all happens on a system any more, or when one order waits that much longer than all others.
	standstill = 2 * time.Minute
	lostAfter  = 10 * time.Minute
)

// The stations of a payment that is given back in five parts: a part and what is left after it.
var parts = []int64{50001, 60002, 70003, 80004, 46490}

// TestRefundsAtOnceNeverExceedThePaymentAndNeverHappenTwice lets the mall send refunds of one payment at the
// same moment, all of them a second time, and compares what was answered with what the company did.
func TestRefundsAtOnceNeverExceedThePaymentAndNeverHappenTwice(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			r := &race{}
			r.system = rig.Start(t, rig.Options{Postgres: database == "postgres", CompanyURL: func(real string) string { return r.count(t, real) }})
			begun := time.Now()
			r.lastStep.Store(begun.UnixNano())
			var next atomic.Int64
			var running sync.WaitGroup
			for range roundsAtOnce {
				running.Go(func() {
					for n := int(next.Add(1)); n <= *rounds/2 && !t.Failed(); n = int(next.Add(1)) {
						r.round(t, n)
					}
				})
			}
			running.Wait()
			done := r.system.Company.Totals("PHP")
			t.Logf("%d rounds, %d refund requests of the mall, %d refunds at the company, %s given back of %s, in %s; %d requests were sent again, %d waits were long",
				done.Orders, r.asked.Load(), done.Refunds, done.Refunded, done.Paid, time.Since(begun).Round(time.Millisecond), r.again.Load(), r.late.Load())
			if t.Failed() {
				t.Logf("the end of the app's log:\n%s", r.system.Log()[max(0, len(r.system.Log())-20_000):])
			}
			if asked := r.keys.count(); asked != done.Refunds {
				t.Errorf("the company was asked for %d refunds and did %d: it was asked for more than it may give", asked, done.Refunds)
			}
		})
	}
}

// race is one system that refunds are thrown at.
type race struct {
	system   *rig.System
	keys     keys         // of the refunds that the company was asked for, by which it knows them apart
	asked    atomic.Int64 // refunds that the mall asked for
	again    atomic.Int64 // requests that the mall had to send again, for want of a definite answer
	late     atomic.Int64 // how often something took longer than the outside world is used to
	lastStep atomic.Int64 // when anything last came to its end, in Unix nanoseconds
}

// keys are texts, each once.
type keys struct {
	mu  sync.Mutex
	all map[string]bool
}

func (k *keys) add(key string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil {
		k.all = map[string]bool{}
	}
	k.all[key] = true
}

func (k *keys) count() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.all)
}

// await waits until something holds, for as long as the system gets on with its work.
func (r *race) await(t *testing.T, what string, holds func() bool) bool {
	t.Helper()
	begun := time.Now()
	for !holds() {
		if t.Failed() {
			return false // another one is lost, and that is enough
		}
		idle := time.Since(time.Unix(0, r.lastStep.Load()))
		if waited := time.Since(begun); (waited > standstill && idle > standstill) || waited > lostAfter {
			t.Errorf("not within %s, and nothing else within %s: %s", waited.Round(time.Second), idle.Round(time.Second), what)
			return false
		}
		<-time.After(5 * time.Millisecond)
	}
	r.lastStep.Store(time.Now().UnixNano())
	if time.Since(begun) > patience {
		r.late.Add(1)
	}
	return true
}

// count stands before the company and counts the refunds that it is asked for.
func (r *race) count(t *testing.T, company string) string {
	t.Helper()
	target, err := url.Parse(company)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		if p.In.Method == http.MethodPost && strings.HasSuffix(p.In.URL.Path, "/refunds") {
			r.keys.add(p.In.Header.Get("Idempotency-Key"))
		}
		p.SetURL(target)
	}}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server.URL
}

// round pays an order and asks for its refunds, all at once and then all at once again. The routes take turns.
func (r *race) round(t *testing.T, n int) {
	t.Helper()
	wishes := sixties(n)
	if n%mixedEvery == 0 {
		wishes = mixed()
	}
	number := fmt.Sprintf("20261102-%07d", n)
	code, sold := r.sell(t, number)
	if !sold {
		return
	}
	path := "/api/asynchronous-refund/cancel"
	if n/2%2 == 0 {
		path = "/api/synchronous-refund/cancel"
	}
	for i := range wishes {
		wishes[i].Mall, wishes[i].Order, wishes[i].Code, wishes[i].Paid, wishes[i].LogKey = "demomall", number, code, paidCentavos, fmt.Sprint(i)
	}
	first := r.send(t, path, wishes)
	again := r.send(t, path, wishes)
	if !t.Failed() {
		r.judge(t, number, code, wishes, first, again)
	}
	if n%reportEvery == 0 {
		t.Logf("round %d is over", n)
	}
}

// sell opens an order and lets it be paid, until the mall knows. It returns the company's code of the payment.
func (r *race) sell(t *testing.T, number string) (code string, sold bool) {
	t.Helper()
	c := rig.Checkout{Mall: "demomall", Order: number, Amount: "3065.00", Currency: "PHP", LogKey: "1"}
	page := r.definite(t, "/api/asynchronous-checkout/checkout", c.Body()).Field("payment_url")
	if page == "" {
		t.Errorf("there is no page for %s", number)
		return "", false
	}
	code = page[strings.LastIndexByte(page, '/')+1:]
	if err := r.system.Company.Approve(code, true); err != nil {
		t.Error(err)
		return "", false
	}
	return code, r.await(t, "the mall is told that "+number+" is paid", func() bool {
		o, known := r.system.Mall.Order("demomall", number)
		return known && o.State == "paid"
	})
}

// definite sends a request again and again until it is answered yes or no, as malls do.
func (r *race) definite(t *testing.T, path, body string) (a rig.Answer) {
	t.Helper()
	tries := 0
	r.await(t, "a definite answer to "+body, func() (done bool) {
		tries++
		var err error
		a, err = r.system.Send(http.MethodPost, path, "application/json", body)
		return err == nil && a.Status < http.StatusInternalServerError
	})
	r.again.Add(int64(tries - 1))
	return a
}

// sixties are two refunds of 60 %. Every other time the two differ by a centavo: then they are two wishes,
// of which only one can come true.
func sixties(n int) []rig.Cancel {
	one, two := paidCentavos*60/100, paidCentavos*60/100+int64(n%2)
	return []rig.Cancel{{Amount: one, Remain: paidCentavos - one}, {Amount: two, Remain: paidCentavos - two}}
}

// mixed are 20 refunds: the five parts of the payment twice each, and ten that would begin where one of the
// parts begins, and differ.
func mixed() []rig.Cancel {
	var all []rig.Cancel
	left := paidCentavos
	for i, part := range parts {
		for odd := range int64(2) {
			all = append(all, rig.Cancel{Amount: part, Remain: left - part})
			other := 10*(left/11) - int64(2*i) - odd
			all = append(all, rig.Cancel{Amount: other, Remain: left - other})
		}
		left -= part
	}
	return all
}

// send asks for all refunds at the same moment and says which were answered with success.
func (r *race) send(t *testing.T, path string, wishes []rig.Cancel) (done []bool) {
	t.Helper()
	done = make([]bool, len(wishes))
	var ready, all sync.WaitGroup
	ready.Add(1)
	for i, wish := range wishes {
		body := wish.Body()
		all.Go(func() {
			ready.Wait()
			done[i] = r.definite(t, path, body).Field("result_code") == "0000"
		})
	}
	r.asked.Add(int64(len(wishes)))
	ready.Done()
	all.Wait()
	return done
}

// judge compares the answers with what the company did: each wish that was answered with success is one
// refund there, nothing else is, and the sum is never more than what was paid.
func (r *race) judge(t *testing.T, number, code string, wishes []rig.Cancel, first, again []bool) {
	t.Helper()
	var granted, given []string
	var sum int64
	for i, wish := range wishes {
		if first[i] && !again[i] {
			t.Errorf("%s: the refund of %d was granted, and refused when it was asked for again", number, wish.Amount)
		}
		text := fmt.Sprintf("%d.%02d", wish.Amount/100, wish.Amount%100)
		if again[i] && !slices.Contains(granted, text) {
			granted = append(granted, text)
			sum += wish.Amount
		}
	}
	for _, refund := range r.system.Company.Refunds(code) {
		given = append(given, refund.Amount)
	}
	slices.Sort(granted)
	slices.Sort(given)
	switch {
	case len(granted) == 0:
		t.Errorf("%s: no refund was granted, although the first could be", number)
	case sum > paidCentavos:
		t.Errorf("%s: %d centavos were given back, %d were paid", number, sum, paidCentavos)
	case !slices.Equal(granted, given):
		t.Errorf("%s: granted %v, the company gave %v", number, granted, given)
	}
}
