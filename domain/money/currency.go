package money

import "paybridge/domain/fault"

// Currency is an ISO 4217 alphabetic code that this package knows. The zero value is invalid.
type Currency string

// digits is the number of decimal places of ISO 4217 (amendment 176). A table of our own, because
// CLDR-based libraries give the digits people write (IDR 0) instead of those the standard defines.
var digits = map[Currency]uint8{
	"AED": 2, "ARS": 2, "AUD": 2, "BGN": 2, "BHD": 3, "BRL": 2, "CAD": 2, "CHF": 2, "CLP": 0, "CNY": 2,
	"COP": 2, "CZK": 2, "DKK": 2, "EGP": 2, "EUR": 2, "GBP": 2, "HKD": 2, "HUF": 2, "IDR": 2, "ILS": 2,
	"INR": 2, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KES": 2, "KHR": 2, "KRW": 0, "KWD": 3, "KZT": 2,
	"LAK": 2, "LKR": 2, "LYD": 3, "MAD": 2, "MMK": 2, "MNT": 2, "MOP": 2, "MXN": 2, "MYR": 2, "NGN": 2,
	"NOK": 2, "NPR": 2, "NZD": 2, "OMR": 3, "PEN": 2, "PHP": 2, "PKR": 2, "PLN": 2, "PYG": 0, "QAR": 2,
	"RON": 2, "RSD": 2, "RUB": 2, "SAR": 2, "SEK": 2, "SGD": 2, "THB": 2, "TND": 3, "TRY": 2, "TWD": 2,
	"UAH": 2, "UGX": 0, "USD": 2, "UYU": 2, "UZS": 2, "VND": 0, "XAF": 0, "XOF": 0, "ZAR": 2,
}

// ParseCurrency returns the currency named by an upper-case ISO 4217 code, or Invalid.
func ParseCurrency(code string) (Currency, error) {
	if _, ok := digits[Currency(code)]; !ok {
		return "", fault.InvalidField("currency", "is not a currency this service knows (ISO 4217, upper case)")
	}
	return Currency(code), nil
}

// Digits is the number of decimal places of the minor unit: 0 for JPY, 2 for PHP, 3 for KWD.
func (c Currency) Digits() int { return int(digits[c]) }
