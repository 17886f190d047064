-- How many questions a second are asked of one company account is counted here, for all instances.

CREATE TABLE paces (
    peer        TEXT NOT NULL,
    spent_until TEXT NOT NULL,
    PRIMARY KEY (peer)
);

-- What goes first at a company is found, however much is due for longer.
CREATE INDEX outbox_refunds ON outbox (run_at) WHERE state IN ('ready', 'running') AND refund_id <> '' AND peer LIKE 'company:%';
CREATE INDEX outbox_youngest ON outbox (id) WHERE state IN ('ready', 'running') AND refund_id = '' AND peer LIKE 'company:%';
