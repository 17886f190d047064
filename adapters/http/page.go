package httpapi

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"

	"github.com/gofiber/fiber/v2"
)

//go:embed pages
var pages embed.FS

// noticePage is the page for buyers that cannot be sent back to the mall.
type noticePage struct {
	page   *template.Template
	style  template.CSS
	policy string // allows this page's style and nothing else; who may frame it is added
}

// notice is what the page says. It never repeats what the browser sent.
type notice struct {
	Title     string
	Text      string
	Advice    string
	Reference string
	Style     template.CSS
	Lang      string // of the texts; empty: English
	Label     string // of the reference, in that language
}

func newNoticePage() (noticePage, error) {
	page, err := template.ParseFS(pages, "pages/notice.html")
	if err != nil {
		return noticePage{}, fmt.Errorf("http server: %w", err)
	}
	style, err := pages.ReadFile("pages/style.css")
	if err != nil {
		return noticePage{}, fmt.Errorf("http server: %w", err)
	}
	digest := sha256.Sum256(style)
	return noticePage{
		page:  page,
		style: template.CSS(style), //nolint:gosec // our own file, embedded
		policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) +
			"'; base-uri 'none'; form-action 'none'; ",
	}, nil
}

// dontPayAgain is said on every page: a buyer who is unsure and pays once more under another order
// pays twice.
const dontPayAgain = "Please do not pay again. Go back to the shop and look at your orders there; if the payment is missing, write to the shop and quote the reference below."

// heldNotice tells a buyer whose payment must be looked at by a person.
var heldNotice = notice{
	Title:  "Your payment is being checked",
	Text:   "You are back from the payment page, and something about this payment has to be checked first. The shop will tell you the result.",
	Advice: dontPayAgain,
}

// noticeFor tells a buyer what went wrong, by status.
func noticeFor(status int) notice {
	switch status {
	case http.StatusNotFound, http.StatusConflict:
		return notice{Title: "This payment was not found", Text: "The link you followed does not lead to exactly one payment.", Advice: dontPayAgain}
	case http.StatusTooManyRequests:
		return notice{Title: "Too many requests", Text: "Please wait a minute, then load this page again.", Advice: dontPayAgain}
	case http.StatusServiceUnavailable, http.StatusBadGateway:
		return notice{Title: "We cannot look this up right now", Text: "Please load this page again in a moment.", Advice: dontPayAgain}
	case http.StatusInternalServerError:
		return notice{Title: "Something went wrong here", Text: "We could not show how your payment stands.", Advice: dontPayAgain}
	}
	return notice{Title: "This link is not complete", Text: "It does not say which payment it is about.", Advice: dontPayAgain}
}

// answerHeld is the neutral answer: no result, and no guess.
func (s *Server) answerHeld(c *fiber.Ctx) error {
	if wantsJSON(c) {
		return c.JSON(plainError{Code: "being_checked", Message: heldNotice.Text, RequestID: reference(c)})
	}
	return s.show(c, heldNotice, unframed)
}

func (s *Server) answerPerson(c *fiber.Ctx, f failure) error {
	if wantsJSON(c) {
		return c.JSON(plainError{Code: f.code, Message: f.message, RequestID: reference(c)})
	}
	return s.show(c, noticeFor(f.status), unframed)
}

// unframed forbids everybody to show a page inside another one.
const unframed = "frame-ancestors 'none'"

func (s *Server) show(c *fiber.Ctx, n notice, framing string) error {
	n.Reference, n.Style = reference(c), s.notice.style
	n.Lang, n.Label = cmp.Or(n.Lang, "en"), cmp.Or(n.Label, "Reference")
	var page bytes.Buffer
	if err := s.notice.page.Execute(&page, n); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, s.notice.policy+framing)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(page.Bytes())
}

func wantsJSON(c *fiber.Ctx) bool {
	c.Vary(fiber.HeaderAccept)
	return c.Accepts(fiber.MIMETextHTML, fiber.MIMEApplicationJSON) == fiber.MIMEApplicationJSON
}
