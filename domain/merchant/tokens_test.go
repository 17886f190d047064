package merchant_test

import (
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
)

func granted() *merchant.Tokens {
	t := merchant.NewTokens("demomall")
	t.Granted(grant("1"))
	return t
}

func grant(n string) merchant.Grant {
	return merchant.Grant{
		Access: []byte("access-" + n), AccessUntil: now.Add(2 * time.Hour),
		Refresh: []byte("refresh-" + n), RefreshUntil: now.Add(14 * 24 * time.Hour), Scopes: []string{"mall.read_order"},
	}
}

func refused(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if err == nil || fault.Of(err).Kind != kind || fault.Of(err).Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestAMallWithoutTheAppHasNoAccess(t *testing.T) {
	t.Parallel()
	empty := merchant.NewTokens("demomall")
	_, err := empty.Access(now)
	refused(t, err, fault.Conflict, "not_installed")
	_, err = empty.BeginRefresh(now)
	refused(t, err, fault.Conflict, "not_installed")
}

func TestAnAccessTokenIsStaleFiveMinutesBeforeItEnds(t *testing.T) {
	t.Parallel()
	tokens, end := granted(), now.Add(2*time.Hour)
	if tokens.Stale(end.Add(-5*time.Minute-1)) || !tokens.Stale(end.Add(-5*time.Minute)) {
		t.Error("it is not stale from five minutes before its end on")
	}
	if _, err := tokens.Access(end.Add(-1)); err != nil {
		t.Errorf("a stale token does not serve until its end: %v", err)
	}
	_, err := tokens.Access(end)
	refused(t, err, fault.Unavailable, "access_ended")
}

func TestARefreshTokenIsUsedByOneAtATime(t *testing.T) {
	t.Parallel()
	tokens := granted()
	used, err := tokens.BeginRefresh(now)
	if err != nil || string(used) != "refresh-1" {
		t.Fatalf("got %q, %v", used, err)
	}
	_, err = tokens.BeginRefresh(now.Add(time.Second))
	refused(t, err, fault.Unavailable, "token_refreshing")
	tokens.Refreshed(tokens.Snapshot().RefreshingUntil, grant("2"))
	if next, err := tokens.BeginRefresh(now.Add(2 * time.Second)); err != nil || string(next) != "refresh-2" {
		t.Errorf("the rotated token is not the next one: %q, %v", next, err)
	}
}

func TestARefreshThatDiedIsTakenOver(t *testing.T) {
	t.Parallel()
	tokens := granted()
	if _, err := tokens.BeginRefresh(now); err != nil {
		t.Fatal(err)
	}
	if _, err := tokens.BeginRefresh(now.Add(20 * time.Second)); err != nil {
		t.Errorf("nobody may take over: %v", err)
	}
}

func TestAnInstallationMeanwhileWinsOverARefresh(t *testing.T) {
	t.Parallel()
	tokens := granted()
	if _, err := tokens.BeginRefresh(now); err != nil {
		t.Fatal(err)
	}
	before := tokens.Snapshot()
	installed := grant("installed")
	installed.AccessUntil = installed.AccessUntil.Add(time.Second)
	tokens.Granted(installed)
	tokens.Refreshed(before.RefreshingUntil, grant("2"))
	tokens.Revoke(before.Grant, now)
	if access, err := tokens.Access(now); err != nil || string(access) != "access-installed" {
		t.Errorf("got %q, %v", access, err)
	}
}

func TestFifteenTokenRequestsInTwoHoursAreTheBudget(t *testing.T) {
	t.Parallel()
	tokens := granted()
	for i := range 15 {
		if err := tokens.Spend(now.Add(time.Duration(i) * time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, tokens.Spend(now.Add(2*time.Hour-1)), fault.RateLimited, "token_budget")
	if err := tokens.Spend(now.Add(2 * time.Hour)); err != nil {
		t.Errorf("the first request still counts after two hours: %v", err)
	}
	refused(t, tokens.Spend(now.Add(2*time.Hour)), fault.RateLimited, "token_budget")
}

func TestWithdrawnAccessStaysWithdrawnUntilTheNextInstallation(t *testing.T) {
	t.Parallel()
	tokens := granted()
	tokens.Revoke(merchant.Grant{AccessUntil: now}, now)
	if _, err := tokens.Access(now); err != nil {
		t.Fatalf("a token of before withdrew the present one: %v", err)
	}
	tokens.Revoke(grant("1"), now)
	_, err := tokens.Access(now)
	refused(t, err, fault.Forbidden, "access_revoked")
	_, err = tokens.BeginRefresh(now)
	refused(t, err, fault.Forbidden, "access_revoked")
	tokens.Granted(grant("2"))
	if _, err := tokens.Access(now); err != nil {
		t.Error(err)
	}
}
