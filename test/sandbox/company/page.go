package company

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"slices"
)

//go:embed pages/*.html sdk/*.js
var pageFiles embed.FS

// newestOrders is how many orders the company's own list shows.
const newestOrders = 50

// pageData is what a template shows. Every page has a title; the rest depends on the page.
type pageData struct {
	Title    string
	Order    Order
	Icon     string
	Text     string
	Review   string
	Return   string
	Declined bool
	Orders   []Order

	// The rest is what the wallet page shows.
	Addresses            []address
	Preferences          []string
	PublicKey, Signature string
}

// words is what a letter, or a preference, means to a buyer.
func words(letter string) string {
	switch letter {
	case pending:
		return "Waiting for payment"
	case authorized:
		return "Authorized"
	case paid:
		return "Paid"
	case failed:
		return "Declined"
	case cancelled:
		return "Cancelled"
	case expired:
		return "Expired"
	case preferences()[0]:
		return "Standard delivery"
	case preferences()[1]:
		return "Express delivery"
	default:
		return "Refunded"
	}
}

// showPage shows the payment page of an order, or its result when nothing can be chosen any more.
func (c *Company) showPage(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	found, exists := c.book.orders[r.PathValue("code")]
	if !exists {
		c.mu.Unlock()
		c.render(w, http.StatusNotFound, "result.html", pageData{Title: "Order not found", Icon: "?", Text: "There is no such order. The link may be from before a reset."})
		return
	}
	data := pageData{Title: words(found.Letter), Order: inspect(found), Declined: found.Letter == failed}
	if _, err := c.returnURL(found); err == nil {
		data.Return = "/pay/" + found.Code + "/back"
	}
	if !found.Confirmed {
		data.Review = found.ReviewURL
	}
	open, letter := found.PageOpen && found.Letter != authorized, found.Letter
	c.mu.Unlock()
	if open {
		data.Title = "Pay " + data.Order.Amount + " " + data.Order.Currency
		c.render(w, http.StatusOK, "pay.html", data)
		return
	}
	data.Icon, data.Text = resultText(letter)
	c.render(w, http.StatusOK, "result.html", data)
}

func resultText(letter string) (icon, text string) {
	switch letter {
	case paid:
		return "✓", "Thank you. The shop has been told."
	case authorized:
		return "✓", "The amount is reserved. The shop has been told."
	case refunded:
		return "↩", "The money is on its way back to you."
	case failed:
		return "✕", "The payment was declined and this page is closed. Nothing was charged."
	case expired:
		return "⌛", "The time to pay is over. Nothing was charged."
	default:
		return "✕", "The payment was cancelled. Nothing was charged."
	}
}

// choose does what the buyer has pressed and sends the browser back to the shop.
func (c *Company) choose(w http.ResponseWriter, r *http.Request) {
	code := r.PathValue("code")
	var err error
	switch r.PathValue("choice") {
	case "approve":
		err = c.Approve(code, true)
	case "decline":
		err = c.Decline(code, true)
	case "cancel":
		err = c.Cancel(code, true)
	case "later":
	default:
		http.NotFound(w, r)
		return
	}
	if err != nil { // A choice that is not possible any more shows the page as it is now.
		http.Redirect(w, r, "/pay/"+code, http.StatusSeeOther)
		return
	}
	c.leave(w, r)
}

// leave sends the browser back to the shop.
func (c *Company) leave(w http.ResponseWriter, r *http.Request) {
	code := r.PathValue("code")
	c.mu.Lock()
	target := ""
	if found, exists := c.book.orders[code]; exists {
		target, _ = c.returnURL(found) // Without a way back it is empty.
	}
	c.mu.Unlock()
	switch {
	case target == "":
		target = "/pay/" + code
	case c.config.WayBack != nil:
		target = c.config.WayBack(r.Context(), c.baseURL(r)+"/pay/"+code, target)
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// showHome lists the newest orders, so that a person can see what the company thinks.
func (c *Company) showHome(w http.ResponseWriter, _ *http.Request) {
	orders := c.Orders()
	slices.Reverse(orders)
	c.render(w, http.StatusOK, "home.html", pageData{Title: "Orders", Orders: orders[:min(len(orders), newestOrders)]})
}

func parsePages() (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{"words": words}).ParseFS(pageFiles, "pages/*.html")
}

func (c *Company) render(w http.ResponseWriter, status int, name string, data pageData) {
	var page bytes.Buffer
	if err := c.pages.ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}
