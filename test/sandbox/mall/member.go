package mall

import (
	"crypto/rand"
	"net/http"
)

// Who visits is a member with a login, or a guest with a number; both live in cookies. The one member needs no password.
const (
	memberCookie = "tindahan_member"
	guestCookie  = "tindahan_guest"
	theMember    = "mockbuyer"
)

// customer is who visits; one of the two is empty.
type customer struct{ Member, Guest string }

// id is how the visitor is called in a reservation.
func (c customer) id() string {
	if c.Member != "" {
		return c.Member
	}
	return c.Guest
}

func readCustomer(r *http.Request) customer {
	if cookie, err := r.Cookie(memberCookie); err == nil && cookie.Value == theMember {
		return customer{Member: theMember}
	}
	if cookie, err := r.Cookie(guestCookie); err == nil {
		return customer{Guest: cookie.Value}
	}
	return customer{}
}

// welcome makes sure that a guest has a number.
func welcome(w http.ResponseWriter, r *http.Request) customer {
	known := readCustomer(r)
	if known.id() == "" {
		known.Guest = "guest" + rand.Text()[:20]
		remember(w, guestCookie, known.Guest, 0)
	}
	return known
}

// changeLogin logs the member in or out.
func changeLogin(w http.ResponseWriter, r *http.Request) {
	if r.PostFormValue("in") != "" {
		remember(w, memberCookie, theMember, 0)
	} else {
		remember(w, memberCookie, "", -1)
	}
	http.Redirect(w, r, skinOf(r).Base+"/cart", http.StatusSeeOther)
}

func remember(w http.ResponseWriter, name, value string, age int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // The sandbox is served over plain HTTP.
		Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
