package rig

import (
	"context"
	"net"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// Redis is a redis-server of one test, which can be stopped, started again and emptied. It keeps nothing
// on disk.
type Redis struct {
	t       testing.TB
	binary  string
	address string
	folder  string

	mu  sync.Mutex
	cmd *exec.Cmd
}

// StartRedis starts a server on a free port; it ends with the test.
func StartRedis(t testing.TB) *Redis {
	t.Helper()
	binary, err := find("redis-server", "valkey-server")
	if err != nil {
		t.Fatal("redis-server is not installed: `make test` installs it where it may")
	}
	r := &Redis{t: t, binary: binary, address: FreeAddress(t), folder: t.TempDir()}
	t.Cleanup(r.Stop)
	r.Start()
	return r
}

func find(names ...string) (path string, err error) {
	for _, name := range names {
		if path, err = exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", err
}

// Address is where the server listens, host:port.
func (r *Redis) Address() string { return r.address }

// URL is the server's REDIS_URL.
func (r *Redis) URL() string { return "redis://" + r.address }

// Start starts the server, which knows nothing, and waits until it answers.
func (r *Redis) Start() {
	r.t.Helper()
	_, port, err := net.SplitHostPort(r.address)
	if err != nil {
		r.t.Fatal(err)
	}
	cmd := exec.Command(r.binary, "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", r.folder) //nolint:noctx // ended by Stop
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.mu.Lock()
	r.cmd = cmd
	r.mu.Unlock()
	deadline := time.After(startBudget)
	for !r.answers() {
		select {
		case <-deadline:
			r.t.Fatalf("redis-server did not answer within %s", startBudget)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Stop ends the server as a crash does.
func (r *Redis) Stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmd != nil {
		_ = r.cmd.Process.Kill()
		_ = r.cmd.Wait()
		r.cmd = nil
	}
}

// Do sends a command that must succeed, and returns its answer.
func (r *Redis) Do(words ...any) any {
	r.t.Helper()
	answer, err := r.send(words...)
	if err != nil {
		r.t.Fatalf("redis %v: %v", words, err)
	}
	return answer
}

// answers connects by hand first: the client complains aloud about servers that are not up yet.
func (r *Redis) answers() bool {
	conn, err := net.Dial("tcp", r.address) //nolint:noctx // loopback
	if err != nil {
		return false
	}
	_ = conn.Close()
	_, err = r.send("PING")
	return err == nil
}

func (r *Redis) send(words ...any) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	client := goredis.NewClient(&goredis.Options{Addr: r.address, MaxRetries: -1, DialerRetries: 1})
	defer func() { _ = client.Close() }()
	return client.Do(ctx, words...).Result()
}
