DROP INDEX credentials_unerased;
ALTER TABLE credentials DROP COLUMN erased_at;
ALTER TABLE shops DROP COLUMN switching_until;
ALTER TABLE shops DROP COLUMN switching_to;
