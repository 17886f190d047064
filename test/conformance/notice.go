package conformance

import (
	"bytes"
	"fmt"
	"mime"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Notice holds what the mall was told against the description, which knows it by its request_type. Forms are
// passed over: their fields are those of the JSON, and the test of the simulated mall reads both.
func (c *Contract) Notice(told Message) []string {
	if kind, _, err := mime.ParseMediaType(told.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(told.Body))
	if err != nil {
		return []string{"the mall was told what is no JSON: " + err.Error()}
	}
	kind := object(value)["request_type"]
	for name := range object(c.root["webhooks"]) {
		schema, where := c.at("webhooks", name, "post", "requestBody", "content", "application/json", "schema")
		if known, _ := c.at(append(where, "properties", "request_type")...); schema == nil || known["const"] != kind {
			continue
		}
		problems := c.judgeValue(value, where)
		for i := range problems {
			problems[i] = fmt.Sprintf("the mall was told %s\n\t%.600s", problems[i], told.Body)
		}
		return problems
	}
	return []string{fmt.Sprintf("the mall was told of %q, which is not described", kind)}
}
