package conformance_test

import (
	"net/http"
	"strings"
	"testing"

	"paybridge/test/conformance"
)

func load(t *testing.T) *conformance.Contract {
	t.Helper()
	c, err := conformance.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryExampleFitsItsSchema(t *testing.T) {
	t.Parallel()
	count, problems := load(t).Examples()
	for _, problem := range problems {
		t.Error(problem)
	}
	if count < 100 {
		t.Errorf("only %d examples were found", count)
	}
}

const checkout = "/api/asynchronous-checkout/checkout"

func opened(change func(*conformance.Exchange)) conformance.Exchange {
	x := conformance.Exchange{
		Method: http.MethodPost, Path: checkout, Status: http.StatusOK,
		Answered: conformance.Message{
			Header: http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"1"}},
			Body:   []byte(`{"result_code":"0000","result_message":"Success","payment_url":"http://localhost:8002/pay/1"}`),
		},
	}
	change(&x)
	return x
}

func TestAnAnswerThatIsDescribedPasses(t *testing.T) {
	t.Parallel()
	if problems := load(t).Check(opened(func(*conformance.Exchange) {})); len(problems) > 0 {
		t.Error(problems)
	}
}

func TestAnAnswerThatIsNotDescribedIsNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*conformance.Exchange)
		says   string
	}{
		"a field more": {func(x *conformance.Exchange) {
			x.Answered.Body = []byte(strings.Replace(string(x.Answered.Body), "{", `{"more":1,`, 1))
		}, "more"},
		"a field less": {func(x *conformance.Exchange) {
			x.Answered.Body = []byte(`{"result_code":"0000","result_message":"Success"}`)
		}, "payment_url"},
		"another value": {func(x *conformance.Exchange) {
			x.Answered.Body = []byte(strings.Replace(string(x.Answered.Body), "0000", "0001", 1))
		}, "result_code"},
		"a status":      {func(x *conformance.Exchange) { x.Status = http.StatusTeapot }, "status"},
		"a media type":  {func(x *conformance.Exchange) { x.Answered.Header.Set("Content-Type", "text/html") }, "media type"},
		"no request id": {func(x *conformance.Exchange) { x.Answered.Header.Del("X-Request-Id") }, "X-Request-Id"},
		"a cookie":      {func(x *conformance.Exchange) { x.Answered.Header.Set("Set-Cookie", "a=b") }, "Set-Cookie"},
		"a path":        {func(x *conformance.Exchange) { x.Path = "/api/else" }, "path"},
		"a method":      {func(x *conformance.Exchange) { x.Method = http.MethodPut }, "method"},
		"a request that breaks its own rules": {func(x *conformance.Exchange) {
			x.Asked = conformance.Message{Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{}`)}
		}, "accepted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems := load(t).Check(opened(c.change))
			if len(problems) != 1 || !strings.Contains(problems[0], c.says) {
				t.Errorf("%q, expected one about %q", problems, c.says)
			}
		})
	}
}

func TestWhatTheMallIsToldIsHeldAgainstTheDescriptionToo(t *testing.T) {
	t.Parallel()
	header := http.Header{"Content-Type": {"application/json"}}
	const notice = `{"request_type":"cancelnoty","partner_id":"p","tid":"t","order_id":"20220519-0000029","paymethod":"etc","currency":"PHP","cancel_amount":"1","status":"P",` +
		`"hash_data":"PqdhLPSBVBAfvACZ7YJjSv3Wv5RXXjfnjF8SxPTHqgM=","result_code":"0000","result_message":"Success"}`
	for body, says := range map[string]string{
		notice: "",
		strings.Replace(notice, `"status":"P"`, `"status":"S"`, 1): "status",
		strings.Replace(notice, `"tid":"t",`, "", 1):               "tid",
		`{"request_type":"news"}`:                                  "not described",
	} {
		problems := load(t).Notice(conformance.Message{Header: header, Body: []byte(body)})
		if (says == "") != (len(problems) == 0) || (says != "" && !strings.Contains(problems[0], says)) {
			t.Errorf("%s: %q", body, problems)
		}
	}
}
