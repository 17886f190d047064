package report_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"paybridge/test/load/report"
)

func sampled() report.Report {
	return report.Report{
		Head: []string{"2 cores"},
		Lines: []report.Line{
			{
				Work: "checkout", Value: 1234.4, Unit: "/s", Runs: []float64{1300.2, 1234.4, 1100}, P50: 12345 * time.Microsecond, P99: 40 * time.Millisecond,
				Ceiling: 2468.8, CeilingOf: "pgbench", Note: "16 connections",
			},
			{Work: "memory", Value: 61.23, Unit: "MB"},
		},
		Promises: []report.Promise{
			{What: "checkouts a second", Got: 1234, Unit: "/s", Limit: 1000, Ceiling: 2468},
			{What: "own share, p99 <tag> & more", Got: 16, Unit: "ms", Limit: 15, AtMost: true},
		},
	}
}

func TestAPromiseIsKeptUpToItsLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		promise report.Promise
		kept    bool
	}{
		{report.Promise{Got: 1000, Limit: 1000}, true},
		{report.Promise{Got: 999.9, Limit: 1000}, false},
		{report.Promise{Got: 5, Limit: 5, AtMost: true}, true},
		{report.Promise{Got: 5.1, Limit: 5, AtMost: true}, false},
	} {
		if c.promise.Kept() != c.kept {
			t.Errorf("%+v: kept is %t", c.promise, !c.kept)
		}
	}
	broken := sampled().Broken()
	if len(broken) != 1 || broken[0].Limit != 15 {
		t.Errorf("broken: %v", broken)
	}
}

func TestTheTableShowsResultCeilingShareAndVerdict(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	if err := sampled().Terminal(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1234/s", "1300 1234 1100", "12.3 ms", "40.0 ms", "2469/s pgbench", "50 %", "61.2 MB", ">= 1000/s", "<= 15.0 ms"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
	lines := strings.Split(strings.TrimSpace(text.String()), "\n")
	if last := lines[len(lines)-1]; !strings.HasSuffix(last, "NO") {
		t.Errorf("the broken promise reads %q", last)
	}
}

func TestTheMarkdownHasWholeTablesAndThePlot(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	if err := sampled().Markdown(&text, "figures.svg"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "](figures.svg)") {
		t.Error("the plot is not shown")
	}
	for line := range strings.Lines(text.String()) {
		if n := strings.Count(line, "|"); n != 0 && n != 9 && n != 5 {
			t.Errorf("a row with %d columns: %s", n-1, line)
		}
	}
}

func TestThePlotIsWellFormedAndMarksWhatIsNotKept(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	if err := sampled().Plot(&text); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for decoder := xml.NewDecoder(strings.NewReader(text.String())); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if element, is := token.(xml.StartElement); is {
			counts[element.Name.Local]++
		}
	}
	if counts["line"] != 2 || counts["rect"] != 4 { // the paper, two bars and a ceiling
		t.Errorf("the plot has %v", counts)
	}
	if !strings.Contains(text.String(), "kept") || !strings.Contains(text.String(), "not kept") {
		t.Error("the verdicts are missing")
	}
}
