package cafe24_test

import (
	"strings"
	"testing"

	"paybridge/adapters/cafe24"
	"paybridge/domain/fault"
	"paybridge/ports"
)

const (
	serviceKey = "mock_service_key"
	orderNo    = "20220519-0000029"
	partner    = "demomall:0:demo-app-public-key"
	reference  = "pg-order-001"

	checkoutHash = "PqdhLPSBVBAfvACZ7YJjSv3Wv5RXXjfnjF8SxPTHqgM="
	cancelHash   = "RyWEJV/6NkhMoiAM1c4waPs9uFLJUMedCDJtMQQx06A="
	otherMall    = "pkxl9F2H+tVtYkTRgqa7RFadrv6YEd5TwMhoQ9IOBUc="
	paidHash     = "W1LqJUpY6hgp3snVG2bKWnhvCOjI4v9vIjT1gp5jyvs="
	brokenHash   = "a+VBSg9fpz1eY0331qT4mAxUi6/3gYbKOpOmuBHaE+Y="
	unpaidHash   = "SNaVbESrDX8tHbMaMxBDTlw9WqU2/MDLd4xQn7ZIp94="
)

func newSigner(t interface{ Fatal(...any) }) *cafe24.Signer {
	s, err := cafe24.NewSigner(ports.NewSecret(serviceKey))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnEmptyServiceKeyIsRefused(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"", " ", "\n"} {
		if _, err := cafe24.NewSigner(ports.NewSecret(key)); err == nil {
			t.Errorf("%q was taken for a key", key)
		}
	}
}

func TestTheSignaturesOfTheCollectionAreAccepted(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	if err := s.VerifyCheckout("3065.00", "PHP", orderNo, partner, checkoutHash); err != nil {
		t.Errorf("checkout: %v", err)
	}
	if err := s.VerifyCancel("3065", "PHP", orderNo, partner, reference, cancelHash); err != nil {
		t.Errorf("cancel: %v", err)
	}
	if err := s.VerifyCancel("3065", "PHP", orderNo, "ectmtjpq001:0:demo-app-public-key", reference, otherMall); err != nil {
		t.Errorf("cancel of the other mall: %v", err)
	}
}

func TestPaymentsAreSignedOverTheReceivedText(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	if got := s.SignPayment("3065.00", "PHP", orderNo, partner, reference); got != paidHash || got == brokenHash {
		t.Errorf("paid: %s, want %s", got, paidHash)
	}
	if got := s.SignPayment("0", "PHP", orderNo, partner, reference); got != unpaidHash {
		t.Errorf("unpaid: %s, want %s", got, unpaidHash)
	}
}

func TestWhatIsSignedForAnUnpaidOrderIsNoOtherMessage(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	if err := s.VerifyCancel("0", "PHP", orderNo, partner, reference, unpaidHash); !fault.Is(err, fault.Invalid) {
		t.Errorf("it refunds: %v", err)
	}
	hash := s.SignPayment("0", "PHP", orderNo, partner, "")
	if err := s.VerifyCheckout("0", "PHP", orderNo, partner, hash); !fault.Is(err, fault.Invalid) {
		t.Errorf("it opens a payment: %v", err)
	}
}

func TestAChangedRequestIsUnauthenticatedAndAMalformedOneInvalid(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	for name, tc := range map[string]struct {
		amount, currency, order, partner, tid, hash string
		kind                                        fault.Kind
		field                                       string
	}{
		"another amount":        {"3066", "PHP", orderNo, partner, reference, cancelHash, fault.Unauthenticated, "hash_data"},
		"another spelling":      {"3065.00", "PHP", orderNo, partner, reference, cancelHash, fault.Unauthenticated, "hash_data"},
		"another currency":      {"3065", "USD", orderNo, partner, reference, cancelHash, fault.Unauthenticated, "hash_data"},
		"another order":         {"3065", "PHP", "20220519-0000030", partner, reference, cancelHash, fault.Unauthenticated, "hash_data"},
		"another tid":           {"3065", "PHP", orderNo, partner, "pg-order-002", cancelHash, fault.Unauthenticated, "hash_data"},
		"no signature":          {"3065", "PHP", orderNo, partner, reference, "", fault.Unauthenticated, "hash_data"},
		"a cut signature":       {"3065", "PHP", orderNo, partner, reference, cancelHash[:43], fault.Unauthenticated, "hash_data"},
		"a checkout's":          {"3065", "PHP", orderNo, partner, reference, checkoutHash, fault.Unauthenticated, "hash_data"},
		"tid for the order":     {"3065.00", "PHP", reference, partner, reference, brokenHash, fault.Invalid, "order_id"},
		"amount in scientific":  {"3e3", "PHP", orderNo, partner, reference, cancelHash, fault.Invalid, "cancel_amount"},
		"amount with a blank":   {"3065 ", "PHP", orderNo, partner, reference, cancelHash, fault.Invalid, "cancel_amount"},
		"amount with a newline": {"3065\n", "PHP", orderNo, partner, reference, cancelHash, fault.Invalid, "cancel_amount"},
		"amount of zero":        {"0.00", "PHP", orderNo, partner, reference, cancelHash, fault.Invalid, "cancel_amount"},
		"currency with a digit": {"306", "5PHP", orderNo, partner, reference, cancelHash, fault.Invalid, "currency"},
		"order of other form":   {"3065", "PHP", "20220519-000002", "9" + partner, reference, cancelHash, fault.Invalid, "order_id"},
		"order a digit longer":  {"3065", "PHP", orderNo + "0", partner, reference, cancelHash, fault.Invalid, "order_id"},
		"partner with a blank":  {"3065", "PHP", orderNo, "demo mall", reference, cancelHash, fault.Invalid, "partner_id"},
		"partner missing":       {"3065", "PHP", orderNo, "", partner + reference, cancelHash, fault.Invalid, "partner_id"},
		"tid with a colon":      {"3065", "PHP", orderNo, "demomall", ":0:demo-app-public-key" + reference, cancelHash, fault.Invalid, "tid"},
		"tid missing":           {"3065", "PHP", orderNo, partner + reference, "", cancelHash, fault.Invalid, "tid"},
	} {
		got := fault.Of(s.VerifyCancel(tc.amount, tc.currency, tc.order, tc.partner, tc.tid, tc.hash))
		if got == nil || got.Kind != tc.kind || got.Field != tc.field {
			t.Errorf("%s: %v, want kind %d of %s", name, got, tc.kind, tc.field)
		}
	}
}

func TestFaultsNeverEchoASignature(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	for _, err := range []error{
		s.VerifyCheckout("3066", "PHP", orderNo, partner, checkoutHash),
		s.VerifyCheckout(checkoutHash, "PHP", orderNo, partner, checkoutHash),
	} {
		right := s.SignPayment("3066", "PHP", orderNo, partner, "")
		if text := err.Error(); strings.Contains(text, checkoutHash) || strings.Contains(text, right) {
			t.Errorf("it does: %s", text)
		}
	}
}
