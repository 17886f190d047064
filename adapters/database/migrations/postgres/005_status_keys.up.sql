-- The key by which the mall asks for the status of a synchronous checkout: it alone names the order,
-- so it is unique. Orders from before have none and cannot be asked for.

ALTER TABLE orders ADD COLUMN status_key text NOT NULL DEFAULT '';
CREATE UNIQUE INDEX orders_status_key ON orders (status_key) WHERE status_key <> '';
