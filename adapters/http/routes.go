package httpapi

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"paybridge/domain/order"
)

// Route is one line of the table of routes.
type Route struct {
	Method   string
	Path     string // with parameters as ":name"
	door     door
	handlers []fiber.Handler
}

// Admin reports that the route is for people who run a mall, each within his own.
func (r Route) Admin() bool { return r.door == adminDoor }

// door says who comes in by a route, and so how many may, and in what shape a failure is answered.
type door uint8

const (
	noDoor           door = iota // no route of ours
	mallDoor                     // Cafe24: its envelope
	cancelDoor                   // Cafe24 wants money back: its envelope without a page
	companyDoor                  // a payment company: a message
	refundLetterDoor             // a payment company, about a refund: a code and a message
	buyerDoor                    // a buyer's browser: a page
	pageDoor                     // the script in a mall's page: data, or a text and false
	announcementDoor             // Cafe24 tells about a mall: a message
	launchDoor                   // somebody who runs a mall, on the way in: a page
	adminDoor                    // somebody who runs a mall, signed in: a page, or JSON for scripts
	manualDoor                   // whoever reads how the service is called: a plain error
	reviewDoor                   // a buyer who reviews: a page, and for scripts what the script in a page gets
)

// machine reports that no person comes in by the door.
func (d door) machine() bool {
	return d == mallDoor || d == cancelDoor || d == companyDoor || d == refundLetterDoor
}

// The paths of the asynchronous checkout. Links gives them to companies, too.
const (
	checkoutPath = "/api/asynchronous-checkout/checkout"
	callbackPath = checkoutPath + "/callback"
	webhookPath  = checkoutPath + "/webhook"
)

// The paths of the synchronous checkout.
const (
	syncCheckoutPath = "/api/synchronous-checkout/checkout"
	syncCallbackPath = syncCheckoutPath + "/callback"
	statusPath       = syncCheckoutPath + "/status"
)

// The paths of refunds.
const (
	syncCancelPath    = "/api/synchronous-refund/cancel"
	cancelPath        = "/api/asynchronous-refund/cancel"
	refundWebhookPath = cancelPath + "/webhook"
)

// The paths of the external checkout.
const (
	payloadPath = "/api/external-checkout/payload"
	reviewPath  = "/api/external-checkout/order/review"
	payPath     = "/api/external-checkout/order/pay"
	agreedPath  = "/api/external-checkout/order/callback"
)

// table is everything that the server answers.
func (s *Server) table() []Route {
	var (
		checkout     = endpoint(checkoutReader{way: order.Async, signatures: s.needs.Signatures}.read, s.commands.CreateCheckout, replyPage)
		callback     = endpoint(callbackReader{gateway: s.config.DefaultGateway}.read, s.commands.ApprovePayment, s.replyReturn)
		syncCheckout = endpoint(checkoutReader{way: order.Sync, signatures: s.needs.Signatures}.read, s.commands.CreateCheckout, replyPage)
		syncCallback = endpoint(syncCallbackReader{sample: s.config.SampleCompat, gateway: s.config.DefaultGateway}.read, s.commands.ApprovePayment, s.replyReturn)
		status       = endpoint(statusReader{sample: s.config.SampleCompat}.read, s.queries.PaymentStatus, s.replyStatus)
		cancel       = endpoint(s.cancelReader(false).read, s.commands.RefundPayment, s.replyRefund)
		syncCancel   = endpoint(s.cancelReader(true).read, s.commands.RefundPayment, s.replyRefund)
		refundLetter = endpoint(refundLetterReader{webhookReader{gateway: s.config.DefaultGateway}}.read, s.commands.RecordRefundResult, replyRefundLetter)
		button       = endpoint(readButtonQuestion, s.queries.CheckoutButton, replyButton)
		reservation  = endpoint(readReservation, s.queries.SignReservation, replySignature)
		webhook      = endpoint(webhookReader{gateway: s.config.DefaultGateway}.read, s.commands.RecordPaymentResult, replyReceived)
		payload      = endpoint(payloadReader{orders: s.needs.ReservedOrders}.read, s.commands.ReserveOrder, replyButtonData)
		review       = endpoint(reviewReader{sample: s.config.SampleCompat}.review, s.commands.ReviewOrder, s.replyReview)
		pay          = s.backToReview(endpoint(reviewReader{sample: s.config.SampleCompat}.pay, s.commands.PayReservation, replyAgreed))
		agreed       = endpoint(agreedReader{callbackReader{gateway: s.config.DefaultGateway}}.read, s.commands.ApprovePayment, s.replyReturn)
	)
	launch := endpoint(launchReader{seals: s.needs.Launches, clock: s.needs.Clock, sample: s.config.SampleCompat}.read, s.commands.LaunchApp, s.replyConsent)
	consent := endpoint(readConsent, s.commands.InstallApp, s.replyInstalled)
	document, docs := s.manualDoors()
	announcement := endpoint(announcementReader{key: s.config.WebhookKey}.read, s.commands.RecordAnnouncement, s.replyHeard)
	display := adminEndpoint(readDisplay, s.queries.Panel, s.replyDisplay)
	link := s.orBack(adminEndpoint(linkReader{gateway: s.config.DefaultGateway}.read, s.commands.LinkCredentials, s.replyLinked))
	unlink := s.orBack(adminEndpoint(readUnlink, s.commands.UnlinkCredentials, s.replyUnlinked))
	toggle := s.orBack(adminEndpoint(readToggle, s.commands.SwitchShop, s.replyToggled))
	replay := s.orBack(adminEndpoint(readReplay, s.commands.ReplayNotification, s.replyReplayed))
	speak := s.orBack(adminEndpoint(readLanguage, s.commands.ChangeLanguage, s.replySpoken))
	limits := s.config.Limits
	failures := s.failureLimit()
	mall := []fiber.Handler{atMost(limits.Working), failures}
	company := []fiber.Handler{atMost(limits.Working), failures}
	buyer := []fiber.Handler{atMost(limits.Working), s.visitLimit()}
	page := []fiber.Handler{openToPages, atMost(limits.Working), s.visitLimit()}
	reader := []fiber.Handler{atMost(limits.Working)}
	admin := []fiber.Handler{atMost(limits.Working), s.visitLimit(), s.signedIn}
	return []Route{
		{"GET", launchPath, launchDoor, slices.Concat(buyer, []fiber.Handler{launch})},
		{"GET", displayPath, adminDoor, slices.Concat(admin, []fiber.Handler{display})},
		{"POST", announcementPath, announcementDoor, slices.Concat(mall, []fiber.Handler{announcement})},
		{"GET", consentPath, launchDoor, slices.Concat(buyer, []fiber.Handler{consent})},
		{"POST", checkoutPath, mallDoor, slices.Concat(mall, []fiber.Handler{checkout})},
		{"GET", callbackPath, buyerDoor, slices.Concat(buyer, []fiber.Handler{callback})},
		{"POST", callbackPath, buyerDoor, slices.Concat(buyer, []fiber.Handler{callback})},
		{"POST", syncCheckoutPath, mallDoor, slices.Concat(mall, []fiber.Handler{syncCheckout})},
		{"GET", syncCallbackPath, buyerDoor, slices.Concat(buyer, []fiber.Handler{syncCallback})},
		{"POST", syncCallbackPath, buyerDoor, slices.Concat(buyer, []fiber.Handler{syncCallback})},
		{"POST", statusPath, mallDoor, slices.Concat(mall, []fiber.Handler{s.mallsOnly, status})},
		{"POST", cancelPath, cancelDoor, slices.Concat(mall, []fiber.Handler{cancel})},
		{"POST", syncCancelPath, cancelDoor, slices.Concat(mall, []fiber.Handler{syncCancel})},
		{"POST", refundWebhookPath, refundLetterDoor, slices.Concat(company, []fiber.Handler{refundLetter})},
		{"POST", refundWebhookPath + "/:gateway/:merchant", refundLetterDoor, slices.Concat(company, []fiber.Handler{refundLetter})},
		{"GET", scriptDataPath, pageDoor, slices.Concat(page, []fiber.Handler{button})},
		{"GET", scriptHMACPath, pageDoor, slices.Concat(page, []fiber.Handler{reservation})},
		{"GET", scriptPath, pageDoor, []fiber.Handler{openToPages, s.needs.Script.loader.serve}},
		{"GET", scriptFilePath, pageDoor, []fiber.Handler{openToPages, s.needs.Script.serveButton}},
		{"POST", payloadPath, pageDoor, slices.Concat(page, []fiber.Handler{payload})},
		{"OPTIONS", payloadPath, pageDoor, []fiber.Handler{openToPages, preflight}},
		{"GET", reviewPath, reviewDoor, slices.Concat(buyer, []fiber.Handler{review})},
		{"POST", payPath, reviewDoor, slices.Concat(buyer, []fiber.Handler{pay})},
		{"GET", agreedPath, buyerDoor, slices.Concat(buyer, []fiber.Handler{agreed})},
		{"POST", agreedPath, buyerDoor, slices.Concat(buyer, []fiber.Handler{agreed})},
		{"POST", webhookPath, companyDoor, slices.Concat(company, []fiber.Handler{webhook})},
		{"POST", webhookPath + "/:gateway/:merchant", companyDoor, slices.Concat(company, []fiber.Handler{webhook})},
		{"POST", linkPath, adminDoor, slices.Concat(admin, []fiber.Handler{link})},
		{"POST", unlinkPath, adminDoor, slices.Concat(admin, []fiber.Handler{unlink})},
		{"POST", togglePath, adminDoor, slices.Concat(admin, []fiber.Handler{toggle})},
		{"POST", replayPath, adminDoor, slices.Concat(admin, []fiber.Handler{replay})},
		{"POST", languagePath, adminDoor, slices.Concat(admin, []fiber.Handler{speak})},
		{"GET", openapiPath, manualDoor, slices.Concat(reader, []fiber.Handler{document})},
		{"GET", docsPath, manualDoor, slices.Concat(reader, []fiber.Handler{docs})},
	}
}

func (s *Server) cancelReader(sync bool) cancelReader {
	return cancelReader{sync: sync, signatures: s.needs.Signatures, client: s.client, malls: s.config.MallAddresses}
}

// routeAt finds the first route of a path, whatever the method: also for requests that reached none.
func (s *Server) routeAt(path string) Route {
	for _, r := range s.routes {
		if fiber.RoutePatternMatch(path, r.Path, fiber.Config{CaseSensitive: true}) {
			return r
		}
	}
	return Route{}
}

func knownMethod(method string) bool { return slices.Contains(fiber.DefaultMethods, method) }
