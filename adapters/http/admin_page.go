package httpapi

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"paybridge/domain/session"
)

// operatorNotice tells somebody who runs a mall what went wrong and what to do.
func operatorNotice(f failure, l session.Language) notice {
	w := operatorWordsIn(l)
	what, known := w.byCode[f.code]
	if !known {
		what, known = w.byStatus[f.status]
	}
	if !known {
		what = w.otherwise
	}
	advice := cmp.Or(what.advice, w.openAgain)
	if f.status == http.StatusForbidden && what.advice == "" {
		advice = w.unchanged + advice
	}
	return notice{Title: what.title, Text: what.text, Advice: advice, Lang: string(l), Label: w.reference}
}

// answerOperator shows people a page, in the frame where they are, and tells scripts in JSON.
func (s *Server) answerOperator(c *fiber.Ctx, f failure) error {
	c.Vary(fiber.HeaderAccept, fiber.HeaderAcceptLanguage)
	if !strings.Contains(c.Get(fiber.HeaderAccept), fiber.MIMETextHTML) {
		return c.JSON(plainError{Code: f.code, Message: f.message, RequestID: reference(c)})
	}
	v, known := c.Locals(visitorKey).(visitor)
	if !known {
		v.Language = spokenIn(c)
	}
	return s.show(c, operatorNotice(f, v.Language), s.frameAncestors(v.Mall))
}

// spokenIn is the language of somebody who is not signed in: that of a launch, else of the browser.
func spokenIn(c *fiber.Ctx) session.Language {
	if l := session.ParseLanguage(cmp.Or(c.Query("lang"), c.Query("nation"))); l != session.English {
		return l
	}
	return operatorLanguage(c.Get(fiber.HeaderAcceptLanguage))
}
