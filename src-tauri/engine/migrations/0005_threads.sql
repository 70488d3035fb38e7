-- Why: messages stand together in conversations, across folders and accounts, and a conversation can be muted.
--
-- A conversation is what Message-IDs connect: every id that a message has or names leads to its thread, also an id whose message is
-- not here (yet). So a late parent finds what waited for it, and it does not matter what arrives first. Where an answer names no
-- message at all, its subject may join it (`topic`, `bare`).
-- A thread has the id of the message that founded it. Messages that were here before are joined in the background (thread = 0).

ALTER TABLE message ADD COLUMN thread INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN topic INTEGER NOT NULL DEFAULT 0;    -- 32-bit hash of the base subject; 0 = it joins nothing
ALTER TABLE message ADD COLUMN bare INTEGER NOT NULL DEFAULT 0;     -- an answer by its subject, which names no message
ALTER TABLE message ADD COLUMN muted INTEGER NOT NULL DEFAULT 0;    -- muted on this computer alone: its folder takes no new keywords
CREATE INDEX message_thread ON message (thread);
CREATE INDEX message_topic ON message (topic, date) WHERE topic <> 0;
CREATE INDEX message_bare ON message (topic, date) WHERE bare = 1;
CREATE INDEX message_muted ON message (thread) WHERE muted = 1;

CREATE TABLE msg_id (
    hash   INTEGER PRIMARY KEY,             -- first 64 bits of SHA-256 of a Message-ID
    thread INTEGER NOT NULL
) STRICT;

ALTER TABLE placement ADD COLUMN muted INTEGER GENERATED ALWAYS AS (instr(' ' || keywords || ' ', ' $Muted ') > 0) VIRTUAL;
CREATE INDEX placement_muted ON placement (message) WHERE muted = 1;
