package rig

import (
	"net"
	"strconv"
	"testing"

	"paybridge/test/sandbox/system"
)

// Sandbox is the configuration of a sandbox whose app has a port of its own, also between its lives.
func Sandbox(t testing.TB) system.Config {
	t.Helper()
	return system.Config{AppBinary: Binary(t), Dir: t.TempDir(), AppPort: freePort(t), OpsPort: freePort(t)}
}

func freePort(t testing.TB) int {
	t.Helper()
	_, text, err := net.SplitHostPort(FreeAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return port
}
