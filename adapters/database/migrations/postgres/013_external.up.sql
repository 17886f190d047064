-- Orders that buyers reserve by a button in the mall's page. Nobody vouches for a reservation, so the amount
-- of its attempt is provisional until the buyer has agreed to what the mall calculated.

ALTER TABLE payments ADD COLUMN quote text NOT NULL DEFAULT ''; -- empty: firm from the start; provisional, reviewed
ALTER TABLE payments ADD COLUMN intent text NOT NULL DEFAULT ''; -- what was reserved: the same wish is found again by it
ALTER TABLE payments ADD COLUMN pay_request bytea; -- what the buyer agreed to, sent again byte for byte
ALTER TABLE payments ADD COLUMN fixings integer NOT NULL DEFAULT 0; -- how often a buyer agreed

-- A row is stored before its attempt and may be left without one.
CREATE TABLE reservations (
    payment_id        text        NOT NULL,
    mall_id           text        NOT NULL,
    shop_no           integer     NOT NULL,
    number            text        NOT NULL,
    token             text        NOT NULL, -- of the buyer's link
    return_url        text        NOT NULL,
    notify_url        text        NOT NULL,
    button            bytea, -- what the company's script starts with, as it was answered
    sealed            bytea, -- the buyer and what is bought, encrypted for the mall; none once it was erased
    reviewed_minor    bigint      NOT NULL DEFAULT 0, -- what the buyer saw last; 0 before
    reviewed_currency text        NOT NULL DEFAULT '',
    created_at        timestamptz NOT NULL,
    expires_at        timestamptz NOT NULL,
    CONSTRAINT reservations_pkey PRIMARY KEY (payment_id),
    CONSTRAINT reservations_token UNIQUE (token)
);
CREATE INDEX reservations_order ON reservations (number, mall_id, created_at);
CREATE INDEX reservations_kept ON reservations (expires_at) WHERE sealed IS NOT NULL;
