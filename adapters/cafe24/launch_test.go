package cafe24_test

import (
	"net/url"
	"strings"
	"testing"

	"paybridge/adapters/cafe24"
	"paybridge/domain/fault"
	"paybridge/ports"
	simulated "paybridge/test/sandbox/mall/platform"
)

// Cafe24's own example.
const (
	exampleSecret = "zoQxSUptApmiFLRl2ChaxB"
	exampleLaunch = "is_multi_shop=T&lang=ko_KR&mall_id=jhbaek02&nation=KR&shop_no=1&timestamp=1622513360&user_id=jhbaek02&user_name=jhbaek02&user_type=P"
	exampleHMAC   = "8+hYywQW5fBMpfbTlA1puAMpM91N0FYtrpzHYrdodDM="
)

func exampleSeal(t *testing.T) *cafe24.LaunchSeal {
	t.Helper()
	seal, err := cafe24.NewLaunchSeal(ports.NewSecret(exampleSecret))
	if err != nil {
		t.Fatal(err)
	}
	return seal
}

func TestCafe24sOwnExampleOfALaunchIsAccepted(t *testing.T) {
	t.Parallel()
	seal := exampleSeal(t)
	for _, written := range []string{exampleHMAC, url.QueryEscape(exampleHMAC)} {
		if err := seal.VerifyLaunch(exampleLaunch + "&hmac=" + written); err != nil {
			t.Errorf("%s: %v", written, err)
		}
	}
}

func TestALaunchIsRefusedWhenAnythingInItIsOther(t *testing.T) {
	t.Parallel()
	seal := exampleSeal(t)
	good := exampleLaunch + "&hmac=" + url.QueryEscape(exampleHMAC)
	for i := range len(exampleLaunch) {
		if err := seal.VerifyLaunch(good[:i] + "~" + good[i+1:]); !fault.Is(err, fault.Unauthenticated) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	for name, c := range map[string]struct{ query, code string }{
		"nothing":           {"", "unsigned"},
		"no hmac":           {exampleLaunch, "unsigned"},
		"empty hmac":        {exampleLaunch + "&hmac=", "wrong_signature"},
		"hmac first":        {"hmac=" + url.QueryEscape(exampleHMAC) + "&" + exampleLaunch, "unsigned"},
		"another order":     {"mall_id=jhbaek02&" + good, "wrong_signature"},
		"something behind":  {good + "&mall_id=othermall", "wrong_signature"},
		"two of them":       {good + "&hmac=" + url.QueryEscape(exampleHMAC), "wrong_signature"},
		"decoded and again": {strings.ReplaceAll(good, "jhbaek02", "jhbaek0%32"), "wrong_signature"},
	} {
		if err := seal.VerifyLaunch(c.query); !fault.Is(err, fault.Unauthenticated) || fault.Of(err).Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func TestABlankThatAProxyRewroteIsForgiven(t *testing.T) {
	t.Parallel()
	seal := exampleSeal(t)
	signed := "mall_id=demomall&user_name=Kim%20Min%2Bsu"
	hmac := "&hmac=" + url.QueryEscape(simulated.SignLaunch(exampleSecret, signed))
	for query, accepted := range map[string]bool{
		signed + hmac: true,
		strings.ReplaceAll(signed, "%20", "+") + hmac: true,
		strings.ReplaceAll(signed, "%2B", "+") + hmac: false,
	} {
		if err := seal.VerifyLaunch(query); (err == nil) != accepted {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func TestWithoutASecretNoLaunchIsChecked(t *testing.T) {
	t.Parallel()
	for _, blank := range []string{"", " "} {
		if _, err := cafe24.NewLaunchSeal(ports.NewSecret(blank)); err == nil {
			t.Errorf("%q was taken for a secret", blank)
		}
	}
}
