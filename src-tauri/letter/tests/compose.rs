//! What is written, from outside: answers beside their expected results (`UPDATE_EXPECT=1` writes them anew), and bytes that are read
//! by others.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails should stop")]

#[path = "compose/bytes.rs"]
mod bytes;
#[path = "corpus/files.rs"]
mod files;
#[path = "compose/golden.rs"]
mod golden;
#[path = "compose/hostile.rs"]
mod hostile;
#[path = "compose/python.rs"]
mod python;
#[path = "compose/read.rs"]
mod read;
#[path = "compose/round.rs"]
mod round;
