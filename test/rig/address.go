package rig

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// The range that FreeAddress takes from ends where Linux begins to hand out ports by itself (32768). Between
// two lives of an app its port is nobody's, and one that the system hands out could be taken by any
// connection that another test opens just then.
const (
	firstPort = 20000
	lastPort  = 32767
)

// FreeAddress finds a port on which nobody listens.
func FreeAddress(t testing.TB) string {
	t.Helper()
	for range 1000 {
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))) //nolint:noctx // closed at once
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return l.Addr().String()
	}
	t.Fatal("no free port was found")
	return ""
}
