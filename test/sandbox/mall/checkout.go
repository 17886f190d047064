package mall

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// placeOrder serves POST /checkout: makes an order from the cart and sends the buyer to the payment company.
func (m *Mall) placeOrder(w http.ResponseWriter, r *http.Request) {
	basket := readCart(r)
	mode := r.PostFormValue("mode")
	if len(basket) == 0 || (mode != modeAsync && mode != modeSync) {
		http.Redirect(w, r, "/cart", http.StatusSeeOther)
		return
	}
	id := m.newOrder(basket, mode, Buyer{
		Name: r.PostFormValue("name"), Email: r.PostFormValue("email"), Phone: r.PostFormValue("phone"),
		Address: r.PostFormValue("address"), City: r.PostFormValue("city"),
	})
	cart{}.write(w)
	m.pay(w, r, id, mode)
}

// payAgain serves POST /orders/{id}/pay: the buyer tries to pay an order that is not paid yet.
func (m *Mall) payAgain(w http.ResponseWriter, r *http.Request) {
	id, mode := r.PathValue("id"), r.PostFormValue("mode")
	if order, exists := m.Order(defaultMall, id); !exists || order.State == statePaid || order.Mode == modeExternal || (mode != modeAsync && mode != modeSync) {
		http.Redirect(w, r, "/orders/"+url.PathEscape(id), http.StatusSeeOther)
		return
	}
	m.pay(w, r, id, mode)
}

func (m *Mall) newOrder(basket cart, mode string, buyer Buyer) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	defer m.saver.Changed()
	now := m.now().UTC()
	order := &Order{
		Mall: defaultMall, ID: m.book.nextID(now), PartnerID: m.config.PartnerID, Currency: currency,
		Amount: strconv.Itoa(basket.sum()+shippingFee) + ".00", Created: now, Mode: mode, State: stateWaiting,
		Shipping: strconv.Itoa(shippingFee) + ".00", Buyer: buyer, Lines: basket.orderLines(),
	}
	m.book.add(order)
	return order.ID
}

// pay asks the app for a payment page and redirects to it, or shows the order with what the app said instead.
func (m *Mall) pay(w http.ResponseWriter, r *http.Request, id, mode string) {
	target := m.requestPayment(r.Context(), id, mode, visitor{ip: remoteIP(r), agent: cmp.Or(r.UserAgent(), "unknown"), publicURL: m.publicURL(r)})
	http.Redirect(w, r, cmp.Or(target, "/orders/"+url.PathEscape(id)), http.StatusSeeOther)
}

// requestPayment sends the payment request of an order and returns the payment page, or nothing.
func (m *Mall) requestPayment(ctx context.Context, id, mode string, from visitor) string {
	m.mu.Lock()
	order, exists := m.book.byKey[orderKey{defaultMall, id}]
	if !exists {
		m.mu.Unlock()
		return ""
	}
	logKey := newLogKey(m.now())
	order.LogKeys, order.Mode = append(order.LogKeys, logKey), mode
	request := m.newRequest(order.copy(), logKey, from)
	m.mu.Unlock()
	answer, problem := readAnswer(m.askApp(ctx, "/api/"+mode+"-checkout/checkout", request))
	if problem == "" && !strings.HasPrefix(answer.PaymentURL, "http") {
		problem = "the app answered 0000 without a payment_url"
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	defer m.saver.Changed()
	order.AppAnswer = problem
	if problem != "" {
		return ""
	}
	order.PaymentURL = answer.PaymentURL
	return answer.PaymentURL
}

// publicURL is the mall's address as this browser knows it. A browser that came by another loopback name stays there, because
// its cart is bound to the name.
func (m *Mall) publicURL(r *http.Request) string {
	public := strings.TrimSuffix(m.config.PublicURL, "/")
	host, _, _ := net.SplitHostPort(r.Host)
	if public == "" || host == "localhost" || host == "127.0.0.1" {
		return "http://" + r.Host
	}
	return public
}

func remoteIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return "127.0.0.1"
	}
	return host
}
