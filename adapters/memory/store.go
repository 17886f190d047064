// Package memory implements every storage port in maps, and plays the two sides that paybridge talks
// to: a payment company (Company) and a mall (Mall) that can be told to fail in the ways that matter.
//
// It exists for tests of the application: they run over real stores that keep every promise of the
// ports, because this package passes the same suites as the database, and need no server. One mutex
// stands for the row locks. A write is checked whole before anything is touched, so nothing has to
// be rolled back. Everything that crosses the border is copied; callers never share memory with the
// store.
//
// StatusView alone also serves outside tests: it is the read model of an installation without Redis.
package memory

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/session"
	"paybridge/ports"
)

// Options are the parts of a store that tests rarely care about. The zero value is ready to use.
type Options struct {
	IDs     ports.IDs   // names new merchants; random by default
	Trace   ports.Trace // Current is stored with jobs and events; nothing by default
	Rate    int         // questions a second about one company account; any number by default
	Parking int         // how many letters for unknown payments may be parked; 1000 by default
}

// Store holds everything that paybridge stores. It is safe for concurrent use.
type Store struct {
	react   ports.React
	clock   ports.Clock
	options Options

	mu         sync.Mutex
	orders     map[order.ID]*record
	keys       map[order.Key]order.ID
	statusKeys map[ports.StatusKey]order.ID
	references map[accountReference]payment.ID
	codes      map[accountReference]payment.ID
	merchants  map[merchant.MallID]merchant.Snapshot
	granted    map[merchant.MallID]merchant.TokensSnapshot
	underway   map[session.Fingerprint]session.Launch
	staying    map[session.Fingerprint]session.Session
	announced  map[string]ports.Announcement
	jobs       []*job // by id, rising
	byKey      map[string]*job
	leases     int
	spent      map[string]time.Time // until when the questions handed out use up a company account's rate
	letters    map[letterKey]*storedLetter
	cursors    map[string]order.ID
	deeds      []ports.AuditEntry    // by id, rising
	reserved   []ports.ReservedOrder // oldest first
}

// New returns an empty store.
func New(react ports.React, clock ports.Clock, options Options) *Store {
	if options.IDs == nil {
		options.IDs = randomIDs{}
	}
	if options.Parking == 0 {
		options.Parking = 1_000
	}
	return &Store{
		react: react, clock: clock, options: options,
		orders: map[order.ID]*record{}, keys: map[order.Key]order.ID{}, statusKeys: map[ports.StatusKey]order.ID{},
		references: map[accountReference]payment.ID{}, codes: map[accountReference]payment.ID{},
		merchants: map[merchant.MallID]merchant.Snapshot{}, granted: map[merchant.MallID]merchant.TokensSnapshot{}, byKey: map[string]*job{}, letters: map[letterKey]*storedLetter{},
		cursors: map[string]order.ID{}, spent: map[string]time.Time{},
		underway: map[session.Fingerprint]session.Launch{}, staying: map[session.Fingerprint]session.Session{},
		announced: map[string]ports.Announcement{},
	}
}

// Orders returns the store as ports.Orders.
func (s *Store) Orders() ports.Orders { return orders{s} }

// Outbox returns the store as ports.Outbox.
func (s *Store) Outbox() ports.Outbox { return outbox{s} }

// Tasks returns the store as ports.Tasks.
func (s *Store) Tasks() ports.Tasks { return outbox{s} }

// Inbox returns the store as ports.Inbox.
func (s *Store) Inbox() ports.Inbox { return inbox{s} }

// Merchants returns the store as ports.Merchants.
func (s *Store) Merchants() ports.Merchants { return merchants{s} }

// Tokens returns the store as ports.Tokens.
func (s *Store) Tokens() ports.Tokens { return tokens{s} }

// Launches returns the store as ports.Launches.
func (s *Store) Launches() ports.Launches { return launches{s} }

// Sessions returns the store as ports.Sessions.
func (s *Store) Sessions() ports.Sessions { return sessions{s} }

// Announcements returns the store as ports.Announcements.
func (s *Store) Announcements() ports.Announcements { return announcements{s} }

// Reservations returns the store as ports.Reservations.
func (s *Store) Reservations() ports.Reservations { return reservations{s} }

// Views returns the store as ports.Views.
func (s *Store) Views() ports.Views { return views{s} }

// Projections returns the store as ports.Projections.
func (s *Store) Projections() ports.Projections { return projections{s} }

// Pulses returns the store as ports.Pulses.
func (s *Store) Pulses() ports.Pulses { return views{s} }

// Audit returns the store as ports.Audit.
func (s *Store) Audit() ports.Audit { return audit{s} }

// Vault returns the store as ports.Vault.
func (s *Store) Vault() ports.Vault { return vault{s} }

// locked runs act under the lock, unless ctx is over before; a panic of act frees the lock.
func (s *Store) locked(ctx context.Context, act func(now time.Time) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := alive(ctx); err != nil {
		return err
	}
	return act(s.clock.Now())
}

// alive returns Unavailable when ctx is over.
func alive(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fault.Of(err)
	}
	return nil
}

// trace is the traceparent of the span in ctx.
func (s *Store) trace(ctx context.Context) string {
	if s.options.Trace == nil {
		return ""
	}
	return s.options.Trace.Current(ctx)
}

type randomIDs struct{}

// NewID implements ports.IDs.
func (randomIDs) NewID() string { return uuid.NewString() }
