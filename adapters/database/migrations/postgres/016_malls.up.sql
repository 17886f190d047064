-- What a merchant sees of his mall must not cost more the more other malls there are: its newest orders,
-- and the letters of companies about them.

CREATE INDEX orders_mall ON orders (mall_id, created_at);
CREATE INDEX webhooks_order ON webhooks (order_id) WHERE order_id <> '';
