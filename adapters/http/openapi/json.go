package openapi

import (
	"bytes"
	"encoding/json"

	"go.yaml.in/yaml/v3"
)

// JSON is the document in the order of its files. The server is the public address of this installation.
func (d *Document) JSON(server string) []byte {
	root := *d.root
	root.Content = append([]*yaml.Node(nil), d.root.Content...)
	set(&root, scalar("servers"), &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{
		{Kind: yaml.MappingNode, Content: []*yaml.Node{scalar("url"), scalar(server)}},
	}})
	var b bytes.Buffer
	write(&b, &root)
	return b.Bytes()
}

func scalar(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
}

// write keeps the order of entries, which encoding/json would lose in a map.
func write(b *bytes.Buffer, node *yaml.Node) {
	switch node.Kind {
	case yaml.MappingNode:
		b.WriteByte('{')
		for i := 0; i+1 < len(node.Content); i += 2 {
			b.WriteString(comma(i))
			writeText(b, node.Content[i].Value)
			b.WriteByte(':')
			write(b, node.Content[i+1])
		}
		b.WriteByte('}')
	case yaml.SequenceNode:
		b.WriteByte('[')
		for i, item := range node.Content {
			b.WriteString(comma(i))
			write(b, item)
		}
		b.WriteByte(']')
	case yaml.DocumentNode, yaml.ScalarNode, yaml.AliasNode:
		writeScalar(b, node)
	}
}

func writeScalar(b *bytes.Buffer, node *yaml.Node) {
	switch node.ShortTag() {
	case "!!null":
		b.WriteString("null")
	case "!!bool", "!!int", "!!float":
		b.WriteString(node.Value)
	default:
		writeText(b, node.Value)
	}
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

func writeText(b *bytes.Buffer, text string) {
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text can always be written
	b.Truncate(b.Len() - 1)  // the line feed behind it
}
