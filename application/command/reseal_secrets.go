package command

import (
	"context"
	"strings"
	"sync"
	"time"

	"paybridge/application/secrets"
	"paybridge/domain/fault"
	"paybridge/ports"
)

const (
	// resealHands is how many secrets are sealed at once. There are few, because everybody else goes on.
	resealHands = 4
	// resealReports is how often progress is told.
	resealReports = time.Second
	// stuckMost is how many malls whose secrets do not open are named.
	stuckMost = 5
)

// ResealSecrets seals everything by the primary key that another key has sealed.
type ResealSecrets struct {
	Progress func(Resealed) // hears once a second how far it is; nil: nobody does
}

// Resealed is how far it has come.
type Resealed struct {
	Key     ports.KeyID // seals
	Secrets int         // met on the way
	Sealed  int         // anew
	Already int         // sealed by the key before
	Changed int         // stored anew by somebody else meanwhile, who sealed it with his primary key
	Stuck   int         // do not open with these keys, and stayed as they are
	Took    time.Duration
}

// ResealSecretsHandler walks through all secrets. Everybody else may go on reading and writing them: what
// was changed meanwhile is left alone. Whatever breaks it off, the next one passes over what is done.
type ResealSecretsHandler struct {
	Keyring ports.Keyring
	Vault   ports.Vault
	Clock   ports.Clock
}

// reseal is one run. The mutex guards what its hands count.
type reseal struct {
	ResealSecretsHandler
	ResealSecrets
	begun, told time.Time

	mu    sync.Mutex
	done  Resealed
	malls []string
}

// Handle seals anew. What was done is returned beside an error too: Forbidden "secrets_stuck" when some
// secrets do not open, after all others were sealed.
func (h ResealSecretsHandler) Handle(ctx context.Context, in ResealSecrets) (Resealed, error) {
	now := h.Clock.Now()
	r := &reseal{ResealSecretsHandler: h, ResealSecrets: in, begun: now, told: now, done: Resealed{Key: secrets.Primary(h.Keyring)}}
	err := secrets.Walk(ctx, h.Vault, func(page []ports.SealedSecret) error { return r.page(ctx, page) })
	r.done.Took = h.Clock.Now().Sub(r.begun)
	if err == nil && r.done.Stuck > 0 {
		err = fault.Newf(fault.Forbidden, "secrets_stuck", "%d of the secrets do not open with these keys; they belong to mall %s",
			r.done.Stuck, strings.Join(r.malls, ", "))
	}
	return r.done, err
}

// page seals a stride with few hands. The first error stops them all.
func (r *reseal) page(ctx context.Context, page []ports.SealedSecret) error {
	sealing, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	waiting := make(chan ports.SealedSecret)
	var hands sync.WaitGroup
	for range min(resealHands, len(page)) {
		hands.Go(func() {
			for s := range waiting {
				if err := r.one(sealing, s); err != nil {
					stop(err) // the others end by it; the first cause stays
				}
			}
		})
	}
	for _, s := range page {
		waiting <- s
	}
	close(waiting)
	hands.Wait()
	r.tell()
	return context.Cause(sealing)
}

// one seals one secret anew, if another key has sealed it.
func (r *reseal) one(ctx context.Context, s ports.SealedSecret) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if r.Keyring.SealedBy(s.Sealed) == r.done.Key {
		r.count(func(done *Resealed) { done.Already++ })
		return nil
	}
	secret, err := r.Keyring.Open(ctx, s.Mall, s.Sealed)
	if fault.Is(err, fault.Forbidden) {
		r.count(func(done *Resealed) { done.Stuck++; r.name(string(s.Mall)) })
		return nil
	}
	if err != nil {
		return err
	}
	sealed, err := r.Keyring.Seal(ctx, s.Mall, secret)
	if err != nil {
		return err
	}
	replaced, err := r.Vault.Replace(ctx, s, sealed)
	if err != nil {
		return err
	}
	r.count(func(done *Resealed) {
		if replaced {
			done.Sealed++
		} else {
			done.Changed++
		}
	})
	return nil
}

func (r *reseal) count(what func(*Resealed)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done.Secrets++
	what(&r.done)
}

// name remembers whose secrets do not open. It needs the lock.
func (r *reseal) name(mall string) {
	switch {
	case len(r.malls) < stuckMost:
		r.malls = append(r.malls, mall)
	case len(r.malls) == stuckMost:
		r.malls = append(r.malls, "and others")
	}
}

func (r *reseal) tell() {
	now := r.Clock.Now()
	if r.Progress == nil || now.Sub(r.told) < resealReports {
		return
	}
	r.told = now
	r.done.Took = now.Sub(r.begun)
	r.Progress(r.done)
}
