-- The tokens of Cafe24's Admin API: one row a mall, locked by whoever renews them.

CREATE TABLE tokens (
    mall_id          text NOT NULL,
    sealed_access    blob, -- both encrypted for this mall; none before the app was installed
    sealed_refresh   blob,
    access_until     text,
    refresh_until    text,
    scopes           text NOT NULL, -- separated by blanks
    refreshing_until text,
    revoked_at       text,
    requests         text NOT NULL, -- when tokens were asked for lately: microseconds, separated by blanks
    CONSTRAINT tokens_pkey PRIMARY KEY (mall_id)
);
