package merchant

import (
	"regexp"

	"paybridge/domain/fault"
)

// MallID names a mall at Cafe24: a lower-case letter and 3 to 15 lower-case letters or digits
// (protocol section 2). The grammar is checked before a mall id becomes part of a host name.
type MallID string

var mallID = regexp.MustCompile(`^[a-z][a-z0-9]{3,15}$`)

// ParseMallID returns the mall id, or Invalid.
func ParseMallID(text string) (MallID, error) {
	if !mallID.MatchString(text) {
		return "", fault.InvalidField("mall_id", "must be 4 to 16 lower-case letters and digits, a letter first")
	}
	return MallID(text), nil
}

// PartnerID is the name under which Cafe24 knows one shop of a merchant at us (at most 50 printable
// ASCII characters without blanks). It is an alias: looked up as registered, never parsed.
type PartnerID string

var partnerID = regexp.MustCompile(`^[!-~]{1,50}$`)

// ParsePartnerID returns the partner id, or Invalid.
func ParsePartnerID(text string) (PartnerID, error) {
	if !partnerID.MatchString(text) {
		return "", fault.InvalidField("partner_id", "must be 1 to 50 printable ASCII characters")
	}
	return PartnerID(text), nil
}

// Account names the account at a payment company that an attempt was made with. Attempts pin it, so
// that relinking a merchant never changes how an open payment is asked about.
type Account struct {
	Gateway     string // the company's name in the registry, e.g. "demo"
	Fingerprint string // stands for the company's account; equal for two malls that share it
	Version     int    // the merchant's version of the credentials, from 1
}
