-- Letters of companies, stored before they are answered: one row for equal ones, with a count. A letter
-- without an order is parked until its payment appears or it is too old.

CREATE TABLE webhooks (
    -- SHA-256 over everything that makes two letters equal, proof of the sender included: the proof
    -- itself is of no use later and is not kept
    identity     text        NOT NULL,
    gateway      text        NOT NULL,
    merchant_id  text        NOT NULL, -- of the URL; empty on the bare routes
    code         text        NOT NULL,
    reference    text        NOT NULL,
    state        text        NOT NULL,
    amount_minor integer     NOT NULL,
    currency     text        NOT NULL, -- as claimed, perhaps empty
    order_id     text        NOT NULL, -- empty: parked
    payment_id   text        NOT NULL,
    count        integer     NOT NULL,
    first_at     text        NOT NULL,
    last_at      text        NOT NULL,
    CONSTRAINT webhooks_pkey PRIMARY KEY (identity)
);
CREATE INDEX webhooks_parked ON webhooks (last_at) WHERE order_id = '';
CREATE INDEX webhooks_parked_code ON webhooks (gateway, code) WHERE order_id = '';
CREATE INDEX webhooks_parked_reference ON webhooks (gateway, reference) WHERE order_id = '';
