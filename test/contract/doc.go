// Package contract holds what every adapter of a port has to keep: one suite a port.
//
// A suite is a function that an adapter's test calls with a way to open fresh adapters. The names of
// its sub-tests read as the specification of the port. All adapters pass the same suite, so that a
// test over memory speaks for the database, and a decorator proves that it changes nothing.
//
//	func TestOrders(t *testing.T) { contract.Orders(t, open) }
//
// The storage suites (Orders, Outbox, Inbox, Merchants, Views) run over one store that all five
// ports share, because what one of them commits the others must see. Time is a fake clock.
package contract
