package httpapi_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// dial speaks to the server byte by byte.
func (s *served) dial(sent string) *bufio.Reader {
	s.t.Helper()
	conn, err := (&net.Dialer{}).DialContext(s.t.Context(), "tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		s.t.Fatal(err)
	}
	if _, err := io.WriteString(conn, sent); err != nil {
		s.t.Fatal(err)
	}
	return bufio.NewReader(conn)
}

// answerTo sends bytes and reads one answer.
func (s *served) answerTo(sent string) answer {
	s.t.Helper()
	got, err := http.ReadResponse(s.dial(sent), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	return readAnswer(s.t, got)
}

func TestASlowClientIsCutOff(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) { sc.Limits.Read = 50 * time.Millisecond })
	for what, sent := range map[string]string{
		"in the headers": "POST " + checkoutPath + " HTTP/1.1\r\nHost: pay",
		"in the body":    "POST " + checkoutPath + " HTTP/1.1\r\nHost: pay.example\r\nContent-Length: 100\r\n\r\n{",
		"after a promise to continue": "POST " + checkoutPath +
			" HTTP/1.1\r\nHost: pay.example\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n{",
	} {
		conn := s.dial(sent)
		rest, err := io.ReadAll(conn)
		if err != nil || !strings.Contains(string(rest), " 408 Request Timeout") {
			t.Errorf("%s: got %q and %v, expected 408 and the end of the connection", what, rest, err)
		}
	}
}

func TestOversizedHeadersAreRefused(t *testing.T) {
	t.Parallel()
	s := setup(t)
	got := s.answerTo("GET / HTTP/1.1\r\nHost: a\r\nCookie: " + strings.Repeat("c", 9<<10) + "\r\n\r\n")
	if got.status != http.StatusRequestHeaderFieldsTooLarge || !strings.Contains(got.body, `"message":"the request headers are too large"`) {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

func TestWhatIsNoHTTPIsRefusedWithoutRepeatingIt(t *testing.T) {
	t.Parallel()
	s := setup(t)
	got := s.answerTo("POST " + checkoutPath + " HTTP/1.1\r\nHost: a\r\nContent-Length: secret\r\n\r\n")
	if got.status != http.StatusBadRequest || strings.Contains(got.body, "secret") || strings.Contains(s.logs.String(), "secret") {
		t.Errorf("got %d %s and logged %s", got.status, got.body, s.logs)
	}
}

func TestABodyTooLargeToReadIsRefusedUnread(t *testing.T) {
	t.Parallel()
	s := setup(t)
	got := s.answerTo("POST " + checkoutPath + " HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n")
	requireRefusal(t, s, got, http.StatusRequestEntityTooLarge, "body")
}
