package command

import (
	"context"

	"paybridge/application/secrets"
	"paybridge/domain/fault"
	"paybridge/ports"
)

// KeysetStep is a step of replacing a key.
type KeysetStep uint8

// The steps, in their order. Every instance has to know the keyset of one step before the next one.
const (
	AddKey      KeysetStep = iota + 1 // a fresh key, which only opens
	PromoteKey                        // the newest key seals
	DropOldKeys                       // the keys before the primary one are gone
)

// ChangeKeyset does one step.
type ChangeKeyset struct{ Step KeysetStep }

// ChangeKeysetHandler changes the keyset. It drops no key that anything is still sealed by.
type ChangeKeysetHandler struct {
	Keyset  ports.Keyset
	Keyring ports.Keyring
	Vault   ports.Vault
}

// Handle does the step, or Conflict when it is not its turn.
func (h ChangeKeysetHandler) Handle(ctx context.Context, in ChangeKeyset) (ports.KeysetChange, error) {
	switch in.Step {
	case AddKey:
		return h.Keyset.Add(ctx)
	case PromoteKey:
		return h.Keyset.Promote(ctx)
	case DropOldKeys:
		return h.drop(ctx)
	}
	return ports.KeysetChange{}, fault.Newf(fault.Internal, "unknown_step", "there is no step %d", in.Step)
}

func (h ChangeKeysetHandler) drop(ctx context.Context) (ports.KeysetChange, error) {
	var old []ports.KeyID
	for _, key := range h.Keyring.Keys() {
		if key.Primary {
			break
		}
		old = append(old, key.ID)
	}
	if len(old) == 0 {
		return ports.KeysetChange{}, fault.New(fault.Conflict, "no_old_key", "there is no key that is older than the primary one")
	}
	by, err := secrets.Count(ctx, h.Vault, h.Keyring)
	if err != nil {
		return ports.KeysetChange{}, err
	}
	held := 0
	for _, id := range old {
		held += by[id]
	}
	if held > 0 {
		return ports.KeysetChange{}, fault.Newf(fault.Conflict, "still_sealed", "old keys are still needed, they sealed %d of the secrets", held)
	}
	return h.Keyset.Drop(ctx, old)
}
