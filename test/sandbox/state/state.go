// Package state keeps a simulator's memory in one JSON file, so that the sandbox continues where it stopped.
//
// The simulators work in memory and only say that something changed. A saver writes the file shortly afterwards, in the
// background, atomically, and once more when it is closed.
package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// debounce is the shortest time between a change and its writing.
const debounce = 200 * time.Millisecond

// Load reads the file into target. A file that does not exist leaves target as it is and is no error.
func Load(path string, target any) error {
	if path == "" {
		return nil
	}
	data, err := os.ReadFile(filepath.Clean(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read state: %w", err)
	}
	if err := json.Unmarshal(data, target); err != nil {
		return fmt.Errorf("state file %s is damaged, delete it to start afresh: %w", path, err)
	}
	return nil
}

// Saver writes snapshots of a simulator's state. A nil *Saver is valid and saves nothing.
type Saver struct {
	path     string
	snapshot func() any
	changed  chan struct{}
	stop     chan struct{}
	close    func() error
	done     chan error
}

// NewSaver starts a saver; an empty path gives a nil saver. snapshot must return a value that nobody changes any more.
func NewSaver(path string, snapshot func() any) *Saver {
	if path == "" {
		return nil
	}
	s := &Saver{path: path, snapshot: snapshot, changed: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan error, 1)}
	s.close = sync.OnceValue(func() error {
		close(s.stop)
		return <-s.done
	})
	go s.run()
	return s
}

// Changed says that there is something to save. It never blocks.
func (s *Saver) Changed() {
	if s == nil {
		return
	}
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// Close saves a last time and stops. To close again gives the same result.
func (s *Saver) Close() error {
	if s == nil {
		return nil
	}
	return s.close()
}

func (s *Saver) run() {
	pause := debounce
	for {
		select {
		case <-s.stop:
			s.done <- s.save()
			return
		case <-s.changed:
		}
		select {
		case <-s.stop:
			s.done <- s.save()
			return
		case <-time.After(pause):
		}
		began := time.Now()
		// An error here is not lost: the same write is tried again by Close, which reports it.
		_ = s.save()
		// A large state takes long to write; waiting ten times as long keeps the share of saving below a tenth.
		pause = max(debounce, 10*time.Since(began))
	}
}

func (s *Saver) save() error {
	data, err := json.Marshal(s.snapshot())
	if err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(s.path), 0o750); err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	draft := s.path + ".new"
	if err := os.WriteFile(draft, data, 0o600); err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	if err := os.Rename(draft, s.path); err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	return nil
}
