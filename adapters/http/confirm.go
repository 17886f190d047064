package httpapi

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"paybridge/ports"
)

// confirmPatience is how long an answer waits for the note that it is given: longer than a database needs, and
// not so long that a mall gives up when the database hangs.
const confirmPatience = 250 * time.Millisecond

// confirm notes that a mall is being answered, unless its connection does not stand any more: no notice has to
// tell it the same. What cannot be noted is told once more, which does no harm.
func confirm[In any](c *fiber.Ctx, handler ports.Handler[In, struct{}], in In) {
	if !connected(c) {
		return
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), confirmPatience)
	defer cancel()
	_, _ = handler.Handle(ctx, in)
}
