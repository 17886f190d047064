package database

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"paybridge/ports"
)

// youngShare is how many questions about the youngest go before one about what waits for the longest.
const youngShare = 4

// paceRow says until when the questions that were handed out use up what may be asked of a company account.
type paceRow struct {
	bun.BaseModel `bun:"table:paces,alias:a"`

	Peer       string `bun:",pk"`
	SpentUntil time.Time
}

// Paced bounds how many questions a second are handed out about the orders of one company account, by all
// instances together; 0 bounds nothing. Of what was saved up in quiet times a second's worth is kept. Jobs
// that a letter woke are not counted: their pace is the company's own.
func (o *Outbox) Paced(perSecond int) *Outbox {
	o.rate = perSecond
	return o
}

// paced reports that a candidate is a question of our own accord.
func (c candidate) paced() bool { return ofCompany(c.Peer) && !c.Woken }

func ofCompany(peer string) bool { return strings.HasPrefix(peer, "company:") }

// interval is what one question uses up.
func (o *Outbox) interval() time.Duration { return time.Second / time.Duration(o.rate) }

// allowances are how many questions may be handed out now about each company account among the candidates.
// Claims are alone with them (see claimAlone).
func (o *Outbox) allowances(ctx context.Context, tx bun.Tx, of []candidate, now time.Time) (map[string]int, error) {
	if o.rate == 0 {
		return nil, nil
	}
	left := map[string]int{}
	for _, c := range of {
		if c.paced() {
			left[c.Peer] = o.rate
		}
	}
	if len(left) == 0 {
		return left, nil
	}
	var rows []paceRow
	peers := make([]string, 0, len(left))
	for peer := range left {
		peers = append(peers, peer)
	}
	if err := tx.NewSelect().Model(&rows).Where("a.peer IN (?)", bun.List(peers)).Scan(ctx); err != nil {
		return nil, err
	}
	for _, r := range rows {
		spent := max(0, r.SpentUntil.Sub(now))
		left[r.Peer] = max(0, int((time.Second-spent)/o.interval()))
	}
	return left, nil
}

// spend notes what was handed out.
func (o *Outbox) spend(ctx context.Context, tx bun.Tx, jobs []jobRow, now time.Time) error {
	used := map[string]time.Duration{}
	for _, j := range jobs {
		if o.rate > 0 && ofCompany(j.Peer) && !j.Woken {
			used[j.Peer] += o.interval()
		}
	}
	for peer, more := range used {
		row := &paceRow{Peer: peer}
		err := tx.NewSelect().Model(row).WherePK().Scan(ctx)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if row.SpentUntil.Before(now) {
			row.SpentUntil = now
		}
		row.SpentUntil = row.SpentUntil.Add(more)
		_, err = tx.NewInsert().Model(row).On("CONFLICT (peer) DO UPDATE").Set("spent_until = EXCLUDED.spent_until").Returning("NULL").Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// inOrder is the order in which the jobs of one peer are taken: those of a mall as they became due; of a
// company the refunds, first those in doubt, then what a letter woke, then the young with a share for what
// waits the longest.
func inOrder(of []candidate) []candidate {
	slices.SortFunc(of, older)
	if len(of) == 0 || !ofCompany(of[0].Peer) {
		return of
	}
	var urgent, woken, rest []candidate
	for _, c := range of {
		switch {
		case c.Urgency > ports.Usual:
			urgent = append(urgent, c)
		case c.Woken:
			woken = append(woken, c)
		default:
			rest = append(rest, c)
		}
	}
	slices.SortStableFunc(urgent, func(a, b candidate) int { return cmp.Compare(b.Urgency, a.Urgency) })
	return slices.Concat(urgent, woken, mixed(rest))
}

// mixed takes some of the youngest and then the one that is due for the longest, again and again.
func mixed(due []candidate) []candidate {
	young := slices.SortedFunc(slices.Values(due), func(a, b candidate) int { return cmp.Compare(b.ID, a.ID) })
	taken, list := map[int64]bool{}, make([]candidate, 0, len(due))
	take := func(from *[]candidate) {
		for len(*from) > 0 && taken[(*from)[0].ID] {
			*from = (*from)[1:]
		}
		if len(*from) > 0 {
			taken[(*from)[0].ID] = true
			list = append(list, (*from)[0])
		}
	}
	for all := len(due); len(list) < all; {
		for range youngShare {
			take(&young)
		}
		take(&due)
	}
	return list
}

func older(a, b candidate) int { return cmp.Or(a.RunAt.Compare(b.RunAt), cmp.Compare(a.ID, b.ID)) }
