-- Malls that are paused take payments again.
ALTER TABLE merchants DROP COLUMN paused;
