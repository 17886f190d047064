DROP TABLE reservations;
ALTER TABLE payments DROP COLUMN quote;
ALTER TABLE payments DROP COLUMN intent;
ALTER TABLE payments DROP COLUMN pay_request;
ALTER TABLE payments DROP COLUMN fixings;
