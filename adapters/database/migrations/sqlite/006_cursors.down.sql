-- Walks that broke off begin anew.
DROP TABLE cursors;
