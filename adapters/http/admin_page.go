package httpapi

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// operatorNotice tells somebody who runs a mall what went wrong and what to do.
func operatorNotice(f failure) notice {
	const openAgain = "Open the app again from your mall's admin."
	switch f.status {
	case http.StatusUnauthorized:
		return notice{Title: "You are not signed in", Text: "Your session has ended, or this browser never had one.", Advice: openAgain}
	case http.StatusForbidden:
		return notice{Title: "This was not done", Text: sentence(f.message), Advice: "Nothing was changed. " + openAgain}
	case http.StatusTooManyRequests:
		return notice{Title: "Too many requests", Text: "This address asks too often.", Advice: "Please wait a minute, then try again."}
	case http.StatusServiceUnavailable, http.StatusBadGateway:
		return notice{Title: "This does not work right now", Text: sentence(f.message), Advice: "Please try again in a moment."}
	case http.StatusInternalServerError:
		return notice{Title: "Something went wrong here", Text: "The fault is ours.", Advice: "Please try again. If it stays, tell us the reference below."}
	}
	return notice{Title: "This request cannot be understood", Text: sentence(f.message), Advice: openAgain}
}

// sentence makes a message one.
func sentence(message string) string {
	if message == "" {
		return ""
	}
	return strings.ToUpper(message[:1]) + message[1:] + "."
}

// answerOperator shows people a page, in the frame where they are, and tells scripts in JSON.
func (s *Server) answerOperator(c *fiber.Ctx, f failure) error {
	c.Vary(fiber.HeaderAccept)
	if !strings.Contains(c.Get(fiber.HeaderAccept), fiber.MIMETextHTML) {
		return c.JSON(plainError{Code: f.code, Message: f.message, RequestID: reference(c)})
	}
	v, _ := c.Locals(visitorKey).(visitor)
	return s.show(c, operatorNotice(f), s.frameAncestors(v.Mall))
}
