package ports

import "context"

// Trace lets the steps of one payment read as one story, although they come in by different doors
// hours apart.
type Trace interface {
	// Current returns the W3C traceparent of the span in ctx, or "".
	Current(ctx context.Context) string
	// Join opens a span inside the trace that traceparent names, linked to the span in ctx. When that is
	// the trace of ctx already, or no trace at all, the span is a child of the one in ctx. The returned
	// function ends it.
	Join(ctx context.Context, traceparent, name string) (context.Context, func(error))
}
