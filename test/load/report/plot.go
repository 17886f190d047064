package report

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// The measures of the plot, in pixels. Every promise is a row with a scale of its own: rates,
// latencies and sizes have none in common.
const (
	rowHeight  = 44
	labelWidth = 340
	barWidth   = 420
	textWidth  = 250
	barHeight  = 18
)

// Plot writes a drawing of the promises as SVG: a bar for what was measured, a pale one behind it for
// the machine's ceiling, and a line at the limit.
func (r Report) Plot(w io.Writer) error {
	width, height := labelWidth+barWidth+textWidth, rowHeight*(len(r.Promises)+2)
	var svg strings.Builder
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="13">`+"\n", width, height)
	fmt.Fprintf(&svg, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", width, height)
	for i, p := range r.Promises {
		p.draw(&svg, rowHeight*i+rowHeight/2)
	}
	legend(&svg, rowHeight*len(r.Promises)+rowHeight)
	svg.WriteString("</svg>\n")
	_, err := io.WriteString(w, svg.String())
	return err
}

func (p Promise) draw(svg *strings.Builder, top int) {
	scale := barWidth / (1.05 * max(p.Got, p.Limit, p.Ceiling, 1e-9))
	colour, verdict := "#2e7d32", "kept"
	if !p.Kept() {
		colour, verdict = "#c62828", "not kept"
	}
	words(svg, 10, top+14, "#222222", p.What)
	if p.Ceiling > 0 {
		bar(svg, top-4, barHeight+8, p.Ceiling*scale, "#e3e8ee")
	}
	bar(svg, top, barHeight, p.Got*scale, colour)
	at := labelWidth + p.Limit*scale
	fmt.Fprintf(svg, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#222222" stroke-width="2" stroke-dasharray="4 2"/>`+"\n", at, at, top-8, top+barHeight+8)
	words(svg, labelWidth+barWidth+10, top+14, colour, figure(p.Got, p.Unit)+", limit "+figure(p.Limit, p.Unit)+": "+verdict)
}

func legend(svg *strings.Builder, top int) {
	words(svg, 10, top, "#666666", "bar: measured, green when the promise is kept; pale: the machine's ceiling in the same run; dashed line: the promised limit")
}

func bar(svg *strings.Builder, top, height int, length float64, colour string) {
	fmt.Fprintf(svg, `<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n", labelWidth, top, length, height, colour)
}

func words(svg *strings.Builder, x, y int, colour, text string) {
	fmt.Fprintf(svg, `<text x="%d" y="%d" fill="%s">%s</text>`+"\n", x, y, colour, html.EscapeString(text))
}
