package command

import (
	"context"
	"time"

	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// News is what an announcement of Cafe24 means to us.
type News uint8

// The news that something follows from.
const (
	NoNews        News = iota // nothing that we care about
	AppRemoved                // the mall has removed the app
	AppExpired                // ... has let its subscription run out
	AppRenewed                // ... has renewed it
	ShopsChanged              // its shops or domains are others
	StoreClosed               // Cafe24 has closed the mall, for a time or for good
	StoreReopened             // ... has opened it again
)

// RecordAnnouncement is something that Cafe24 tells about a mall.
type RecordAnnouncement struct {
	News  News
	Mall  merchant.MallID
	Event string    // in Cafe24's own words
	Trace string    // of the delivery; empty: it has none
	At    time.Time // when it happened, as Cafe24 says; zero: it does not say
}

// Heard says what came of it.
type Heard struct {
	RecordAnnouncement

	Word string // for people
}

// RecordAnnouncementHandler does what follows from an announcement before it is answered, or makes it a
// task. Everything can be done twice; only what was done is known, so that a delivery that broke off is
// dealt with when it comes again.
type RecordAnnouncementHandler struct {
	Announcements ports.Announcements
	Merchants     ports.Merchants
	Tokens        ports.Tokens
	Sessions      ports.Sessions
	Audit         ports.Audit
	IDs           ports.IDs
	Clock         ports.Clock
}

// Handle implements ports.Handler. Malls that we do not know, and news that we do not care about, are no error:
// Cafe24 would stop telling.
func (h RecordAnnouncementHandler) Handle(ctx context.Context, in RecordAnnouncement) (Heard, error) {
	trace := in.Trace + " " + in.Event + " " + string(in.Mall)
	if in.Trace == "" {
		trace = h.IDs.NewID()
	}
	if known, err := h.Announcements.Known(ctx, trace); err != nil || known {
		return Heard{in, "known"}, err
	}
	tasks, word, err := h.act(ctx, in)
	if err != nil {
		return Heard{in, "failed"}, err
	}
	return Heard{in, word}, h.Announcements.Settle(ctx, ports.Announcement{Trace: trace, Mall: in.Mall, Event: in.Event, At: h.Clock.Now()}, tasks...)
}

func (h RecordAnnouncementHandler) act(ctx context.Context, in RecordAnnouncement) ([]ports.Task, string, error) {
	if in.News == NoNews {
		return nil, "not acted on", nil
	}
	_, err := h.Merchants.Get(ctx, ports.MerchantQuery{Mall: in.Mall})
	switch {
	case fault.Is(err, fault.NotFound):
		return nil, "of a mall that is not installed", h.forget(ctx, in)
	case err != nil:
		return nil, "", err
	}
	switch in.News {
	case AppRemoved:
		word, err := h.remove(ctx, in)
		return nil, word, err
	case AppExpired:
		return nil, "paused", h.change(ctx, in.Mall, func(m *merchant.Merchant) { m.Pause(merchant.AppExpired) })
	case AppRenewed:
		return nil, "resumed", h.change(ctx, in.Mall, func(m *merchant.Merchant) { m.Resume(merchant.AppExpired) })
	case StoreClosed:
		return nil, "paused", h.change(ctx, in.Mall, func(m *merchant.Merchant) { m.Pause(merchant.StoreClosed) })
	case StoreReopened:
		return nil, "resumed", h.change(ctx, in.Mall, func(m *merchant.Merchant) { m.Resume(merchant.StoreClosed) })
	case ShopsChanged:
		return []ports.Task{task.ShopsOf(in.Mall)}, "will be read", h.note(ctx, in.Mall, ports.ShopsChanged)
	case NoNews:
	}
	return nil, "", nil
}

func (h RecordAnnouncementHandler) change(ctx context.Context, mall merchant.MallID, change func(*merchant.Merchant)) error {
	_, err := h.Merchants.Update(ctx, mall, func(m *merchant.Merchant) error {
		change(m)
		return nil
	})
	return err
}

func (h RecordAnnouncementHandler) note(ctx context.Context, mall merchant.MallID, deed ports.Deed) error {
	return h.Audit.Record(ctx, ports.AuditEntry{Mall: mall, Who: ports.SystemActor, Deed: deed, At: h.Clock.Now()})
}

// remove ends everything that the mall allowed, the access first. The ledger stays, and payments that are
// open are settled with the credentials that they were made with.
func (h RecordAnnouncementHandler) remove(ctx context.Context, in RecordAnnouncement) (string, error) {
	if late, err := h.installedSince(ctx, in); err != nil || late {
		return "of an installation before", err
	}
	if err := h.forget(ctx, in); err != nil {
		return "", err
	}
	if _, err := h.Sessions.End(ctx, in.Mall); err != nil {
		return "", err
	}
	if err := h.change(ctx, in.Mall, func(m *merchant.Merchant) { m.Depart(h.Clock.Now()) }); err != nil {
		return "", err
	}
	return "removed", h.note(ctx, in.Mall, ports.AppRemoved)
}

// forget drops the access to a mall that removed the app, if there is one: an installation that broke off may
// have left it without a merchant.
func (h RecordAnnouncementHandler) forget(ctx context.Context, in RecordAnnouncement) error {
	tokens, err := h.Tokens.Get(ctx, in.Mall)
	if err != nil || in.News != AppRemoved || len(tokens.Snapshot().Grant.Access) == 0 {
		return err
	}
	_, err = h.Tokens.Update(ctx, in.Mall, func(t *merchant.Tokens) error {
		t.Forget()
		return nil
	})
	return err
}

// clocksDiffer is how far our clock and Cafe24's may be apart.
const clocksDiffer = time.Minute

// installedSince reports that the mall has installed the app again after it was removed: this is told late.
func (h RecordAnnouncementHandler) installedSince(ctx context.Context, in RecordAnnouncement) (bool, error) {
	if in.At.IsZero() {
		return false, nil
	}
	entries, err := h.Audit.List(ctx, ports.AuditFilter{Mall: in.Mall})
	for _, e := range entries {
		if e.Deed == ports.AppInstalled || e.Deed == ports.AppOpened {
			return e.At.After(in.At.Add(clocksDiffer)), err
		}
	}
	return false, err
}
