// Command paybridge connects Cafe24 malls with payment companies. `paybridge --help` lists what it does.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"paybridge/bootstrap"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := bootstrap.Main(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
