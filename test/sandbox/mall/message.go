package mall

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
)

// message is a received message: each field as its text. Numbers keep their digits, objects their JSON.
type message map[string]string

func (m message) text(field string) string { return m[field] }

// parseMessage reads a JSON object or a form, whichever the body is; the Content-Type is not asked, because Cafe24's samples
// label forms as JSON.
func parseMessage(body []byte) (message, error) {
	if trimmed := bytes.TrimSpace(body); len(trimmed) > 0 && trimmed[0] == '{' {
		return parseJSON(trimmed)
	}
	return parseForm(string(body))
}

func parseJSON(body []byte) (message, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, errors.New("body is not a JSON object")
	}
	read := message{}
	for field, value := range raw {
		var text string
		if json.Unmarshal(value, &text) == nil {
			read[field] = text
			continue
		}
		read[field] = string(value)
	}
	return read, nil
}

// parseForm also understands extra_data[LogKey]=... as an object.
func parseForm(body string) (message, error) {
	form, err := url.ParseQuery(body)
	if err != nil || len(form) == 0 {
		return nil, errors.New("body is neither a JSON object nor a form")
	}
	return fromValues(form), nil
}

func fromValues(form url.Values) message {
	read, nested := message{}, map[string]string{}
	for field := range form {
		if inner, isNested := strings.CutPrefix(field, "extra_data["); isNested {
			nested[strings.TrimSuffix(inner, "]")] = form.Get(field)
			continue
		}
		read[field] = form.Get(field)
	}
	if _, given := read["extra_data"]; !given && len(nested) > 0 {
		text, _ := json.Marshal(nested) // A map of strings can always be encoded.
		read["extra_data"] = string(text)
	}
	return read
}

// extra reads extra_data, which is an object in some messages and its JSON text in others.
func (m message) extra() map[string]any {
	var object map[string]any
	_ = json.Unmarshal([]byte(m["extra_data"]), &object) // Anything else has no members.
	return object
}

// extraText is one member of extra_data.
func (m message) extraText(member string) string {
	text, _ := m.extra()[member].(string)
	return text
}
