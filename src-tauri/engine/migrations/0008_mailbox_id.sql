-- Why: a folder that another program has renamed is the same folder.
--
-- Where the server gives each mailbox an id of its own (OBJECTID, RFC 8474), it is kept here: the same id under another name is the
-- same folder, and its rows, what waits for it, and what the person has said of it stay with it.

ALTER TABLE folder ADD COLUMN mailbox_id TEXT;
