package httpapi

import (
	"context"
	"crypto/rand"
	"regexp"
	"runtime/debug"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/recover"
	"golang.org/x/sync/semaphore"

	"paybridge/domain/fault"
)

// Keys of what a request carries along.
const (
	requestIDKey = "request_id"
	stackKey     = "stack"
)

// use installs what every request passes.
func (s *Server) use(app *fiber.App) error {
	traced, err := s.traced()
	if err != nil {
		return err
	}
	app.Use(
		func(c *fiber.Ctx) error { s.stamp(c); return c.Next() },
		s.ownHost,
		traced,
		recover.New(recover.Config{EnableStackTrace: true, StackTraceHandler: keepStack}),
		s.bounded,
		s.budgeted,
	)
	return nil
}

var requestID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// stamp gives the answer its request id and security headers, once. The error handler calls it as
// well, because a request that cannot be read passes no middleware.
func (s *Server) stamp(c *fiber.Ctx) {
	if reference(c) != "" {
		return
	}
	id := c.Get(fiber.HeaderXRequestID)
	if !requestID.MatchString(id) {
		id = rand.Text()
	}
	c.Locals(requestIDKey, id)
	c.Set(fiber.HeaderXRequestID, id)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	c.Set(fiber.HeaderCacheControl, "no-store")
	if s.config.Links.secure() {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
	}
}

// reference is the request id, which people quote when they ask about an answer.
func reference(c *fiber.Ctx) string {
	id, _ := c.Locals(requestIDKey).(string)
	return id
}

// ownHost replaces the claimed host by our own. Nothing may depend on the claim; metrics by host
// would otherwise grow with whatever names somebody makes up.
func (s *Server) ownHost(c *fiber.Ctx) error {
	own := s.config.Links.base.Host
	c.Request().Header.SetHost(own) // the URL is parsed anew from it whenever somebody asks for the request URI
	c.Request().SetHost(own)
	return c.Next()
}

func keepStack(c *fiber.Ctx, _ any) { c.Locals(stackKey, string(debug.Stack())) }

func (s *Server) bounded(c *fiber.Ctx) error {
	if len(c.Request().Body()) > s.config.Limits.Body {
		return fiber.ErrRequestEntityTooLarge
	}
	return c.Next()
}

// budgeted bounds the work on a request: Fiber's own context never ends while the server runs.
func (s *Server) budgeted(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), s.config.Limits.Budget)
	defer cancel()
	c.SetUserContext(ctx)
	return c.Next()
}

// atMost lets n requests be in work at a time and refuses more at once: a queue would only move the
// wait to where nobody sees it. Cafe24 and the companies come from few addresses, so this, and not
// a rate per address, is what bounds them.
func atMost(n int) fiber.Handler {
	slots := semaphore.NewWeighted(int64(n))
	return func(c *fiber.Ctx) error {
		if !slots.TryAcquire(1) {
			return fault.New(fault.Unavailable, "busy", "too many requests at a time, please try again in a moment")
		}
		defer slots.Release(1)
		return c.Next()
	}
}
