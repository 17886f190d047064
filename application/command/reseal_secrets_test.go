package command_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/application/secrets"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

// safe is a store with sealed secrets and the keys to them.
type safe struct {
	t       *testing.T
	clock   *fakeclock.Clock
	keyring *memory.Keyring
	store   *memory.Store
}

// newSafe seals n secrets, "secret-1" of mall1 and so on.
func newSafe(t *testing.T, n int) *safe {
	t.Helper()
	s := &safe{t: t, clock: fakeclock.New(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))}
	s.keyring = s.newKeyring()
	s.store = memory.New(nil, s.clock, memory.Options{})
	for i := range n {
		s.put(i+1, s.keyring)
	}
	return s
}

func (s *safe) newKeyring() *memory.Keyring {
	s.t.Helper()
	k, err := memory.NewKeyring()
	s.must(err)
	return k
}

func (s *safe) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("unexpected error: %v", err)
	}
}

func (s *safe) put(n int, by ports.Keyring) {
	s.t.Helper()
	mall := merchant.MallID(fmt.Sprintf("mall%d", n))
	sealed, err := by.Seal(s.t.Context(), mall, ports.NewSecret(fmt.Sprintf("secret-%d", n)))
	s.must(err)
	_, err = s.store.Merchants().Update(s.t.Context(), mall, func(m *merchant.Merchant) error {
		m.Link(merchant.Credentials{Gateway: "memory", Sealed: sealed}, func(merchant.Credentials) bool { return false }, s.clock.Now())
		return nil
	})
	s.must(err)
}

// reseal runs the use case over a vault.
func (s *safe) reseal(vault ports.Vault, progress func(command.Resealed)) (command.Resealed, error) {
	return command.ResealSecretsHandler{Keyring: s.keyring, Vault: vault, Clock: s.clock}.
		Handle(s.t.Context(), command.ResealSecrets{Progress: progress})
}

// counts checks what was told of a run; how long it took is not looked at.
func (s *safe) counts(got, want command.Resealed) {
	s.t.Helper()
	want.Key, got.Took = secrets.Primary(s.keyring), 0
	if got != want {
		s.t.Errorf("got %+v, want %+v", got, want)
	}
}

// sealedBy counts what the primary key sealed, and checks that every secret opens to itself.
func (s *safe) sealedBy() int {
	s.t.Helper()
	n := 0
	s.must(secrets.Walk(s.t.Context(), s.store.Vault(), func(page []ports.SealedSecret) error {
		for _, secret := range page {
			if s.keyring.SealedBy(secret.Sealed) == secrets.Primary(s.keyring) {
				n++
			}
			text, err := s.keyring.Open(s.t.Context(), secret.Mall, secret.Sealed)
			if want := "secret-" + strings.TrimPrefix(string(secret.Mall), "mall"); err == nil && text.Reveal() != want {
				s.t.Errorf("of %s: %s", secret.Mall, text.Reveal())
			}
		}
		return nil
	}))
	return n
}

// meddled is a vault in which something happens before a replacement.
type meddled struct {
	ports.Vault
	calls  atomic.Int64
	before func(call int64, was ports.SealedSecret) error
}

// Replace implements ports.Vault.
func (m *meddled) Replace(ctx context.Context, was ports.SealedSecret, sealed []byte) (bool, error) {
	if err := m.before(m.calls.Add(1), was); err != nil {
		return false, err
	}
	return m.Vault.Replace(ctx, was, sealed)
}

func TestEverySecretIsSealedAnewAndStaysWhatItIs(t *testing.T) {
	t.Parallel()
	s := newSafe(t, 1234)
	s.must(s.keyring.Rotate())
	if n := s.sealedBy(); n != 0 {
		t.Fatalf("%d are sealed by the new key before", n)
	}
	done, err := s.reseal(s.store.Vault(), nil)
	s.must(err)
	s.counts(done, command.Resealed{Secrets: 1234, Sealed: 1234})
	if n := s.sealedBy(); n != 1234 {
		t.Errorf("%d are sealed by the new key", n)
	}
	done, err = s.reseal(s.store.Vault(), nil)
	s.must(err)
	s.counts(done, command.Resealed{Secrets: 1234, Already: 1234})
}

func TestWithoutSecretsThereIsNothingToSealAnew(t *testing.T) {
	t.Parallel()
	s := newSafe(t, 0)
	done, err := s.reseal(s.store.Vault(), nil)
	s.must(err)
	s.counts(done, command.Resealed{})
}

func TestSealingAnewGoesOnWhereItBrokeOff(t *testing.T) {
	t.Parallel()
	s := newSafe(t, 600)
	s.must(s.keyring.Rotate())
	down := fault.New(fault.Unavailable, "database_down", "the database is away")
	first, err := s.reseal(&meddled{Vault: s.store.Vault(), before: func(call int64, _ ports.SealedSecret) error {
		if call > 100 {
			return down
		}
		return nil
	}}, nil)
	if !errors.Is(err, down) || first.Sealed < 90 || first.Sealed > 100 || s.sealedBy() != first.Sealed {
		t.Fatalf("%+v, %v", first, err)
	}
	done, err := s.reseal(s.store.Vault(), nil)
	s.must(err)
	s.counts(done, command.Resealed{Secrets: 600, Sealed: 600 - first.Sealed, Already: first.Sealed})
}

func TestWhatIsStoredAnewMeanwhileIsLeftAlone(t *testing.T) {
	t.Parallel()
	s := newSafe(t, 10)
	s.must(s.keyring.Rotate())
	vault := s.store.Vault()
	done, err := s.reseal(&meddled{Vault: vault, before: func(_ int64, was ports.SealedSecret) error {
		if was.Mall != "mall7" {
			return nil
		}
		fresh, err := s.keyring.Seal(t.Context(), was.Mall, ports.NewSecret("secret-7"))
		if err == nil {
			_, err = vault.Replace(t.Context(), was, fresh)
		}
		return err
	}}, nil)
	s.must(err)
	s.counts(done, command.Resealed{Secrets: 10, Sealed: 9, Changed: 1})
	if n := s.sealedBy(); n != 10 {
		t.Errorf("%d are sealed by the new key", n)
	}
}

func TestASecretThatDoesNotOpenStopsNobodyAndIsTold(t *testing.T) {
	t.Parallel()
	s := newSafe(t, 20)
	foreign := s.newKeyring()
	for n := 21; n <= 27; n++ {
		s.put(n, foreign)
	}
	s.must(s.keyring.Rotate())
	done, err := s.reseal(s.store.Vault(), nil)
	if f := fault.Of(err); f == nil || f.Code != "secrets_stuck" || strings.Count(f.Message, "mall2") != 5 || !strings.Contains(f.Message, "and others") {
		t.Errorf("told: %v", err)
	}
	s.counts(done, command.Resealed{Secrets: 27, Sealed: 20, Stuck: 7})
}

func TestSealingAnewTellsOnceASecondHowFarItIs(t *testing.T) {
	t.Parallel()
	s := newSafe(t, 1200)
	s.must(s.keyring.Rotate())
	var heard []int
	_, err := s.reseal(&meddled{Vault: s.store.Vault(), before: func(call int64, _ ports.SealedSecret) error {
		if call == 1 || call == 700 {
			s.clock.Advance(2 * time.Second)
		}
		return nil
	}}, func(so command.Resealed) { heard = append(heard, so.Secrets) })
	s.must(err)
	if len(heard) != 2 || heard[0] != 500 || heard[1] != 1000 {
		t.Errorf("heard %v", heard)
	}
}

func TestSealingAnewEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	s := newSafe(t, 600)
	s.must(s.keyring.Rotate())
	ctx, cancel := context.WithCancel(t.Context())
	vault := &meddled{Vault: s.store.Vault(), before: func(call int64, _ ports.SealedSecret) error {
		if call == 50 {
			cancel()
		}
		return nil
	}}
	done, err := command.ResealSecretsHandler{Keyring: s.keyring, Vault: vault, Clock: s.clock}.Handle(ctx, command.ResealSecrets{})
	if err == nil || done.Sealed > 60 {
		t.Errorf("%+v, %v", done, err)
	}
}
