package browser_test

import (
	"net/http"
	"testing"
)

func TestABuyerWhoComesBackFromAnUnknownPaymentIsToldWhatToDo(t *testing.T) {
	t.Parallel()
	for name, width := range map[string]int{"at a desk": desktop, "on a phone": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := enter(t, width)
			callback := p.sandbox.AppURL() + "/api/asynchronous-checkout/checkout/callback"
			v := p.tab()
			v.isRefused(callback+"?order_code=pg-order-999", http.StatusNotFound)
			v.arrives("This payment was not found")
			v.reads("Please do not pay again", "Reference")
			v.atNight()
			v.isRefused(callback, http.StatusBadRequest)
			v.arrives("This link is not complete")
		})
	}
}

func TestThePagesBesideTheWayToThePaymentAreInOrder(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.open(p.sandbox.MallURL() + "/cart")
	v.arrives("Your cart")
	v.reads("It is empty")
	v.press("Orders")
	v.arrives("Orders")
	v.reads("Nothing was ordered yet")
	v.press("Payment company")
	v.arrives("Orders at the payment company")
	v.reads("Nobody has paid yet")
	v.visit(p.sandbox.MallURL() + "/shop")
	v.shop()
	v.press("Demo Pay")
	v.arrives("Orders at the payment company")
	v.reads("pg-order-001", "Waiting for payment")
	v.visit(p.sandbox.MallURL() + "/orders")
	v.arrives("Orders")
	v.reads(p.order().ID, "waiting")
	v.isRefused(p.sandbox.MallURL()+"/no-such-page", http.StatusNotFound)
	v.arrives("Page not found")
	v.isRefused(p.sandbox.CompanyURL()+"/pay/pg-order-999", http.StatusNotFound)
	v.arrives("Order not found")
}
