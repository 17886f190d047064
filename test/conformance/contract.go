package conformance

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"paybridge/adapters/http/openapi"
)

// Contract is the description in a form that exchanges can be held against.
type Contract struct {
	root  map[string]any
	paths []path

	mu       sync.Mutex
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema // by pointer
}

// path is one address of the description.
type path struct {
	name    string
	pattern *regexp.Regexp
	methods []string // upper case
}

// place is where the description is kept for the compiler of schemas.
const place = "openapi.json"

// Load reads the description that the service serves. It is read once.
var Load = sync.OnceValues(func() (*Contract, error) {
	described, err := openapi.Read()
	if err != nil {
		return nil, err
	}
	return New(described.JSON("/"))
})

// New takes an OpenAPI 3.1 document.
func New(document []byte) (*Contract, error) {
	read, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		return nil, fmt.Errorf("conformance: %w", err)
	}
	root, ok := read.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("conformance: the description is no object")
	}
	closeObjects(root)
	c := &Contract{root: root, compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}}
	c.compiler.DefaultDraft(jsonschema.Draft2020)
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource(place, root); err != nil {
		return nil, fmt.Errorf("conformance: %w", err)
	}
	for name, item := range object(root["paths"]) {
		c.paths = append(c.paths, newPath(name, object(item)))
	}
	return c, nil
}

func newPath(name string, item map[string]any) path {
	p := path{name: name}
	var pattern strings.Builder
	for i, part := range parameterName.Split(name, -1) {
		if i > 0 {
			pattern.WriteString("[^/]+")
		}
		pattern.WriteString(regexp.QuoteMeta(part))
	}
	p.pattern = regexp.MustCompile("^" + pattern.String() + "$")
	for method := range item {
		if slices.Contains(methods, method) {
			p.methods = append(p.methods, strings.ToUpper(method))
		}
	}
	return p
}

var (
	parameterName = regexp.MustCompile(`\{[^}]+\}`)
	methods       = []string{"get", "post", "put", "delete", "patch", "head", "options"}
)

// Operations lists what is described, as "METHOD /path" with parameters as {name}.
func (c *Contract) Operations() []string {
	var all []string
	for _, p := range c.paths {
		for _, method := range p.methods {
			all = append(all, method+" "+p.name)
		}
	}
	slices.Sort(all)
	return all
}

// closeObjects makes an undescribed field an error, wherever the description does not say otherwise.
func closeObjects(node any) {
	switch n := node.(type) {
	case map[string]any:
		if _, named := n["properties"].(map[string]any); named {
			if _, said := n["additionalProperties"]; !said {
				n["additionalProperties"] = false
			}
		}
		for _, value := range n {
			closeObjects(value)
		}
	case []any:
		for _, value := range n {
			closeObjects(value)
		}
	}
}

// at follows a pointer of unescaped steps, and references on the way; it returns where that led.
func (c *Contract) at(steps ...string) (map[string]any, []string) {
	node, where := c.root, []string{}
	for _, step := range steps {
		node, where = object(node[step]), append(slices.Clone(where), step)
		for node["$ref"] != nil {
			where = strings.Split(strings.TrimPrefix(node["$ref"].(string), "#/"), "/")
			node = c.root
			for _, to := range where {
				node = object(node[to])
			}
		}
	}
	return node, where
}

// schema compiles what a pointer leads to.
func (c *Contract) schema(where []string) (*jsonschema.Schema, error) {
	pointer := "#"
	for _, step := range where {
		pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(step)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.schemas[pointer]; known != nil {
		return known, nil
	}
	s, err := c.compiler.Compile(place + escape(pointer))
	if err != nil {
		return nil, fmt.Errorf("conformance: %s: %w", pointer, err)
	}
	c.schemas[pointer] = s
	return s, nil
}

// escape makes a pointer a fragment of a URL.
func escape(pointer string) string {
	return strings.NewReplacer("{", "%7B", "}", "%7D").Replace(pointer)
}

func object(node any) map[string]any {
	o, _ := node.(map[string]any)
	return o
}

// find returns the described path of a request, and whether its method is described.
func (c *Contract) find(method, address string) (*path, bool) {
	var best *path
	for i, p := range c.paths {
		if p.pattern.MatchString(address) && (best == nil || !strings.Contains(p.name, "{")) {
			best = &c.paths[i]
		}
	}
	if best == nil {
		return nil, false
	}
	return best, slices.Contains(best.methods, method) || (method == http.MethodHead && slices.Contains(best.methods, http.MethodGet))
}
