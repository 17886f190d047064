package cli

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// print writes text for people.
func (s *session) print(text string) error {
	_, err := io.WriteString(s.Out, text)
	return err
}

// printJSON writes a value for scripts. Addresses stay readable: nobody puts this into HTML.
func (s *session) printJSON(value any) error {
	encoder := json.NewEncoder(s.Out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// list prints rows as JSON, as a table, or says in words that there are none.
func list[Row any](s *session, f format, rows []Row, none string, header []string, cells func(Row) []string) error {
	switch {
	case f.JSON && rows == nil:
		return s.printJSON([]Row{})
	case f.JSON:
		return s.printJSON(rows)
	case len(rows) == 0:
		return s.print(none + "\n")
	}
	lines := [][]string{header}
	for _, row := range rows {
		lines = append(lines, cells(row))
	}
	return s.table(lines)
}

// hint tells people, not scripts, that a list may go on.
func (s *session) hint(full bool, text string) error {
	if !full {
		return nil
	}
	_, err := io.WriteString(s.Err, text+"\n")
	return err
}

// table prints lines of cells in aligned columns.
func (s *session) table(lines [][]string) error {
	var text strings.Builder
	for _, cells := range lines {
		for i, cell := range cells {
			if i > 0 {
				text.WriteByte('\t')
			}
			text.WriteString(printable(cell))
		}
		text.WriteByte('\n')
	}
	w := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	if _, err := io.WriteString(w, text.String()); err != nil {
		return err
	}
	return w.Flush()
}

// printable keeps what malls and companies wrote from moving the cursor or coloring the terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}

// moment is a time for people: UTC, RFC 3339, or "-" when it never was.
func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}

// dash stands for an empty cell, so that columns stay readable.
func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// plural counts things in words.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
