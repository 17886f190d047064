package httpapi

import (
	"regexp"
	"strings"
)

var digitRun = regexp.MustCompile(`[0-9]+`)

// maskCards hides what may be a card number in free text: an unbroken run of 14 to 19 digits that is
// Luhn-valid. Only its last four digits stay, which is what people recognise a card by.
func maskCards(text string) string {
	return digitRun.ReplaceAllStringFunc(text, func(run string) string {
		if len(run) < 14 || len(run) > 19 || !luhnValid(run) {
			return run
		}
		return strings.Repeat("*", len(run)-4) + run[len(run)-4:]
	})
}

// luhnValid checks the checksum that card numbers carry (ISO/IEC 7812-1).
func luhnValid(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
