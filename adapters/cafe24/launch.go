package cafe24

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// LaunchSeal checks the signature of a launch: who opens the app from a mall's admin comes with it
// (protocol section 12.1).
type LaunchSeal struct{ key []byte }

// NewLaunchSeal returns a seal, or an error when the secret is blank: with an empty key anybody can sign.
func NewLaunchSeal(clientSecret ports.Secret) (*LaunchSeal, error) {
	if strings.TrimSpace(clientSecret.Reveal()) == "" {
		return nil, errors.New("the client secret is empty")
	}
	return &LaunchSeal{key: []byte(clientSecret.Reveal())}, nil
}

const hmacField = "&hmac="

// VerifyLaunch checks a query as it was received, whose last field must be the hmac over all before it.
// Unauthenticated "unsigned" when there is none, "wrong_signature" when it is another one.
func (s *LaunchSeal) VerifyLaunch(rawQuery string) error {
	at := strings.LastIndex(rawQuery, hmacField)
	if at < 0 {
		return fault.New(fault.Unauthenticated, "unsigned", "Cafe24 did not sign this launch")
	}
	signed := rawQuery[:at]
	given, err := url.PathUnescape(rawQuery[at+len(hmacField):]) // a plus sign is one of base64's letters
	if err != nil || (!s.is(signed, given) && !s.is(strings.ReplaceAll(signed, "+", "%20"), given)) {
		return fault.New(fault.Unauthenticated, "wrong_signature", "the signature of this launch is not Cafe24's")
	}
	return nil
}

// is compares in constant time. Cafe24 writes a blank as %20 and a plus sign as %2B, so where a plus sign
// stands, a proxy has rewritten a blank.
func (s *LaunchSeal) is(signed, given string) bool {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(signed))
	return hmac.Equal([]byte(base64.StdEncoding.EncodeToString(mac.Sum(nil))), []byte(given))
}
