-- The tokens of Cafe24's Admin API: one row a mall, locked by whoever renews them.

CREATE TABLE tokens (
    mall_id          text NOT NULL,
    sealed_access    bytea, -- both encrypted for this mall; none before the app was installed
    sealed_refresh   bytea,
    access_until     timestamptz,
    refresh_until    timestamptz,
    scopes           text NOT NULL, -- separated by blanks
    refreshing_until timestamptz,
    revoked_at       timestamptz,
    requests         text NOT NULL, -- when tokens were asked for lately: microseconds, separated by blanks
    CONSTRAINT tokens_pkey PRIMARY KEY (mall_id)
);
