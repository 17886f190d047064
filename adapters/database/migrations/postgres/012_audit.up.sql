-- Who changed what at a mall, and when. What was written stays, whoever asks: refuse_change is the ledger's.

CREATE TABLE audit (
    id      bigint      GENERATED ALWAYS AS IDENTITY,
    mall_id text        NOT NULL,
    who     text        NOT NULL, -- a user id of Cafe24, an operator, or system
    deed    text        NOT NULL, -- a stable code: pages translate it
    detail  text        NOT NULL, -- never a secret
    at      timestamptz NOT NULL,
    CONSTRAINT audit_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_mall ON audit (mall_id, id);
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
