DROP INDEX events_surplus;
