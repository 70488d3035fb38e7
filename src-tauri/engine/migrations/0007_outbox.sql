-- Why: writing that cannot be lost, and mail that is sent once.
--
-- A draft is what somebody writes; every save is a version of it. What was handed over to be sent is frozen: its bytes are a file in
-- the profile's files/, its Message-ID and recipients stand here, and from `begun` on it may have reached the server. Nothing that
-- has begun is ever begun again by itself unless the server has said that it does not have it.

CREATE TABLE identity (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    account         INTEGER NOT NULL,
    name            TEXT    NOT NULL,
    email           TEXT    NOT NULL,
    reply_to        TEXT    NOT NULL DEFAULT '',
    signature       TEXT    NOT NULL DEFAULT '',   -- cleaned HTML
    signature_above INTEGER NOT NULL DEFAULT 0,
    bcc             TEXT    NOT NULL DEFAULT '',
    is_default      INTEGER NOT NULL DEFAULT 0,
    removed         INTEGER NOT NULL DEFAULT 0     -- drafts may still name it
) STRICT;
CREATE INDEX identity_account ON identity (account);

-- Every account has at least its own, whoever makes the account.
INSERT INTO identity (account, name, email, is_default) SELECT id, name, email, 1 FROM account ORDER BY position, id;
CREATE TRIGGER account_identity AFTER INSERT ON account BEGIN
    INSERT INTO identity (account, name, email, is_default)
        SELECT new.id, new.name, new.email, 1 WHERE NOT EXISTS (SELECT 1 FROM identity i WHERE i.account = new.id);
END;
CREATE TRIGGER account_renamed AFTER UPDATE OF name ON account BEGIN
    UPDATE identity SET name = new.name WHERE account = new.id AND email = new.email AND name = old.name;
END;

CREATE TABLE draft (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    account        INTEGER NOT NULL,
    version        INTEGER NOT NULL,               -- the last
    content        BLOB    NOT NULL,               -- JSON, zstd: recipients, subject, text
    answer         INTEGER,                        -- the message it answers
    answer_kind    TEXT,
    in_reply_to    TEXT,                           -- kept here too: the message may be gone when this is sent
    refs           TEXT,
    changed        INTEGER NOT NULL,
    discarded      INTEGER,                        -- when; kept for thirty days
    outgoing       INTEGER,                        -- handed over to be sent, or sent
    edits          INTEGER NOT NULL DEFAULT 0,     -- grows with whatever changes it, files too
    -- its copy in the server's Drafts
    token          TEXT    NOT NULL,               -- names it there: the Message-ID begins with it
    copy_due       INTEGER,                        -- NULL: the server has what we have
    copy_serial    INTEGER NOT NULL DEFAULT 0,     -- of the last that was begun
    copy_id        TEXT,                           -- its Message-ID
    copy_begun     INTEGER,                        -- `edits` when its APPEND was begun; NULL: none is under way
    copy_place     INTEGER,                        -- where it is: what we put there or took up, and nothing else, is ever taken away
    copy_tries     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX draft_unsent ON draft (changed) WHERE discarded IS NULL AND outgoing IS NULL;
CREATE INDEX draft_due ON draft (account, copy_due) WHERE copy_due IS NOT NULL;
CREATE INDEX draft_copy ON draft (copy_place) WHERE copy_place IS NOT NULL;

CREATE TABLE draft_version (
    draft   INTEGER NOT NULL,
    version INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    subject TEXT    NOT NULL,
    words   INTEGER NOT NULL,
    content BLOB    NOT NULL,
    kept    INTEGER NOT NULL DEFAULT 0,            -- what came after was not made from it: never thinned out
    PRIMARY KEY (draft, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE draft_file (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    draft   INTEGER NOT NULL,
    name    TEXT    NOT NULL,
    mime    TEXT    NOT NULL,
    size    INTEGER NOT NULL,
    cid     TEXT,                                  -- Content-ID of an inline picture
    file    TEXT,                                  -- in files/; NULL = still on the server, as part `section` of `message`
    message INTEGER,
    section TEXT,
    removed INTEGER                                -- when; an older version may still show it
) STRICT;
CREATE INDEX draft_file_draft ON draft_file (draft);

CREATE TABLE outgoing (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account    INTEGER NOT NULL,
    draft      INTEGER NOT NULL,
    message_id TEXT    NOT NULL,                   -- without brackets
    subject    TEXT    NOT NULL,
    people     TEXT    NOT NULL,                   -- To for the window, JSON
    sender     TEXT    NOT NULL,                   -- MAIL FROM
    file       TEXT,                               -- what travels; NULL = attachments are still on a server
    copy_file  TEXT,                               -- what is put into Sent, where that is another: with Bcc
    size       INTEGER NOT NULL,
    utf8       INTEGER NOT NULL,                   -- SMTPUTF8
    eight_bit  INTEGER NOT NULL,                   -- 8BITMIME
    queued     INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    state      INTEGER NOT NULL DEFAULT 0,         -- 0 waiting, 1 begun, 2 sent, 3 failed, 4 unknown, 5 taken back
    tries      INTEGER NOT NULL DEFAULT 0,
    refused    INTEGER,                            -- when the server first said "later": not for ever
    ended      INTEGER,
    error      TEXT,                               -- UiError as JSON
    -- the copy in Sent
    filing     INTEGER NOT NULL DEFAULT 0,         -- 0 nothing to do, 1 to be looked for, 2 APPEND may have reached the server
    looks      INTEGER NOT NULL DEFAULT 0,
    look_at    INTEGER
) STRICT;
CREATE INDEX outgoing_open ON outgoing (account, not_before) WHERE state IN (0, 1);
CREATE INDEX outgoing_look ON outgoing (account, look_at) WHERE look_at IS NOT NULL;
CREATE INDEX outgoing_draft ON outgoing (draft);

CREATE TABLE outgoing_recipient (
    outgoing INTEGER NOT NULL,
    position INTEGER NOT NULL,
    email    TEXT    NOT NULL,
    state    INTEGER NOT NULL DEFAULT 0,           -- 0 waiting, 1 accepted, 2 refused, 3 being sent to
    error    TEXT,                                 -- UiError as JSON
    PRIMARY KEY (outgoing, position)
) STRICT, WITHOUT ROWID;

-- Whom one wrote to, and who wrote.
CREATE TABLE contact (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    email   TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    name    TEXT    NOT NULL,
    written INTEGER NOT NULL DEFAULT 0,            -- how often one wrote to them
    heard   INTEGER NOT NULL DEFAULT 0,            -- how often they wrote
    last    INTEGER NOT NULL DEFAULT 0
) STRICT;
