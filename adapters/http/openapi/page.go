package openapi

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// titles names the groups by who calls.
var titles = map[string]string{
	"mall": "The mall calls", "company": "The payment company calls", "buyer": "The buyer's browser calls",
	"merchant": "The merchant's browser calls", "page": "A mall's page calls", "notices": "paybridge calls the mall", "operator": "The operator calls",
}

// group is what one kind of caller may do.
type group struct {
	Name, Title string
	About       template.HTML
	Operations  []shown
}

// shown is an operation as the page shows it.
type shown struct {
	ID, Method, Path, Summary string
	About                     template.HTML
	Needs                     []scheme
	Tables                    []table
	Curl                      string
	Answers                   []answer
}

// table lists fields, of a query, a body or an answer.
type table struct {
	Title  string
	Fields []field
}

type field struct {
	Name    string
	Kind    string // text, number, ...
	Must    bool
	About   template.HTML
	Allowed []string
	Example string
}

type answer struct {
	Status   string
	About    template.HTML
	Fields   []field
	Examples []sample
}

type sample struct{ Name, Text string }

// Page writes the description as one HTML page that needs no script and nothing from elsewhere. The server
// is the public address of this installation, for the examples. It returns the digest (SHA-256, base64) of
// the page's style, which a content security policy can allow.
func (d *Document) Page(w io.Writer, server string) (string, error) {
	var told description
	if err := d.resolve(d.root).Decode(&told); err != nil {
		return "", fmt.Errorf("openapi: %w", err)
	}
	groups, err := told.groups(server)
	if err != nil {
		return "", fmt.Errorf("openapi: %w", err)
	}
	page, err := template.ParseFS(files, "docs.html")
	if err != nil {
		return "", fmt.Errorf("openapi: %w", err)
	}
	style, err := files.ReadFile("docs.css")
	if err != nil {
		return "", fmt.Errorf("openapi: %w", err)
	}
	digest := sha256.Sum256(style)
	return base64.StdEncoding.EncodeToString(digest[:]), page.Execute(w, struct {
		Title, Summary string
		About          template.HTML
		Groups         []group
		Style          template.CSS
	}{told.Info.Title, told.Info.Summary, prose(told.Info.Description), groups, template.CSS(style)}) //nolint:gosec // our own file, embedded
}

func (told description) groups(server string) ([]group, error) {
	var all []group
	for _, t := range told.Tags {
		all = append(all, group{Name: t.Name, Title: titles[t.Name], About: prose(t.Description)})
	}
	put := func(name string, one shown) {
		for i := range all {
			if all[i].Name == name {
				all[i].Operations = append(all[i].Operations, one)
			}
		}
	}
	for _, path := range slices.Concat(told.Paths, told.Webhooks) {
		for _, method := range methods {
			o, err := operationOf(&path.Value, method)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path.Name, err)
			}
			if o != nil && len(o.Tags) > 0 {
				one := o.show(strings.ToUpper(method), path.Name, serverOf(&path.Value, server))
				for _, needed := range slices.Concat(o.Security...) {
					one.Needs = append(one.Needs, told.Components.Schemes[needed.Name])
				}
				put(o.Tags[0], one)
			}
		}
	}
	return all, nil
}

// serverOf is where a path is served, when it is not where the others are.
func serverOf(path *yaml.Node, usual string) string {
	if servers := child(path, "servers"); servers != nil && len(servers.Content) > 0 {
		return child(servers.Content[0], "url").Value
	}
	return usual
}
