package browser_test

import (
	"database/sql"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // looks into the app's database

	"paybridge/test/rig"
	"paybridge/test/sandbox/control"
)

// newcomer is a mall that nobody has heard of, firstOrder what somebody buys there.
const (
	newcomer   = "islandgoods"
	firstOrder = "20261126-0000001"
)

// walk is an owner's way through the app, in the frame of the mall's admin.
type walk struct {
	*person
	admin, app *tab
	hand       func(*tab) hand
}

func mouse(v *tab) hand    { return v }
func keyboard(v *tab) hand { return keys{v} }

// does presses something in the app and waits for what it says then.
func (w *walk) does(name, said string) {
	w.t.Helper()
	w.hand(w.app).press(name)
	w.app.reads(said)
	w.app.inspect(name)
}

func TestAnOwnerInstallsLinksEnablesReplaysDisablesAndUnlinks(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		width int
		hand  func(*tab) hand
	}{"at a desk": {desktop, mouse}, "on a phone": {phone, mouse}, "with the keyboard alone": {desktop, keyboard}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &walk{person: enter(t, one.width), hand: one.hand}
			w.installs()
			w.links()
			w.enables()
			w.losesALetter()
			w.replays()
			w.looksBack()
			w.disablesAndUnlinks()
			w.speaks()
		})
	}
}

func (w *walk) installs() {
	w.t.Helper()
	w.admin = w.open(w.sandbox.MallURL() + "/admin/" + newcomer)
	w.admin.arrives("Apps")
	w.hand(w.admin).press("Install the app")
	w.app = w.admin.frame()
	w.app.arrives("An app asks for access to " + newcomer)
	w.hand(w.app).press("Agree")
	w.app.arrives("Payments of your mall")
	w.app.reads(newcomer, "No payment company is linked, so no payments are taken. Enter the company's keys below.", "Tindahan")
}

func (w *walk) links() {
	w.t.Helper()
	keys := func(secret, said string) {
		w.hand(w.app).fills("Public key", "demo-app-public-key")
		w.hand(w.app).fills("Secret key", secret)
		w.does("Link", said)
	}
	keys("not-the-secret-key", "The payment company refuses these keys. Nothing was stored.")
	keys("demo-app-secret-key", "The keys are linked.")
	w.app.reads("ends in -key", "No shop takes payments.", "reachable, takes the keys")
}

func (w *walk) enables() {
	w.t.Helper()
	w.does("Turn on Tindahan", "The shop is switched.")
	w.does("Show payment button Tindahan", "payment button in the shop's pages")
	w.app.reads("Everything works. There is nothing to do.")
	standing := w.sandbox.Mall().Platform().Mall(newcomer)
	if len(standing.Gateways) != 1 || standing.Gateways[0].PartnerID != newcomer+":0:demo-app-public-key" || len(standing.Scripts) != 1 {
		w.t.Errorf("the mall has %+v", standing)
	}
}

// losesALetter has somebody pay while the mall does not listen, until the app has given up telling it.
func (w *walk) losesALetter() {
	w.t.Helper()
	w.sandbox.Mall().AddFault(control.Fault{Path: "/Pay/Recv/openpg/PayReceiveNoty.php", Status: http.StatusInternalServerError})
	body := rig.Checkout{Mall: newcomer, Order: firstOrder, Amount: "1845.00", Currency: "PHP", LogKey: "k"}.Body()
	answer, err := http.Post(w.sandbox.AppURL()+"/api/asynchronous-checkout/checkout", "application/json", strings.NewReader(body)) //nolint:noctx // bounded by the test
	if err != nil {
		w.t.Fatal(err)
	}
	_ = answer.Body.Close()
	if err := w.sandbox.Company().Approve("pg-order-001", true); err != nil {
		w.t.Fatal(err)
	}
	w.eventually("a notice waits", w.daysPass)
	w.eventually("the notice is a dead letter", func() bool { return strings.Contains(w.readiness(), "1 dead") })
	w.sandbox.Mall().ClearFaults()
}

// daysPass makes a waiting notice so old that its next try is the last, and says whether there was one.
func (p *person) daysPass() bool {
	p.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(filepath.Dir(p.sandbox.Log()), "paybridge.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	done, err := db.ExecContext(p.t.Context(), `UPDATE outbox SET try = 16, run_at = enqueued_at WHERE kind = 'notify_paid' AND state = 'ready' AND try > 0`)
	if err != nil {
		p.t.Fatal(err)
	}
	rows, err := done.RowsAffected()
	return err == nil && rows == 1
}

func (w *walk) replays() {
	w.t.Helper()
	w.hand(w.admin).press("Apps")
	w.admin.arrives("Apps")
	w.hand(w.admin).press("Open the app")
	w.app = w.admin.frame()
	w.app.arrives("Payments of your mall")
	w.app.reads("Your mall did not confirm some notifications, so it may not know about money. Replay them below.", "Tries: 17")
	w.does("Replay "+firstOrder, "The notification is sent again.")
	w.eventually("the mall knows that the order is paid", func() bool {
		told, _ := w.sandbox.Mall().Order(newcomer, firstOrder)
		return told.State == "paid"
	})
}

func (w *walk) looksBack() {
	w.t.Helper()
	w.hand(w.app).fills("Order id", firstOrder)
	w.does("Search", "What happened")
	w.app.reads("1845.00 PHP", "Order paid", "Mall told")
	w.hand(w.app).fills("Order id", "20261126-0000002")
	w.does("Search", "There is no payment of order 20261126-0000002.")
	w.does("All payments", "The mall knows: paid")
	w.app.reads("Every notification reached the mall.", "Notification replayed", "Keys linked", "Shop turned on")
}

func (w *walk) disablesAndUnlinks() {
	w.t.Helper()
	w.does("Turn off Tindahan", "The shop is switched.")
	if standing := w.sandbox.Mall().Platform().Mall(newcomer); len(standing.Gateways) != 0 || len(standing.Scripts) != 0 {
		w.t.Errorf("the mall still has %+v", standing)
	}
	w.does("Unlink", "All shops are turned off, and no new payment is taken with these keys.")
	w.does("Unlink now", "The keys are unlinked and all shops are off.")
	w.app.reads("No payment company is linked.")
}

// speaks looks at the page in the other languages.
func (w *walk) speaks() {
	w.t.Helper()
	for language, heading := range map[string]string{"한국어": "쇼핑몰 결제", "日本語": "ショップの決済"} {
		w.hand(w.app).press(language)
		w.app.arrives(heading)
	}
}
