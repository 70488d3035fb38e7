//! Journeys of a person through the real window, against real servers, each asserting the outcome with an eye that is not our
//! engine: `doveadm`, the wire, the keyring's own tool, the disk, the session bus.
//!
//! Each test has a desktop, servers and a profile of its own, waits for states and never for times, and leaves nothing
//! running. Built with `--features custom-protocol`, after `ui/dist`. Linux alone has WebKitWebDriver; the same journeys on
//! other systems await their drivers.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod app;
mod canary;
mod desk;
mod driver;
mod notices;
mod office;
mod shop;
mod world;
mod writing;

mod accounts;
mod acting;
mod arrival;
mod attachments;
mod cabinet;
mod composing;
mod conversing;
mod finding;
mod found;
mod hostile;
mod offline;
mod pace;
mod reading;
mod scale;
mod screens;
mod snoozing;
mod together;
