package mall

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"paybridge/test/sandbox/control"
)

//go:embed pages/*.html art/*.svg front/*.js
var files embed.FS

// view is what a page shows. Every page has a title; the rest depends on the page.
type view struct {
	Title, Text, Problem string
	CartCount            int
	CompanyURL, AppURL   string
	Products             []product
	Product              product
	Cart                 cart
	Sum, Shipping, Total int
	Orders               []Order
	Order                Order
	Headline, Tone       string
	Customer             customer
	// Front is there on pages that scripts of apps run in.
	Front *front
	skin
}

func (m *Mall) shopRoutes(routes *http.ServeMux) {
	routes.HandleFunc("GET /shop", m.showStart)
	routes.Handle("GET /{$}", http.RedirectHandler("/shop", http.StatusSeeOther))
	routes.HandleFunc("GET /products/{slug}", m.showProduct)
	routes.HandleFunc("GET /cart", m.showCart)
	routes.HandleFunc("POST /cart", m.changeCart)
	routes.HandleFunc("GET /checkout", m.showCheckout)
	routes.HandleFunc("POST /checkout", m.placeOrder)
	routes.HandleFunc("GET /orders", m.showOrders)
	routes.HandleFunc("GET /orders/{id}", m.showOrder)
	routes.HandleFunc("GET /orders/{id}/state", m.showState)
	routes.HandleFunc("POST /orders/{id}/pay", m.payAgain)
	routes.HandleFunc("POST /orders/{id}/refund", m.askRefund)
	routes.HandleFunc("GET /art/{name}", serveArt)
	routes.HandleFunc("GET /front/{name}", serveFront)
	routes.HandleFunc("POST /login", changeLogin)
	routes.HandleFunc("POST /exec/front/order/basket/", m.addToBasket)
	routes.HandleFunc("POST /exec/front/order/reserve/", m.reserve)
	routes.HandleFunc("GET /api/shop/pgsuccess", m.showResult("0000"))
	routes.HandleFunc("GET /api/shop/pg_fail", m.showResult("0001"))
	routes.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		m.render(w, http.StatusNotFound, "message.html", view{Title: "Page not found", Text: "There is nothing at this address."})
	})
}

func (m *Mall) showStart(w http.ResponseWriter, r *http.Request) {
	m.renderFor(w, r, "start.html", view{Title: "Good things from the islands", Products: catalogue()})
}

func (m *Mall) showProduct(w http.ResponseWriter, r *http.Request) {
	found, exists := findProduct(r.PathValue("slug"))
	if !exists {
		m.render(w, http.StatusNotFound, "message.html", view{Title: "Product not found", Text: "We do not sell this."})
		return
	}
	who := welcome(w, r)
	m.renderFor(w, r, "product.html", view{Title: found.Name, Product: found, Customer: who, Front: m.frontOf(r, who, productPage, found.Slug)})
}

func (m *Mall) showCart(w http.ResponseWriter, r *http.Request) {
	who := welcome(w, r)
	m.renderFor(w, r, "cart.html", view{Title: "Cart", Customer: who, Front: m.frontOf(r, who, basketPage, "")})
}

// changeCart adds a product (add=1) or sets its quantity.
func (m *Mall) changeCart(w http.ResponseWriter, r *http.Request) {
	found, exists := findProduct(r.PostFormValue("product"))
	quantity, err := strconv.Atoi(r.PostFormValue("quantity"))
	chosen, complete := found.option(r.PostFormValue("option"))
	if exists && complete && err == nil {
		readCart(r).set(found, chosen, quantity, r.PostFormValue("add") != "").write(w)
	}
	http.Redirect(w, r, skinOf(r).Base+"/cart", http.StatusSeeOther)
}

func (m *Mall) showCheckout(w http.ResponseWriter, r *http.Request) {
	if len(readCart(r)) == 0 {
		http.Redirect(w, r, "/cart", http.StatusSeeOther)
		return
	}
	m.renderFor(w, r, "checkout.html", view{Title: "Checkout"})
}

func (m *Mall) showOrders(w http.ResponseWriter, r *http.Request) {
	orders := m.Orders()
	slices.Reverse(orders)
	m.renderFor(w, r, "orders.html", view{Title: "Orders", Orders: orders[:min(len(orders), 100)]})
}

// showOrder shows an order to buyer and merchant alike. The result code of a return is only used for words.
func (m *Mall) showOrder(w http.ResponseWriter, r *http.Request) {
	order, exists := m.findOrder(r)
	if !exists {
		m.render(w, http.StatusNotFound, "message.html", view{Title: "Order not found", Text: "There is no such order. The link may be from before a reset."})
		return
	}
	query := r.URL.Query()
	shown := view{Title: "Order " + order.ID, Order: order, Problem: query.Get("problem")}
	shown.Headline, shown.Text, shown.Tone = outcome(order, query.Get("result_code"))
	slices.Reverse(shown.Order.Told)
	m.renderFor(w, r, "order.html", shown)
}

// outcome is what the buyer reads first.
func outcome(o Order, returned string) (headline, text, tone string) {
	switch {
	case o.State == statePaid && o.CanRefund() && o.Standing() != statePaid:
		return "Part of your money is on its way back", "Refunded: " + o.Refunded() + " " + o.Currency + ".", "good"
	case o.State == statePaid && o.Standing() != statePaid:
		return "Your money is on its way back", "Refunded: " + o.Refunded() + " " + o.Currency + ".", "good"
	case o.State == statePaid:
		return "Thank you, your order is paid", "We are packing it already.", "good"
	case o.AppAnswer != "":
		return "The payment could not be started", "The app said: " + o.AppAnswer, "bad"
	case o.State == stateUnpaid:
		return "This order was not paid", "The payment company has told us that the payment failed.", "bad"
	case returned != "" && returned != "0000":
		return "The payment did not go through", "Nothing was charged. You can try again.", "bad"
	case returned == "0000":
		return "Waiting for the confirmation", "You are back from the payment. This page changes as soon as we are told.", "wait"
	default:
		return "Waiting for payment", "We have not been told about a payment yet.", "wait"
	}
}

// showState tells a waiting page whether anything has changed.
func (m *Mall) showState(w http.ResponseWriter, r *http.Request) {
	order, exists := m.findOrder(r)
	if !exists {
		http.NotFound(w, r)
		return
	}
	control.WriteJSON(w, http.StatusOK, map[string]any{"state": order.Standing(), "told": len(order.Told)})
}

// findOrder finds the order of an address; ?mall= names another mall than the shop's own.
func (m *Mall) findOrder(r *http.Request) (Order, bool) {
	mall := r.URL.Query().Get("mall")
	if mall == "" {
		mall = defaultMall
	}
	return m.Order(mall, r.PathValue("id"))
}

func (m *Mall) askRefund(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	target := "/orders/" + url.PathEscape(id)
	if err := m.Refund(r.Context(), defaultMall, id, r.PostFormValue("amount"), r.PostFormValue("mode")); err != nil {
		target += "?" + url.Values{"problem": {err.Error()}}.Encode()
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

func serveArt(w http.ResponseWriter, r *http.Request) {
	picture, err := fs.ReadFile(files, "art/"+r.PathValue("name"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "max-age=3600")
	_, _ = w.Write(picture)
}

func parsePages() (*template.Template, error) { return template.ParseFS(files, "pages/*.html") }

// renderFor adds the visitor's cart to a view and shows it.
func (m *Mall) renderFor(w http.ResponseWriter, r *http.Request, name string, shown view) {
	shown.Cart = readCart(r)
	shown.CartCount, shown.Sum, shown.Shipping = shown.Cart.count(), shown.Cart.sum(), shippingFee
	shown.Total = shown.Sum + shippingFee
	if shown.Customer.id() == "" {
		shown.Customer = readCustomer(r)
	}
	shown.skin = skinOf(r)
	m.render(w, http.StatusOK, name, shown)
}

func (m *Mall) render(w http.ResponseWriter, status int, name string, shown view) {
	shown.CompanyURL, shown.AppURL = m.config.CompanyURL, m.appURL()
	if shown.Shop == 0 {
		shown.skin = skins()[1]
	}
	var page bytes.Buffer
	if err := m.pages.ExecuteTemplate(&page, name, &shown); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}
