package browser_test

import (
	"testing"

	"github.com/go-rod/rod"
)

func TestTheStartPageLeadsThroughTheSandbox(t *testing.T) {
	t.Parallel()
	for name, width := range map[string]int{"at a desk": desktop, "on a phone": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := enter(t, width)
			v := p.open(p.sandbox.MallURL())
			v.arrives("A mall, a payment company, and paybridge between them")
			v.reads("Nobody has bought anything yet")
			v.press("Go to the shop")
			v.shop()
			v.press("Approve")
			v.isPaid()
			p.settled()
			v.press("What was sent about it")
			v.arrives("Order " + p.order().ID)
			v.reads("Payment request", "Create the payment", "Approves", "Webhook", "Ask what is true", "Payment notice", "signature holds")
			v.unfoldsAll()
			v.reads("mock_service_key", "✓ the same", "1845.00PHP"+p.order().ID)
			v.inspect("the messages unfolded")
			v.press("What was sent")
			v.arrives("What was sent")
			v.reads("2 × Abaca Market Tote", "paid")
			v.press("Beside the orders")
			v.arrives("Beside the orders")
			v.reads("Take a token")
			v.press("paybridge sandbox")
			v.press("Start afresh")
			v.arrives("Start afresh?")
			v.press("Forget everything")
			v.arrives("A mall, a payment company, and paybridge between them")
			v.reads("Codes begin at 001 again", "Nobody has bought anything yet")
		})
	}
}

func TestAPersonWatchesHowABrokenMallIsToldUntilItUnderstands(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.open(p.sandbox.MallURL())
	v.arrives("A mall, a payment company, and paybridge between them")
	v.press("Break something")
	v.arrives("Break something")
	v.press("The mall answers 500")
	v.reads("broken on purpose", "500 fault injected by the sandbox")
	// Nobody reloads the page: it grows by itself.
	v.reads("paid 485.00 PHP")
	v.arrives("Order " + p.order().ID)
	p.settled()
	if told := len(p.order().Told); told != 1 {
		t.Errorf("the mall understood %d notices, want 1", told)
	}
}

func TestARefundWhoseAnswerIsLostIsDoneOnceAndThePersonSeesIt(t *testing.T) {
	t.Parallel()
	p := enter(t, desktop)
	v := p.open(p.sandbox.MallURL() + "/break")
	v.arrives("Break something")
	v.press("The company times out after doing the work")
	v.reads("no answer in time", "Find the refund by our reference", "partially refunded")
	v.arrives("Order " + p.order().ID)
	if totals := p.sandbox.Company().Totals("PHP"); totals.Refunds != 1 || totals.Refunded != "65.00" {
		t.Errorf("the company holds %+v, want one refund of 65.00", totals)
	}
}

// unfoldsAll opens everything that can be unfolded.
func (v *tab) unfoldsAll() {
	v.t.Helper()
	if err := v.page.Timeout(patience).Wait(rod.Eval(`() => { document.querySelectorAll("details").forEach(d => { d.open = true; }); return true; }`)); err != nil {
		v.t.Fatal(err)
	}
}

func TestTheButtonsStoryIsPlayedFromTheStartPage(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.open(p.sandbox.MallURL())
	v.arrives("A mall, a payment company, and paybridge between them")
	v.press("Pay by the external button")
	v.reads("Reserves the order", "Calculate the order", "Payment notice (external checkout)", "paid 2545.00 PHP")
	v.arrives("Order " + p.order().ID)
	p.settled()
}

func TestAPersonBreaksTheNextNoticeByHandAndMendsEverything(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.open(p.sandbox.MallURL() + "/break")
	v.arrives("Break something")
	v.press("The next notice is taken, its answer lost")
	v.reads("Go to the shop, buy something", "Broken at the moment", "Mall: /Pay/Recv/openpg/PayReceiveNoty.php, cut after the work, times: 1")
	v.inspect("a fault is armed")
	v.visit(p.sandbox.MallURL() + "/shop")
	v.shop()
	v.press("Approve")
	v.isPaid()
	v.press("What was sent about it")
	v.arrives("Order " + p.order().ID)
	v.reads("no answer: the connection was cut", "200 OK")
	v.press("Break something")
	v.press("Mend everything")
	v.reads("Everything is mended.")
}
