DROP INDEX webhooks_order;
DROP INDEX orders_mall;
