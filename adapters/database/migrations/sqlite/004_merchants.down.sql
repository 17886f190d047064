-- Takes the merchants away, with their sealed credentials.
DROP TABLE partner_ids;
DROP TABLE shops;
DROP TABLE credentials;
DROP TABLE merchants;
