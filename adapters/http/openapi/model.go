package openapi

import (
	"go.yaml.in/yaml/v3"
)

// entries is a mapping in the order of its file.
type entries[T any] []entry[T]

type entry[T any] struct {
	Name  string
	Value T
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (e *entries[T]) UnmarshalYAML(node *yaml.Node) error {
	for i := 0; i+1 < len(node.Content); i += 2 {
		one := entry[T]{Name: node.Content[i].Value}
		if err := node.Content[i+1].Decode(&one.Value); err != nil {
			return err
		}
		*e = append(*e, one)
	}
	return nil
}

// description is the part of the document that the page shows, without references.
type description struct {
	Info struct {
		Title, Summary, Description string
	}
	Tags     []tag
	Paths    entries[yaml.Node] // operations by method, beside servers
	Webhooks entries[yaml.Node]

	Components struct {
		Schemes map[string]scheme `yaml:"securitySchemes"`
	}
}

// scheme is something that proves who calls.
type scheme struct{ Name, In string }

type tag struct{ Name, Description string }

type operation struct {
	ID          string `yaml:"operationId"`
	Tags        []string
	Summary     string
	Description string
	Parameters  []parameter
	RequestBody *body               `yaml:"requestBody"`
	Security    []entries[[]string] // what a caller needs: all of one entry
	Responses   entries[response]
}

type parameter struct {
	Name, In, Description string
	Required              bool
	Schema                schema
	Example               yaml.Node
}

type body struct{ Content entries[media] }

type response struct {
	Description string
	Headers     entries[parameter]
	Content     entries[media]
}

type media struct {
	Schema   schema
	Examples entries[example]
}

type example struct {
	Summary string
	Value   yaml.Node
}

type schema struct {
	Description string
	Type        oneOrMore
	Const       yaml.Node
	Enum        []string
	Properties  entries[schema]
	Required    []string
	Items       *schema
	MaxLength   int `yaml:"maxLength"`
	Format      string
	Examples    []yaml.Node
}

// oneOrMore is what OpenAPI writes as a text or as a list of texts.
type oneOrMore []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (o *oneOrMore) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*o = oneOrMore{node.Value}
		return nil
	}
	var all []string
	err := node.Decode(&all)
	*o = all
	return err
}

// methods are the operations that a path can have, in the order in which they are shown.
var methods = []string{"get", "post", "put", "delete", "patch", "options"}

// operationOf returns the operation of a path under a method, or nil.
func operationOf(path *yaml.Node, method string) (*operation, error) {
	node := child(path, method)
	if node == nil {
		return nil, nil //nolint:nilnil // most paths have one method
	}
	var o operation
	err := node.Decode(&o)
	return &o, err
}
