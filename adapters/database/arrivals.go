package database

import (
	"context"
	"time"

	"paybridge/domain/fault"
)

// Arrivals says when companies were last heard of, by their letters and by what was asked. Zero means never.
type Arrivals struct {
	Letter time.Time // the newest letter, of whatever payment
	Paid   time.Time // when the newest of the paid payments was opened
}

// Arrivals looks through all letters and payments, so it is for people who wait, not for requests.
func (d *DB) Arrivals(ctx context.Context) (Arrivals, error) {
	const query = `SELECT (SELECT max(last_at) FROM webhooks) AS letter, (SELECT max(created_at) FROM payments WHERE state = 'paid') AS paid`
	var row Arrivals
	if err := d.read.NewRaw(query).Scan(ctx, &row); err != nil {
		return Arrivals{}, fault.Wrap(surely(err), "look for letters")
	}
	return Arrivals{Letter: row.Letter.UTC(), Paid: row.Paid.UTC()}, nil
}
