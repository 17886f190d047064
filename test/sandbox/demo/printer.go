package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"paybridge/test/sandbox/control"
	"paybridge/test/sandbox/flow"
	"paybridge/test/sandbox/tour"
)

// printer writes the transcript, in colours when somebody looks.
type printer struct {
	out     io.Writer
	colours bool
}

func newPrinter(out io.Writer) *printer { return &printer{out: out, colours: seen(out)} }

// seen says whether the output is a terminal whose owner has nothing against colours (https://no-color.org).
func seen(out io.Writer) bool {
	file, isFile := out.(*os.File)
	if !isFile || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// The colours by what they mean.
const (
	bold  = "1"
	faint = "2"
	good  = "32"
	bad   = "31"
	warn  = "35"
	title = "1;36"
)

func (p *printer) paint(colour, text string) string {
	if !p.colours {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

func (p *printer) line(format string, values ...any) {
	_, _ = fmt.Fprintf(p.out, format+"\n", values...)
}

func (p *printer) opening(there *place) {
	which := "the sandbox that is running"
	if there.own != nil {
		which = "a sandbox of its own"
	}
	p.line("%s against %s: mall %s, company %s", p.paint(bold, "paybridge demo"), which, there.mall, there.company)
}

// leftover warns of a fault that somebody else has put in force.
func (p *printer) leftover(side, address string, fault control.Fault) {
	p.line("  %s %s at the %s (stories may not end as promised); curl -X DELETE %s/_sandbox/faults mends it", p.paint(warn, "broken before the demo began:"), fault, side, address)
}

func (p *printer) heading(one flow.Flow) {
	p.line("\n%s %s", p.paint(title, "▶ "+one.Title), p.paint(faint, "("+one.Name+")"))
	p.line("  %s", p.paint(faint, one.Text))
}

func (p *printer) sentence(text string) { p.line("  %s", p.paint(bold, text)) }

func (p *printer) step(step tour.Step) {
	colour := good
	if step.Tone == "bad" {
		colour = bad
	}
	line := fmt.Sprintf("    %s %9s → %-9s  %-34s %s", p.paint(faint, fmt.Sprintf("%7.3f s", step.Since.Seconds())),
		tour.Name(step.From), tour.Name(step.To), step.Title, p.paint(colour, step.Outcome))
	if step.Broken {
		line += " " + p.paint(warn, "[broken on purpose]")
	}
	if step.Signature != nil {
		if step.Signature.Valid() {
			line += " " + p.paint(good, "✓ "+step.Signature.Field)
		} else {
			line += " " + p.paint(bad, "✕ "+step.Signature.Field)
		}
	}
	p.line("%s", line)
}

func (p *printer) ending(how outcome) {
	if how.err != nil {
		p.line("  %s %s", p.paint(bad, "✕ not as promised:"), how.err)
		return
	}
	p.line("  %s %s", p.paint(good, "✓ as promised"), p.paint(faint, rounded(how.took)))
}

func (p *printer) summary(outcomes []outcome, now totals) {
	p.line("\n%s", p.paint(bold, "Summary"))
	failed, took := 0, time.Duration(0)
	for _, how := range outcomes {
		mark := p.paint(good, "✓")
		if how.err != nil {
			mark = p.paint(bad, "✕")
			failed++
		}
		took += how.took
		p.line("  %s %-16s %-46s %9s", mark, how.flow.Name, how.flow.Title, rounded(how.took))
	}
	if now.known {
		p.line("  paid      %s PHP in %d payments", now.paid.FloatString(2), now.orders)
		p.line("  refunded  %s PHP of %d payments", now.refunded.FloatString(2), now.refunds)
		p.line("  told      %d notices to the mall, %d with the right signature, %d accepted", now.told.Received, now.told.Valid, now.told.Accepted)
	}
	verdict := p.paint(good, "everything ended as promised")
	if failed > 0 {
		verdict = p.paint(bad, fmt.Sprintf("%d of %d did not end as promised", failed, len(outcomes)))
	}
	p.line("  %s, in %s", verdict, rounded(took))
}

func rounded(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
