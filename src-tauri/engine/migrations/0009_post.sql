-- Why: an address book that a person may edit, and texts that are written again and again.
--
-- Contacts were only gathered. From now on one may be the person's own (`kept`): what mail says changes its name no more. One that was
-- removed stays as a mark of its address, so that it is not gathered again until one writes to it. Names and addresses are found by
-- the words in them, folded (no case, no accents); a row whose `sorted` is NULL waits to be indexed, and whoever changes a name or an
-- address need not know that.

ALTER TABLE contact ADD COLUMN kept    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN removed INTEGER;    -- when
ALTER TABLE contact ADD COLUMN card    TEXT;       -- the vCard it came with, JSON, without its addresses
ALTER TABLE contact ADD COLUMN sorted  TEXT;       -- name, or address where there is none, folded
CREATE INDEX contact_unsorted ON contact (id) WHERE sorted IS NULL;
CREATE INDEX contact_sorted ON contact (sorted, id) WHERE removed IS NULL;

CREATE TABLE contact_word (
    word    TEXT    NOT NULL,
    contact INTEGER NOT NULL,
    PRIMARY KEY (word, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_word_contact ON contact_word (contact);
CREATE TRIGGER contact_renamed AFTER UPDATE OF name, email ON contact
WHEN old.name <> new.name OR old.email <> new.email BEGIN
    UPDATE contact SET sorted = NULL WHERE id = new.id;
END;
CREATE TRIGGER contact_deleted AFTER DELETE ON contact BEGIN
    DELETE FROM contact_word WHERE contact = old.id;
END;

CREATE TABLE template (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    name    TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    subject TEXT    NOT NULL,
    content BLOB    NOT NULL,                      -- as a draft's
    changed INTEGER NOT NULL
) STRICT;
CREATE TABLE template_file (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    template INTEGER NOT NULL,
    name     TEXT    NOT NULL,
    mime     TEXT    NOT NULL,
    size     INTEGER NOT NULL,
    cid      TEXT,
    file     TEXT    NOT NULL                      -- in files/
) STRICT;
CREATE INDEX template_file_template ON template_file (template);

-- An identity may have a Sent folder of its own, and answer for every address that matches a pattern (`*@my.example`).
ALTER TABLE identity ADD COLUMN catch_all   TEXT NOT NULL DEFAULT '';
ALTER TABLE identity ADD COLUMN sent_folder INTEGER;

-- A draft may pass a message on as it is (RFC 5322 §3.6.6): then its only file is that message, and no copy of it goes into Drafts.
ALTER TABLE draft ADD COLUMN redirect INTEGER NOT NULL DEFAULT 0;

-- What is sent may ask for reports of its delivery (RFC 3461), is filed where its identity wants it, or is not filed at all: what was
-- passed on has the Message-ID of its original, and a receipt (whose `draft` is 0) is nothing to look for.
ALTER TABLE outgoing ADD COLUMN report      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outgoing ADD COLUMN unfiled     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outgoing ADD COLUMN sent_folder INTEGER;

-- Whether a wish for a receipt was answered (RFC 8098), for servers that keep no keyword `$MDNSent`.
CREATE TABLE receipt (
    message  INTEGER PRIMARY KEY,
    answered INTEGER NOT NULL                      -- when
) STRICT;

-- The outgoing server may have a secret of its own. NULL: it is that of the account.
ALTER TABLE account ADD COLUMN own_login INTEGER;
