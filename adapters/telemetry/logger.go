package telemetry

import (
	"context"
	"io"
	"log/slog"

	"go.opentelemetry.io/otel/trace"
)

// Format is how log lines are written.
type Format string

// The formats of log lines.
const (
	JSON Format = "json" // for machines, the default
	Text Format = "text" // key=value, for people
)

// NewLogger returns the logger of the process. Lines logged with a context carry trace_id and
// span_id of its span (inside the open group, if there is one). Card numbers in texts and values
// whose key names a secret are masked; that is a net below the rule not to log them.
func NewLogger(w io.Writer, level slog.Leveler, format Format) *slog.Logger {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: conceal}
	if format == Text {
		return slog.New(traceHandler{slog.NewTextHandler(w, options)})
	}
	return slog.New(traceHandler{slog.NewJSONHandler(w, options)})
}

// traceHandler adds the ids of the span in the context.
type traceHandler struct{ slog.Handler }

// Handle implements slog.Handler.
func (h traceHandler) Handle(ctx context.Context, r slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		r = r.Clone()
		r.AddAttrs(slog.Any("trace_id", spanText(span.TraceID().String())), slog.Any("span_id", spanText(span.SpanID().String())))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h traceHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return traceHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h traceHandler) WithGroup(name string) slog.Handler {
	return traceHandler{h.Handler.WithGroup(name)}
}

// spanText is an id that we made: it may look like a card number and is none.
type spanText string
