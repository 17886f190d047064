package httpapi

import (
	"context"
	"errors"
	"net"
	"time"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// bind opens a listener. What keeps it from that is nearly always another program, and the person who reads
// the error is told which setting of the service to look at.
func bind(ctx context.Context, addr, setting string) (net.Listener, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fault.Newf(fault.Unavailable, "address_unavailable",
			"cannot listen on %s: is another program using it? %s names the address", addr, setting).Because(err)
	}
	return ln, nil
}

// Serve answers on a listener until Shutdown, then closes it and returns nil.
func (s *Server) Serve(ln net.Listener) error {
	if !s.adopt(ln) {
		return ln.Close()
	}
	err := s.app.Listener(patient{Listener: ln, clock: s.needs.Clock})
	if s.stopped() {
		return nil
	}
	return err
}

// Shutdown stops accepting, lets requests in work finish, and returns when they have, or with the
// context's error when it ends first. It may come before Serve, which then serves nothing.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.stopping = true
	ln := s.listener
	s.mu.Unlock()
	if ln == nil {
		return nil
	}
	err := s.app.ShutdownWithContext(ctx)
	// A server that was about to start did not know the listener yet.
	if closing := ln.Close(); closing != nil && !errors.Is(closing, net.ErrClosed) {
		err = errors.Join(err, closing)
	}
	return err
}

func (s *Server) adopt(ln net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return false
	}
	s.listener = ln
	return true
}

func (s *Server) stopped() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopping
}

// acceptGap is the wait after a connection could not be accepted.
const acceptGap = 50 * time.Millisecond

// patient keeps accepting after a failure. The server below Fiber gives up on the first one, so
// that running out of file descriptors for a moment would end the service.
type patient struct {
	net.Listener
	clock ports.Clock
}

// Accept implements net.Listener; the only error that it returns is that the listener is closed.
func (p patient) Accept() (net.Conn, error) {
	for {
		conn, err := p.Listener.Accept()
		if err == nil || errors.Is(err, net.ErrClosed) {
			return conn, err
		}
		<-p.clock.After(acceptGap)
	}
}
