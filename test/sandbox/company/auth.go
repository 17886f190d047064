package company

import (
	"crypto/subtle"
	"net/http"

	"paybridge/test/sandbox/control"
)

// The account that always exists, with the values of the starting collection.
const (
	DemoPublicKey = "demo-app-public-key"
	DemoSecretKey = "demo-app-secret-key"
)

// Account is a merchant's account at the company.
type Account struct {
	PublicKey string
	SecretKey string
}

// authenticate finds the caller's account and answers 401 when there is none.
func (c *Company) authenticate(w http.ResponseWriter, r *http.Request) (Account, bool) {
	public, secret, given := r.BasicAuth()
	expected, known := c.accounts[public]
	if given && known && subtle.ConstantTimeCompare([]byte(secret), []byte(expected)) == 1 {
		return Account{PublicKey: public, SecretKey: secret}, true
	}
	control.WriteJSON(w, http.StatusUnauthorized, problem{Code: http.StatusUnauthorized, Message: "Invalid credentials"})
	return Account{}, false
}
