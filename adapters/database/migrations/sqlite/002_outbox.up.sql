-- Work that follows from events, stored in their transactions. A row lives as long as its key: done
-- and dead ones can be opened again.

CREATE TABLE outbox (
    id          integer PRIMARY KEY AUTOINCREMENT,
    key         text        NOT NULL,
    kind        text        NOT NULL,
    order_id    text        NOT NULL,
    payment_id  text        NOT NULL,
    stream      text        NOT NULL, -- one at a time, oldest first; empty: no stream
    peer        text        NOT NULL, -- whom it calls
    state       text        NOT NULL, -- ready, running, done, dead
    try         integer     NOT NULL DEFAULT 0,
    wakes       integer     NOT NULL DEFAULT 0, -- how often somebody asked for it
    seen        integer     NOT NULL DEFAULT 0, -- the wakes that the last claim knew of
    woken       integer     NOT NULL DEFAULT 0, -- the last claim came of a wake
    run_at      text        NOT NULL,
    token       text        NOT NULL DEFAULT '',
    lease_until text,
    url         text        NOT NULL DEFAULT '',
    body        blob, -- sent again byte for byte
    last_try    text,
    last_word   text        NOT NULL DEFAULT '',
    trace       text        NOT NULL DEFAULT '',
    enqueued_at text        NOT NULL,
    CONSTRAINT outbox_key UNIQUE (key)
);
-- Claims look at the oldest due rows and, when one peer fills the view, from peer to peer.
CREATE INDEX outbox_due ON outbox (run_at, id) WHERE state IN ('ready', 'running');
CREATE INDEX outbox_peers ON outbox (peer, run_at, id) WHERE state IN ('ready', 'running');
CREATE INDEX outbox_streams ON outbox (stream, id) WHERE state IN ('ready', 'running') AND stream <> '';
CREATE INDEX outbox_running ON outbox (peer) WHERE state = 'running';
-- For people: the dead letters, and the notices of an order.
CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';
CREATE INDEX outbox_order ON outbox (order_id);
