package openapi

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

func (o *operation) show(method, path, server string) shown {
	one := shown{ID: o.ID, Method: method, Path: path, Summary: o.Summary, About: prose(o.Description)}
	for _, place := range []struct{ in, title string }{{"path", "In the path"}, {"query", "In the query"}, {"header", "In the headers"}, {"cookie", "In the cookies"}} {
		one.add(place.title, o.parameters(place.in))
	}
	if o.RequestBody != nil && len(o.RequestBody.Content) > 0 {
		one.add("In the body ("+o.RequestBody.kinds()+")", fields("", o.RequestBody.Content[0].Value.Schema))
	}
	for _, r := range o.Responses {
		one.Answers = append(one.Answers, r.Value.show(r.Name))
	}
	if strings.HasPrefix(path, "/") && !strings.Contains(path, "{") && !o.answersBytes() {
		one.Curl = o.curl(method, server+path)
	}
	return one
}

// answersBytes reports that nobody wants to see the answer in a terminal.
func (o *operation) answersBytes() bool {
	for _, r := range o.Responses {
		if len(r.Value.Content) > 0 && r.Value.Content[0].Name == "application/octet-stream" {
			return true
		}
	}
	return false
}

func (s *shown) add(title string, list []field) {
	if len(list) > 0 {
		s.Tables = append(s.Tables, table{Title: title, Fields: list})
	}
}

func (o *operation) parameters(in string) (list []field) {
	for _, p := range o.Parameters {
		if p.In == in {
			f := p.Schema.field(p.Name, p.Required)
			f.About = prose(p.Description)
			list = append(list, f)
		}
	}
	return list
}

// kinds says in what forms a body may come.
func (b *body) kinds() string {
	var kinds []string
	for _, content := range b.Content {
		kinds = append(kinds, map[string]string{"application/json": "JSON", "application/x-www-form-urlencoded": "a form"}[content.Name])
	}
	return strings.Join(kinds, " or ")
}

func (r response) show(status string) answer {
	a := answer{Status: status, About: prose(r.Description)}
	for _, header := range r.Headers {
		if header.Name != "X-Request-Id" { // every answer has it, the introduction says so
			f := header.Value.Schema.field(header.Name, false)
			f.About = prose(header.Value.Description)
			a.Fields = append(a.Fields, f)
		}
	}
	for _, content := range r.Content {
		if strings.HasPrefix(status, "2") {
			a.Fields = append(a.Fields, fields("", content.Value.Schema)...)
		}
		for _, e := range content.Value.Examples {
			a.Examples = append(a.Examples, sample{Name: e.Name, Text: compact(&e.Value.Value)})
		}
	}
	return a
}

// fields lists the properties of an object, those inside its objects and lists by their path.
func fields(prefix string, s schema) (list []field) {
	for _, p := range s.Properties {
		f := p.Value.field(prefix+p.Name, slices.Contains(s.Required, p.Name))
		list = append(list, f)
		list = append(list, fields(prefix+p.Name+".", p.Value)...)
		if p.Value.Items != nil {
			list = append(list, fields(prefix+p.Name+"[].", *p.Value.Items)...)
		}
	}
	return list
}

var kindNames = map[string]string{"string": "text", "integer": "number", "boolean": "true or false", "object": "object", "array": "list", "number": "number", "null": "null"}

func (s schema) field(name string, must bool) field {
	f := field{Name: name, Must: must, About: prose(s.Description), Allowed: s.Enum, Kind: "text"}
	var kinds []string
	for _, kind := range s.Type {
		kinds = append(kinds, kindNames[kind])
	}
	if len(kinds) > 0 {
		f.Kind = strings.Join(slices.Compact(kinds), " or ")
	}
	if s.MaxLength > 0 {
		f.Kind += ", at most " + strconv.Itoa(s.MaxLength)
	}
	if s.Const.Value != "" {
		f.Allowed = []string{s.Const.Value}
	}
	if len(s.Examples) > 0 {
		f.Example = s.Examples[0].Value
	}
	return f
}

// curl is a command that works against a sandbox as it is after its start. It is empty when something that is
// needed has no example.
func (o *operation) curl(method, address string) string {
	var query []string
	headers := ""
	for _, p := range o.Parameters {
		switch {
		case p.Example.Value == "" && p.Required:
			return ""
		case p.Example.Value == "":
		case p.In == "query":
			query = append(query, p.Name+"="+p.Example.Value)
		case p.In == "header":
			headers += " -H " + quote(p.Name+": "+p.Example.Value)
		}
	}
	if len(query) > 0 {
		address += "?" + strings.Join(query, "&")
	}
	command := "curl -i " + quote(address) + headers
	switch {
	case method == "GET":
		return command
	case method == "OPTIONS":
		return command + " -X OPTIONS"
	case o.RequestBody == nil:
		return ""
	}
	for _, content := range o.RequestBody.Content {
		for _, e := range content.Value.Examples {
			return command + " -H " + quote("Content-Type: "+content.Name) + " \\\n  -d " + quote(compact(&e.Value.Value))
		}
	}
	return ""
}

// quote makes a text one word of a shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func compact(node *yaml.Node) string {
	if node.Kind == yaml.ScalarNode {
		return node.Value
	}
	var b bytes.Buffer
	write(&b, node)
	return b.String()
}
