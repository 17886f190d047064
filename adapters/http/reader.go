package httpapi

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/tidwall/gjson"

	"paybridge/domain/fault"
)

// grammar tells a well-formed text; a regular expression is one.
type grammar interface{ MatchString(text string) bool }

// visible is the grammar of 1 to that many visible characters of ASCII. It takes a tenth of the time of the
// same as an expression, and status keys come by the thousands.
type visible int

// MatchString implements grammar.
func (most visible) MatchString(text string) bool {
	return 0 < len(text) && len(text) <= int(most) && !strings.ContainsFunc(text, func(r rune) bool { return r < '!' || r > '~' })
}

// reader takes typed values out of fields. It keeps the first error, so that a list of reads stays
// a list; after an error its values mean nothing.
type reader struct {
	fields fields
	err    error
}

// text is a required text of 1 to most bytes.
func (r *reader) text(name string, most int) string {
	return r.required(name, most, false)
}

// decimal is a required text of 1 to mostText bytes that may also come as a JSON number, whose literal is then the text.
func (r *reader) decimal(name string) string {
	return r.required(name, mostText, true)
}

func (r *reader) required(name string, most int, orNumber bool) string {
	v, present := r.fields[name]
	if !present || string(v.raw) == "null" {
		return r.refuse(name, "is required")
	}
	text, ok := v.asText(orNumber)
	switch {
	case !ok:
		return r.refuse(name, "must be a text")
	case text == "":
		return r.refuse(name, "must not be empty")
	case len(text) > most:
		return r.refuse(name, "must not be longer than "+strconv.Itoa(most)+" bytes")
	}
	return text
}

// object is an optional JSON object, byte for byte; in a form it comes as text. Absent and null mean
// an empty one.
func (r *reader) object(name string, most int) []byte {
	v, present := r.fields[name]
	if r.fields.nested(name) {
		r.refuse(name, "must be JSON text in a form")
		return nil
	}
	raw := v.raw
	if v.raw == nil {
		raw = []byte(v.text)
	}
	switch {
	case !present || string(raw) == "null":
		return []byte("{}")
	case len(raw) > most:
		r.refuse(name, "must not be longer than "+strconv.Itoa(most)+" bytes")
		return nil
	case !bytes.HasPrefix(raw, []byte("{")) || !json.Valid(raw) || holdsNUL(raw):
		r.refuse(name, "must be a JSON object")
		return nil
	}
	return raw
}

var memberName = regexp.MustCompile(`^([^\[]+)\[[^\]]*\]`)

// nested reports whether a form spells the members of an object as fields of their own, the way PHP
// does; their types would be lost.
func (f fields) nested(name string) bool {
	for n := range f {
		if m := memberName.FindStringSubmatch(n); m != nil && m[1] == name {
			return true
		}
	}
	return false
}

func (r *reader) refuse(name, why string) string {
	if r.err == nil {
		r.err = fault.InvalidField(name, why)
	}
	return ""
}

func (v value) asText(orNumber bool) (string, bool) {
	if v.raw == nil {
		return v.text, true
	}
	switch first := v.raw[0]; {
	case first == '"':
		text := gjson.ParseBytes(v.raw).String()
		return text, !strings.ContainsRune(text, unicode.ReplacementChar) // half a surrogate pair
	case orNumber && (first == '-' || (first >= '0' && first <= '9')):
		return string(v.raw), true
	}
	return "", false
}
