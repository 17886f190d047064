// Package conformance holds what the service answers against what it says about itself (adapters/http/openapi).
//
// # Flow
//
// Load reads the description and closes every object in it that does not say that it is open: a field that
// nobody described is then an error, as a status, a media type or a header is. Contract.Check judges one
// exchange and returns what does not fit, as sentences; Watch is a proxy that judges all of them, so that every
// test that runs the whole system is a test of the description, too.
package conformance
