-- A shop is enabled in two places, here and at the mall: who changes it says so first. Credentials that were
-- unlinked stay for the ledger, their secret does not.

ALTER TABLE shops ADD COLUMN switching_to boolean NOT NULL DEFAULT false; -- enabled or not, once the change ends
ALTER TABLE shops ADD COLUMN switching_until timestamptz; -- null: nobody changes it
ALTER TABLE credentials ADD COLUMN erased_at timestamptz; -- from then on sealed is empty
CREATE INDEX credentials_unerased ON credentials (merchant_id) WHERE retired_at IS NOT NULL AND erased_at IS NULL;
