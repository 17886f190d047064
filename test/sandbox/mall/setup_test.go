package mall_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"paybridge/test/sandbox/mall"
)

const (
	key     = "mock_service_key"
	partner = "demomall:0:demo-app-public-key"
	noty    = "/Pay/Recv/openpg/PayReceiveNoty.php"
	cancel  = "/Pay/Recv/openpg/PayReceiveCancelNoty.php"
)

// bench is a running mall with a scripted app and a browser.
type bench struct {
	*mall.Mall
	url     string
	appURL  string
	app     *scriptedApp
	browser *http.Client
}

// scriptedApp answers every path with what the test has put there and keeps what it was sent.
type scriptedApp struct {
	mu      sync.Mutex
	answers map[string]string
	sent    map[string][]map[string]any
}

func (a *scriptedApp) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body map[string]any
	err := json.NewDecoder(r.Body).Decode(&body)
	a.mu.Lock()
	defer a.mu.Unlock()
	answer, scripted := a.answers[r.URL.Path]
	if err != nil || !scripted {
		http.Error(w, "not scripted", http.StatusNotFound)
		return
	}
	a.sent[r.URL.Path] = append(a.sent[r.URL.Path], body)
	_, _ = io.WriteString(w, answer)
}

func (a *scriptedApp) answer(path, text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers[path] = text
}

// last is the newest message to a path.
func (a *scriptedApp) last(t *testing.T, path string) map[string]any {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	messages := a.sent[path]
	if len(messages) == 0 {
		t.Fatalf("nothing was sent to %s", path)
	}
	return messages[len(messages)-1]
}

func setup(t *testing.T, config mall.Config) *bench {
	t.Helper()
	app := &scriptedApp{answers: map[string]string{}, sent: map[string][]map[string]any{}}
	appServer := httptest.NewServer(app)
	t.Cleanup(appServer.Close)
	config.AppURL = appServer.URL
	m, err := mall.New(config)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(m)
	t.Cleanup(func() {
		server.Close()
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.Host, "pay.example") {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return &bench{Mall: m, url: server.URL, appURL: appServer.URL, app: app, browser: browser}
}

// tell posts a notification to a host of the mall and returns the answer.
func (b *bench) tell(t *testing.T, host, path, contentType, body string) map[string]string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	request.Header.Set("Content-Type", contentType)
	_, text := b.visit(t, request)
	var answer map[string]string
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		t.Fatalf("answer %q is no JSON", text)
	}
	return answer
}

func (b *bench) tellJSON(t *testing.T, path string, fields map[string]any) map[string]string {
	t.Helper()
	body, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return b.tell(t, "demomall.cafe24shop.com", path, "application/json", string(body))
}

// visit shows a page and where it leads when it is a redirect out of the mall.
func (b *bench) visit(t *testing.T, request *http.Request) (location, page string) {
	t.Helper()
	response, err := b.browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.Header.Get("Location"), string(text)
}

func (b *bench) get(t *testing.T, path string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, text := b.visit(t, request)
	return text
}

func (b *bench) submit(t *testing.T, path string, fields url.Values) (location, page string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+path, strings.NewReader(fields.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.visit(t, request)
}

// payment is a payment notification about the starting collection's order.
func payment(changes map[string]any) map[string]any {
	fields := map[string]any{
		"request_type": "payment", "partner_id": partner, "paymethod": "etc", "tid": "pg-order-001", "amount": "3065.00",
		"order_id": "20220519-0000029", "all_cancel_tf": "T", "part_cancel_tf": "T", "escrow_tf": "F", "currency": "PHP", "payed_tf": "T",
		"easypay": "F", "extra_data": map[string]any{"pgName": "pg-demo-app", "LogKey": "k"}, "result_code": "0000", "result_message": "Success",
	}
	return signed(fields, "amount", changes)
}

// cancellation is a cancel notification about the same order.
func cancellation(changes map[string]any) map[string]any {
	fields := map[string]any{
		"request_type": "cancelnoty", "partner_id": partner, "paymethod": "etc", "tid": "pg-order-001", "cancel_amount": "3065",
		"order_id": "20220519-0000029", "currency": "PHP", "status": "P", "extra_data": `{"pgName":"pg-demo-app","LogKey":"c1"}`,
		"result_code": "0000", "result_message": "Success",
	}
	return signed(fields, "cancel_amount", changes)
}

// signed applies the changes and signs, unless hash_data itself is changed.
func signed(fields map[string]any, amount string, changes map[string]any) map[string]any {
	for name, value := range changes {
		if value == nil {
			delete(fields, name)
			continue
		}
		fields[name] = value
	}
	if _, given := changes["hash_data"]; !given {
		text := func(name string) string { value, _ := fields[name].(string); return value }
		fields["hash_data"] = mall.Sign(key, text(amount), text("currency"), text("order_id"), text("partner_id"), text("tid"))
	}
	return fields
}
