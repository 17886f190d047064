// Package words is what buyers read, in the languages that malls sell in, and money as they write it.
package words

import (
	"strings"
	"unicode"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"paybridge/domain/money"
)

// Notice is a page that says one thing.
type Notice struct{ Title, Text string }

// Words are the texts of the review in one language. A %s stands for what is put in.
type Words struct {
	Tag  string // BCP 47
	Name string // of the language, in itself

	Title, Order, Items, Quantity, DeliverTo, Delivery, Phone string
	Summary, ItemsTotal, Shipping, Rebate, Discount, Total    string
	Pay, PayHint, GoOn, Back, Languages, Reference            string
	TotalChanged, AddressChanged                              string // the first with what it was and what it is
	Agreed                                                    string
	Paid, Over, NotYet, Conflict, Away, Wrong, Defect, Often  Notice
	DontPayAgain                                              string

	symbolLast bool // the currency stands behind the amount
	printer    *message.Printer
}

// Languages are the words of all languages; the first is for whoever speaks none of them.
type Languages struct {
	all     []Words
	matcher language.Matcher
}

// New returns all languages.
func New() Languages {
	l := Languages{all: []Words{english(), korean(), japanese(), chinese(), vietnamese()}}
	tags := make([]language.Tag, len(l.all))
	for i := range l.all {
		tags[i] = language.MustParse(l.all[i].Tag)
		l.all[i].printer = message.NewPrinter(tags[i])
	}
	l.matcher = language.NewMatcher(tags)
	return l
}

// All lists the languages.
func (l Languages) All() []Words { return l.all }

// For returns the words of the language that was chosen or, without a choice, of the one that a browser
// prefers (an Accept-Language header).
func (l Languages) For(chosen, accepted string) Words {
	for _, w := range l.all {
		if w.Tag == chosen {
			return w
		}
	}
	_, i := language.MatchStrings(l.matcher, accepted)
	return l.all[i]
}

// Money writes an amount the way the language does, exactly: with all decimals of the currency, and with a
// sign that only this currency has in the language.
func (w Words) Money(m money.Money) string {
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(m.String(), "-"), ".")
	text := w.grouped(whole)
	if fraction != "" {
		text += w.point() + fraction
	}
	sign := string(m.Currency())
	if unit, err := currency.ParseISO(sign); err == nil {
		sign = w.printer.Sprint(currency.Symbol(unit))
	}
	last := rune(sign[len(sign)-1])
	switch {
	case w.symbolLast:
		text += "\u00a0" + sign
	case unicode.IsLetter(last):
		text = sign + "\u00a0" + text
	default:
		text = sign + text
	}
	if m.Minor() < 0 {
		text = "−" + text
	}
	return text
}

// grouped sets the marks of thousands. The library does it for whole numbers; money never becomes a float.
func (w Words) grouped(whole string) string {
	var n int64
	for _, digit := range whole {
		n = n*10 + int64(digit-'0')
	}
	return w.printer.Sprint(number.Decimal(n))
}

// point is the mark between whole and parts.
func (w Words) point() string {
	return strings.Trim(w.printer.Sprint(number.Decimal(0.5, number.Scale(1))), "05")
}
