package rig

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Answer is an HTTP answer, read to its end.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Field returns a text field of a JSON answer, or "".
func (a Answer) Field(name string) string {
	var fields map[string]any
	if json.Unmarshal(a.Body, &fields) != nil {
		return ""
	}
	text, _ := fields[name].(string)
	return text
}

// Send sends a request to the app. An error means that the connection broke.
func (s *System) Send(method, path, contentType, body string) (Answer, error) {
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.AppURL+path, strings.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := s.Client.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	return Answer{Status: response.StatusCode, Header: response.Header, Body: content}, err
}

// Post sends JSON to the app; the connection must hold.
func (s *System) Post(path, body string) Answer {
	s.t.Helper()
	a, err := s.Send(http.MethodPost, path, "application/json", body)
	if err != nil {
		s.t.Fatalf("POST %s: %v\n%s", path, err, s.Log())
	}
	return a
}

// Metrics is the page of the operations listener that a Prometheus reads.
func (s *System) Metrics() string {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.OpsURL+"/metrics", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	response, err := s.Client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(page)
}

// PaidAnswers is how many status questions a source (view, database, company) answered with paid.
func (s *System) PaidAnswers(source string) (answers int) {
	s.t.Helper()
	for line := range strings.Lines(s.Metrics()) {
		if !strings.HasPrefix(line, "paybridge_status_answered") || !strings.Contains(line, `source="`+source+`"`) || !strings.Contains(line, `paid="true"`) {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(line[strings.LastIndexByte(line, ' '):]))
		if err != nil {
			s.t.Fatalf("metrics: %s", line)
		}
		answers += n // repairs are counted apart
	}
	return answers
}

// Checkout is a checkout request of the simulated Cafe24, with the values of the starting collection.
type Checkout struct {
	Mall, Order, Amount, Currency, LogKey string
}

// Body signs the request and writes it as Cafe24 would.
func (c Checkout) Body() string {
	partner := c.Mall + ":0:demo-app-public-key"
	extra := map[string]string{"pgName": "pg-demo-app", "orderId": c.Order, "LogKey": c.LogKey}
	body, err := json.Marshal(map[string]any{
		"request_type": "request", "partner_id": partner, "shop_name": "Tindahan", "shop_no": "1", "order_id": c.Order,
		"paymethod": "etc", "currency": c.Currency, "amount": c.Amount, "buyer_name": "mock buyer", "goods_name": "Product",
		"return_url":      "https://" + c.Mall + ".cafe24shop.com/Pay/Recv/openpg/PayReceiveRtnPage.php",
		"return_noty_url": "https://" + c.Mall + ".cafe24shop.com/Pay/Recv/openpg/PayReceiveNoty.php",
		"hash_data":       Sign(c.Amount + c.Currency + c.Order + partner), "extra_data": extra,
	})
	if err != nil {
		panic(err) // strings only: cannot happen
	}
	return string(bytes.TrimSpace(body))
}

// Sign is Cafe24's signature over a message, computed apart from the app's code.
func Sign(message string) string {
	mac := hmac.New(sha256.New, []byte(ServiceKey))
	mac.Write([]byte(message))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Eventually waits until the condition holds, and fails the test after a time with what was awaited.
func (s *System) Eventually(most time.Duration, what string, holds func() bool) {
	s.t.Helper()
	deadline := time.After(most)
	for !holds() {
		select {
		case <-deadline:
			s.t.Fatalf("not within %s: %s\n%s", most, what, s.Log())
		case <-time.After(10 * time.Millisecond):
		}
	}
}
