package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"paybridge/application/command"
)

// The server reuses request memory. What a command keeps must not change when later requests come
// over the same connections, so many different ones are sent at once and all commands are looked at
// in the end.
const (
	senders  = 8
	requests = 100
)

func TestKeptCheckoutsAreNotOverwrittenByLaterRequests(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) { sc.signatures = anySignature{} })
	fields := members(t)
	eachAtOnce(func(n int) {
		own := ownFields(t, fields, n)
		if n%2 == 0 {
			s.post(checkoutPath, jsonType, object(t, own))
		} else {
			s.post(checkoutPath, formType, asForm(t, own).Encode())
		}
	})
	kept := map[string]bool{}
	for _, c := range s.checkoutsSeen() {
		kept[string(c.Number)] = true
		if tag := string(c.Number)[9:]; !belongs(c, tag) {
			t.Fatalf("a command mixes requests: %+v", c)
		}
	}
	if len(kept) != senders*requests {
		t.Errorf("%d different commands were kept, expected %d", len(kept), senders*requests)
	}
}

// eachAtOnce calls send with every number, from many goroutines.
func eachAtOnce(send func(n int)) {
	var running sync.WaitGroup
	for sender := range senders {
		running.Go(func() {
			for i := range requests {
				send(sender*requests + i)
			}
		})
	}
	running.Wait()
}

// ownFields marks every text that a command keeps with the request's number.
func ownFields(t *testing.T, fields map[string]json.RawMessage, n int) map[string]json.RawMessage {
	t.Helper()
	tag, own := fmt.Sprintf("%07d", n), map[string]json.RawMessage{}
	for name, raw := range fields {
		own[name] = raw
	}
	for name, text := range map[string]string{
		"order_id": "20220519-" + tag, "partner_id": "p" + tag, "paymethod": "m" + tag, "amount": "1" + tag + ".00",
		"return_url": "https://mall/" + tag, "return_noty_url": "https://noty/" + tag,
	} {
		own[name] = json.RawMessage(`"` + text + `"`)
	}
	own["extra_data"] = json.RawMessage(`{"tag":"` + tag + `"}`)
	return own
}

func belongs(c command.CreateCheckout, tag string) bool {
	r := c.Request
	for _, text := range []string{string(r.Partner), r.PayMethod, r.AmountText, r.ReturnURL, r.NotifyURL, string(r.ExtraData)} {
		if !strings.Contains(text, tag) {
			return false
		}
	}
	return true
}

func TestKeptReturnsAndLettersAreNotOverwrittenByLaterRequests(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) { sc.Limits.BuyerRate = senders * requests })
	eachAtOnce(func(n int) {
		tag := fmt.Sprintf("%07d", n)
		s.send(http.MethodGet, callbackPath+"?"+url.Values{"payment": {"a" + tag}, "order_code": {"b" + tag}}.Encode(), "")
		s.send(http.MethodPost, webhookPath+"/demo/m"+tag, `{"tag":"`+tag+`"}`, "X-Signature", "s"+tag)
	})
	returns, letters := s.returnsSeen(), s.lettersSeen()
	if len(returns) != senders*requests || len(letters) != senders*requests {
		t.Fatalf("%d returns and %d letters were kept", len(returns), len(letters))
	}
	for _, r := range returns {
		if string(r.Payment)[1:] != r.Code[1:] {
			t.Fatalf("a return mixes requests: %+v", r)
		}
	}
	for _, l := range letters {
		tag := string(l.Merchant)[1:]
		if l.Header.Get("X-Signature") != "s"+tag || string(l.Body) != `{"tag":"`+tag+`"}` {
			t.Fatalf("a letter mixes requests: %+v", l)
		}
	}
}
