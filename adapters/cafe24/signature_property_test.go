package cafe24_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"paybridge/domain/fault"
	"paybridge/domain/money"
)

// The grammars, once more and independently: the forms that the fields have in examples.
var (
	exampleAmount  = rapid.StringMatching(`(0|[1-9][0-9]{0,14})(\.[0-9]{1,3})?`)
	exampleOrder   = rapid.StringMatching(`[0-9]{8}-[0-9]{7}`)
	exampleTid     = rapid.StringMatching(`[A-Za-z0-9_.-]{1,64}`)
	examplePartner = rapid.StringMatching(`[!-~]{1,50}`)
)

type message struct{ amount, currency, order, partner, tid string }

func (m message) text() string { return m.amount + m.currency + m.order + m.partner + m.tid }

func messages(partners []string) *rapid.Generator[message] {
	return rapid.Custom(func(t *rapid.T) message {
		return message{
			exampleAmount.Draw(t, "amount"),
			rapid.StringMatching(`[A-Z]{3}`).Draw(t, "currency"),
			exampleOrder.Draw(t, "order"),
			rapid.SampledFrom(partners).Draw(t, "partner"),
			rapid.OneOf(rapid.Just(""), exampleTid).Draw(t, "tid"),
		}
	})
}

// split takes a joined text apart again, knowing only the registered partner ids.
func split(t *rapid.T, text string, partners []string) message {
	letter := strings.IndexFunc(text, func(r rune) bool { return r >= 'A' && r <= 'Z' })
	amount, rest := text[:letter], text[letter:]
	currency, order, rest := rest[:3], rest[3:19], rest[19:]
	for _, p := range partners {
		if tid, found := strings.CutPrefix(rest, p); found {
			return message{amount, currency, order, p, tid}
		}
	}
	t.Fatalf("no partner in %q", text)
	return message{}
}

// prefixFree keeps the partner ids that no other one begins with, as a registry has to.
func prefixFree(ids []string) []string {
	var kept []string
	for i, id := range ids {
		clash := false
		for j, other := range ids {
			clash = clash || i != j && strings.HasPrefix(id, other)
		}
		if !clash {
			kept = append(kept, id)
		}
	}
	return kept
}

func TestNoTwoAcceptedMessagesShareASignedText(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	rapid.Check(t, func(t *rapid.T) {
		partners := prefixFree(rapid.SliceOfNDistinct(examplePartner, 1, 8, rapid.ID).Draw(t, "partners"))
		m := messages(partners).Draw(t, "message")
		if back := split(t, m.text(), partners); back != m {
			t.Fatalf("%+v was read back as %+v", m, back)
		}
		var err error
		if hash := independentHash(m.text()); m.tid == "" {
			err = s.VerifyCheckout(m.amount, m.currency, m.order, m.partner, hash)
		} else {
			err = s.VerifyCancel(m.amount, m.currency, m.order, m.partner, m.tid, hash)
		}
		if positive := strings.Trim(m.amount, "0.") != ""; positive != (err == nil) {
			t.Fatalf("%+v: %v", m, err)
		}
	})
}

func TestEveryAmountThatMoneyAcceptsHasASignableShape(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom([]money.Currency{"PHP", "JPY", "KWD"}).Draw(t, "currency")
		text := rapid.OneOf(exampleAmount, rapid.StringMatching(`[0-9.]{1,20}`)).Draw(t, "text")
		amount, err := money.Parse(text, currency)
		if err != nil || amount.IsZero() {
			return
		}
		err = s.VerifyCheckout(text, string(currency), orderNo, partner, independentHash(text+string(currency)+orderNo+partner))
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

func independentHash(text string) string {
	mac := hmac.New(sha256.New, []byte(serviceKey))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

var cancelShape = regexp.MustCompile(`^(?:0|[1-9]\d{0,14})(?:\.\d{1,3})?\|[A-Z]{3}\|\d{8}-\d{7}\|[\x21-\x7e]{1,50}\|[\w.-]{1,64}$`)

// FuzzVerifyCancel holds the verification against an independent HMAC and an independent grammar
// over all fields at once.
func FuzzVerifyCancel(f *testing.F) {
	f.Add("3065", "PHP", orderNo, partner, reference, cancelHash)
	f.Add("3065.00", "PHP", orderNo, partner, reference, paidHash)
	f.Add("0", "PHP", orderNo, partner, reference, unpaidHash)
	f.Add("306", "5PHP", orderNo, partner, reference, cancelHash)
	s := newSigner(f)
	f.Fuzz(func(t *testing.T, amount, currency, order, partner, tid, hash string) {
		fields := []string{amount, currency, order, partner, tid}
		right := independentHash(strings.Join(fields, ""))
		shape := cancelShape.MatchString(strings.Join(fields, "|")) && strings.Trim(amount, "0.") != "" &&
			!strings.Contains(amount+currency+order+tid, "|")
		if err := s.VerifyCancel(amount, currency, order, partner, tid, right); shape != (err == nil) {
			t.Fatalf("%q with the right signature: %v; the grammar says %v", fields, err, shape)
		}
		err := s.VerifyCancel(amount, currency, order, partner, tid, hash)
		if accepted := err == nil; accepted != (shape && hash == right) {
			t.Fatalf("%q with %q: %v", fields, hash, err)
		}
		if got := s.SignPayment(amount, currency, order, partner, tid); got != right {
			t.Fatalf("signed %s, want %s", got, right)
		}
		if err != nil && !errors.As(err, new(*fault.Error)) {
			t.Fatalf("%v is no fault", err)
		}
	})
}
