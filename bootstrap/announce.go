package bootstrap

import "context"

// announce tells the log what an operator who starts the service has to know.
func (a *App) announce(ctx context.Context) {
	list, err := notOffered(ctx, a.DB, a.Gateways)
	if err != nil {
		a.Log.WarnContext(ctx, "the merchants' companies could not be looked up", "error", err)
	}
	for _, u := range list {
		a.Log.WarnContext(ctx, "a payment company that merchants use is not offered: every payment of theirs is refused",
			"company", u.company, "merchants", u.merchants, "because", u.lacks)
	}
}
