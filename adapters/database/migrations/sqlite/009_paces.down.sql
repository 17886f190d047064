DROP INDEX outbox_youngest;
DROP INDEX outbox_refunds;
DROP TABLE paces;
