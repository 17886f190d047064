DROP INDEX refunds_open_newest;
DROP INDEX payments_open;
