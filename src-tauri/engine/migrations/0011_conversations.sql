-- Why: lists of conversations, and lists over all accounts in which a mail stands once.
--
-- A list of conversations has one row per thread, in the order of its newest message in that list. These rows (`talk`) and their
-- numbers (`tally`) are kept, so that any page of a million messages costs the page. They follow from the places; whatever changes a
-- place names its thread in `stale`, by trigger, so that nobody who writes can forget to, and the store makes the rows of those
-- threads anew before the same transaction commits.
-- A list over all accounts shows one of the copies of a mail: `placement.lists` has a bit for each such list that the place stands in.

ALTER TABLE account ADD COLUMN in_all INTEGER NOT NULL DEFAULT 1;  -- 0 = left out of the lists over all accounts
ALTER TABLE message ADD COLUMN server_thread INTEGER;              -- hash of THREADID or X-GM-THRID; NULL = the server has none
ALTER TABLE placement ADD COLUMN lists INTEGER NOT NULL DEFAULT 0; -- 1 inboxes, 2 unread, 4 flagged, 8 snoozed, 16 drafts, 32 sent, 64 all mail; 128 = for copies, too

-- A thread, or minus the id of a message that is not joined yet.
CREATE TABLE stale (
    thread INTEGER PRIMARY KEY,
    later  INTEGER NOT NULL                 -- 1 = not in the transaction that named it, but little by little
) STRICT;
CREATE INDEX stale_now ON stale (thread) WHERE later = 0;

CREATE TABLE talk (
    thread   INTEGER NOT NULL,              -- as in stale
    scope    INTEGER NOT NULL,              -- a folder; -1 inboxes, -2 unread, -3 flagged, -4 snoozed, -5 drafts, -6 sent, -7 all mail
    date     INTEGER NOT NULL,              -- of its newest place there; of the snoozed, minus the soonest due time
    place    INTEGER NOT NULL,              -- its newest place there
    messages INTEGER NOT NULL,              -- mails there, and how many of them are unread, flagged, with files
    unread   INTEGER NOT NULL,
    flagged  INTEGER NOT NULL,
    files    INTEGER NOT NULL,
    PRIMARY KEY (thread, scope)
) STRICT, WITHOUT ROWID;
CREATE INDEX talk_list ON talk (scope, date DESC, place DESC);
CREATE INDEX talk_unread ON talk (scope, date DESC, place DESC, unread) WHERE unread > 0;
CREATE INDEX talk_flagged ON talk (scope, date DESC, place DESC, flagged) WHERE flagged > 0;
CREATE INDEX talk_files ON talk (scope, date DESC, place DESC, files) WHERE files > 0;

-- How many conversations there are in a scope, and how many mails; with something unread, flagged, with files.
CREATE TABLE tally (
    scope         INTEGER PRIMARY KEY,
    talks         INTEGER NOT NULL,
    unread_talks  INTEGER NOT NULL,
    flagged_talks INTEGER NOT NULL,
    file_talks    INTEGER NOT NULL,
    mails         INTEGER NOT NULL,
    unread        INTEGER NOT NULL,
    flagged       INTEGER NOT NULL,
    files         INTEGER NOT NULL
) STRICT;

DROP INDEX placement_inbox;
DROP INDEX placement_inbox_unread;
DROP INDEX placement_flagged;
DROP INDEX placement_snoozed;
CREATE INDEX placement_list_flagged ON placement (folder, date DESC, id DESC) WHERE hidden = 0 AND asleep = 0 AND (flags & 2) = 2;
CREATE INDEX placement_inbox ON placement (date DESC, id DESC) WHERE (lists & 1) = 1;
CREATE INDEX placement_inbox_unread ON placement (date DESC, id DESC) WHERE (lists & 1) = 1 AND (flags & 1) = 0;
CREATE INDEX placement_unread ON placement (date DESC, id DESC) WHERE (lists & 2) = 2;
CREATE INDEX placement_flagged ON placement (date DESC, id DESC) WHERE (lists & 4) = 4;
-- Soonest first, walked in the same direction as the others.
CREATE INDEX placement_snoozed ON placement ((-due) DESC, id DESC) WHERE (lists & 8) = 8;
CREATE INDEX placement_drafts ON placement (date DESC, id DESC) WHERE (lists & 16) = 16;
CREATE INDEX placement_sent ON placement (date DESC, id DESC) WHERE (lists & 32) = 32;
CREATE INDEX placement_all ON placement (date DESC, id DESC) WHERE (lists & 64) = 64;

CREATE TRIGGER placement_made AFTER INSERT ON placement BEGIN
    INSERT OR REPLACE INTO stale SELECT CASE thread WHEN 0 THEN -id ELSE thread END, 0 FROM message WHERE id = NEW.message;
END;
CREATE TRIGGER placement_changed AFTER UPDATE OF folder, message, date, flags, files, gone, asleep, due ON placement
    WHEN OLD.folder <> NEW.folder OR OLD.message <> NEW.message OR OLD.date <> NEW.date OR (OLD.flags & 19) <> (NEW.flags & 19)
        OR OLD.files <> NEW.files OR OLD.hidden <> NEW.hidden OR OLD.asleep <> NEW.asleep OR OLD.due IS NOT NEW.due
BEGIN
    INSERT OR REPLACE INTO stale SELECT CASE thread WHEN 0 THEN -id ELSE thread END, 0 FROM message WHERE id = NEW.message;
    INSERT OR REPLACE INTO stale SELECT CASE thread WHEN 0 THEN -id ELSE thread END, 0 FROM message
        WHERE id = OLD.message AND OLD.message <> NEW.message;
END;
CREATE TRIGGER placement_removed AFTER DELETE ON placement BEGIN
    INSERT OR REPLACE INTO stale SELECT CASE thread WHEN 0 THEN -id ELSE thread END, 0 FROM message WHERE id = OLD.message;
END;
CREATE TRIGGER message_joined AFTER UPDATE OF thread ON message WHEN OLD.thread <> NEW.thread BEGIN
    INSERT OR REPLACE INTO stale VALUES (CASE OLD.thread WHEN 0 THEN -OLD.id ELSE OLD.thread END, 0);
    INSERT OR REPLACE INTO stale VALUES (CASE NEW.thread WHEN 0 THEN -NEW.id ELSE NEW.thread END, 0);
END;
CREATE TRIGGER message_removed AFTER DELETE ON message BEGIN
    INSERT OR REPLACE INTO stale VALUES (CASE OLD.thread WHEN 0 THEN -OLD.id ELSE OLD.thread END, 0);
END;
CREATE TRIGGER folder_turned AFTER UPDATE OF role ON folder WHEN OLD.role <> NEW.role BEGIN
    INSERT OR REPLACE INTO stale SELECT CASE m.thread WHEN 0 THEN -m.id ELSE m.thread END, 0
        FROM placement p CROSS JOIN message m ON m.id = p.message WHERE p.folder = NEW.id AND p.hidden = 0 AND p.asleep = 0;
    INSERT OR REPLACE INTO stale SELECT CASE m.thread WHEN 0 THEN -m.id ELSE m.thread END, 0
        FROM placement p CROSS JOIN message m ON m.id = p.message WHERE p.folder = NEW.id AND p.due IS NOT NULL;
END;
-- A whole account: little by little.
CREATE TRIGGER account_turned AFTER UPDATE OF in_all ON account WHEN OLD.in_all <> NEW.in_all BEGIN
    INSERT OR IGNORE INTO stale SELECT CASE m.thread WHEN 0 THEN -m.id ELSE m.thread END, 1 FROM folder f
        CROSS JOIN placement p ON p.folder = f.id AND p.hidden = 0 AND p.asleep = 0 CROSS JOIN message m ON m.id = p.message
        WHERE f.account = NEW.id;
    INSERT OR IGNORE INTO stale SELECT CASE m.thread WHEN 0 THEN -m.id ELSE m.thread END, 1 FROM folder f
        CROSS JOIN placement p ON p.folder = f.id AND p.due IS NOT NULL CROSS JOIN message m ON m.id = p.message
        WHERE f.account = NEW.id;
END;

INSERT INTO stale SELECT DISTINCT CASE thread WHEN 0 THEN -id ELSE thread END, 1 FROM message;
