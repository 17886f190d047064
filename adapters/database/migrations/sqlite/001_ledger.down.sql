-- Takes the ledger away, with everything in it: for development, never for a rollback in production.
DROP TABLE movements;
DROP TABLE events;
DROP TABLE refunds;
DROP TABLE payments;
DROP TABLE orders;
