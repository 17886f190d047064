package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"paybridge/adapters/http/words"
	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/ports"
)

// langField chooses the language of a page for buyers.
const langField = "lang"

// reviewPage is what a buyer agrees on. It works without scripts.
type reviewPage struct {
	page      *template.Template
	style     template.CSS
	digest    string // of the style, for the policy
	languages words.Languages
}

func newReviewPage() (reviewPage, error) {
	page, err := template.ParseFS(pages, "pages/review.html")
	if err != nil {
		return reviewPage{}, fmt.Errorf("http server: %w", err)
	}
	style, err := pages.ReadFile("pages/review.css")
	if err != nil {
		return reviewPage{}, fmt.Errorf("http server: %w", err)
	}
	digest := sha256.Sum256(style)
	return reviewPage{
		page: page, style: template.CSS(style), //nolint:gosec // our own file, embedded
		digest: base64.StdEncoding.EncodeToString(digest[:]), languages: words.New(),
	}, nil
}

// wordsFor are those of the language that the buyer chose, else of the one that the browser prefers.
func (s *Server) wordsFor(c *fiber.Ctx) words.Words {
	c.Vary(fiber.HeaderAccept, fiber.HeaderAcceptLanguage)
	chosen := c.Query(langField)
	if isForm(c) {
		chosen = c.FormValue(langField)
	}
	return s.review.languages.For(chosen, c.Get(fiber.HeaderAcceptLanguage))
}

// reviewShown is the page's content, every text as the buyer reads it.
type reviewShown struct {
	Words                                 words.Words
	Style                                 template.CSS
	Number, Notice, Phone, Preference     string
	Lines                                 []lineShown
	Address                               []string
	Parts                                 []partShown
	Total, Plain, Token, PayPath, PayText string
	Open                                  bool
	Return, Reference                     string
	Languages                             []languageShown
}

type lineShown struct{ Name, Option, Quantity, Total string }

type partShown struct{ Name, Amount string }

type languageShown struct {
	Tag, Name, Link string
	Current         bool
}

// replyReview answers a browser with the page, and a script with JSON.
func (s *Server) replyReview(c *fiber.Ctx, r command.Review) error {
	if !wantsPage(c) {
		return replyReviewData(c, r)
	}
	w := s.wordsFor(c)
	shown := reviewShown{
		Words: w, Style: s.review.style, Number: string(r.Number), Notice: noticeOf(c, w, r), Phone: r.Buyer.Address.Phone,
		Preference: strings.ReplaceAll(r.Buyer.Preference, "_", " "), Address: addressLines(r.Buyer.Address), Parts: partsOf(w, r),
		Total: w.Money(r.Total), Plain: r.Total.String(), Token: r.Token, PayPath: s.config.Links.path(payPath),
		PayText: fmt.Sprintf(w.Pay, w.Money(r.Total)), Open: !r.Paid, Return: r.ReturnURL, Reference: reference(c),
	}
	if r.Agreed {
		shown.PayText = w.GoOn
	}
	for _, l := range r.Cart.Lines {
		if total, err := l.Total(); err == nil { // it was summed up when it came in
			shown.Lines = append(shown.Lines, lineShown{l.Name, l.OptionText, strconv.Itoa(l.Quantity), w.Money(total)})
		}
	}
	for _, other := range s.review.languages.All() {
		link := url.Values{tokenField: {r.Token}, langField: {other.Tag}}
		shown.Languages = append(shown.Languages, languageShown{other.Tag, other.Name, "?" + link.Encode(), other.Tag == w.Tag})
	}
	var page bytes.Buffer
	if err := s.review.page.Execute(&page, shown); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, s.reviewPolicy())
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(page.Bytes())
}

// reviewPolicy allows the page's own style and its form. Browsers hold the company's page, to which the
// form leads in the end, against the same rule; and that can be anywhere.
func (s *Server) reviewPolicy() string {
	schemes := " https:"
	if !s.config.Links.secure() {
		schemes += " http:"
	}
	return "default-src 'none'; style-src 'sha256-" + s.review.digest + "'; base-uri 'none'; form-action 'self'" + schemes + "; " + unframed
}

// noticeOf is what the buyer has to know before anything else.
func noticeOf(c *fiber.Ctx, w words.Words, r command.Review) string {
	switch {
	case r.Paid:
		return w.Paid.Title + ". " + w.Paid.Text
	case r.Agreed:
		return w.Agreed
	case c.Query("changed") == "address":
		return w.AddressChanged
	}
	seen, err := money.Parse(c.Query(seenField), r.Total.Currency())
	if err != nil || seen == r.Total {
		return ""
	}
	return fmt.Sprintf(w.TotalChanged, w.Money(seen), w.Money(r.Total))
}

func addressLines(a ports.Address) []string {
	var lines []string
	for _, line := range []string{a.Name, a.Line1, a.Line2, a.Line3, a.District, a.City, strings.TrimSpace(a.State + " " + a.PostalCode), a.Country} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// partsOf explains the total, unless it was fixed before the mall changed its mind.
func partsOf(w words.Words, r command.Review) []partShown {
	if r.Price.Total != r.Total {
		return nil
	}
	parts := []partShown{{w.ItemsTotal, w.Money(r.Price.Items)}, {w.Shipping, w.Money(r.Price.Shipping)}}
	for _, off := range []struct {
		name   string
		amount money.Money
	}{{w.Rebate, r.Price.Rebate}, {w.Discount, r.Price.Discount}} {
		if less, err := off.amount.Times(-1); err == nil && off.amount.IsPositive() {
			parts = append(parts, partShown{off.name, w.Money(less)})
		}
	}
	return parts
}

// backToReview leads a browser whose agreement did not fit back to the review, which shows what changed.
func (s *Server) backToReview(pay fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		err := pay(c)
		if err == nil || !isForm(c) || !wantsPage(c) {
			return err
		}
		more := url.Values{}
		switch fault.Of(err).Code {
		case "total_changed":
			more.Set(seenField, c.FormValue("total"))
		case "address_changed":
			more.Set("changed", "address")
		case "not_reviewed":
		default:
			return err
		}
		if lang := c.FormValue(langField); lang != "" {
			more.Set(langField, lang)
		}
		to := s.config.Links.Review(c.FormValue(tokenField))
		if len(more) > 0 {
			to += "&" + more.Encode()
		}
		return c.Redirect(to, http.StatusSeeOther)
	}
}

// answerReviewer answers a buyer with a page, and a script with what scripts get.
func (s *Server) answerReviewer(c *fiber.Ctx, f failure) error {
	if !wantsPage(c) {
		return c.JSON(pageAnswer{Data: f.message})
	}
	w := s.wordsFor(c)
	says := reviewNotice(w, f)
	return s.show(c, notice{Title: says.Title, Text: says.Text, Advice: w.DontPayAgain, Lang: w.Tag, Label: w.Reference}, unframed)
}

// reviewNotice tells a buyer why there is nothing to review, or why nothing could be agreed to.
func reviewNotice(w words.Words, f failure) words.Notice {
	switch {
	case f.code == "already_paid":
		return w.Paid
	case f.code == "not_installed", f.code == "access_revoked", f.code == "missing_scope", f.code == "not_approved":
		return w.NotYet
	case f.code == "reservation_over", f.status == http.StatusNotFound:
		return w.Over
	case f.status == http.StatusConflict:
		return w.Conflict
	case f.status == http.StatusTooManyRequests:
		return w.Often
	case f.status == http.StatusBadGateway, f.status == http.StatusServiceUnavailable:
		return w.Away
	case f.status == http.StatusBadRequest:
		return w.Wrong
	}
	return w.Defect
}

// wantsPage reports that a person's browser asks; scripts that take anything get JSON.
func wantsPage(c *fiber.Ctx) bool {
	c.Vary(fiber.HeaderAccept)
	return strings.Contains(c.Get(fiber.HeaderAccept), fiber.MIMETextHTML)
}
