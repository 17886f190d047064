package httpapi

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"paybridge/adapters/http/panel"
	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/session"
	"paybridge/ports"
)

// The paths of what a mall's people change.
const (
	linkPath   = "/admin/link"
	unlinkPath = "/admin/unlink"
	togglePath = "/admin/shop/toggle"

	replayPath   = "/admin/notifications/replay"
	languagePath = "/admin/language"
)

// What the settings are told about a form that led back to them.
const (
	doneField      = "done"
	problemField   = "problem"
	referenceField = "reference"
	openMoneyCode  = "open_money"
)

// mostKey is how long a key of a company may be.
const mostKey = 512

// linkReader reads the keys of a company. Which mall they are for, its session says.
type linkReader struct{ gateway string }

func (d linkReader) read(c *fiber.Ctx, v visitor) (command.LinkCredentials, error) {
	f, err := readFields(c)
	if err != nil {
		return command.LinkCredentials{}, err
	}
	r := reader{fields: f}
	in := command.LinkCredentials{Mall: v.Mall, Who: v.UserID, Gateway: d.gateway, PublicKey: r.text("public_key", mostKey)}
	in.SecretKey = ports.NewSecret(r.text("secret_key", mostKey))
	return in, r.err
}

func readUnlink(c *fiber.Ctx, v visitor) (command.UnlinkCredentials, error) {
	in := command.UnlinkCredentials{Mall: v.Mall, Who: v.UserID}
	f, err := readFields(c)
	if err != nil {
		return in, err
	}
	if _, given := f["confirm"]; !given {
		return in, nil
	}
	r := reader{fields: f}
	in.Confirm = command.Confirmation(r.text("confirm", mostText))
	if r.err == nil && in.Confirm != command.Drain && in.Confirm != command.Forget {
		r.refuse("confirm", `must be "drain" or "forget"`)
	}
	return in, r.err
}

func readToggle(c *fiber.Ctx, v visitor) (command.SwitchShop, error) {
	in := command.SwitchShop{Mall: v.Mall, Who: v.UserID}
	f, err := readFields(c)
	if err != nil {
		return in, err
	}
	r := reader{fields: f}
	action := r.text("action", mostText)
	if in.To = action == "enable"; r.err == nil && !in.To && action != "disable" {
		r.refuse("action", `must be "enable" or "disable"`)
	}
	if in.Index, err = strconv.Atoi(r.decimal("shop_index")); err != nil {
		r.refuse("shop_index", "must be a whole number")
	}
	if external, given := f["external_checkout"]; given {
		on, err := strconv.ParseBool(string(external.raw) + external.text)
		if err != nil {
			r.refuse("external_checkout", "must be true or false")
		}
		in.External = &on
	}
	return in, r.err
}

// changed answers that something was done: to a script as the collection does, to a person by the page again.
func (s *Server) changed(c *fiber.Ctx, v visitor, done, message string) error {
	if isForm(c) && wantsPage(c) {
		return s.backToSettings(c, v, url.Values{doneField: {done}})
	}
	return c.JSON(doneAnswer{Message: message})
}

// backToSettings leads a browser back to the page.
func (s *Server) backToSettings(c *fiber.Ctx, v visitor, more url.Values) error {
	to := s.config.Links.path(displayPath) + "?" + url.Values{mallField: {string(v.Mall)}}.Encode()
	if len(more) > 0 {
		to += "&" + more.Encode()
	}
	return c.Redirect(to, http.StatusSeeOther)
}

// orBack leads a browser whose form could not be carried out back to the page, which says why. Scripts are
// told by their answer.
func (s *Server) orBack(change fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		err := change(c)
		v, known := c.Locals(visitorKey).(visitor)
		if err == nil || !known || !isForm(c) || !wantsPage(c) {
			return err
		}
		at := s.routeAt(c.Path())
		f := classify(c, err, at.door)
		s.log(c, at, f)
		return s.backToSettings(c, v, url.Values{problemField: {problemOf(f)}, referenceField: {reference(c)}})
	}
}

// problemOf is the name under which the page knows a failure.
func problemOf(f failure) string {
	if _, known := panel.For(session.English).Problems[f.code]; known {
		return f.code
	}
	switch f.status {
	case http.StatusBadRequest:
		return "invalid"
	case http.StatusTooManyRequests:
		return "busy"
	case http.StatusServiceUnavailable, http.StatusBadGateway:
		return "away"
	}
	return "other"
}

type doneAnswer struct {
	Message string `json:"message"`
}

func (s *Server) replyLinked(c *fiber.Ctx, v visitor, _ merchant.Credentials) error {
	return s.changed(c, v, "linked", "Success Linking")
}

func (s *Server) replyToggled(c *fiber.Ctx, v visitor, _ merchant.Shop) error {
	return s.changed(c, v, "switched", "Success")
}

// openAnswer lists what a company has not ended, for whoever has to confirm that its keys go.
type openAnswer struct {
	Code    string      `json:"code"`
	Message string      `json:"message"`
	Open    []openOrder `json:"open"`
}

type openOrder struct {
	Order    string `json:"order_id"`
	Refund   bool   `json:"refund"`
	State    string `json:"state"`
	Doubtful bool   `json:"doubtful"`
}

const openMoney = `payments or refunds are open: send confirm "drain" to have them settled with these keys before the secret is erased, ` +
	`or "forget" to erase it now and settle them by hand`

func (s *Server) replyUnlinked(c *fiber.Ctx, v visitor, done command.Unlinked) error {
	if done.Done {
		return s.changed(c, v, "unlinked", "Success Unlinking")
	}
	if isForm(c) && wantsPage(c) {
		return fault.New(fault.Conflict, openMoneyCode, openMoney)
	}
	answer := openAnswer{Code: openMoneyCode, Message: openMoney, Open: make([]openOrder, len(done.Open))}
	for i, row := range done.Open {
		answer.Open[i] = openOrder{Order: string(row.Order), Refund: row.Refund != "", State: row.State, Doubtful: row.Doubtful}
	}
	return c.Status(http.StatusConflict).JSON(answer)
}

// readReplay reads which notification shall be sent again. One of another mall is none.
func readReplay(c *fiber.Ctx, v visitor) (command.ReplayNotification, error) {
	in := command.ReplayNotification{Mall: v.Mall, By: v.UserID}
	f, err := readFields(c)
	if err != nil {
		return in, err
	}
	r := reader{fields: f}
	if in.ID, err = strconv.ParseInt(r.decimal("id"), 10, 64); err != nil {
		r.refuse("id", "must be a whole number")
	}
	return in, r.err
}

func (s *Server) replyReplayed(c *fiber.Ctx, v visitor, _ ports.NoticeRow) error {
	return s.changed(c, v, "replayed", "Success")
}

// readLanguage reads what the pages shall speak.
func readLanguage(c *fiber.Ctx, v visitor) (command.ChangeLanguage, error) {
	in := command.ChangeLanguage{Session: v.Session}
	f, err := readFields(c)
	if err != nil {
		return in, err
	}
	r := reader{fields: f}
	lang := r.text(langField, mostText)
	if in.Language = session.ParseLanguage(lang); r.err == nil && string(in.Language) != lang {
		r.refuse(langField, `must be "en", "ko" or "ja"`)
	}
	return in, r.err
}

func (s *Server) replySpoken(c *fiber.Ctx, v visitor, _ session.Session) error {
	return s.changed(c, v, "spoken", "Success")
}
