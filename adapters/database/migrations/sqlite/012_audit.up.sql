-- Who changed what at a mall, and when. What was written stays, whoever asks.

CREATE TABLE audit (
    id      integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    mall_id text    NOT NULL,
    who     text    NOT NULL, -- a user id of Cafe24, an operator, or system
    deed    text    NOT NULL, -- a stable code: pages translate it
    detail  text    NOT NULL, -- never a secret
    at      text    NOT NULL
);
CREATE INDEX audit_mall ON audit (mall_id, id);
CREATE TRIGGER audit_stay BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END;
CREATE TRIGGER audit_live BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is never deleted'); END;
