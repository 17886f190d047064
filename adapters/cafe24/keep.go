package cafe24

import (
	"context"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
)

// How long and how often what a code or a refresh token was exchanged for is tried to be stored.
const (
	keepFor   = 20 * time.Second
	keepEvery = 250 * time.Millisecond
)

// keep stores what a token request came to, again and again until the time is over: the code or the refresh
// token is used up, so what came for it must not be lost because the store was away for a moment. Doing it
// twice is harmless. The caller's end does not end it.
func (a *API) keep(ctx context.Context, mall merchant.MallID, until time.Time, change func(*merchant.Tokens)) (*merchant.Tokens, error) {
	ctx = context.WithoutCancel(ctx)
	for {
		stored, err := a.store(ctx, mall, change)
		away := fault.Is(err, fault.Unavailable) || fault.Is(err, fault.Indeterminate)
		if !away || !a.clock.Now().Add(keepEvery).Before(until) {
			return stored, err
		}
		<-a.clock.After(keepEvery)
	}
}

func (a *API) store(ctx context.Context, mall merchant.MallID, change func(*merchant.Tokens)) (*merchant.Tokens, error) {
	ctx, cancel := context.WithTimeout(ctx, a.config.Timeout)
	defer cancel()
	return a.tokens.Update(ctx, mall, func(t *merchant.Tokens) error {
		change(t)
		return nil
	})
}
