package contract

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"testing"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// Keyring holds an adapter of ports.Keyring to its obligations. fresh returns a keyring with keys of
// its own at every call.
func Keyring(t *testing.T, fresh func(t *testing.T) ports.Keyring) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, vault, func(*testing.T) ports.Keyring){
		"what was sealed for a mall opens for that mall":              opensForItsMall,
		"what was sealed for one mall never opens for another":        staysWithItsMall,
		"the same secret is sealed differently every time":            sealsDifferently,
		"nothing of the secret can be seen":                           hidesTheSecret,
		"a sealed secret with any byte changed, cut or added is shut": refusesTampering,
		"without the keys it was sealed with a secret is shut":        needsItsKeys,
		"what was sealed names its key, which is the primary one":     namesItsKey,
		"many callers can seal and open at once":                      servesManyAtOnce,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, vault{keyring: fresh(t)}, fresh)
		})
	}
}

const aMall, anotherMall merchant.MallID = "demomall", "ectmtjpq001"

// vault is a keyring whose failures end the test.
type vault struct{ keyring ports.Keyring }

func (v vault) seal(t *testing.T, mall merchant.MallID, text string) []byte {
	t.Helper()
	sealed, err := v.keyring.Seal(t.Context(), mall, ports.NewSecret(text))
	if err != nil {
		t.Fatalf("seal: %v", err)
	}
	return sealed
}

func (v vault) mustStayShut(t *testing.T, mall merchant.MallID, sealed []byte) {
	t.Helper()
	secret, err := v.keyring.Open(t.Context(), mall, sealed)
	if !fault.Is(err, fault.Forbidden) || secret.Reveal() != "" {
		t.Errorf("opened to %d bytes, %v; want Forbidden and nothing", len(secret.Reveal()), err)
	}
}

func opensForItsMall(t *testing.T, v vault, _ func(*testing.T) ports.Keyring) {
	for _, text := range []string{"demo-app-secret-key", "", "\x00\xff no text \n", string(bytes.Repeat([]byte("long"), 5000))} {
		secret, err := v.keyring.Open(t.Context(), aMall, v.seal(t, aMall, text))
		if err != nil || secret.Reveal() != text {
			t.Errorf("%.20q came back as %.20q, %v", text, secret.Reveal(), err)
		}
	}
}

func staysWithItsMall(t *testing.T, v vault, _ func(*testing.T) ports.Keyring) {
	sealed := v.seal(t, aMall, "demo-app-secret-key")
	for _, mall := range []merchant.MallID{anotherMall, "", "demomall2", "demomal"} {
		v.mustStayShut(t, mall, sealed)
	}
	v.mustStayShut(t, aMall, v.seal(t, anotherMall, "demo-app-secret-key"))
}

func sealsDifferently(t *testing.T, v vault, _ func(*testing.T) ports.Keyring) {
	if bytes.Equal(v.seal(t, aMall, "same"), v.seal(t, aMall, "same")) {
		t.Error("equal secrets can be told from outside")
	}
}

func hidesTheSecret(t *testing.T, v vault, _ func(*testing.T) ports.Keyring) {
	if sealed := v.seal(t, aMall, "demo-app-secret-key"); bytes.Contains(sealed, []byte("secret")) {
		t.Errorf("sealed as %q", sealed)
	}
}

func refusesTampering(t *testing.T, v vault, _ func(*testing.T) ports.Keyring) {
	sealed := v.seal(t, aMall, "k")
	for i := range sealed {
		changed := slices.Clone(sealed)
		changed[i] ^= 1
		v.mustStayShut(t, aMall, changed)
		v.mustStayShut(t, aMall, sealed[:i])
	}
	v.mustStayShut(t, aMall, append(slices.Clone(sealed), 0))
	v.mustStayShut(t, aMall, nil)
}

func needsItsKeys(t *testing.T, v vault, fresh func(*testing.T) ports.Keyring) {
	vault{keyring: fresh(t)}.mustStayShut(t, aMall, v.seal(t, aMall, "demo-app-secret-key"))
}

func namesItsKey(t *testing.T, v vault, fresh func(*testing.T) ports.Keyring) {
	var primary []ports.KeyID
	for _, key := range v.keyring.Keys() {
		if key.Primary {
			primary = append(primary, key.ID)
		}
	}
	sealed := v.seal(t, aMall, "demo-app-secret-key")
	if by := v.keyring.SealedBy(sealed); len(primary) != 1 || by != primary[0] || by == 0 {
		t.Errorf("sealed by %d, the primary key is %d", by, primary)
	}
	if by := fresh(t).SealedBy(sealed); len(primary) != 1 || by != primary[0] {
		t.Errorf("without the key it names %d", by)
	}
	for _, nobody := range [][]byte{nil, {}, {1}, sealed[:4]} {
		if by := v.keyring.SealedBy(nobody); by != 0 {
			t.Errorf("%x names %d", nobody, by)
		}
	}
}

func servesManyAtOnce(t *testing.T, v vault, _ func(*testing.T) ports.Keyring) {
	var callers sync.WaitGroup
	for i := range 50 {
		callers.Go(func() {
			text := fmt.Sprintf("secret-%d", i)
			sealed, err := v.keyring.Seal(t.Context(), aMall, ports.NewSecret(text))
			if err != nil {
				t.Errorf("seal: %v", err)
				return
			}
			if got, err := v.keyring.Open(t.Context(), aMall, sealed); err != nil || got.Reveal() != text {
				t.Errorf("%s came back as %q, %v", text, got.Reveal(), err)
			}
		})
	}
	callers.Wait()
}
