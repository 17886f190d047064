// Package openapi describes the service's HTTP interface, for machines (OpenAPI 3.1) and for people.
//
// The description is written by hand in document.yaml and in one file a door below doors/; nothing else knows
// it. Read joins the files, Document.JSON writes them as one document, Document.Page shows the same one as a
// page. Tests hold it against the table of routes and against every answer that they see.
package openapi

import (
	"embed"
	"fmt"
	"io/fs"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed document.yaml doors docs.html docs.css
var files embed.FS

// Document is the whole description.
type Document struct{ root *yaml.Node }

// Read returns the description that is built into the program. It is put together once; an error is a
// defect of its files.
var Read = sync.OnceValues(func() (*Document, error) { return read(files) })

func read(from fs.FS) (*Document, error) {
	doors, err := fs.Glob(from, "doors/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	var root *yaml.Node
	for _, name := range append([]string{"document.yaml"}, doors...) {
		part, err := parse(from, name)
		if err == nil && root != nil {
			err = join(root, part, 0)
		}
		if err != nil {
			return nil, fmt.Errorf("openapi: %s: %w", name, err)
		}
		if root == nil {
			root = part
		}
	}
	return &Document{root: root}, nil
}

func parse(from fs.FS, name string) (*yaml.Node, error) {
	text, err := fs.ReadFile(from, name)
	if err != nil {
		return nil, err
	}
	var file yaml.Node
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	if len(file.Content) != 1 || file.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("must hold one mapping")
	}
	return expand(file.Content[0]), nil
}

// sections is how deep files are joined: paths and webhooks by name, components by kind and name.
const sections = 2

// join adds the entries of a door to the whole. Sections grow; a name that is there already is an error,
// because one of the two would be lost.
func join(whole, part *yaml.Node, depth int) error {
	for i := 0; i+1 < len(part.Content); i += 2 {
		name, value := part.Content[i], part.Content[i+1]
		known := child(whole, name.Value)
		switch {
		case known == nil:
			whole.Content = append(whole.Content, name, value)
		case depth < sections && known.Kind == yaml.MappingNode && value.Kind == yaml.MappingNode && name.Value[0] != '/':
			if err := join(known, value, depth+1); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s is described already", name.Value)
		}
	}
	return nil
}

// child returns the value of a mapping's entry, or nil.
func child(mapping *yaml.Node, name string) *yaml.Node {
	if mapping == nil || mapping.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			return mapping.Content[i+1]
		}
	}
	return nil
}
