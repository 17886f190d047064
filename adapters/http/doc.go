// Package httpapi is the way in over HTTP: Cafe24's calls, the companies' webhooks, returning buyers,
// and the operations listener.
//
// A request passes, in this order: a request id and the security headers (stamp), the trace, panics
// made errors, a body limit and a time budget; then what the table of routes says about its door
// (how many at a time, how many per address); then an endpoint, which decodes into a command, has it
// handled, and replies. Decoding is the only place where bytes become domain types. Whatever goes
// wrong on that way is an error that is returned, and one error handler turns it into the shape that
// the door's caller understands: Cafe24's envelope, the company's message, a page for a person.
//
// Nothing here decides about money, and nothing is answered before a command has stored it.
package httpapi
