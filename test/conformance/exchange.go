package conformance

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Exchange is a request and its answer.
type Exchange struct {
	Method, Path string // the path without its query
	Asked        Message
	Status       int
	Answered     Message
}

// Message is what is said in one direction.
type Message struct {
	Header http.Header
	Body   []byte
}

// Check returns what does not fit the description, as sentences.
func (c *Contract) Check(x Exchange) []string {
	where, problem := c.answerOf(x)
	if problem != "" {
		return []string{x.say(problem)}
	}
	problems := c.judgeAnswer(x, where)
	if x.Status < http.StatusBadRequest {
		problems = append(problems, c.judgeRequest(x)...)
	}
	for i := range problems {
		problems[i] = x.say(problems[i])
	}
	return problems
}

func (x Exchange) say(problem string) string {
	return fmt.Sprintf("%s %s answered %d: %s\n\t%.600s", x.Method, x.Path, x.Status, problem, x.Answered.Body)
}

// answerOf returns where the description of the answer is.
func (c *Contract) answerOf(x Exchange) ([]string, string) {
	p, methodKnown := c.find(x.Method, x.Path)
	switch {
	case p == nil && x.Status != http.StatusNotFound && x.Status != http.StatusMethodNotAllowed && x.Status < 500 && !early(x.Status):
		return nil, "the path is not described"
	case p == nil:
		return []string{"components", "responses", "NothingHere"}, ""
	case !methodKnown && x.Status != http.StatusMethodNotAllowed && !early(x.Status):
		return nil, "the method is not described"
	case !methodKnown:
		return c.refusalOf(p), ""
	}
	operation := []string{"paths", p.name, described(x.Method), "responses"}
	answers, where := c.at(operation...)
	status := strconv.Itoa(x.Status)
	if answers[status] == nil {
		return nil, "the status is not described"
	}
	_, where = c.at(append(where, status)...)
	return where, ""
}

// early tells the refusals that come before anybody looks at the path or the method.
func early(status int) bool {
	return status == http.StatusBadRequest || status == http.StatusRequestTimeout || status == http.StatusRequestEntityTooLarge || status == http.StatusRequestHeaderFieldsTooLarge
}

// refusalOf is how a path answers a method that it does not take: in the shape of its other refusals.
func (c *Contract) refusalOf(p *path) []string {
	refusal, where := c.at("paths", p.name, strings.ToLower(p.methods[0]), "responses", "400")
	if refusal == nil {
		return []string{"components", "responses", "NothingHere"}
	}
	return where
}

func described(method string) string {
	if method == http.MethodHead {
		return "get"
	}
	return strings.ToLower(method)
}

// telling are the headers that change what the caller does next; each must be described where it comes.
var telling = []string{"Location", "Set-Cookie", "Retry-After", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"}

func (c *Contract) judgeAnswer(x Exchange, where []string) (problems []string) {
	answer, _ := c.at(where...)
	for name := range object(answer["headers"]) {
		header, at := c.at(append(where, "headers", name)...)
		text := x.Answered.Header.Get(name)
		switch {
		case text == "" && header["required"] == true:
			problems = append(problems, "the header "+name+" is missing")
		case text != "":
			problems = append(problems, c.judgeValue(text, append(at, "schema"))...)
		}
	}
	for _, name := range telling {
		if x.Answered.Header.Get(name) != "" && object(answer["headers"])[name] == nil {
			problems = append(problems, "the header "+name+" is not described")
		}
	}
	if x.Method == http.MethodHead {
		return problems
	}
	return append(problems, c.judgeBody(x.Answered, answer, where)...)
}

// judgeRequest says what is wrong with a request that was accepted: the description then promises too little.
func (c *Contract) judgeRequest(x Exchange) []string {
	p, _ := c.find(x.Method, x.Path)
	if p == nil {
		return nil
	}
	request, where := c.at("paths", p.name, described(x.Method), "requestBody")
	if request == nil || len(x.Asked.Body) == 0 {
		return nil
	}
	problems := c.judgeBody(x.Asked, request, where)
	for i := range problems {
		problems[i] = "the request was accepted, but " + problems[i]
	}
	return problems
}

// judgeBody holds a body against one of the media types of a message.
func (c *Contract) judgeBody(m Message, message map[string]any, where []string) []string {
	content := object(message["content"])
	if len(content) == 0 {
		if len(m.Body) > 0 {
			return []string{"a body is not described"}
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || content[kind] == nil {
		return []string{fmt.Sprintf("the media type %q is not described", m.Header.Get("Content-Type"))}
	}
	at := append(where, "content", kind, "schema")
	if kind != "application/json" {
		if strings.HasPrefix(kind, "text/") {
			return c.judgeValue(string(m.Body), at)
		}
		return nil
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(m.Body))
	if err != nil {
		return []string{"the body is no JSON: " + err.Error()}
	}
	return c.judgeValue(value, at)
}

func (c *Contract) judgeValue(value any, where []string) []string {
	schema, err := c.schema(where)
	if err != nil {
		return []string{err.Error()}
	}
	if err := schema.Validate(value); err != nil {
		return []string{strings.ReplaceAll(err.Error(), "\n", " ")}
	}
	return nil
}
