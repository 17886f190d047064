package company

import (
	"strconv"
	"strings"
)

// maxDigits keeps every amount and every sum of amounts far inside int64.
const maxDigits = 15

// decimals says how many digits after the point a supported currency has.
func decimals(currency string) (int, bool) {
	switch currency {
	case "JPY":
		return 0, true
	case "PHP", "USD":
		return 2, true
	default:
		return 0, false
	}
}

// parseMoney reads decimal text into the currency's smallest unit. It accepts digits with an optional point and at most the
// currency's decimals, and nothing else: no sign, no exponent, no spaces.
func parseMoney(text, currency string) (int64, error) {
	places, known := decimals(currency)
	if !known {
		return 0, unacceptable("currency is not supported: JPY, PHP or USD")
	}
	whole, fraction, pointed := strings.Cut(text, ".")
	if whole == "" || !digits(whole) || !digits(fraction) || (pointed && fraction == "") {
		return 0, unacceptable("amount must be decimal text such as 3065.00")
	}
	if len(fraction) > places {
		return 0, unacceptable("amount has more decimals than " + currency + " has")
	}
	text = whole + fraction + strings.Repeat("0", places-len(fraction))
	if len(text) > maxDigits {
		return 0, unacceptable("amount is too large")
	}
	minor, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, unacceptable("amount must be decimal text such as 3065.00")
	}
	return minor, nil
}

func digits(text string) bool {
	return strings.Trim(text, "0123456789") == ""
}

// formatMoney writes the smallest unit as decimal text with all decimals of the currency.
func formatMoney(minor int64, currency string) string {
	places, _ := decimals(currency)
	text := strconv.FormatInt(minor, 10)
	if places == 0 {
		return text
	}
	if missing := places + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	point := len(text) - places
	return text[:point] + "." + text[point:]
}
