package session_test

import (
	"strings"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/session"
)

var (
	now = time.Date(2026, 11, 26, 15, 0, 0, 0, time.UTC)
	kim = session.Operator{Mall: "demomall", UserID: "kim", UserName: "Kim", Role: session.Owner, Language: session.Korean}
)

func TestASessionEndsWhenItLiesIdle(t *testing.T) {
	t.Parallel()
	s := session.New(kim, "secret", now)
	at := now.Add(2*time.Hour - time.Second)
	if store, err := s.Use(at); err != nil || !store || !s.SeenAt.Equal(at) {
		t.Fatalf("a moment before: stored %v, %v, seen %v", store, err, s.SeenAt)
	}
	if _, err := s.Use(at.Add(2 * time.Hour)); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("two hours without use: %v", err)
	}
}

func TestASessionEndsAfterTwelveHoursHoweverBusy(t *testing.T) {
	t.Parallel()
	s := session.New(kim, "secret", now)
	for at := now; at.Before(now.Add(12 * time.Hour)); at = at.Add(30 * time.Minute) {
		if _, err := s.Use(at); err != nil {
			t.Fatalf("after %s: %v", at.Sub(now), err)
		}
	}
	if _, err := s.Use(now.Add(12 * time.Hour)); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("after twelve hours: %v", err)
	}
}

func TestAUseIsRememberedOnceAMinute(t *testing.T) {
	t.Parallel()
	s := session.New(kim, "secret", now)
	if store, err := s.Use(now.Add(time.Minute - time.Microsecond)); store || err != nil || !s.SeenAt.Equal(now) {
		t.Errorf("within the minute: stored %v, %v", store, err)
	}
	if store, err := s.Use(now.Add(time.Minute)); !store || err != nil {
		t.Errorf("after a minute: stored %v, %v", store, err)
	}
}

func TestWhatIsPrunedIsWhatHasEnded(t *testing.T) {
	t.Parallel()
	created, seen := session.Ended(now)
	old := session.Session{CreatedAt: created, SeenAt: now}
	unused := session.Session{CreatedAt: now, SeenAt: seen}
	for _, s := range []session.Session{old, unused} {
		if _, err := s.Use(now); err == nil {
			t.Errorf("%+v is pruned and stands", s)
		}
	}
	young := session.Session{CreatedAt: created.Add(time.Microsecond), SeenAt: seen.Add(time.Microsecond)}
	if _, err := young.Use(now); err != nil {
		t.Errorf("a session that is not pruned has ended: %v", err)
	}
}

func TestNothingThatIsKeptOpensASession(t *testing.T) {
	t.Parallel()
	s := session.New(kim, "the secret", now)
	l := session.NewLaunch(kim, "the state", "the browser", now)
	for _, kept := range []string{string(s.ID), string(l.State), string(l.Browser)} {
		if len(kept) != 64 || strings.Contains(kept, "the") {
			t.Errorf("%q is kept", kept)
		}
	}
	if session.ProofOf("the secret") == string(s.ID) {
		t.Error("who reads the store can send forms")
	}
	if session.ProofOf("the secret") == session.ProofOf("another") {
		t.Error("two sessions share a proof")
	}
}

func TestALanguageThatNobodySpeaksIsEnglish(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]session.Language{
		"ko_KR": session.Korean, "ko": session.Korean, "ja-JP": session.Japanese, "JA": session.Japanese,
		"en_US": session.English, "": session.English, "zh_CN": session.English, "korean": session.English,
	} {
		if got := session.ParseLanguage(tag); got != want {
			t.Errorf("%q is %s, want %s", tag, got, want)
		}
	}
}
