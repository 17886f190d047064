package control_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"paybridge/test/sandbox/control"
)

// bench is a simulator with one piece of work, behind a control plane.
type bench struct {
	plane *control.Plane
	url   string
	work  *atomic.Int64
}

func setup(t *testing.T, config control.Config) bench {
	t.Helper()
	plane, work := control.New(config), &atomic.Int64{}
	server := httptest.NewServer(plane.Wrap(worker(work)))
	t.Cleanup(server.Close)
	return bench{plane: plane, url: server.URL, work: work}
}

func worker(work *atomic.Int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		work.Add(1)
		if strings.HasSuffix(r.URL.Path, "/signed") {
			valid := true
			control.Describe(r.Context(), func(e *control.Request) { e.SignatureValid = &valid })
		}
		control.WriteJSON(w, http.StatusCreated, map[string]string{"real": "answer"})
	})
}

// send returns the status and the body of the answer; status 0 means that the connection was cut.
func (b bench) send(t *testing.T, method, path, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, b.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Basic c2VjcmV0")
	request.Close = true // A reused connection would let the client repeat a cut request by itself.
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, strings.TrimSpace(string(text))
}

func TestAFaultHitsAsOftenAsItSaysAndThenThePathIsHealthyAgain(t *testing.T) {
	t.Parallel()
	b := setup(t, control.Config{})
	b.plane.AddFault(control.Fault{Path: "/v1/orders", Method: "post", Status: 503, Times: 2})
	for i, want := range []int{503, 503, 201} {
		if got, _ := b.send(t, "POST", "/v1/orders", "{}"); got != want {
			t.Errorf("request %d: status %d, want %d", i+1, got, want)
		}
	}
	if got := b.work.Load(); got != 1 {
		t.Errorf("work was done %d times, want 1", got)
	}
}

func TestDropAfterDoesTheWorkAndDropBeforeDoesNot(t *testing.T) {
	t.Parallel()
	for drop, wantWork := range map[string]int64{control.DropBefore: 0, control.DropAfter: 1} {
		b := setup(t, control.Config{})
		b.plane.AddFault(control.Fault{Path: "/x", Drop: drop, Times: 1})
		if status, _ := b.send(t, "POST", "/x", ""); status != 0 {
			t.Errorf("drop %s: answered %d, want a cut connection", drop, status)
		}
		if got := b.work.Load(); got != wantWork {
			t.Errorf("drop %s: work was done %d times, want %d", drop, got, wantWork)
		}
		log := b.plane.Requests()
		if len(log) != 1 || !log[0].Cut || !log[0].Fault || log[0].Status != 0 {
			t.Errorf("drop %s: log shows %+v, want one cut request without status", drop, log)
		}
	}
}

func TestAStatusFaultDoesTheWorkOnlyWhenTold(t *testing.T) {
	t.Parallel()
	b := setup(t, control.Config{})
	b.plane.AddFault(control.Fault{Path: "/x", Status: 500, Work: true, Times: 1})
	b.plane.AddFault(control.Fault{Path: "/x", Status: 429, Body: `{"slow":"down"}`, Times: 1})
	if status, _ := b.send(t, "POST", "/x", ""); status != 500 {
		t.Errorf("status %d, want 500", status)
	}
	if status, body := b.send(t, "POST", "/x", ""); status != 429 || body != `{"slow":"down"}` {
		t.Errorf("got %d %s, want 429 with the given body", status, body)
	}
	if got := b.work.Load(); got != 1 {
		t.Errorf("work was done %d times, want 1", got)
	}
}

func TestADelayHoldsBackTheAnswerOfWorkThatIsAlreadyDone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		work := &atomic.Int64{}
		plane := control.New(control.Config{})
		plane.AddFault(control.Fault{Path: "/slow", DelayMS: 7000})
		answer, began := httptest.NewRecorder(), time.Now()
		done := make(chan struct{})
		go func() {
			defer close(done)
			plane.Wrap(worker(work)).ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), "GET", "/slow", nil))
		}()
		synctest.Wait()
		if work.Load() != 1 {
			t.Error("the work is not done while the answer is held back")
		}
		if log := plane.Requests(); len(log) != 1 || log[0].Status != 0 {
			t.Errorf("log shows %+v, want the request without an answer", log)
		}
		<-done
		if waited := time.Since(began); waited != 7*time.Second || answer.Code != 201 {
			t.Errorf("answered %d after %v, want 201 after 7s", answer.Code, waited)
		}
	})
}

func TestPathsOfFaultsAreExactOrHaveWildcards(t *testing.T) {
	t.Parallel()
	cases := []struct {
		pattern, path string
		hit           bool
	}{
		{"/v1/orders", "/v1/orders", true},
		{"/v1/orders", "/v1/orders/pg-order-001", false},
		{"/v1/orders/*", "/v1/orders/pg-order-001", true},
		{"/v1/orders/*", "/v1/orders/pg-order-001/refunds", true},
		{"/v1/orders/", "/v1/orders/pg-order-001", true},
		{"/v1/orders/", "/v1/orders", false},
		{"/v1/orders/{code}/refunds", "/v1/orders/pg-order-001/refunds", true},
		{"/v1/orders/*/refunds", "/v1/orders/pg-order-001/cancel", false},
		{"/*", "/anything/at/all", true},
		{"/", "/anything", true},
	}
	for _, c := range cases {
		b := setup(t, control.Config{})
		b.plane.AddFault(control.Fault{Path: c.pattern, Status: 500})
		if status, _ := b.send(t, "GET", c.path, ""); (status == 500) != c.hit {
			t.Errorf("pattern %s, path %s: status %d, want hit %v", c.pattern, c.path, status, c.hit)
		}
	}
}

func TestFaultsAndSettingsAreChangedOverHTTP(t *testing.T) {
	t.Parallel()
	var lag atomic.Int64
	b := setup(t, control.Config{Settings: []control.Setting{{Name: "list_lag_ms", Default: 5, Apply: lag.Store}}})
	status, body := b.send(t, "POST", "/_sandbox/faults", `{"path":"/a","status":500,"body":{"x":1},"list_lag_ms":900}`)
	if status != 200 || lag.Load() != 900 || !strings.Contains(body, `"path":"/a"`) {
		t.Fatalf("got %d %s, lag %d; want the fault listed and lag 900", status, body, lag.Load())
	}
	if status, body := b.send(t, "GET", "/a", ""); status != 500 || body != `{"x":1}` {
		t.Errorf("faulty path: got %d %s, want 500 with the given body", status, body)
	}
	for _, clear := range []struct{ method, body string }{{"DELETE", ""}, {"POST", ""}, {"POST", "{}"}, {"POST", "[]"}} {
		b.send(t, "POST", "/_sandbox/faults", `[{"path":"/a","status":500},{"list_lag_ms":900}]`)
		b.send(t, clear.method, "/_sandbox/faults", clear.body)
		if status, _ := b.send(t, "GET", "/a", ""); status != 201 || lag.Load() != 5 {
			t.Errorf("after %s %q: status %d, lag %d; want 201 and the default 5", clear.method, clear.body, status, lag.Load())
		}
	}
}

func TestAFaultThatCannotBeMeantIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t, control.Config{})
	for _, body := range []string{
		`{"path":"/a"}`, `{"status":500}`, `{"path":"a","status":500}`, `{"path":"/a","drop":"maybe"}`, `{"path":"/a","statsu":500}`,
		`{"path":"/a","status":42}`, `{"path":"/a","delay_ms":-1}`, `not json`,
	} {
		if status, answer := b.send(t, "POST", "/_sandbox/faults", body); status != 400 {
			t.Errorf("%s: got %d %s, want 400", body, status, answer)
		}
	}
}

func TestTheLogShowsRequestsNewestLastWithoutSecrets(t *testing.T) {
	t.Parallel()
	b := setup(t, control.Config{Capacity: 2})
	b.send(t, "POST", "/forgotten", "")
	b.send(t, "POST", "/form?n=1", "amount=3065.00&currency=PHP")
	b.send(t, "POST", "/signed", `{"amount":"3065.00"}`)
	_, body := b.send(t, "GET", "/_sandbox/requests", "")
	if strings.Contains(body, "c2VjcmV0") {
		t.Error("the log shows the Authorization header")
	}
	var log []control.Request
	if err := json.Unmarshal([]byte(body), &log); err != nil {
		t.Fatal(err)
	}
	if len(log) != 2 || log[0].Path != "/form" || log[1].Path != "/signed" {
		t.Fatalf("log %+v, want the two newest in order", log)
	}
	if log[0].Fields["amount"] != "3065.00" || log[0].Query != "n=1" || log[0].Status != 201 || log[0].SignatureValid != nil {
		t.Errorf("form request logged as %+v", log[0])
	}
	if log[1].SignatureValid == nil || !*log[1].SignatureValid || log[1].Body != `{"amount":"3065.00"}` || log[1].Answer == "" {
		t.Errorf("signed request logged as %+v", log[1])
	}
}

func TestAWatcherSeesWhatIsReceivedAndWhatIsSentAtItsBeginningAndAtItsEnd(t *testing.T) {
	t.Parallel()
	b := setup(t, control.Config{})
	var mu sync.Mutex
	var seen []control.Request
	b.plane.Watch(func(r control.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, r)
	})
	b.send(t, http.MethodPost, "/work", `{"a":"1"}`)
	client := &http.Client{Transport: b.plane.Transport(nil)}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/_sandbox/elsewhere", strings.NewReader(`{"b":"2"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(response.Body)
	if err != nil || !strings.Contains(string(answer), "real") {
		t.Errorf("the sender read %q, %v", answer, err)
	}
	_ = response.Body.Close()
	mu.Lock()
	defer mu.Unlock()
	if len(seen) != 4 {
		t.Fatalf("%d sights, want 4: %+v", len(seen), seen)
	}
	received, sent := seen[1], seen[3]
	if seen[0].Status != 0 || received.Status != http.StatusCreated || received.Serial != seen[0].Serial || received.Sent || received.Fields["a"] != "1" {
		t.Errorf("received: %+v, then %+v", seen[0], received)
	}
	if seen[2].Status != 0 || sent.Status != http.StatusCreated || sent.Serial != seen[2].Serial || !sent.Sent || sent.Fields["b"] != "2" ||
		sent.Trace != "0af7651916cd43dd8448eb211c80319c" || !strings.Contains(sent.Answer, "real") {
		t.Errorf("sent: %+v, then %+v", seen[2], sent)
	}
}

func TestAWatcherSeesThatNobodyAnswered(t *testing.T) {
	t.Parallel()
	plane := control.New(control.Config{})
	var last control.Request
	plane.Watch(func(r control.Request) { last = r })
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:1/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if response, err := plane.Transport(nil).RoundTrip(request); err == nil {
		_ = response.Body.Close()
		t.Fatal("somebody answered")
	}
	if !last.Cut || !strings.Contains(last.Note, "refused") {
		t.Errorf("seen: %+v", last)
	}
}
