package contract

import (
	"context"
	"fmt"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// Audit is the suite of ports.Audit: who did what stays as it was written.
func Audit(t *testing.T, open OpenStorage) {
	t.Helper()
	run(t, open, []clause{
		{"nothing was done at a mall that nobody knows", auditEmpty},
		{"what was done is listed as it was recorded, the newest first, for that mall only", auditKept},
		{"fifty entries are listed unless another limit is asked for, and the rest by the last one's id", auditPaged},
		{"an entry without mall, person or deed is refused", auditIncomplete},
		{"a cancelled context records nothing", auditCancelled},
		{"entries of many at once are all kept", auditTogether},
	})
}

func (s *shelf) deed(mall merchant.MallID, who string, deed ports.Deed, detail string) ports.AuditEntry {
	return ports.AuditEntry{Mall: mall, Who: who, Deed: deed, Detail: detail, At: s.clock.Now()}
}

func (s *shelf) record(t *testing.T, e ports.AuditEntry) ports.AuditEntry {
	t.Helper()
	noError(t, s.Audit.Record(t.Context(), e))
	return e
}

func (s *shelf) audited(t *testing.T, f ports.AuditFilter) []ports.AuditEntry {
	t.Helper()
	list, err := s.Audit.List(t.Context(), f)
	noError(t, err)
	return list
}

// nameless takes the ids away, which are the store's, and checks that they fall.
func nameless(t *testing.T, list []ports.AuditEntry) []ports.AuditEntry {
	t.Helper()
	for i, e := range list {
		if e.ID < 1 || (i > 0 && e.ID >= list[i-1].ID) {
			t.Errorf("entry %d has the id %d, which does not fall", i, e.ID)
		}
	}
	bare := make([]ports.AuditEntry, len(list))
	for i, e := range list {
		e.ID = 0
		bare[i] = e
	}
	return bare
}

func auditEmpty(t *testing.T, s *shelf) {
	s.record(t, s.deed("othermall", "owner", ports.AppInstalled, ""))
	same(t, "entries", len(s.audited(t, ports.AuditFilter{Mall: "demomall"})), 0)
}

func auditKept(t *testing.T, s *shelf) {
	first := s.record(t, s.deed("demomall", "owner", ports.CredentialsLinked, "demo, \"ends\" with 'key'"))
	s.record(t, s.deed("othermall", "owner", ports.AppInstalled, ""))
	s.clock.Advance(time.Second)
	second := s.record(t, s.deed("demomall", ports.SystemActor, ports.AppRemoved, ""))
	got := s.audited(t, ports.AuditFilter{Mall: "demomall"})
	alike(t, "audit log", nameless(t, got), []ports.AuditEntry{second, first})
}

func auditPaged(t *testing.T, s *shelf) {
	for i := range 60 {
		s.record(t, s.deed("demomall", "owner", ports.ShopEnabled, fmt.Sprint(i)))
	}
	first := s.audited(t, ports.AuditFilter{Mall: "demomall"})
	same(t, "entries", len(first), 50)
	rest := s.audited(t, ports.AuditFilter{Mall: "demomall", Before: first[49].ID})
	same(t, "rest", len(rest), 10)
	same(t, "next", rest[0].Detail, "9")
	same(t, "limited", len(s.audited(t, ports.AuditFilter{Mall: "demomall", Limit: 3})), 3)
}

func auditIncomplete(t *testing.T, s *shelf) {
	for _, e := range []ports.AuditEntry{
		s.deed("", "owner", ports.AppInstalled, ""), s.deed("demomall", "", ports.AppInstalled, ""), s.deed("demomall", "owner", "", ""),
	} {
		wantFault(t, s.Audit.Record(t.Context(), e), fault.Invalid, "invalid_field")
	}
	same(t, "entries", len(s.audited(t, ports.AuditFilter{Mall: "demomall"})), 0)
}

func auditCancelled(t *testing.T, s *shelf) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantFault(t, s.Audit.Record(ctx, s.deed("demomall", "owner", ports.AppInstalled, "")), fault.Unavailable, "")
	_, err := s.Audit.List(ctx, ports.AuditFilter{Mall: "demomall"})
	wantFault(t, err, fault.Unavailable, "")
	same(t, "entries", len(s.audited(t, ports.AuditFilter{Mall: "demomall"})), 0)
}

func auditTogether(t *testing.T, s *shelf) {
	errs := together(func(i int) error {
		return s.Audit.Record(t.Context(), s.deed("demomall", fmt.Sprint("user", i), ports.ShopDisabled, ""))
	})
	for _, err := range errs {
		noError(t, err)
	}
	same(t, "entries", len(nameless(t, s.audited(t, ports.AuditFilter{Mall: "demomall", Limit: 100}))), len(errs))
}
