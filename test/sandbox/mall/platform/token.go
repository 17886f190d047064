package platform

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"mime"
	"net/http"
	"time"

	"paybridge/test/sandbox/control"
)

// oauthError is the body of a refused token request.
type oauthError struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// tokenAnswer is the body of a granted one. Its times are Korean and do not say so.
type tokenAnswer struct {
	AccessToken      string   `json:"access_token"`
	ExpiresAt        string   `json:"expires_at"`
	RefreshToken     string   `json:"refresh_token"`
	RefreshExpiresAt string   `json:"refresh_token_expires_at"`
	ClientID         string   `json:"client_id"`
	MallID           string   `json:"mall_id"`
	UserID           string   `json:"user_id"`
	Scopes           []string `json:"scopes"`
	IssuedAt         string   `json:"issued_at"`
	ShopNo           string   `json:"shop_no"`
	TokenType        string   `json:"token_type"`
}

// refusal is why a token is not granted.
type refusal struct {
	status int
	oauthError
}

func refuse(status int, code, text string) *refusal { return &refusal{status, oauthError{code, text}} }

// serveToken exchanges a code or a refresh token.
func (p *Platform) serveToken(w http.ResponseWriter, r *http.Request, mall string) {
	w.Header().Set("Cache-Control", "no-store")
	problem := p.checkClient(r)
	var token Token
	if problem == nil {
		token, problem = p.exchange(r, mall)
	}
	if problem != nil {
		control.WriteJSON(w, problem.status, problem.oauthError)
		return
	}
	control.WriteJSON(w, http.StatusOK, p.answer(mall, token))
}

func (p *Platform) answer(mall string, token Token) tokenAnswer {
	text := func(at time.Time) string { return at.In(korea).Format(timeWithoutZone) }
	return tokenAnswer{
		AccessToken: token.Access, ExpiresAt: text(token.AccessExpires), RefreshToken: token.Refresh, RefreshExpiresAt: text(token.RefreshEnds),
		ClientID: p.config.ClientID, MallID: mall, UserID: operator, Scopes: token.Scopes, IssuedAt: text(token.Issued), ShopNo: "1", TokenType: "Bearer",
	}
}

// checkClient checks who asks and that it is a form.
func (p *Platform) checkClient(r *http.Request) *refusal {
	id, secret, given := r.BasicAuth()
	if !given || id != p.config.ClientID || subtle.ConstantTimeCompare([]byte(secret), []byte(p.config.ClientSecret)) != 1 {
		return refuse(http.StatusUnauthorized, "invalid_client", "client authentication failed")
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" || r.ParseForm() != nil {
		return refuse(http.StatusBadRequest, "invalid_request", "the body must be application/x-www-form-urlencoded")
	}
	return nil
}

func (p *Platform) exchange(r *http.Request, mall string) (token Token, problem *refusal) {
	p.change(mall, func(of *record) {
		if !of.admit(p.now()) {
			problem = refuse(http.StatusTooManyRequests, "too_many_requests", "more than 15 token requests in 2 hours")
			return
		}
		switch r.PostForm.Get("grant_type") {
		case "authorization_code":
			token, problem = p.exchangeCode(of, r)
		case "refresh_token":
			token, problem = p.refresh(of, r.PostForm.Get("refresh_token"))
		case "":
			problem = refuse(http.StatusBadRequest, "invalid_request", "grant_type is missing")
		default:
			problem = refuse(http.StatusBadRequest, "unsupported_grant_type", "grant_type must be authorization_code or refresh_token")
		}
	})
	return token, problem
}

func (p *Platform) exchangeCode(of *record, r *http.Request) (Token, *refusal) {
	form := r.PostForm
	if form.Get("code") == "" || form.Get("redirect_uri") == "" {
		return Token{}, refuse(http.StatusBadRequest, "invalid_request", "code and redirect_uri are required")
	}
	taken, valid := of.takeCode(form.Get("code"), p.now())
	switch {
	case !valid:
		return Token{}, refuse(http.StatusBadRequest, "invalid_grant", "the code is unknown, already used or expired")
	case taken.RedirectURI != form.Get("redirect_uri"):
		return Token{}, refuse(http.StatusBadRequest, "invalid_grant", "redirect_uri is not the one of the code")
	case taken.Challenge != "" && taken.Challenge != challenge(form.Get("code_verifier")):
		return Token{}, refuse(http.StatusBadRequest, "invalid_grant", "code_verifier does not fit")
	}
	return of.issue(p.now(), taken.Scopes), nil
}

func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// refresh rotates a refresh token: the used one is dead from now on, the access token beside it lives to its end.
func (p *Platform) refresh(of *record, text string) (Token, *refusal) {
	if text == "" {
		return Token{}, refuse(http.StatusBadRequest, "invalid_request", "refresh_token is required")
	}
	found := of.find(func(t Token) bool { return t.Refresh == text })
	switch {
	case found != nil && !of.Installed:
		return Token{}, refuse(http.StatusForbidden, "access_denied", "the app is not installed in this mall")
	case found == nil || found.Dead || !p.now().Before(found.RefreshEnds):
		return Token{}, refuse(http.StatusBadRequest, "invalid_grant", "the refresh_token is unknown, already used or expired")
	}
	found.Refresh = ""
	return of.issue(p.now(), found.Scopes), nil
}

// serveRevoke ends a token and the one beside it. It answers 200 for a token that nobody knows as well.
func (p *Platform) serveRevoke(w http.ResponseWriter, r *http.Request, mall string) {
	if problem := p.checkClient(r); problem != nil {
		control.WriteJSON(w, problem.status, problem.oauthError)
		return
	}
	text := r.PostForm.Get("token")
	if text == "" {
		control.WriteJSON(w, http.StatusBadRequest, oauthError{"invalid_request", "token is required"})
		return
	}
	p.change(mall, func(of *record) {
		if found := of.find(func(t Token) bool { return t.Access == text || t.Refresh == text }); found != nil {
			found.Dead = true
		}
	})
	control.WriteJSON(w, http.StatusOK, struct{}{})
}
