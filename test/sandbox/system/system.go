package system

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"paybridge/test/sandbox/company"
	"paybridge/test/sandbox/mall"
	"paybridge/test/sandbox/tour"
)

const (
	// resetTimeout bounds a reset; a healthy one takes well under a second.
	resetTimeout = 30 * time.Second
	// refundDelay is how long asynchronous refunds stay pending, so that a person sees them pending.
	refundDelay = 3 * time.Second
	// headerTimeout cuts off clients that do not finish their request's header.
	headerTimeout = 10 * time.Second
)

// Config describes a sandbox. Ports that are 0 are chosen by the system, which lets tests run side by side.
type Config struct {
	// AppBinary is the app's program.
	AppBinary string
	// Dir holds the data: the app's database and keyset, the simulators' state, app.log.
	Dir string
	// Bind is the address to listen on; empty means 127.0.0.1.
	Bind string

	AppPort, OpsPort, MallPort, CompanyPort int

	// Environment is added to the app's environment; the last of equal names wins.
	Environment []string
	// Errors gets the app's lines of level ERROR; nil means nowhere. All lines are in Dir/app.log.
	Errors io.Writer
}

// Sandbox is a running sandbox. It must be closed.
type Sandbox struct {
	config  Config
	app     *app
	mall    *mall.Mall
	company *company.Company
	tour    *tour.Tour
	held    lock
	servers []*http.Server
	served  sync.WaitGroup

	life   sync.Mutex // One start, reset or close at a time.
	closed bool
}

// Start starts everything and returns when the app is ready. When it fails, nothing keeps running; the error says what the
// app wrote last.
func Start(ctx context.Context, config Config) (*Sandbox, error) {
	if config.Bind == "" {
		config.Bind = "127.0.0.1"
	}
	held, err := hold(config.Dir)
	if err != nil {
		return nil, err
	}
	mallListener, companyListener, err := listen(ctx, &config)
	if err != nil {
		return nil, errors.Join(err, held.Close())
	}
	s := &Sandbox{config: config, held: held}
	err = s.build()
	if err != nil {
		return nil, errors.Join(err, mallListener.Close(), companyListener.Close(), held.Close())
	}
	s.serve(mallListener, s.tour)
	s.serve(companyListener, s.company)
	s.life.Lock()
	err = s.begin(ctx)
	s.life.Unlock()
	if err != nil {
		return nil, errors.Join(err, s.Close(context.WithoutCancel(ctx)))
	}
	return s, nil
}

// build makes the parts, which know each other's addresses by now.
func (s *Sandbox) build() (err error) {
	inside := func(name string) string { return filepath.Join(s.config.Dir, name) }
	s.company, err = company.New(company.Config{
		PublicURL: s.CompanyURL(), StateFile: inside("sandbox-company.json"), RefundDelay: refundDelay, WayBack: s.wayBack, Reset: s.Reset,
	})
	if err != nil {
		return err
	}
	s.mall, err = mall.New(mall.Config{
		AppURL: s.AppURL(), CompanyURL: s.CompanyURL(), PublicURL: s.MallURL(), StateFile: inside("sandbox-mall.json"), Reset: s.Reset,
	})
	if err != nil {
		return errors.Join(err, s.company.Close())
	}
	s.tour, err = tour.New(tour.Config{
		Mall: s.mall, Company: s.company, AppURL: s.AppURL(), MallURL: s.MallURL(), CompanyURL: s.CompanyURL(),
		StateFile: inside("sandbox-stories.json"), Reset: s.Reset,
	})
	if err != nil {
		return errors.Join(err, s.company.Close(), s.mall.Close())
	}
	s.app, err = newApp(s.config, s.OpsURL())
	if err != nil {
		return errors.Join(err, s.tour.Close(), s.company.Close(), s.mall.Close())
	}
	return nil
}

func (s *Sandbox) serve(listener net.Listener, handler http.Handler) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout}
	s.servers = append(s.servers, server)
	// Serve returns only when the server is shut down; a listener that breaks would show at the next request.
	s.served.Go(func() { _ = server.Serve(listener) })
}

// AppURL is the app's public address.
func (s *Sandbox) AppURL() string { return address(s.config.AppPort) }

// OpsURL is the app's operations address: /livez, /readyz, /metrics.
func (s *Sandbox) OpsURL() string { return address(s.config.OpsPort) }

// MallURL is the simulated mall's address.
func (s *Sandbox) MallURL() string { return address(s.config.MallPort) }

// CompanyURL is the simulated company's address.
func (s *Sandbox) CompanyURL() string { return address(s.config.CompanyPort) }

func address(port int) string { return fmt.Sprintf("http://localhost:%d", port) }

// Mall is the simulated mall.
func (s *Sandbox) Mall() *mall.Mall { return s.mall }

// Company is the simulated company.
func (s *Sandbox) Company() *company.Company { return s.company }

// Log is the file with everything that the app wrote.
func (s *Sandbox) Log() string { return s.app.log.path }

// Died receives an error when the app ends by itself.
func (s *Sandbox) Died() <-chan error { return s.app.died }

// Reset brings everything back to the state of a fresh start and returns when the app is ready again. Once begun it goes on
// even when ctx ends, because half a reset helps nobody.
func (s *Sandbox) Reset(ctx context.Context) error {
	s.life.Lock()
	defer s.life.Unlock()
	if s.closed {
		return errors.New("the sandbox is stopping")
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), resetTimeout)
	defer cancel()
	if err := s.app.stop(ctx); err != nil {
		return err
	}
	s.company.Reset()
	s.mall.Reset()
	s.tour.Reset()
	if err := s.app.forget(); err != nil {
		return err
	}
	return s.begin(ctx)
}

// Revive starts an app again that has ended. When a reset was faster, it does nothing.
func (s *Sandbox) Revive(ctx context.Context) error {
	s.life.Lock()
	defer s.life.Unlock()
	switch {
	case s.closed:
		return errors.New("the sandbox is stopping")
	case s.app.runs():
		return nil
	}
	return s.begin(ctx)
}

// begin starts the app and installs it. The caller holds the lock of the life.
func (s *Sandbox) begin(ctx context.Context) error {
	if err := s.app.start(ctx); err != nil {
		return err
	}
	return s.install(ctx)
}

// Close stops everything and saves the simulators' state. To close again does nothing.
func (s *Sandbox) Close(ctx context.Context) error {
	first, err := s.stopApp(ctx)
	if !first {
		return nil
	}
	problems := []error{err, s.tour.Close()}
	for _, server := range s.servers {
		// A page that somebody has open must not keep the sandbox from stopping.
		if server.Shutdown(ctx) != nil {
			problems = append(problems, server.Close())
		}
	}
	s.served.Wait()
	problems = append(problems, s.company.Close(), s.mall.Close(), s.app.log.close(), s.held.Close())
	return errors.Join(problems...)
}

// stopApp ends the app for good. It gives the lock back before the servers are shut down, because a reset may be waiting for
// it inside one of them.
func (s *Sandbox) stopApp(ctx context.Context) (first bool, err error) {
	s.life.Lock()
	defer s.life.Unlock()
	if s.closed {
		return false, nil
	}
	s.closed = true
	return true, s.app.stop(ctx)
}
