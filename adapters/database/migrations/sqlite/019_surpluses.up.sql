-- What was paid twice is found among all attempts, until it has gone back, by the events that said so: they
-- are few, and never change.

CREATE INDEX events_surplus ON events (payment_id) WHERE kind = 'surplus_found';
