package redis_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// server is a redis-server of one test, which can be stopped and started again. It listens on a socket
// in its folder, so that no two of them fight for a port.
type server struct {
	t      testing.TB
	binary string
	folder string
	args   []string
	cmd    *exec.Cmd
}

// startServer starts a Redis that ends with the test. args are added to its command line.
func startServer(t testing.TB, args ...string) *server {
	t.Helper()
	return launch(t, []string{"--port", "0", "--save", "", "--appendonly", "no"}, args...)
}

// launch starts what redis-server can be, with one part of its command line before the other.
func launch(t testing.TB, what []string, args ...string) *server {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal("redis-server is not installed: `make test` installs it where it may")
	}
	folder, err := os.MkdirTemp("", "redis") //nolint:usetesting // the path of a socket has to be short
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, binary: binary, folder: folder, args: append(what, args...)}
	t.Cleanup(func() {
		s.stop()
		_ = os.RemoveAll(folder)
	})
	s.start()
	return s
}

func (s *server) socket() string { return filepath.Join(s.folder, "redis.sock") }

func (s *server) start() {
	s.t.Helper()
	s.cmd = exec.Command(s.binary, append(slices.Clone(s.args), "--unixsocket", s.socket(), "--dir", s.folder)...) //nolint:noctx // ended by the cleanup
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	client := goredis.NewClient(&goredis.Options{Network: "unix", Addr: s.socket(), DialerRetries: 1, MaxRetries: -1})
	defer func() { _ = client.Close() }()
	await(s.t, "redis-server answers", func() bool {
		err := client.Ping(s.t.Context()).Err()
		return err == nil || goredis.HasErrorPrefix(err, "NOAUTH")
	})
}

// stop ends the server as a crash does.
func (s *server) stop() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// do sends a command to the server, past every proxy.
func (s *server) do(args ...any) { s.t.Helper(); s.ask(args...) }

// ask is do for commands that answer with text.
func (s *server) ask(args ...any) string {
	s.t.Helper()
	client := goredis.NewClient(&goredis.Options{Network: "unix", Addr: s.socket()})
	defer func() { _ = client.Close() }()
	answer, err := client.Do(s.t.Context(), args...).Result()
	if err != nil {
		s.t.Fatal(err)
	}
	return fmt.Sprint(answer)
}

// proxy stands between a client and a server, and can be slow and cut lines.
type proxy struct {
	listener net.Listener
	socket   string

	mu    sync.Mutex
	delay time.Duration // of every answer
	lines []net.Conn
	ended chan struct{}
}

// before puts a proxy before the server until the test ends.
func before(t testing.TB, s *server) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed by the cleanup
	if err != nil {
		t.Fatal(err)
	}
	return relay(t, listener, s)
}

func relay(t testing.TB, listener net.Listener, s *server) *proxy {
	p := &proxy{listener: listener, socket: s.socket(), ended: make(chan struct{})}
	go p.accept()
	t.Cleanup(func() {
		close(p.ended)
		_ = listener.Close()
		p.cut()
	})
	return p
}

func (p *proxy) url() string { return "redis://" + p.listener.Addr().String() }

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("unix", p.socket) //nolint:noctx // a local socket
		if err != nil {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		p.lines = append(p.lines, client, server)
		p.mu.Unlock()
		go p.pass(client, server, func() time.Duration { return 0 })
		go p.pass(server, client, p.slowness)
	}
}

// pass forwards what comes, each piece after its delay, until either side is gone.
func (p *proxy) pass(from, to net.Conn, delay func() time.Duration) {
	defer func() { _, _ = from.Close(), to.Close() }()
	piece := make([]byte, 64<<10)
	for {
		n, err := from.Read(piece)
		if err != nil {
			return
		}
		if d := delay(); d > 0 {
			select {
			case <-time.After(d):
			case <-p.ended:
			}
		}
		if _, err := to.Write(piece[:n]); err != nil {
			return
		}
	}
}

func (p *proxy) slowness() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.delay
}

// slow makes every answer come so late.
func (p *proxy) slow(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
}

// cut closes all lines, as a firewall or a failover does.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, line := range p.lines {
		_ = line.Close()
	}
	p.lines = nil
}

// freePorts are ports that nobody has now, one behind the other for servers that need several.
func freePorts(t testing.TB, n int) []string {
	t.Helper()
	ports := make([]string, n)
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed at once
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		ports[i] = l.Addr().String()[strings.LastIndexByte(l.Addr().String(), ':')+1:]
	}
	return ports
}
