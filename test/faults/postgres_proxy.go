package faults

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// PostgresProxy stands between the app and Postgres. It reads the protocol (version 3, without TLS):
// a statement outside a transaction that changes rows is an effect, and so is the commit of a
// transaction that did.
type PostgresProxy struct {
	bomb   *Bomb
	server string
}

// ProxyPostgres listens until the test ends and returns the database address that leads through it.
func ProxyPostgres(t testing.TB, bomb *Bomb, database string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed by the cleanup
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p := &PostgresProxy{bomb: bomb, server: u.Host}
	go p.accept(l)
	u.Host = l.Addr().String()
	return u.String()
}

func (p *PostgresProxy) accept(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.server) //nolint:noctx // loopback
		if err != nil {
			_ = client.Close()
			continue
		}
		s := &session{bomb: p.bomb, client: client, server: server, named: map[string]string{}}
		go s.forward()
		go s.backward()
	}
}

// session is one connection of the app.
type session struct {
	bomb           *Bomb
	client, server net.Conn

	mu      sync.Mutex
	named   map[string]string // statements by the name that they were prepared under, "" among them
	pending []string          // statements sent and not yet answered
	inTx    bool
	dirty   bool // the open transaction changed rows
}

func (s *session) close() {
	_ = s.client.Close()
	_ = s.server.Close()
}

// forward passes the app's messages on and notes the statements among them.
func (s *session) forward() {
	defer s.close()
	if err := s.startup(); err != nil {
		return
	}
	for {
		kind, body, err := readMessage(s.client)
		if err != nil {
			return
		}
		s.note(kind, body)
		if err := writeMessage(s.server, kind, body); err != nil {
			return
		}
	}
}

// startup passes the first message on, which has no kind.
func (s *session) startup() error {
	var size [4]byte
	if _, err := io.ReadFull(s.client, size[:]); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n < 4 || n > 1<<16 {
		return errors.New("odd startup message")
	}
	body := make([]byte, n-4)
	if _, err := io.ReadFull(s.client, body); err != nil {
		return err
	}
	_, err := s.server.Write(append(size[:], body...))
	return err
}

// backward passes the server's messages on. An effect is held back, with everything around it, until
// the bomb was asked.
func (s *session) backward() {
	defer s.close()
	var held bytes.Buffer
	var effect string
	for {
		kind, body, err := readMessage(s.server)
		if err != nil {
			return
		}
		switch kind {
		case 'C': // a statement is complete
			if name, is := s.completed(string(bytes.TrimRight(body, "\x00"))); is {
				effect = name
			}
		case 'I', 'E': // it was empty, or failed
			s.completed("NOTHING 0")
		}
		_ = writeMessage(&held, kind, body)
		if kind != 'Z' && effect != "" {
			continue
		}
		if effect != "" && !s.bomb.Done(effect) {
			return
		}
		effect = ""
		if _, err := s.client.Write(held.Bytes()); err != nil {
			return
		}
		held.Reset()
	}
}

var (
	writes = regexp.MustCompile(`(?is)^\s*(with\b.*\b(insert|update|delete)\b|insert|update|delete)`)
	tables = regexp.MustCompile(`(?i)(?:insert into|update|delete from)\s+"?([a-z_]+)"?`)
)

// completed judges the answer to the oldest open statement by its tag, such as "UPDATE 1".
func (s *session) completed(tag string) (effect string, is bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pending) == 0 {
		return "", false
	}
	text := s.pending[0]
	s.pending = s.pending[1:]
	changed := writes.MatchString(text) && !strings.HasSuffix(tag, " 0")
	switch word := strings.ToUpper(tag); {
	case word == "BEGIN":
		s.inTx, s.dirty = true, false
	case word == "COMMIT":
		defer func() { s.inTx, s.dirty = false, false }()
		return "commit", s.dirty
	case word == "ROLLBACK":
		s.inTx, s.dirty = false, false
	case changed && s.inTx:
		s.dirty = true
	case changed:
		return "store " + strings.Join(touched(text), "+"), true
	}
	return "", false
}

// touched lists the tables that a statement writes, each once.
func touched(text string) []string {
	var names []string
	seen := map[string]bool{}
	for _, m := range tables.FindAllStringSubmatch(text, -1) {
		if name := strings.ToLower(m[1]); !seen[name] && name != "set" {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// note remembers what is about to run: a simple query, or a statement that is bound to values after it
// was parsed, now or long ago.
func (s *session) note(kind byte, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := bytes.SplitN(body, []byte{0}, 3)
	switch {
	case kind == 'Q':
		s.pending = append(s.pending, string(parts[0]))
	case kind == 'P' && len(parts) == 3: // name, text, parameter types
		s.named[string(parts[0])] = string(parts[1])
	case kind == 'B' && len(parts) == 3: // portal, name, values
		s.pending = append(s.pending, s.named[string(parts[1])])
	}
}

func readMessage(r io.Reader) (kind byte, body []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n < 4 || n > 1<<28 {
		return 0, nil, errors.New("odd message length")
	}
	body = make([]byte, n-4)
	_, err = io.ReadFull(r, body)
	return head[0], body, err
}

func writeMessage(w io.Writer, kind byte, body []byte) error {
	message := make([]byte, 5, 5+len(body))
	message[0] = kind
	binary.BigEndian.PutUint32(message[1:], uint32(len(body)+4)) //nolint:gosec // bounded when it was read
	_, err := w.Write(append(message, body...))
	return err
}
