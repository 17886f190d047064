package platform

import (
	"crypto/rand"
	"slices"
	"time"
)

// How long things live, and how many there may be, by Cafe24's documentation.
const (
	codeLife         = time.Minute
	accessLife       = 2 * time.Hour
	refreshLife      = 14 * 24 * time.Hour
	tokenWindow      = 2 * time.Hour
	tokenRequests    = 15
	liveTokens       = 15
	rememberedGrants = 4 * liveTokens
	operator         = "owner"
	timeWithoutZone  = "2006-01-02T15:04:05.000"
)

// korea is the zone of Cafe24's times.
var korea = time.FixedZone("KST", 9*60*60)

// Token is a pair of tokens of one mall, with the moments at which they end.
type Token struct {
	Access, Refresh                    string
	Issued, AccessExpires, RefreshEnds time.Time
	Scopes                             []string
}

// issue makes a new pair. The oldest of too many live ones is revoked.
func (r *record) issue(now time.Time, scopes []string) Token {
	token := Token{
		Access: rand.Text(), Refresh: rand.Text(), Issued: now, AccessExpires: now.Add(accessLife), RefreshEnds: now.Add(refreshLife),
		Scopes: slices.Clone(scopes),
	}
	r.Installed = true
	r.Grants = append(r.Grants, grant{Token: token})
	live := 0
	for i := len(r.Grants) - 1; i >= 0; i-- {
		if r.Grants[i].Dead {
			continue
		}
		live++
		r.Grants[i].Dead = live > liveTokens
	}
	if surplus := len(r.Grants) - rememberedGrants; surplus > 0 {
		r.Grants = slices.Clone(r.Grants[surplus:])
	}
	return token
}

// find looks for the grant that an access or refresh token belongs to.
func (r *record) find(fits func(Token) bool) *grant {
	for i := range r.Grants {
		if fits(r.Grants[i].Token) {
			return &r.Grants[i]
		}
	}
	return nil
}

// takeCode removes a code, so that it can never be used again, whatever becomes of this use.
func (r *record) takeCode(text string, now time.Time) (code, bool) {
	at := slices.IndexFunc(r.Codes, func(c code) bool { return text != "" && c.Text == text })
	if at < 0 {
		return code{}, false
	}
	taken := r.Codes[at]
	r.Codes = slices.Delete(r.Codes, at, at+1)
	return taken, now.Before(taken.Until)
}

// admit counts a token request and says whether it is within the limit. A refused request is not counted, so that the limit
// ends when the oldest counted request leaves the window.
func (r *record) admit(now time.Time) bool {
	r.Requests = slices.DeleteFunc(r.Requests, func(at time.Time) bool { return !now.Before(at.Add(tokenWindow)) })
	if len(r.Requests) >= tokenRequests {
		return false
	}
	r.Requests = append(r.Requests, now)
	return true
}
