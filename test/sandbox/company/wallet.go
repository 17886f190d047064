package company

import (
	"crypto/hmac"
	"net/http"
	"strconv"
)

// buyerName is the one customer of the simulated company.
const buyerName = "Maria Santos"

// addresses are where the buyer has things sent.
func addresses() []address {
	return []address{
		{
			Name: buyerName, Line1: "12 Mabini Street", Line2: "Barangay Malate", District: "Malate", City: "Manila",
			State: "Metro Manila", PostalCode: "1004", CountryCode: "PH", Country: "Philippines", Phone: "+63 2 8123 4567",
		},
		{
			Name: buyerName, Line1: "8 Gorordo Avenue", Line2: "Barangay Lahug", District: "Lahug", City: "Cebu City",
			State: "Cebu", PostalCode: "6000", CountryCode: "PH", Country: "Philippines", Phone: "+63 32 412 3456",
		},
	}
}

// preferences are how the buyer wants things sent.
func preferences() []string { return []string{"standard_delivery", "express_delivery"} }

// serveSDK serves the browser SDK.
func serveSDK(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, pageFiles, "sdk/demo-pay.js")
}

// showWallet serves GET /checkout/{code}: where the SDK takes the buyer, who logs in and chooses an address.
func (c *Company) showWallet(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	if agreed, exists := c.book.orders[r.PathValue("code")]; exists && agreed.Confirmed {
		c.mu.Unlock() // Somebody came back by the back button.
		http.Redirect(w, r, "/pay/"+r.PathValue("code"), http.StatusSeeOther)
		return
	}
	found, proven := c.proven(r)
	if !proven {
		c.mu.Unlock()
		c.render(w, http.StatusForbidden, "result.html", pageData{
			Title: "This link is not valid", Icon: "✕", Text: "It was not made by the shop that it names. Go back to the shop and try again.",
		})
		return
	}
	data := pageData{
		Title: "Log in to Demo Pay", Order: inspect(found), Addresses: addresses(), Preferences: preferences(),
		PublicKey: r.FormValue("public_key"), Signature: r.FormValue("signature"),
	}
	c.mu.Unlock()
	c.render(w, http.StatusOK, "wallet.html", data)
}

// chooseAddress serves POST /checkout/{code}: keeps the choice and takes the buyer to the shop's review page.
func (c *Company) chooseAddress(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, proven := c.proven(r)
	chosen, err := strconv.Atoi(r.PostFormValue("address"))
	wanted, wantedErr := strconv.Atoi(r.PostFormValue("preference"))
	switch {
	case !proven || found.ReviewURL == "":
		http.Error(w, "this link is not valid", http.StatusForbidden)
		return
	case err != nil || chosen < 0 || chosen >= len(addresses()) || wantedErr != nil || wanted < 0 || wanted >= len(preferences()):
		http.Error(w, "there is no such choice", http.StatusBadRequest)
		return
	}
	found.Address, found.Preference = chosen, wanted
	c.book.paymentReference(found)
	c.saver.Changed()
	http.Redirect(w, r, found.ReviewURL, http.StatusSeeOther)
}

// proven finds the order of an address that only the merchant can have made. The signature is of the order as it was made, so its
// amount must not have been fixed yet; the caller holds the lock.
func (c *Company) proven(r *http.Request) (*order, bool) {
	found, exists := c.book.orders[r.PathValue("code")]
	if !exists || found.Confirmed || !found.PageOpen || found.Account != r.FormValue("public_key") {
		return nil, false
	}
	right := checkoutSignature(found, c.accounts[found.Account])
	return found, hmac.Equal([]byte(right), []byte(r.FormValue("signature")))
}
