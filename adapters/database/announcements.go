package database

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// Announcements implements ports.Announcements.
type Announcements struct {
	db    *DB
	clock ports.Clock
	trace ports.Trace
}

// NewAnnouncements returns the announcements of a database. Clock says when tasks are due, and trace which
// story they belong to.
func NewAnnouncements(db *DB, clock ports.Clock, trace ports.Trace) *Announcements {
	return &Announcements{db: db, clock: clock, trace: trace}
}

type announcementRow struct {
	bun.BaseModel `bun:"table:announcements,alias:a"`

	TraceID    string `bun:",pk"`
	MallID     string
	Event      string
	ReceivedAt time.Time
}

// Known implements ports.Announcements.
func (r *Announcements) Known(ctx context.Context, trace string) (bool, error) {
	known, err := r.db.read.NewSelect().Model((*announcementRow)(nil)).Where("trace_id = ?", trace).Exists(ctx)
	return known, fault.Wrap(surely(err), "look for an announcement")
}

// Settle implements ports.Announcements.
func (r *Announcements) Settle(ctx context.Context, a ports.Announcement, tasks ...ports.Task) error {
	row := &announcementRow{TraceID: a.Trace, MallID: string(a.Mall), Event: a.Event, ReceivedAt: a.At}
	err := r.db.atomically(ctx, func(db bun.IDB) error {
		insert := db.NewInsert().Model(row).On("CONFLICT (trace_id) DO NOTHING").Returning("NULL")
		return atOnce(ctx, r.db, insert, enqueue(db, queue(tasks, r.clock.Now(), r.trace.Current(ctx))))
	})
	if err == nil && len(tasks) > 0 {
		r.db.bell.ring()
	}
	return fault.Wrap(err, "settle an announcement about mall %s", a.Mall)
}

// Prune implements ports.Announcements.
func (r *Announcements) Prune(ctx context.Context, before time.Time) (int, error) {
	pruned, err := affected(ctx, r.db.write.NewDelete().Model((*announcementRow)(nil)).Where("received_at < ?", before))
	return int(pruned), fault.Wrap(err, "prune announcements")
}
