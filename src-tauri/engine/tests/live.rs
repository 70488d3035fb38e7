//! The engine against real servers, through the surface that the window uses. What is asserted is asked of the server by
//! `doveadm` or a raw IMAP client, or of a proxy on the wire, never of our own engine alone.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "live/disk.rs"]
mod disk;
#[path = "live/room.rs"]
mod room;
#[path = "live/serves.rs"]
mod serves;

#[path = "live/accounts.rs"]
mod accounts;
#[path = "live/acting.rs"]
mod acting;
#[path = "live/carrying.rs"]
mod carrying;
#[path = "live/cutting.rs"]
mod cutting;
#[path = "live/foldering.rs"]
mod foldering;
#[path = "live/lasting.rs"]
mod lasting;
#[path = "live/meeting.rs"]
mod meeting;
#[path = "live/queueing.rs"]
mod queueing;
#[path = "live/reading.rs"]
mod reading;
#[path = "live/searching.rs"]
mod searching;
#[path = "live/sending.rs"]
mod sending;
#[path = "live/snoozing.rs"]
mod snoozing;
#[path = "live/stalling.rs"]
mod stalling;
#[path = "live/submitting.rs"]
mod submitting;
#[path = "live/syncing.rs"]
mod syncing;
#[path = "live/threads.rs"]
mod threads;
#[path = "live/weather.rs"]
mod weather;
