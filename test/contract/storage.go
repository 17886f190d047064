package contract

import (
	"testing"

	"paybridge/ports"
)

// Storage is one store behind its ports: what one of them commits, the others see at once.
type Storage struct {
	Orders        ports.Orders
	Outbox        ports.Outbox
	Tasks         ports.Tasks
	Inbox         ports.Inbox
	Merchants     ports.Merchants
	Tokens        ports.Tokens
	Launches      ports.Launches
	Sessions      ports.Sessions
	Announcements ports.Announcements
	Views         ports.Views
	Projections   ports.Projections
	Vault         ports.Vault
	Reservations  ports.Reservations
	Audit         ports.Audit
	Pulses        ports.Pulses
}

// Terms are what a store under test has to be built with.
type Terms struct {
	React   ports.React // which tasks follow from an event
	Clock   ports.Clock // the only source of time, also for leases and due dates
	IDs     ports.IDs   // names new merchants
	Trace   ports.Trace // Current is what jobs and ledger rows carry
	Rate    int         // questions a second about one company account
	Parking int         // how many letters for unknown payments may be parked
}

// OpenStorage opens a fresh, empty store and closes it when t ends. It is called from parallel tests.
type OpenStorage func(t *testing.T, terms Terms) Storage

// clause is one sentence of a suite.
type clause struct {
	name  string
	check func(t *testing.T, s *shelf)
}

// run checks every clause against a store of its own, in parallel.
func run(t *testing.T, open OpenStorage, clauses []clause) {
	t.Helper()
	for _, c := range clauses {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.check(t, newShelf(t, open))
		})
	}
}
