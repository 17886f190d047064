package database

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"paybridge/ports"
)

const (
	view  = 4   // a claim looks at this many due jobs for one that it wants, and at
	least = 32  // this many at least
	stops = 256 // peers that a claim visits at most when the view is full
)

// due are open jobs whose time has come and whose stream is free: no older one of it is open, and
// none runs. ?0 is the time.
const due = `o.` + open + ` AND o.run_at <= ?0 AND (o.lease_until IS NULL OR o.lease_until <= ?0)
	AND (o.stream = '' OR NOT EXISTS (SELECT 1 FROM outbox AS s WHERE s.stream = o.stream AND s.stream <> '' AND s.` + open + `
		AND s.id <> o.id AND (s.id < o.id OR s.lease_until > ?0)))`

// seen is what a claim looks at.
const seen = `o.id, o.peer, o.run_at, o.urgency, o.wakes <> o.seen AS woken`

// The ?1 most urgent due jobs, and the ?1 youngest of the others, at whatever company. They are what is
// taken first, however much is due for longer. Indexes are built for these very words.
const (
	urgent   = `SELECT ` + seen + ` FROM outbox AS o WHERE ` + due + ` AND o.urgency > 0 AND o.peer LIKE 'company:%' ORDER BY o.urgency DESC, o.run_at LIMIT ?1`
	youngest = `SELECT ` + seen + ` FROM outbox AS o WHERE ` + due + ` AND o.urgency = 0 AND o.peer LIKE 'company:%' ORDER BY o.id DESC LIMIT ?1`
)

// The ?1 jobs that are due for the longest.
const oldest = `SELECT ` + seen + ` FROM outbox AS o WHERE ` + due + ` ORDER BY o.run_at, o.id LIMIT ?1`

// The first ?1 due jobs of each of ?2 peers, from peer ?3 on, until they are ?4: the recursion hops from peer to peer
// through an index. How the jobs f of peer p are joined is the one thing that the two databases say
// differently.
const (
	firsts = `WITH RECURSIVE peers (peer, stop) AS (
			SELECT (SELECT min(o.peer) FROM outbox AS o WHERE o.` + open + ` AND o.peer > ?3), 1
			UNION ALL
			SELECT (SELECT min(o.peer) FROM outbox AS o WHERE o.` + open + ` AND o.peer > p.peer), p.stop + 1
				FROM peers AS p WHERE p.peer IS NOT NULL AND p.stop < ?2
		) SELECT f.id, f.peer, f.run_at, f.urgency, f.wakes <> f.seen AS woken FROM peers AS p `
	firstsOnPostgres = firsts + `CROSS JOIN LATERAL (SELECT o.id, o.peer, o.run_at, o.urgency, o.wakes, o.seen ` + ofPeer + `) AS f LIMIT ?4`
	firstsOnSQLite   = firsts + `JOIN outbox AS f ON f.id IN (SELECT o.id ` + ofPeer + `) LIMIT ?4`

	// The peer is given as a range: with an equation, PostgreSQL would rather walk through the due jobs
	// of all others than through the index that is made for this.
	ofPeer = `FROM outbox AS o WHERE o.peer >= p.peer AND (o.peer, o.run_at) <= (p.peer, ?0) AND ` + due + `
		ORDER BY o.peer, o.run_at, o.id LIMIT ?1`
)

// candidate is a due job.
type candidate struct {
	ID      int64
	Peer    string
	RunAt   time.Time
	Urgency ports.Urgency
	Woken   bool

	visited bool // found by going from peer to peer
}

// Claim implements ports.Outbox.
func (o *Outbox) Claim(ctx context.Context, n, perPeer int, lease time.Duration) ([]ports.Job, error) {
	select {
	case o.claiming <- struct{}{}:
		defer func() { <-o.claiming }()
	case <-ctx.Done():
		return nil, surely(ctx.Err())
	}
	var rows []jobRow
	after := ""
	err := o.db.transact(ctx, func(tx bun.Tx) (err error) {
		if err := claimAlone(ctx, tx); err != nil {
			return surely(err)
		}
		after, err = o.lease(ctx, tx, &rows, n, perPeer, lease)
		return surely(err)
	})
	if err != nil {
		return nil, err
	}
	o.after = after
	slices.SortFunc(rows, func(a, b jobRow) int { return cmp.Or(a.RunAt.Compare(b.RunAt), cmp.Compare(a.ID, b.ID)) })
	jobs := make([]ports.Job, len(rows))
	for i := range rows {
		jobs[i] = rows[i].job()
	}
	return jobs, nil
}

// last is the peer from which the next claim goes on, so that each has its turn: the last of those visited that gets
// something for being visited, or none after a round.
func last(chosen []candidate, after string) string {
	next := ""
	for _, c := range chosen {
		if c.visited && c.Urgency == ports.Usual && c.Peer > after {
			next = max(next, c.Peer)
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

// lease takes the jobs that are due and fit. A job whose lease ran out may have acted until its end,
// so that is when its last try was. It returns the peer from which the next claim goes on.
func (o *Outbox) lease(ctx context.Context, tx bun.Tx, rows *[]jobRow, n, perPeer int, lease time.Duration) (after string, err error) {
	now := o.clock.Now()
	candidates, err := o.candidates(ctx, tx, now, n, perPeer)
	if err != nil || len(candidates) == 0 {
		return "", err
	}
	busy, err := runningJobs(ctx, tx, now)
	if err != nil {
		return "", err
	}
	left, err := o.allowances(ctx, tx, candidates, now)
	if err != nil {
		return "", err
	}
	chosen := fair(candidates, busy, left, n, perPeer)
	if len(chosen) == 0 {
		return "", nil
	}
	ids := make([]int64, len(chosen))
	for i, c := range chosen {
		ids[i] = c.ID
	}
	free := tx.NewSelect().TableExpr("outbox AS o").ColumnExpr("o.id").Where("o.id IN (?)", bun.List(ids)).Where(due, now)
	if isPostgres(tx) {
		free = free.For("UPDATE SKIP LOCKED") // whoever is writing to a job now will see it claimed next time
	}
	err = tx.NewUpdate().Model(rows).
		Set("state = ?", running).
		Set("try = CASE WHEN wakes <> seen THEN 1 ELSE try + 1 END").
		Set("woken = (wakes <> seen)").
		Set("seen = wakes").
		Set("last_try = CASE WHEN state = 'running' THEN lease_until ELSE last_try END").
		Set("lease_until = ?", now.Add(lease)).
		Set("token = ? || '-' || id", rand.Text()).
		Where("id IN (?)", free).Returning("*").Scan(ctx)
	if err != nil {
		return "", err
	}
	return last(chosen, o.after), o.spend(ctx, tx, *rows, now)
}

// candidates looks at the jobs that are due for the longest. When they are as many as it looks at,
// they may all be of one dead mall, so it looks at the first due jobs of other peers too, and at those
// that go first at a company.
func (o *Outbox) candidates(ctx context.Context, tx bun.Tx, now time.Time, n, perPeer int) ([]candidate, error) {
	var found, more []candidate
	most := max(view*n, least)
	if err := tx.NewRaw(oldest, now, most).Scan(ctx, &found); err != nil || len(found) < most {
		return found, err
	}
	query := firstsOnSQLite
	if isPostgres(tx) {
		query = firstsOnPostgres
	}
	if err := tx.NewRaw(query, now, perPeer, stops, o.after, most).Scan(ctx, &more); err != nil {
		return nil, err
	}
	for i := range more {
		more[i].visited = true
	}
	found = append(more, found...) // of two that are the same, the first counts
	for _, first := range []string{urgent, youngest} {
		more = nil
		if err := tx.NewRaw(first, now, most).Scan(ctx, &more); err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, nil
}

// runningJobs counts the leased jobs of each peer.
func runningJobs(ctx context.Context, tx bun.Tx, now time.Time) (map[string]int, error) {
	var rows []struct {
		Peer string
		Jobs int
	}
	err := tx.NewSelect().TableExpr("outbox").ColumnExpr("peer, count(*) AS jobs").
		Where("state = 'running'").Where("lease_until > ?", now).Group("peer").Scan(ctx, &rows)
	busy := map[string]int{}
	for _, r := range rows {
		busy[r.Peer] = r.Jobs
	}
	return busy, err
}

// fair picks n jobs: every peer gets its first place before any gets its second, and none more than
// perPeer, with the jobs that it has running already, nor more questions than are left for it. The jobs of
// a peer are taken in their order.
func fair(candidates []candidate, busy, left map[string]int, n, perPeer int) []candidate {
	peers, known := map[string][]candidate{}, map[int64]bool{}
	for _, c := range candidates {
		if !known[c.ID] {
			known[c.ID] = true
			peers[c.Peer] = append(peers[c.Peer], c)
		}
	}
	place := map[int64]int{}
	var fit []candidate
	for peer, jobs := range peers {
		for _, c := range inOrder(jobs) {
			if c.paced() && left != nil {
				if left[peer] == 0 {
					continue
				}
				left[peer]--
			}
			if busy[peer]++; busy[peer] > perPeer {
				break
			}
			place[c.ID] = busy[peer]
			fit = append(fit, c)
		}
	}
	slices.SortFunc(fit, func(a, b candidate) int { return cmp.Or(cmp.Compare(place[a.ID], place[b.ID]), sooner(a, b)) })
	return fit[:min(n, len(fit))]
}

// sooner orders the jobs of different peers that have the same place: the most urgent go first, then those of the peers
// visited, in their order, or a peer whose first job is young would never have its turn beside enough others with old ones.
// The rest go by age.
func sooner(a, b candidate) int {
	switch {
	case a.Urgency != b.Urgency:
		return cmp.Compare(b.Urgency, a.Urgency)
	case a.visited && b.visited:
		return cmp.Or(cmp.Compare(a.Peer, b.Peer), older(a, b))
	case a.visited:
		return -1
	case b.visited:
		return 1
	}
	return older(a, b)
}
