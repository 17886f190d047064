-- Refunds that nobody knows the end of are asked about before those that the company works on, and these
-- before everything else: how urgent a job is stands with it, and the indexes of what goes first follow.

ALTER TABLE outbox ADD COLUMN urgency INTEGER NOT NULL DEFAULT 0; -- 1: money is on its way back; 2: nobody knows

UPDATE outbox SET urgency = 2 WHERE kind = 'refund_surplus';
UPDATE outbox SET urgency = CASE WHEN EXISTS (SELECT 1 FROM refunds AS r WHERE r.id = outbox.refund_id AND r.state = 'pending') THEN 1 ELSE 2 END
    WHERE kind = 'ask_refund';

DROP INDEX outbox_refunds;
DROP INDEX outbox_youngest;
CREATE INDEX outbox_urgent ON outbox (urgency DESC, run_at) WHERE state IN ('ready', 'running') AND urgency > 0 AND peer LIKE 'company:%';
CREATE INDEX outbox_youngest ON outbox (id) WHERE state IN ('ready', 'running') AND urgency = 0 AND peer LIKE 'company:%';
