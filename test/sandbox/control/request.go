package control

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Request is one request: received, as /_sandbox/requests shows it, or sent, as a watcher sees it.
type Request struct {
	// Serial tells the requests of one plane apart; it counts from 1 and is the same before and after the answer.
	Serial int64 `json:"-"`
	// Sent says that the simulator sent the request itself; Host then names the other side.
	Sent bool `json:"-"`
	// Took is the time to the answer; Trace the trace that the request or its answer belongs to.
	Took  time.Duration `json:"-"`
	Trace string        `json:"-"`
	// Location is where a redirect leads.
	Location string `json:"-"`

	Time    time.Time         `json:"time"`
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Query   string            `json:"query,omitempty"`
	Host    string            `json:"host"`
	Headers map[string]string `json:"headers"`
	// Body is the received text, byte for byte; Fields the same as an object when it is JSON or a form.
	Body   string         `json:"body"`
	Fields map[string]any `json:"fields,omitempty"`
	// Status is what was answered; 0 means no answer yet. When Cut is set the answer did not arrive: the connection was cut, or
	// nobody waited any more.
	Status int    `json:"status"`
	Answer string `json:"answer,omitempty"`
	Cut    bool   `json:"cut,omitempty"`
	// Fault says that the request was hit by an injected fault.
	Fault bool `json:"fault,omitempty"`
	// SignatureValid is set for messages that carry a signature.
	SignatureValid *bool  `json:"signature_valid,omitempty"`
	Note           string `json:"note,omitempty"`
}

func newRequest(r *http.Request, body []byte, now time.Time) *Request {
	return &Request{
		Time: now.UTC(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Host: r.Host,
		Headers: visibleHeaders(r.Header), Body: string(body), Trace: traceOf(r.Header),
	}
}

// traceOf is the trace id in a traceparent header, or nothing.
func traceOf(header http.Header) string {
	parts := strings.Split(header.Get("Traceparent"), "-")
	if len(parts) != traceparentParts {
		return ""
	}
	return parts[1]
}

// traceparentParts are version, trace id, span id and flags.
const traceparentParts = 4

// visibleHeaders flattens the headers and hides those that prove an identity.
func visibleHeaders(received http.Header) map[string]string {
	visible := make(map[string]string, len(received))
	for name, values := range received {
		switch name {
		case "Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key":
			visible[name] = "[hidden]"
		default:
			visible[name] = strings.Join(values, ", ")
		}
	}
	return visible
}

// fields reads an object or a form out of a body. It is called when the log is read, not for every request.
func fields(body string) map[string]any {
	var object map[string]any
	if json.Unmarshal([]byte(body), &object) == nil {
		return object
	}
	form, err := url.ParseQuery(body)
	if err != nil || !strings.Contains(body, "=") {
		return nil
	}
	object = make(map[string]any, len(form))
	for name := range form {
		object[name] = form.Get(name)
	}
	return object
}

type requestKey struct{}

type liveRequest struct {
	log   *requestLog
	entry *Request
}

// Describe lets a handler add what it found out (a signature's validity, a note) to the logged request of ctx. Without a
// logged request it does nothing.
func Describe(ctx context.Context, describe func(*Request)) {
	if live, ok := ctx.Value(requestKey{}).(liveRequest); ok {
		live.log.update(live.entry, describe)
	}
}

// requestLog keeps the newest requests in a ring.
type requestLog struct {
	mu       sync.Mutex
	capacity int
	next     int
	ring     []*Request
}

func (l *requestLog) add(entry *Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.ring) < l.capacity {
		l.ring = append(l.ring, entry)
		return
	}
	l.ring[l.next] = entry
	l.next = (l.next + 1) % l.capacity
}

func (l *requestLog) update(entry *Request, change func(*Request)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(entry)
}

func (l *requestLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ring, l.next = nil, 0
}

func (l *requestLog) all() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := make([]Request, 0, len(l.ring))
	for i := range l.ring {
		list = append(list, *l.ring[(l.next+i)%len(l.ring)])
	}
	return list
}
