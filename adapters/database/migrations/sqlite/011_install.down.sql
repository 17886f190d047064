-- Everybody has to open the app from the mall's admin again.
DROP TABLE announcements;
DROP TABLE sessions;
DROP TABLE launches;
