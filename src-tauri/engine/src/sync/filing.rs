//! What was sent is looked for in Sent, and put there where the provider has not; what is being written gets its copy in Drafts. Over
//! the connection that works, after replay.
//!
//! Both are matched by Message-ID alone: a server may rewrite what it is given. Nothing is appended that was not looked for just
//! before, so that a lost answer costs a look and no second copy.

mod copies;

use super::account::Account;
use super::pull::Pull;
use super::renamed;
use crate::error::{Error, Result, UiError};
use crate::remote::Remote;
use crate::store::files;
use crate::store::filings::Filing as Due;
use crate::store::folders::Folder;
use crate::store::now;
use crate::topics::Topic;
use crate::view::{Id, Role};
use std::sync::Arc;
use std::time::Duration;

/// Looks before a copy is put into Sent: some providers file by themselves, and take a moment.
const LOOKS: u32 = 2;
/// Seconds between them.
const PAUSE: i64 = 4;
/// Seconds between the looks for what may have been sent; after the last nobody looks any more.
const UNKNOWN: [i64; 6] = [10, 60, 180, 600, 3_600, 21_600];
/// The next try after a refusal, in seconds.
const REFUSED: i64 = 600;
/// Clocks differ: a message may have come so long before it was sent.
const CLOCKS: i64 = 2 * 86_400;

/// Files over one connection.
pub(super) struct Filing<'a> {
    account: &'a Arc<Account>,
    remote: &'a mut dyn Remote,
    /// LIST was read because a folder was not there: once is enough for one going over what is due.
    listed: bool,
}

impl<'a> Filing<'a> {
    pub(super) fn new(account: &'a Arc<Account>, remote: &'a mut dyn Remote) -> Self {
        Self { account, remote, listed: false }
    }

    /// Does all that is due. When the next will be.
    pub(super) async fn run(&mut self) -> Result<Option<Duration>> {
        let store = &self.account.house.store;
        let id = self.account.id;
        let due = store.filings_due(id).await?;
        let copies = store.copies_due(id).await?;
        let some = !due.is_empty() || !copies.is_empty();
        if some && !store.folders_of(id).await?.is_empty() {
            for one in due {
                self.file(one).await?;
            }
            for one in copies {
                self.copy(one).await?;
            }
        }
        let next = [store.next_filing(id).await?, store.next_copy(id).await?].into_iter().flatten().min();
        Ok(next.map(|t| Duration::from_secs(u64::try_from((t - now()).max(1)).unwrap_or(1))))
    }

    /// The folder of a role, looked at just now. None: it cannot be used now, and why is in the log.
    async fn folder(&mut self, role: Role, name: &str) -> Result<Option<Folder>> {
        let store = &self.account.house.store;
        let folder = match store.folder_of_role(self.account.id, role, name).await {
            Ok(folder) if folder.waiting => {
                // Made by replay, which is woken.
                self.account.house.topics.tell([Topic::Folders]);
                self.account.tell_server();
                return Ok(None);
            }
            Ok(folder) => folder,
            Err(e @ Error::Store(_)) => return Err(e),
            Err(e) => {
                tracing::info!(account = self.account.id, error = %e, "there is no folder for this");
                return Ok(None);
            }
        };
        self.looked_at(folder.id).await
    }

    /// A folder, after a look at it. None: it cannot be opened now.
    async fn looked_at(&mut self, folder: Id) -> Result<Option<Folder>> {
        Ok(if self.look(folder).await? { Some(self.account.house.store.folder(folder).await?) } else { None })
    }

    /// Looks at a folder, under the name that it has now. False: it cannot be opened now.
    async fn look(&mut self, folder: Id) -> Result<bool> {
        let ended = match self.visit(folder).await {
            Err(e) if !self.listed && renamed::about_a_name(&e) => {
                // Another program may have renamed it.
                self.listed = true;
                renamed::read_names(&self.account.house.store, self.remote, self.account.id).await?;
                self.account.house.topics.tell([Topic::Folders]);
                self.visit(folder).await
            }
            ended => ended,
        };
        match ended {
            Ok(()) => Ok(true),
            Err(e) if e.breaks_connection() || matches!(e, Error::Store(_)) => Err(e),
            Err(e) => {
                tracing::info!(folder, error = %e, "a folder could not be looked at");
                Ok(false)
            }
        }
    }

    async fn visit(&mut self, folder: Id) -> Result<()> {
        let mut pull = Pull { house: &self.account.house, remote: self.remote, cursors: &self.account.cursors };
        pull.visit(folder).await
    }

    /// One message that was, or may have been, sent.
    async fn file(&mut self, due: Due) -> Result<()> {
        let store = self.account.house.store.clone();
        let role = self.folder(Role::Sent, "Sent").await?;
        // Its identity's own comes first; a provider that files by itself knows one Sent alone.
        let own = self.own_folder(&due).await?;
        let Some(sent) = own.clone().or_else(|| role.clone()) else {
            return store.look_later(due.id, Some(if due.looks == 0 { PAUSE } else { REFUSED })).await;
        };
        let mut there = false;
        for folder in own.iter().chain(&role) {
            there |= store.place_by_message_id(folder.id, &due.message_id, due.queued - CLOCKS).await?.is_some();
        }
        if there {
            if due.sent {
                self.filed(due.id).await?;
            } else {
                let folders = store.outgoing_was_sent(due.id, true).await?;
                self.tell(folders);
            }
            self.account.house.topics.tell([Topic::Outgoing]);
            return Ok(());
        }
        if !due.sent {
            let next = usize::try_from(due.looks).ok().and_then(|n| UNKNOWN.get(n)).copied();
            return store.look_later(due.id, next).await;
        }
        if due.looks < LOOKS {
            return store.look_later(due.id, Some(PAUSE)).await;
        }
        store.begin_filing(due.id).await?;
        let file = files::folder(&self.account.house.profile).join(&due.file);
        let appended = self.remote.append(&sent.mailbox, &["\\Seen".to_owned()], due.ended, &file).await;
        crate::crash::step();
        match appended {
            Ok(_) => {
                self.filed(due.id).await?;
                self.look(sent.id).await?;
                Ok(())
            }
            // Looked for, twice, before it is tried again.
            Err(e) if e.breaks_connection() => Err(e),
            Err(e) => {
                // The message is sent, whatever becomes of its copy: kept here until there is room for it.
                tracing::warn!(outgoing = due.id, error = %e, "the copy could not be put into Sent");
                self.account.health.failed(UiError::from(e));
                store.look_later(due.id, Some(REFUSED)).await
            }
        }
    }

    /// The Sent folder of its own that the identity of a message has, looked at just now; none where it can no longer be used.
    async fn own_folder(&mut self, due: &Due) -> Result<Option<Folder>> {
        let Some(folder) = due.folder else { return Ok(None) };
        match self.account.house.store.folder(folder).await {
            Ok(folder) if folder.account == self.account.id && folder.selectable && !folder.waiting => {
                self.looked_at(folder.id).await
            }
            Ok(_) | Err(Error::Gone(_)) => Ok(None),
            Err(e) => Err(e),
        }
    }

    async fn filed(&mut self, outgoing: Id) -> Result<()> {
        let over = self.account.house.store.filed(outgoing).await?;
        files::delete(&self.account.house.profile, &over);
        Ok(())
    }

    /// Lists look different, and there may be something for replay.
    fn tell(&self, folders: Vec<Id>) {
        let topics = &self.account.house.topics;
        topics.tell(folders.into_iter().map(Topic::List));
        topics.tell([Topic::Acts, Topic::Folders, Topic::Drafts]);
        self.account.tell_server();
    }
}
