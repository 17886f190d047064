package httpapi

import (
	"context"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"paybridge/domain/session"
	"paybridge/ports"
)

// AddAdminRoute adds a route that only says who came in.
func (s *Server) AddAdminRoute(method, path string) {
	whoever := ports.HandlerFunc[visitor, visitor](func(_ context.Context, v visitor) (visitor, error) { return v, nil })
	say := adminEndpoint(
		func(_ *fiber.Ctx, v visitor) (visitor, error) { return v, nil }, whoever,
		func(c *fiber.Ctx, v, _ visitor) error { return c.SendString(string(v.Mall) + " " + v.UserID) },
	)
	route := Route{method, path, adminDoor, []fiber.Handler{s.signedIn, say}}
	s.routes = append(s.routes, route)
	s.app.Add(route.Method, route.Path, route.handlers...)
}

// ProofOf is what a changing request of a session carries.
func ProofOf(id string) string { return session.ProofOf(id) }

// Keep adds a route that leaves a secret in the browser.
func (s *Server) Keep(path, name, secret string) {
	s.app.Add(http.MethodGet, path, func(c *fiber.Ctx) error {
		keep(c, name, secret)
		return c.SendStatus(http.StatusNoContent)
	})
}

// OperatorTexts are all texts of the pages for people who run a mall, by a name.
func OperatorTexts(l session.Language) map[string]string {
	w := operatorWordsIn(l)
	texts := map[string]string{"reference": w.reference, "open again": w.openAgain, "unchanged": w.unchanged, "otherwise": w.otherwise.text}
	add := func(key string, s said) {
		texts[key+" title"], texts[key+" text"] = s.title, s.text
		if s.advice != "" {
			texts[key+" advice"] = s.advice
		}
	}
	for code, s := range w.byCode {
		add(code, s)
	}
	for status, s := range w.byStatus {
		add(http.StatusText(status), s)
	}
	return texts
}
