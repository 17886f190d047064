package httpapi_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"paybridge/domain/fault"
)

// visit asks at a buyers' door, from an address that a trusted proxy names.
func (s *served) visit(forwarded string) int {
	return s.send(http.MethodGet, callbackPath+"?payment=p1", "", "X-Forwarded-For", forwarded).status
}

func behindProxy(rate int) func(*scene) {
	return func(sc *scene) {
		sc.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}
		sc.Limits.BuyerRate = rate
	}
}

func TestAnAddressMayVisitSoOftenAMinute(t *testing.T) {
	t.Parallel()
	s := setup(t, behindProxy(2))
	for i, expected := range []int{303, 303, 429, 429} {
		if got := s.visit("203.0.113.7"); got != expected {
			t.Errorf("visit %d got %d, expected %d", i, got, expected)
		}
	}
	if got := s.visit("203.0.113.8"); got != 303 {
		t.Errorf("another address got %d", got)
	}
	s.clock.Advance(time.Minute)
	if got := s.visit("203.0.113.7"); got != 303 {
		t.Errorf("a minute later it got %d", got)
	}
}

func TestOnlyWhatTrustedProxiesSayIsBelieved(t *testing.T) {
	t.Parallel()
	for what, tried := range map[string]struct {
		first, second string
		same          bool
	}{
		"a claim left of the real address":   {"198.51.100.1, 203.0.113.7", "198.51.100.2, 203.0.113.7", true},
		"two proxies":                        {"203.0.113.7, 10.1.1.1", "203.0.113.7, 10.2.2.2", true},
		"a claim of being a proxy":           {"198.51.100.1, 10.9.9.9, 203.0.113.7", "203.0.113.7", true},
		"other addresses":                    {"203.0.113.7", "203.0.113.8", false},
		"one subscriber's IPv6":              {"2001:db8:1:2::a", "2001:db8:1:2:ffff::b", true},
		"two subscribers' IPv6":              {"2001:db8:1:2::a", "2001:db8:1:3::a", false},
		"an IPv4 address written as IPv6":    {"::ffff:203.0.113.7", "203.0.113.7", true},
		"noise, which stops at the last hop": {"unknown", "203.0.113.7, -, 10.1.1.1", false},
		"noise twice":                        {"unknown", "also unknown", true},
	} {
		s := setup(t, behindProxy(1))
		s.visit(tried.first)
		if limited := s.visit(tried.second) == http.StatusTooManyRequests; limited != tried.same {
			t.Errorf("%s: counted as one address: %t", what, limited)
		}
	}
}

func TestWithoutTrustedProxiesTheConnectionsAddressCounts(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) { sc.Limits.BuyerRate = 1 })
	s.visit("203.0.113.7")
	got := s.send(http.MethodGet, callbackPath+"?payment=p1", "", "X-Forwarded-For", "203.0.113.8")
	if got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") != "60" || !strings.Contains(got.body, "Too many requests") {
		t.Errorf("got %d %v %s", got.status, got.header, got.body)
	}
}

func TestWrongSignaturesBeyondTheRateAreRefusedAndARightOnePasses(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) { sc.Limits.FailureRate = 2 })
	right := fixture(t, "checkout.json")
	wrong := strings.Replace(right, fixtureHash, "A"+fixtureHash[1:], 1)
	for i, expected := range []int{400, 400, 429, 429} {
		if got := s.post(checkoutPath, jsonType, wrong); got.status != expected || !strings.Contains(got.body, "9999") {
			t.Errorf("wrong signature %d got %d %s, expected %d", i, got.status, got.body, expected)
		}
	}
	if got := s.post(checkoutPath, jsonType, "{}"); got.status != 400 {
		t.Errorf("another mistake got %d", got.status)
	}
	if got := s.post(checkoutPath, jsonType, right); got.status != 200 {
		t.Errorf("a right signature got %d %s", got.status, got.body)
	}
}

func TestAnApplicationThatDoesNotKnowTheSenderCountsAsAFailure(t *testing.T) {
	t.Parallel()
	s := setup(t, failingCheckout(fault.New(fault.Unauthenticated, "c", "m")), func(sc *scene) { sc.Limits.FailureRate = 1 })
	for i, expected := range []int{400, 429} {
		if got := s.post(checkoutPath, jsonType, fixture(t, "checkout.json")); got.status != expected {
			t.Errorf("try %d got %d, expected %d", i, got.status, expected)
		}
	}
}
