package system

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
)

// keptLines is how many of the app's last lines explain why it did not start.
const keptLines = 15

// appLog takes what the app writes: everything into a file, lines of level ERROR to the terminal as well.
type appLog struct {
	path   string
	file   *os.File
	errors io.Writer

	mu   sync.Mutex
	rest []byte
	last []string
}

func newAppLog(path string, errors io.Writer) (*appLog, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("log of the app: %w", err)
	}
	return &appLog{path: path, file: file, errors: errors}, nil
}

// Write takes any part of the output and looks at it line by line.
func (l *appLog) Write(part []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, part...)
	for {
		line, rest, complete := bytes.Cut(l.rest, []byte("\n"))
		if !complete {
			break
		}
		l.keep(string(line))
		l.rest = rest
	}
	if _, err := l.file.Write(part); err != nil {
		return 0, fmt.Errorf("log of the app: %w", err)
	}
	return len(part), nil
}

func (l *appLog) keep(line string) {
	l.last = append(l.last, line)
	l.last = l.last[max(0, len(l.last)-keptLines):]
	if l.errors != nil && isError(line) {
		// The terminal is a courtesy; the line is in the file in any case.
		_, _ = fmt.Fprintln(l.errors, "app: "+line)
	}
}

// isError recognizes the level in slog's JSON and text formats, and crashes.
func isError(line string) bool {
	return strings.Contains(line, `"level":"ERROR"`) || strings.Contains(line, "level=ERROR") ||
		strings.HasPrefix(line, "panic:") || strings.HasPrefix(line, "fatal error:")
}

// tail is what the app wrote last.
func (l *appLog) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.last, "\n")
}

func (l *appLog) close() error {
	if err := l.file.Close(); err != nil {
		return fmt.Errorf("log of the app: %w", err)
	}
	return nil
}
