package httpapi

import (
	"net/http"
	"regexp"

	"github.com/gofiber/fiber/v2"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
)

// webhookReader hands a company's webhook on as it came: only the company's adapter can read it.
type webhookReader struct{ gateway string } // the company that the bare route means

var (
	gatewayName = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,31}$`)
	opaqueID    = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

func (d webhookReader) read(c *fiber.Ctx) (command.RecordPaymentResult, error) {
	in := command.RecordPaymentResult{Gateway: d.gateway, Header: headers(c), Body: c.BodyRaw()}
	gateway, id := c.Params("gateway"), c.Params("merchant")
	if gateway == "" && id == "" {
		return in, nil
	}
	if !gatewayName.MatchString(gateway) || !opaqueID.MatchString(id) {
		return in, fault.New(fault.Invalid, "foreign_address", "this address was not given out by us")
	}
	in.Gateway, in.Merchant = gateway, merchant.ID(id)
	return in, nil
}

func headers(c *fiber.Ctx) http.Header {
	h := http.Header{}
	c.Request().Header.VisitAll(func(name, value []byte) { h.Add(string(name), string(value)) })
	return h
}

// webhookAnswer is what companies read. Message is one of three fixed texts.
type webhookAnswer struct {
	Message string `json:"message"`
	Reason  string `json:"reason,omitempty"`
}

// replyReceived says that the letter is stored; whether its payment is known already is our affair.
func replyReceived(c *fiber.Ctx, _ command.Received) error {
	return c.JSON(webhookAnswer{Message: "Success webhook"})
}

func refusal(f failure) webhookAnswer {
	if f.status == http.StatusBadRequest {
		return webhookAnswer{Message: "Invalid request", Reason: f.message}
	}
	return webhookAnswer{Message: "Failed webhook", Reason: f.message}
}
