-- Why: what a person does to folders waits for the server as what they do to mail does.
--
-- A folder is now held twice as well: as the server has it (mailbox, server_path, server_subscribed) and as it is shown (wanted,
-- path, subscribed, leaving). Shown = what the server has, with the waiting changes applied in their order; it is stored so that it
-- can be queried. A change is an operation without a place: kind 11 make, 12 rename or move, 13 delete, 14 subscribe. Its folder is
-- `source`, the one it goes under `target`, and the rest stands in `change`.
--
-- And: a message that can be stored nowhere any more has a place here, in a folder that no server knows.

ALTER TABLE folder ADD COLUMN server_path TEXT NOT NULL DEFAULT '';         -- decoded for the eye
ALTER TABLE folder ADD COLUMN server_subscribed INTEGER NOT NULL DEFAULT 1;
ALTER TABLE folder ADD COLUMN wanted TEXT;                                  -- the mailbox when all is told; NULL = as it is
ALTER TABLE folder ADD COLUMN leaving INTEGER NOT NULL DEFAULT 0;           -- to be deleted
ALTER TABLE folder ADD COLUMN local INTEGER NOT NULL DEFAULT 0;             -- no server knows it
UPDATE folder SET server_path = path, server_subscribed = subscribed;

ALTER TABLE op ADD COLUMN change TEXT;          -- what is done to a folder, as JSON
ALTER TABLE op ADD COLUMN begun_name TEXT;      -- rename: the new mailbox, as it was sent
CREATE INDEX op_folder ON op (source) WHERE state = 0 AND placement = 0;

-- Why a message is in a local folder.
CREATE TABLE recovered (
    placement INTEGER PRIMARY KEY,
    reason    TEXT NOT NULL                     -- UiError as JSON
) STRICT;
