package tour_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"paybridge/test/sandbox/company"
	"paybridge/test/sandbox/mall"
	"paybridge/test/sandbox/tour"
)

// bench is a tour between two simulators, with an app that answers every payment request with a page of the company.
type bench struct{ front, company string }

func setup(t *testing.T) bench {
	t.Helper()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
		_, _ = io.WriteString(w, `{"result_code":"0000","result_message":"Success","payment_url":"http://localhost/pay/pg-order-001","size":`+itoa(len(body))+`}`)
	}))
	t.Cleanup(app.Close)
	theMall, err := mall.New(mall.Config{AppURL: app.URL})
	if err != nil {
		t.Fatal(err)
	}
	theCompany, err := company.New(company.Config{})
	if err != nil {
		t.Fatal(err)
	}
	front, err := tour.New(tour.Config{Mall: theMall, Company: theCompany, AppURL: app.URL})
	if err != nil {
		t.Fatal(err)
	}
	server, companyServer := httptest.NewServer(front), httptest.NewServer(theCompany)
	t.Cleanup(func() {
		server.Close()
		companyServer.Close()
		for _, closing := range []func() error{front.Close, theMall.Close, theCompany.Close} {
			if err := closing(); err != nil {
				t.Error(err)
			}
		}
	})
	return bench{server.URL, companyServer.URL}
}

func itoa(number int) string {
	text, _ := json.Marshal(number)
	return string(text)
}

func (b bench) send(t *testing.T, method, address, body string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(company.DemoPublicKey, company.DemoSecretKey)
	request.Header.Set("Idempotency-Key", "key"+itoa(len(body)))
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (b bench) stories(t *testing.T) (told []tour.Story) {
	t.Helper()
	if err := json.Unmarshal([]byte(b.send(t, http.MethodGet, b.front+"/_sandbox/stories", "")), &told); err != nil {
		t.Fatal(err)
	}
	return told
}

func TestMessagesAboutOneOrderAreOneStoryWhateverNamesItGoesBy(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.send(t, http.MethodPost, b.front+"/_sandbox/orders", `{"mode":"synchronous"}`)
	b.send(t, http.MethodPost, b.company+"/v1/orders", `{"reference_no":"r1","amount":"10.00","currency":"PHP","callback_url":"http://x/y"}`)
	b.send(t, http.MethodGet, b.company+"/v1/orders/pg-order-001", "")
	b.send(t, http.MethodPost, b.company+"/v1/orders", `{"reference_no":"another","amount":"10.00","currency":"PHP","callback_url":"http://x/y"}`)
	told := b.stories(t)
	if len(told) != 2 {
		t.Fatalf("%d stories, want 2: %+v", len(told), told)
	}
	first := told[1] // The newest comes first.
	titles := []string{}
	for _, step := range first.Steps {
		titles = append(titles, step.Title)
	}
	if got := strings.Join(titles, ", "); got != "Payment request, Create the payment, Ask what is true" || first.Mall != "demomall" || first.Codes[0] != "pg-order-001" {
		t.Errorf("the story is %q: %+v", got, first)
	}
}

func TestASignatureIsComputedAgainFromTheReceivedText(t *testing.T) {
	t.Parallel()
	b := setup(t)
	noty := `{"request_type":"payment","partner_id":"demomall:0:demo-app-public-key","order_id":"20220519-0000029","amount":"3065.00","currency":"PHP","tid":"pg-order-001","hash_data":"W1LqJUpY6hgp3snVG2bKWnhvCOjI4v9vIjT1gp5jyvs="}`
	b.send(t, http.MethodPost, b.front+"/Pay/Recv/openpg/PayReceiveNoty.php", noty)
	b.send(t, http.MethodPost, b.front+"/Pay/Recv/openpg/PayReceiveNoty.php", strings.Replace(noty, "3065.00", "3065.01", 1))
	steps := b.stories(t)[0].Steps
	if right := steps[0].Signature; right == nil || !right.Valid() || right.Joined != "3065.00PHP20220519-0000029demomall:0:demo-app-public-keypg-order-001" {
		t.Errorf("the right signature: %+v", right)
	}
	if wrong := steps[1].Signature; wrong == nil || wrong.Valid() {
		t.Errorf("the wrong signature: %+v", wrong)
	}
}

func TestWhatIsBrokenIsShownUntilItIsMended(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.send(t, http.MethodPost, b.company+"/_sandbox/faults", `{"path":"/v1/orders/*/refunds","method":"POST","status":503,"work":true,"delay_ms":10,"times":2}`)
	b.send(t, http.MethodPost, b.front+"/_sandbox/faults", `{"path":"/Pay/","drop":"after"}`)
	for _, page := range []string{"/", "/break"} {
		text := b.send(t, http.MethodGet, b.front+page, "")
		for _, want := range []string{
			"Company: POST /v1/orders/*/refunds, answers 503, after the work, 10 ms late, times: 2", "Mall: /Pay/, cut after the work, until it is cleared", "Mend everything",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", page, want)
			}
		}
	}
	b.send(t, http.MethodPost, b.front+"/break/mend", "")
	if text := b.send(t, http.MethodGet, b.front+"/", ""); strings.Contains(text, "Broken at the moment") {
		t.Error("something is still broken after mending")
	}
}
