package company_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"paybridge/test/sandbox/company"
)

// BenchmarkCreateOrder says how many orders a second a load test can expect of the company, state file included.
func BenchmarkCreateOrder(b *testing.B) {
	c, err := company.New(company.Config{StateFile: b.TempDir() + "/state.json"})
	if err != nil {
		b.Fatal(err)
	}
	var serial atomic.Int64
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			key := strconv.FormatInt(serial.Add(1), 10)
			request := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/v1/orders", strings.NewReader(strings.Replace(demoOrder, "-0000029", key, 1)))
			request.SetBasicAuth(company.DemoPublicKey, company.DemoSecretKey)
			request.Header.Set("Idempotency-Key", key)
			answer := httptest.NewRecorder()
			c.ServeHTTP(answer, request)
			if answer.Code != http.StatusOK {
				text, _ := io.ReadAll(answer.Body)
				b.Errorf("order %s: %d %s", key, answer.Code, text)
			}
		}
	})
	if err := c.Close(); err != nil {
		b.Fatal(err)
	}
}
