//! [`Imap`]: a signed-in connection, and the sole user of async-imap. From async-imap come tags, the SASL exchange, IDLE and
//! COMPRESS; all else is our own [`Wire`], because its high-level calls report a refusal or the end of the stream as an empty
//! success.
//!
//! - [`signin`]: greeting, capabilities, the password, what is enabled, compression
//! - [`mailboxes`]: LIST, STATUS, SELECT
//! - [`messages`]: UIDs, flags, previews, parts
//! - [`headers`]: the rows of the list
//! - [`changes`]: STORE, MOVE, COPY, EXPUNGE
//! - [`append`]: a message from a file
//! - [`mailbox_changes`]: mailboxes made, renamed, deleted
//! - [`search`]: what a person looks for; [`multisearch`]: in several mailboxes at once
//! - [`wait`]: IDLE, or asking again and again
//! - [`quirks`]: what some servers claim and cannot do, as data

mod append;
mod changes;
mod headers;
mod mailbox_changes;
mod mailboxes;
mod messages;
mod multisearch;
mod quirks;
mod search;
mod signin;
mod wait;

use super::tap::Tap;
use super::wire::Wire;
use super::{
    Capabilities, Changes, Copied, Fetched, FoundIn, Listed, MailboxName, Remote, Resume, SearchKey, Selected, Status,
    UidSet, Window,
};
use crate::error::Result;
use crate::remote::Woken;
use async_trait::async_trait;
use letter::compose::Original;
use letter::structure::Part;
use quirks::Quirks;
pub use signin::{Compression, SignIn, sign_in};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc};

/// async-imap's session over our tap.
pub(super) type Session = async_imap::Session<Tap>;

/// One signed-in connection.
#[derive(Debug)]
pub struct Imap {
    wire: Wire,
    capabilities: Capabilities,
    quirks: Quirks,
    traffic: Arc<super::tls::Traffic>,
    /// IDLE was refused once: this server only claims it.
    idle_refused: bool,
    /// A QRESYNC SELECT was refused once.
    resync_refused: bool,
    /// MOVE was answered by BAD once.
    move_refused: bool,
    /// What MULTISEARCH gave could not be trusted once.
    multisearch_refused: bool,
    compressed: bool,
}

impl Imap {
    /// Whether the connection is compressed.
    pub fn is_compressed(&self) -> bool {
        self.compressed
    }

    fn has(&self, name: &str) -> bool {
        self.capabilities.has(name)
    }
}

#[async_trait]
impl Remote for Imap {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn traffic(&self) -> (u64, u64) {
        self.traffic.read()
    }

    async fn list(&mut self) -> Result<Vec<Listed>> {
        self.list_all().await
    }

    async fn status(&mut self, names: &[MailboxName]) -> Result<Vec<Result<Status>>> {
        self.status_of(names).await
    }

    async fn select(&mut self, name: &MailboxName, resume: Option<Resume>) -> Result<Selected> {
        self.open_mailbox(name, resume).await
    }

    async fn uids(&mut self) -> Result<UidSet> {
        self.all_uids().await
    }

    async fn search(&mut self, key: &SearchKey) -> Result<UidSet> {
        self.look_for(key).await
    }

    fn can_search_mailboxes(&self) -> bool {
        self.has("MULTISEARCH") && !self.multisearch_refused
    }

    async fn search_mailboxes(&mut self, names: &[MailboxName], key: &SearchKey) -> Result<Vec<FoundIn>> {
        self.look_in(names, key).await
    }

    async fn exist(&mut self, uids: &UidSet) -> Result<UidSet> {
        self.which_exist(uids).await
    }

    async fn flags(&mut self, uids: &UidSet, since: Option<u64>) -> Result<Changes> {
        self.flags_of(uids, since).await
    }

    async fn headers(&mut self, window: Window, previews: bool, to: mpsc::Sender<Vec<Fetched>>) -> Result<()> {
        self.headers_of(window, previews, to).await
    }

    async fn previews(&mut self, uids: &UidSet) -> Result<Vec<(u32, String)>> {
        self.previews_of(uids).await
    }

    async fn part(&mut self, uid: u32, section: &str, offset: u64, length: u32) -> Result<Vec<u8>> {
        Ok(self.part_of(uid, section, offset, length, None).await?.0)
    }

    async fn text(&mut self, uid: u32, section: &str, length: u32) -> Result<(Vec<u8>, Option<Vec<u8>>)> {
        let fields = Original::FIELDS.join(" ").to_ascii_uppercase();
        self.part_of(uid, section, 0, length, Some(&fields)).await
    }

    async fn structure(&mut self, uid: u32) -> Result<Option<Part>> {
        self.structure_of(uid).await
    }

    fn can_move(&self) -> bool {
        (self.has("MOVE") || self.has("IMAP4REV2")) && !self.move_refused
    }

    fn can_expunge(&self) -> bool {
        self.has("UIDPLUS") || self.has("IMAP4REV2")
    }

    async fn store(&mut self, uids: &UidSet, add: &[String], remove: &[String]) -> Result<Option<u64>> {
        self.store_flags(uids, add, remove).await
    }

    async fn move_to(&mut self, uids: &UidSet, to: &MailboxName) -> Result<Copied> {
        self.move_messages(uids, to).await
    }

    async fn copy_to(&mut self, uids: &UidSet, to: &MailboxName) -> Result<Copied> {
        self.copy_messages(uids, to).await
    }

    async fn expunge(&mut self, uids: &UidSet) -> Result<()> {
        self.expunge_messages(uids).await
    }

    async fn append(
        &mut self,
        to: &MailboxName,
        flags: &[String],
        received: i64,
        message: &Path,
    ) -> Result<Option<(u32, u32)>> {
        self.append_file(to, flags, received, message).await
    }

    async fn create(&mut self, name: &MailboxName) -> Result<()> {
        self.create_mailbox(name).await
    }

    async fn rename(&mut self, from: &MailboxName, to: &MailboxName) -> Result<()> {
        self.rename_mailbox(from, to).await
    }

    async fn delete(&mut self, name: &MailboxName) -> Result<()> {
        self.delete_mailbox(name).await
    }

    async fn subscribe(&mut self, name: &MailboxName, on: bool) -> Result<()> {
        self.subscribe_mailbox(name, on).await
    }

    async fn wait(&mut self, at_most: Duration, interrupt: &Notify) -> Result<Woken> {
        self.wait_for_news(at_most, interrupt).await
    }

    async fn noop(&mut self) -> Result<()> {
        self.wire.begin()?;
        self.wire.run(super::wire::Command::new("NOOP"), |_| {}).await.map(drop)
    }

    async fn logout(&mut self) {
        let Ok(()) = self.wire.begin() else { return };
        // BYE and the end of the connection are what is asked for.
        let farewell = self.wire.run(super::wire::Command::new("LOGOUT"), |_| {});
        let _ended = tokio::time::timeout(Duration::from_secs(2), farewell).await;
    }
}
