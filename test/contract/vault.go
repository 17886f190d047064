package contract

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"paybridge/domain/merchant"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// Vault is the suite of ports.Vault: every sealed secret is met once, and is only replaced by who knows
// what it is.
func Vault(t *testing.T, open OpenStorage) {
	t.Helper()
	run(t, open, []clause{
		{"an empty store holds no secret", vaultEmpty},
		{"every secret is met once, retired ones too, whatever the stride", vaultWalked},
		{"a secret comes with its mall and as it is stored", vaultTold},
		{"a replaced secret is the merchant's from then on, and nothing else changes", vaultReplaced},
		{"a replaced secret stays when the merchant is updated", vaultUpdated},
		{"who does not know what is stored replaces nothing", vaultStale},
		{"of many who replace one secret at once exactly one does", vaultRaced},
		{"a secret that comes during a walk disturbs nobody", vaultNewcomer},
		{"a cancelled context meets and replaces nothing", vaultCancelled},
	})
}

// secrets walks through the whole vault.
func (s *shelf) secrets(t *testing.T, stride int) []ports.SealedSecret {
	t.Helper()
	var all []ports.SealedSecret
	for after := ""; ; {
		page, err := s.Vault.Next(t.Context(), after, stride)
		noError(t, err)
		if len(page) == 0 {
			return all
		}
		if len(page) > stride {
			t.Fatalf("%d secrets at once, asked for %d", len(page), stride)
		}
		all, after = append(all, page...), page[len(page)-1].Place
	}
}

// sealedOf lists secrets as "mall sealed", sorted.
func sealedOf(secrets []ports.SealedSecret) []string {
	list := make([]string, len(secrets))
	for i, s := range secrets {
		list[i] = fmt.Sprintf("%s %x", s.Mall, s.Sealed)
	}
	slices.Sort(list)
	return list
}

// filled links three malls, one of them eleven times, reserves two orders, and returns what has to be found.
func (s *shelf) filled(t *testing.T) []string {
	t.Helper()
	var want []string
	note := func(m merchant.Snapshot) {
		c := m.Credentials[len(m.Credentials)-1]
		want = append(want, fmt.Sprintf("%s %x", m.Mall, c.Sealed))
	}
	note(s.link(t, "zmall", "z"))
	for i := range 11 {
		note(s.link(t, "demomall", fmt.Sprintf("key-%d", i)))
	}
	note(s.link(t, "amall", "a"))
	for _, id := range []payment.ID{"p-1", "p-2"} {
		r := s.reserve(t, id)
		want = append(want, fmt.Sprintf("%s %x", r.Key.Mall, r.Sealed))
	}
	slices.Sort(want)
	return want
}

func vaultEmpty(t *testing.T, s *shelf) { same(t, "secrets", len(s.secrets(t, 10)), 0) }

func vaultWalked(t *testing.T, s *shelf) {
	want := s.filled(t)
	for _, stride := range []int{1, 2, 5, 13, 100} {
		alike(t, fmt.Sprintf("secrets by %d", stride), sealedOf(s.secrets(t, stride)), want)
	}
	places := map[string]bool{}
	for _, secret := range s.secrets(t, 4) {
		places[secret.Place] = true
	}
	same(t, "places", len(places), len(want))
}

func vaultTold(t *testing.T, s *shelf) {
	m := s.link(t, "demomall", "one")
	secrets := s.secrets(t, 10)
	same(t, "secrets", len(secrets), 1)
	same(t, "mall", secrets[0].Mall, m.Mall)
	alike(t, "sealed", secrets[0].Sealed, m.Credentials[0].Sealed)
}

// replace replaces one secret, which must be told as done or not.
func (s *shelf) replace(t *testing.T, was ports.SealedSecret, sealed string, want bool) {
	t.Helper()
	done, err := s.Vault.Replace(t.Context(), was, []byte(sealed))
	noError(t, err)
	same(t, "replaced", done, want)
}

func vaultReplaced(t *testing.T, s *shelf) {
	s.filled(t)
	before := s.merchant(t, ports.MerchantQuery{Mall: "demomall"})
	for _, secret := range s.secrets(t, 100) {
		s.replace(t, secret, "fresh of "+secret.Place, true)
	}
	for i, secret := range s.secrets(t, 3) {
		same(t, fmt.Sprintf("secret %d", i), string(secret.Sealed), "fresh of "+secret.Place)
	}
	after := s.merchant(t, ports.MerchantQuery{Mall: "demomall"})
	for i := range after.Credentials {
		if string(after.Credentials[i].Sealed) == string(before.Credentials[i].Sealed) {
			t.Errorf("version %d was not replaced", i+1)
		}
		after.Credentials[i].Sealed = before.Credentials[i].Sealed
	}
	alike(t, "merchant", after, before)
}

func vaultUpdated(t *testing.T, s *shelf) {
	s.link(t, "demomall", "one")
	s.replace(t, s.secrets(t, 10)[0], "fresh", true)
	m := s.link(t, "demomall", "two")
	same(t, "the retired one", string(m.Credentials[0].Sealed), "fresh")
	same(t, "stored", string(s.merchant(t, ports.MerchantQuery{Mall: "demomall"}).Credentials[0].Sealed), "fresh")
}

func vaultStale(t *testing.T, s *shelf) {
	s.link(t, "demomall", "one")
	s.link(t, "amall", "two")
	want := sealedOf(s.secrets(t, 10))
	for _, secret := range s.secrets(t, 10) {
		wrong := secret
		wrong.Sealed = []byte("something else")
		s.replace(t, wrong, "fresh", false)
		wrong.Sealed = nil
		s.replace(t, wrong, "fresh", false)
	}
	alike(t, "secrets", sealedOf(s.secrets(t, 10)), want)
}

func vaultRaced(t *testing.T, s *shelf) {
	s.link(t, "demomall", "one")
	secret := s.secrets(t, 10)[0]
	var won atomic.Int64
	var racing sync.WaitGroup
	for i := range 8 {
		racing.Go(func() {
			done, err := s.Vault.Replace(t.Context(), secret, fmt.Appendf(nil, "fresh %d", i))
			if err != nil {
				t.Errorf("replace: %v", err)
			}
			if done {
				won.Add(1)
			}
		})
	}
	racing.Wait()
	same(t, "winners", won.Load(), int64(1))
}

func vaultNewcomer(t *testing.T, s *shelf) {
	want := s.filled(t)
	met, err := s.Vault.Next(t.Context(), "", 5)
	noError(t, err)
	s.link(t, "nmall", "new")
	rest, err := s.Vault.Next(t.Context(), met[4].Place, 100)
	noError(t, err)
	met = slices.DeleteFunc(append(met, rest...), func(secret ports.SealedSecret) bool { return secret.Mall == "nmall" })
	alike(t, "secrets", sealedOf(met), want)
}

func vaultCancelled(t *testing.T, s *shelf) {
	s.link(t, "demomall", "one")
	secret := s.secrets(t, 10)[0]
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Vault.Next(ctx, "", 10); err == nil {
		t.Error("it walked")
	}
	if done, err := s.Vault.Replace(ctx, secret, []byte("fresh")); err == nil || done {
		t.Error("it replaced")
	}
	alike(t, "secrets", sealedOf(s.secrets(t, 10)), sealedOf([]ports.SealedSecret{secret}))
}
