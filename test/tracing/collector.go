// Package tracing is an OpenTelemetry collector for tests: it receives spans over OTLP/HTTP like a
// real one and draws a trace as a tree, so that a test can hold a whole story against what it expects
// and a person can read it.
package tracing

import (
	"bytes"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// maxExport bounds one export request, in bytes.
const maxExport = 16 << 20

// Span is a received span.
type Span struct {
	Trace, ID, Parent string // lower-case hex; Parent is empty for a root
	Name              string
	Kind              string // internal, server, client, producer, consumer
	Failed            bool
	Start             time.Time
	Duration          time.Duration
	Links             []string // ids of the traces that the span is linked to
	Attributes        map[string]string
}

// Collector keeps every span it receives.
type Collector struct {
	URL string // for OTEL_EXPORTER_OTLP_ENDPOINT

	mu      sync.Mutex
	spans   []Span
	raw     bytes.Buffer
	arrived chan struct{} // closed and replaced at every export
}

// Start listens on a free port of the loopback interface until the test ends.
func Start(t *testing.T) *Collector {
	t.Helper()
	c := &Collector{arrived: make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(c.export))
	t.Cleanup(server.Close)
	c.URL = server.URL
	return c
}

func (c *Collector) export(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxExport))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	c.raw.Write(body)
	c.mu.Unlock()
	w.Header().Set("Content-Type", "application/x-protobuf")
	if r.URL.Path != "/v1/traces" {
		return
	}
	var request collector.ExportTraceServiceRequest
	if err := proto.Unmarshal(body, &request); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, resource := range request.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			for _, s := range scope.GetSpans() {
				c.spans = append(c.spans, read(s))
			}
		}
	}
	close(c.arrived)
	c.arrived = make(chan struct{})
}

func read(s *trace.Span) Span {
	start := time.Unix(0, int64(s.GetStartTimeUnixNano())).UTC()                 //nolint:gosec // nanoseconds of this century fit
	duration := time.Duration(s.GetEndTimeUnixNano() - s.GetStartTimeUnixNano()) //nolint:gosec // a span is shorter than 292 years
	span := Span{
		Trace: hex.EncodeToString(s.GetTraceId()), ID: hex.EncodeToString(s.GetSpanId()), Parent: hex.EncodeToString(s.GetParentSpanId()),
		Name: s.GetName(), Kind: strings.ToLower(strings.TrimPrefix(s.GetKind().String(), "SPAN_KIND_")), Failed: s.GetStatus().GetCode() == trace.Status_STATUS_CODE_ERROR,
		Start: start, Duration: duration, Attributes: map[string]string{},
	}
	for _, l := range s.GetLinks() {
		span.Links = append(span.Links, hex.EncodeToString(l.GetTraceId()))
	}
	for _, a := range s.GetAttributes() {
		span.Attributes[a.GetKey()] = text(a.GetValue())
	}
	return span
}

// Spans returns what was received so far.
func (c *Collector) Spans() []Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Span(nil), c.spans...)
}

// Raw returns all that arrived as it was sent, metrics and events included; its texts can be searched.
func (c *Collector) Raw() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.raw.String()
}

// Wait returns the spans as soon as they satisfy enough, and fails the test after a time.
func (c *Collector) Wait(t *testing.T, most time.Duration, enough func([]Span) bool) []Span {
	t.Helper()
	late := time.After(most)
	for {
		c.mu.Lock()
		spans, arrived := append([]Span(nil), c.spans...), c.arrived
		c.mu.Unlock()
		if enough(spans) {
			return spans
		}
		select {
		case <-arrived:
		case <-late:
			t.Fatalf("the spans did not arrive within %s; %d are here:\n%s", most, len(spans), Forest(spans))
		}
	}
}
