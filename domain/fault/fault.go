// Package fault is the one error type of paybridge.
//
// A fault says three things: its Kind (what the caller can do about it), a stable Code (what
// dashboards and tests match on) and a Message that may be shown to the person on the other side.
// Whatever must not leave the process stays in the cause. Adapters translate foreign errors into
// faults once; callers wrap once per boundary with the operation; the driving edge turns the Kind
// into an HTTP status or an exit code and logs the whole chain once.
package fault

import (
	"context"
	"errors"
	"fmt"
)

// Kind classifies a fault by what the caller may do next. The zero value is no valid kind.
type Kind uint8

// The kinds, with the HTTP status they become at the edge.
const (
	Internal        Kind = iota + 1 // 500: a defect of ours; its text stays inside
	Invalid                         // 400: the input can never be accepted as it is
	Unauthenticated                 // 401: who speaks is not proven
	Declined                        // 402: the payment company said no
	Forbidden                       // 403: known, but not allowed
	NotFound                        // 404: there is no such thing
	Conflict                        // 409: against the present state, or somebody else was faster
	RateLimited                     // 429: too many, try later
	Unsupported                     // 501: this company or shop cannot do that
	Indeterminate                   // 502: may have happened: ask, never retry blindly
	Unavailable                     // 503: surely did not happen: retry later
)

// Error is a classified error.
type Error struct {
	Kind    Kind
	Code    string // stable, lower case, words joined by underscores
	Message string // safe to show to the other side
	Field   string // the input field that is wrong, when there is one
	cause   error
}

// New returns a fault without a cause.
func New(kind Kind, code, message string) *Error {
	return &Error{Kind: kind, Code: code, Message: message}
}

// Newf is New with a formatted message. Never format secrets or signatures into it.
func Newf(kind Kind, code, format string, args ...any) *Error {
	return New(kind, code, fmt.Sprintf(format, args...))
}

// InvalidField returns an Invalid fault that names the offending input field.
func InvalidField(field, message string) *Error {
	return &Error{Kind: Invalid, Code: "invalid_field", Field: field, Message: field + ": " + message}
}

// Because returns a copy of e that carries cause, which is logged but never shown.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// Error implements error. The text is for logs: it includes the cause.
func (e *Error) Error() string {
	if e.cause == nil {
		return e.Code + ": " + e.Message
	}
	return e.Code + ": " + e.Message + ": " + e.cause.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is a fault with the same code, so that errors.Is works with
// sentinel faults however often they were wrapped or given a cause.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code
}

// Of returns the fault inside err. A foreign error becomes Internal, an expired or cancelled
// context Unavailable; nil stays nil.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return New(Unavailable, "timed_out", "the request took too long, please try again").Because(err)
	}
	return New(Internal, "internal", "an internal error, quote the request id when you report it").Because(err)
}

// Is reports whether err carries a fault of the given kind.
func Is(err error, kind Kind) bool {
	e := Of(err)
	return e != nil && e.Kind == kind
}

// Wrap adds the operation to err for the log and keeps its kind, code and message. Nil stays nil.
func Wrap(err error, operation string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(operation+": %w", append(args, err)...)
}
