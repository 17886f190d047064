package openapi

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

const mergeTag = "!!merge"

// expand returns a copy without anchors, aliases and merge keys, which are only a way of writing.
func expand(node *yaml.Node) *yaml.Node {
	switch node.Kind {
	case yaml.AliasNode:
		return expand(node.Alias)
	case yaml.MappingNode:
		return expandMapping(node)
	case yaml.DocumentNode, yaml.SequenceNode, yaml.ScalarNode:
	}
	whole := *node
	whole.Anchor, whole.Content = "", make([]*yaml.Node, len(node.Content))
	for i, item := range node.Content {
		whole.Content[i] = expand(item)
	}
	return &whole
}

// expandMapping lets an entry of the mapping itself win over a merged one, in the place of the latter.
func expandMapping(node *yaml.Node) *yaml.Node {
	whole := *node
	whole.Anchor, whole.Content = "", nil
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], expand(node.Content[i+1])
		if name.ShortTag() == mergeTag {
			for j := 0; j+1 < len(value.Content); j += 2 {
				set(&whole, value.Content[j], value.Content[j+1])
			}
			continue
		}
		set(&whole, name, value)
	}
	return &whole
}

func set(mapping, name, value *yaml.Node) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name.Value {
			mapping.Content[i+1] = value
			return
		}
	}
	mapping.Content = append(mapping.Content, name, value)
}

// resolve returns a copy in which every reference is replaced by what it refers to. What stands beside a
// reference wins over that, as in JSON Schema a second opinion about the same thing. No schema of ours
// contains itself.
func (d *Document) resolve(node *yaml.Node) *yaml.Node {
	whole := *node
	whole.Content = make([]*yaml.Node, len(node.Content))
	for i, item := range node.Content {
		whole.Content[i] = d.resolve(item)
	}
	target := child(node, "$ref")
	if target == nil {
		return &whole
	}
	found := d.root
	for step := range strings.SplitSeq(strings.TrimPrefix(target.Value, "#/"), "/") {
		found = child(found, step)
	}
	if found == nil {
		return &whole
	}
	merged := d.resolve(found)
	for i := 0; i+1 < len(whole.Content); i += 2 {
		if whole.Content[i].Value != "$ref" {
			set(merged, whole.Content[i], whole.Content[i+1])
		}
	}
	return merged
}
