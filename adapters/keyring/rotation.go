package keyring

import (
	"context"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// Add implements ports.Keyset.
func (k *Keyring) Add(context.Context) (ports.KeysetChange, error) {
	return k.change(func(keys []ports.SealingKey, draft *keyset.Manager) ([]ports.KeyID, error) {
		if newest := keys[len(keys)-1]; !newest.Primary {
			return nil, fault.Newf(fault.Conflict, "key_waits", "key %d was added already and is not the primary one yet", newest.ID)
		}
		id, err := draft.Add(aead.AES256GCMKeyTemplate())
		return []ports.KeyID{ports.KeyID(id)}, err
	})
}

// Promote implements ports.Keyset.
func (k *Keyring) Promote(context.Context) (ports.KeysetChange, error) {
	return k.change(func(keys []ports.SealingKey, draft *keyset.Manager) ([]ports.KeyID, error) {
		newest := keys[len(keys)-1]
		if newest.Primary {
			return nil, fault.Newf(fault.Conflict, "no_key_waits", "the newest key, %d, is the primary one already", newest.ID)
		}
		return []ports.KeyID{newest.ID}, draft.SetPrimary(uint32(newest.ID))
	})
}

// Drop implements ports.Keyset.
func (k *Keyring) Drop(_ context.Context, drop []ports.KeyID) (ports.KeysetChange, error) {
	return k.change(func(keys []ports.SealingKey, draft *keyset.Manager) ([]ports.KeyID, error) {
		primary := map[ports.KeyID]bool{}
		for _, key := range keys {
			primary[key.ID] = key.Primary
		}
		for _, id := range drop {
			switch is, known := primary[id]; {
			case !known:
				return nil, fault.Newf(fault.NotFound, "no_such_key", "there is no key %d", id)
			case is:
				return nil, fault.Newf(fault.Conflict, "primary_key", "key %d is the primary one", id)
			}
			if err := draft.Delete(uint32(id)); err != nil {
				return nil, err
			}
		}
		return drop, nil
	})
}

// step changes a keyset and says which keys it was about. keys are those that open, the oldest first.
type step func(keys []ports.SealingKey, draft *keyset.Manager) ([]ports.KeyID, error)

// change changes the keyset where it is kept, and uses what it has become. Of several processes that
// change one file, each begins with what the one before has left.
func (k *Keyring) change(do step) (ports.KeysetChange, error) {
	if k.path == "" {
		encoded, ids, err := changed(k.ring.Load().encoded, do)
		if err != nil {
			return ports.KeysetChange{}, err
		}
		return ports.KeysetChange{Keys: ids, Text: encoded}, k.use(encoded, nil)
	}
	var ids []ports.KeyID
	err := rewriteFile(k.path, func(before ports.Secret) (after ports.Secret, err error) {
		after, ids, err = changed(before, do)
		return after, err
	})
	if err != nil {
		return ports.KeysetChange{}, err
	}
	return ports.KeysetChange{Keys: ids}, k.Reload()
}

func changed(encoded ports.Secret, do step) (ports.Secret, []ports.KeyID, error) {
	before, err := decode(encoded)
	if err != nil {
		return ports.Secret{}, nil, err
	}
	keys := keysOf(before)
	if len(keys) == 0 {
		return ports.Secret{}, nil, invalid("holds no key that is enabled")
	}
	draft := keyset.NewManagerFromHandle(before)
	ids, err := do(keys, draft)
	if err != nil {
		return ports.Secret{}, nil, fault.Wrap(err, "change the keyset")
	}
	after, err := draft.Handle()
	if err != nil {
		return ports.Secret{}, nil, fault.New(fault.Internal, "no_keyset", "the keyset could not be changed").Because(err)
	}
	text, err := encode(after)
	return text, ids, err
}
