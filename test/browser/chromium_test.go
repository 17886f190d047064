package browser_test

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"
)

// startBudget is how long the browser may take to start, and to end, on a busy machine.
const startBudget = 30 * time.Second

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if started := running.Load(); started != nil {
		if err := started.end(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// chromium is the browser of this test binary, started by the first test that needs it.
var chromium = sync.OnceValues(startChromium)

// running is what TestMain ends.
var running atomic.Pointer[process]

// process is a Chromium and the folder of its profile.
type process struct {
	command *exec.Cmd
	ended   chan struct{}
	profile string
}

func startChromium() (*rod.Browser, error) {
	program := cmp.Or(os.Getenv("TEST_CHROMIUM"), "/usr/bin/chromium")
	if _, err := exec.LookPath(program); err != nil {
		return nil, fmt.Errorf("no browser: install Debian's chromium or name one in TEST_CHROMIUM (`make test` does it): %w", err)
	}
	profile, err := os.MkdirTemp("", "paybridge-chromium.")
	if err != nil {
		return nil, err
	}
	p := &process{command: exec.Command(program, arguments(profile)...), ended: make(chan struct{}), profile: profile} //nolint:noctx // ended by TestMain
	running.Store(p)
	address, err := p.start()
	if err != nil {
		return nil, err
	}
	browser := rod.New().ControlURL(address).NoDefaultDevice()
	return browser, browser.Connect()
}

// arguments are rod's own, and those that keep Chromium from talking to the world. A frame of another site stays in the process
// of its page, where rod can look into it; what may stand in it, and which cookies it sees, has nothing to do with processes.
func arguments(profile string) []string {
	return launcher.New().NoSandbox(true).UserDataDir(profile).
		Set("disable-gpu").Set("disable-quic").Set("disable-component-update").Set("disable-features", "site-per-process", "TranslateUI", "OptimizationHints", "MediaRouter").
		FormatArgs()
}

// start starts the browser and returns the address that it is controlled by. It is not left to rod, whose browser would
// outlive a test binary that panics.
func (p *process) start() (string, error) {
	parser := launcher.NewURLParser()
	p.command.Stderr = parser
	p.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.command.Start(); err != nil {
		close(p.ended)
		return "", fmt.Errorf("start the browser: %w", err)
	}
	go func() {
		_ = p.command.Wait() // However it ended, it is gone.
		close(p.ended)
	}()
	select {
	case address := <-parser.URL:
		return launcher.ResolveURL(address)
	case <-p.ended:
		return "", fmt.Errorf("the browser ended while it started: %w", parser.Err())
	case <-time.After(startBudget):
		return "", errors.New("the browser did not start in time")
	}
}

// end stops the browser and removes its profile.
func (p *process) end() error {
	if p.command.Process != nil {
		_ = p.command.Process.Signal(syscall.SIGTERM) // It may have ended by itself.
		select {
		case <-p.ended:
		case <-time.After(startBudget):
			_ = p.command.Process.Kill()
		}
	}
	<-p.ended
	return os.RemoveAll(p.profile)
}
