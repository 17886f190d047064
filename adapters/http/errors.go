package httpapi

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"paybridge/domain/fault"
)

// statuses is what a kind of fault is called in HTTP.
var statuses = map[fault.Kind]int{
	fault.Internal:        http.StatusInternalServerError,
	fault.Invalid:         http.StatusBadRequest,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Declined:        http.StatusPaymentRequired,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.RateLimited:     http.StatusTooManyRequests,
	fault.Unsupported:     http.StatusNotImplemented,
	fault.Indeterminate:   http.StatusBadGateway,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

// machineStatuses are the exceptions at the doors of Cafe24 and the companies. They have no way to
// log in or to pay, so those statuses would say something wrong to them.
var machineStatuses = map[fault.Kind]int{ //nolint:exhaustive // exceptions only, the rest is in statuses
	fault.Unauthenticated: http.StatusBadRequest,
	fault.Forbidden:       http.StatusBadRequest,
	fault.Declined:        http.StatusConflict,
	fault.Unsupported:     http.StatusConflict,
}

// levels is how loud a fault is in the log: what a stranger can cause at will stays quiet.
var levels = map[fault.Kind]slog.Level{
	fault.Internal:        slog.LevelError,
	fault.Invalid:         slog.LevelInfo,
	fault.Unauthenticated: slog.LevelInfo,
	fault.Declined:        slog.LevelInfo,
	fault.Forbidden:       slog.LevelInfo,
	fault.NotFound:        slog.LevelInfo,
	fault.Conflict:        slog.LevelInfo,
	fault.RateLimited:     slog.LevelDebug,
	fault.Unsupported:     slog.LevelInfo,
	fault.Indeterminate:   slog.LevelWarn,
	fault.Unavailable:     slog.LevelWarn,
}

// protocolMessages says what is wrong with a request that never reached an endpoint. The library's
// own texts quote the request.
var protocolMessages = map[int]string{
	http.StatusNotFound:                    "there is nothing at this address",
	http.StatusMethodNotAllowed:            "this address does not take this method",
	http.StatusRequestTimeout:              "the request took too long to arrive",
	http.StatusRequestEntityTooLarge:       "the request body is too large",
	http.StatusRequestHeaderFieldsTooLarge: "the request headers are too large",
}

// failure is an error as it is answered.
type failure struct {
	status  int
	level   slog.Level
	code    string
	message string
	cause   error // for the log; nil when its text could quote the request
}

// fail is the one error handler: it classifies, logs once, and answers in the door's own shape.
func (s *Server) fail(c *fiber.Ctx, err error) error {
	s.stamp(c)
	at := s.routeAt(c.Path())
	f := classify(c, err, at.door)
	s.log(c, at, f)
	c.Status(f.status)
	if f.status == http.StatusServiceUnavailable || f.status == http.StatusTooManyRequests {
		c.Set(fiber.HeaderRetryAfter, retryAfter(f.status))
	}
	switch at.door {
	case mallDoor:
		return c.JSON(envelope{ResultCode: codeError, ResultMessage: f.message})
	case cancelDoor:
		return c.JSON(cancelAnswer{ResultCode: codeError, ResultMessage: f.message})
	case companyDoor, announcementDoor:
		return c.JSON(refusal(f))
	case refundLetterDoor:
		return c.JSON(refundLetterAnswer{Code: f.status, Message: f.message})
	case reviewDoor:
		return s.answerReviewer(c, f)
	case buyerDoor:
		return s.answerPerson(c, f)
	case pageDoor:
		return c.JSON(pageAnswer{Data: f.message})
	case adminDoor, launchDoor:
		return s.answerOperator(c, f)
	case noDoor, manualDoor:
	}
	return c.JSON(plainError{Code: f.code, Message: f.message, RequestID: reference(c)})
}

// plainError answers who knocked at no door of ours.
type plainError struct {
	Code      string `json:"code"`
	Message   string `json:"message"`
	RequestID string `json:"request_id"`
}

func classify(c *fiber.Ctx, err error, at door) failure {
	var protocol *fiber.Error
	if errors.As(err, &protocol) {
		return protocolFailure(protocol.Code)
	}
	e := fault.Of(err)
	if stack, panicked := c.Locals(stackKey).(string); panicked {
		e = fault.Of(errors.New(stack)) // whatever was thrown, it is a defect of ours
		err = errors.Join(err, e)
	}
	f := failure{status: statuses[e.Kind], level: levels[e.Kind], code: e.Code, message: e.Message, cause: err}
	if status, differs := machineStatuses[e.Kind]; differs && at.machine() {
		f.status = status
	}
	return f
}

func protocolFailure(status int) failure {
	message, known := protocolMessages[status]
	if !known {
		status, message = http.StatusBadRequest, "this is not a request that can be understood"
	}
	code := strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_")
	return failure{status: status, level: slog.LevelDebug, code: code, message: message}
}

// log writes the one line about a failure: never a body, a query or a signature.
func (s *Server) log(c *fiber.Ctx, at Route, f failure) {
	fields := []slog.Attr{
		slog.String("request_id", reference(c)), slog.String("method", c.Method()), slog.String("route", at.Path),
		slog.Int("status", f.status), slog.String("code", f.code),
	}
	if f.cause != nil {
		fields = append(fields, slog.String("error", f.cause.Error()))
	}
	s.needs.Logger.LogAttrs(c.UserContext(), f.level, "request failed", fields...)
}

// retryAfter is in seconds: a full house empties soon, a rate begins anew within a minute.
func retryAfter(status int) string {
	if status == http.StatusTooManyRequests {
		return "60"
	}
	return "1"
}
