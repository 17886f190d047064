ALTER TABLE outbox DROP COLUMN refund_id;
DROP INDEX refunds_like;
DROP INDEX refunds_code;
DROP INDEX refunds_open;
DROP INDEX refunds_purpose;
ALTER TABLE refunds
    DROP COLUMN purpose, DROP COLUMN sync, DROP COLUMN partner_id, DROP COLUMN amount_text, DROP COLUMN pay_method, DROP COLUMN notify_url,
    DROP COLUMN extra_data, DROP COLUMN body, DROP COLUMN sent_at, DROP COLUMN empty_since, DROP COLUMN trace;
ALTER TABLE payments DROP COLUMN refunded_minor, DROP COLUMN refunded_at, DROP COLUMN disputed_minor;
ALTER TABLE orders DROP COLUMN mall_cancelled_at;
