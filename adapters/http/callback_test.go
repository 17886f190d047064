package httpapi_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/payment"
)

func TestABuyerMayReturnByEveryMethodAndEncoding(t *testing.T) {
	t.Parallel()
	var collection struct {
		Reference string `json:"reference_no"`
		Code      string `json:"order_code"`
	}
	if err := json.Unmarshal([]byte(fixture(t, "callback.json")), &collection); err != nil {
		t.Fatal(err)
	}
	form := url.Values{"reference_no": {collection.Reference}, "order_code": {collection.Code}, "status": {"S"}, "message": {"\xc5\xeb\x00"}}
	for what, send := range map[string]func(*served) answer{
		"a query": func(s *served) answer { return s.send(http.MethodGet, callbackPath+"?"+form.Encode(), "") },
		"a form":  func(s *served) answer { return s.post(callbackPath, formType, form.Encode()) },
		"JSON":    func(s *served) answer { return s.post(callbackPath, jsonType, fixture(t, "callback.json")) },
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := setup(t)
			got := send(s)
			expected := command.ApprovePayment{Gateway: "demo", Code: "pg-order-001", Reference: "20220519-0000029"}
			if seen := s.returnsSeen(); len(seen) != 1 || seen[0] != expected {
				t.Errorf("the application was asked %+v, expected %+v", seen, expected)
			}
			if got.status != http.StatusSeeOther {
				t.Errorf("got %d %s", got.status, got.body)
			}
		})
	}
}

func TestTheCallbackURLThatWeGiveOutNamesThePayment(t *testing.T) {
	t.Parallel()
	s := setup(t)

	s.post(callbackPath+"?payment=0199-abc_D", formType, "payment=0199-abc_D&order_code=pg-order-001&payment=&reference_no=")

	expected := command.ApprovePayment{Payment: "0199-abc_D", Gateway: "demo", Code: "pg-order-001"}
	if seen := s.returnsSeen(); len(seen) != 1 || seen[0] != expected {
		t.Errorf("the application was asked %+v, expected %+v", seen, expected)
	}
}

func TestABuyerGoesBackToTheMallWithTheResult(t *testing.T) {
	t.Parallel()
	for _, r := range []struct {
		state         payment.State
		code, message string
	}{
		{payment.Paid, "0000", "Success"},
		{payment.Pending, "0000", "Pending"},
		{payment.Authorized, "0000", "Pending"},
		{payment.Requested, "0000", "Pending"},
		{payment.Failed, "0001", "Failed"},
		{payment.Cancelled, "9999", "Cancelled"},
		{payment.Expired, "9999", "Expired"},
	} {
		got := setup(t, returning(func(b *command.BuyerReturn) { b.Outcome = r.state })).send(http.MethodGet, callbackPath+"?payment=p1", "")
		to, err := url.Parse(got.header.Get("Location"))
		if err != nil || got.status != http.StatusSeeOther {
			t.Fatalf("%s: got %d to %q", r.state, got.status, got.header.Get("Location"))
		}
		expected := url.Values{"result_code": {r.code}, "result_message": {r.message}, "extra_data": {string(paidReturn().ExtraData)}}
		if to.Query().Encode() != expected.Encode() || !strings.HasPrefix(to.String(), paidReturn().ReturnURL+"?") {
			t.Errorf("%s: the buyer goes to %s", r.state, to)
		}
	}
}

func returning(change func(*command.BuyerReturn)) func(*scene) {
	return func(sc *scene) {
		sc.approve = func(context.Context, command.ApprovePayment) (command.BuyerReturn, error) {
			back := paidReturn()
			change(&back)
			return back, nil
		}
	}
}

func TestTheResultIsJoinedToAURLThatHasAQuery(t *testing.T) {
	t.Parallel()
	const result = "extra_data=%7B%7D&result_code=0000&result_message=Success"
	for returnURL, expected := range map[string]string{
		"https://m.cafe24.com/Pay/Recv/a.php":             "https://m.cafe24.com/Pay/Recv/a.php?" + result,
		"https://m.cafe24.com/Pay/Recv/a.php?":            "https://m.cafe24.com/Pay/Recv/a.php?" + result,
		"https://m.cafe24.com/Pay/Recv/a.php?x=%2f;y&z#f": "https://m.cafe24.com/Pay/Recv/a.php?x=%2f;y&z&" + result,
	} {
		got := setup(t, returning(func(b *command.BuyerReturn) { b.ReturnURL, b.ExtraData = returnURL, []byte("{}") })).
			send(http.MethodGet, callbackPath+"?payment=p1", "")
		if got.header.Get("Location") != expected {
			t.Errorf("%s: got %s, expected %s", returnURL, got.header.Get("Location"), expected)
		}
	}
}

func TestABuyerIsToldNothingFinalAboutAPaymentThatDoesNotFit(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]func(*command.BuyerReturn){
		"held":      func(b *command.BuyerReturn) { b.Held = true },
		"refused":   func(b *command.BuyerReturn) { b.Outcome = payment.Refused },
		"abandoned": func(b *command.BuyerReturn) { b.Outcome = payment.Abandoned },
	} {
		s := setup(t, returning(change))
		got := s.send(http.MethodGet, callbackPath+"?payment=p1", "", "X-Request-Id", "seen-by-buyer")
		if got.status != http.StatusOK || got.header.Get("Location") != "" || !strings.Contains(got.body, "seen-by-buyer") ||
			!strings.Contains(got.body, "do not pay again") {
			t.Errorf("%s: got %d %s", what, got.status, got.body)
		}
		scripted := s.send(http.MethodGet, callbackPath+"?payment=p1", "", "Accept", jsonType)
		if scripted.header.Get("Content-Type") != jsonType || !strings.Contains(scripted.body, `"code":"being_checked"`) {
			t.Errorf("%s, as JSON: got %s %s", what, scripted.header.Get("Content-Type"), scripted.body)
		}
	}
}

func TestAReturnThatCannotBeServedIsAPageForAPerson(t *testing.T) {
	t.Parallel()
	for _, failed := range []struct {
		err    error
		status int
		title  string
	}{
		{fault.New(fault.NotFound, "unknown_payment", "inner words"), 404, "This payment was not found"},
		{fault.New(fault.Conflict, "ambiguous_payment", "inner words"), 409, "This payment was not found"},
		{fault.New(fault.Unavailable, "down", "inner words"), 503, "We cannot look this up right now"},
		{context.DeadlineExceeded, 503, "We cannot look this up right now"},
		{fault.InvalidField("order_code", "inner words"), 400, "This link is not complete"},
		{errors.New("inner words"), 500, "Something went wrong here"},
	} {
		s := setup(t, func(sc *scene) {
			sc.approve = func(context.Context, command.ApprovePayment) (command.BuyerReturn, error) {
				return command.BuyerReturn{}, failed.err
			}
		})
		got := s.send(http.MethodGet, callbackPath+"?payment=p1", "", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
		if got.status != failed.status || !strings.Contains(got.body, "<h1>"+failed.title) || strings.Contains(got.body, "inner words") {
			t.Errorf("%v: got %d %s", failed.err, got.status, got.body)
		}
	}
}

func TestAReturnThatNamesNothingOrTooMuchIsRefused(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for query, field := range map[string]string{
		"":                                   "payment",
		"status=S&digest=abc":                "payment",
		"payment=":                           "payment",
		"payment=a&payment=b":                "payment",
		"payment=%00":                        "payment",
		"payment=%ff":                        "payment",
		"payment=../etc":                     "payment",
		"order_code=a%20b":                   "order_code",
		"order_code=a&order_code=b":          "order_code",
		"payment=a&reference_no=%3Cb%3E ":    "reference_no",
		"payment=" + strings.Repeat("a", 65): "payment",
	} {
		got := s.send(http.MethodGet, callbackPath+"?"+query, "", "Accept", jsonType)
		if got.status != http.StatusBadRequest || !strings.Contains(got.body, field+": ") {
			t.Errorf("%q: got %d %s", query, got.status, got.body)
		}
		page := s.send(http.MethodGet, callbackPath+"?"+query, "")
		if page.status != http.StatusBadRequest || !strings.Contains(page.body, "This link is not complete") {
			t.Errorf("%q as a page: got %d %s", query, page.status, page.body)
		}
	}
	if seen := s.returnsSeen(); len(seen) != 0 {
		t.Errorf("the application was asked %+v", seen)
	}
}

func TestThePageAllowsItsOwnStyleAndNothingElse(t *testing.T) {
	t.Parallel()
	got := setup(t).send(http.MethodGet, callbackPath, "")

	_, rest, _ := strings.Cut(got.body, "<style>")
	style, _, found := strings.Cut(rest, "</style>")
	digest := sha256.Sum256([]byte(style))
	expected := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	if policy := got.header.Get("Content-Security-Policy"); !found || policy != expected {
		t.Errorf("the policy is %q, expected %q", policy, expected)
	}
	for _, part := range []string{`<html lang="en">`, `name="viewport"`, "<h1>", "<main>"} {
		if !strings.Contains(got.body, part) {
			t.Errorf("the page has no %s: %s", part, got.body)
		}
	}
	if got.header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(got.header.Get("Vary"), "Accept") {
		t.Errorf("headers: %v", got.header)
	}
}
