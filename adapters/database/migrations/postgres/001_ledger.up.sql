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
    extra_data      bytea, -- as received: jsonb would rewrite what must go back unchanged
    received_at     timestamptz NOT NULL,
    counted_payment text        NOT NULL DEFAULT '',
    told            smallint    NOT NULL DEFAULT 0, -- 0 nothing, 1 unpaid, 2 paid
    told_at         timestamptz,
    refund_count    integer     NOT NULL DEFAULT 0, -- most orders have none, and then nobody looks
    created_at      timestamptz NOT NULL,
    version         bigint      NOT NULL,           -- the number of events
    CONSTRAINT orders_pkey PRIMARY KEY (id),
    CONSTRAINT orders_identity UNIQUE (number, mall_id, shop_no)
);

CREATE TABLE payments (
    id                  text        NOT NULL,
    order_id            text        NOT NULL,
    attempt             integer     NOT NULL,
    state               text        NOT NULL,
    doubt_call          text        NOT NULL DEFAULT '',
    doubt_since         timestamptz,
    hold                text        NOT NULL DEFAULT '',
    amount_minor        bigint      NOT NULL,
    currency            char(3)     NOT NULL,
    returned_minor      bigint      NOT NULL DEFAULT 0,
    gateway             text        NOT NULL,
    fingerprint         text        NOT NULL,
    credentials_version integer     NOT NULL,
    reference           text        NOT NULL,
    idempotency_key     text        NOT NULL,
    request             bytea, -- sent again byte for byte
    code                text        NOT NULL DEFAULT '',
    page_url            text        NOT NULL DEFAULT '',
    fresh_until         timestamptz,
    handed_out_at       timestamptz,
    created_at          timestamptz NOT NULL,
    changed_at          timestamptz NOT NULL,
    asked_at            timestamptz,
    empty_since         timestamptz,
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
    amount_minor    bigint      NOT NULL,
    currency        char(3)     NOT NULL,
    reference       text        NOT NULL,
    idempotency_key text        NOT NULL,
    code            text        NOT NULL DEFAULT '',
    message         text        NOT NULL DEFAULT '',
    created_at      timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    asked_at        timestamptz,
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
    seq          bigint      NOT NULL,
    kind         text        NOT NULL,
    payment_id   text        NOT NULL,
    refund_id    text        NOT NULL DEFAULT '',
    door         text        NOT NULL,
    occurred_at  timestamptz NOT NULL,
    from_state   text        NOT NULL DEFAULT '',
    to_state     text        NOT NULL DEFAULT '',
    amount_minor bigint,
    currency     char(3),
    note         text        NOT NULL DEFAULT '',
    trace_id     text        NOT NULL DEFAULT '',
    CONSTRAINT events_pkey PRIMARY KEY (order_id, seq),
    CONSTRAINT events_order FOREIGN KEY (order_id) REFERENCES orders (id)
);

-- Money that moved.
CREATE TABLE movements (
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    order_id     text        NOT NULL,
    payment_id   text        NOT NULL,
    refund_id    text        NOT NULL DEFAULT '',
    kind         text        NOT NULL,
    amount_minor bigint      NOT NULL CHECK (amount_minor > 0),
    currency     char(3)     NOT NULL,
    door         text        NOT NULL,
    occurred_at  timestamptz NOT NULL,
    trace_id     text        NOT NULL DEFAULT '',
    CONSTRAINT movements_pkey PRIMARY KEY (id),
    CONSTRAINT movements_payment FOREIGN KEY (payment_id) REFERENCES payments (id)
);
CREATE INDEX movements_order ON movements (order_id);

-- What was written into the ledger stays there, whoever asks.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the rows of % are never changed or deleted', TG_TABLE_NAME;
END $$;
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER movements_append_only BEFORE UPDATE OR DELETE ON movements FOR EACH ROW EXECUTE FUNCTION refuse_change();
