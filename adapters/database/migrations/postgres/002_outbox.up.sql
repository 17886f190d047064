-- Work that follows from events, stored in their transactions. A row lives as long as its key: done
-- and dead ones can be opened again.

CREATE TABLE outbox (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    key         text        NOT NULL,
    kind        text        NOT NULL,
    order_id    text        NOT NULL,
    payment_id  text        NOT NULL,
    stream      text        NOT NULL, -- one at a time, oldest first; empty: no stream
    peer        text COLLATE "C" NOT NULL, -- whom it calls
    state       text        NOT NULL, -- ready, running, done, dead
    try         integer     NOT NULL DEFAULT 0,
    wakes       bigint      NOT NULL DEFAULT 0, -- how often somebody asked for it
    seen        bigint      NOT NULL DEFAULT 0, -- the wakes that the last claim knew of
    woken       boolean     NOT NULL DEFAULT false, -- the last claim came of a wake
    run_at      timestamptz NOT NULL,
    token       text        NOT NULL DEFAULT '',
    lease_until timestamptz,
    url         text        NOT NULL DEFAULT '',
    body        bytea, -- sent again byte for byte
    last_try    timestamptz,
    last_word   text        NOT NULL DEFAULT '',
    trace       text        NOT NULL DEFAULT '',
    enqueued_at timestamptz NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (id),
    CONSTRAINT outbox_key UNIQUE (key)
) WITH (
    -- Every run rewrites its row twice: clean up after thousands, not after a fifth of the table.
    fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000
);
-- Claims look at the oldest due rows and, when one peer fills the view, from peer to peer.
CREATE INDEX outbox_due ON outbox (run_at, id) WHERE state IN ('ready', 'running');
CREATE INDEX outbox_peers ON outbox (peer, run_at, id) WHERE state IN ('ready', 'running');
CREATE INDEX outbox_streams ON outbox (stream, id) WHERE state IN ('ready', 'running') AND stream <> '';
CREATE INDEX outbox_running ON outbox (peer) WHERE state = 'running';
-- For people: the dead letters, and the notices of an order.
CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';
CREATE INDEX outbox_order ON outbox (order_id);
