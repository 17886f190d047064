-- Takes the letters away; the companies' own answers remain the authority.
DROP TABLE webhooks;
