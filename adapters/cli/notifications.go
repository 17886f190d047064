package cli

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/ports"
)

type notificationsList struct {
	mallFilter
	orderFilter
	page
	format

	State string `default:"" enum:",ready,running,done,dead" placeholder:"STATE" help:"Only ready, running, done or dead ones."`
}

type noticeRow struct {
	ID       int64     `json:"id"`
	Kind     string    `json:"kind"`
	State    string    `json:"state"`
	Order    string    `json:"order_id"`
	Mall     string    `json:"mall_id"`
	Try      int       `json:"try"`
	NextAt   time.Time `json:"next_at,omitzero"`
	LastTry  time.Time `json:"last_try,omitzero"`
	LastWord string    `json:"last_word,omitempty"`
	URL      string    `json:"url,omitempty"`
	Body     string    `json:"body,omitempty"`
	Enqueued time.Time `json:"enqueued_at"`
}

// Run is called by kong.
func (c notificationsList) Run(ctx context.Context, s *session) error {
	mall, err := c.mall()
	if err != nil {
		return err
	}
	number, err := c.number()
	if err != nil {
		return err
	}
	return s.use(ctx, func(app App) error {
		found, err := app.Queries.Notifications.Handle(ctx, ports.NoticeFilter{State: c.State, Number: number, Mall: mall, Limit: c.Limit})
		if err != nil {
			return err
		}
		rows := make([]noticeRow, len(found))
		for i, r := range found {
			rows[i] = wireNotice(r)
		}
		header := []string{"ID", "KIND", "STATE", "ORDER", "MALL", "TRIES", "LAST TRY", "NEXT TRY", "LAST WORD"}
		if err := list(s, c.format, rows, c.none(), header, noticeRow.cells); err != nil {
			return err
		}
		return s.hint(len(rows) == c.Limit, "the newest "+strconv.Itoa(c.Limit)+" are shown; --limit shows more")
	})
}

func (c notificationsList) none() string {
	if c.Mall == "" && c.Order == "" && c.State == "" {
		return "no notifications yet"
	}
	return "no notifications like that"
}

func wireNotice(r ports.NoticeRow) noticeRow {
	row := noticeRow{
		ID: r.ID, Kind: r.Kind, State: r.State, Order: string(r.Order), Mall: string(r.Mall), Try: r.Try, LastTry: r.LastTry.UTC(),
		LastWord: r.LastWord, URL: r.URL, Body: r.Body, Enqueued: r.Enqueued.UTC(),
	}
	if r.State == "ready" { // the time of the others is past
		row.NextAt = r.NextAt.UTC()
	}
	return row
}

func (r noticeRow) cells() []string {
	return []string{
		strconv.FormatInt(r.ID, 10), r.Kind, r.State, r.Order, r.Mall, strconv.Itoa(r.Try), moment(r.LastTry), moment(r.NextAt), dash(r.LastWord),
	}
}

type notificationsShow struct {
	ID int64 `arg:"" help:"The number that the list shows."`

	format
}

// Run is called by kong.
func (c notificationsShow) Run(ctx context.Context, s *session) error {
	return s.use(ctx, func(app App) error {
		found, err := app.Queries.Notifications.Handle(ctx, ports.NoticeFilter{ID: c.ID, Limit: 1})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return unknownNotice(fault.Newf(fault.NotFound, "no_such_notice", "there is no notification %d", c.ID))
		}
		row := wireNotice(found[0])
		if c.JSON {
			return s.printJSON(row)
		}
		return s.table([][]string{
			{"notification", strconv.FormatInt(row.ID, 10)},
			{"state", row.State},
			{"kind", row.Kind},
			{"order", row.Order + " of mall " + row.Mall},
			{"target", dash(row.URL)},
			{"tries", strconv.Itoa(row.Try)},
			{"last try", moment(row.LastTry)},
			{"last word", dash(row.LastWord)},
			{"next try", moment(row.NextAt)},
			{"enqueued", moment(row.Enqueued)},
			{"body", dash(row.Body)},
		})
	})
}

type notificationsReplay struct {
	ID int64 `arg:"" help:"The number that the list shows."`
}

// Help is shown by kong under the usage.
func (notificationsReplay) Help() string {
	return `A dead or ready notification is due now, unless the order has moved on since. One that is done reached the mall and is not sent a second time.`
}

// Run is called by kong.
func (c notificationsReplay) Run(ctx context.Context, s *session) error {
	return s.use(ctx, func(app App) error {
		was, err := app.Commands.ReplayNotification.Handle(ctx, command.ReplayNotification{ID: c.ID, By: "operator"})
		if err != nil {
			return advise(unknownNotice(err), fault.Conflict, "only ready and dead ones are sent; `paybridge payments show ORDER` tells what the mall knows")
		}
		return s.print(fmt.Sprintf("notification %d (%s of order %s, mall %s) is due now; it was %s after %s\n",
			was.ID, was.Kind, was.Order, was.Mall, was.State, plural(was.Try, "try", "tries")))
	})
}

func unknownNotice(err error) error {
	return advise(err, fault.NotFound, "`paybridge notifications list` shows the ones there are")
}
