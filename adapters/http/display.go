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
	standing

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

// standing is how a mall stands, as a script reads it.
type standing struct {
	Mall   merchant.MallID  `json:"mall_id"`
	Linked bool             `json:"linked"`
	Access bool             `json:"access"`
	Paused []merchant.Pause `json:"paused"`
	Shops  []standingShop   `json:"shops"`
}

type standingShop struct {
	Index    int    `json:"shop_index"`
	No       int    `json:"shop_no"`
	Name     string `json:"shop_name"`
	Currency string `json:"currency_code"`
	Enabled  bool   `json:"enabled"`
	Button   bool   `json:"external_checkout"`
}

func standingOf(s query.Settings) standing {
	out := standing{
		Mall: s.Mall, Linked: s.Keys != nil, Access: s.Access.State == query.AccessStands,
		Paused: append([]merchant.Pause{}, s.Paused...), Shops: make([]standingShop, len(s.Shops)),
	}
	for i, shop := range s.Shops {
		out.Shops[i] = standingShop{
			Index: shop.Index, No: shop.No, Name: shop.Name, Currency: shop.Currency, Enabled: shop.Enabled, Button: shop.ExternalCheckout,
		}
	}
	return out
}

// readDisplay asks about the mall of the session, whatever the address says.
func readDisplay(_ *fiber.Ctx, v visitor) (query.MerchantSettings, error) {
	return query.MerchantSettings{Mall: v.Mall}, nil
}

func (s *Server) replyDisplay(c *fiber.Ctx, v visitor, settings query.Settings) error {
	c.Vary(fiber.HeaderAccept)
	stands := standingOf(settings)
	if !strings.Contains(c.Get(fiber.HeaderAccept), fiber.MIMETextHTML) {
		return c.JSON(stands)
	}
	w := operatorWordsIn(v.Language)
	shown := displayed{standing: stands, Words: w, Lang: string(v.Language), Who: v.UserName, Style: s.display.style, Notes: w.notesOn(stands)}
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
func (w operatorWords) notesOn(s standing) []string {
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
