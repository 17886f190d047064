package httpapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"paybridge/application"
	"paybridge/ports"
)

// Config is what a Server needs to know. Addr, Links, DefaultGateway and WebhookKey are
// required.
type Config struct {
	Addr           string         // of the public listener, "host:port"
	Links          Links          // the address under which the world sees it
	DefaultGateway string         // the company that the bare webhook and callback routes mean
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	MallAddresses  []netip.Prefix // where Cafe24's own calls come from: only these may ask for a status; empty: nobody knows
	WebhookKey     ports.Secret   // comes with everything that Cafe24 tells about malls
	AdminOrigins   []string       // where the admin pages may stand in a frame, with {mall_id} in it; empty: nowhere
	ResultPages    [2]string      // how the shop calls its pages for a reserved order that was paid, and for one that was not
	SampleCompat   bool           // sandbox: additionally take the guessable keys of the starting collection
	Limits         Limits
}

// Limits bound what somebody outside can take from the service. Zero fields mean the defaults.
type Limits struct {
	Body        int           // bytes of a request body; 64 KiB
	Headers     int           // bytes of a request's line and headers; 8 KiB
	Budget      time.Duration // for the work on a request, once it is read; 5 s
	Read        time.Duration // for a client to send its request; 5 s
	Write       time.Duration // for a client to take the answer; 5 s
	Idle        time.Duration // between two requests of a connection; 60 s
	Connections int           // open at a time; 8192
	Working     int           // requests in work at a time at each kind of door; 512
	BuyerRate   int           // requests per minute and address at buyers' doors; 600
	FailureRate int           // refused signatures per minute and address; 300
}

// Dependencies are the collaborators of a Server; all are required but the two providers of
// telemetry, which default to the global ones.
type Dependencies struct {
	Signatures Signatures
	Launches   LaunchSeals
	Script     *Script
	Clock      ports.Clock
	Logger     *slog.Logger
	Tracer     trace.TracerProvider
	Meter      metric.MeterProvider

	ReservedOrders ReservedOrders
}

// Server is the public listener.
type Server struct {
	config   Config
	commands application.Commands
	queries  application.Queries
	needs    Dependencies
	app      *fiber.App
	routes   []Route
	notice   noticePage
	display  displayPage
	review   reviewPage

	mu       sync.Mutex
	listener net.Listener
	stopping bool
}

// New returns a server that listens nowhere yet, or an error that names everything missing.
func New(c Config, commands application.Commands, queries application.Queries, d Dependencies) (*Server, error) {
	if err := missing(c, commands, queries, d); err != nil {
		return nil, fmt.Errorf("http server: %w", err)
	}
	review, err := newReviewPage()
	if err != nil {
		return nil, err
	}
	page, err := newNoticePage()
	if err != nil {
		return nil, err
	}
	display, err := newDisplayPage()
	if err != nil {
		return nil, err
	}
	c.Limits = c.Limits.withDefaults()
	if c.ResultPages == [2]string{} {
		c.ResultPages = [2]string{"pgsuccess", "pg_fail"}
	}
	s := &Server{config: c, commands: commands, queries: queries, needs: d, notice: page, display: display, review: review}
	s.routes = s.table()
	s.app = fiber.New(s.fiberConfig())
	s.harden(s.app.Server())
	if err := s.use(s.app); err != nil {
		return nil, fmt.Errorf("http server: %w", err)
	}
	for _, r := range s.routes {
		s.app.Add(r.Method, r.Path, r.handlers...)
	}
	return s, nil
}

func missing(c Config, commands application.Commands, queries application.Queries, d Dependencies) error {
	var problems []error
	require := func(present bool, what string) {
		if !present {
			problems = append(problems, errors.New(what+" is missing"))
		}
	}
	require(c.Addr != "", "the address to listen on")
	require(c.Links.base != nil, "the public URL")
	require(c.DefaultGateway != "", "the default gateway")
	require(c.WebhookKey.Reveal() != "", "the key of Cafe24's webhooks")
	require(commands.CreateCheckout != nil, "the command CreateCheckout")
	require(commands.ApprovePayment != nil, "the command ApprovePayment")
	require(commands.RecordPaymentResult != nil, "the command RecordPaymentResult")
	require(commands.RefundPayment != nil, "the command RefundPayment")
	require(commands.ConfirmRefundAnswer != nil, "the command ConfirmRefundAnswer")
	require(commands.ConfirmStatusAnswer != nil, "the command ConfirmStatusAnswer")
	require(commands.RecordRefundResult != nil, "the command RecordRefundResult")
	require(commands.LaunchApp != nil, "the command LaunchApp")
	require(commands.InstallApp != nil, "the command InstallApp")
	require(commands.RecordAnnouncement != nil, "the command RecordAnnouncement")
	require(commands.ResumeSession != nil, "the command ResumeSession")
	require(commands.ReserveOrder != nil, "the command ReserveOrder")
	require(commands.ReviewOrder != nil, "the command ReviewOrder")
	require(commands.PayReservation != nil, "the command PayReservation")
	require(d.ReservedOrders != nil, "the check of reserved orders")
	require(queries.Panel != nil, "the query Panel")
	require(queries.PaymentStatus != nil, "the query PaymentStatus")
	require(queries.CheckoutButton != nil, "the query CheckoutButton")
	require(queries.SignReservation != nil, "the query SignReservation")
	require(d.Signatures != nil, "the verifier of signatures")
	require(d.Launches != nil, "the verifier of launches")
	require(d.Script != nil, "the payment button's script")
	require(d.Clock != nil, "the clock")
	require(d.Logger != nil, "the logger")
	return errors.Join(problems...)
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Body:        cmp.Or(l.Body, 64<<10),
		Headers:     cmp.Or(l.Headers, 8<<10),
		Budget:      cmp.Or(l.Budget, 5*time.Second),
		Read:        cmp.Or(l.Read, 5*time.Second),
		Write:       cmp.Or(l.Write, 5*time.Second),
		Idle:        cmp.Or(l.Idle, time.Minute),
		Connections: cmp.Or(l.Connections, 8192),
		Working:     cmp.Or(l.Working, 512),
		BuyerRate:   cmp.Or(l.BuyerRate, 600),
		FailureRate: cmp.Or(l.FailureRate, 300),
	}
}

// readAhead is how much of a body is read beyond the limit: closing a connection with unread bytes
// resets it, and the client would never see why it was refused.
const readAhead = 4

func (s *Server) fiberConfig() fiber.Config {
	l := s.config.Limits
	return fiber.Config{
		Immutable:                    true, // Fiber reuses request memory; commands keep strings
		BodyLimit:                    readAhead * l.Body,
		ReadBufferSize:               l.Headers,
		ReadTimeout:                  l.Read,
		WriteTimeout:                 l.Write,
		IdleTimeout:                  l.Idle,
		Concurrency:                  l.Connections,
		CaseSensitive:                true,
		DisablePreParseMultipartForm: true, // nobody sends one, and parsing one writes files
		EnableTrustedProxyCheck:      true, // with nobody trusted: X-Forwarded-Host is a claim
		DisableStartupMessage:        true,
		ErrorHandler:                 s.fail,
	}
}

// harden covers what Fiber leaves to the server below it.
func (s *Server) harden(server *fasthttp.Server) {
	server.CloseOnShutdown = true
	route := server.Handler
	server.Handler = func(rc *fasthttp.RequestCtx) {
		if knownMethod(string(rc.Method())) {
			route(rc)
			return
		}
		c := s.app.AcquireCtx(rc)
		defer s.app.ReleaseCtx(c)
		_ = s.fail(c, fiber.ErrMethodNotAllowed)
	}
}

// Routes lists what the server answers.
func (s *Server) Routes() []Route { return s.routes }

// Bind opens the configured address for Serve: from now on nobody's connection is refused.
func (s *Server) Bind(ctx context.Context) (net.Listener, error) {
	return bind(ctx, s.config.Addr, "PAYBRIDGE_ADDR")
}
