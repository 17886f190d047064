package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/failsafe-go/failsafe-go/bulkhead"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"paybridge/domain/fault"
)

// Surely not executed.
var (
	errUnreachable = fault.New(fault.Unavailable, "company_unreachable", "the payment company cannot be reached")
	errSuspended   = fault.New(fault.Unavailable, "company_suspended", "the payment company has been failing and is left alone for a moment")
	errCrowded     = fault.New(fault.Unavailable, "company_crowded", "too many calls to the payment company are under way")
	errBusy        = fault.New(fault.Unavailable, "company_busy", "the payment company asks to slow down")
)

// Plain refusals.
var (
	errDeclined = fault.New(fault.Declined, "company_declined", "the payment company refused the request")
	errKeys     = fault.New(fault.Unauthenticated, "company_keys_refused", "the payment company refused the keys")
	errUnknown  = fault.New(fault.NotFound, "company_knows_nothing", "the payment company does not know what was asked for")
)

// Doubt: it may have happened.
var (
	errNoAnswer   = fault.New(fault.Indeterminate, "company_gave_no_answer", "the payment company's answer did not arrive")
	errFailed     = fault.New(fault.Indeterminate, "company_failed", "the payment company failed while it worked")
	errUnreadable = fault.New(fault.Indeterminate, "company_unreadable", "the payment company's answer cannot be read")
	errRepeated   = fault.New(fault.Indeterminate, "company_asked_twice", "the request was sent twice and its second sending was refused")
	errKeyReused  = fault.New(fault.Indeterminate, "idempotency_key_reused", "the payment company knows the idempotency key with other content")
)

// guardedError is a fault on its way out through the guards.
type guardedError struct {
	fault *fault.Error
	blame bool // counts against the company
}

// Error implements error.
func (g guardedError) Error() string { return g.fault.Error() }

func blamed(err error) bool {
	var g guardedError
	return errors.As(err, &g) && g.blame
}

// noAnswer judges a call that ended without an answer. hurried says that the caller left it too
// little time for the company to be blamed.
func noAnswer(w *wire, err error, hurried bool) error {
	ours := errors.Is(err, context.Canceled) || hurried && errors.Is(err, context.DeadlineExceeded)
	kind := errUnreachable
	if w.touched() {
		kind = errNoAnswer
	}
	return guardedError{fault: kind.Because(err), blame: !ours}
}

// verdict judges an answer by its status: nil for 2xx. Only statuses that a company gives before it
// does anything are refusals; whatever is not listed is doubt. 409 is doubt too: another request
// went out under this key, and it may have been executed.
func verdict(r Request, w *wire, status int) error {
	var kind *fault.Error
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		kind = errDeclined
	case http.StatusUnauthorized, http.StatusForbidden:
		kind = errKeys
	case http.StatusNotFound:
		kind = errUnknown
	case http.StatusTooManyRequests:
		kind = errBusy
	case http.StatusConflict:
		kind = errKeyReused
	default:
		if status >= 200 && status <= 299 {
			return nil
		}
		kind = errFailed
	}
	if w.repeated() && r.Method != http.MethodGet && kind.Kind != fault.Indeterminate {
		kind = errRepeated
	}
	return guardedError{fault: kind.Because(fmt.Errorf("%s %s: status %d", r.Method, r.Operation, status)), blame: status >= 500}
}

// settled turns what comes out of the guards into a fault.
func settled(err error) error {
	var g guardedError
	var plain *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &g):
		return g.fault
	case errors.As(err, &plain):
		return plain
	case errors.Is(err, circuitbreaker.ErrOpen):
		return errSuspended
	case errors.Is(err, bulkhead.ErrFull):
		return errCrowded
	}
	return errUnreachable.Because(err)
}
