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

// FreeAddress finds a port on which nobody listens and that no other test, of this process or of one beside
// it, was given: until an app listens there, a second test would find it free as well, and then talk to the
// first one's app.
func FreeAddress(t testing.TB) string {
	t.Helper()
	for range 1000 {
		port := strconv.Itoa(firstPort + rand.IntN(lastPort-firstPort+1))
		claim, err := net.Listen("unix", "@paybridge-test-port-"+port) //nolint:noctx // a name only, gone with this process
		if err != nil {
			continue
		}
		if address, free := tryPort(port); free {
			t.Cleanup(func() { _ = claim.Close() })
			return address
		}
		_ = claim.Close()
	}
	t.Fatal("no free port was found")
	return ""
}

func tryPort(port string) (address string, free bool) {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port)) //nolint:noctx // closed at once
	if err != nil {
		return "", false
	}
	return l.Addr().String(), l.Close() == nil
}
