package demo_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"paybridge/adapters/gateway/demo"
	"paybridge/ports"
	"paybridge/test/contract"
	"paybridge/test/fakeclock"
	"paybridge/test/sandbox/company"
	"paybridge/test/sandbox/control"
)

func TestTheDemoCompanyKeepsTheContract(t *testing.T) {
	t.Parallel()
	contract.Gateway(t, func(t *testing.T) contract.CompanyHarness { return newHarness(t) })
}

// harness is the gateway with a simulated company in the same process.
type harness struct {
	t         *testing.T
	company   *company.Company
	gateway   *demo.Gateway
	elsewhere *demo.Gateway
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	c, err := company.New(company.Config{RetrySchedule: []time.Duration{}})
	if err != nil {
		t.Fatal(err)
	}
	server, closed := httptest.NewServer(c), httptest.NewServer(nil)
	closed.Close()
	t.Cleanup(func() {
		server.Close()
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return &harness{t: t, company: c, gateway: newGateway(t, server.URL), elsewhere: newGateway(t, closed.URL)}
}

func newGateway(t *testing.T, address string) *demo.Gateway {
	t.Helper()
	g, err := demo.New(demo.Config{BaseURL: address}, fakeclock.New(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	return g
}

func demoKeys() ports.Keys {
	return ports.Keys{Public: company.DemoPublicKey, Secret: ports.NewSecret(company.DemoSecretKey)}
}

func (h *harness) Gateway() ports.Gateway   { return h.gateway }
func (h *harness) Elsewhere() ports.Gateway { return h.elsewhere }
func (h *harness) Keys() ports.Keys         { return demoKeys() }
func (h *harness) Orders() int              { return len(h.company.Orders()) }
func (h *harness) Received() int            { return len(h.company.Requests()) }

func (h *harness) Strangers() ports.Keys {
	return ports.Keys{Public: company.DemoPublicKey, Secret: ports.NewSecret("another-secret")}
}

func (h *harness) Refunds() int {
	n := 0
	for _, currency := range h.gateway.Sheet().Currencies {
		n += h.company.Totals(string(currency)).Refunds
	}
	return n
}

func (h *harness) Meet(mood contract.CompanyMood) {
	broken := map[contract.CompanyMood]control.Fault{
		contract.CompanyCutsOff:   {Drop: control.DropAfter},
		contract.CompanyHangs:     {DelayMS: time.Hour.Milliseconds()},
		contract.CompanyBreaksOff: {Body: `{"code":200,"reference_no":"pg-or`, Work: true},
		contract.CompanyStumbles:  {Status: http.StatusInternalServerError, Work: true},
		contract.CompanyFails:     {Status: http.StatusInternalServerError},
		contract.CompanyIsBusy:    {Status: http.StatusTooManyRequests},
	}[mood]
	broken.Path, broken.Times = "/v1/*", 1
	h.company.AddFault(broken)
}

func (h *harness) Approve(code string) { h.must(h.company.Approve(code, false)) }
func (h *harness) Decline(code string) { h.must(h.company.Decline(code, false)) }
func (h *harness) Cancel(code string)  { h.must(h.company.Cancel(code, false)) }
func (h *harness) Expire(code string)  { h.must(h.company.Expire(code, false)) }

// Letter implements contract.CompanyHarness: the company's own body, which it could not deliver.
func (h *harness) Letter(code string) (http.Header, []byte) {
	order, _ := h.company.Order(code)
	h.must(h.company.SendWebhook(code, order.Letter))
	for _, sent := range h.company.Webhooks() {
		var body struct {
			Code string `json:"order_code"`
		}
		h.must(json.Unmarshal([]byte(sent.Body), &body))
		if body.Code == code {
			return http.Header{"Content-Type": {"application/json"}}, []byte(sent.Body)
		}
	}
	h.t.Errorf("the company wrote no letter about %s", code)
	return nil, nil
}

func (h *harness) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Error(err)
	}
}
