package database

import (
	"context"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// Pulse implements ports.Pulses.
func (v *Views) Pulse(ctx context.Context, mall merchant.MallID) (ports.Pulse, error) {
	const (
		newest  = `(SELECT id, received_at FROM orders WHERE mall_id = ?0 ORDER BY created_at DESC LIMIT 200) AS o`
		notices = `FROM outbox AS j JOIN orders AS o ON o.id = j.order_id WHERE o.mall_id = ?0 AND j.peer LIKE 'mall:%' AND `
		held    = `(SELECT count(*) FROM payments AS p JOIN orders AS o ON o.id = p.order_id WHERE o.mall_id = ?0 AND p.hold <> '' AND p.hold `
		query   = `SELECT
		(SELECT max(o.received_at) FROM ` + newest + `) AS last_checkout,
		(SELECT max(w.last_at) FROM ` + newest + ` JOIN webhooks AS w ON w.order_id = o.id) AS last_letter,
		(SELECT max(j.last_try) FROM ` + newest + ` JOIN outbox AS j ON j.order_id = o.id
			WHERE j.peer LIKE 'mall:%' AND j.state = 'done' AND j.last_word = 'told') AS last_told,
		(SELECT count(*) ` + notices + `j.` + open + `) AS waiting,
		(SELECT min(j.enqueued_at) ` + notices + `j.` + open + `) AS oldest_waiting,
		(SELECT count(*) ` + notices + `j.state = 'dead') AS dead,
		(SELECT count(*) FROM payments AS p JOIN orders AS o ON o.id = p.order_id WHERE o.mall_id = ?0 AND ` + openPayment + `) +
			(SELECT count(*) FROM payments AS p JOIN orders AS o ON o.id = p.order_id WHERE o.mall_id = ?0 AND ` + surplus + `) AS open_payments,
		(SELECT count(*) FROM refunds AS r JOIN orders AS o ON o.id = r.order_id WHERE o.mall_id = ?0 AND ` + openRefund + `) AS open_refunds,
		` + held + `= ?1) AS refused,
		` + held + `<> ?1) AS held`
	)
	var p ports.Pulse
	if err := v.db.read.NewRaw(query, mall, payment.CredentialsHold).Scan(ctx, &p); err != nil {
		return ports.Pulse{}, fault.Wrap(surely(err), "look at the traffic of mall %s", mall)
	}
	p.LastCheckout, p.LastLetter, p.LastTold, p.OldestWaiting = p.LastCheckout.UTC(), p.LastLetter.UTC(), p.LastTold.UTC(), p.OldestWaiting.UTC()
	return p, nil
}
