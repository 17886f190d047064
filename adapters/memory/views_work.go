package memory

import (
	"context"
	"slices"
	"strings"
	"time"

	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// Notices implements ports.Views.
func (s views) Notices(ctx context.Context, f ports.NoticeFilter) ([]ports.NoticeRow, error) {
	var rows []ports.NoticeRow
	err := s.locked(ctx, func(time.Time) error {
		for _, j := range slices.Backward(s.jobs) {
			row := s.noticeRow(j)
			if isNotice(j) && isOrAny(f.ID, row.ID) && isOrAny(f.State, row.State) && isOrAny(f.Number, row.Order) && isOrAny(f.Mall, row.Mall) {
				rows = append(rows, row)
			}
		}
		return nil
	})
	return limited(rows, f.Limit), err
}

func isNotice(j *job) bool { return strings.HasPrefix(string(j.Kind), "notify_") }

func (s *Store) noticeRow(j *job) ports.NoticeRow {
	return ports.NoticeRow{
		ID: j.ID, Key: j.Key, Kind: string(j.Kind), State: j.state, OrderID: j.Order, Payment: j.Payment, Refund: j.Refund, Order: s.numberOf(j.Order), Mall: s.mallOf(j.Order), Try: j.Try,
		NextAt: j.runAt, LastTry: j.began, LastWord: j.LastWord, URL: j.URL, Body: string(j.Body), Enqueued: j.Enqueued,
	}
}

// Backlog implements ports.Views.
func (s views) Backlog(ctx context.Context) (ports.Backlog, error) {
	var b ports.Backlog
	err := s.locked(ctx, func(now time.Time) error {
		for _, j := range s.jobs {
			count(&b, j, now)
		}
		for _, r := range s.orders {
			for _, p := range r.state.Payments {
				b.Doubtful += one(p.Doubt.Call != payment.NoCall)
				b.Held += one(p.Hold != payment.NoHold)
				if !p.State.Closed() && p.State != payment.Paid {
					countOpen(&b.Payments, p.Doubt.Call != payment.NoCall, p.CreatedAt)
				}
			}
			for _, f := range r.state.Refunds {
				if f.State.Open() {
					countOpen(&b.Refunds, f.State != refund.Pending, f.CreatedAt)
				}
			}
		}
		b.Parked = int64(s.parkedLetters())
		return nil
	})
	return b, err
}

func count(b *ports.Backlog, j *job, now time.Time) {
	switch j.state {
	case ready:
		b.Ready++
		if j.due(now) {
			b.OldestDue = earlier(b.OldestDue, j.runAt)
		}
	case running:
		b.Running++
	case dead:
		b.Dead++
	}
}

func countOpen(u *ports.Unsettled, doubtful bool, made time.Time) {
	u.Open++
	u.Doubtful += one(doubtful)
	u.Oldest = earlier(u.Oldest, made)
}

func one(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}
