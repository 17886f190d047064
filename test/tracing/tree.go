package tracing

import (
	"fmt"
	"slices"
	"strings"

	common "go.opentelemetry.io/proto/otlp/common/v1"
)

// Tree draws one trace: a line a span, children indented below their parent in the order of time,
// with the start relative to the first span and the duration.
func Tree(spans []Span, trace string) string {
	var own []Span
	for _, s := range spans {
		if s.Trace == trace {
			own = append(own, s)
		}
	}
	slices.SortStableFunc(own, func(a, b Span) int { return a.Start.Compare(b.Start) })
	known := map[string]bool{}
	for _, s := range own {
		known[s.ID] = true
	}
	var out strings.Builder
	fmt.Fprintf(&out, "trace %s\n", trace)
	for _, s := range own {
		if !known[s.Parent] {
			branch(&out, own, s, 1)
		}
	}
	return out.String()
}

func branch(out *strings.Builder, own []Span, s Span, depth int) {
	mark := ""
	if s.Failed {
		mark = "  FAILED"
	}
	label := strings.Repeat("  ", depth) + s.Name
	fmt.Fprintf(out, "%-64s %-8s +%9.1f ms %8.1f ms%s\n", label, s.Kind, float64(s.Start.Sub(own[0].Start).Microseconds())/1000, float64(s.Duration.Microseconds())/1000, mark)
	for _, child := range own {
		if child.Parent == s.ID {
			branch(out, own, child, depth+1)
		}
	}
}

// Forest draws every trace.
func Forest(spans []Span) string {
	var out strings.Builder
	seen := map[string]bool{}
	for _, s := range spans {
		if !seen[s.Trace] {
			seen[s.Trace] = true
			out.WriteString(Tree(spans, s.Trace))
		}
	}
	return out.String()
}

func text(v *common.AnyValue) string {
	switch v.GetValue().(type) {
	case *common.AnyValue_StringValue:
		return v.GetStringValue()
	case *common.AnyValue_IntValue:
		return fmt.Sprint(v.GetIntValue())
	case *common.AnyValue_BoolValue:
		return fmt.Sprint(v.GetBoolValue())
	case *common.AnyValue_DoubleValue:
		return fmt.Sprint(v.GetDoubleValue())
	}
	return v.String()
}
