package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// observe logs one request and serves it, with a fault when one fits.
func (p *Plane) observe(w http.ResponseWriter, r *http.Request, next http.Handler) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		refuseBody(w, err)
		return
	}
	entry := newRequest(r, body, p.config.Now())
	entry.Serial = p.serial.Add(1)
	p.tell(*entry)
	p.log.add(entry)
	r = r.WithContext(context.WithValue(r.Context(), requestKey{}, liveRequest{log: &p.log, entry: entry}))
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := &recorder{ResponseWriter: w}
	finished := false
	// A cut connection is a panic (see serveFault); the log must be completed all the same.
	defer func() {
		var now Request
		p.log.update(entry, func(e *Request) {
			e.Status, e.Answer, e.Cut = answer.status, answer.text(), !finished || r.Context().Err() != nil
			e.Took, e.Location = p.config.Now().Sub(e.Time), w.Header().Get("Location")
			now = *e
		})
		p.tell(now)
	}()
	fault, broken := p.faults.take(r)
	if broken {
		p.log.update(entry, func(e *Request) { e.Fault = true })
		serveFault(fault, answer, r, next)
	} else {
		next.ServeHTTP(answer, r)
	}
	finished = true
}

func refuseBody(w http.ResponseWriter, err error) {
	status := http.StatusBadRequest
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		status = http.StatusRequestEntityTooLarge
	}
	http.Error(w, http.StatusText(status), status)
}

// serveFault applies a fault. Panicking with http.ErrAbortHandler is net/http's documented way to cut a connection without
// an answer and without a stack trace.
func serveFault(f Fault, w http.ResponseWriter, r *http.Request, next http.Handler) {
	held := &buffer{header: http.Header{}}
	replaced := f.Status != 0 || f.Body != ""
	if f.Drop == DropAfter || (f.Drop == "" && (!replaced || f.Work)) {
		next.ServeHTTP(held, r)
	}
	wait(r.Context(), time.Duration(f.DelayMS)*time.Millisecond)
	switch {
	case f.Drop != "":
		panic(http.ErrAbortHandler)
	case replaced:
		writeFault(f, w)
	default:
		held.copyTo(w)
	}
}

func writeFault(f Fault, w http.ResponseWriter) {
	status, body := f.Status, f.Body
	if status == 0 {
		status = http.StatusOK
	}
	if body == "" {
		text, _ := json.Marshal(map[string]any{"code": status, "message": "fault injected by the sandbox"})
		body = string(text)
	}
	if json.Valid([]byte(body)) {
		w.Header().Set("Content-Type", "application/json")
	}
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// wait holds an answer back, but not longer than somebody is there to receive it.
func wait(ctx context.Context, delay time.Duration) {
	if delay <= 0 {
		return
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// recorder notes what is answered while it is answered.
type recorder struct {
	http.ResponseWriter
	status int
	body   []byte
}

func (a *recorder) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *recorder) Write(part []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	if room := maxAnswer - len(a.body); room > 0 && strings.HasPrefix(a.Header().Get("Content-Type"), "application/json") {
		a.body = append(a.body, part[:min(room, len(part))]...)
	}
	return a.ResponseWriter.Write(part)
}

func (a *recorder) text() string { return strings.TrimSpace(string(a.body)) }

// buffer holds an answer that is sent later or never.
type buffer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (b *buffer) Header() http.Header { return b.header }

func (b *buffer) WriteHeader(status int) {
	if b.status == 0 {
		b.status = status
	}
}

func (b *buffer) Write(part []byte) (int, error) { return b.body.Write(part) }

func (b *buffer) copyTo(w http.ResponseWriter) {
	for name, values := range b.header {
		w.Header()[name] = values
	}
	if b.status != 0 {
		w.WriteHeader(b.status)
	}
	_, _ = w.Write(b.body.Bytes())
}
