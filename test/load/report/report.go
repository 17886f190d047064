// Package report says what was measured: as a table for the terminal, as Markdown, and as a plot.
package report

import "time"

// Report is everything that a run found out.
type Report struct {
	Head     []string // sentences about the machine and the run
	Lines    []Line
	Promises []Promise
}

// Line is one row of the table.
type Line struct {
	Work      string
	Value     float64 // the median of Runs
	Unit      string  // "/s", "ms" or "MB"
	Runs      []float64
	P50, P99  time.Duration // of a single piece of work; 0: does not apply
	Ceiling   float64       // what the machine can do, in Unit; 0: there is none
	CeilingOf string        // whose figure the ceiling is
	Note      string
}

// Share is the value as a part of the ceiling, or 0 without one.
func (l Line) Share() float64 {
	if l.Ceiling == 0 {
		return 0
	}
	return l.Value / l.Ceiling
}

// Promise is a figure that was promised beside the one that was measured.
type Promise struct {
	What    string
	Got     float64
	Unit    string
	Limit   float64
	AtMost  bool    // the limit is the highest good value; otherwise the lowest
	Ceiling float64 // of the machine, in Unit; 0: there is none
}

// Kept says whether the promise holds.
func (p Promise) Kept() bool {
	if p.AtMost {
		return p.Got <= p.Limit
	}
	return p.Got >= p.Limit
}

// Broken returns the promises that do not hold.
func (r Report) Broken() []Promise {
	var broken []Promise
	for _, p := range r.Promises {
		if !p.Kept() {
			broken = append(broken, p)
		}
	}
	return broken
}
