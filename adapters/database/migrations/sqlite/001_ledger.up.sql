-- As on Postgres; times are text in UTC that sorts by time, and every table lives in one writer's hands.

-- Orders with their attempts, refunds, history and money. An order's row is the lock of everything
-- that happens to it; the unique indexes carry the rules that must hold whatever the code does.
-- The unique constraints of payments are checked in the order in which they stand here, and the
-- first that fails names the conflict: a rival of the same order is found before a taken reference.

CREATE TABLE orders (
    id              text        NOT NULL,
    mall_id         text        NOT NULL,
    shop_no         integer     NOT NULL,
    number          text        NOT NULL,
    merchant_id     text        NOT NULL,
    -- the latest accepted checkout request: what the buyer and the mall are answered by
    way             text        NOT NULL,
    partner_id      text        NOT NULL,
    amount_text     text        NOT NULL,
    pay_method      text        NOT NULL,
    return_url      text        NOT NULL,
    notify_url      text        NOT NULL,
    extra_data      blob, -- as received, because it goes back unchanged
    received_at     text        NOT NULL,
    counted_payment text        NOT NULL DEFAULT '',
    told            integer     NOT NULL DEFAULT 0, -- 0 nothing, 1 unpaid, 2 paid
    told_at         text,
    refund_count    integer     NOT NULL DEFAULT 0, -- most orders have none, and then nobody looks
    created_at      text        NOT NULL,
    version         integer     NOT NULL,            -- the number of events
    CONSTRAINT orders_pkey PRIMARY KEY (id),
    CONSTRAINT orders_identity UNIQUE (number, mall_id, shop_no)
);

CREATE TABLE payments (
    id                  text        NOT NULL,
    order_id            text        NOT NULL,
    attempt             integer     NOT NULL,
    state               text        NOT NULL,
    doubt_call          text        NOT NULL DEFAULT '',
    doubt_since         text,
    hold                text        NOT NULL DEFAULT '',
    amount_minor        integer     NOT NULL,
    currency            text        NOT NULL,
    returned_minor      integer     NOT NULL DEFAULT 0,
    gateway             text        NOT NULL,
    fingerprint         text        NOT NULL,
    credentials_version integer     NOT NULL,
    reference           text        NOT NULL,
    idempotency_key     text        NOT NULL,
    request             blob, -- sent again byte for byte
    code                text        NOT NULL DEFAULT '',
    page_url            text        NOT NULL DEFAULT '',
    fresh_until         text,
    handed_out_at       text,
    created_at          text        NOT NULL,
    changed_at          text        NOT NULL,
    asked_at            text,
    empty_since         text,
    trace               text        NOT NULL DEFAULT '',
    CONSTRAINT payments_pkey PRIMARY KEY (id),
    CONSTRAINT payments_attempt UNIQUE (order_id, attempt),
    CONSTRAINT payments_key UNIQUE (idempotency_key),
    CONSTRAINT payments_reference UNIQUE (reference, gateway, fingerprint),
    CONSTRAINT payments_order FOREIGN KEY (order_id) REFERENCES orders (id)
);
-- A company's order belongs to one attempt only.
CREATE UNIQUE INDEX payments_code ON payments (code, gateway, fingerprint) WHERE code <> '';
CREATE INDEX payments_newest ON payments (created_at, id);
CREATE INDEX payments_doubtful ON payments (doubt_since) WHERE doubt_call <> '';
CREATE INDEX payments_held ON payments (changed_at) WHERE hold <> '';

CREATE TABLE refunds (
    id              text        NOT NULL,
    order_id        text        NOT NULL,
    payment_id      text        NOT NULL,
    reason          text        NOT NULL,
    generation      integer     NOT NULL,
    state           text        NOT NULL,
    amount_minor    integer     NOT NULL,
    currency        text        NOT NULL,
    reference       text        NOT NULL,
    idempotency_key text        NOT NULL,
    code            text        NOT NULL DEFAULT '',
    message         text        NOT NULL DEFAULT '',
    created_at      text        NOT NULL,
    changed_at      text        NOT NULL,
    asked_at        text,
    position        integer     NOT NULL, -- in the order, from 1
    CONSTRAINT refunds_pkey PRIMARY KEY (id),
    CONSTRAINT refunds_position UNIQUE (order_id, position),
    CONSTRAINT refunds_key UNIQUE (idempotency_key),
    CONSTRAINT refunds_payment FOREIGN KEY (payment_id) REFERENCES payments (id)
);

-- The history. Its primary key is the optimistic lock: of two writers who read the same version, the
-- second one's first event meets the first one's.
CREATE TABLE events (
    order_id     text        NOT NULL,
    seq          integer     NOT NULL,
    kind         text        NOT NULL,
    payment_id   text        NOT NULL,
    refund_id    text        NOT NULL DEFAULT '',
    door         text        NOT NULL,
    occurred_at  text        NOT NULL,
    from_state   text        NOT NULL DEFAULT '',
    to_state     text        NOT NULL DEFAULT '',
    amount_minor integer,
    currency     text,
    note         text        NOT NULL DEFAULT '',
    trace_id     text        NOT NULL DEFAULT '',
    CONSTRAINT events_pkey PRIMARY KEY (order_id, seq),
    CONSTRAINT events_order FOREIGN KEY (order_id) REFERENCES orders (id)
);

-- Money that moved.
CREATE TABLE movements (
    id           integer PRIMARY KEY AUTOINCREMENT,
    order_id     text        NOT NULL,
    payment_id   text        NOT NULL,
    refund_id    text        NOT NULL DEFAULT '',
    kind         text        NOT NULL,
    amount_minor integer     NOT NULL CHECK (amount_minor > 0),
    currency     text        NOT NULL,
    door         text        NOT NULL,
    occurred_at  text        NOT NULL,
    trace_id     text        NOT NULL DEFAULT '',
    CONSTRAINT movements_payment FOREIGN KEY (payment_id) REFERENCES payments (id)
);
CREATE INDEX movements_order ON movements (order_id);

-- What was written into the ledger stays there, whoever asks.
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER events_live BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
CREATE TRIGGER movements_stay BEFORE UPDATE ON movements BEGIN SELECT RAISE(ABORT, 'movements are never changed'); END;
CREATE TRIGGER movements_live BEFORE DELETE ON movements BEGIN SELECT RAISE(ABORT, 'movements are never deleted'); END;
