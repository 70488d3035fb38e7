-- Why: mail is found while one types.
--
-- The words of all mail are in a file of their own (search.sqlite in the profile): it can be lost or spoilt without any mail being,
-- and nobody who writes mail waits for it. What it still has to learn stands here, noted in the transaction that changed a message, so
-- nothing is ever missed: `edit` counts, so that what changes while it is being learnt is learnt once more.
-- `generation` names this store: an index that was made from another is made anew.
CREATE TABLE search_state (
    generation INTEGER NOT NULL
) STRICT;
INSERT INTO search_state (generation) VALUES (random());
CREATE TABLE search_todo (
    message INTEGER PRIMARY KEY,
    edit    INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO search_todo (message) SELECT id FROM message;
CREATE TRIGGER search_came AFTER INSERT ON message BEGIN
    INSERT INTO search_todo (message) VALUES (new.id) ON CONFLICT (message) DO UPDATE SET edit = edit + 1;
END;
CREATE TRIGGER search_learnt AFTER UPDATE OF structure, preview, subject, people, account ON message BEGIN
    INSERT INTO search_todo (message) VALUES (new.id) ON CONFLICT (message) DO UPDATE SET edit = edit + 1;
END;
CREATE TRIGGER search_left AFTER DELETE ON message BEGIN
    INSERT INTO search_todo (message) VALUES (old.id) ON CONFLICT (message) DO UPDATE SET edit = edit + 1;
END;
CREATE TRIGGER search_text AFTER INSERT ON body BEGIN
    INSERT INTO search_todo (message) VALUES (new.message) ON CONFLICT (message) DO UPDATE SET edit = edit + 1;
END;
-- Searches that the person keeps, in their order.
CREATE TABLE saved_search (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    position INTEGER NOT NULL,
    name     TEXT    NOT NULL,
    query    TEXT    NOT NULL
) STRICT;
