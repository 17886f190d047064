// Package transport is the way out to payment companies, shared by all their adapters.
//
// A call passes, from the outside in:
//
//   - the budget: at most Config.Budget, and never longer than the caller's context;
//   - the bulkhead: a slow company can take up only so many of our goroutines and sockets;
//   - the breaker: a company that keeps failing is left alone for a while;
//   - the span of OpenTelemetry, which sends its traceparent along;
//   - net/http with a pool of its own, no redirects, and a bound on what it reads.
//
// What comes back is an Answer or a fault whose kind says what the caller may believe. The border is
// the moment at which the request got a connection (wire.go): before it, nothing can have happened
// (Unavailable); after it, everything but a plain refusal is doubt (Indeterminate). An adapter adds
// nothing but the words of its company.
//
// # Requests that net/http repeats by itself
//
// When a pooled connection breaks under a request, net/http sends it again on another one, a POST
// only if it carries an Idempotency-Key. That is left on: the header is sent only to companies that
// honour it, so the second sending finds the answer of the first. But then only a success is
// believed. A refusal of the second sending says nothing about the first, and becomes Indeterminate.
//
// # What stays inside
//
// No error, span or log line of this package holds a header, a key or a body, neither ours nor the
// company's; redact.go cuts what net/http would quote.
package transport
