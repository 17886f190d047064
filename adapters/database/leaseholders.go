package database

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
)

// leaseBudget is for what is written for several who hold leases.
const leaseBudget = 2 * time.Second

// leaseholder wants to change the job that it holds a lease of. Leaseholders who meet in this process write together:
// while very many jobs wait, a commit for every step of each would be most of the work.
type leaseholder[R any] struct {
	id    int64 // of the job
	row   R     // what it wants
	apart bool  // its row was locked by somebody else, or another one's wish stood in the way
	err   error
}

// leaseholders write one kind of change.
type leaseholders[R any] struct {
	db    *DB
	row   string // the columns of a row
	set   string // how the row w changes the job j
	turns *turns[struct{}, *leaseholder[R]]
}

// frozenRow is the target and the body of a notice.
type frozenRow struct {
	ID    int64
	Token string
	URL   string
	Body  []byte
}

// What woke the job since its claim came after what this run has read: the next run composes for itself.
const freeze = `url = CASE WHEN j.wakes = j.seen THEN w.url ELSE j.url END,
	body = CASE WHEN j.wakes = j.seen THEN w.body ELSE j.body END`

// finishedRow is how a run ended.
type finishedRow struct {
	ID      int64
	Token   string
	State   string
	RunAt   time.Time
	EndedAt time.Time
	Word    string
}

// The wakes differ from what the claim has seen when the job was woken since.
const finish = `token = '', lease_until = NULL, last_try = w.ended_at, last_word = w.word,
	state = CASE WHEN j.wakes <> j.seen THEN 'ready' ELSE w.state END,
	run_at = CASE WHEN j.wakes <> j.seen THEN j.run_at ELSE w.run_at END,
	try = CASE WHEN j.wakes <> j.seen THEN 0 ELSE j.try END`

func newLeaseholders[R any](db *DB, row, set string) leaseholders[R] {
	return leaseholders[R]{db: db, row: row, set: set, turns: &turns[struct{}, *leaseholder[R]]{}}
}

// change writes what a leaseholder wants, or returns Conflict "lease_lost". Whose row somebody else has locked waits for it
// alone: together they wait for nobody, so that they cannot meet a writer of several jobs in a deadlock.
func (l leaseholders[R]) change(ctx context.Context, id int64, row R) error {
	me := &leaseholder[R]{id: id, row: row, err: errNotServed}
	if !l.turns.take(ctx, struct{}{}, me, func(together []*leaseholder[R]) { l.write(ctx, together) }) {
		return surely(ctx.Err())
	}
	if !me.apart {
		return me.err
	}
	held, err := l.update(ctx, []*leaseholder[R]{me}, false)
	if err == nil && len(held) == 0 {
		return leaseLost()
	}
	return err
}

func (l leaseholders[R]) write(ctx context.Context, together []*leaseholder[R]) {
	ctx, cancel := forAll(ctx, len(together), leaseBudget)
	defer cancel()
	first := make([]*leaseholder[R], 0, len(together)) // of each job: of two, one has lost its lease
	for _, one := range together {
		one.apart = slices.ContainsFunc(first, func(other *leaseholder[R]) bool { return other.id == one.id })
		if !one.apart {
			first = append(first, one)
		}
	}
	held, err := l.update(ctx, first, true)
	for _, one := range first {
		one.err = err
		one.apart = separable(err) || (err == nil && !slices.Contains(held, one.id))
	}
}

// update returns the ids of the jobs that were held, and are changed.
func (l leaseholders[R]) update(ctx context.Context, together []*leaseholder[R], free bool) (held []int64, err error) {
	if err := ctx.Err(); err != nil {
		return nil, surely(err)
	}
	rows, ids := make([]R, len(together)), make([]int64, len(together))
	for i, one := range together {
		rows[i], ids[i] = one.row, one.id
	}
	mine := l.db.write.NewSelect().TableExpr("outbox AS o").ColumnExpr("o.id").Where("o.id IN (?)", bun.List(ids))
	if free && l.db.postgres() {
		mine = mine.For("UPDATE SKIP LOCKED")
	}
	values := l.db.write.NewValues(&rows)
	err = l.db.write.NewRaw("WITH w ("+l.row+") AS (?) UPDATE outbox AS j SET "+l.set+` FROM w
		WHERE j.id = w.job AND j.token = w.token AND j.state = 'running' AND j.id IN (?) RETURNING id`, values, mine).Scan(ctx, &held)
	return held, perhaps(err)
}

func leaseLost() error {
	return fault.New(fault.Conflict, "lease_lost", "the job is somebody else's by now")
}
