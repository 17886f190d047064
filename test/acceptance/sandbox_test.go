package acceptance_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"paybridge/test/rig"
	"paybridge/test/sandbox/system"
)

// What the sandbox promises with the real app on a machine of its own. Tests share theirs, so that a test fails only at
// several times as much; the log tells the figures.
const (
	startPromise = 2 * time.Second
	resetPromise = time.Second
	slack        = 8
)

func TestTheSandboxStartsAndResetsInAMomentAndKeepsItsDataBetweenRuns(t *testing.T) {
	t.Parallel()
	config := rig.Sandbox(t)
	sandbox := startsSoon(t, config)
	bought := buys(t, sandbox)
	if bought["payment_url"] != sandbox.CompanyURL()+"/pay/"+code {
		t.Fatalf("the first order is %v", bought)
	}
	stops(t, sandbox)

	again := startsSoon(t, config)
	defer stops(t, again)
	if orders := again.Mall().Orders(); len(orders) != 1 || orders[0].ID != bought["order_id"] {
		t.Errorf("the mall has forgotten its order: %+v", orders)
	}
	if _, kept := again.Company().Order(code); !kept {
		t.Error("the company has forgotten its order")
	}
	if story := answers(t, http.MethodGet, again.MallURL()+"/_sandbox/stories/"+bought["order_id"].(string), ""); !strings.Contains(story, "Create the payment") {
		t.Errorf("the story is forgotten: %s", story)
	}
	if next := buys(t, again); next["payment_url"] != again.CompanyURL()+"/pay/pg-order-002" {
		t.Errorf("after the restart an order is paid at %v", next["payment_url"])
	}

	began := time.Now()
	answers(t, http.MethodPost, again.CompanyURL()+"/_sandbox/reset", "")
	inTime(t, "reset", time.Since(began), resetPromise)
	if fresh := buys(t, again); fresh["payment_url"] != again.CompanyURL()+"/pay/"+code || fresh["order_id"] != bought["order_id"] {
		t.Errorf("after the reset the first order is %v", fresh)
	}
}

func startsSoon(t *testing.T, config system.Config) *system.Sandbox {
	t.Helper()
	began := time.Now()
	sandbox, err := system.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	inTime(t, "start", time.Since(began), startPromise)
	return sandbox
}

func stops(t *testing.T, sandbox *system.Sandbox) {
	t.Helper()
	if err := sandbox.Close(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}

func inTime(t *testing.T, what string, took, promised time.Duration) {
	t.Helper()
	t.Logf("%s: %v of %v promised", what, took.Round(time.Millisecond), promised)
	if took > slack*promised {
		t.Errorf("%s took %v, promised are %v", what, took, promised)
	}
}

func buys(t *testing.T, sandbox *system.Sandbox) (order map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(answers(t, http.MethodPost, sandbox.MallURL()+"/_sandbox/orders", `{}`)), &order); err != nil {
		t.Fatal(err)
	}
	return order
}

func answers(t *testing.T, method, address, body string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %d %s %v", method, address, response.StatusCode, text, err)
	}
	return string(text)
}

// The starting collection sells at one mall, has another one told, and sends buyers back to a host in the internet.
func TestAnOrderOfTheCollectionIsOneOrderOfTheSandboxWhoseLinksStayInIt(t *testing.T) {
	t.Parallel()
	sandbox := startsSoon(t, rig.Sandbox(t))
	defer stops(t, sandbox)
	answers(t, http.MethodPost, sandbox.AppURL()+checkoutPath, verbatim(t, "async_checkout"))
	for _, way := range []struct{ method, path string }{{http.MethodPost, "/pay/" + code + "/approve"}, {http.MethodGet, "/pay/" + code + "/back"}} {
		if next := leadsTo(t, way.method, sandbox.CompanyURL()+way.path); !strings.HasPrefix(next, sandbox.MallURL()+"/Pay/Recv/openpg/PayReceiveRtnPage.php?") {
			t.Errorf("%s leads to %s, which is not the sandbox's mall", way.path, next)
		}
	}
	back := leadsTo(t, http.MethodGet, sandbox.CompanyURL()+"/pay/"+code+"/back")
	for late := time.After(soon); sandbox.Mall().Counts().Accepted == 0; {
		select {
		case <-late:
			t.Fatal("the mall was not told")
		case <-time.After(10 * time.Millisecond):
		}
	}
	for address, want := range map[string]string{
		back: "your order is paid", sandbox.MallURL() + "/orders/" + number + "?mall=ectmtjpq001": "/stories/" + number + "?mall=demomall",
		sandbox.MallURL() + "/stories/" + number + "?mall=demomall": ">paid<", sandbox.MallURL() + "/orders/" + number + "?mall=demomall": "your order is paid",
		sandbox.MallURL(): ">paid<",
	} {
		if page := answers(t, http.MethodGet, address, ""); !strings.Contains(page, want) {
			t.Errorf("%s lacks %q:\n%s", address, want, page)
		}
	}
}

// leadsTo is where an answer sends the browser.
func leadsTo(t *testing.T, method, address string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	return response.Header.Get("Location")
}
