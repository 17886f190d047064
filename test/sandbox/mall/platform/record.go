package platform

import "time"

// Consent is how the merchant answers the consent page.
type Consent string

const (
	// Ask shows the page and waits for the merchant.
	Ask Consent = ""
	// Agree agrees without showing the page.
	Agree Consent = "agree"
	// Deny refuses without showing the page.
	Deny Consent = "deny"
)

// record is what the platform knows about one mall and the app in it. Its exported fields are part of the state file.
type record struct {
	ID        string
	Installed bool
	Consent   Consent
	// Granted narrows what the merchant agrees to; nil means all that is asked for.
	Granted  []string
	Codes    []code
	Grants   []grant
	Requests []time.Time // token requests, oldest first
	Shops    []Shop
	Gateways []Gateway
	Scripts  []ScriptTag
	// ScriptSerial counts the script tags that were ever made.
	ScriptSerial int
	Tariff       Tariff
	// BlockedUntil is when the limiter by usage lets calls through again.
	BlockedUntil time.Time

	buckets map[string]*bucket
}

// code is an authorization code that waits to be exchanged.
type code struct {
	Text, RedirectURI, Challenge string
	Scopes                       []string
	Until                        time.Time
}

// grant is a pair of tokens. A refresh token that was used, or whose grant is dead, is empty or useless.
type grant struct {
	Token
	Dead bool
}

func newRecord(mall string) *record { return &record{ID: mall, Shops: usualShops(mall)} }
