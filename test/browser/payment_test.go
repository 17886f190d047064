package browser_test

import (
	"testing"
)

// What the simulators call an order's amount: two totes and the delivery.
const total = "1845.00"

// shop goes from the storefront to the company's payment page.
func (v *tab) shop() {
	v.t.Helper()
	v.arrives("Good things from the islands")
	v.press("Abaca Market Tote")
	v.arrives("Abaca Market Tote")
	v.fills("Quantity", "2")
	v.press("Add to cart")
	v.arrives("Your cart")
	v.reads("₱1,780", "₱1,845")
	v.press("Check out")
	v.arrives("Checkout")
	v.reads("2 × Abaca Market Tote", "₱1,845")
	v.press("Pay (asynchronous)")
	v.atCompany()
}

// atCompany looks at the payment page.
func (v *tab) atCompany() {
	v.t.Helper()
	v.arrives("You pay")
	v.reads("1845.00", "PHP")
}

// isPaid looks at the mall's order page after a payment.
func (v *tab) isPaid() {
	v.t.Helper()
	v.arrives("Thank you, your order is paid")
	v.reads("Order "+v.order().ID, "1845.00 PHP", "signature valid")
	if v.offers("Pay again (asynchronous)") {
		v.t.Error("a paid order can be paid again")
	}
}

func TestABuyerPaysAndTheShopSaysPaid(t *testing.T) {
	t.Parallel()
	for name, width := range map[string]int{"at a desk": desktop, "on a phone": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := enter(t, width)
			v := p.open(p.sandbox.MallURL() + "/shop")
			v.shop()
			v.press("Approve")
			v.isPaid()
			p.settled()
			p.heard("T")
			p.holds("S", total)
			v.press("Fields and signature")
			v.reads("hash_data signs")
			v.inspect("the notification unfolded")
		})
	}
}

func TestADeclinedBuyerTriesAgainAndPays(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.open(p.sandbox.MallURL() + "/shop")
	v.shop()
	v.press("Decline")
	v.arrives("Waiting for the confirmation")
	p.delivered()
	p.heard("")
	p.holds("F", "0.00")
	v.press("Back to the payment page")
	v.atCompany()
	v.reads("Your last try was declined")
	v.press("Approve")
	v.isPaid()
	p.settled()
	p.heard("T")
	p.holds("S", total)
}

func TestABuyerWhoPaysLaterComesBackToTheSamePaymentPage(t *testing.T) {
	t.Parallel()
	p := enter(t, desktop)
	v := p.open(p.sandbox.MallURL() + "/shop")
	v.shop()
	v.press("Pay later")
	v.arrives("Waiting for the confirmation")
	p.heard("")
	p.holds("P", "0.00")
	v.press("Pay again (asynchronous)")
	v.atCompany()
	v.press("Approve")
	v.isPaid()
	p.settled()
	p.heard("T")
	p.holds("S", total)
}

func TestACancelledPaymentIsNotChargedAndTheOrderIsPaidByAnother(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.open(p.sandbox.MallURL() + "/shop")
	v.shop()
	v.press("Cancel")
	v.arrives("The payment did not go through")
	v.reads("Nothing was charged")
	p.delivered()
	p.holds("C", "0.00")
	if v.offers("Back to the payment page") {
		t.Error("the way back leads to a page that is closed")
	}
	v.press("Pay again (asynchronous)")
	v.atCompany()
	v.reads("pg-order-002")
	v.press("Approve")
	v.isPaid()
	p.delivered()
	p.heard("T")
	p.holds("CS", total)
}

// The browser may show the payment page as it was, or ask for it again.
func TestTheBackButtonAfterPayingLeadsToNoSecondPayment(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.open(p.sandbox.MallURL() + "/shop")
	v.shop()
	v.press("Approve")
	v.isPaid()
	v.back()
	v.reads("A simulated payment company")
	again := "Back to the shop"
	if v.offers("Approve") {
		again = "Approve"
	}
	v.press(again)
	v.isPaid()
	p.settled()
	p.heard("T")
	p.holds("S", total)
}

func TestApprovingInTwoTabsPaysOnce(t *testing.T) {
	t.Parallel()
	p := enter(t, desktop)
	first := p.open(p.sandbox.MallURL() + "/shop")
	first.shop()
	second := p.open(first.address())
	second.atCompany()
	first.turnTo()
	first.press("Approve")
	first.isPaid()
	second.turnTo()
	second.press("Approve")
	second.isPaid()
	second.visit(p.sandbox.CompanyURL() + "/pay/pg-order-001")
	second.arrives("Paid")
	second.press("Back to the shop")
	second.isPaid()
	p.settled()
	p.heard("T")
	p.holds("S", total)
}

func TestAMerchantRefundsInPartAtOnceAndTheRestLater(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.open(p.sandbox.MallURL() + "/shop")
	v.shop()
	v.press("Approve")
	v.isPaid()
	v.fills("Amount", "65.00")
	v.press("Refund at once")
	v.arrives("Part of your money is on its way back")
	v.reads("1780.00 PHP can be given back")
	v.press("Refund later")
	v.arrives("Your money is on its way back")
	v.reads("Refunded: 1845.00 PHP")
	v.inspect("refunded in full")
	if totals := p.sandbox.Company().Totals("PHP"); totals.Refunds != 2 || totals.Refunded != total {
		t.Errorf("the company holds %+v, want two refunds of %s", totals, total)
	}
}
