// Package money holds exact amounts: an int64 count of minor units and an ISO 4217 currency.
//
// Amounts enter as decimal text and leave as decimal text; there is no float anywhere. A text that
// does not name a whole number of minor units is refused, never rounded, and arithmetic that would
// leave the range of int64 is an error. Signatures are computed over the received text, so callers
// that need it again keep the text beside the Money.
package money

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"paybridge/domain/fault"
)

// maxWhole bounds an amount's text: 15 digits before the point are far above any payment and leave
// room for sums of many of them.
const maxWhole = 15

// Money is an amount of one currency. The zero value is no amount at all: its currency is empty.
type Money struct {
	minor    int64
	currency Currency
}

// FromMinor returns the amount of that many minor units (cents for PHP, yen for JPY). Repositories
// use it; text from outside goes through Parse.
func FromMinor(minor int64, c Currency) (Money, error) {
	if _, ok := digits[c]; !ok {
		return Money{}, fault.InvalidField("currency", "is not a currency this service knows (ISO 4217, upper case)")
	}
	return Money{minor: minor, currency: c}, nil
}

// Zero returns nothing of a currency.
func Zero(c Currency) Money { return Money{currency: c} }

// Parse reads plain decimal text: digits without leading zeros, optionally a point and at most two
// decimals (more only where the currency has more). Decimals beyond the minor unit must be zero,
// because Cafe24 writes "1000.00" for yen. Signs, exponents, separators, blanks and "100.000" are
// refused as Invalid; nothing is ever rounded.
func Parse(text string, c Currency) (Money, error) {
	exponent, ok := digits[c]
	if !ok {
		return Money{}, fault.InvalidField("currency", "is not a currency this service knows (ISO 4217, upper case)")
	}
	whole, fraction, hasPoint := strings.Cut(text, ".")
	if !plainDigits(whole, maxWhole) || (len(whole) > 1 && whole[0] == '0') {
		return Money{}, notAnAmount()
	}
	places := int(exponent)
	if hasPoint && !plainDigits(fraction, max(places, 2)) {
		return Money{}, notAnAmount()
	}
	if len(fraction) > places {
		if strings.Trim(fraction[places:], "0") != "" {
			return Money{}, fault.InvalidField("amount", "has more decimal places than "+string(c)+" has")
		}
		fraction = fraction[:places]
	}
	minor, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", places-len(fraction)), 10, 64)
	if err != nil {
		return Money{}, notAnAmount()
	}
	return Money{minor: minor, currency: c}, nil
}

// ParseSigned is Parse for what may be negative, with a minus sign in front.
func ParseSigned(text string, c Currency) (Money, error) {
	positive, negative := strings.CutPrefix(text, "-")
	m, err := Parse(positive, c)
	if err == nil && negative {
		m.minor = -m.minor
	}
	return m, err
}

func notAnAmount() error {
	return fault.InvalidField("amount", `must be plain decimal text such as "3065.00"`)
}

func plainDigits(s string, most int) bool {
	if s == "" || len(s) > most {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Minor is the amount in minor units.
func (m Money) Minor() int64 { return m.minor }

// Currency is the currency of the amount.
func (m Money) Currency() Currency { return m.currency }

// IsZero reports whether nothing is left; the zero Money counts as nothing.
func (m Money) IsZero() bool { return m.minor == 0 }

// IsPositive reports whether there is something.
func (m Money) IsPositive() bool { return m.minor > 0 }

// Add returns the sum, or Invalid when the currencies differ or the sum leaves the range.
func (m Money) Add(other Money) (Money, error) {
	if m.currency != other.currency {
		return Money{}, mixed(m, other)
	}
	if (other.minor > 0 && m.minor > math.MaxInt64-other.minor) || (other.minor < 0 && m.minor < math.MinInt64-other.minor) {
		return Money{}, fault.New(fault.Invalid, "amount_overflow", "the sum is too large")
	}
	return Money{minor: m.minor + other.minor, currency: m.currency}, nil
}

// Sub returns the difference, which may be negative, under the rules of Add.
func (m Money) Sub(other Money) (Money, error) {
	if other.minor == math.MinInt64 {
		return Money{}, fault.New(fault.Invalid, "amount_overflow", "the difference is too large")
	}
	return m.Add(Money{minor: -other.minor, currency: other.currency})
}

// Times returns n times the amount, or Invalid when that leaves the range.
func (m Money) Times(n int) (Money, error) {
	product := m.minor * int64(n)
	if n != 0 && (product/int64(n) != m.minor || (n == -1 && m.minor == math.MinInt64)) {
		return Money{}, fault.New(fault.Invalid, "amount_overflow", "the product is too large")
	}
	return Money{minor: product, currency: m.currency}, nil
}

// Cmp compares two amounts of one currency as cmp.Compare does; different currencies are an error.
func (m Money) Cmp(other Money) (int, error) {
	if m.currency != other.currency {
		return 0, mixed(m, other)
	}
	return cmp.Compare(m.minor, other.minor), nil
}

func mixed(a, b Money) error {
	return fault.Newf(fault.Invalid, "currency_mismatch", "%s cannot be combined with %s", a.currency, b.currency)
}

// String writes the amount with exactly the decimals of its currency: "3065.00" PHP, "3065" JPY.
func (m Money) String() string {
	places := m.currency.Digits()
	text := strconv.FormatInt(m.minor, 10)
	if places == 0 {
		return text
	}
	sign := ""
	if m.minor < 0 {
		sign, text = "-", text[1:]
	}
	if missing := places + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	return sign + text[:len(text)-places] + "." + text[len(text)-places:]
}
