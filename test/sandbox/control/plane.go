package control

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"
)

const (
	defaultCapacity = 2000
	// maxBody is more than any message of the protocols needs.
	maxBody = 1 << 20
	// maxAnswer is how much of a JSON answer the log keeps.
	maxAnswer = 4 << 10
)

// Setting is a number that /_sandbox/faults can change besides the faults, such as a lag in milliseconds.
type Setting struct {
	Name    string
	Default int64
	// Apply is called with the new value, and with Default when the faults are cleared.
	Apply func(value int64)
}

// Config describes the control plane of one simulator.
type Config struct {
	// Capacity is how many requests are remembered; 0 means 2000.
	Capacity int
	// Now is the clock of the log; nil means time.Now.
	Now func() time.Time
	// Concerns says which requests are logged and may be broken; nil means all. A shop's own pages, for example, are neither
	// part of a protocol nor worth breaking.
	Concerns func(*http.Request) bool
	// Settings are the numbers that may be changed.
	Settings []Setting
	// Reset is what POST /_sandbox/reset does; it answers when Reset has returned.
	Reset func(context.Context) error
}

// Plane is the control plane of one simulator. All its methods may be used from several goroutines.
type Plane struct {
	config  Config
	log     requestLog
	faults  faultList
	serial  atomic.Int64
	watcher atomic.Pointer[func(Request)]
}

// New makes a control plane without faults and with an empty log.
func New(config Config) *Plane {
	if config.Capacity <= 0 {
		config.Capacity = defaultCapacity
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	return &Plane{config: config, log: requestLog{capacity: config.Capacity}}
}

// AddFault puts a fault in force. Faults are tried in the order in which they were added.
func (p *Plane) AddFault(f Fault) { p.faults.add(f) }

// Faults are the faults in force.
func (p *Plane) Faults() []Fault { return p.faults.all() }

// ClearFaults removes all faults and puts the settings back to their defaults.
func (p *Plane) ClearFaults() {
	p.faults.clear()
	for _, setting := range p.config.Settings {
		setting.Apply(setting.Default)
	}
}

// Clear forgets the logged requests and the faults: the state of a fresh start.
func (p *Plane) Clear() {
	p.log.clear()
	p.ClearFaults()
}

// Watch has seen called with every request from now on, received or sent through Transport: once when it begins and once when
// it is answered or given up. It is called in the request's way, so it must be quick. There is one watcher at a time.
func (p *Plane) Watch(seen func(Request)) { p.watcher.Store(&seen) }

func (p *Plane) tell(entry Request) {
	if watcher := p.watcher.Load(); watcher != nil {
		entry.Fields = fields(entry.Body)
		(*watcher)(entry)
	}
}

// Requests returns the logged requests, newest last.
func (p *Plane) Requests() []Request {
	list := p.log.all()
	for i := range list {
		list[i].Fields = fields(list[i].Body)
	}
	return list
}

// Wrap returns the handler to serve: next behind the log and the faults, and the control routes beside it.
func (p *Plane) Wrap(next http.Handler) http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("POST /_sandbox/reset", p.reset)
	routes.HandleFunc("GET /_sandbox/requests", p.listRequests)
	routes.HandleFunc("GET /_sandbox/faults", p.listFaults)
	routes.HandleFunc("POST /_sandbox/faults", p.changeFaults)
	routes.HandleFunc("DELETE /_sandbox/faults", p.deleteFaults)
	routes.Handle("/_sandbox/", next)
	routes.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if p.config.Concerns != nil && !p.config.Concerns(r) {
			next.ServeHTTP(w, r)
			return
		}
		p.observe(w, r, next)
	})
	return routes
}
