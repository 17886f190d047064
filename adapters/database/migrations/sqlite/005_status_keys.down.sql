-- The keys are lost; malls are answered 404 until the next checkout request of an order.

DROP INDEX orders_status_key;
ALTER TABLE orders DROP COLUMN status_key;
