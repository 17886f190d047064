package command_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application"
	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/application/task"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

// What most tests speak about: one mall with one shop, and one order.
const (
	mallID   merchant.MallID    = "demomall"
	partner  merchant.PartnerID = "demomall:0:pk_demo"
	number   order.Number       = "20220519-0000029"
	returnTo                    = "https://demomall.cafe24.com/Pay/Recv/return"
	notifyTo                    = "https://demomall.cafe24.com/Pay/Recv/noty"
)

var (
	orderKey = order.Key{Mall: mallID, Shop: 1, Number: number}
	ourKeys  = ports.Keys{Public: "pk_demo", Secret: ports.NewSecret("sk_demo")}
)

// world is the application over stores in memory, between a company and a mall that fail when they
// are told to. Its time stands still until work moves it.
type world struct {
	t       *testing.T
	clock   *fakeclock.Clock
	company *memory.Company
	mall    *memory.Mall
	rate    int // questions a second about one company account; 0: any number

	store    *memory.Store
	books    *books
	checkout command.CreateCheckoutHandler
	approve  command.ApprovePaymentHandler
	receive  command.RecordPaymentResultHandler

	receiveRefund command.RecordRefundResultHandler

	replay  command.ReplayNotificationHandler
	rebuild command.RebuildReadModelHandler

	reconcile   command.ReconcileHandler
	fromCompany command.ReconcileFromCompanyHandler

	status  query.PaymentStatusHandler
	window  *window
	imports command.ImportMerchantsHandler
	refund  command.RefundPaymentHandler
	resolve command.Resolver
	confirm command.ConfirmRefundAnswerHandler
	fetched command.ConfirmStatusAnswerHandler
	proof   *proof
	jobs    application.Jobs

	alarms alarms // when something becomes due
	runs   []run  // what the jobs did
}

// newWorld returns a world with one merchant. Edits change what the company declares.
func newWorld(t *testing.T, edits ...func(*ports.Sheet)) *world {
	t.Helper()
	clock := fakeclock.New(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	w := &world{t: t, clock: clock, company: memory.NewCompany(clock, edits...), mall: &memory.Mall{}}
	w.build(memory.Gateways{"memory": w.company})
	w.link("pk_demo", "sk_demo")
	return w
}

// build wires the handlers as bootstrap does.
func (w *world) build(companies ports.Gateways) {
	w.t.Helper()
	keyring, err := memory.NewKeyring()
	w.must(err)
	w.store = memory.New(w.react, w.clock, memory.Options{Rate: w.rate})
	w.books = &books{Orders: w.store.Orders()}
	orders, ids, trace := w.books, &counter{}, untraced{}
	accounts := command.Accounts{Merchants: w.store.Merchants(), Keyring: keyring, Gateways: companies}
	inquiry := command.Inquiry{Accounts: accounts, Orders: orders, Clock: w.clock}

	w.checkout = command.CreateCheckoutHandler{Inquiry: inquiry, Mall: w.mall, Links: links{}, IDs: ids, Trace: trace}
	w.window = newWindow(w.clock)
	w.approve = command.ApprovePaymentHandler{Inquiry: inquiry, View: w.window, Trace: trace}
	w.status = query.PaymentStatusHandler{
		View: w.window, Orders: orders, Gateways: companies, Asker: inquiry, Clock: w.clock, Answered: func(context.Context, string, bool, bool) {},
	}
	w.rebuild = command.RebuildReadModelHandler{
		View: w.window, Projections: w.store.Projections(), Clock: w.clock, Ping: func(context.Context) error { return nil },
	}
	w.receive = command.RecordPaymentResultHandler{Accounts: accounts, Orders: orders, Inbox: w.store.Inbox(), Clock: w.clock, Trace: trace}
	w.replay = command.ReplayNotificationHandler{Views: w.store.Views(), Orders: orders, Tasks: w.store.Tasks(), Audit: w.store.Audit(), Clock: w.clock}
	w.resolve = command.Resolver{Orders: orders, Views: w.store.Views(), Clock: w.clock}
	w.imports = command.ImportMerchantsHandler{Accounts: accounts, Clock: w.clock}
	notices := command.Notices{Orders: orders, Outbox: w.store.Outbox(), Mall: w.mall, Clock: w.clock, Trace: trace}
	notify := command.NotifyPaymentResultHandler{Notices: notices, Gateways: companies}
	notifyRefund := command.NotifyRefundResultHandler{Notices: notices}
	w.proof = &proof{says: order.Unprovable}
	w.refund = command.RefundPaymentHandler{
		Inquiry: inquiry, Mall: w.mall, Links: links{}, IDs: ids, Proof: w.proof, Trace: trace,
	}
	w.confirm = command.ConfirmRefundAnswerHandler{Tasks: w.store.Tasks()}
	w.fetched = command.ConfirmStatusAnswerHandler{Orders: orders, Clock: w.clock}
	w.receiveRefund = command.RecordRefundResultHandler{Gateways: companies, Orders: orders, Tasks: w.store.Tasks(), Trace: trace}
	asking := command.ReconcilePaymentHandler{Inquiry: inquiry, Inbox: w.store.Inbox(), Trace: trace}
	w.fromCompany = command.ReconcileFromCompanyHandler{Inquiry: inquiry, Inbox: w.store.Inbox(), Trace: trace}
	w.reconcile = command.ReconcileHandler{Asking: asking, Views: w.store.Views()}
	w.jobs = application.Jobs{
		task.AskPayment:    asking,
		task.NotifyPaid:    notify,
		task.NotifyUnpaid:  notify,
		task.ClosePayment:  command.ClosePaymentHandler{Inquiry: inquiry, Trace: trace},
		task.RefundSurplus: command.RefundSurplusHandler{Inquiry: inquiry, IDs: ids, Trace: trace},
		task.AskRefund:     command.ReconcileRefundHandler{Inquiry: inquiry, Trace: trace},
		task.ProjectStatus: command.ProjectStatusHandler{Orders: orders, View: w.window},

		task.NotifyRefunded:     notifyRefund,
		task.NotifyRefundFailed: notifyRefund,
	}
}

// link imports the merchant of the demo mall with these keys, and edits of it.
func (w *world) link(public, secret string, edits ...func(*command.MerchantImport)) {
	w.t.Helper()
	m := command.MerchantImport{
		Mall: mallID, Gateway: "memory", PublicKey: public, SecretKey: ports.NewSecret(secret),
		Shops: []command.ShopImport{{No: 1, Name: "Demo", Currency: "PHP", Enabled: true}},
	}
	for _, edit := range edits {
		edit(&m)
	}
	_, err := w.imports.Handle(w.t.Context(), command.ImportMerchants{Merchants: []command.MerchantImport{m}})
	w.must(err)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("unexpected error: %v", err)
	}
}

// counter makes ids that rise, the same in every run.
type counter struct{ n atomic.Int64 }

// NewID implements ports.IDs.
func (c *counter) NewID() string { return fmt.Sprintf("id-%06d", c.n.Add(1)) }

// links are the addresses that the company gets.
type links struct{}

// Callback implements ports.Links.
func (links) Callback(id payment.ID) string { return "https://app.example/callback/" + string(id) }

// SyncCallback implements ports.Links.
func (links) SyncCallback(key ports.StatusKey) string {
	return "https://app.example/sync/" + string(key)
}

// Webhook implements ports.Links.
func (links) Webhook(gateway string, id merchant.ID) string {
	return "https://app.example/" + gateway + "/" + string(id) + "/webhook"
}

// RefundWebhook implements ports.Links.
func (links) RefundWebhook(gateway string, id merchant.ID) string {
	return "https://app.example/" + gateway + "/" + string(id) + "/refunds"
}

// untraced implements ports.Trace without traces.
type untraced struct{}

// Current implements ports.Trace.
func (untraced) Current(context.Context) string { return "" }

// Join implements ports.Trace.
func (untraced) Join(ctx context.Context, _, _ string) (context.Context, func(error)) {
	return ctx, func(error) {}
}

// proof is what the mall says about a cancel request when it is asked.
type proof struct {
	says  order.Proof
	asked int
}

// Vouch implements ports.CancelProof.
func (p *proof) Vouch(context.Context, order.Key) order.Proof {
	p.asked++
	return p.says
}
