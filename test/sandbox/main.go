// Command sandbox runs paybridge between a simulated Cafe24 mall and a simulated payment company, with nothing else to install:
// open the mall, buy something, pay. Ctrl-C stops everything; the next start continues where this one ended.
//
//	sandbox [-app var/bin/paybridge] [-dir var] [-app-port 8000] [-mall-port 8001] [-company-port 8002] [-ops-port 9000] [-set NAME=value ...]
//
// Each flag can also be given in the environment: SANDBOX_APP, SANDBOX_DIR, SANDBOX_BIND, SANDBOX_APP_PORT and so on.
// Exit status: 0 stopped, 1 something failed, 2 wrong usage.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"paybridge/test/sandbox/system"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := system.Main(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
