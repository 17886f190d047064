package browser_test

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/proto"

	"paybridge/test/conformance"
	"paybridge/test/rig"
	"paybridge/test/sandbox/company"
	"paybridge/test/sandbox/mall"
	"paybridge/test/sandbox/system"
)

// patience is how long a person waits for something to appear, on a busy machine.
const patience = time.Minute

// walkBudget bounds a whole walk, and with it whatever a browser may not answer.
const walkBudget = 6 * time.Minute

// The two widths that people come with, in CSS pixels.
const (
	desktop = 1200
	phone   = 360
)

// person is somebody with a private window of the browser, in a sandbox of their own.
type person struct {
	t       *testing.T
	sandbox *system.Sandbox
	window  *rod.Browser
	width   int

	pictures int // so many were taken
}

// enter starts a sandbox and opens a window of this width. Both end with the test.
func enter(t *testing.T, width int) *person {
	t.Helper()
	browser, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	p := &person{t: t, width: width}
	app := rig.FreeAddress(t)
	config := rig.Sandbox(t)
	config.Environment = []string{"PAYBRIDGE_ADDR=" + app}
	p.sandbox, err = system.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	// Where the app is sought there is a proxy, which holds its answers against the service's own description.
	conformance.WatchAt(t, strings.Replace(p.sandbox.AppURL(), "http://localhost", "127.0.0.1", 1), "http://"+app)
	t.Cleanup(func() {
		if err := p.sandbox.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	p.window, err = browser.Incognito()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.window.Close() }) // A window that is gone already is closed.
	return p
}

// open opens a tab at an address.
func (p *person) open(address string) *tab {
	p.t.Helper()
	v := p.tab()
	v.visit(address)
	return v
}

// tab opens an empty tab.
func (p *person) tab() *tab {
	p.t.Helper()
	page, err := p.window.Page(proto.TargetCreateTarget{})
	if err != nil {
		p.t.Fatal(err)
	}
	bounded, cancel := context.WithTimeout(context.WithoutCancel(p.t.Context()), walkBudget)
	p.t.Cleanup(cancel)
	v := &tab{person: p, page: page.Context(bounded)}
	view := &proto.EmulationSetDeviceMetricsOverride{Width: p.width, Height: 780, DeviceScaleFactor: 1, Mobile: p.width == phone}
	if err := v.page.SetViewport(view); err != nil {
		p.t.Fatal(err)
	}
	v.listen()
	p.t.Cleanup(v.keepOnFailure)
	return v
}

// settled waits until nobody has anything left to say about a closed order: the company has told everything, the app has no
// work.
func (p *person) settled() {
	p.t.Helper()
	p.delivered()
	p.eventually("the app has nothing left to do", func() bool {
		return strings.Contains(p.readiness(), "0 ready, 0 running, 0 dead")
	})
}

// delivered waits until the company has told everything.
func (p *person) delivered() {
	p.t.Helper()
	p.eventually("the company's webhooks are delivered", func() bool {
		underway := func(webhook company.Delivery) bool { return !webhook.Delivered }
		return !slices.ContainsFunc(p.sandbox.Company().Webhooks(), underway)
	})
}

// readiness is what the app says about its work.
func (p *person) readiness() string {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.sandbox.OpsURL()+"/readyz", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}

func (p *person) eventually(what string, holds func() bool) {
	p.t.Helper()
	deadline := time.After(patience)
	for !holds() {
		select {
		case <-deadline:
			p.t.Fatalf("not within %s: %s", patience, what)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// order is the one order at the mall.
func (p *person) order() mall.Order {
	p.t.Helper()
	orders := p.sandbox.Mall().Orders()
	if len(orders) != 1 {
		p.t.Fatalf("the mall has %d orders, not one", len(orders))
	}
	return orders[0]
}

// heard says what the mall must have heard about its order: letters of payed_tf, each in a payment notification with the
// right signature that the mall has accepted.
func (p *person) heard(expected string) {
	p.t.Helper()
	heard := ""
	for _, told := range p.order().Told {
		if told.Kind != "payment" || !told.SignatureValid || told.Result != "OK" {
			p.t.Errorf("the mall heard %+v", told)
		}
		heard += told.Fields["payed_tf"]
	}
	if heard != expected {
		p.t.Errorf("the mall heard %q, expected %q", heard, expected)
	}
}

// holds says what the company must hold: the orders' letters, oldest first, and how much was paid in all.
func (p *person) holds(letters, paid string) {
	p.t.Helper()
	held := ""
	for _, order := range p.sandbox.Company().Orders() {
		held += order.Letter
	}
	if totals := p.sandbox.Company().Totals("PHP"); held != letters || totals.Paid != paid {
		p.t.Errorf("the company holds %q and was paid %s, expected %q and %s", held, totals.Paid, letters, paid)
	}
}

// exactly is the pattern of a text with nothing but space around, and any space between its words.
func exactly(text string) string {
	words := strings.Split(text, " ")
	for i := range words {
		words[i] = regexp.QuoteMeta(words[i])
	}
	return `^\s*` + strings.Join(words, `\s+`) + `\s*$`
}
