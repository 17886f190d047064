package browser_test

import (
	"strings"
	"testing"

	"paybridge/test/sandbox/mall/platform"
)

// The collection's basket: two variants of one product, and its delivery. Amounts are written with a
// blank that does not break.
const (
	basketTotal = "PHP\u00a01,965.00"
	payBasket   = "Pay " + basketTotal
)

// toReview goes from the basket, by the payment button and the company's own pages, to the review.
func (v *tab) toReview(base string) {
	v.t.Helper()
	v.basket(base)
	v.inButton("button")
	v.pressesButton()
	v.arrives("Log in to Demo Pay")
	v.press("Continue")
	v.arrives("Review your order")
	v.reads(v.order().ID, "Maria Santos", "12 Mabini Street", "PHP\u00a01,900.00", "PHP\u00a065.00", basketTotal, "standard delivery")
}

func TestWhoHasPaidIsToldSoByTheReview(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.tab()
	v.toReview("/m")
	link := v.address()
	v.press(payBasket)
	v.hasPaid("1965.00", "1965.00")
	v.visit(link) // as by the back button
	v.arrives("Review your order")
	v.reads("This order is paid")
	if v.offers(payBasket) {
		t.Error("a paid order can be paid again")
	}
}

func TestTheReviewIsReadInFiveLanguagesByDayAndNight(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.tab()
	v.toReview("/m")
	for _, language := range []struct{ name, heading string }{
		{"한국어", "주문 내용 확인"}, {"日本語", "ご注文内容の確認"}, {"繁體中文", "確認您的訂單"}, {"Tiếng Việt", "Kiểm tra đơn hàng của bạn"},
	} {
		v.press(language.name)
		v.arrives(language.heading)
	}
	v.reads("1.965,00\u00a0PHP")
	v.atNight()
	v.press("English")
	v.arrives("Review your order")
}

func TestABuyerWhoseTotalChangedMeanwhileLooksAgain(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.tab()
	v.toReview("")
	p.sandbox.Mall().Platform().SetTariff("demomall", platform.Tariff{ShippingFee: "95.50", ShippingDiscount: "20.00"})
	v.press(payBasket)
	v.reads("The total has changed: it was "+basketTotal+" and is PHP\u00a01,975.50 now", "PHP\u00a095.50", "−PHP\u00a020.00")
	v.inspect("the total has changed")
	p.holds("P", "0.00")
	v.press("Pay PHP\u00a01,975.50")
	v.arrives("You pay")
	v.reads("1975.50")
}

func TestALinkThatIsNoneSaysWhatToDo(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.tab()
	v.isRefused(p.sandbox.AppURL()+"/api/external-checkout/order/review?token=nobody-knows-this", 404)
	v.arrives("This link is no longer good")
	v.reads("Please do not pay twice", "Reference")
	if strings.Contains(v.address(), "demomall") {
		t.Error("the address names the mall")
	}
}
