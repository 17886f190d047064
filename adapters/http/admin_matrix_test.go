package httpapi_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	httpapi "paybridge/adapters/http"
	"paybridge/application/command"
	"paybridge/domain/session"
)

// sisSession is a session of another mall.
const sisSession = "abcdef0123456789abcdef0123456789abcdef0123456789abcd"

// intrusion is a way to knock at an admin door that must not open it.
type intrusion struct {
	name    string
	changes bool // it is refused only where something can be changed
	query   string
	headers []string
	status  int
}

// intrusions are all of them; expired is a session whose time is over.
func intrusions() []intrusion {
	cookie := func(id string) []string { return []string{"Cookie", "__Host-paybridge-session=" + id} }
	with := func(id string, more ...string) []string { return append(cookie(id), more...) }
	return []intrusion{
		{"no session", false, "", nil, http.StatusUnauthorized},
		{"no session, with a token", false, "", []string{"X-CSRF-Token", proof(), "Origin", ourOrigin}, http.StatusUnauthorized},
		{"an expired session", false, "", with("expired", "X-CSRF-Token", httpapi.ProofOf("expired"), "Origin", ourOrigin), http.StatusUnauthorized},
		{"a session of another mall", false, "?mall_id=demomall", with(sisSession, "X-CSRF-Token", httpapi.ProofOf(sisSession), "Origin", ourOrigin), http.StatusForbidden},
		{"no token", true, "", cookie(kimsSession), http.StatusForbidden},
		{"the token of another session", true, "", with(kimsSession, "X-CSRF-Token", httpapi.ProofOf(sisSession), "Origin", ourOrigin), http.StatusForbidden},
		{"a foreign origin", true, "", with(kimsSession, "X-CSRF-Token", proof(), "Origin", "https://demomall.cafe24.com"), http.StatusForbidden},
		{"a hidden origin", true, "", with(kimsSession, "X-CSRF-Token", proof(), "Origin", "null"), http.StatusForbidden},
		{"a foreign site", true, "", with(kimsSession, "X-CSRF-Token", proof(), "Sec-Fetch-Site", "cross-site"), http.StatusForbidden},
	}
}

func twoSessions(_ context.Context, in command.ResumeSession) (session.Session, error) {
	switch in.ID {
	case kimsSession:
		return session.Session{Operator: session.Operator{Mall: "demomall", UserID: "kim"}}, nil
	case sisSession:
		return session.Session{Operator: session.Operator{Mall: "othermall", UserID: "si"}}, nil
	}
	return session.Session{}, session.ErrEnded
}

// The table of routes drives it, so that a new admin route cannot be forgotten.
func TestNoAdminRouteOpensToAnIntruder(t *testing.T) {
	t.Parallel()
	s := setupAdmin(t, func(sc *scene) { sc.resume = twoSessions })
	for _, r := range s.Routes() {
		if !r.Admin() {
			continue
		}
		changes := r.Method != http.MethodGet
		for _, in := range intrusions() {
			if in.changes && !changes {
				continue
			}
			path := strings.NewReplacer(":id", "1", ":order", "20260101-0000001").Replace(r.Path)
			for _, body := range []struct{ kind, text string }{{jsonType, `{"mall_id":"demomall"}`}, {formType, "mall_id=demomall"}} {
				got := s.send(r.Method, path+in.query, body.text, append(slices.Clone(in.headers), "Content-Type", body.kind)...)
				if got.status != in.status {
					t.Errorf("%s %s with %s: HTTP %d %.200s, want %d", r.Method, r.Path, in.name, got.status, got.body, in.status)
				}
			}
		}
	}
}

func TestEverythingBelowAdminIsAnAdminDoorAndNothingElseIs(t *testing.T) {
	t.Parallel()
	for _, r := range setup(t).Routes() {
		if r.Admin() != strings.HasPrefix(r.Path, "/admin/") {
			t.Errorf("%s %s: an admin door: %v", r.Method, r.Path, r.Admin())
		}
	}
}
