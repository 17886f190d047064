package company_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"paybridge/test/sandbox/company"
)

func decimal(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

// inProcess is a company called without a network, for tests with fake time.
type inProcess struct{ *company.Company }

func setupInProcess(t *testing.T, config company.Config) inProcess {
	t.Helper()
	if config.HTTPClient == nil {
		config.HTTPClient = &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) { return reply(200), nil })}
	}
	c, err := company.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return inProcess{c}
}

func (b inProcess) post(t *testing.T, path, body string) {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
	request.SetBasicAuth(company.DemoPublicKey, company.DemoSecretKey)
	request.Header.Set("Idempotency-Key", fmt.Sprint(time.Now().UnixNano(), len(b.Requests())))
	answer := httptest.NewRecorder()
	b.ServeHTTP(answer, request)
	if answer.Code != 200 {
		t.Fatalf("%s answered %d %s", path, answer.Code, answer.Body)
	}
}

func (b inProcess) create(t *testing.T, body string) string {
	t.Helper()
	b.post(t, "/v1/orders", body)
	orders := b.Orders()
	return orders[len(orders)-1].Code
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func reply(status int) *http.Response {
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader("")), Header: http.Header{}}
}

// withWebhook is the demo order with an address for webhooks.
func withWebhook(address string) string {
	return strings.Replace(demoOrder, "}", `,"webhook_url":"`+address+`"}`, 1)
}

func TestThePaymentWebhookCarriesTheDigestOfTheStartingCollection(t *testing.T) {
	t.Parallel()
	const want = "1072ffb231d2be50ec188711655a9e22ca085573"
	if got := company.Digest("20220519-0000029", "pg-order-001", "S", "3065.00", "PHP", "demo-app-secret-key"); got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
	b := setup(t, company.Config{})
	app := newReceiver(t)
	code := b.order(t, withWebhook(app.url))
	if err := b.Approve(code, true); err != nil {
		t.Fatal(err)
	}
	body := app.next(t)
	for name, want := range map[string]string{
		"reference_id": "20220519-0000029", "order_code": "pg-order-001", "status": "S", "amount": "3065.00", "currency": "PHP", "digest": want,
	} {
		if body[name] != want {
			t.Errorf("%s is %v, want %s", name, body[name], want)
		}
	}
}

func TestAWebhookIsRepeatedByTheScheduleUntilItIsAccepted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var tries []time.Duration
		began := time.Now()
		client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			tries = append(tries, time.Since(began))
			switch len(tries) {
			case 1:
				return nil, errors.New("refused")
			case 2:
				<-r.Context().Done() // The company gives up after 10 s.
				return nil, r.Context().Err()
			case 3:
				return reply(302), nil
			case 7:
				return reply(204), nil
			default:
				return reply(500), nil
			}
		})}
		b := setupInProcess(t, company.Config{HTTPClient: client, OrderLifetime: 48 * time.Hour})
		if err := b.Approve(b.create(t, withWebhook("https://app.example/w")), true); err != nil {
			t.Fatal(err)
		}
		<-time.After(24 * time.Hour)
		want := []time.Duration{0, time.Second, 16 * time.Second, 46 * time.Second, 166 * time.Second, 766 * time.Second, 4366 * time.Second}
		mu.Lock()
		defer mu.Unlock()
		if !slices.Equal(tries, want) {
			t.Errorf("tries after %v, want %v", tries, want)
		}
		if list := b.Webhooks(); len(list) != 1 || !list[0].Delivered || list[0].Tries != 7 || list[0].Status != 204 {
			t.Errorf("delivery %+v, want delivered at the 7th try", list)
		}
	})
}

func TestAWebhookIsGivenUpAfterADay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) { return reply(400), nil })}
		b := setupInProcess(t, company.Config{HTTPClient: client, OrderLifetime: 48 * time.Hour})
		if err := b.Approve(b.create(t, withWebhook("https://app.example/w")), true); err != nil {
			t.Fatal(err)
		}
		<-time.After(30 * time.Hour)
		if list := b.Webhooks(); len(list) != 1 || list[0].Delivered || list[0].Tries != 30 || !list[0].Next.IsZero() {
			t.Errorf("delivery %+v, want given up after 30 tries", list)
		}
	})
}

func TestNothingIsToldWithoutAnAddressOrWhenTheTesterSaysSo(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	app := newReceiver(t)
	if err := b.Approve(b.order(t, demoOrder), true); err != nil {
		t.Fatal(err)
	}
	code := b.order(t, withWebhook(app.url))
	b.ask(t, http.MethodPost, "/_sandbox/orders/"+code+"/approve?webhook=no", "")
	if list := b.Webhooks(); len(list) != 0 {
		t.Errorf("webhooks %+v, want none", list)
	}
	b.ask(t, http.MethodPost, "/_sandbox/orders/"+code+"/webhook?status=P&times=2", "")
	for range 2 {
		if body := app.next(t); body["status"] != "P" {
			t.Errorf("late letter %v, want P", body["status"])
		}
	}
	if order, _ := b.Order(code); order.Letter != "S" {
		t.Errorf("the late letter changed the order to %s", order.Letter)
	}
}

func TestMemoryAndOpenWebhooksSurviveARestart(t *testing.T) {
	t.Parallel()
	app := newReceiver(t)
	app.status.Store(http.StatusInternalServerError)
	config := company.Config{StateFile: filepath.Join(t.TempDir(), "company.json"), RetrySchedule: []time.Duration{time.Millisecond, time.Hour}}
	first, err := company.New(config)
	if err != nil {
		t.Fatal(err)
	}
	b := inProcess{first}
	code := b.create(t, withWebhook(app.url))
	if err := b.Approve(code, true); err != nil {
		t.Fatal(err)
	}
	app.next(t)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	app.status.Store(http.StatusOK)
	second := setup(t, config)
	if order, found := second.Order(code); !found || order.Letter != "S" {
		t.Errorf("after the restart: %+v, %v; want the paid order", order, found)
	}
	if body := app.next(t); body["order_code"] != code {
		t.Errorf("webhook after the restart: %v, want the one that was under way", body)
	}
	if next := second.order(t, demoOrder); next != "pg-order-002" {
		t.Errorf("next code %s, want pg-order-002", next)
	}
	second.Reset()
	if next := second.order(t, demoOrder); next != "pg-order-001" {
		t.Errorf("code after a reset %s, want pg-order-001", next)
	}
}
