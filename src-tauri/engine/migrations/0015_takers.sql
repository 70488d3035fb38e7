-- Who takes part in a conversation was put together for every page of a list, from all messages of its conversations: more than half of
-- what a page cost. It is kept in the conversation's row now (JSON: how many mails, then name, address, unread of each who takes part),
-- made in the transaction that changes the thread.

ALTER TABLE talk ADD COLUMN takers TEXT NOT NULL DEFAULT '';

-- Rows that are there are made anew behind the window; until then they name who wrote last.
INSERT OR IGNORE INTO stale SELECT DISTINCT thread, 1 FROM talk;
