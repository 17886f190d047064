package httpapi

import (
	"cmp"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/session"
	"paybridge/ports"
)

// LaunchSeals verifies what Cafe24 signed of a launch.
type LaunchSeals interface {
	// VerifyLaunch checks a query as it was received. Unauthenticated "unsigned" when it carries no
	// signature, "wrong_signature" when it is another one.
	VerifyLaunch(rawQuery string) error
}

// The paths of the way in.
const (
	launchPath  = "/"
	consentPath = "/auth/token"
	displayPath = "/admin/display"
)

// launchCookie holds the secret that a browser has to bring back from the consent page.
const launchCookie = "__Host-paybridge-launch"

// launchWindow is how old, or how far ahead, a launch may be.
const launchWindow = time.Hour

// launchReader reads who opens the app.
type launchReader struct {
	seals  LaunchSeals
	clock  ports.Clock
	sample bool // also take a launch that nobody signed
}

var (
	userText     = regexp.MustCompile(`^[!-~]{1,64}$`)
	wordOrDigits = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)
	wordText     = regexp.MustCompile(`^[A-Za-z_-]{1,16}$`)
	digitText    = regexp.MustCompile(`^[0-9]{1,12}$`)
)

// read looks at the signature first: without it nobody knows who speaks.
func (d launchReader) read(c *fiber.Ctx) (command.LaunchApp, error) {
	raw := string(c.Request().URI().QueryString())
	err := d.seals.VerifyLaunch(raw)
	signed := err == nil
	if !signed && (!d.sample || fault.Of(err).Code != "unsigned") {
		return command.LaunchApp{}, err
	}
	brought, err := url.ParseQuery(raw)
	if err != nil {
		return command.LaunchApp{}, fault.InvalidField("query", "is malformed")
	}
	if signed {
		if err := d.fresh(brought); err != nil {
			return command.LaunchApp{}, err
		}
	}
	who, err := operatorOf(brought)
	return command.LaunchApp{Operator: who, Browser: heldBy(c), Session: c.Cookies(sessionCookie)}, err
}

// fresh refuses a link that somebody kept.
func (d launchReader) fresh(brought url.Values) error {
	text, err := oneOf(brought, "timestamp", digitText)
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fault.InvalidField("timestamp", "is required")
	}
	if age := d.clock.Now().Sub(time.Unix(seconds, 0)); age > launchWindow || age < -launchWindow {
		return fault.New(fault.Unauthenticated, "stale_launch", "this link to the app is too old")
	}
	return nil
}

// operatorOf checks the grammar of everything that is used: the mall becomes part of a host name.
func operatorOf(brought url.Values) (session.Operator, error) {
	name, err := oneOf(brought, mallField, wordOrDigits)
	if err != nil {
		return session.Operator{}, err
	}
	mall, err := merchant.ParseMallID(name)
	if err != nil {
		return session.Operator{}, err
	}
	user, err := oneOf(brought, "user_id", userText)
	if err != nil {
		return session.Operator{}, err
	}
	role, err := roleOf(brought)
	if err != nil {
		return session.Operator{}, err
	}
	if user == "" {
		return session.Operator{}, fault.InvalidField("user_id", "is required")
	}
	lang, _ := oneOf(brought, "lang", wordText)
	nation, _ := oneOf(brought, "nation", wordText)
	return session.Operator{
		Mall: mall, UserID: user, UserName: nameOf(brought.Get("user_name")), Role: role, Language: session.ParseLanguage(cmp.Or(lang, nation)),
	}, nil
}

func roleOf(brought url.Values) (session.Role, error) {
	kind, err := oneOf(brought, "user_type", wordText)
	switch {
	case err != nil:
		return 0, err
	case kind == "P":
		return session.Owner, nil
	case kind == "A":
		return session.Staff, nil
	case kind == "S":
		return 0, fault.New(fault.Forbidden, "supplier", "suppliers of a mall cannot use the app, only those who run it")
	}
	return 0, fault.InvalidField("user_type", `must be "P" or "A"`)
}

// nameOf is a name as it can be shown; what is no text is no name.
func nameOf(text string) string {
	const most = 100
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) || len(text) > most {
		return ""
	}
	return text
}

// heldBy is the secret that a browser holds, if we can have made it.
func heldBy(c *fiber.Ctx) string {
	held := c.Cookies(launchCookie)
	if !opaqueID.MatchString(held) || len(held) < 40 {
		return ""
	}
	return held
}

// replyConsent sends the browser to the mall's consent page, or on in its session.
func (s *Server) replyConsent(c *fiber.Ctx, consent command.Consent) error {
	if consent.URL == "" {
		return s.goOn(c, consent.Mall)
	}
	keep(c, launchCookie, consent.Browser)
	return c.Redirect(consent.URL, http.StatusSeeOther)
}

var (
	stateText = regexp.MustCompile(`^[!-~]{1,200}$`)
	codeText  = regexp.MustCompile(`^[!-~]{1,512}$`)
)

// readConsent reads what the browser brings back from the consent page. Without a state nothing else is
// looked at.
func readConsent(c *fiber.Ctx) (command.InstallApp, error) {
	brought, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return command.InstallApp{}, fault.InvalidField("query", "is malformed")
	}
	in := command.InstallApp{Browser: heldBy(c)}
	if in.State, err = oneOf(brought, "state", stateText); err != nil {
		return in, err
	}
	if in.Code, err = oneOf(brought, "code", codeText); err != nil {
		return in, err
	}
	if in.Refusal, err = oneOf(brought, "error", wordText); err != nil {
		in.Refusal = "unreadable"
	}
	if in.Refusal != "" {
		in.Code = ""
	}
	if in.Code == "" && in.Refusal == "" {
		return in, fault.InvalidField("code", "is required")
	}
	return in, nil
}

// replyInstalled lets the operator in: the session is a new one, whatever the browser held before.
func (s *Server) replyInstalled(c *fiber.Ctx, in command.Installed) error {
	keep(c, sessionCookie, in.Secret)
	return s.goOn(c, in.Mall)
}

func (s *Server) goOn(c *fiber.Ctx, mall merchant.MallID) error {
	to := s.config.Links.base.JoinPath(displayPath)
	to.RawQuery = url.Values{mallField: {string(mall)}}.Encode()
	return c.Redirect(to.String(), http.StatusSeeOther)
}
