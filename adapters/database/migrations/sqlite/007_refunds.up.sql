-- Refunds that malls ask for: what they were asked for by, what is sent, and what became of it. What our
-- own refunds gave back is summed up with the attempt, so that an order can have thousands of them and
-- still be loaded with the open ones alone.

ALTER TABLE orders ADD COLUMN mall_cancelled_at TEXT;

ALTER TABLE payments ADD COLUMN refunded_minor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE payments ADD COLUMN refunded_at TEXT;
ALTER TABLE payments ADD COLUMN disputed_minor INTEGER NOT NULL DEFAULT 0;

ALTER TABLE refunds ADD COLUMN purpose TEXT NOT NULL DEFAULT ''; -- the same wish is found again by it
ALTER TABLE refunds ADD COLUMN sync INTEGER NOT NULL DEFAULT 0;
ALTER TABLE refunds ADD COLUMN partner_id TEXT NOT NULL DEFAULT '';
ALTER TABLE refunds ADD COLUMN amount_text TEXT NOT NULL DEFAULT ''; -- as received: what signatures cover
ALTER TABLE refunds ADD COLUMN pay_method TEXT NOT NULL DEFAULT '';
ALTER TABLE refunds ADD COLUMN notify_url TEXT NOT NULL DEFAULT '';
ALTER TABLE refunds ADD COLUMN extra_data TEXT NOT NULL DEFAULT ''; -- as received
ALTER TABLE refunds ADD COLUMN body TEXT NOT NULL DEFAULT ''; -- sent again byte for byte
ALTER TABLE refunds ADD COLUMN sent_at TEXT;
ALTER TABLE refunds ADD COLUMN empty_since TEXT;
ALTER TABLE refunds ADD COLUMN trace TEXT NOT NULL DEFAULT '';

-- Until now only surpluses were given back.
UPDATE refunds SET purpose = 'surplus:' || (SELECT p.attempt FROM payments AS p WHERE p.id = refunds.payment_id);
UPDATE payments SET
    refunded_minor = (SELECT sum(r.amount_minor) FROM refunds AS r WHERE r.payment_id = payments.id AND r.state = 'refunded'),
    refunded_at = (SELECT max(r.changed_at) FROM refunds AS r WHERE r.payment_id = payments.id AND r.state = 'refunded')
    WHERE id IN (SELECT r.payment_id FROM refunds AS r WHERE r.state = 'refunded');

-- One refund of a purpose is open or done at a time; a rejected one can be followed by another generation.
CREATE UNIQUE INDEX refunds_purpose ON refunds (order_id, purpose, generation);
CREATE INDEX refunds_open ON refunds (order_id, created_at) WHERE state IN ('intended', 'sent', 'pending');
CREATE INDEX refunds_code ON refunds (order_id, code) WHERE code <> '';
CREATE INDEX refunds_like ON refunds (order_id, amount_minor, position) WHERE reason = 'mall';

ALTER TABLE outbox ADD COLUMN refund_id TEXT NOT NULL DEFAULT '';
