package httpapi_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
)

func TestTheCollectionsWebhookIsHandedOnAsItCame(t *testing.T) {
	t.Parallel()
	s := setup(t)

	got := s.send(http.MethodPost, webhookPath, fixture(t, "webhook.json"), "Content-Type", jsonType, "X-Signature", "of the company")

	if got.status != http.StatusOK || got.body != `{"message":"Success webhook"}` {
		t.Errorf("got %d %s", got.status, got.body)
	}
	seen := s.lettersSeen()
	if len(seen) != 1 || seen[0].Gateway != "demo" || seen[0].Merchant != "" || string(seen[0].Body) != fixture(t, "webhook.json") ||
		seen[0].Header.Get("X-Signature") != "of the company" {
		t.Errorf("the application was told %+v", seen)
	}
}

func TestAWebhookURLNamesCompanyAndMerchant(t *testing.T) {
	t.Parallel()
	s := setup(t)

	got := s.post(webhookPath+"/stripe/0199_ab-C", jsonType, "\xff\x00 any bytes")

	seen := s.lettersSeen()
	if got.status != http.StatusOK || len(seen) != 1 || seen[0].Gateway != "stripe" || seen[0].Merchant != merchant.ID("0199_ab-C") ||
		string(seen[0].Body) != "\xff\x00 any bytes" {
		t.Errorf("got %d %s and the application was told %+v", got.status, got.body, seen)
	}
}

func TestAWebhookURLThatWeNeverGaveOutIsRefused(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for _, path := range []string{"/Demo/m1", "/demo/m%00", "/demo/m.1", "/demo/" + strings.Repeat("m", 65), "/demo/%2e%2e", "/1demo/m"} {
		if got := s.post(webhookPath+path, jsonType, "{}"); got.status != http.StatusBadRequest || !strings.HasPrefix(got.body, `{"message":"Invalid request"`) {
			t.Errorf("%s: got %d %s", path, got.status, got.body)
		}
	}
	if seen := s.lettersSeen(); len(seen) != 0 {
		t.Errorf("the application was told %+v", seen)
	}
}

func TestAParkedLetterIsAnsweredLikeAnyOther(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) {
		sc.record = func(context.Context, command.RecordPaymentResult) (command.Received, error) {
			return command.Received{Parked: true}, nil
		}
	})
	if got := s.post(webhookPath, jsonType, fixture(t, "webhook.json")); got.status != http.StatusOK || got.body != `{"message":"Success webhook"}` {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

func TestARefusedWebhookSaysWhyInTheCompanysWords(t *testing.T) {
	t.Parallel()
	for _, refused := range []struct {
		err    error
		status int
		body   string
	}{
		{fault.InvalidField("amount", "is not the amount of this payment"), 400, `{"message":"Invalid request","reason":"amount: is not the amount of this payment"}`},
		{fault.New(fault.Unauthenticated, "wrong_digest", "digest: is wrong"), 400, `{"message":"Invalid request","reason":"digest: is wrong"}`},
		{fault.New(fault.Conflict, "ambiguous", "several fit"), 409, `{"message":"Failed webhook","reason":"several fit"}`},
		{fault.New(fault.Unsupported, "unknown_gateway", "not offered"), 409, `{"message":"Failed webhook","reason":"not offered"}`},
		{fault.New(fault.Unavailable, "parking_full", "try later"), 503, `{"message":"Failed webhook","reason":"try later"}`},
		{errors.New("secret cause"), 500, `{"message":"Failed webhook","reason":"an internal error, quote the request id when you report it"}`},
	} {
		s := setup(t, func(sc *scene) {
			sc.record = func(context.Context, command.RecordPaymentResult) (command.Received, error) {
				return command.Received{}, refused.err
			}
		})
		got := s.post(webhookPath, jsonType, fixture(t, "webhook.json"))
		if got.status != refused.status || got.body != refused.body {
			t.Errorf("%v: got %d %s, expected %d %s", refused.err, got.status, got.body, refused.status, refused.body)
		}
		if (got.header.Get("Retry-After") != "") != (refused.status == 503) {
			t.Errorf("%v: Retry-After is %q", refused.err, got.header.Get("Retry-After"))
		}
	}
}
