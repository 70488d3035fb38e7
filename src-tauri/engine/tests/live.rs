//! The engine against a real Dovecot, through the surface that the window uses. What is asserted is asked of the server by
//! `doveadm`, or of a proxy on the wire, never of our own engine alone.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "live/room.rs"]
mod room;

#[path = "live/accounts.rs"]
mod accounts;
#[path = "live/reading.rs"]
mod reading;
#[path = "live/syncing.rs"]
mod syncing;
