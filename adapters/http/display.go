package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"paybridge/adapters/http/panel"
	"paybridge/application/query"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/ports"
)

// displayPage is where people look after their mall. It works without scripts: everything that it changes is
// a form that leads back to it.
type displayPage struct {
	page   *template.Template
	style  template.CSS
	policy string // allows the page's style and its forms; who may frame it is added
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
			"'; base-uri 'none'; form-action 'self'; ",
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

// orderField asks for one order of the mall.
const orderField = "order"

// readDisplay asks about the mall of the session, whatever the address says. A text that can be no order's
// number finds nothing.
func readDisplay(c *fiber.Ctx, v visitor) (query.Panel, error) {
	number, err := order.ParseNumber(c.Query(orderField))
	if err != nil {
		number = ""
	}
	return query.Panel{Mall: v.Mall, Number: number}, nil
}

func (s *Server) replyDisplay(c *fiber.Ctx, v visitor, view query.PanelView) error {
	if !wantsPage(c) {
		return c.JSON(standingOf(view.Settings))
	}
	shown := s.displayed(c, v, view)
	var page bytes.Buffer
	if err := s.display.page.Execute(&page, shown); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, s.display.policy+s.frameAncestors(v.Mall))
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(page.Bytes())
}

// displayed is what the page shows.
type displayed struct {
	query.PanelView

	W                     panel.Words
	All                   []panel.Words
	Who, Proof, Reference string
	Style                 template.CSS
	Done, Problem         string
	Confirm               bool   // what becomes of open money has to be said
	Sought                string // the order that was asked for
	Here                  string // the page's own path
	Link, Unlink, Toggle  string
	Replay, Speak         string
	Fatal                 bool // the worst finding keeps payments from working
	now                   time.Time
}

func (s *Server) displayed(c *fiber.Ctx, v visitor, view query.PanelView) displayed {
	path := s.config.Links.path
	d := displayed{
		PanelView: view, W: panel.For(v.Language), All: panel.All(), Who: v.UserName, Proof: v.Proof, Style: s.display.style,
		Here: path(displayPath), Link: path(linkPath), Unlink: path(unlinkPath), Toggle: path(togglePath), Replay: path(replayPath), Speak: path(languagePath),
		now: s.needs.Clock.Now(), Sought: c.Query(orderField),
	}
	if d.Who == "" {
		d.Who = v.UserID
	}
	if len(d.Sought) > mostSought {
		d.Sought = strings.ToValidUTF8(d.Sought[:mostSought], "") // the cut may go through a letter
	}
	if d.Sought != "" && len(d.Ledger) == 0 {
		d.Payments = nil
	}
	d.Done, d.Problem = d.W.Done[c.Query(doneField)], d.W.Problems[c.Query(problemField)]
	if id := c.Query(referenceField); d.Problem != "" && requestID.MatchString(id) {
		d.Reference = id
	}
	d.Confirm = view.Health.OpenPayments+view.Health.OpenRefunds > 0 || c.Query(problemField) == openMoneyCode
	d.Fatal = len(view.Health.Findings) > 0 && view.Health.Findings[0].Grave()
	return d
}

// mostSought is how much of a text that was searched for is shown again.
const mostSought = 40

// Ago is how long something is past, in words.
func (d displayed) Ago(at time.Time) string { return d.W.Ago(at, d.now) }

// Machine is a point in time for programs.
func (displayed) Machine(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// advised is something that is wrong, with the section of the page where something can be done about it, if
// there is one.
type advised struct {
	panel.Advice

	Section string
}

// section is where a finding is mended.
func section(f query.Finding) string {
	switch f { //nolint:exhaustive // the others are mended elsewhere
	case query.FindingNotLinked, query.FindingKeysLost, query.FindingKeysRefused:
		return "keys"
	case query.FindingInterrupted, query.FindingNoShop:
		return "shops"
	case query.FindingDead:
		return "notifications"
	}
	return ""
}

func (d displayed) advise(f query.Finding) advised { return advised{d.W.Findings[f], section(f)} }

// Worst is what is wrong first of all.
func (d displayed) Worst() advised { return d.advise(d.Health.Findings[0]) }

// Others are the other things that are wrong.
func (d displayed) Others() []advised {
	var list []advised
	for _, f := range d.Health.Findings[1:] {
		list = append(list, d.advise(f))
	}
	return list
}

// when is a point in time as the page shows it.
type when struct{ Text, Ago, Machine string }

// When shows a point in time, also as how long it is past.
func (d displayed) When(at time.Time) when {
	return when{Text: d.W.Moment(at), Ago: d.Ago(at), Machine: d.Machine(at)}
}

// State names a state of a payment, or of a refund where the event is about one.
func (d displayed) State(e ports.LedgerRow, state string) string {
	if e.Refund != "" {
		return d.W.Of(d.W.Payments.RefundStates, state)
	}
	return d.W.Of(d.W.Payments.States, state)
}
