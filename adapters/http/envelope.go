package httpapi

import (
	"github.com/gofiber/fiber/v2"

	"paybridge/application/command"
)

// Cafe24's result codes, of answers and of the buyer's way back.
const (
	codeOK     = "0000"
	codeFailed = "0001"
	codeError  = "9999"
)

// envelope answers Cafe24's checkout call. The URL is empty, never absent, when there is none.
type envelope struct {
	ResultCode    string `json:"result_code"`
	ResultMessage string `json:"result_message"`
	PaymentURL    string `json:"payment_url"`
}

// replyPage tells Cafe24 where to send the buyer.
func replyPage(c *fiber.Ctx, page command.PaymentPage) error {
	return c.JSON(envelope{ResultCode: codeOK, ResultMessage: "Success", PaymentURL: page.URL})
}
