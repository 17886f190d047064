package control

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// The two moments at which a fault can cut the connection.
const (
	// DropBefore cuts the connection before any work is done.
	DropBefore = "before"
	// DropAfter does the work and then cuts the connection, so that the caller cannot know.
	DropAfter = "after"
)

// Fault says what goes wrong with which requests. The zero values of the optional fields mean "not this".
type Fault struct {
	// Path selects requests by URL path: exact; a segment "*" or "{name}" stands for any one segment; a path that ends with "/"
	// or "/*" stands for everything below it.
	Path string `json:"path"`
	// Method selects requests by method; empty means all.
	Method string `json:"method,omitempty"`
	// Status is answered instead of the real answer. The work is not done unless Work is set. 429 carries Retry-After: 1.
	Status int `json:"status,omitempty"`
	// Body is answered with Status (200 when Status is 0). In JSON a string is sent as its text, anything else as JSON.
	Body string `json:"body,omitempty"`
	// Work makes a fault with Status or Body do the work first.
	Work bool `json:"work,omitempty"`
	// DelayMS holds the answer back for so many milliseconds. The work, if any, is done before the wait.
	DelayMS int64 `json:"delay_ms,omitempty"`
	// Drop cuts the connection without an answer: DropBefore or DropAfter.
	Drop string `json:"drop,omitempty"`
	// Times is how many requests are hit; 0 means all until the faults are cleared.
	Times int `json:"times,omitempty"`
}

// String says for people what goes wrong, where, and how often.
func (f Fault) String() string {
	wrong := []string{strings.TrimSpace(f.Method + " " + f.Path)}
	if f.Status != 0 || f.Body != "" {
		wrong = append(wrong, fmt.Sprintf("answers %d", cmp.Or(f.Status, http.StatusOK)))
	}
	if f.Work {
		wrong = append(wrong, "after the work")
	}
	if f.DelayMS > 0 {
		wrong = append(wrong, fmt.Sprintf("%d ms late", f.DelayMS))
	}
	if f.Drop != "" {
		wrong = append(wrong, "cut "+f.Drop+" the work")
	}
	if f.Times == 0 {
		return strings.Join(wrong, ", ") + ", until it is cleared"
	}
	return fmt.Sprintf("%s, times: %d", strings.Join(wrong, ", "), f.Times)
}

// UnmarshalJSON reads a fault strictly: unknown fields and impossible values are errors, because a fault that silently does
// nothing makes a test pass for the wrong reason.
func (f *Fault) UnmarshalJSON(data []byte) error {
	type plain Fault
	wire := struct {
		*plain
		Body json.RawMessage `json:"body"`
	}{plain: (*plain)(f)}
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&wire); err != nil {
		return fmt.Errorf("fault: %w", err)
	}
	if len(wire.Body) > 0 && json.Unmarshal(wire.Body, &f.Body) != nil {
		f.Body = string(wire.Body)
	}
	return f.validate()
}

func (f *Fault) validate() error {
	switch {
	case !strings.HasPrefix(f.Path, "/"):
		return errors.New(`fault: "path" must begin with "/"`)
	case f.Drop != "" && f.Drop != DropBefore && f.Drop != DropAfter:
		return errors.New(`fault: "drop" must be "before" or "after"`)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return errors.New(`fault: "status" must be between 200 and 599`)
	case f.DelayMS < 0 || f.Times < 0:
		return errors.New(`fault: "delay_ms" and "times" must not be negative`)
	case f.Status == 0 && f.Body == "" && f.DelayMS == 0 && f.Drop == "":
		return errors.New(`fault: say what goes wrong: "status", "body", "delay_ms" or "drop"`)
	}
	return nil
}

func (f *Fault) hits(r *http.Request) bool {
	return (f.Method == "" || strings.EqualFold(f.Method, r.Method)) && matches(f.Path, r.URL.Path)
}

func matches(pattern, path string) bool {
	wanted, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	last := len(wanted) - 1
	if wanted[last] == "" || wanted[last] == "*" {
		wanted = wanted[:last]
		if len(got) <= len(wanted) {
			return false
		}
		got = got[:len(wanted)]
	}
	if len(wanted) != len(got) {
		return false
	}
	for i, segment := range wanted {
		named := strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}")
		if segment != got[i] && segment != "*" && !named {
			return false
		}
	}
	return true
}

// faultList is the set of faults in force, in the order in which they were added.
type faultList struct {
	mu     sync.Mutex
	faults []Fault
}

func (l *faultList) add(f Fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = append(l.faults, f)
}

func (l *faultList) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = nil
}

func (l *faultList) all() []Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Fault{}, l.faults...)
}

// take returns the first fault that hits the request and uses up one of its times.
func (l *faultList) take(r *http.Request) (Fault, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.faults {
		found := l.faults[i]
		if !found.hits(r) {
			continue
		}
		if found.Times == 1 {
			l.faults = append(l.faults[:i:i], l.faults[i+1:]...)
		} else if found.Times > 1 {
			l.faults[i].Times--
		}
		return found, true
	}
	return Fault{}, false
}
