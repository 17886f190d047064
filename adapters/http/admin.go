package httpapi

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/session"
	"paybridge/ports"
)

// sessionCookie holds the id of a session, proofHeader and proofField what a changing request must carry.
const (
	sessionCookie = "__Host-paybridge-session"
	proofHeader   = "X-CSRF-Token"
	proofField    = "csrf_token"
	mallField     = "mall_id"
)

// visitor is who uses an admin door. The mall of everything that he does is the one of his session;
// what a request says about the mall is only compared with it.
type visitor struct {
	session.Session

	Proof string // for the pages' forms and scripts
}

// visitorKey is where signedIn leaves the visitor.
const visitorKey = "visitor"

// adminEndpoint is endpoint for admin doors, whose decoders and replies need to know who it is.
func adminEndpoint[In, Out any](
	decode func(*fiber.Ctx, visitor) (In, error), handler ports.Handler[In, Out], reply func(*fiber.Ctx, visitor, Out) error,
) fiber.Handler {
	return func(c *fiber.Ctx) error {
		v, known := c.Locals(visitorKey).(visitor)
		if !known {
			return session.ErrEnded // a route without signedIn before it opens to nobody
		}
		return endpoint(
			func(c *fiber.Ctx) (In, error) { return decode(c, v) }, handler,
			func(c *fiber.Ctx, out Out) error { return reply(c, v, out) },
		)(c)
	}
}

// signedIn lets in who has a session, speaks of no other mall, and, to change something, comes from our own
// pages. The pages stand in a frame of the mall's admin, so cookies come with foreign requests, too.
func (s *Server) signedIn(c *fiber.Ctx) error {
	c.Set(fiber.HeaderReferrerPolicy, "same-origin") // with no-referrer, browsers would not tell the origin of our own forms
	id := c.Cookies(sessionCookie)
	who, err := s.commands.ResumeSession.Handle(c.UserContext(), command.ResumeSession{ID: id})
	if err != nil {
		return err
	}
	v := visitor{Session: who, Proof: session.ProofOf(id)}
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; base-uri 'none'; form-action 'none'; "+s.frameAncestors(who.Mall))
	if slices.ContainsFunc(broughtBy(c)[mallField], func(mall string) bool { return mall != string(who.Mall) }) {
		return fault.New(fault.Forbidden, "other_mall", "you are signed in for another mall")
	}
	if !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, c.Method()) && !s.sentByUs(c, v.Proof) {
		return fault.New(fault.Forbidden, "forged", "this request was not sent by the app's own page")
	}
	c.Locals(visitorKey, v)
	return c.Next()
}

// sentByUs reports that one of our own pages sent the request: it carries the proof of the session, and the
// browser, if it is one, names our own origin.
func (s *Server) sentByUs(c *fiber.Ctx, proof string) bool {
	given := c.Get(proofHeader)
	if given == "" && isForm(c) {
		form, _ := url.ParseQuery(string(c.BodyRaw()))
		given = form.Get(proofField)
	}
	origin, site := c.Get(fiber.HeaderOrigin), c.Get("Sec-Fetch-Site")
	return subtle.ConstantTimeCompare([]byte(given), []byte(proof)) == 1 &&
		(origin == "" || origin == s.config.Links.origin()) && (site == "" || site == "same-origin")
}

// frameAncestors lets the pages stand in the mall's own admin. Without a mall it is any mall's: a page that
// only says what is wrong has nothing to click on.
func (s *Server) frameAncestors(mall merchant.MallID) string {
	name := string(mall)
	if name == "" {
		name = "*"
	}
	hosts := strings.ReplaceAll(strings.Join(s.config.AdminOrigins, " "), "{mall_id}", name)
	if hosts == "" {
		hosts = "'none'"
	}
	return "frame-ancestors " + hosts
}

// keep puts a secret into the browser, for this host only, out of reach of scripts. It comes back from
// inside a foreign frame, and only from the frame of the same site.
func keep(c *fiber.Ctx, name, secret string) {
	cookie := http.Cookie{ //nolint:gosec // SameSite=None on purpose: the pages stand in a frame of the mall's admin
		Name: name, Value: secret, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode, Partitioned: true,
	}
	c.Append(fiber.HeaderSetCookie, cookie.String())
}
