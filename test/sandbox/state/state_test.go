package state_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"paybridge/test/sandbox/state"
)

func TestManyChangesAreWrittenOnceAndShortlyAfterwards(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "deep", "state.json")
		var snapshots atomic.Int64
		saver := state.NewSaver(path, func() any { return map[string]int64{"n": snapshots.Add(1)} })
		for range 100 {
			saver.Changed()
		}
		<-time.After(300 * time.Millisecond) // Fake time: the bubble moves on when everybody waits.
		synctest.Wait()
		if got := snapshots.Load(); got < 1 || got > 2 {
			t.Errorf("%d snapshots for a burst of changes, want 1 or 2", got)
		}
		if err := saver.Close(); err != nil {
			t.Fatal(err)
		}
		var loaded map[string]int64
		if err := state.Load(path, &loaded); err != nil || loaded["n"] != snapshots.Load() {
			t.Errorf("loaded %v, %v; want the last snapshot %d", loaded, err, snapshots.Load())
		}
	})
}

func TestAMissingFileIsAFreshStartAndADamagedOneIsNamed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.json")
	var target map[string]int
	if err := state.Load(path, &target); err != nil || target != nil {
		t.Errorf("missing file: %v, %v; want nothing", target, err)
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := state.Load(path, &target); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("damaged file: error %v, want one that names the file", err)
	}
}

func TestWithoutAFileNothingIsSaved(t *testing.T) {
	t.Parallel()
	saver := state.NewSaver("", func() any { t.Error("a snapshot was taken"); return nil })
	saver.Changed()
	if err := saver.Close(); err != nil {
		t.Error(err)
	}
}
