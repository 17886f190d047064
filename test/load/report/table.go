package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Terminal writes the report as text with aligned columns.
func (r Report) Terminal(w io.Writer) error {
	text := strings.Join(r.Head, "\n") + "\n\n" + aligned(r.measured()) + "\n" + aligned(r.promised())
	_, err := io.WriteString(w, text)
	return err
}

// Markdown writes the report as Markdown with a plot that lies beside it.
func (r Report) Markdown(w io.Writer, plot string) error {
	text := "# Figures\n\n- " + strings.Join(r.Head, "\n- ") + "\n\n" + piped(r.measured()) +
		"\n## Promises\n\n" + piped(r.promised()) + "\n![Promises and what was measured](" + plot + ")\n"
	_, err := io.WriteString(w, text)
	return err
}

// measured is the table of the lines, header first.
func (r Report) measured() [][]string {
	rows := [][]string{{"work", "result", "runs", "p50", "p99", "ceiling", "share", "note"}}
	for _, l := range r.Lines {
		ceiling, share := "", ""
		if l.Ceiling > 0 {
			ceiling, share = figure(l.Ceiling, l.Unit)+" "+l.CeilingOf, fmt.Sprintf("%.0f %%", 100*l.Share())
		}
		rows = append(rows, []string{
			l.Work, figure(l.Value, l.Unit), runs(l.Runs), duration(l.P50), duration(l.P99), ceiling, share, l.Note,
		})
	}
	return rows
}

func (r Report) promised() [][]string {
	rows := [][]string{{"promise", "limit", "measured", "kept"}}
	for _, p := range r.Promises {
		sign, kept := ">=", "NO"
		if p.AtMost {
			sign = "<="
		}
		if p.Kept() {
			kept = "yes"
		}
		rows = append(rows, []string{p.What, sign + " " + figure(p.Limit, p.Unit), figure(p.Got, p.Unit), kept})
	}
	return rows
}

func runs(values []float64) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = rounded(v)
	}
	return strings.Join(texts, " ")
}

func figure(value float64, unit string) string {
	if strings.HasPrefix(unit, "/") {
		return rounded(value) + unit
	}
	return strings.TrimSpace(rounded(value) + " " + unit)
}

// rounded keeps three digits or so: no more are certain.
func rounded(value float64) string {
	switch {
	case value == 0 || value >= 100:
		return strconv.FormatFloat(value, 'f', 0, 64)
	case value >= 10:
		return strconv.FormatFloat(value, 'f', 1, 64)
	}
	return strconv.FormatFloat(value, 'f', 2, 64)
}

func duration(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return rounded(Milliseconds(d)) + " ms"
}

// Milliseconds is a duration as a figure with the unit "ms".
func Milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func aligned(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var text strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			fmt.Fprintf(&line, "%-*s  ", widths[i], cell)
		}
		text.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return text.String()
}

func piped(rows [][]string) string {
	var text strings.Builder
	for i, row := range rows {
		text.WriteString("| " + strings.Join(row, " | ") + " |\n")
		if i == 0 {
			text.WriteString(strings.Repeat("|---", len(row)) + "|\n")
		}
	}
	return text.String()
}
