package ports

import (
	"context"

	"paybridge/domain/merchant"
)

// Installation is how the owner of a mall gives the app access to it.
type Installation interface {
	// ConsentURL is where the owner is asked. The answer comes back by the browser, with the state beside it.
	ConsentURL(mall merchant.MallID, state string) (string, error)
	// Complete reports that a mall stands installed with everything that its owner is asked for.
	Complete(t *merchant.Tokens) bool
	// Install exchanges the code that came back and keeps what it gave, sealed, in place of all before; the
	// caller's end does not stop it. Fewer scopes than asked for are no error: the returned tokens tell.
	// Forbidden "grant_refused" or "other_mall" when the code is not good, RateLimited "token_budget" when
	// Cafe24 was asked too often, Unavailable when it cannot be asked; then the tokens stay as they were.
	Install(ctx context.Context, mall merchant.MallID, code string) (*merchant.Tokens, error)
}
