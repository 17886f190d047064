package mall

import (
	"context"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// skin is which of the mall's shops a page belongs to, and whether it is the one for phones. Both stand in front of the path,
// as at Cafe24: /shop2/m/cart.
type skin struct {
	Shop     int
	Mobile   bool
	Base     string // /shop2/m, or nothing
	Name     string
	Currency string
	sign     string
}

// skins are the shops that have pages here. Prices are the same numbers in all of them.
func skins() map[int]skin {
	return map[int]skin{
		1: {Shop: 1, Name: shopName, Currency: currency, sign: "₱"},
		2: {Shop: 2, Name: shopName + " Japan", Currency: "JPY", sign: "¥"},
	}
}

// Money writes a price as the shop shows it: ₱2,480.
func (s skin) Money(price int) string {
	text, digits := "", strconv.Itoa(max(price, -price))
	for len(digits) > 3 {
		text, digits = ","+digits[len(digits)-3:]+text, digits[:len(digits)-3]
	}
	if price < 0 {
		return "-" + s.sign + digits + text
	}
	return s.sign + digits + text
}

// Amount writes a price as the protocol does: with two decimals, whatever the currency is.
func (s skin) Amount(price int) string { return strconv.Itoa(price) + ".00" }

type skinKey struct{}

func skinOf(r *http.Request) skin {
	if chosen, exists := r.Context().Value(skinKey{}).(skin); exists {
		return chosen
	}
	return skins()[1]
}

var skinPath = regexp.MustCompile(`^(?:/shop([0-9]+))?(/m)?(/.*)?$`)

// skinned takes the skin off the path, so that all skins have the same routes.
func skinned(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		parts := skinPath.FindStringSubmatch(r.URL.Path)
		if parts == nil || (parts[1] == "" && parts[2] == "") {
			next.ServeHTTP(w, r)
			return
		}
		chosen, exists := skins()[1], true
		if parts[1] != "" {
			number, _ := strconv.Atoi(parts[1])
			chosen, exists = skins()[number]
		}
		chosen.Mobile, chosen.Base = parts[2] != "", strings.TrimSuffix(r.URL.Path, parts[3])
		inside := r.Clone(context.WithValue(r.Context(), skinKey{}, chosen))
		inside.URL.Path, inside.URL.RawPath = parts[3], ""
		if parts[3] == "" || parts[3] == "/" {
			inside.URL.Path = "/shop"
		}
		if !exists {
			inside.URL.Path = "/no-such-shop"
		}
		next.ServeHTTP(w, inside)
	})
}
