-- Why: what could not be carried to another account is not lost when its original turns out to be gone.
--
-- A way that ends before it has arrived (refused, its folder deleted, taken back) gives the message back to where it was; but where
-- it was is only what was last seen, and another program may have taken it away since. Its bytes are here, so they are kept until
-- the server has named the original once more: the place stays, shown nowhere, with the reason, and `original` is the place that is
-- to be asked about. Named: the bytes go. Gone: they are put where the person sees them.

ALTER TABLE recovered ADD COLUMN original INTEGER;  -- the place it is believed to be in; NULL = it is shown itself
CREATE INDEX recovered_original ON recovered (original) WHERE original IS NOT NULL;
