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
			t.Logf("%d rounds, %d refund requests of the mall, %d refunds at the company, %s given back of %s, in %s", *rounds/2, r.asked.Load(),
				done.Refunds, done.Refunded, done.Paid, time.Since(begun).Round(time.Millisecond))
			if calls := int(r.calls.Load()); calls != done.Refunds {
				t.Errorf("the company was asked for %d refunds and did %d: it was asked for more than it may give", calls, done.Refunds)
			}
		})
	}
}

// race is one system that refunds are thrown at.
type race struct {
	system       *rig.System
	calls, asked atomic.Int64 // refunds asked of the company, and by the mall
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
			r.calls.Add(1)
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
	r.judge(t, number, code, wishes, first, again)
}

// sell opens an order and lets it be paid, until the mall knows. It returns the company's code of the payment.
func (r *race) sell(t *testing.T, number string) (code string, sold bool) {
	t.Helper()
	c := rig.Checkout{Mall: "demomall", Order: number, Amount: "3065.00", Currency: "PHP", LogKey: "1"}
	a, err := r.system.Send(http.MethodPost, "/api/asynchronous-checkout/checkout", "application/json", c.Body())
	page := a.Field("payment_url")
	if err != nil || page == "" {
		t.Errorf("checkout of %s: %d %s %v", number, a.Status, a.Body, err)
		return "", false
	}
	code = page[strings.LastIndexByte(page, '/')+1:]
	if err := r.system.Company.Approve(code, true); err != nil {
		t.Error(err)
		return "", false
	}
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-time.After(5 * time.Millisecond) {
		if o, known := r.system.Mall.Order("demomall", number); known && o.State == "paid" {
			return code, true
		}
	}
	t.Errorf("the mall was never told that %s is paid", number)
	return "", false
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
			a, err := r.system.Send(http.MethodPost, path, "application/json", body)
			if err != nil || a.Status >= http.StatusInternalServerError {
				t.Errorf("refund of %s: %d %s %v", wish.Order, a.Status, a.Body, err)
			}
			done[i] = a.Field("result_code") == "0000"
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
