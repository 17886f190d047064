package stage

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"paybridge/test/load/message"
	"paybridge/test/load/outside"
)

// Stage is an app with its surroundings. It must be closed.
type Stage struct {
	Database *Database
	World    *outside.World
	Address  string // of the app's public listener, host:port

	binary, dir string
	env         []string
	app         *Process
	log         *os.File
}

// Open makes a fresh database, migrates it with the binary, imports the merchant and readies the
// world. The app is not started. Its output goes to a file in dir, which is where it works. More of its
// environment, as NAME=value, goes into env.
func Open(ctx context.Context, server Server, binary, dir string, env ...string) (_ *Stage, err error) {
	s := &Stage{binary: binary, dir: dir, env: env}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close(ctx))
		}
	}()
	if s.Database, err = server.Database(ctx); err != nil {
		return nil, err
	}
	if s.World, err = outside.Open(ctx); err != nil {
		return nil, err
	}
	if s.log, err = os.Create(filepath.Join(dir, "app.log")); err != nil {
		return nil, err
	}
	if err = s.configure(ctx); err != nil {
		return nil, err
	}
	if err = s.command(ctx, "migrate", "up"); err != nil {
		return nil, err
	}
	merchants := filepath.Join(dir, "merchants.json")
	if err = os.WriteFile(merchants, []byte(message.Merchants), 0o600); err != nil {
		return nil, err
	}
	return s, s.command(ctx, "merchants", "import", merchants)
}

// configure gives the app an environment of its own: nothing of ours reaches it but the path.
func (s *Stage) configure(ctx context.Context) error {
	keyset, err := exec.CommandContext(ctx, s.binary, "keys", "new").Output()
	if err != nil {
		return fmt.Errorf("%s keys new: %w", s.binary, err)
	}
	operations := ""
	if s.Address, err = FreeAddress(ctx); err == nil {
		operations, err = FreeAddress(ctx)
	}
	s.env = append([]string{
		"PATH=" + os.Getenv("PATH"), "PAYBRIDGE_ENV=sandbox",
		"PAYBRIDGE_ADDR=" + s.Address, "PAYBRIDGE_OPS_ADDR=" + operations, "PAYBRIDGE_PUBLIC_URL=http://" + s.Address,
		"DATABASE_URL=" + s.Database.URL,
		"CAFE24_CLIENT_ID=mock_client_id", "CAFE24_CLIENT_SECRET=mock_client_secret",
		"CAFE24_SERVICE_KEY=" + message.ServiceKey, "CAFE24_WEBHOOK_KEY=mock_webhook_key",
		"ENCRYPTION_KEYSET=" + strings.TrimSpace(string(keyset)),
		"GATEWAY_DEMO_BASE_URL=" + s.World.CompanyURL,
		"OUTBOUND_ALLOW_PRIVATE=true", "OUTBOUND_ROUTES=*.cafe24shop.com=" + s.World.MallURL,
	}, s.env...)
	return err
}

func (s *Stage) command(ctx context.Context, args ...string) error {
	command := exec.CommandContext(ctx, s.binary, args...)
	command.Env, command.Dir = s.env, s.dir
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("paybridge %s: %w\n%s", strings.Join(args, " "), err, output)
	}
	return nil
}

// Start starts the app and waits until it takes connections. The times of measurements of the start
// begin at the returned moment.
func (s *Stage) Start(ctx context.Context) (began time.Time, err error) {
	began = time.Now()
	s.app, err = Launch(ctx, s.Address, Program{Binary: s.binary, Args: []string{"serve"}, Env: s.env, Dir: s.dir, Log: s.log})
	return began, err
}

// Stop ends the app as an operator does, with SIGTERM, and kills it when it does not end.
func (s *Stage) Stop() error {
	if s.app == nil {
		return nil
	}
	app := s.app
	s.app = nil
	return app.Stop()
}

// Close ends and removes everything, also after ctx ended.
func (s *Stage) Close(ctx context.Context) error {
	var errs []error
	errs = append(errs, s.Stop())
	if s.World != nil {
		errs = append(errs, s.World.Close())
	}
	if s.log != nil {
		errs = append(errs, s.log.Close())
	}
	if s.Database != nil {
		errs = append(errs, s.Database.Drop(ctx))
	}
	return errors.Join(errs...)
}

// ProcessorTime is what the running app has used so far.
func (s *Stage) ProcessorTime() (time.Duration, error) { return s.app.ProcessorTime() }

// Memory is what the running app holds of the machine's memory, now and at most so far, in bytes.
func (s *Stage) Memory() (now, peak int64, err error) { return memory(s.app.command.Process.Pid) }

// Log is the end of what the app wrote.
func (s *Stage) Log() string { return endOf(s.log) }

// FreeAddress finds a port of loopback below those that Linux gives to outgoing connections: one found free now is
// very likely still free when the app listens there.
func FreeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	var refused error
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000))
		l, err := config.Listen(ctx, "tcp", address)
		if err == nil {
			return address, l.Close()
		}
		refused = err
	}
	return "", refused
}
