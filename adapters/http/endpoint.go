package httpapi

import (
	"github.com/gofiber/fiber/v2"

	"paybridge/ports"
)

// endpoint is what all routes have in common: the request becomes a command, the command is handled
// within the request's budget, its result becomes the answer. Errors of all three are returned, and
// answered in one place (see Server.fail).
func endpoint[In, Out any](
	decode func(*fiber.Ctx) (In, error), handler ports.Handler[In, Out], reply func(*fiber.Ctx, Out) error,
) fiber.Handler {
	return func(c *fiber.Ctx) error {
		in, err := decode(c)
		if err != nil {
			return err
		}
		out, err := handler.Handle(c.UserContext(), in)
		if err != nil {
			return err
		}
		return reply(c, out)
	}
}
