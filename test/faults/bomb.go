// Package faults breaks the running system on purpose and looks whether the promises hold.
//
// Crash points are set from outside, so that production code holds no switch for them: everything
// the app changes leaves its process over a connection - to Postgres, to the payment company, to the
// mall - and each of these connections runs through a proxy here. A proxy counts the effects it lets
// through; when the chosen one is done, the app is killed before it hears of it. The points between
// any two side effects are exactly these.
package faults

import "sync"

// Bomb kills the app when a chosen effect is done but not yet acknowledged.
type Bomb struct {
	kill func()

	mu      sync.Mutex
	at      int // the number of the effect, from 1; 0 never
	effects []string
	blown   chan struct{}
}

// NewBomb returns a bomb that is not armed.
func NewBomb(kill func()) *Bomb { return &Bomb{kill: kill, blown: make(chan struct{})} }

// Arm forgets the effects so far and sets the bomb to the n-th from now.
func (b *Bomb) Arm(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.at, b.effects, b.blown = n, nil, make(chan struct{})
}

// Done is called by proxies when an effect has happened and its acknowledgement is still held back.
// It reports whether the acknowledgement may go on.
func (b *Bomb) Done(effect string) bool {
	b.mu.Lock()
	b.effects = append(b.effects, effect)
	hit := b.at == len(b.effects)
	blown := b.blown
	b.mu.Unlock()
	if hit {
		b.kill()
		close(blown)
	}
	return !hit
}

// Blown is closed when the bomb went off.
func (b *Bomb) Blown() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.blown
}

// Effects lists what happened since the bomb was armed.
func (b *Bomb) Effects() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.effects...)
}
