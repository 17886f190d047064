package command_test

import (
	"testing"
	"time"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/session"
)

func TestASessionIsResumedWhileItStands(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	resume := command.ResumeSessionHandler{Sessions: w.store.Sessions(), Clock: w.clock}
	kim := session.Operator{Mall: mallID, UserID: "kim", Role: session.Owner, Language: session.Korean}
	if err := w.store.Sessions().Start(t.Context(), session.New(kim, "secret", w.clock.Now())); err != nil {
		t.Fatal(err)
	}
	for range 3 { // each use moves the end
		w.clock.Advance(time.Hour + 59*time.Minute)
		got, err := resume.Handle(t.Context(), command.ResumeSession{ID: "secret"})
		if err != nil || got.Operator != kim {
			t.Fatalf("got %+v, %v", got, err)
		}
	}
	w.clock.Advance(2 * time.Hour)
	for name, id := range map[string]string{"idle": "secret", "unknown": "guessed", "none": "", "fingerprint": string(session.FingerprintOf("secret"))} {
		if _, err := resume.Handle(t.Context(), command.ResumeSession{ID: id}); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
