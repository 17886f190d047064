package memory_test

import (
	"testing"

	"paybridge/adapters/memory"
	"paybridge/test/contract"
)

func open(_ *testing.T, terms contract.Terms) contract.Storage {
	s := memory.New(terms.React, terms.Clock, memory.Options{IDs: terms.IDs, Trace: terms.Trace, Parking: terms.Parking, Rate: terms.Rate})
	return contract.Storage{Orders: s.Orders(), Outbox: s.Outbox(), Tasks: s.Tasks(), Inbox: s.Inbox(), Merchants: s.Merchants(), Tokens: s.Tokens(), Reservations: s.Reservations(), Launches: s.Launches(), Sessions: s.Sessions(), Announcements: s.Announcements(), Views: s.Views(), Projections: s.Projections(), Vault: s.Vault(), Audit: s.Audit(), Pulses: s.Pulses()}
}

func TestOrdersKeepTheContract(t *testing.T) {
	t.Parallel()
	contract.Orders(t, open)
}

func TestTheOutboxKeepsTheContract(t *testing.T) {
	t.Parallel()
	contract.Outbox(t, open)
}

func TestTheInboxKeepsTheContract(t *testing.T) {
	t.Parallel()
	contract.Inbox(t, open)
}

func TestMerchantsKeepTheContract(t *testing.T) {
	t.Parallel()
	contract.Merchants(t, open)
}

func TestReservationsKeepTheContract(t *testing.T) {
	t.Parallel()
	contract.Reservations(t, open)
}

func TestTokensKeepTheContract(t *testing.T) {
	t.Parallel()
	contract.Tokens(t, open)
}

func TestSessionsKeepTheContract(t *testing.T) {
	t.Parallel()
	contract.Sessions(t, open)
}

func TestAnnouncementsKeepTheContract(t *testing.T) {
	t.Parallel()
	contract.Announcements(t, open)
}

func TestViewsKeepTheContract(t *testing.T) {
	t.Parallel()
	contract.Views(t, open)
}

func TestProjectionsKeepTheContract(t *testing.T) {
	t.Parallel()
	contract.Projections(t, open)
}

func TestTheVaultKeepsTheContract(t *testing.T) {
	t.Parallel()
	contract.Vault(t, open)
}

func TestTheAuditLogKeepsTheContract(t *testing.T) {
	t.Parallel()
	contract.Audit(t, open)
}

func TestPulsesKeepTheContract(t *testing.T) {
	t.Parallel()
	contract.Pulses(t, open)
}
