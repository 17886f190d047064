package company_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"paybridge/test/sandbox/company"
)

// bench is a running company and an authenticated caller.
type bench struct {
	*company.Company
	url  string
	keys atomic.Int64
}

func setup(t *testing.T, config company.Config) *bench {
	t.Helper()
	c, err := company.New(config)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(c)
	t.Cleanup(func() {
		server.Close()
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return &bench{Company: c, url: server.URL}
}

// answer is what came back: the status, the text and the text as an object.
type answer struct {
	status int
	text   string
	header http.Header
	body   map[string]any
}

func (a answer) field(name string) string {
	text, _ := a.body[name].(string)
	return text
}

// ask sends a request with the demo account's keys and, for POST, a new Idempotency-Key unless one is given.
func (b *bench) ask(t *testing.T, method, path, body string, key ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, b.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(company.DemoPublicKey, company.DemoSecretKey)
	if method == http.MethodPost {
		request.Header.Set("Idempotency-Key", append(key, "key-"+strconv.FormatInt(b.keys.Add(1), 10))[0])
	}
	return do(t, request)
}

// do sends a request without following redirects.
func do(t *testing.T, request *http.Request) answer {
	t.Helper()
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := answer{status: response.StatusCode, text: string(text), header: response.Header}
	_ = json.Unmarshal(text, &got.body) // Pages are no JSON; their tests look at the text.
	return got
}

const demoOrder = `{"reference_no":"20220519-0000029","amount":"3065.00","currency":"PHP","callback_url":"https://app.example/callback?m=1"}`

// order creates an order and returns its code.
func (b *bench) order(t *testing.T, body string) string {
	t.Helper()
	got := b.ask(t, http.MethodPost, "/v1/orders", body)
	if got.status != http.StatusOK {
		t.Fatalf("create answered %d %s", got.status, got.text)
	}
	return got.field("reference_no")
}

// paidOrder creates an order and approves it without telling anybody.
func (b *bench) paidOrder(t *testing.T) string {
	t.Helper()
	code := b.order(t, demoOrder)
	if err := b.Approve(code, false); err != nil {
		t.Fatal(err)
	}
	return code
}

// receiver is the app's side of the webhooks; it answers with a status that can be changed.
type receiver struct {
	url    string
	status atomic.Int64
	bodies chan string
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{bodies: make(chan string, 100)}
	r.status.Store(http.StatusOK)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		text, _ := io.ReadAll(request.Body)
		w.WriteHeader(int(r.status.Load()))
		r.bodies <- string(text)
	}))
	t.Cleanup(server.Close)
	r.url = server.URL + "/webhook"
	return r
}

func (r *receiver) next(t *testing.T) map[string]any {
	t.Helper()
	select {
	case text := <-r.bodies:
		var body map[string]any
		if err := json.Unmarshal([]byte(text), &body); err != nil {
			t.Fatalf("webhook %q is no JSON", text)
		}
		return body
	case <-t.Context().Done():
		t.Fatal("no webhook came")
		return nil
	}
}
