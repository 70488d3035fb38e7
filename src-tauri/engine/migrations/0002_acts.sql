-- Why: what a person does to mail.
--
-- A place is now held twice: as the server has it (server_folder, uid, server_flags, server_keywords) and as it is shown (folder,
-- flags, keywords). Shown = rebase(server, waiting operations); it is stored so that lists can be queried. Where nothing waits the
-- two are equal.
-- An act is what the person did, once; an operation is what it means for one place. Operations stay for thirty days after they
-- ended: they are the timeline, and what "what happened to this mail?" is answered from.

CREATE TABLE place (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    folder          INTEGER NOT NULL,       -- where it is shown; 0 = nowhere
    server_folder   INTEGER,                -- where the server has it; NULL = nowhere yet: a copy on its way
    uid             INTEGER NOT NULL,       -- in server_folder; negative: not known, shown until matched with what the server names
    message         INTEGER NOT NULL,
    date            INTEGER NOT NULL,       -- INTERNALDATE: the order of lists
    flags           INTEGER NOT NULL,       -- 1 seen, 2 flagged, 4 answered, 8 draft, 16 deleted, 32 forwarded
    keywords        TEXT    NOT NULL DEFAULT '',
    server_flags    INTEGER NOT NULL,
    server_keywords TEXT    NOT NULL DEFAULT '',
    inbox           INTEGER NOT NULL,       -- the folder it is shown in is an inbox
    files           INTEGER NOT NULL,       -- the message has attachments
    gone            INTEGER,                -- when the server first failed to name it; removed after a second look
    hidden          INTEGER GENERATED ALWAYS AS (gone IS NOT NULL OR (flags & 16) <> 0 OR folder = 0) VIRTUAL,
    UNIQUE (server_folder, uid)
) STRICT;
INSERT INTO place (id, folder, server_folder, uid, message, date, flags, keywords, server_flags, server_keywords, inbox, files, gone)
    SELECT id, folder, folder, uid, message, date, flags, keywords, flags, keywords, inbox, files, gone FROM placement;
DROP TABLE placement;
ALTER TABLE place RENAME TO placement;
CREATE INDEX placement_message ON placement (message);
CREATE INDEX placement_list ON placement (folder, date DESC, id DESC) WHERE hidden = 0;
CREATE INDEX placement_list_unread ON placement (folder, date DESC, id DESC) WHERE hidden = 0 AND (flags & 1) = 0;
CREATE INDEX placement_list_files ON placement (folder, date DESC, id DESC) WHERE hidden = 0 AND files = 1;
CREATE INDEX placement_inbox ON placement (date DESC, id DESC) WHERE hidden = 0 AND inbox = 1;
CREATE INDEX placement_inbox_unread ON placement (date DESC, id DESC) WHERE hidden = 0 AND inbox = 1 AND (flags & 1) = 0;
CREATE INDEX placement_flagged ON placement (date DESC, id DESC) WHERE hidden = 0 AND (flags & 2) = 2;

CREATE TABLE act (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    at          INTEGER NOT NULL,           -- Unix milliseconds
    intent      TEXT    NOT NULL,           -- view::Intent as JSON
    quiet       INTEGER NOT NULL DEFAULT 0, -- not in the timeline: a message that was opened became read
    account     INTEGER NOT NULL,           -- of the first message
    count       INTEGER NOT NULL,
    subject     TEXT    NOT NULL,
    who         TEXT    NOT NULL,
    target      TEXT,                       -- name of the folder they went to
    undoes      INTEGER,                    -- it undid this act
    undone      INTEGER,                    -- this act undid it
    error       TEXT,                       -- the last refusal, UiError as JSON
    unseen      INTEGER NOT NULL DEFAULT 0, -- a refusal the person has not seen yet
    only_marked INTEGER NOT NULL DEFAULT 0  -- the server could only mark them as deleted
) STRICT;
CREATE INDEX act_at ON act (at);
CREATE INDEX act_unseen ON act (id) WHERE unseen = 1;

CREATE TABLE op (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    act            INTEGER NOT NULL,
    account        INTEGER NOT NULL,        -- whose server does it
    placement      INTEGER NOT NULL,
    message        INTEGER NOT NULL,
    kind           INTEGER NOT NULL,        -- 1 flags, 2 move, 3 copy, 4 delete, 5 carry to another account, 6 leave for it
    add_flags      INTEGER NOT NULL DEFAULT 0,
    remove_flags   INTEGER NOT NULL DEFAULT 0,
    add_keyword    TEXT,
    remove_keyword TEXT,
    source         INTEGER NOT NULL,        -- folder it was shown in before
    target         INTEGER,                 -- folder it is to be shown in
    other          INTEGER,                 -- copy, carry: the place that this one was made from; leave: the place it was made into
    state          INTEGER NOT NULL DEFAULT 0, -- 0 waiting, 1 done, 2 refused, 3 taken back before it was sent
    tries          INTEGER NOT NULL DEFAULT 0,
    not_before     INTEGER NOT NULL DEFAULT 0,
    error          TEXT,                    -- UiError as JSON
    begun          INTEGER,                 -- the target's UIDNEXT when it was sent; NULL = not a byte of it was
    begun_folder   INTEGER,                 -- where the server had it then, and under which numbers
    begun_uid      INTEGER,
    begun_validity INTEGER
) STRICT;
CREATE INDEX op_waiting ON op (account, id) WHERE state = 0;
CREATE INDEX op_begun ON op (begun_folder, begun_uid) WHERE state = 0 AND begun IS NOT NULL;
CREATE INDEX op_placement ON op (placement) WHERE state = 0;
CREATE INDEX op_other ON op (other) WHERE state = 0;
CREATE INDEX op_act ON op (act, state);
CREATE INDEX op_message ON op (message);

ALTER TABLE ledger ADD COLUMN subject TEXT NOT NULL DEFAULT '';  -- the message itself may be gone when somebody asks
ALTER TABLE ledger ADD COLUMN who TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN place TEXT NOT NULL DEFAULT '';
CREATE INDEX ledger_at ON ledger (at);
CREATE INDEX ledger_message ON ledger (message);

CREATE TABLE label (
    keyword  TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    name     TEXT NOT NULL,                 -- empty for the five that every client knows
    color    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO label (keyword, position, name, color) VALUES
    ('$label1', 1, '', '#c8402f'),
    ('$label2', 2, '', '#b5653a'),
    ('$label3', 3, '', '#2c8c6b'),
    ('$label4', 4, '', '#3a7ca5'),
    ('$label5', 5, '', '#7b61c4');

ALTER TABLE folder ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;   -- still to be made on the server
ALTER TABLE folder ADD COLUMN subscribed INTEGER NOT NULL DEFAULT 1;
ALTER TABLE folder ADD COLUMN favourite INTEGER;
ALTER TABLE folder ADD COLUMN chosen_role INTEGER;                  -- the person's word; NULL = as it was recognised
ALTER TABLE folder ADD COLUMN new_keywords INTEGER NOT NULL DEFAULT 1; -- \* in PERMANENTFLAGS
