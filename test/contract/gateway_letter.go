package contract

import (
	"testing"

	"paybridge/domain/fault"
	"paybridge/domain/payment"
	"paybridge/ports"
)

func letterSuite() map[string]func(*testing.T, company) {
	return map[string]func(*testing.T, company){
		"a letter of the company is read and proves its sender": readsLetters,
		"a letter proves nothing with other keys":               distrustsOtherKeys,
		"a letter with any byte changed is refused":             distrustsChanges,
		"what is no letter is invalid":                          refusesNonsense,
	}
}

func (c company) reader(t *testing.T) ports.LetterReader {
	t.Helper()
	r, ok := c.Gateway().(ports.LetterReader)
	if !ok {
		t.Fatal("the company sends no letters")
	}
	return r
}

func readsLetters(t *testing.T, c company) {
	code := c.paid(t)
	header, body := c.Letter(code)
	l, err := c.reader(t).ReadLetter(header, body)
	noError(t, err)
	same(t, "code", l.Code, code)
	same(t, "reference", l.Reference, "ref-1")
	same(t, "state", l.State, payment.Paid)
	same(t, "amount", l.Amount, c.amount(t, "3065"))
	noError(t, c.reader(t).VerifyLetter(c.Keys(), header, body))
}

func distrustsOtherKeys(t *testing.T, c company) {
	header, body := c.Letter(c.paid(t))
	for _, keys := range []ports.Keys{c.Strangers(), {Public: c.Keys().Public}, {}} {
		wantFault(t, c.reader(t).VerifyLetter(keys, header, body), fault.Unauthenticated, "")
	}
}

// distrustsChanges flips every byte in turn. A change that leaves the letter's meaning alone, such as
// one in a field that it does not read, may pass.
func distrustsChanges(t *testing.T, c company) {
	header, body := c.Letter(c.paid(t))
	reader := c.reader(t)
	original, err := reader.ReadLetter(header, body)
	noError(t, err)
	for i := range body {
		changed := append([]byte(nil), body...)
		changed[i] ^= 1
		if err := reader.VerifyLetter(c.Keys(), header, changed); err != nil {
			continue
		}
		if got, err := reader.ReadLetter(header, changed); err != nil || got != original {
			t.Errorf("byte %d changed the letter to %+v, %v, and it still proves its sender", i, got, err)
		}
	}
}

func refusesNonsense(t *testing.T, c company) {
	header, _ := c.Letter(c.paid(t))
	for _, body := range []string{"", "{}", "[]", "null", "reference_id=1", "{", `{"reference_id":1}`, "\xff"} {
		_, err := c.reader(t).ReadLetter(header, []byte(body))
		wantFault(t, err, fault.Invalid, "")
		wantFault(t, c.reader(t).VerifyLetter(c.Keys(), header, []byte(body)), fault.Invalid, "")
	}
}
