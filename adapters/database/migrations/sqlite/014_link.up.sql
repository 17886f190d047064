-- A shop is enabled in two places, here and at the mall: who changes it says so first. Credentials that were
-- unlinked stay for the ledger, their secret does not.

ALTER TABLE shops ADD COLUMN switching_to integer NOT NULL DEFAULT 0; -- enabled or not, once the change ends
ALTER TABLE shops ADD COLUMN switching_until text; -- null: nobody changes it
ALTER TABLE credentials ADD COLUMN erased_at text; -- from then on sealed is empty
CREATE INDEX credentials_unerased ON credentials (merchant_id) WHERE retired_at IS NOT NULL AND erased_at IS NULL;
