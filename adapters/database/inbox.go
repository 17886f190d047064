package database

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// Inbox implements ports.Inbox.
type Inbox struct {
	db      *DB
	clock   ports.Clock
	parking int
}

// NewInbox returns the inbox of a database, in which at most parking letters for unknown payments are
// kept.
func NewInbox(db *DB, clock ports.Clock, parking int) *Inbox {
	return &Inbox{db: db, clock: clock, parking: parking}
}

type letterRow struct {
	bun.BaseModel `bun:"table:webhooks,alias:w"`

	Identity    string `bun:",pk"`
	Gateway     string
	MerchantID  string
	Code        string
	Reference   string
	State       string
	AmountMinor int64
	Currency    string
	OrderID     string
	PaymentID   string
	Count       int64
	FirstAt     time.Time
	LastAt      time.Time
}

func toLetterRow(r ports.Receipt) *letterRow {
	l := r.Letter
	row := &letterRow{
		Gateway: r.Gateway, MerchantID: string(r.Merchant), Code: l.Code, Reference: l.Reference, State: l.State.String(),
		AmountMinor: l.Amount.Minor(), Currency: string(l.Amount.Currency()),
		OrderID: string(r.Order), PaymentID: string(r.Payment), Count: 1, FirstAt: r.At, LastAt: r.At,
	}
	// Quoting keeps the borders of the fields: no two letters make one text.
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q %q %d %q %q",
		row.Gateway, row.MerchantID, row.Code, row.Reference, row.State, row.AmountMinor, row.Currency, l.Digest))
	row.Identity = hex.EncodeToString(sum[:])
	return row
}

// Receive implements ports.Inbox.
func (i *Inbox) Receive(ctx context.Context, r ports.Receipt, key string) error {
	row := toLetterRow(r)
	err := i.db.atomically(ctx, func(db bun.IDB) error {
		if row.OrderID == "" {
			return i.park(ctx, db, row)
		}
		var others []statement
		if key != "" {
			others = append(others, wake(db, key, i.clock.Now()))
		}
		return atOnce(ctx, i.db, countLetter(db.NewInsert().Model(row)), others)
	})
	if err == nil && key != "" {
		i.db.bell.ring()
	}
	return fault.Wrap(err, "receive a letter of %s", r.Gateway)
}

// countLetter makes equal letters one row. What is known of its payment by now is kept.
func countLetter(q *bun.InsertQuery) *bun.InsertQuery {
	return q.Returning("NULL").On("CONFLICT (identity) DO UPDATE").
		Set("count = w.count + 1").Set("last_at = EXCLUDED.last_at").
		Set("payment_id = CASE WHEN w.order_id = '' THEN EXCLUDED.payment_id ELSE w.payment_id END").
		Set("order_id = CASE WHEN w.order_id = '' THEN EXCLUDED.order_id ELSE w.order_id END")
}

// park stores a letter for an unknown payment while there is room. Letters that come at the same
// moment do not see each other, so there may be a few more than the bound.
func (i *Inbox) park(ctx context.Context, db bun.IDB, row *letterRow) error {
	var parked int
	var known bool
	err := db.NewRaw("SELECT (SELECT count(*) FROM webhooks WHERE order_id = ''), EXISTS (SELECT 1 FROM webhooks WHERE identity = ?)", row.Identity).
		Scan(ctx, &parked, &known)
	if err != nil {
		return err
	}
	if parked >= i.parking && !known {
		return fault.New(fault.Unavailable, "parking_full", "too many letters about unknown payments, please send it again later")
	}
	_, err = countLetter(db.NewInsert().Model(row)).Exec(ctx)
	return err
}

// Join implements ports.Inbox. A letter that names another code than the payment's is another's,
// whatever its reference: accounts of two malls can use one reference.
func (i *Inbox) Join(ctx context.Context, to ports.PaymentAddress) (int, error) {
	p := to.Payment
	joined, err := affected(ctx, i.db.write.NewUpdate().Model((*letterRow)(nil)).
		Set("order_id = ?", to.Order).Set("payment_id = ?", p.ID).
		Where("order_id = ''").Where("gateway = ?", p.Account.Gateway).Where("merchant_id IN ('', ?)", to.Merchant).
		Where("((code <> '' AND code = ?0) OR (reference = ?1 AND (code = '' OR ?0 = '')))", p.Code, p.Reference))
	return int(joined), fault.Wrap(err, "join letters of payment %s", p.ID)
}

// Prune implements ports.Inbox.
func (i *Inbox) Prune(ctx context.Context, before time.Time) (int, error) {
	pruned, err := affected(ctx, i.db.write.NewDelete().Model((*letterRow)(nil)).Where("order_id = ''").Where("last_at < ?", before))
	return int(pruned), fault.Wrap(err, "prune parked letters")
}
