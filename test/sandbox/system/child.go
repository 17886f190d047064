package system

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"sync/atomic"
	"syscall"
)

// child is a running process.
type child struct {
	command  *exec.Cmd
	stopping atomic.Bool
	done     chan struct{} // Closed when the process has ended.
	err      error         // Written before done is closed.
}

// startChild starts a process that does not outlive this one.
func startChild(command *exec.Cmd) (*child, error) {
	c := &child{command: command, done: make(chan struct{})}
	detach(command)
	started := make(chan error)
	go func() {
		// The kernel ends the child together with the thread that started it, so that thread must live as long.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		started <- err
		if err == nil {
			c.err = command.Wait()
			close(c.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return c, nil
}

// outcome says how the process ended.
func (c *child) outcome() error {
	<-c.done
	if c.err == nil {
		return errors.New("exit status 0")
	}
	return c.err
}

// stop asks the process to end and waits. When ctx ends first it is killed.
func (c *child) stop(ctx context.Context) error {
	c.stopping.Store(true)
	if err := c.command.Process.Signal(syscall.SIGTERM); err != nil {
		<-c.done   // It has ended already.
		return nil //nolint:nilerr // Whoever watches it has reported that.
	}
	select {
	case <-c.done:
		if c.err != nil {
			return fmt.Errorf("it did not stop cleanly: %w", c.err)
		}
		return nil
	case <-ctx.Done():
		err := errors.Join(fmt.Errorf("it did not stop in time: %w", ctx.Err()), c.command.Process.Kill())
		<-c.done
		return err
	}
}
