package platform

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// State is what the platform knows about the app in one mall.
type State struct {
	// Installed says that the merchant has agreed, the app has taken its first token, and was not removed since.
	Installed bool
	// LiveTokens are the pairs of tokens that still open something.
	LiveTokens int
	// TokenRequests are those that count for the limit of the last two hours.
	TokenRequests int
	// Scopes are those of the newest token.
	Scopes []string
	// Gateways are the app's payment gateways in the mall's shops.
	Gateways []Gateway
	// Scripts are the app's script tags in the mall's shops.
	Scripts []ScriptTag
}

// Malls are the ids of all malls that were ever heard of, in their order.
func (p *Platform) Malls() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Keys(p.malls))
}

// Mall says how a mall stands.
func (p *Platform) Mall(mall string) State {
	p.mu.Lock()
	defer p.mu.Unlock()
	of, now := p.of(mall), p.now()
	state := State{Installed: of.Installed, Gateways: slices.Clone(of.Gateways), Scripts: slices.Clone(of.Scripts)}
	for _, g := range of.Grants {
		if !g.Dead && (now.Before(g.AccessExpires) || (g.Refresh != "" && now.Before(g.RefreshEnds))) {
			state.LiveTokens++
			state.Scopes = slices.Clone(g.Scopes)
		}
	}
	for _, at := range of.Requests {
		if now.Before(at.Add(tokenWindow)) {
			state.TokenRequests++
		}
	}
	return state
}

// SetConsent says how the merchant of a mall answers the consent page from now on.
func (p *Platform) SetConsent(mall string, answer Consent) {
	p.change(mall, func(r *record) { r.Consent = answer })
}

// Grant narrows what the merchant of a mall agrees to; without scopes he agrees to all that is asked for.
func (p *Platform) Grant(mall string, scopes ...string) {
	p.change(mall, func(r *record) { r.Granted = slices.Clone(scopes) })
}

// Install is the merchant who has found the app and agrees to everything: it returns the link that he follows.
func (p *Platform) Install(mall string) string {
	p.SetConsent(mall, Agree)
	return p.LaunchURL(mall, Launch{})
}

// IssueToken installs the app without the detour over a browser and returns the tokens that it would have got; without scopes
// all of them. It is no token request.
func (p *Platform) IssueToken(mall string, scopes ...string) Token {
	if len(scopes) == 0 {
		scopes = strings.Fields(Scopes)
	}
	var token Token
	p.change(mall, func(r *record) { token = r.issue(p.now(), scopes) })
	return token
}

// ExpireAccess ends all access tokens of a mall now; their refresh tokens live on.
func (p *Platform) ExpireAccess(mall string) {
	p.change(mall, func(r *record) {
		for i := range r.Grants {
			r.Grants[i].AccessExpires = earlier(r.Grants[i].AccessExpires, p.now())
		}
	})
}

// Uninstall removes the app from a mall: all its tokens and codes are dead before the app hears of it.
func (p *Platform) Uninstall(mall string) {
	p.change(mall, func(r *record) {
		r.Installed, r.Codes, r.Gateways, r.Scripts, r.Consent = false, nil, nil, nil, Ask
		for i := range r.Grants {
			r.Grants[i].Dead = true
		}
	})
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
