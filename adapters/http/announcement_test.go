package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"paybridge/application/command"
	"paybridge/domain/fault"
)

const announcementPath = "/webhooks/cafe24"

func (s *served) tell(body string, headers ...string) answer {
	s.t.Helper()
	return s.send(http.MethodPost, announcementPath, body, append([]string{"Content-Type", jsonType, "X-Api-Key", "mock_webhook_key", "X-Trace-Id", "trace-1"}, headers...)...)
}

func TestWhatCafe24TellsIsReadInBothForms(t *testing.T) {
	t.Parallel()
	s := setup(t)
	removed := time.Date(2026, 11, 26, 6, 0, 0, 0, time.UTC)
	for body, want := range map[string]command.RecordAnnouncement{
		`{"event_no":90077,"resource":{"mall_id":"demomall","client_id":"c","app_name":"a","deleted_date":"2026-11-26T15:00:00+09:00"}}`:                         {News: command.AppRemoved, Event: "90077", At: removed},
		`{"event_no":"90077","resource":{"mall_id":"demomall","deleted_date":"yesterday"}}`:                                                                      {News: command.AppRemoved, Event: "90077"},
		`{"resource_type":"APP","event_type":"MALL.APP.DELETED","resource":{"client_id":"c","mall_id":"demomall","event_datetime":"2026-11-26T15:00:00+09:00"}}`: {News: command.AppRemoved, Event: "MALL.APP.DELETED", At: removed},
		`{"resource_type":"APP","event_type":"MALL.APP.EXPIRED","resource":{"mall_id":"demomall"}}`:                                                              {News: command.AppExpired, Event: "MALL.APP.EXPIRED"},
		`{"event_no":90078,"resource":{"mall_id":"demomall"}}`:                                                                                                   {News: command.AppExpired, Event: "90078"},
		`{"event_no":90079,"resource":{"mall_id":"demomall"}}`:                                                                                                   {News: command.AppRenewed, Event: "90079"},
		`{"event_no":90111,"resource":{"mall_id":"demomall","event_shop_no":"1"}}`:                                                                               {News: command.ShopsChanged, Event: "90111"},
		`{"event_no":90119,"resource":{"mall_id":"demomall"}}`:                                                                                                   {News: command.ShopsChanged, Event: "90119"},
		`{"event_no":90167,"resource":{"sample":{"mall_id":"demomall"}}}`:                                                                                        {News: command.StoreClosed, Event: "90167"},
		`{"event_no":90168,"resource":{"mall_id":"demomall"}}`:                                                                                                   {News: command.StoreReopened, Event: "90168"},
		`{"event_no":90023,"resource":{"mall_id":"demomall"}}`:                                                                                                   {News: command.NoNews, Event: "90023"},
	} {
		got := s.tell(body)
		want.Mall, want.Trace = "demomall", "trace-1"
		if seen := s.announced[len(s.announced)-1]; got.status != http.StatusOK || seen != want {
			t.Errorf("%s\n got HTTP %d %+v\nwant %+v", body, got.status, seen, want)
		}
	}
}

func TestWhatIsOddInAnAnnouncementIsNeverActedOn(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for _, body := range []string{
		`{"event_no":90077,"resource":{"mall_id":"evil.example/"}}`, `{"event_no":90077,"resource":{}}`, `{"event_no":90077}`, `{}`,
		`{"event_no":{"a":1},"resource":{"mall_id":"demomall"}}`, `{"event_no":null,"resource":{"mall_id":"demomall"}}`,
	} {
		got := s.tell(body, "X-Trace-Id", strings.Repeat("x", 200))
		if seen := s.announced[len(s.announced)-1]; got.status != http.StatusOK || seen.News != command.NoNews || seen.Trace != "" {
			t.Errorf("%s: HTTP %d %+v", body, got.status, seen)
		}
	}
	if got := s.tell("not JSON"); got.status != http.StatusBadRequest {
		t.Errorf("no JSON: HTTP %d", got.status)
	}
}

func TestWithoutCafe24sKeyNothingIsHeard(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) { sc.Limits.FailureRate = 4 })
	for _, key := range []string{"", "wrong", "mock_webhook_key2", "MOCK_WEBHOOK_KEY", "mock_webhook_ke"} {
		got := s.tell(`{"event_no":90077,"resource":{"mall_id":"demomall"}}`, "X-Api-Key", key)
		if (got.status != http.StatusForbidden && got.status != http.StatusTooManyRequests) || len(s.announced) != 0 {
			t.Errorf("%q: HTTP %d, heard %+v", key, got.status, s.announced)
		}
	}
	if got := s.tell("{}", "X-Api-Key", "guessed"); got.status != http.StatusTooManyRequests {
		t.Errorf("who guesses on is told HTTP %d", got.status)
	}
	if got := s.tell("{}"); got.status != http.StatusOK {
		t.Errorf("the right key from the same address: HTTP %d", got.status)
	}
	if strings.Contains(s.logs.String(), "guessed") {
		t.Error("a key is in the log")
	}
}

func TestWhatCouldNotBeDoneIsToldAgainByCafe24(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) {
		sc.announce = func(context.Context, command.RecordAnnouncement) (command.Heard, error) {
			return command.Heard{}, fault.New(fault.Unavailable, "database_down", "the database is not available, please try again")
		}
	})
	if got := s.tell(`{"event_no":90077,"resource":{"mall_id":"demomall"}}`); got.status != http.StatusServiceUnavailable {
		t.Errorf("HTTP %d %s", got.status, got.body)
	}
}
