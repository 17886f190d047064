package httpapi

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// The paths of what a mall's people change.
const (
	linkPath   = "/admin/link"
	unlinkPath = "/admin/unlink"
	togglePath = "/admin/shop/toggle"
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
func (s *Server) changed(c *fiber.Ctx, v visitor, message string) error {
	if isForm(c) && wantsPage(c) {
		return c.Redirect(s.config.Links.path(displayPath)+"?"+url.Values{mallField: {string(v.Mall)}}.Encode(), http.StatusSeeOther)
	}
	return c.JSON(doneAnswer{Message: message})
}

type doneAnswer struct {
	Message string `json:"message"`
}

func (s *Server) replyLinked(c *fiber.Ctx, v visitor, _ merchant.Credentials) error {
	return s.changed(c, v, "Success Linking")
}

func (s *Server) replyToggled(c *fiber.Ctx, v visitor, _ merchant.Shop) error {
	return s.changed(c, v, "Success")
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
		return s.changed(c, v, "Success Unlinking")
	}
	if isForm(c) && wantsPage(c) {
		return fault.New(fault.Conflict, "open_money", openMoney)
	}
	answer := openAnswer{Code: "open_money", Message: openMoney, Open: make([]openOrder, len(done.Open))}
	for i, row := range done.Open {
		answer.Open[i] = openOrder{Order: string(row.Order), Refund: row.Refund != "", State: row.State, Doubtful: row.Doubtful}
	}
	return c.Status(http.StatusConflict).JSON(answer)
}
