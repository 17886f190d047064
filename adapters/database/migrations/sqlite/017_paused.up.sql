-- Why a whole mall takes no payments for a time, separated by blanks: its shops keep their switches.
ALTER TABLE merchants ADD COLUMN paused text NOT NULL DEFAULT '';
