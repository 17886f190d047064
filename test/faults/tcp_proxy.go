package faults

import (
	"net"
	"sync/atomic"
	"testing"
	"time"
)

// TCPProxy stands before a server and lets its answers come late.
type TCPProxy struct {
	listener net.Listener
	server   string
	delay    atomic.Int64
	ended    chan struct{}
}

// ProxyTCP listens until the test ends.
func ProxyTCP(t testing.TB, server string) *TCPProxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed by the cleanup
	if err != nil {
		t.Fatal(err)
	}
	p := &TCPProxy{listener: l, server: server, ended: make(chan struct{})}
	t.Cleanup(func() { close(p.ended); _ = l.Close() })
	go p.accept()
	return p
}

// Address is where the proxy listens, host:port.
func (p *TCPProxy) Address() string { return p.listener.Addr().String() }

// Slow makes every answer come so late from now on.
func (p *TCPProxy) Slow(d time.Duration) { p.delay.Store(int64(d)) }

func (p *TCPProxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.server) //nolint:noctx // loopback
		if err != nil {
			_ = client.Close()
			continue
		}
		go p.pass(client, server, func() {})
		go p.pass(server, client, p.wait)
	}
}

// pass forwards what comes, each piece after a wait, until either side is gone.
func (p *TCPProxy) pass(from, to net.Conn, wait func()) {
	defer func() { _, _ = from.Close(), to.Close() }()
	piece := make([]byte, 64<<10)
	for {
		n, err := from.Read(piece)
		if err != nil {
			return
		}
		wait()
		if _, err := to.Write(piece[:n]); err != nil {
			return
		}
	}
}

func (p *TCPProxy) wait() {
	if d := time.Duration(p.delay.Load()); d > 0 {
		select {
		case <-time.After(d):
		case <-p.ended:
		}
	}
}
