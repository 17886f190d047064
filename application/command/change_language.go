package command

import (
	"context"

	"paybridge/domain/session"
	"paybridge/ports"
)

// ChangeLanguage makes the pages of a session speak another language.
type ChangeLanguage struct {
	Session  session.Session
	Language session.Language
}

// ChangeLanguageHandler remembers the choice for the rest of the session.
type ChangeLanguageHandler struct{ Sessions ports.Sessions }

// Handle returns the session as it is now.
func (h ChangeLanguageHandler) Handle(ctx context.Context, in ChangeLanguage) (session.Session, error) {
	s := in.Session
	s.Language = in.Language
	return s, h.Sessions.Update(ctx, s)
}
