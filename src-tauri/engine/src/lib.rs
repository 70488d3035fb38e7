//! The mail engine: accounts, sync, store. It knows nothing of windows, and runs without one.
//!
//! ```text
//!   server ──remote──▶ sync ──▶ store ──▶ view ──▶ window          wire → store → window
//!   window ──intent──▶ store ──▶ sync ──remote──▶ server           intent → store → wire
//! ```
//!
//! - [`engine::Engine`] is the whole surface: one method per command. Methods that read return in milliseconds.
//! - `view` and `error` hold what crosses to the window: plain data in its words. Never a UID, never a secret.
//! - `store` is one SQLite file, one writer, few readers. A message (content) and its place (folder, UID) are two things.
//! - `remote` is the seam to servers: the traits [`remote::Remote`] and [`remote::Connect`], and one implementation of them
//!   over sockets. Tests bring another, in memory, with faults.
//! - `sync` holds the tasks of each account: they list folders, visit them, and write what changed. `sync::plan` decides,
//!   from values alone; `sync::pull` does. At most three connections: one waits for news, one works, one serves the
//!   person; a fourth only while a search goes on on the server.
//! - `secrets` keeps passwords and access tokens (`remote::Credential`), in the system's keyring where there is one.
//! - `compose` makes drafts, templates and receipts and keeps them, `freeze` makes bytes of them, `outbox` sends those, once;
//!   `sync::filing` puts copies into Sent and Drafts.
//! - `transfer` and `images` bring attachments and, when asked, remote images.
//! - `store::conversations` keeps a row for each conversation in each list, beside the places it follows from and in their
//!   transaction; lists over all accounts show a mail once.
//! - `intent` files what a person does: one transaction with the visible change and the durable operation. What is shown is
//!   `rebase(server, waiting operations)`; `sync::replay` tells the server, and only its word ends an operation.
//! - `topics` says what changed, after commit, by name; `desktop` is what the engine needs of the desktop around it.
//! - `search` keeps the searches that are open, and teaches the index of words (`store::search`); `sync::searching` asks the servers.
//! - `snooze` is the due time of a message as keywords, so that it travels in the mailbox.
//!
//! Order of dependence, imports only to the left: `view`, `error` ← `snooze`, `rebase` ← `store` ← `freeze`, `intent` ← `remote` ←
//! `sync` ← `outbox`, `compose` ← `engine`.

mod compose;
mod crash;
pub mod desktop;
pub mod engine;
pub mod error;
mod freeze;
mod images;
mod intent;
mod outbox;
mod rebase;
pub mod remote;
mod search;
mod secrets;
mod snooze;
mod store;
/// What the bench measures of the store by itself.
#[cfg(feature = "figures")]
pub use store::figures;
mod sync;
pub mod topics;
mod transfer;
pub mod view;
