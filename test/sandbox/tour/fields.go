package tour

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// Field is a name with its value as it was received.
type Field struct{ Name, Value string }

// fieldsOf reads a JSON object or a form into the texts of its fields, in the order of their names: numbers keep their digits,
// objects their JSON.
func fieldsOf(text string) []Field {
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &object) == nil {
		read := make([]Field, 0, len(object))
		for name, raw := range object {
			value := string(raw)
			var plain string
			if json.Unmarshal(raw, &plain) == nil && len(raw) > 0 && raw[0] == '"' {
				value = plain
			}
			read = append(read, Field{name, value})
		}
		return sorted(read)
	}
	form, err := url.ParseQuery(text)
	if err != nil || !strings.Contains(text, "=") {
		return nil
	}
	read := make([]Field, 0, len(form))
	for name := range form {
		read = append(read, Field{name, form.Get(name)})
	}
	return sorted(read)
}

func sorted(fields []Field) []Field {
	slices.SortFunc(fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	return fields
}

// value is the field of this name, or nothing.
func value(fields []Field, name string) string {
	for _, field := range fields {
		if field.Name == name {
			return field.Value
		}
	}
	return ""
}
