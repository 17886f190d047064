package cafe24_test

import (
	"flag"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"paybridge/adapters/cafe24"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// The public signing door signs with the key of all payment messages. The tests here ask it for whatever
// somebody could want to have signed, and try what it gives at every other door:
//
//	go test ./adapters/cafe24 -run Oracle -oracle-inputs 10000000
var oracleInputs = flag.Int("oracle-inputs", 150_000, "how many reservations are asked for")

// The texts that other doors take as signed, in the values of the collection.
var signedElsewhere = map[string]string{
	"V1, a payment request":           "3065.00PHP20220519-0000029demomall:0:demo-app-public-key",
	"V2, a refund":                    "3065PHP20220519-0000029demomall:0:demo-app-public-keypg-order-001",
	"V3, a refund of another mall":    "3065PHP20220519-0000029ectmtjpq001:0:demo-app-public-keypg-order-001",
	"V4, the answer to a reservation": `"190020220513-00000791652409113http://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveCheckoutNoty.php"`,
	"V5, a notice or a status":        "3065.00PHP20220519-0000029demomall:0:demo-app-public-keypg-order-001",
	"V7, a notice of no payment":      "0PHP20220519-0000029demomall:0:demo-app-public-keypg-order-001",
	"V9, a company's webhook":         "20220519-0000029:pg-order-001:S:3065.00:PHP:demo-app-secret-key",
	"V10, a launch":                   "is_multi_shop=T&lang=ko_KR&mall_id=jhbaek02&nation=KR&shop_no=1&timestamp=1622513360&user_id=jhbaek02&user_name=jhbaek02&user_type=P",
}

func TestTheOracleSignsNoTextOfAnotherDoorHoweverItIsCut(t *testing.T) {
	t.Parallel()
	s := newReservationSigner(t)
	for name, text := range signedElsewhere {
		for a := range len(text) + 1 {
			for b := a; b <= len(text); b++ {
				for c := b; c <= len(text); c++ {
					of := ports.Reservation{Mall: merchant.MallID(text[:a]), Time: text[a:b], App: text[b:c], Member: text[c:]}
					if _, err := s.SignReservation(of); err == nil {
						t.Fatalf("%s was signed as %+v", name, of)
					}
				}
			}
		}
	}
}

func TestTheOracleRefusesTheNamedForgery(t *testing.T) {
	t.Parallel()
	forged := ports.Reservation{Mall: "3065.00PHP", Time: "20220519-0000029", App: "demomall:0:", Member: "demo-app-public-key"} // vector V11
	if got, err := newReservationSigner(t).SignReservation(forged); err == nil {
		t.Fatalf("it gave %s", got)
	}
}

func TestNoOutputOfTheOracleVerifiesAtAnotherDoor(t *testing.T) {
	t.Parallel()
	const workers = 4
	for worker := range uint64(workers) {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			o := newOracle(t, worker)
			for range *oracleInputs / workers {
				o.ask(o.reservation())
			}
			if o.signed < *oracleInputs/workers/3 {
				t.Errorf("only %d of %d were signed: nothing was tried", o.signed, *oracleInputs/workers)
			}
		})
	}
}

// oracle asks and tries.
type oracle struct {
	t       *testing.T
	random  *rand.Rand
	signer  *cafe24.ReservationSigner
	doors   *cafe24.Signer
	signed  int
	pieces  []string
	letters string
}

func newOracle(t *testing.T, seed uint64) *oracle {
	o := &oracle{
		t: t, random: rand.New(rand.NewPCG(2022, seed)), signer: newReservationSigner(t), doors: newSigner(t),
		letters: "abcxyzABCPHP0123456789_.@-:=&\"'/+% \n\x00é",
		pieces: []string{
			"3065.00", "3065", "0", "0.00", "PHP", "JPY", "20220519-0000029", "demomall:0:demo-app-public-key", "demomall", "ectmtjpq001", ":0:",
			"pg-order-001", "1657003037", ownID, extraID, "juan", "S", ":", "=", "&", `"`, "1900", "mall_id=", "timestamp=",
		},
	}
	return o
}

// reservation is one that looks right in most of its texts.
func (o *oracle) reservation() ports.Reservation {
	return ports.Reservation{
		Mall: merchant.MallID(o.mostly(o.mall)), Time: o.mostly(o.time), App: o.mostly(o.app), Member: o.mostly(o.member),
	}
}

func (o *oracle) mostly(right func() string) string {
	switch o.random.IntN(24) {
	case 0:
		return o.pieces[o.random.IntN(len(o.pieces))] + o.pieces[o.random.IntN(len(o.pieces))]
	case 1:
		return o.text(o.letters, 1+o.random.IntN(40))
	case 2:
		text := right()
		at := o.random.IntN(len(text) + 1)
		return text[:at] + o.text(o.letters, 1) + text[at:]
	}
	return right()
}

func (o *oracle) mall() string {
	if o.random.IntN(4) == 0 {
		return "demomall"
	}
	return o.text("abcxyz", 1) + o.text("abcxyz0123456789", 3+o.random.IntN(13))
}

func (o *oracle) time() string { return o.text("123456789", 1) + o.text("0123456789", 9) }

func (o *oracle) app() string {
	if o.random.IntN(2) == 0 {
		return ownID
	}
	return extraID
}

func (o *oracle) member() string {
	switch o.random.IntN(4) {
	case 0:
		return "20220519-0000029demomall-0-demo-app-public-key" // what a payment request would want after its currency
	case 1:
		return "pg-order-001"
	}
	return o.text("abcxyzABCPHP0123456789_.@-", 1+o.random.IntN(64))
}

func (o *oracle) text(alphabet string, length int) string {
	var b strings.Builder
	for range length {
		b.WriteByte(alphabet[o.random.IntN(len(alphabet))])
	}
	return b.String()
}

// ask asks for a signature, and tries it.
func (o *oracle) ask(of ports.Reservation) {
	signature, err := o.signer.SignReservation(of)
	if err != nil {
		return
	}
	o.signed++
	joined := string(of.Mall) + of.Time + of.App + of.Member
	if o.signed%64 == 0 && signature != independentHash(joined) {
		o.t.Fatalf("%+v: the signature is of another text than %q", of, joined)
	}
	o.tryPayments(joined, signature)
	o.tryOthers(joined, signature)
}

// tryPayments tries a signature at the doors of checkout and cancel, whose formula is that of notices and
// status answers as well: with every amount that the signed text can begin with.
func (o *oracle) tryPayments(joined, signature string) {
	last := min(19, len(joined)-20)
	for amount := 1; amount <= last; amount++ {
		if o.doors.VerifyCheckout(joined[:amount], joined[amount:amount+3], joined[amount+3:amount+19], joined[amount+19:], signature) == nil {
			o.t.Fatalf("%q opens a payment", joined)
		}
	}
	amount := 1 + o.random.IntN(max(last, 1))
	rest := joined[min(amount+19, len(joined)):]
	partner := o.random.IntN(len(rest) + 1)
	if last > 0 && o.doors.VerifyCancel(joined[:amount], joined[amount:amount+3], joined[amount+3:amount+19], rest[:partner], rest[partner:], signature) == nil {
		o.t.Fatalf("%q refunds", joined)
	}
}

// A launch is signed over a query, the answer to a reservation over JSON text; the company's digest is in
// hexadecimals. Their keys are others, and even with the same key it would be another text.
var (
	payment = regexp.MustCompile(`^[0-9]`)
	launch  = regexp.MustCompile(`[=&]`)
	quoted  = regexp.MustCompile(`^"`)
	digest  = regexp.MustCompile(`^[0-9a-f]{40}$`)
)

func (o *oracle) tryOthers(joined, signature string) {
	switch {
	case payment.MatchString(joined):
		o.t.Fatalf("%q begins like a payment message", joined)
	case launch.MatchString(joined):
		o.t.Fatalf("%q could be the query of a launch", joined)
	case quoted.MatchString(joined):
		o.t.Fatalf("%q could be the answer to a reservation", joined)
	case digest.MatchString(signature):
		o.t.Fatalf("%s could be a company's digest", signature)
	}
}
