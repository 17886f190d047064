package mall

import (
	"math/big"
	"regexp"
	"strings"
)

// decimalText is never changed.
var decimalText = regexp.MustCompile(`^[0-9]{1,13}(\.[0-9]{1,4})?$`) //nolint:gochecknoglobals // a compiled constant

// amount reads decimal text exactly.
func amount(text string) (*big.Rat, bool) {
	if !decimalText.MatchString(text) {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// mustAmount reads decimal text that the mall itself wrote or has checked; anything else counts as 0.
func mustAmount(text string) *big.Rat {
	if value, ok := amount(text); ok {
		return value
	}
	return new(big.Rat)
}

func sameAmount(a, b string) bool {
	first, ok := amount(a)
	second, okToo := amount(b)
	return ok && okToo && first.Cmp(second) == 0
}

// twoDecimals writes an amount as Cafe24 writes it at checkout: 3065.00.
func twoDecimals(value *big.Rat) string { return value.FloatString(2) }

// shortest writes an amount as Cafe24 writes it in a cancel request: 3065, although the checkout said 3065.00.
func shortest(value *big.Rat) string {
	return strings.TrimSuffix(strings.TrimRight(value.FloatString(2), "0"), ".")
}

func wholeCents(value *big.Rat) bool {
	return new(big.Rat).Mul(value, big.NewRat(100, 1)).IsInt()
}
