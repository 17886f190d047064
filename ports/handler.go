// Package ports holds what the application needs from the world, one interface a file, none with
// more than five methods. The comments are obligations: every adapter of a port passes the suite of
// that port in test/contract. Errors are faults (domain/fault); each method names the kinds that a
// caller must tell apart, everything else is Internal or Unavailable.
package ports

import "context"

// Handler is the one inbound contract: a command or query goes in, a result or a fault comes out.
// Driving adapters know nothing else of the application, and decorators wrap it.
type Handler[In, Out any] interface {
	Handle(ctx context.Context, in In) (Out, error)
}

// HandlerFunc makes a function a Handler.
type HandlerFunc[In, Out any] func(ctx context.Context, in In) (Out, error)

// Handle calls f.
func (f HandlerFunc[In, Out]) Handle(ctx context.Context, in In) (Out, error) { return f(ctx, in) }
