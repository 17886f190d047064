package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"github.com/gofiber/fiber/v2"

	"paybridge/application/query"
	"paybridge/domain/merchant"
)

// displayPage shows how a mall stands. It works without scripts.
type displayPage struct {
	page   *template.Template
	style  template.CSS
	policy string // allows the page's style; who may frame it is added
}

// displayed is what it shows.
type displayed struct {
	query.Standing

	Words operatorWords
	Lang  string
	Who   string
	Style template.CSS
	Notes []string // what keeps the mall from taking payments
}

func newDisplayPage() (displayPage, error) {
	page, err := template.ParseFS(pages, "pages/display.html")
	if err != nil {
		return displayPage{}, fmt.Errorf("http server: %w", err)
	}
	style, err := pages.ReadFile("pages/display.css")
	if err != nil {
		return displayPage{}, fmt.Errorf("http server: %w", err)
	}
	digest := sha256.Sum256(style)
	return displayPage{
		page: page, style: template.CSS(style), //nolint:gosec // our own file, embedded
		policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) +
			"'; base-uri 'none'; form-action 'none'; ",
	}, nil
}

// readDisplay asks about the mall of the session, whatever the address says.
func readDisplay(_ *fiber.Ctx, v visitor) (query.Overview, error) {
	return query.Overview{Mall: v.Mall}, nil
}

func (s *Server) replyDisplay(c *fiber.Ctx, v visitor, standing query.Standing) error {
	c.Vary(fiber.HeaderAccept)
	if !strings.Contains(c.Get(fiber.HeaderAccept), fiber.MIMETextHTML) {
		return c.JSON(standing)
	}
	w := operatorWordsIn(v.Language)
	shown := displayed{Standing: standing, Words: w, Lang: string(v.Language), Who: v.UserName, Style: s.display.style, Notes: w.notesOn(standing)}
	if shown.Who == "" {
		shown.Who = v.UserID
	}
	var page bytes.Buffer
	if err := s.display.page.Execute(&page, shown); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, s.display.policy+s.frameAncestors(v.Mall))
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(page.Bytes())
}

// notesOn say, one sentence each, what keeps a mall from taking payments and what to do.
func (w operatorWords) notesOn(s query.Standing) []string {
	var notes []string
	if !s.Access {
		notes = append(notes, w.display.noAccess)
	}
	if !s.Linked {
		notes = append(notes, w.display.notLinked)
	}
	for _, p := range s.Paused {
		switch p {
		case merchant.AppExpired:
			notes = append(notes, w.display.expired)
		case merchant.StoreClosed:
			notes = append(notes, w.display.closed)
		}
	}
	return notes
}
