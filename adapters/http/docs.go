package httpapi

import (
	"bytes"
	"sync"

	"github.com/gofiber/fiber/v2"

	"paybridge/adapters/http/openapi"
)

// The paths under which the service describes itself.
const (
	openapiPath = "/openapi.json"
	docsPath    = "/docs"
)

// manual is the service's description of itself, in both forms. It is made when it is asked for the first
// time: nobody who only pays should wait for it.
type manual struct {
	document []byte
	page     []byte
	policy   string // allows the page's style and nothing else
}

func newManual(server string) (manual, error) {
	described, err := openapi.Read()
	if err != nil {
		return manual{}, err
	}
	var page bytes.Buffer
	digest, err := described.Page(&page, server)
	if err != nil {
		return manual{}, err
	}
	return manual{
		document: described.JSON(server), page: page.Bytes(),
		policy: "default-src 'none'; style-src 'sha256-" + digest + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	}, nil
}

// manualDoors returns the handlers of the two forms.
func (s *Server) manualDoors() (document, page fiber.Handler) {
	made := sync.OnceValues(func() (manual, error) { return newManual(s.config.Links.base.String()) })
	document = func(c *fiber.Ctx) error {
		m, err := made()
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderAccessControlAllowOrigin, "*") // other tools may show it; there is no secret in it
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
		return c.Send(m.document)
	}
	page = func(c *fiber.Ctx) error {
		m, err := made()
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentSecurityPolicy, m.policy)
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		return c.Send(m.page)
	}
	return document, page
}
