package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"paybridge/domain/fault"
)

// document is a JSON text that is judged strictly and to its end: every problem is noted with its
// path, and none ends the reading. encoding/json into structs stops at the first. Values are never
// quoted, since any of them may be a secret in the wrong place.
type document struct{ problems []string }

func (d *document) problem(path, text string) {
	d.problems = append(d.problems, path+": "+text)
}

// decode reads the one value that the text must be.
func (d *document) decode(text []byte) (any, bool) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	var syntax *json.SyntaxError
	switch {
	case !utf8.Valid(text):
		d.problem("the file", "is not UTF-8 text")
	case errors.As(err, &syntax):
		d.problem("the file", "is not JSON: look at "+position(text, syntax.Offset))
	case err != nil: // io.EOF or io.ErrUnexpectedEOF: there is nothing else
		d.problem("the file", "is not JSON: it ends too early")
	case !errors.Is(onlyBlanks(decoder), io.EOF):
		d.problem("the file", "goes on after its end at "+position(text, decoder.InputOffset()))
	default:
		return value, true
	}
	return nil, false
}

// onlyBlanks returns io.EOF when nothing follows.
func onlyBlanks(decoder *json.Decoder) error {
	_, err := decoder.Token()
	return err
}

func position(text []byte, offset int64) string {
	before := text[:min(int(offset), len(text))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - (bytes.LastIndexByte(before, '\n') + 1)
	return fmt.Sprintf("line %d, column %d", line, max(column, 1))
}

// object is a JSON object whose fields are taken one by one; what is left at the end is unknown.
type object struct {
	*document

	path   string
	fields map[string]any
}

func (d *document) object(path string, value any) (object, bool) {
	fields, ok := value.(map[string]any)
	if !ok {
		d.problem(path, "must be an object {...}")
	}
	return object{document: d, path: path, fields: fields}, ok
}

func (o object) at(name string) string { return o.path + "." + name }

func (o object) has(name string) bool {
	_, found := o.fields[name]
	return found
}

// take removes a field and returns it as a T. A field that is missing or something else is a problem.
func take[T any](o object, name, what string) (T, bool) {
	field, found := o.fields[name]
	delete(o.fields, name)
	value, fits := field.(T)
	switch {
	case !found:
		o.problem(o.at(name), "is missing")
	case !fits:
		o.problem(o.at(name), "must be "+what)
	}
	return value, fits
}

// text takes a text that is not empty; "" has been reported.
func (o object) text(name string) string {
	value, ok := take[string](o, name, "a text")
	if ok && strings.TrimSpace(value) == "" {
		o.problem(o.at(name), "must not be empty")
		return ""
	}
	return value
}

// number takes a whole number from 1 on; 0 has been reported.
func (o object) number(name string) int {
	value, ok := take[json.Number](o, name, "a number")
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(value.String())
	if err != nil || n < 1 {
		o.problem(o.at(name), "must be a whole number, 1 or more")
		return 0
	}
	return n
}

func (o object) flag(name string) bool {
	value, _ := take[bool](o, name, "true or false")
	return value
}

func (o object) list(name string) []any {
	value, _ := take[[]any](o, name, "a list [...]")
	return value
}

// end reports the fields that nobody took.
func (o object) end() {
	for _, name := range slices.Sorted(maps.Keys(o.fields)) {
		o.problem(o.at(printable(name)), "is not a known field")
	}
}

// ofField is a fault's message without the field's name, where the path says it already.
func ofField(f *fault.Error) string { return strings.TrimPrefix(f.Message, f.Field+": ") }
