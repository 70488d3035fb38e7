-- Why: the first shape of the store.
--
-- A message (content) and its place (folder, UID) are two things: a copy or a move costs a row, and bodies survive both.
-- A folder's spine is every UID its server named: those of its rows, and those in `todo`, whose headers are still to be
-- fetched, written as ranges ("1:5,9"). So "deleted" is never confused with "not fetched yet".
-- Ids are never reused (AUTOINCREMENT): a window may still hold one.

CREATE TABLE account (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    position   INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    email      TEXT    NOT NULL,
    label      TEXT    NOT NULL,
    color      TEXT    NOT NULL,
    signed_out INTEGER NOT NULL DEFAULT 0,
    incoming   TEXT    NOT NULL,            -- ServerSettings as JSON; no secret in it
    outgoing   TEXT                         -- the same; NULL = receive only
) STRICT;

CREATE TABLE folder (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    account       INTEGER NOT NULL REFERENCES account (id),
    mailbox       TEXT    NOT NULL,         -- the name exactly as the server writes it
    path          TEXT    NOT NULL,         -- decoded for the eye
    delimiter     TEXT,
    role          INTEGER NOT NULL DEFAULT 0,
    selectable    INTEGER NOT NULL DEFAULT 1,
    uidvalidity   INTEGER,                  -- NULL = never opened
    uidnext       INTEGER,                  -- arrivals are looked for from here on
    modseq        INTEGER,                  -- HIGHESTMODSEQ of our state; NULL = the server has none
    todo          TEXT    NOT NULL DEFAULT '',
    server_total  INTEGER NOT NULL DEFAULT 0, -- as STATUS said last
    server_unread INTEGER NOT NULL DEFAULT 0,
    total         INTEGER NOT NULL DEFAULT 0, -- rows shown; kept in the transaction that changes them
    unread        INTEGER NOT NULL DEFAULT 0,
    keep_days     INTEGER,
    missing_since INTEGER,                  -- LIST does not name it any more
    UNIQUE (account, mailbox)
) STRICT;

CREATE TABLE message (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account     INTEGER NOT NULL,
    identity    INTEGER NOT NULL,           -- 64-bit hash of what names the content, to know it again in another place
    who         TEXT    NOT NULL,           -- sender for the list
    whom        TEXT    NOT NULL,           -- recipients for the list, in Sent and Drafts; else empty
    subject     TEXT    NOT NULL,
    preview     TEXT,                       -- NULL = not known yet
    date        INTEGER NOT NULL,           -- Date header, else when it was received
    size        INTEGER NOT NULL,
    message_id  TEXT,
    refs        TEXT,                       -- In-Reply-To and References, space between
    list_id     TEXT,
    people      TEXT    NOT NULL,           -- From, To, Cc, … as JSON
    structure   TEXT,                       -- letter::structure::Part as JSON; NULL = could not be read
    attachments INTEGER NOT NULL DEFAULT 0,
    damaged     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX message_identity ON message (identity);
CREATE INDEX message_damaged ON message (account) WHERE damaged = 1;

CREATE TABLE placement (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    folder   INTEGER NOT NULL,
    uid      INTEGER NOT NULL,              -- negative: a place under an older UIDVALIDITY, shown until matched again
    message  INTEGER NOT NULL,
    date     INTEGER NOT NULL,              -- INTERNALDATE: the order of lists
    flags    INTEGER NOT NULL,              -- 1 seen, 2 flagged, 4 answered, 8 draft, 16 deleted, 32 forwarded
    keywords TEXT    NOT NULL DEFAULT '',
    inbox    INTEGER NOT NULL,              -- its folder is an inbox
    files    INTEGER NOT NULL,              -- the message has attachments
    gone     INTEGER,                       -- when the server first failed to name it; removed after a second look
    hidden   INTEGER GENERATED ALWAYS AS (gone IS NOT NULL OR (flags & 16) <> 0) VIRTUAL,
    UNIQUE (folder, uid)
) STRICT;
CREATE INDEX placement_message ON placement (message);
CREATE INDEX placement_list ON placement (folder, date DESC, id DESC) WHERE hidden = 0;
CREATE INDEX placement_list_unread ON placement (folder, date DESC, id DESC) WHERE hidden = 0 AND (flags & 1) = 0;
CREATE INDEX placement_list_files ON placement (folder, date DESC, id DESC) WHERE hidden = 0 AND files = 1;
CREATE INDEX placement_inbox ON placement (date DESC, id DESC) WHERE hidden = 0 AND inbox = 1;
CREATE INDEX placement_inbox_unread ON placement (date DESC, id DESC) WHERE hidden = 0 AND inbox = 1 AND (flags & 1) = 0;
CREATE INDEX placement_flagged ON placement (date DESC, id DESC) WHERE hidden = 0 AND (flags & 2) = 2;

-- Messages without a place: kept for a day, so that what is open stays readable.
CREATE TABLE orphan (
    message INTEGER PRIMARY KEY,
    since   INTEGER NOT NULL
) STRICT;

-- The text of a message, decoded and cleaned once.
CREATE TABLE body (
    message INTEGER PRIMARY KEY,
    html    BLOB,                           -- cleaned, zstd; NULL = the message has no HTML
    plain   BLOB,                           -- laid out from the plain text, zstd
    images  TEXT    NOT NULL,               -- remote images as JSON
    cids    TEXT    NOT NULL,               -- Content-IDs the HTML shows, as JSON
    cut     INTEGER NOT NULL,
    fetched INTEGER NOT NULL
) STRICT;

-- Parts that were fetched; the bytes are in the profile's files/, under names made of ids alone.
CREATE TABLE part (
    message INTEGER NOT NULL,
    section TEXT    NOT NULL,
    file    TEXT    NOT NULL,
    size    INTEGER NOT NULL,
    PRIMARY KEY (message, section)
) STRICT, WITHOUT ROWID;

-- Remote images that the person let be loaded.
CREATE TABLE image (
    message INTEGER NOT NULL,
    n       INTEGER NOT NULL,
    mime    TEXT,                           -- NULL = could not be had
    file    TEXT,
    PRIMARY KEY (message, n)
) STRICT, WITHOUT ROWID;

-- Senders whose remote images are always loaded, in one account.
CREATE TABLE trusted_sender (
    account INTEGER NOT NULL,
    email   TEXT    NOT NULL,
    PRIMARY KEY (account, email)
) STRICT, WITHOUT ROWID;

-- Why a row left the view.
CREATE TABLE ledger (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    account INTEGER NOT NULL,
    folder  INTEGER NOT NULL,
    message INTEGER NOT NULL,
    cause   TEXT    NOT NULL
) STRICT;

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
