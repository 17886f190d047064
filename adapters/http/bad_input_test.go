package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"paybridge/application/command"
	"paybridge/domain/fault"
)

const fixtureHash = "PqdhLPSBVBAfvACZ7YJjSv3Wv5RXXjfnjF8SxPTHqgM="

// refusedCheckout sends a body that must be refused in Cafe24's envelope, by the name of the field,
// without a trace of it in the application and without the signature in answer or log.
func refusedCheckout(t *testing.T, contentType, body, field string) {
	t.Helper()
	s := setup(t)
	got := s.post(checkoutPath, contentType, body)
	requireRefusal(t, s, got, http.StatusBadRequest, field)
	if seen := s.checkoutsSeen(); len(seen) != 0 {
		t.Errorf("the application was told %+v", seen)
	}
}

func requireRefusal(t *testing.T, s *served, got answer, status int, field string) {
	t.Helper()
	var e struct {
		Code    *string `json:"result_code"`
		Message *string `json:"result_message"`
		URL     *string `json:"payment_url"`
	}
	if err := json.Unmarshal([]byte(got.body), &e); err != nil || e.Code == nil || e.Message == nil || e.URL == nil {
		t.Fatalf("got %d %q, which is no envelope", got.status, got.body)
	}
	if got.status != status || *e.Code != "9999" || *e.URL != "" {
		t.Errorf("got %d %s, expected status %d, code 9999 and no URL", got.status, got.body, status)
	}
	if !strings.Contains(*e.Message, field) {
		t.Errorf("the message %q does not name %s", *e.Message, field)
	}
	if strings.Contains(got.body, fixtureHash) || strings.Contains(s.logs.String(), fixtureHash) {
		t.Errorf("the signature is repeated in %s or in the log %s", got.body, s.logs)
	}
}

// readFieldNames are the fields of a checkout that are read and required.
func readFieldNames() []string {
	return []string{
		"request_type", "partner_id", "shop_no", "order_id", "amount", "currency", "paymethod",
		"return_url", "return_noty_url", "hash_data",
	}
}

func TestEveryFieldOfACheckoutIsRefusedWhenItIsNoText(t *testing.T) {
	t.Parallel()
	for what, raw := range map[string]string{
		"missing": "", "null": `null`, "a list": `["a"]`, "an object": `{"a":"b"}`, "true": `true`, "an empty text": `""`,
		"a negative number": `-1`, "a number with an exponent": `1e3`, "a blank text": `" "`,
		"a huge text": `"` + strings.Repeat("9", 5000) + `"`, "a huge number": strings.Repeat("9", 5000),
		"a text with NUL": `"a\u0000b"`, "half a surrogate pair": `"\ud800"`, "a text with a line end": `"a\nb"`,
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			for _, name := range readFieldNames() {
				if judgedLater(name) && (what == "a blank text" || what == "a text with a line end") {
					continue
				}
				if name == "paymethod" && what == "a blank text" {
					continue // free text
				}
				fields := members(t)
				fields[name] = json.RawMessage(raw)
				if raw == "" {
					delete(fields, name)
				}
				refusedCheckout(t, jsonType, object(t, fields), name)
			}
		})
	}
}

// judgedLater names the fields whose texts only the application can judge.
func judgedLater(name string) bool { return name == "return_url" || name == "return_noty_url" }

func TestAFieldOfACheckoutIsRefusedWhenItsTextIsWrong(t *testing.T) {
	t.Parallel()
	for name, texts := range map[string][]string{
		"request_type": {"payment", "Request"},
		"partner_id":   {"demo mall", strings.Repeat("p", 51), "데모"},
		"shop_no":      {"0", "01", "1.0", "+1", "-1", "one", "1234567"},
		"order_id":     {"20220519-000002", "20220519-00000290", "20220519-0000029 ", "2022-0519-000029", "٢0220519-0000029"},
		"amount": {
			"-3065.00", "+3065.00", "3065.001", "3065.000", "3,065.00", " 3065.00", "3065.00 ", "3065.", ".5", "03065.00",
			"0x10", "1e3", "NaN", "0", "0.00", "9999999999999999", "３０６５",
		},
		"currency":  {"XXX", "php", "PHP ", "0PHP", "PH"},
		"paymethod": {strings.Repeat("e", 129), "et\tc"},
		"hash_data": {fixtureHash[1:], "A" + fixtureHash[1:], strings.ToLower(fixtureHash), fixtureHash + " "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, text := range texts {
				fields := members(t)
				raw, err := json.Marshal(text)
				if err != nil {
					t.Fatal(err)
				}
				fields[name] = raw
				refusedCheckout(t, jsonType, object(t, fields), name)
				refusedCheckout(t, formType, asForm(t, fields).Encode(), name)
			}
		})
	}
}

func TestExtraDataThatIsNoBoundedObjectIsRefused(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		`"text"`, `1`, `true`, `[]`, `[{"a":1}]`, `"{\"a\":1}"`, `{"a":"\u0000"}`, `{"a":"` + strings.Repeat("x", 8<<10) + `"}`,
	} {
		fields := members(t)
		fields["extra_data"] = json.RawMessage(raw)
		refusedCheckout(t, jsonType, object(t, fields), "extra_data")
	}
	for _, text := range []string{"", "null ", "[]", `{"a":1`, `{"a":"\u0000"}`, `{}x`, " {}"} {
		form := asForm(t, members(t))
		form.Set("extra_data", text)
		refusedCheckout(t, formType, form.Encode(), "extra_data")
	}
}

func TestExtraDataFlattenedByAFormIsRefused(t *testing.T) {
	t.Parallel()
	form := asForm(t, members(t))
	form.Del("extra_data")
	form.Set("extra_data[LogKey]", "abc")
	refusedCheckout(t, formType, form.Encode(), "extra_data")
}

func TestABodyThatIsNoObjectIsRefused(t *testing.T) {
	t.Parallel()
	whole := fixture(t, "checkout.json")
	for what, body := range map[string]string{
		"empty": "", "blank": " \n", "null": "null", "a list": "[" + whole + "]", "a text": `"a"`, "a number": "1",
		"cut off": whole[:len(whole)-20], "followed by more": whole + "{}", "a form by the name of JSON": "amount=1",
		"with a byte order mark": "\ufeff" + whole, "not UTF-8": strings.Replace(whole, "Tindahan", "\xc5\xeb", 1),
		"with a bare NUL": strings.Replace(whole, "Tindahan", "Tin\x00dahan", 1), "deeply nested": strings.Repeat("[", 60<<10),
		"a multipart form": "--x\r\nContent-Disposition: form-data; name=\"amount\"\r\n\r\n1\r\n--x--\r\n",
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			refusedCheckout(t, jsonType, body, "body")
		})
	}
}

func TestAFieldThatComesTwiceIsRefused(t *testing.T) {
	t.Parallel()
	whole := fixture(t, "checkout.json")
	refusedCheckout(t, jsonType, `{"amount":"3065.00",`+whole[1:], "amount")
	refusedCheckout(t, jsonType, `{"am\u006funt":"1.00",`+whole[1:], "amount")
	refusedCheckout(t, jsonType, `{"ship_zip":"1",`+whole[1:], "ship_zip")
	refusedCheckout(t, formType, "amount=1.00&"+asForm(t, members(t)).Encode(), "amount")
}

func TestANameInOtherLettersIsAnotherField(t *testing.T) {
	t.Parallel()
	fields := members(t)
	fields["AMOUNT"] = fields["amount"]
	refusedCheckout(t, jsonType, object(t, without(fields, "amount")), "amount")
}

func TestNULAndBrokenTextAreRefusedInAnyField(t *testing.T) {
	t.Parallel()
	fields := members(t)
	fields["buyer_name"] = json.RawMessage(`{"deep":["\\\u0000"]}`)
	refusedCheckout(t, jsonType, object(t, fields), "buyer_name")

	form := asForm(t, members(t)).Encode()
	refusedCheckout(t, formType, form+"&ship_option_2=%00", "ship_option_2")
	refusedCheckout(t, formType, form+"&ship_option_2=%ff", "ship_option_2")
	refusedCheckout(t, formType, form+"&%00=1", "body")
	refusedCheckout(t, formType, form+"&a=%zz", "body")
}

func TestAnEscapedBackslashIsNoNUL(t *testing.T) {
	t.Parallel()
	s := setup(t)
	fields := members(t)
	fields["extra_data"] = json.RawMessage(`{"path":"\\u0000"}`)
	if got := s.post(checkoutPath, jsonType, object(t, fields)); got.status != http.StatusOK {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

func TestABodyAboveTheLimitIsRefused(t *testing.T) {
	t.Parallel()
	for _, size := range []int{64<<10 + 1, 65 << 10, 200 << 10} {
		s := setup(t)
		body := `{"goods_name":"` + strings.Repeat("x", size-17) + `"}`
		got := s.post(checkoutPath, jsonType, body)
		requireRefusal(t, s, got, http.StatusRequestEntityTooLarge, "body")
	}
}

func TestACompressedBodyIsNotUnpacked(t *testing.T) {
	t.Parallel()
	s := setup(t)
	got := s.send(http.MethodPost, checkoutPath, fixture(t, "checkout.json"), "Content-Type", jsonType, "Content-Encoding", "gzip")
	if got.status != http.StatusOK {
		t.Errorf("got %d %s: the body was not taken as it came", got.status, got.body)
	}
}

func TestARefusalOfTheApplicationNamesTheField(t *testing.T) {
	t.Parallel()
	for field, refused := range map[string]struct {
		err    error
		status int
	}{
		"partner_id":      {fault.New(fault.NotFound, "unknown_partner", "partner_id: no shop is registered under it"), http.StatusNotFound},
		"switched off":    {fault.New(fault.Forbidden, "shop_disabled", "payments are switched off for this shop"), http.StatusBadRequest},
		"return_noty_url": {fault.InvalidField("return_noty_url", "must be a URL of the mall"), http.StatusBadRequest},
		"already paid":    {fault.New(fault.Conflict, "already_paid", "the order is already paid"), http.StatusConflict},
	} {
		s := setup(t, failingCheckout(refused.err))
		requireRefusal(t, s, s.post(checkoutPath, jsonType, fixture(t, "checkout.json")), refused.status, field)
	}
}

func TestABodyCutAnywhereNeverEndsInAFiveHundred(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) {
		sc.checkout = func(context.Context, command.CreateCheckout) (command.PaymentPage, error) {
			panic("nothing of this may reach the application")
		}
	})
	whole := fixture(t, "checkout.json")
	for cut := 0; cut < len(whole); cut += 7 {
		got := s.post(checkoutPath, jsonType, whole[:cut])
		if got.status != http.StatusBadRequest {
			t.Fatalf("cut after %d bytes: got %d %s", cut, got.status, got.body)
		}
	}
}
