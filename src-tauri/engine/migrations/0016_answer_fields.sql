-- Why: an answer goes where the original asks for it, also without network.
--
-- The store knew whom a message names, not where it was delivered, where its list takes posts and where its writer wants answers. Those
-- fields come with the text from now on; where a text came before, its server is asked when it is answered.
ALTER TABLE body ADD COLUMN fields BLOB; -- the header fields by which an answer goes, as they stand in the message; NULL = not known
