-- Who comes into the admin pages, and who is there. Browsers hold the secrets; here are their SHA-256s.

CREATE TABLE launches (
    state     text        NOT NULL, -- what the consent page hands back
    browser   text        NOT NULL, -- what the browser that was sent there holds
    mall_id   text        NOT NULL,
    user_id   text        NOT NULL,
    user_name text        NOT NULL,
    role      integer     NOT NULL,
    language  text        NOT NULL,
    until     text        NOT NULL,
    CONSTRAINT launches_pkey PRIMARY KEY (state)
);
CREATE INDEX launches_mall ON launches (mall_id);
CREATE INDEX launches_until ON launches (until);

CREATE TABLE sessions (
    id         text        NOT NULL,
    mall_id    text        NOT NULL,
    user_id    text        NOT NULL,
    user_name  text        NOT NULL,
    role       integer     NOT NULL,
    language   text        NOT NULL,
    created_at text        NOT NULL,
    seen_at    text        NOT NULL,
    CONSTRAINT sessions_pkey PRIMARY KEY (id)
);
CREATE INDEX sessions_mall ON sessions (mall_id);

-- Cafe24's webhooks that were dealt with: it sends some twice.
CREATE TABLE announcements (
    trace_id    text        NOT NULL,
    mall_id     text        NOT NULL,
    event       text        NOT NULL,
    received_at text        NOT NULL,
    CONSTRAINT announcements_pkey PRIMARY KEY (trace_id)
);
CREATE INDEX announcements_received ON announcements (received_at);
