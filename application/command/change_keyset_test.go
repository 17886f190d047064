package command_test

import (
	"slices"
	"strings"
	"testing"

	"paybridge/adapters/keyring"
	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/domain/fault"
	"paybridge/ports"
)

// cabinet is a safe whose keys are of a real keyset.
type cabinet struct {
	*safe
	keys *keyring.Keyring
}

func newCabinet(t *testing.T, secrets int) cabinet {
	t.Helper()
	c := cabinet{safe: newSafe(t, 0)}
	text, err := keyring.NewKeyset()
	c.must(err)
	c.keys, err = keyring.Open(ports.NewSecret(text))
	c.must(err)
	for i := range secrets {
		c.put(i+1, c.keys)
	}
	return c
}

func (c cabinet) step(step command.KeysetStep) (ports.KeysetChange, error) {
	return command.ChangeKeysetHandler{Keyset: c.keys, Keyring: c.keys, Vault: c.store.Vault()}.
		Handle(c.t.Context(), command.ChangeKeyset{Step: step})
}

// shows checks what the keys are for and how many secrets each has sealed.
func (c cabinet) shows(want ...query.KeyRow) {
	c.t.Helper()
	rows, err := query.KeysHandler{Keyring: c.keys, Vault: c.store.Vault()}.Handle(c.t.Context(), query.Keys{})
	c.must(err)
	for i := range rows {
		rows[i].ID = 0
	}
	if !slices.Equal(rows, want) {
		c.t.Fatalf("keys %+v, want %+v", rows, want)
	}
}

func TestAKeyIsReplacedInFourSteps(t *testing.T) {
	t.Parallel()
	c := newCabinet(t, 3)
	c.shows(query.KeyRow{Use: query.KeySeals, Secrets: 3})
	_, err := c.step(command.AddKey)
	c.must(err)
	c.shows(query.KeyRow{Use: query.KeySeals, Secrets: 3}, query.KeyRow{Use: query.KeyWaits})
	_, err = c.step(command.PromoteKey)
	c.must(err)
	c.put(4, c.keys)
	c.shows(query.KeyRow{Use: query.KeyOpens, Secrets: 3}, query.KeyRow{Use: query.KeySeals, Secrets: 1})
	done, err := command.ResealSecretsHandler{Keyring: c.keys, Vault: c.store.Vault(), Clock: c.clock}.Handle(t.Context(), command.ResealSecrets{})
	c.must(err)
	if done.Sealed != 3 || done.Already != 1 {
		t.Errorf("sealed anew: %+v", done)
	}
	c.shows(query.KeyRow{Use: query.KeyOpens}, query.KeyRow{Use: query.KeySeals, Secrets: 4})
	change, err := c.step(command.DropOldKeys)
	c.must(err)
	if len(change.Keys) != 1 {
		t.Errorf("dropped %v", change.Keys)
	}
	c.shows(query.KeyRow{Use: query.KeySeals, Secrets: 4})
}

func TestNoKeyIsDroppedThatASecretNeeds(t *testing.T) {
	t.Parallel()
	c := newCabinet(t, 2)
	_, err := c.step(command.DropOldKeys)
	c.refused(err, "no_old_key", "older than the primary one")
	_, err = c.step(command.AddKey)
	c.must(err)
	_, err = c.step(command.DropOldKeys)
	c.refused(err, "no_old_key", "older than the primary one")
	_, err = c.step(command.PromoteKey)
	c.must(err)
	_, err = c.step(command.DropOldKeys)
	c.refused(err, "still_sealed", "they sealed 2 of the secrets")
	c.shows(query.KeyRow{Use: query.KeyOpens, Secrets: 2}, query.KeyRow{Use: query.KeySeals})
}

func (c cabinet) refused(err error, code, message string) {
	c.t.Helper()
	f := fault.Of(err)
	if f == nil || f.Kind != fault.Conflict || f.Code != code {
		c.t.Fatalf("got %v, want %s", err, code)
	}
	if !strings.Contains(f.Message, message) {
		c.t.Errorf("said %q, want %q", f.Message, message)
	}
}

func TestAKeyThatIsMissingIsShownWithWhatItSealed(t *testing.T) {
	t.Parallel()
	c := newCabinet(t, 2)
	stranger, err := memory.NewKeyring()
	c.must(err)
	c.put(3, stranger)
	rows, err := query.KeysHandler{Keyring: c.keys, Vault: c.store.Vault()}.Handle(t.Context(), query.Keys{})
	c.must(err)
	if len(rows) != 2 || rows[1].Use != query.KeyMissing || rows[1].Secrets != 1 {
		t.Errorf("%+v", rows)
	}
}
