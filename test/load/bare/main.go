// Command bare is what a status query cannot do without: a Fiber handler that answers with what one
// Redis GET returns. It is the ceiling of that figure, as a process of its own like the app, and stays
// as it is made: nothing is read from the request, traced, counted, logged or signed.
//
//	bare host:port redis://... key
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Exit codes.
const (
	failed  = 1
	misused = 2
)

func main() {
	if len(os.Args) != 4 {
		_, _ = fmt.Fprintln(os.Stderr, "usage: bare host:port redis://... key")
		os.Exit(misused)
	}
	if err := serve(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(failed)
	}
}

// serve answers until SIGTERM.
func serve(address, url, key string) error {
	client, err := connect(url)
	if err != nil {
		return err
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Post("/", func(c *fiber.Ctx) error {
		document, err := client.Get(c.UserContext(), key).Bytes()
		if err != nil {
			return err
		}
		return c.Send(document)
	})
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, func() { _ = app.Shutdown() }) // what it leaves ends with the process
	if err := app.Listen(address); err != nil {
		return err
	}
	return client.Close()
}

// connect uses the settings of the app's client, but for its hooks.
func connect(url string) (*redis.Client, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		return nil, err
	}
	o.PoolSize = 64
	o.DialTimeout = time.Second
	o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = 250*time.Millisecond, 250*time.Millisecond, 250*time.Millisecond
	o.ContextTimeoutEnabled = true
	o.MaxRetries = 1
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClient(o), nil
}
