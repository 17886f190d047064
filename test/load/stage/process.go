package stage

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const (
	startBudget = 20 * time.Second
	stopBudget  = 20 * time.Second
	// knockGap is how long to wait before trying to connect again while a program starts.
	knockGap = time.Millisecond
)

// Program is a server to start, which ends in order when it gets SIGTERM.
type Program struct {
	Binary string
	Args   []string
	Env    []string // all of it: nothing is added
	Dir    string
	Log    *os.File // gets what it writes
}

// Process is a running Program. It must be stopped.
type Process struct {
	command *exec.Cmd
	log     *os.File
	ended   chan error
}

// Launch starts a program and waits until it takes connections at address, which is host:port.
func Launch(ctx context.Context, address string, p Program) (*Process, error) {
	command := exec.Command(p.Binary, p.Args...) //nolint:noctx // a server to measure; it is asked to stop instead
	command.Env, command.Dir, command.Stdout, command.Stderr = p.Env, p.Dir, p.Log, p.Log
	endWithUs(command)
	if err := command.Start(); err != nil {
		return nil, err
	}
	running := &Process{command: command, log: p.Log, ended: make(chan error, 1)}
	go func() { running.ended <- command.Wait() }()
	if err := running.answers(ctx, address); err != nil {
		return nil, errors.Join(err, running.Stop())
	}
	return running, nil
}

func (p *Process) answers(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, startBudget)
	defer cancel()
	var dialer net.Dialer
	for {
		connection, err := dialer.DialContext(ctx, "tcp", address)
		if err == nil {
			return connection.Close()
		}
		select {
		case err := <-p.ended:
			p.ended <- nil // for Stop, which has nothing more to say
			return fmt.Errorf("%s ended while it started: %w\n%s", p.name(), err, endOf(p.log))
		case <-ctx.Done():
			return fmt.Errorf("%s did not start: %w\n%s", p.name(), ctx.Err(), endOf(p.log))
		case <-time.After(knockGap):
		}
	}
}

// Stop ends the process with SIGTERM, and kills it when it does not end.
func (p *Process) Stop() error {
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case err := <-p.ended:
		return err
	case <-time.After(stopBudget):
		return errors.Join(fmt.Errorf("%s did not stop within %s", p.name(), stopBudget), p.command.Process.Kill(), <-p.ended)
	}
}

// ProcessorTime is what the running process has used so far.
func (p *Process) ProcessorTime() (time.Duration, error) { return processorTime(p.command.Process.Pid) }

func (p *Process) name() string { return filepath.Base(p.command.Path) }

// endOf is the end of what a process wrote.
func endOf(log *os.File) string {
	const most = 4 << 10
	content, err := os.ReadFile(log.Name())
	if err != nil {
		return err.Error()
	}
	return string(content[max(0, len(content)-most):])
}
