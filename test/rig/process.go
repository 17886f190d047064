package rig

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// startBudget is how long the app may take until it is ready, on a busy machine.
const startBudget = 30 * time.Second

// process is one run of the app.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error
	log  *lockedBuffer
}

// StartApp starts the app and waits until it is ready.
func (s *System) StartApp() {
	s.t.Helper()
	if err := s.launch(); err != nil {
		s.t.Fatal(err)
	}
	deadline := time.After(startBudget)
	for !s.ready() {
		select {
		case <-s.running().done:
			s.t.Fatalf("the app ended while it started: %v\n%s", s.running().err, s.Log())
		case <-deadline:
			s.t.Fatalf("the app was not ready within %s\n%s", startBudget, s.Log())
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Crash ends the app with SIGKILL, wherever it is, and starts it again at once. It may be called from
// any goroutine.
func (s *System) Crash() error {
	s.Kill()
	return s.launch()
}

func (s *System) running() *process {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.process
}

func (s *System) launch() error {
	p := &process{cmd: exec.Command(Binary(s.t), "serve"), done: make(chan struct{}), log: &lockedBuffer{}} //nolint:noctx // stopped by signals
	p.cmd.Env, p.cmd.Dir = s.env, s.dir
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.process = p
	return nil
}

func (s *System) ready() bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.OpsURL+"/readyz", nil)
	if err != nil {
		return false
	}
	response, err := s.Client.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// Kill ends the app with SIGKILL, wherever it is, and waits until it is gone.
func (s *System) Kill() { s.running().kill() }

// Killed is closed when the app has ended.
func (s *System) Killed() <-chan struct{} { return s.running().done }

// Stop ends the app with SIGTERM and returns its exit code.
func (s *System) Stop() int { return s.StopWith(syscall.SIGTERM) }

// StopWith ends the app with a signal and returns its exit code.
func (s *System) StopWith(end os.Signal) int {
	s.t.Helper()
	p := s.running()
	if err := p.cmd.Process.Signal(end); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-p.done:
	case <-time.After(startBudget):
		s.t.Fatalf("the app did not stop within %s\n%s", startBudget, s.Log())
	}
	return p.cmd.ProcessState.ExitCode()
}

// Spawn starts a subcommand of the binary, which the test waits for or kills.
func (s *System) Spawn(args ...string) *exec.Cmd {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), Binary(s.t), args...)
	cmd.Env, cmd.Dir = s.env, s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	return cmd
}

// HangUp sends SIGHUP to the app.
func (s *System) HangUp() {
	s.t.Helper()
	if err := s.running().cmd.Process.Signal(syscall.SIGHUP); err != nil {
		s.t.Fatal(err)
	}
}

// PID is the process id of the running app.
func (s *System) PID() int { return s.running().cmd.Process.Pid }

// Log is what the current run of the app has written.
func (s *System) Log() string {
	if p := s.running(); p != nil {
		return p.log.String()
	}
	return ""
}

func (p *process) kill() {
	if p == nil {
		return
	}
	_ = p.cmd.Process.Kill()
	<-p.done
}

// keyset makes an encryption keyset with the binary itself.
func keyset(t testing.TB, dir string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), Binary(t), "keys", "new")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("paybridge keys new: %v", err)
	}
	return string(bytes.TrimSpace(out))
}

// KeysetFile makes a keyset in a file, and returns its path and the variables that name it.
func KeysetFile(t testing.TB) (path string, env []string) {
	t.Helper()
	dir := t.TempDir()
	path = filepath.Join(dir, "keyset")
	if err := os.WriteFile(path, []byte(keyset(t, dir)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, []string{"ENCRYPTION_KEYSET=", "ENCRYPTION_KEYSET_FILE=" + path}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
