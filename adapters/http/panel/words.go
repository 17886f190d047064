// Package panel is what people who run a mall read on its settings page, in the languages that Cafe24's admin speaks.
package panel

import (
	"fmt"
	"time"

	"paybridge/application/query"
	"paybridge/domain/session"
	"paybridge/ports"
)

// Advice says what is wrong and what to do.
type Advice struct{ Text, Do string }

// Words are the texts of the page in one language. A %s or %d stands for what is put in.
type Words struct {
	Tag  string // BCP 47
	Name string // of the language, in itself

	Title, Sections, Language, AllWell, Also string
	Keys                                     KeyWords
	Shops                                    ShopWords
	Health                                   HealthWords
	Dead                                     DeadWords
	Payments                                 PaymentWords
	Audit                                    AuditWords
	Findings                                 map[query.Finding]Advice
	Problems                                 map[string]string // why something was not done, by its code or by the kind of failure
	Done                                     map[string]string
	Reference                                string
	Never, Now, Minutes, Hours, Days         string // how long ago
}

// KeyWords are about the company's keys.
type KeyWords struct {
	Title, None, Company, PublicKey, SecretKey, EndsIn, Hidden, Since, Enter, Replace, Link, Unlink, UnlinkHint, Open, Drain, Forget, UnlinkNow string
}

// ShopWords are about the shops.
type ShopWords struct {
	Title, None, Remembered, Currency, On, Off, TurnOn, TurnOff, ButtonShown, ShowButton, HideButton, Unsupported, Switching, Interrupted, Unlinked string
}

// HealthWords are about what works.
type HealthWords struct {
	Title, Checkout, Letter, Told, Waiting, Dead, Payments, Refunds, Renewed, Until, Company, NoAccess string
	Reach                                                                                              map[query.Reach]string
}

// DeadWords are about notifications that were given up.
type DeadWords struct {
	Title, None, Hint, Tries, LastTry, Answer, Replay string
	Kinds                                             map[string]string
}

// PaymentWords are about payments and what happened to them.
type PaymentWords struct {
	Title, None, NoneOf, Order, Search, All, Newest, Attempt, Shop, MallKnows, Held, Doubt, Surplus, Refunds, Refund, Ledger, Details string
	States, RefundStates, Told, Events, Doors                                                                                         map[string]string
}

// AuditWords are about who did what.
type AuditWords struct {
	Title, None, System string
	Deeds               map[ports.Deed]string
}

// For returns the words of a language.
func For(l session.Language) Words {
	switch l {
	case session.Korean:
		return korean()
	case session.Japanese:
		return japanese()
	case session.English:
	}
	return english()
}

// All are the words of all languages.
func All() []Words { return []Words{english(), korean(), japanese()} }

// Moment is a point in time, for people and programs alike.
func (w Words) Moment(at time.Time) string {
	if at.IsZero() {
		return w.Never
	}
	return at.UTC().Format("2006-01-02 15:04 UTC")
}

// Ago is how long something is past.
func (w Words) Ago(at, now time.Time) string {
	past := now.Sub(at)
	switch {
	case at.IsZero():
		return ""
	case past < time.Minute:
		return w.Now
	case past < time.Hour:
		return fmt.Sprintf(w.Minutes, int(past.Minutes()))
	case past < 48*time.Hour:
		return fmt.Sprintf(w.Hours, int(past.Hours()))
	}
	return fmt.Sprintf(w.Days, int(past.Hours()/24))
}

// Of is the name of a code, or the code where there is none.
func (w Words) Of(names map[string]string, code string) string {
	if name, known := names[code]; known {
		return name
	}
	return code
}
