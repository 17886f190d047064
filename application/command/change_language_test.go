package command_test

import (
	"testing"

	"paybridge/application/command"
	"paybridge/domain/session"
)

func TestASessionSpeaksTheLanguageThatWasChosenAndStaysWhoseItIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sessions := w.store.Sessions()
	was := session.New(session.Operator{Mall: "demomall", UserID: "kim", Role: session.Owner, Language: session.English}, "secret", w.clock.Now())
	w.must(sessions.Start(t.Context(), was))
	_, err := command.ChangeLanguageHandler{Sessions: sessions}.Handle(t.Context(), command.ChangeLanguage{Session: was, Language: session.Korean})
	w.must(err)
	is, err := command.ResumeSessionHandler{Sessions: sessions, Clock: w.clock}.Handle(t.Context(), command.ResumeSession{ID: "secret"})
	w.must(err)
	was.Language = session.Korean
	if is != was {
		t.Errorf("the session is %+v, want %+v", is, was)
	}
}
