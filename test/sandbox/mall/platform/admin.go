package platform

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"paybridge/test/sandbox/control"
)

// oldestVersion is the oldest version of the Admin API that still answers.
const oldestVersion = "2025-09-01"

var version = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// answer is what an Admin API call is answered with.
type answer struct {
	status int
	body   any
}

// apiError is the Admin API's error body.
type apiError struct {
	Error struct {
		Code     int            `json:"code"`
		Message  string         `json:"message"`
		MoreInfo map[string]any `json:"more_info"`
	} `json:"error"`
}

func failed(status int, message string) answer {
	var body apiError
	body.Error.Code, body.Error.Message, body.Error.MoreInfo = status, message, map[string]any{}
	return answer{status, body}
}

// call is one call of the Admin API that has passed the limits and the scopes.
type call struct {
	*http.Request
	mall   string
	shopNo int
}

// api is a resource of the Admin API with its bucket.
type api struct {
	name, scope string
	limit       int
}

// admin serves one operation of the Admin API: token, version, limits and scope first, then the operation.
func (p *Platform) admin(of api, serve func(call) answer) http.HandlerFunc {
	return p.ofMall(func(w http.ResponseWriter, r *http.Request, mall string) {
		got := p.admitted(w.Header(), r, mall, of)
		if got.status == 0 {
			got = serve(call{Request: r, mall: mall, shopNo: shopNo(r)})
		}
		control.WriteJSON(w, got.status, got.body)
	})
}

// admitted is the refusal of a call, or nothing.
func (p *Platform) admitted(header http.Header, r *http.Request, mall string, of api) answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	record, now := p.of(mall), p.now()
	text, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	found := record.find(func(t Token) bool { return text != "" && t.Access == text })
	if asked := r.Header.Get("X-Cafe24-Api-Version"); asked != "" && (!version.MatchString(asked) || asked < oldestVersion) {
		return failed(http.StatusBadRequest, "this API version is not supported")
	}
	switch {
	case found != nil && !record.Installed:
		return failed(http.StatusForbidden, "the app is not installed in this mall")
	case found == nil || found.Dead || !now.Before(found.AccessExpires):
		return failed(http.StatusUnauthorized, "access_token is unknown or expired")
	case record.blocked(header, now):
		return failed(http.StatusTooManyRequests, "too many calls, wait until the block is over")
	case !record.pour(header, of, now):
		return failed(http.StatusTooManyRequests, "too many requests")
	case !slices.Contains(found.Scopes, of.scope):
		return failed(http.StatusForbidden, "insufficient_scope: "+of.scope)
	}
	return answer{}
}

// shopNo is the shop that a call is about: 1 unless the query says another.
func shopNo(r *http.Request) int {
	if no, err := strconv.Atoi(r.URL.Query().Get("shop_no")); err == nil {
		return no
	}
	return 1
}

// koreanTime writes a moment as the Admin API does.
func koreanTime(at time.Time) string { return at.In(korea).Format("2006-01-02T15:04:05-07:00") }
