package httpapi_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"paybridge/adapters/cafe24"
	httpapi "paybridge/adapters/http"
	"paybridge/application"
	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/domain/merchant"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/domain/session"
	"paybridge/ports"
	"paybridge/test/fakeclock"
)

const (
	checkoutPath = "/api/asynchronous-checkout/checkout"
	callbackPath = checkoutPath + "/callback"
	webhookPath  = checkoutPath + "/webhook"
	cancelPath   = "/api/asynchronous-refund/cancel"

	refundWebhookPath = cancelPath + "/webhook"

	jsonType  = "application/json"
	formType  = "application/x-www-form-urlencoded"
	acceptGap = 50 * time.Millisecond // between two tries to accept a connection
)

// scene is what a test may change before the server starts: its configuration, and what the
// application answers.
type scene struct {
	httpapi.Config
	signatures httpapi.Signatures
	script     *httpapi.Script
	tracer     trace.TracerProvider
	listen     func(net.Listener) net.Listener
	checkout   ports.HandlerFunc[command.CreateCheckout, command.PaymentPage]
	approve    ports.HandlerFunc[command.ApprovePayment, command.BuyerReturn]
	reserve    ports.HandlerFunc[command.ReserveOrder, command.Reserved]
	review     ports.HandlerFunc[command.ReviewOrder, command.Review]
	pay        ports.HandlerFunc[command.PayReservation, command.PaymentPage]
	record     ports.HandlerFunc[command.RecordPaymentResult, command.Received]
	status     ports.HandlerFunc[query.PaymentStatus, query.Status]
	button     ports.HandlerFunc[query.CheckoutButton, query.Button]
	sign       ports.HandlerFunc[query.SignReservation, string]
	refund     ports.HandlerFunc[command.RefundPayment, command.RefundAnswer]
	confirm    ports.HandlerFunc[command.ConfirmRefundAnswer, struct{}]
	fetched    ports.HandlerFunc[command.ConfirmStatusAnswer, struct{}]
	letter     ports.HandlerFunc[command.RecordRefundResult, command.Received]
	link       ports.HandlerFunc[command.LinkCredentials, merchant.Credentials]
	unlink     ports.HandlerFunc[command.UnlinkCredentials, command.Unlinked]
	toggle     ports.HandlerFunc[command.SwitchShop, merchant.Shop]
	replay     ports.HandlerFunc[command.ReplayNotification, ports.NoticeRow]
	speak      ports.HandlerFunc[command.ChangeLanguage, session.Session]
	panel      ports.HandlerFunc[query.Panel, query.PanelView]
	resume     ports.HandlerFunc[command.ResumeSession, session.Session]
	launch     ports.HandlerFunc[command.LaunchApp, command.Consent]
	install    ports.HandlerFunc[command.InstallApp, command.Installed]
	announce   ports.HandlerFunc[command.RecordAnnouncement, command.Heard]
	prepare    []func(*httpapi.Server) // before anybody is served
}

// served is a running server with everything that it told the application.
type served struct {
	*httpapi.Server
	t      testing.TB
	addr   string
	client *http.Client
	clock  *fakeclock.Clock
	logs   *logs

	mu        sync.Mutex
	checkouts []command.CreateCheckout
	reserved  []command.ReserveOrder
	reviews   []command.ReviewOrder
	pays      []command.PayReservation
	returns   []command.ApprovePayment
	letters   []command.RecordPaymentResult
	asked     []query.PaymentStatus
	buttons   []query.CheckoutButton
	signed    []query.SignReservation
	cancels   []command.RefundPayment
	confirmed []command.ConfirmRefundAnswer
	fetches   []command.ConfirmStatusAnswer
	hints     []command.RecordRefundResult
	launches  []command.LaunchApp
	consents  []command.InstallApp
	announced []command.RecordAnnouncement
	panels    []query.Panel
}

// answer is a response as a test looks at it.
type answer struct {
	status int
	header http.Header
	body   string
}

// setup serves on a free port until the test ends. By default everything that is asked succeeds.
func setup(t testing.TB, changes ...func(*scene)) *served {
	t.Helper()
	sc := defaultScene(t)
	for _, change := range changes {
		change(sc)
	}
	s := &served{t: t, clock: startClock(), logs: &logs{}}
	server, err := httpapi.New(sc.Config, s.commands(sc), s.queries(sc), s.dependencies(sc))
	if err != nil {
		t.Fatal(err)
	}
	for _, prepare := range sc.prepare {
		prepare(server)
	}
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Server, s.addr = server, ln.Addr().String()
	s.client = &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	s.serveUntilTheEnd(sc.listen(ln))
	return s
}

func startClock() *fakeclock.Clock {
	return fakeclock.New(time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC))
}

func defaultScene(t testing.TB) *scene {
	t.Helper()
	links, err := httpapi.NewLinks("https://pay.example")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := cafe24.NewSigner(ports.NewSecret("mock_service_key"))
	if err != nil {
		t.Fatal(err)
	}
	script, err := httpapi.NewScript(links, "mock_client_id")
	if err != nil {
		t.Fatal(err)
	}
	return &scene{
		script:     script,
		Config:     httpapi.Config{Addr: "127.0.0.1:0", Links: links, DefaultGateway: "demo", WebhookKey: ports.NewSecret("mock_webhook_key")},
		signatures: signer,
		tracer:     sdktrace.NewTracerProvider(),
		listen:     func(ln net.Listener) net.Listener { return ln },
		checkout: func(context.Context, command.CreateCheckout) (command.PaymentPage, error) {
			return command.PaymentPage{URL: "https://company.example/pay/pg-order-001?a=1&b=2"}, nil
		},
		approve: func(context.Context, command.ApprovePayment) (command.BuyerReturn, error) {
			return paidReturn(), nil
		},
		reserve: func(context.Context, command.ReserveOrder) (command.Reserved, error) {
			return command.Reserved{Data: []byte(`{"reference_no":"pg-order-001"}`)}, nil
		},
		review: func(context.Context, command.ReviewOrder) (command.Review, error) { return review(), nil },
		pay: func(context.Context, command.PayReservation) (command.PaymentPage, error) {
			return command.PaymentPage{URL: "https://company.example/pay/pg-order-001?a=1&b=2"}, nil
		},
		record: func(context.Context, command.RecordPaymentResult) (command.Received, error) {
			return command.Received{}, nil
		},
		status: func(context.Context, query.PaymentStatus) (query.Status, error) { return paidStatus(), nil },
		button: func(context.Context, query.CheckoutButton) (query.Button, error) {
			return query.Button{PublicKey: "demo-app-public-key", ShopName: "Tindahan", Currency: "PHP"}, nil
		},
		sign: func(context.Context, query.SignReservation) (string, error) { return "c2lnbmF0dXJl", nil },
		refund: func(context.Context, command.RefundPayment) (command.RefundAnswer, error) {
			return command.RefundAnswer{Refund: "r-1", State: refund.Refunded, Final: true}, nil
		},
		confirm: func(context.Context, command.ConfirmRefundAnswer) (struct{}, error) { return struct{}{}, nil },
		fetched: func(context.Context, command.ConfirmStatusAnswer) (struct{}, error) { return struct{}{}, nil },
		letter: func(context.Context, command.RecordRefundResult) (command.Received, error) {
			return command.Received{}, nil
		},
		resume: resumed, panel: panelShown, launch: launched, install: installed,
		announce: func(_ context.Context, in command.RecordAnnouncement) (command.Heard, error) {
			return command.Heard{RecordAnnouncement: in, Word: "done"}, nil
		},
	}
}

func paidReturn() command.BuyerReturn {
	return command.BuyerReturn{
		Outcome: payment.Paid, ReturnURL: "https://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveRtnPage.php",
		ExtraData: []byte(`{"LogKey":"a&b","n": 1}`),
	}
}

func (s *served) commands(sc *scene) application.Commands {
	return application.Commands{
		CreateCheckout:      remembering(&s.mu, &s.checkouts, sc.checkout),
		ReserveOrder:        remembering(&s.mu, &s.reserved, sc.reserve),
		ReviewOrder:         remembering(&s.mu, &s.reviews, sc.review),
		PayReservation:      remembering(&s.mu, &s.pays, sc.pay),
		ApprovePayment:      remembering(&s.mu, &s.returns, sc.approve),
		RecordPaymentResult: remembering(&s.mu, &s.letters, sc.record),
		RefundPayment:       remembering(&s.mu, &s.cancels, sc.refund),
		ConfirmRefundAnswer: remembering(&s.mu, &s.confirmed, sc.confirm),
		ConfirmStatusAnswer: remembering(&s.mu, &s.fetches, sc.fetched),
		RecordRefundResult:  remembering(&s.mu, &s.hints, sc.letter),
		LinkCredentials:     sc.link,
		UnlinkCredentials:   sc.unlink,
		SwitchShop:          sc.toggle,
		ReplayNotification:  sc.replay,
		ChangeLanguage:      sc.speak,
		ResumeSession:       sc.resume,
		LaunchApp:           remembering(&s.mu, &s.launches, sc.launch),
		RecordAnnouncement:  remembering(&s.mu, &s.announced, sc.announce),
		InstallApp:          remembering(&s.mu, &s.consents, sc.install),
	}
}

func (s *served) queries(sc *scene) application.Queries {
	return application.Queries{
		PaymentStatus:   remembering(&s.mu, &s.asked, sc.status),
		CheckoutButton:  remembering(&s.mu, &s.buttons, sc.button),
		SignReservation: remembering(&s.mu, &s.signed, sc.sign),
		Panel:           remembering(&s.mu, &s.panels, sc.panel),
	}
}

func remembering[In, Out any](mu *sync.Mutex, seen *[]In, next ports.HandlerFunc[In, Out]) ports.Handler[In, Out] {
	return ports.HandlerFunc[In, Out](func(ctx context.Context, in In) (Out, error) {
		mu.Lock()
		*seen = append(*seen, in)
		mu.Unlock()
		return next(ctx, in)
	})
}

func (s *served) dependencies(sc *scene) httpapi.Dependencies {
	return httpapi.Dependencies{
		Signatures: sc.signatures, Launches: seal(s.t), Script: sc.script, ReservedOrders: s.reservedOrders(), Clock: s.clock,
		Logger: slog.New(slog.NewJSONHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Tracer: sc.tracer,
	}
}

func (s *served) reservedOrders() httpapi.ReservedOrders {
	s.t.Helper()
	orders, err := cafe24.NewReservedOrders([]string{"mock_client_id"})
	if err != nil {
		s.t.Fatal(err)
	}
	return orders
}

func (s *served) serveUntilTheEnd(ln net.Listener) {
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ln) }()
	s.t.Cleanup(func() {
		s.client.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := errors.Join(s.Shutdown(ctx), <-ended); err != nil {
			s.t.Errorf("the server ended with %v", err)
		}
	})
}

// send makes a request; headers come as name and value in turn.
func (s *served) send(method, target, body string, headers ...string) answer {
	s.t.Helper()
	return s.sendFrom(s.t, method, target, body, headers...)
}

func (s *served) post(target, contentType, body string) answer {
	s.t.Helper()
	return s.sendFrom(s.t, http.MethodPost, target, body, "Content-Type", contentType)
}

// sendFrom is send for a test that did not set the server up.
func (s *served) sendFrom(t testing.TB, method, target, body string, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.addr+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	got, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	return readAnswer(t, got)
}

func readAnswer(t testing.TB, got *http.Response) answer {
	t.Helper()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{status: got.StatusCode, header: got.Header, body: string(body)}
}

func (s *served) checkoutsSeen() []command.CreateCheckout {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.checkouts
}

func (s *served) returnsSeen() []command.ApprovePayment {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.returns
}

func (s *served) lettersSeen() []command.RecordPaymentResult {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.letters
}

// counter makes request ids that a test can foresee.
type counter struct{ n atomic.Int64 }

func (c *counter) NewID() string { return "id-" + strconv.FormatInt(c.n.Add(1), 10) }

// recorded makes the server record its spans.
func recorded(spans *tracetest.SpanRecorder) func(*scene) {
	return func(sc *scene) { sc.tracer = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)) }
}

type approving = command.ApprovePayment

// answering is an application that always says the same.
func answering[In, Out any](out Out) ports.HandlerFunc[In, Out] {
	return func(context.Context, In) (Out, error) { return out, nil }
}
