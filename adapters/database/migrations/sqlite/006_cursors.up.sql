-- How far long walks through the tables have come, so that one that broke off can go on.

CREATE TABLE cursors (
    walk     text NOT NULL,
    place    text NOT NULL, -- empty: the walk has ended
    moved_at text NOT NULL,
    CONSTRAINT cursors_pkey PRIMARY KEY (walk)
);
