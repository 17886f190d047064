package mall

import (
	"crypto/hmac"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"paybridge/test/sandbox/control"
)

// modeExternal is the mode of orders that are paid from the shop's pages, by the company's own button.
const modeExternal = "external"

// reservationWindow is how far the time of a reservation may be from now.
const reservationWindow = 10 * time.Minute

// reservation is what the front SDK makes an order of: rows, and what the app needs to pay it.
type reservation struct {
	Rows         []row  `json:"rows"`
	OrderID      string `json:"order_id"`
	NotifyURL    string `json:"return_noty_url"`
	ResponseTime int64  `json:"response_time"`
	HMAC         string `json:"hmac"`
}

// refusal is how the mall refuses what a page asks for.
type refusal struct {
	Error struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

func decline(w http.ResponseWriter, message string) {
	var said refusal
	said.Error.Code, said.Error.Message = http.StatusUnprocessableEntity, message
	control.WriteJSON(w, http.StatusUnprocessableEntity, said)
}

// addToBasket serves POST /exec/front/order/basket/: the front SDK puts the product of a product page into the cart before it
// reserves it, and is told under which number it stands there.
func (m *Mall) addToBasket(w http.ResponseWriter, r *http.Request) {
	found, exists := findProduct(r.PostFormValue("product"))
	quantity, err := strconv.Atoi(r.PostFormValue("quantity"))
	chosen, complete := found.option(r.PostFormValue("option"))
	switch {
	case !exists || err != nil || quantity < 1 || quantity > maxQuantity:
		decline(w, "Please choose how many you want, at most 20.")
		return
	case !complete:
		decline(w, "Please choose an option first.")
		return
	}
	lines := readCart(r).set(found, chosen, quantity, false)
	lines.write(w)
	at := slices.IndexFunc(lines, func(line cartLine) bool { return line.is(found, chosen) })
	control.WriteJSON(w, http.StatusOK, map[string]int{"basket_prd_no": lines[at].number()})
}

// reserve serves POST /exec/front/order/reserve/: an order is made of the cart, or of the one line that a product page names.
func (m *Mall) reserve(w http.ResponseWriter, r *http.Request) {
	skin := skinOf(r)
	lines := readCart(r)
	if wanted := r.PostFormValue("basket_prd_no"); wanted != "" {
		lines = slices.DeleteFunc(lines, func(line cartLine) bool { return strconv.Itoa(line.number()) != wanted })
	}
	switch {
	case !m.signedByApp(r):
		decline(w, "The reservation is not signed by the app.")
		return
	case r.PostFormValue("member_id") != readCustomer(r).id():
		decline(w, "The reservation is for somebody else.")
		return
	case len(lines) == 0:
		decline(w, "Your cart is empty.")
		return
	}
	now := m.now().UTC()
	made := reservation{
		OrderID: m.newReserved(lines, skin), NotifyURL: m.notifyURL(defaultMall) + checkoutPath, ResponseTime: now.Unix(), Rows: rowsOf(lines, skin, now),
	}
	// The total is written without decimals, and all of it is JSON text: its quotes are signed, too.
	text := `"` + strconv.Itoa(lines.sum()) + made.OrderID + strconv.FormatInt(made.ResponseTime, 10) + made.NotifyURL + `"`
	made.HMAC = Sign(r.PostFormValue("app_key")+made.OrderID, text)
	control.WriteJSON(w, http.StatusOK, made)
}

// signedByApp checks the hmac that the app's public door has made.
func (m *Mall) signedByApp(r *http.Request) bool {
	at, err := strconv.ParseInt(r.PostFormValue("request_time"), 10, 64)
	if err != nil || m.now().Sub(time.Unix(at, 0)).Abs() > reservationWindow || r.PostFormValue("mall_id") != defaultMall {
		return false
	}
	right := Sign(m.config.ServiceKey, defaultMall, r.PostFormValue("request_time"), r.PostFormValue("app_key"), r.PostFormValue("member_id"))
	return hmac.Equal([]byte(right), []byte(r.PostFormValue("hmac")))
}

// newReserved remembers the order, with the amount that the mall expects to be told: goods and delivery.
func (m *Mall) newReserved(lines cart, of skin) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	defer m.saver.Changed()
	now := m.now().UTC()
	made := &Order{
		Mall: defaultMall, ID: m.book.nextID(now), PartnerID: m.partnerOf(of.Shop), Currency: of.Currency, Created: now, Mode: modeExternal,
		Amount: of.Amount(lines.sum() + shippingFee), Shipping: of.Amount(shippingFee), State: stateWaiting, Lines: lines.orderLines(),
	}
	m.book.add(made)
	return made.ID
}

// showResult serves /api/shop/pgsuccess and /api/shop/pg_fail: where the app sends the buyer in the end.
func (m *Mall) showResult(code string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		target := skinOf(r).Base + "/orders/" + url.PathEscape(r.URL.Query().Get("order_id"))
		http.Redirect(w, r, target+"?result_code="+code, http.StatusSeeOther)
	}
}
