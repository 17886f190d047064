-- Takes the outbox away, with work that nobody has done yet.
DROP TABLE outbox;
