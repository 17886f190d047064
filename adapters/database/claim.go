package database

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"paybridge/ports"
)

const (
	view  = 4   // a claim looks at this many due jobs for one that it wants
	stops = 256 // peers that a claim visits when the view is full of few
)

// due are open jobs whose time has come and whose stream is free: no older one of it is open, and
// none runs. ?0 is the time.
const due = `o.` + open + ` AND o.run_at <= ?0 AND (o.lease_until IS NULL OR o.lease_until <= ?0)
	AND (o.stream = '' OR NOT EXISTS (SELECT 1 FROM outbox AS s WHERE s.stream = o.stream AND s.` + open + ` AND s.id <> o.id
		AND (s.id < o.id OR s.lease_until > ?0)))`

// pick selects the ids of at most ?1 due jobs, so that no peer has more than ?2 running.
//
// It looks at the ?3 jobs that are due for the longest. When they are that many, they may all be of
// one dead mall, so the first due jobs of other peers are looked at too: the recursion hops from peer
// to peer through an index, ?4 of them from peer ?5 on. Then every peer gets its first place before
// any gets its second.
const pick = `WITH RECURSIVE
	oldest AS (SELECT o.id, o.peer, o.run_at FROM outbox AS o WHERE ` + due + ` ORDER BY o.run_at, o.id LIMIT ?3),
	peers (peer, stop) AS (
		SELECT (SELECT min(o.peer) FROM outbox AS o WHERE o.` + open + ` AND o.peer > ?5), 1
			WHERE (SELECT count(*) FROM oldest) = ?3
		UNION ALL
		SELECT (SELECT min(o.peer) FROM outbox AS o WHERE o.` + open + ` AND o.peer > p.peer), p.stop + 1
			FROM peers AS p WHERE p.peer IS NOT NULL AND p.stop < ?4
	),
	candidates AS (
		SELECT id, peer, run_at FROM oldest
		UNION
		SELECT f.id, f.peer, f.run_at FROM peers AS p ?6
	),
	busy AS (SELECT peer, count(*) AS jobs FROM outbox WHERE state = 'running' AND lease_until > ?0 GROUP BY peer),
	ranked AS (
		SELECT c.id, c.run_at, coalesce(b.jobs, 0) + row_number() OVER (PARTITION BY c.peer ORDER BY c.run_at, c.id) AS place
			FROM candidates AS c LEFT JOIN busy AS b ON b.peer = c.peer
	)
	SELECT id FROM ranked WHERE place <= ?2 ORDER BY place, run_at, id LIMIT ?1`

// The first due jobs f of peer p: the one piece that the two databases say differently.
const (
	firsts           = `FROM outbox AS o WHERE o.peer = p.peer AND ` + due + ` ORDER BY o.run_at, o.id LIMIT ?2`
	firstsOnPostgres = `CROSS JOIN LATERAL (SELECT o.id, o.peer, o.run_at ` + firsts + `) AS f`
	firstsOnSQLite   = `JOIN outbox AS f ON f.id IN (SELECT o.id ` + firsts + `)`
)

// Claim implements ports.Outbox.
func (o *Outbox) Claim(ctx context.Context, n, perPeer int, lease time.Duration) ([]ports.Job, error) {
	select {
	case o.claiming <- struct{}{}:
		defer func() { <-o.claiming }()
	case <-ctx.Done():
		return nil, surely(ctx.Err())
	}
	var rows []jobRow
	err := o.db.transact(ctx, func(tx bun.Tx) error {
		if err := claimAlone(ctx, tx); err != nil {
			return surely(err)
		}
		return surely(o.lease(ctx, tx, &rows, n, perPeer, lease))
	})
	if err != nil {
		return nil, err
	}
	o.after = last(rows, o.after)
	slices.SortFunc(rows, func(a, b jobRow) int { return cmp.Or(a.RunAt.Compare(b.RunAt), cmp.Compare(a.ID, b.ID)) })
	jobs := make([]ports.Job, len(rows))
	for i := range rows {
		jobs[i] = rows[i].job()
	}
	return jobs, nil
}

// last is the peer from which the next claim goes on, so that in the end all are visited: the last
// one that got something, or none after a round.
func last(rows []jobRow, after string) string {
	next := ""
	for _, r := range rows {
		if r.Peer > after {
			next = max(next, r.Peer)
		}
	}
	return next
}

// claimAlone waits until no other instance claims, or two of them could both fill a peer's last
// place. Its statement sees what those before have committed, so the counting has to be another one.
// On SQLite the transaction is alone by itself.
func claimAlone(ctx context.Context, tx bun.Tx) error {
	if !isPostgres(tx) {
		return nil
	}
	_, err := tx.NewRaw("SELECT pg_advisory_xact_lock(hashtext('paybridge/claim/' || current_schema()))").Exec(ctx)
	return err
}

// lease takes the picked jobs. A job whose lease ran out may have acted until its end, so that is
// when its last try was.
func (o *Outbox) lease(ctx context.Context, tx bun.Tx, rows *[]jobRow, n, perPeer int, lease time.Duration) error {
	now := o.clock.Now()
	all := []any{now, n, perPeer, view * n, stops, o.after}
	first := firstsOnSQLite
	if isPostgres(tx) {
		first = firstsOnPostgres
	}
	free := tx.NewSelect().TableExpr("outbox AS o").ColumnExpr("o.id").Where("o.id IN (?)", tx.NewRaw(strings.Replace(pick, "?6", first, 1), all...))
	if isPostgres(tx) {
		free = free.For("UPDATE SKIP LOCKED") // whoever writes to a job now will find it leased, or claimed next time
	}
	return tx.NewUpdate().Model(rows).
		Set("state = ?", running).
		Set("try = CASE WHEN wakes <> seen THEN 1 ELSE try + 1 END").
		Set("woken = (wakes <> seen)").
		Set("seen = wakes").
		Set("last_try = CASE WHEN state = 'running' THEN lease_until ELSE last_try END").
		Set("lease_until = ?", now.Add(lease)).
		Set("token = ? || '-' || id", rand.Text()).
		Where("id IN (?)", free).Returning("*").Scan(ctx)
}
