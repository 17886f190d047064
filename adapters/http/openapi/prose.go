package openapi

import (
	"html"
	"html/template"
	"regexp"
	"strings"
)

var (
	codeWords = regexp.MustCompile("`([^`]+)`")
	bold      = regexp.MustCompile(`\*\*([^*]+)\*\*`)
)

// prose makes HTML of a description. Of Markdown it knows what the descriptions use: paragraphs, tables,
// `code` and **bold**.
func prose(text string) template.HTML {
	var b strings.Builder
	for part := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		switch {
		case part == "":
		case strings.HasPrefix(part, "|"):
			b.WriteString(tabular(part))
		default:
			b.WriteString("<p>" + marked(part) + "</p>\n")
		}
	}
	return template.HTML(b.String()) //nolint:gosec // our own file, escaped
}

// tabular makes a table of lines of cells between bars, whose second line only divides.
func tabular(part string) string {
	var b strings.Builder
	b.WriteString("<table>\n")
	for i, line := range strings.Split(part, "\n") {
		if i == 1 {
			continue
		}
		cell := map[bool]string{true: `th scope="col"`, false: "td"}[i == 0]
		b.WriteString("<tr>")
		for text := range strings.SplitSeq(strings.Trim(strings.TrimSpace(line), "|"), "|") {
			b.WriteString("<" + cell + ">" + marked(strings.TrimSpace(text)) + "</" + cell[:2] + ">")
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</table>\n")
	return b.String()
}

func marked(text string) string {
	safe := codeWords.ReplaceAllString(html.EscapeString(text), "<code>$1</code>")
	return bold.ReplaceAllString(safe, "<strong>$1</strong>")
}
