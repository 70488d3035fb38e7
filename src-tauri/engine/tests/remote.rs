//! The connection to a server, tested against a real one, against recorded answers, and against servers that lie.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "remote/appending.rs"]
mod appending;
#[path = "remote/changes.rs"]
mod changes;
#[path = "remote/changes_live.rs"]
mod changes_live;
#[path = "remote/discover.rs"]
mod discover;
#[path = "remote/hostile.rs"]
mod hostile;
#[path = "remote/live.rs"]
mod live;
#[path = "remote/quirks.rs"]
mod quirks;
#[path = "remote/script.rs"]
mod script;
#[path = "remote/searching.rs"]
mod searching;
#[path = "remote/smtp.rs"]
mod smtp;
#[path = "remote/starttls.rs"]
mod starttls;
#[path = "remote/submission.rs"]
mod submission;
#[path = "remote/thread_ids.rs"]
mod thread_ids;
#[path = "remote/transcripts.rs"]
mod transcripts;
