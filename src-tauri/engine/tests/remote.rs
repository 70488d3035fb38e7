//! The connection to a server, tested against a real one, against recorded answers, and against servers that lie.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "remote/discover.rs"]
mod discover;
#[path = "remote/live.rs"]
mod live;
