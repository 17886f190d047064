package platform

import (
	"crypto/rand"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

//go:embed consent.html
var consentText string

var consentPage = template.Must(template.New("consent").Parse(consentText))

// authorization is the request for a code.
type authorization struct {
	redirectURI, state, challenge string
	scopes                        []string
	problem                       string // what the app is told instead of a code
}

// readAuthorization checks a request. A client or an address that is not registered is refused to the browser's face (false):
// whoever asks so must get neither a code nor a redirect.
func (p *Platform) readAuthorization(query url.Values) (authorization, bool) {
	read := authorization{
		redirectURI: query.Get("redirect_uri"), state: query.Get("state"), challenge: query.Get("code_challenge"),
		scopes: strings.FieldsFunc(query.Get("scope"), func(c rune) bool { return c == ' ' || c == ',' }),
	}
	method := query.Get("code_challenge_method")
	switch {
	case query.Get("client_id") != p.config.ClientID || read.redirectURI != p.redirectURI():
		return read, false
	case query.Get("response_type") == "":
		read.problem = "invalid_request"
	case query.Get("response_type") != "code":
		read.problem = "unsupported_response_type"
	case len(read.scopes) == 0 || !known(read.scopes):
		read.problem = "invalid_scope"
	case (read.challenge != "") != (method == "S256"):
		read.problem = "invalid_request"
	}
	return read, true
}

// askConsent serves the consent page, or goes on at once when the answer is known.
func (p *Platform) askConsent(w http.ResponseWriter, r *http.Request, mall string) {
	asked, registered := p.readAuthorization(r.URL.Query())
	if !registered {
		http.Error(w, "invalid_client: client_id or redirect_uri is not registered", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	answer := p.of(mall).Consent
	p.mu.Unlock()
	if asked.problem != "" || answer != Ask {
		p.finish(w, r, mall, asked, answer)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_ = consentPage.Execute(w, map[string]any{"Mall": mall, "Scopes": asked.scopes})
}

// decide serves the merchant's answer on the consent page.
func (p *Platform) decide(w http.ResponseWriter, r *http.Request, mall string) {
	asked, registered := p.readAuthorization(r.URL.Query())
	answer := Consent(r.PostFormValue("decision"))
	if !registered || (answer != Agree && answer != Deny) {
		http.Error(w, "invalid_request", http.StatusBadRequest)
		return
	}
	p.finish(w, r, mall, asked, answer)
}

// finish sends the browser back to the app, with a code or with what is wrong.
func (p *Platform) finish(w http.ResponseWriter, r *http.Request, mall string, asked authorization, answer Consent) {
	back := url.Values{}
	if asked.state != "" {
		back.Set("state", asked.state)
	}
	if asked.problem == "" && answer == Deny {
		asked.problem = "access_denied"
	}
	if asked.problem != "" {
		back.Set("error", asked.problem)
		back.Set("trace_id", rand.Text())
	} else {
		back.Set("code", p.newCode(mall, asked))
	}
	http.Redirect(w, r, asked.redirectURI+"?"+back.Encode(), http.StatusFound)
}

func (p *Platform) newCode(mall string, asked authorization) string {
	made := code{Text: rand.Text(), RedirectURI: asked.redirectURI, Challenge: asked.challenge, Scopes: asked.scopes, Until: p.now().Add(codeLife)}
	p.change(mall, func(r *record) {
		if r.Granted != nil {
			made.Scopes = slices.DeleteFunc(slices.Clone(asked.scopes), func(s string) bool { return !slices.Contains(r.Granted, s) })
		}
		r.Codes = slices.DeleteFunc(r.Codes, func(c code) bool { return p.now().After(c.Until) })
		r.Codes = append(r.Codes, made)
	})
	return made.Text
}
