package system_test

import (
	"math/big"
	"regexp"
	"sync"
	"testing"
	"time"

	"paybridge/adapters/system"
	"paybridge/ports"
)

var (
	_ ports.Clock = system.Clock{}
	_ ports.IDs   = system.IDs{}
)

func TestTheTimeIsUTCInWholeMicroseconds(t *testing.T) {
	t.Parallel()
	before := time.Now().Add(-time.Microsecond)
	now := system.Clock{}.Now()
	if now.Before(before) || now.After(time.Now()) {
		t.Errorf("%v is not now", now)
	}
	if now.Location() != time.UTC || now.Nanosecond()%1000 != 0 {
		t.Errorf("%v is not in UTC or has a part of a microsecond", now)
	}
	if stored := time.UnixMicro(now.UnixMicro()).UTC(); now != stored {
		t.Errorf("%#v is not equal to what is read back, %#v", now, stored)
	}
}

func TestAWaitEndsWhenItsTimeIsOver(t *testing.T) {
	t.Parallel()
	began := time.Now()
	<-system.Clock{}.After(time.Millisecond)
	if waited := time.Since(began); waited < time.Millisecond {
		t.Errorf("waited %v only", waited)
	}
}

func TestIdentifiersRiseAndAreSafeInURLs(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-9a-f]{52}$`)
	last := ""
	for range 10_000 {
		id := system.IDs{}.NewID()
		if !form.MatchString(id) || id <= last {
			t.Fatalf("%q after %q", id, last)
		}
		last = id
	}
}

func TestIdentifiersMadeAtOnceAreDifferent(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var workers sync.WaitGroup
	seen := map[string]bool{}
	for range 8 {
		workers.Go(func() {
			for range 1_000 {
				id := system.IDs{}.NewID()
				mu.Lock()
				seen[id] = true
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	if len(seen) != 8_000 {
		t.Errorf("%d different ids of 8000", len(seen))
	}
}

func TestNobodyCanGuessAnIdentifier(t *testing.T) {
	t.Parallel()
	ever, always := new(big.Int), new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 192), big.NewInt(1))
	for range 200 {
		id, ok := new(big.Int).SetString(system.IDs{}.NewID(), 16)
		if !ok {
			t.Fatal("not hexadecimal")
		}
		ever.Or(ever, id)
		always.And(always, id)
	}
	free := 0
	for bit := range 128 { // what follows the time and the sequence
		if ever.Bit(bit) == 1 && always.Bit(bit) == 0 {
			free++
		}
	}
	if free < 122 {
		t.Errorf("only %d bits vary, want 122", free)
	}
}
