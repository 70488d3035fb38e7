-- Why: messages put aside until a time.
--
-- What is shown of a snooze follows from keywords (or `local_due`), folder and clock, and is stored so that lists and counts can be
-- served by indexes: a row that is asleep is in no list but those of the snoozed and the flagged. Once due it stands where a message
-- that came at the due time would, so the order key `date` becomes that; `received` then keeps when it came.

ALTER TABLE placement ADD COLUMN due INTEGER;                        -- as it is shown, Unix seconds; NULL = not snoozed
ALTER TABLE placement ADD COLUMN local_due INTEGER;                  -- snoozed here alone: the server lets no keywords be made
ALTER TABLE placement ADD COLUMN received INTEGER;                   -- INTERNALDATE where `date` is another; NULL = `date`
ALTER TABLE placement ADD COLUMN asleep INTEGER NOT NULL DEFAULT 0;  -- out of its list and its folder's numbers until due

DROP INDEX placement_list;
DROP INDEX placement_list_unread;
DROP INDEX placement_list_files;
DROP INDEX placement_inbox;
DROP INDEX placement_inbox_unread;
CREATE INDEX placement_list ON placement (folder, date DESC, id DESC) WHERE hidden = 0 AND asleep = 0;
CREATE INDEX placement_list_unread ON placement (folder, date DESC, id DESC) WHERE hidden = 0 AND asleep = 0 AND (flags & 1) = 0;
CREATE INDEX placement_list_files ON placement (folder, date DESC, id DESC) WHERE hidden = 0 AND asleep = 0 AND files = 1;
CREATE INDEX placement_inbox ON placement (date DESC, id DESC) WHERE hidden = 0 AND asleep = 0 AND inbox = 1;
CREATE INDEX placement_inbox_unread ON placement (date DESC, id DESC) WHERE hidden = 0 AND asleep = 0 AND inbox = 1 AND (flags & 1) = 0;
-- Soonest first, walked in the same direction as the others.
CREATE INDEX placement_snoozed ON placement ((-due) DESC, id DESC) WHERE hidden = 0 AND asleep = 1;
CREATE INDEX placement_asleep ON placement (due) WHERE asleep = 1;
CREATE INDEX placement_due ON placement (folder) WHERE due IS NOT NULL;

ALTER TABLE op ADD COLUMN due INTEGER;                               -- flags: snoozed until then, 0 = no longer; NULL = neither
ALTER TABLE op ADD COLUMN due_before INTEGER;                        -- what it was before, in the same words
ALTER TABLE parked ADD COLUMN due INTEGER;                           -- as in op
