-- Merchants, their accounts at companies in versions, their shops and every partner id ever given out.

CREATE TABLE merchants (
    id         text        NOT NULL,
    mall_id    text        NOT NULL,
    domains    text        NOT NULL DEFAULT '', -- host names, separated by blanks
    created_at text        NOT NULL,
    version    integer     NOT NULL,
    CONSTRAINT merchants_pkey PRIMARY KEY (id),
    CONSTRAINT merchants_mall UNIQUE (mall_id)
);

CREATE TABLE credentials (
    merchant_id text        NOT NULL,
    version     integer     NOT NULL,
    gateway     text        NOT NULL,
    fingerprint text        NOT NULL,
    public_key  text        NOT NULL,
    sealed      blob        NOT NULL, -- the secret key, encrypted for this mall
    created_at  text        NOT NULL,
    retired_at  text,
    CONSTRAINT credentials_pkey PRIMARY KEY (merchant_id, version),
    CONSTRAINT credentials_merchant FOREIGN KEY (merchant_id) REFERENCES merchants (id)
);

CREATE TABLE shops (
    merchant_id       text    NOT NULL,
    shop_no           integer NOT NULL,
    position          integer NOT NULL, -- in the merchant's list, from 0
    name              text    NOT NULL,
    currency          text    NOT NULL,
    enabled           integer NOT NULL,
    external_checkout integer NOT NULL,
    CONSTRAINT shops_pkey PRIMARY KEY (merchant_id, shop_no),
    CONSTRAINT shops_merchant FOREIGN KEY (merchant_id) REFERENCES merchants (id)
);

-- An id belongs to one shop for ever: Cafe24 may call by any that was ever registered.
CREATE TABLE partner_ids (
    partner_id  text    NOT NULL,
    merchant_id text    NOT NULL,
    shop_no     integer NOT NULL,
    position    integer NOT NULL, -- the highest is the current one
    CONSTRAINT partner_ids_pkey PRIMARY KEY (partner_id),
    CONSTRAINT partner_ids_shop FOREIGN KEY (merchant_id, shop_no) REFERENCES shops (merchant_id, shop_no)
);
CREATE INDEX partner_ids_of_shop ON partner_ids (merchant_id, shop_no);
