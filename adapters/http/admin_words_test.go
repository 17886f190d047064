package httpapi_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	httpapi "paybridge/adapters/http"
	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/session"
)

func TestEveryLanguageSaysEverything(t *testing.T) {
	t.Parallel()
	english := httpapi.OperatorTexts(session.English)
	for _, l := range []session.Language{session.Korean, session.Japanese} {
		texts := httpapi.OperatorTexts(l)
		if !slices.Equal(slices.Sorted(maps.Keys(texts)), slices.Sorted(maps.Keys(english))) {
			t.Errorf("%s says %q, English %q", l, slices.Sorted(maps.Keys(texts)), slices.Sorted(maps.Keys(english)))
		}
		for key, text := range texts {
			if text == english[key] || text == "" {
				t.Errorf("%s: %s is %q", l, key, text)
			}
		}
	}
}

func TestWhoIsKeptOutReadsHisOwnLanguage(t *testing.T) {
	t.Parallel()
	s := setupAdmin(t)
	for _, c := range []struct {
		target  string
		headers []string
		lang    string
		says    string
	}{
		{lookPath, nil, "en", "You are not signed in"},
		{lookPath, []string{"Accept-Language", "ja,en;q=0.5"}, "ja", "サインインしていません"},
		{lookPath, []string{"Accept-Language", "ko-KR"}, "ko", "로그인되어 있지 않습니다"},
		{lookPath, []string{"Accept-Language", "fr"}, "en", "You are not signed in"},
		{"/?mall_id=demomall&lang=ko_KR", []string{"Accept-Language", "ja"}, "ko", "쇼핑몰 관리자에서만"},
	} {
		got := s.send(http.MethodGet, c.target, "", append(c.headers, "Accept", page)...)
		if got.status != http.StatusUnauthorized || !strings.Contains(got.body, `<html lang="`+c.lang+`">`) || !strings.Contains(got.body, c.says) {
			t.Errorf("%s %q: HTTP %d %s", c.target, c.headers, got.status, got.body)
		}
	}
}

func TestASignInThatFailedIsExplainedByItsReason(t *testing.T) {
	t.Parallel()
	for code, says := range map[string]string{
		"unknown_state": "not begun in this browser", "consent_refused": "main operator has to agree", "grant_refused": "did not accept",
		"consent_scopes": "not ticked", "something_new": "You may not do this",
	} {
		s := setup(t, func(sc *scene) {
			sc.install = func(context.Context, command.InstallApp) (command.Installed, error) {
				return command.Installed{}, fault.New(fault.Forbidden, code, "for scripts")
			}
		})
		got := s.send(http.MethodGet, "/auth/token?code=c&state=s1", "", "Accept", page)
		if got.status != http.StatusForbidden || !strings.Contains(got.body, says) || strings.Contains(got.body, "for scripts") {
			t.Errorf("%s: HTTP %d %s", code, got.status, got.body)
		}
	}
}
