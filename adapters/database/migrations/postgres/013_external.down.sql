DROP TABLE reservations;
ALTER TABLE payments DROP COLUMN quote, DROP COLUMN intent, DROP COLUMN pay_request, DROP COLUMN fixings;
