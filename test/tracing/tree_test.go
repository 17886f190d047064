package tracing_test

import (
	"strings"
	"testing"
	"time"

	"paybridge/test/tracing"
)

func TestATreeShowsChildrenBelowTheirParentInTheOrderOfTime(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	spans := []tracing.Span{
		{Trace: "t", ID: "3", Parent: "1", Name: "second", Start: start.Add(2 * time.Millisecond)},
		{Trace: "t", ID: "2", Parent: "1", Name: "first", Start: start.Add(time.Millisecond), Failed: true},
		{Trace: "t", ID: "1", Name: "root", Start: start, Duration: 5 * time.Millisecond},
		{Trace: "other", ID: "9", Name: "elsewhere", Start: start},
	}
	var names []string
	for _, line := range strings.Split(strings.TrimSpace(tracing.Tree(spans, "t")), "\n")[1:] {
		names = append(names, strings.TrimSpace(line[:64]))
	}
	if got := strings.Join(names, ","); got != "root,first,second" {
		t.Fatalf("got %s", got)
	}
	if !strings.Contains(tracing.Tree(spans, "t"), "FAILED") {
		t.Error("a failed span is not marked")
	}
	if !strings.Contains(tracing.Forest(spans), "elsewhere") {
		t.Error("the other trace is missing")
	}
}
