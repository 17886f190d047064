package system

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

const (
	databaseFile = "paybridge.db"
	// readyTimeout is how long the app may take to become ready.
	readyTimeout = 20 * time.Second
	// readyPoll is how often it is asked: often, because a reset waits for the answer.
	readyPoll = 10 * time.Millisecond
)

// app is the app under test, known by its commands only. Its methods are called one at a time.
type app struct {
	binary, dir, readyURL string
	address               string // of the public listener itself, which AppURL need not be
	environment           []string
	log                   *appLog
	running               *child
	died                  chan error
}

func newApp(config Config, opsURL string) (*app, error) {
	binary, err := filepath.Abs(config.AppBinary)
	if err != nil {
		return nil, fmt.Errorf("the app's program: %w", err)
	}
	if _, err := os.Stat(binary); err != nil {
		return nil, fmt.Errorf("the app's program is missing, build it first (make build): %w", err)
	}
	log, err := newAppLog(filepath.Join(config.Dir, "app.log"), config.Errors)
	if err != nil {
		return nil, err
	}
	settings := environment(config)
	if err := writeSettings(config.Dir, settings); err != nil {
		return nil, fmt.Errorf("the app's settings: %w", err)
	}
	return &app{
		binary: binary, dir: config.Dir, readyURL: opsURL + "/readyz", environment: settings, address: setting(settings, "PAYBRIDGE_ADDR"),
		log: log, died: make(chan error, 1),
	}, nil
}

// start prepares the database, serves, and returns when the app says that it is ready.
func (a *app) start(ctx context.Context) error {
	if err := a.command(ctx, "migrate", "up").Run(); err != nil {
		return a.explain("paybridge migrate up", err)
	}
	if err := a.introduce(ctx); err != nil {
		return err
	}
	// The app outlives the request or the start-up that ctx belongs to; stop ends it.
	started, err := startChild(a.command(context.WithoutCancel(ctx), "serve"))
	if err != nil {
		return a.explain("paybridge serve", err)
	}
	a.running = started
	if err := a.waitUntilReady(ctx); err != nil {
		return errors.Join(err, a.stop(context.WithoutCancel(ctx)))
	}
	go a.watch(started)
	return nil
}

// introduce imports the malls that the app does not know yet. What an operator has changed about the others stays.
func (a *app) introduce(ctx context.Context) error {
	listing := a.command(ctx, "merchants", "list", "--json", "--limit", "1000")
	listing.Stdout = nil // Output reads it.
	text, err := listing.Output()
	if err != nil {
		return a.explain("paybridge merchants list", err)
	}
	var known []merchant
	if err := json.Unmarshal(text, &known); err != nil {
		return a.explain("paybridge merchants list", err)
	}
	file, err := writeMerchants(a.dir, known)
	if err != nil || file == "" {
		return err
	}
	if err := a.command(ctx, "merchants", "import", file).Run(); err != nil {
		return a.explain("paybridge merchants import", err)
	}
	return nil
}

func (a *app) command(ctx context.Context, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, a.binary, arguments...)
	command.Env = a.environment
	command.Stdout, command.Stderr = a.log, a.log
	return command
}

func (a *app) explain(what string, err error) error {
	return fmt.Errorf("%s: %w\n%s\n(all of it: %s)", what, err, a.log.tail(), a.log.path)
}

func (a *app) waitUntilReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	ticker := time.NewTicker(readyPoll)
	defer ticker.Stop()
	for !ready(ctx, a.readyURL) || !listening(ctx, a.address) {
		select {
		case <-a.running.done:
			return a.explain("the app ended before it was ready", a.running.outcome())
		case <-ctx.Done():
			return a.explain("the app did not become ready", ctx.Err())
		case <-ticker.C:
		}
	}
	return nil
}

func ready(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

// listening says whether the public listener is open; it is opened beside the one that says ready.
func listening(ctx context.Context, address string) bool {
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	return err == nil && connection.Close() == nil
}

// runs says whether the app was started and has not ended.
func (a *app) runs() bool {
	if a.running == nil {
		return false
	}
	select {
	case <-a.running.done:
		return false
	default:
		return true
	}
}

// watch reports when the app ends without having been told to.
func (a *app) watch(started *child) {
	<-started.done
	if started.stopping.Load() {
		return
	}
	select {
	case a.died <- a.explain("the app ended by itself", started.outcome()):
	default: // One report is enough.
	}
}

// stop ends the app and waits for it. To stop a stopped app does nothing.
func (a *app) stop(ctx context.Context) error {
	if a.running == nil {
		return nil
	}
	err := a.running.stop(ctx)
	a.running = nil
	if err != nil {
		return a.explain("stopping the app", err)
	}
	return nil
}

// forget deletes the app's database. The keyset stays: it is a setting, not a memory.
func (a *app) forget() error {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(filepath.Join(a.dir, databaseFile+suffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("delete the app's database: %w", err)
		}
	}
	return nil
}
