-- Refunds that malls ask for: what they were asked for by, what is sent, and what became of it. What our
-- own refunds gave back is summed up with the attempt, so that an order can have thousands of them and
-- still be loaded with the open ones alone.

ALTER TABLE orders ADD COLUMN mall_cancelled_at timestamptz;

ALTER TABLE payments
    ADD COLUMN refunded_minor bigint NOT NULL DEFAULT 0,
    ADD COLUMN refunded_at    timestamptz,
    ADD COLUMN disputed_minor bigint NOT NULL DEFAULT 0;

ALTER TABLE refunds
    ADD COLUMN purpose     text    NOT NULL DEFAULT '', -- the same wish is found again by it
    ADD COLUMN sync        boolean NOT NULL DEFAULT false,
    ADD COLUMN partner_id  text    NOT NULL DEFAULT '',
    ADD COLUMN amount_text text    NOT NULL DEFAULT '', -- as received: what signatures cover
    ADD COLUMN pay_method  text    NOT NULL DEFAULT '',
    ADD COLUMN notify_url  text    NOT NULL DEFAULT '',
    ADD COLUMN extra_data  text    NOT NULL DEFAULT '', -- as received
    ADD COLUMN body        text    NOT NULL DEFAULT '', -- sent again byte for byte
    ADD COLUMN sent_at     timestamptz,
    ADD COLUMN empty_since timestamptz,
    ADD COLUMN trace       text    NOT NULL DEFAULT '';

-- Until now only surpluses were given back.
UPDATE refunds SET purpose = 'surplus:' || p.attempt FROM payments AS p WHERE p.id = refunds.payment_id;
UPDATE payments SET refunded_minor = r.sum, refunded_at = r.last
    FROM (SELECT payment_id, sum(amount_minor) AS sum, max(changed_at) AS last FROM refunds WHERE state = 'refunded' GROUP BY payment_id) AS r
    WHERE r.payment_id = payments.id;

-- One refund of a purpose is open or done at a time; a rejected one can be followed by another generation.
CREATE UNIQUE INDEX refunds_purpose ON refunds (order_id, purpose, generation);
CREATE INDEX refunds_open ON refunds (order_id, created_at) WHERE state IN ('intended', 'sent', 'pending');
CREATE INDEX refunds_code ON refunds (order_id, code) WHERE code <> '';
CREATE INDEX refunds_like ON refunds (order_id, amount_minor, position) WHERE reason = 'mall';

ALTER TABLE outbox ADD COLUMN refund_id text NOT NULL DEFAULT '';
