package memory

import (
	"context"
	"time"

	"paybridge/ports"
)

type announcements struct{ *Store }

// Known implements ports.Announcements.
func (s announcements) Known(ctx context.Context, trace string) (known bool, err error) {
	err = s.locked(ctx, func(time.Time) error {
		_, known = s.announced[trace]
		return nil
	})
	return known, err
}

// Settle implements ports.Announcements.
func (s announcements) Settle(ctx context.Context, a ports.Announcement, tasks ...ports.Task) error {
	return s.locked(ctx, func(now time.Time) error {
		if _, known := s.announced[a.Trace]; !known {
			s.announced[a.Trace] = a
		}
		for _, t := range tasks {
			s.enqueue(t, s.trace(ctx), now)
		}
		return nil
	})
}

// Prune implements ports.Announcements.
func (s announcements) Prune(ctx context.Context, before time.Time) (n int, err error) {
	err = s.locked(ctx, func(time.Time) error {
		for trace, a := range s.announced {
			if a.At.Before(before) {
				delete(s.announced, trace)
				n++
			}
		}
		return nil
	})
	return n, err
}
