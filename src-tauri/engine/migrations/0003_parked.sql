-- Why: what waited for a server when the store was found damaged and made anew.
--
-- Places are gone with the old store, and come again from the server. What waited is kept by what names its message, and filed
-- again once the message is known in its folder.

CREATE TABLE parked (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    act            INTEGER NOT NULL,
    folder         INTEGER NOT NULL,        -- where the server had the message
    identity       INTEGER NOT NULL,        -- as in message
    kind           INTEGER NOT NULL,        -- as in op
    add_flags      INTEGER NOT NULL DEFAULT 0,
    remove_flags   INTEGER NOT NULL DEFAULT 0,
    add_keyword    TEXT,
    remove_keyword TEXT,
    target         INTEGER
) STRICT;
CREATE INDEX parked_folder ON parked (folder);
