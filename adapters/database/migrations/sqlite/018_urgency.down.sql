DROP INDEX outbox_youngest;
DROP INDEX outbox_urgent;
ALTER TABLE outbox DROP COLUMN urgency;
CREATE INDEX outbox_refunds ON outbox (run_at) WHERE state IN ('ready', 'running') AND refund_id <> '' AND peer LIKE 'company:%';
CREATE INDEX outbox_youngest ON outbox (id) WHERE state IN ('ready', 'running') AND refund_id = '' AND peer LIKE 'company:%';
