package httpapi

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"github.com/tidwall/gjson"

	"paybridge/domain/fault"
)

// fields are the top-level fields of a body, each as it was received: signatures are computed over
// received text, so nothing is trimmed, and an empty text stays an empty text.
type fields map[string]value

// value is a field of a JSON object (raw) or of a form (raw is nil, text holds it).
type value struct {
	raw  json.RawMessage
	text string
}

const formType = "application/x-www-form-urlencoded"

// readFields reads a JSON object, or a form when the request says that it is one. The body is taken
// as it came: a compressed one is refused as unreadable, since nobody knows how large it would get.
func readFields(c *fiber.Ctx) (fields, error) {
	if isForm(c) {
		return formFields("body", string(c.BodyRaw()))
	}
	return jsonFields(c.BodyRaw())
}

func isForm(c *fiber.Ctx) bool {
	return strings.HasPrefix(strings.ToLower(c.Get(fiber.HeaderContentType)), formType)
}

// jsonFields is stricter than encoding/json: names are compared as they are, a name that comes twice
// is an error, and so are bytes that are no UTF-8, which it would quietly replace.
func jsonFields(body []byte) (fields, error) {
	if !utf8.Valid(body) {
		return nil, fault.InvalidField("body", "must be UTF-8")
	}
	if !json.Valid(body) {
		return nil, notAnObject()
	}
	object := gjson.ParseBytes(body)
	if !object.IsObject() {
		return nil, notAnObject()
	}
	read := fields{}
	var problem error
	object.ForEach(func(name, v gjson.Result) bool {
		raw := json.RawMessage(v.Raw)
		problem = read.add(name.String(), value{raw: raw}, holdsNUL(raw))
		return problem == nil
	})
	if problem != nil {
		return nil, problem
	}
	return read, nil
}

func notAnObject() error {
	return fault.InvalidField("body", "must be a JSON object or a form")
}

// formFields reads a form; name is what the text is called when it is none.
func formFields(name, text string) (fields, error) {
	form, err := url.ParseQuery(text)
	if err != nil {
		return nil, fault.InvalidField(name, "is not a well-formed form")
	}
	read := fields{}
	for name, texts := range form {
		for _, text := range texts {
			bad := strings.Contains(text, "\x00") || !utf8.ValidString(text)
			if err := read.add(name, value{text: text}, bad); err != nil {
				return nil, err
			}
		}
	}
	return read, nil
}

var plainName = regexp.MustCompile(`^[A-Za-z0-9_\[\]-]{1,64}$`)

// add takes in a field, or tells by its name what is wrong with it.
func (f fields) add(name string, v value, badText bool) error {
	if _, twice := f[name]; twice {
		return aboutField(name, "comes twice")
	}
	if badText || strings.Contains(name, "\x00") || !utf8.ValidString(name) {
		return aboutField(name, "is not UTF-8 text without NUL characters")
	}
	f[name] = v
	return nil
}

// aboutField names the field, unless the name is one that no caller of ours would make up.
func aboutField(name, problem string) error {
	if plainName.MatchString(name) {
		return fault.InvalidField(name, problem)
	}
	return fault.InvalidField("body", "has a field that "+problem)
}

// holdsNUL finds the escape of a NUL character in JSON text; a bare one is no JSON at all.
func holdsNUL(raw []byte) bool {
	for i := 0; i < len(raw)-1; i++ {
		if raw[i] != '\\' {
			continue
		}
		if bytes.HasPrefix(raw[i+1:], []byte("u0000")) {
			return true
		}
		i++ // the escaped character may be a backslash
	}
	return false
}
