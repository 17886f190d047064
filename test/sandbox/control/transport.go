package control

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

// Transport sends requests through next (nil means http.DefaultTransport) and shows them to the watcher.
func (p *Plane) Transport(next http.RoundTripper) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return &transport{plane: p, next: next}
}

type transport struct {
	plane *Plane
	next  http.RoundTripper
}

// RoundTrip sends one request. Its answer is read to the end, so that the watcher can see it; answers to simulators are short.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.plane.watcher.Load() == nil {
		return t.next.RoundTrip(r)
	}
	body, err := copyBody(r)
	if err != nil {
		return nil, err
	}
	entry := newRequest(r, body, t.plane.config.Now())
	entry.Serial, entry.Sent, entry.Host = t.plane.serial.Add(1), true, r.URL.Host
	t.plane.tell(*entry)
	response, err := t.next.RoundTrip(r)
	if err == nil {
		err = describeAnswer(entry, response)
	}
	entry.Took = t.plane.config.Now().Sub(entry.Time)
	if err != nil {
		entry.Cut, entry.Note = true, err.Error()
	}
	t.plane.tell(*entry)
	if err != nil {
		return nil, err
	}
	return response, nil
}

// CloseIdleConnections reaches the transport behind this one.
func (t *transport) CloseIdleConnections() {
	if closer, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

// copyBody reads what will be sent, without taking it away from the request.
func copyBody(r *http.Request) ([]byte, error) {
	if r.GetBody == nil {
		return nil, nil
	}
	reader, err := r.GetBody()
	if err != nil {
		return nil, err
	}
	defer func() { _ = reader.Close() }()
	return io.ReadAll(io.LimitReader(reader, maxBody))
}

// describeAnswer notes an answer and puts its body back for whoever asked.
func describeAnswer(entry *Request, response *http.Response) error {
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	_ = response.Body.Close() // It has been read; there is nothing left to lose.
	if err != nil {
		return err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	entry.Status, entry.Location = response.StatusCode, response.Header.Get("Location")
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
		entry.Answer = strings.TrimSpace(string(body[:min(len(body), maxAnswer)]))
	}
	if trace := traceOf(response.Header); entry.Trace == "" {
		entry.Trace = trace
	}
	return nil
}
