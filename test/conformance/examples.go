package conformance

import (
	"slices"
	"strings"
)

// Examples holds every example of the description against the schema beside it. It returns how many there
// are, and what does not fit.
func (c *Contract) Examples() (count int, problems []string) {
	c.walk(nil, c.root, func(where []string, node map[string]any) {
		if node["schema"] == nil && where[len(where)-1] != "schema" {
			return
		}
		at := append(slices.Clone(where), "schema")
		for name := range object(node["examples"]) {
			one, _ := c.at(append(where, "examples", name)...)
			count++
			problems = append(problems, named(where, c.judgeValue(one["value"], at))...)
		}
		if value, given := node["example"]; given {
			count++
			problems = append(problems, named(where, c.judgeValue(value, at))...)
		}
	})
	c.walk(nil, c.root, func(where []string, node map[string]any) {
		list, _ := node["examples"].([]any)
		for _, value := range list {
			count++
			problems = append(problems, named(where, c.judgeValue(value, where))...)
		}
	})
	return count, problems
}

func (c *Contract) walk(where []string, node any, visit func([]string, map[string]any)) {
	o := object(node)
	if o == nil {
		return
	}
	if len(where) > 0 {
		visit(where, o)
	}
	for name, value := range o {
		if name != "examples" && name != "example" {
			c.walk(append(slices.Clone(where), name), value, visit)
		}
	}
}

func named(where, problems []string) []string {
	for i := range problems {
		problems[i] = strings.Join(where, " > ") + ": " + problems[i]
	}
	return problems
}
