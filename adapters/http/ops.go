package httpapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"sync"
	"time"

	"paybridge/domain/fault"
)

// probeBudget bounds the checks of one readiness question; they run side by side.
const probeBudget = 2 * time.Second

// Check is one thing that the service depends on.
type Check struct {
	Name string
	// Needed checks decide readiness; the others are only shown, as degraded, when they fail.
	Needed bool
	// Probe looks, and must return when ctx ends. It gives a short text for people, also beside an
	// error; without one, of the error only what a fault shows to the other side is shown. The rest is
	// logged.
	Probe func(ctx context.Context) (string, error)
}

// Ops is the operations listener: /livez, /readyz, /metrics, and /debug/pprof for whoever wants to know
// where the time goes. It is a server of its own, so that it answers when the public one is full, and it
// belongs on an address that the world cannot reach.
type Ops struct {
	server *http.Server
	routes []string
	checks []Check
	logger *slog.Logger
}

// NewOps returns an operations listener for the address. Metrics may be nil.
func NewOps(addr string, checks []Check, metrics http.Handler, logger *slog.Logger) *Ops {
	o := &Ops{checks: checks, logger: logger}
	mux := http.NewServeMux()
	for route, handler := range o.table(metrics) {
		mux.Handle(route, handler)
		o.routes = append(o.routes, route)
	}
	o.server = &http.Server{
		Addr: addr, Handler: mux,
		ReadTimeout: 5 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 8 << 10,
		WriteTimeout: time.Minute, // a profile takes its 30 s
		ErrorLog:     slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
	return o
}

// table is everything that the listener answers.
func (o *Ops) table(metrics http.Handler) map[string]http.Handler {
	table := map[string]http.Handler{
		"GET /livez": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_ = answerJSON(w, http.StatusOK, map[string]string{"status": "alive"})
		}),
		"GET /readyz":              http.HandlerFunc(o.ready),
		"GET /debug/pprof/":        http.HandlerFunc(pprof.Index),
		"GET /debug/pprof/profile": http.HandlerFunc(pprof.Profile),
		"GET /debug/pprof/trace":   http.HandlerFunc(pprof.Trace),
	}
	if metrics != nil {
		table["GET /metrics"] = metrics
	}
	return table
}

// Routes lists what the listener answers, as "METHOD /path".
func (o *Ops) Routes() []string { return o.routes }

// Listen binds the address and serves until Shutdown; it then returns nil. The context bounds the
// binding only.
func (o *Ops) Listen(ctx context.Context) error {
	ln, err := bind(ctx, o.server.Addr, "PAYBRIDGE_OPS_ADDR")
	if err != nil {
		return err
	}
	return o.Serve(ln)
}

// Serve is Listen on a listener that is already bound. It closes the listener.
func (o *Ops) Serve(ln net.Listener) error {
	err := o.server.Serve(ln)
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Shutdown lets requests in work finish and returns, or returns the context's error.
func (o *Ops) Shutdown(ctx context.Context) error { return o.server.Shutdown(ctx) }

// readiness is the answer of /readyz.
type readiness struct {
	Status string   `json:"status"` // ready, degraded, unready
	Checks []result `json:"checks"`
}

type result struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Needed bool   `json:"needed"`
	Detail string `json:"detail,omitempty"`
}

func (o *Ops) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), probeBudget)
	defer cancel()
	answer, status := readiness{Status: "ready", Checks: o.probe(ctx)}, http.StatusOK
	for _, check := range answer.Checks {
		switch {
		case check.OK:
		case check.Needed:
			answer.Status, status = "unready", http.StatusServiceUnavailable
		case status == http.StatusOK:
			answer.Status = "degraded"
		}
	}
	if err := answerJSON(w, status, answer); err != nil {
		o.logger.LogAttrs(ctx, slog.LevelDebug, "readiness answer not taken", slog.String("error", err.Error()))
	}
}

func (o *Ops) probe(ctx context.Context) []result {
	results := make([]result, len(o.checks))
	var running sync.WaitGroup
	for i, check := range o.checks {
		running.Go(func() { results[i] = o.look(ctx, check) })
	}
	running.Wait()
	return results
}

func (o *Ops) look(ctx context.Context, check Check) result {
	detail, err := check.Probe(ctx)
	if err != nil {
		detail = cmp.Or(detail, shown(err))
		o.logger.LogAttrs(ctx, slog.LevelWarn, "check failed", slog.String("check", check.Name), slog.String("error", err.Error()))
	}
	return result{Name: check.Name, OK: err == nil, Needed: check.Needed, Detail: detail}
}

func shown(err error) string {
	if f := fault.Of(err); f.Kind != fault.Internal {
		return f.Message
	}
	return "failed, the log says why"
}

func answerJSON(w http.ResponseWriter, status int, answer any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(answer)
}
