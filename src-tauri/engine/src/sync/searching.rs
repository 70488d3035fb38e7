//! A search that goes on on the servers, where not everything is on this computer: of all folders at once where the server can
//! (MULTISEARCH), else folder by folder, over a connection of its own that is closed afterwards, so that neither sync nor who opens a message waits for a slow server. What it names comes into the list of the
//! search; headers that are not here yet are fetched. Whatever could not be asked is said.

mod keys;

use super::Accounts;
use super::account::{Account, Connection};
use super::pull::Pull;
use crate::error::{Error, Result, UiError};
use crate::remote::{FoundIn, MailboxName, SearchKey, UidSet, Window};
use crate::store::folders::Folder;
use crate::store::search::Plan;
use crate::topics::Topic;
use crate::view::{AccountCoverage, Id, Role, ServerSearch};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Headers fetched of one folder for a search, the newest; the others come with the rest of their folder.
const HEADERS: u32 = 500;
/// Connections that may break in one search of an account before it is given up.
const BREAKS: u32 = 2;

/// What the servers were asked for one search, and what they named. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    accounts: Arc<Mutex<BTreeMap<Id, AccountCoverage>>>,
    named: Arc<Mutex<BTreeMap<Id, UidSet>>>,
    /// Something was named.
    pub(crate) came: Arc<Notify>,
    end: CancellationToken,
}

impl Asked {
    /// Nobody waits for it any more.
    pub(crate) fn cancel(&self) {
        self.end.cancel();
    }

    /// What was named, by folder.
    pub(crate) fn named(&self) -> Vec<(Id, Vec<i64>)> {
        let named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        named.iter().map(|(folder, uids)| (*folder, uids.iter().map(i64::from).collect())).collect()
    }

    /// How it stands with an account; none: it was not asked.
    #[cfg(test)]
    pub(super) fn of(&self, account: Id) -> Option<AccountCoverage> {
        self.lock().get(&account).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Id, AccountCoverage>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, account: Id, change: impl FnOnce(&mut AccountCoverage)) {
        change(self.lock().entry(account).or_insert_with(|| unasked(account, 0)));
    }

    /// Notes what was named; gives how much of it had not been.
    fn name(&self, folder: Id, uids: &UidSet) -> u32 {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        let all = named.entry(folder).or_default();
        let fresh = size(uids.minus(all).len());
        *all = all.union(uids);
        fresh
    }
}

fn size(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn unasked(account: Id, folders: u32) -> AccountCoverage {
    AccountCoverage {
        account,
        folders,
        done: 0,
        waiting: 0,
        found: 0,
        state: ServerSearch::Idle,
        error: None,
        gm_raw: false,
    }
}

impl Accounts {
    /// How far each server is asked.
    pub(crate) async fn asked(&self, asked: &Asked) -> Result<Vec<AccountCoverage>> {
        let mut out = Vec::new();
        for account in self.house.store.accounts().await? {
            let known = asked.lock().get(&account.id).cloned();
            out.push(match known {
                Some(known) => known,
                None => unasked(account.id, self.house.store.searchable_folders(account.id).await?),
            });
        }
        Ok(out)
    }

    /// Asks the servers of all accounts that the query may mean. Those that are being asked, or were, are not asked again; those that
    /// failed are.
    pub(crate) async fn ask_servers(&self, search: Id, query: &str, asked: &Asked) -> Result<()> {
        let (plan, _) = self.house.store.plan(query, self.house.store.clock().await?).await?;
        for account in self.all() {
            let again = {
                let mut all = asked.lock();
                let known = all.entry(account.id).or_insert_with(|| unasked(account.id, 0));
                let again = !matches!(known.state, ServerSearch::Asking | ServerSearch::Done);
                if again {
                    *known = AccountCoverage { state: ServerSearch::Asking, ..unasked(account.id, 0) };
                }
                again
            };
            if again {
                let (asked, plan) = (asked.clone(), plan.clone());
                tokio::spawn(async move {
                    tokio::select! {
                        () = account.ask_server(search, &plan, &asked) => {}
                        () = asked.end.cancelled() => {}
                        () = account.end.cancelled() => {}
                    }
                });
            }
        }
        self.house.topics.tell([Topic::Search(search)]);
        Ok(())
    }
}

impl Account {
    /// Asks this account's server, folder by folder.
    pub(super) async fn ask_server(self: &Arc<Self>, search: Id, plan: &Plan, asked: &Asked) {
        let ended = self.ask_folders(search, plan, asked).await;
        asked.set(self.id, |a| {
            a.state = match &ended {
                Ok(()) if a.error.is_none() => ServerSearch::Done,
                Err(e) if e.is_temporary() && a.done == 0 => ServerSearch::Offline,
                _ => ServerSearch::Failed,
            };
            if let Err(e) = ended {
                tracing::info!(account = self.id, error = %e, "a server could not be searched");
                a.error = Some(UiError::from(e));
            }
        });
        asked.came.notify_one();
        self.house.topics.tell([Topic::Search(search)]);
    }

    async fn ask_folders(self: &Arc<Self>, search: Id, plan: &Plan, asked: &Asked) -> Result<()> {
        let folders = self.folders_to_ask(plan).await?;
        asked.set(self.id, |a| a.folders = u32::try_from(folders.len()).unwrap_or(u32::MAX));
        if folders.is_empty() {
            return Ok(());
        }
        let mut connection = self.connect().await?;
        let gmail = connection.remote()?.capabilities().has("X-GM-EXT-1");
        let Some(key) = keys::of(plan, gmail) else {
            // Nothing of it is in texts: what is still unknown are headers, and they come by themselves.
            let waiting = size(folders.iter().map(|f| f.todo.len()).sum());
            asked.set(self.id, |a| (a.done, a.waiting) = (a.folders, waiting));
            connection.remote()?.logout().await;
            return Ok(());
        };
        // All that Gmail has is in three mailboxes, whatever the labels say.
        let whole = |f: &Folder| matches!(f.role, Role::All | Role::Junk | Role::Trash);
        let folders: Vec<Folder> = if gmail && folders.iter().any(|f| f.role == Role::All) {
            folders.into_iter().filter(whole).collect()
        } else {
            folders
        };
        asked.set(self.id, |a| {
            a.folders = u32::try_from(folders.len()).unwrap_or(u32::MAX);
            a.gm_raw = gmail;
        });
        let mut breaks = 0;
        let together = match self.ask_together(&mut connection, &folders, &key).await {
            Err(_) => {
                breaks += 1;
                connection = self.connect().await?;
                None
            }
            Ok(together) => together,
        };
        for folder in folders {
            let told = together.as_deref();
            let mut answer = self.ask_folder(&mut connection, &folder, &key, told, asked).await;
            while answer.as_ref().is_err_and(Error::breaks_connection) && breaks < BREAKS {
                breaks += 1;
                connection = self.connect().await?;
                answer = self.ask_folder(&mut connection, &folder, &key, told, asked).await;
            }
            connection.count();
            match answer {
                Ok(()) => asked.set(self.id, |a| a.done += 1),
                Err(e) if e.breaks_connection() => return Err(e),
                // One folder that refuses is one folder that was not asked.
                Err(e) => asked.set(self.id, |a| a.error = Some(UiError::from(e))),
            }
            asked.came.notify_one();
            self.house.topics.tell([Topic::Search(search)]);
        }
        connection.remote()?.logout().await;
        Ok(())
    }

    /// Asks about all folders in one command. None: they are to be asked one by one, where each says for itself what is wrong. An
    /// error: the connection has ended.
    async fn ask_together(
        &self,
        connection: &mut Connection<'_>,
        folders: &[Folder],
        key: &SearchKey,
    ) -> Result<Option<Vec<FoundIn>>> {
        let remote = connection.remote()?;
        if folders.len() < 2 || self.searches_singly.load(Ordering::Relaxed) || !remote.can_search_mailboxes() {
            return Ok(None);
        }
        let names: Vec<MailboxName> = folders.iter().map(|f| f.mailbox.clone()).collect();
        match remote.search_mailboxes(&names, key).await {
            Ok(found) => Ok(Some(found)),
            Err(_) if !remote.can_search_mailboxes() => {
                // It only claims to: that is not asked of it again.
                self.searches_singly.store(true, Ordering::Relaxed);
                Ok(None)
            }
            Err(e) if e.breaks_connection() => Err(e),
            Err(_) => Ok(None),
        }
    }

    /// Asks about one folder, unless that was `told`; takes in what was named.
    async fn ask_folder(
        &self,
        connection: &mut Connection<'_>,
        folder: &Folder,
        key: &SearchKey,
        told: Option<&[FoundIn]>,
        asked: &Asked,
    ) -> Result<()> {
        let found = match told {
            Some(told) => self.of_folder(folder, told)?,
            None if self.open(connection, folder).await? == 0 => return Ok(()),
            None => connection.remote()?.search(key).await?,
        };
        let fresh = asked.name(folder.id, &found);
        let here = self.house.store.uids(folder.id).await?;
        let under_way = self.house.store.under_way(folder.id, folder.uidvalidity).await?;
        let missing = found.minus(&here).minus(&under_way);
        asked.set(self.id, |a| {
            a.found = a.found.saturating_add(fresh);
            a.waiting = a.waiting.saturating_add(size(missing.len()));
        });
        if missing.is_empty() {
            return Ok(());
        }
        asked.came.notify_one();
        let newest = missing.newest(HEADERS);
        let mut waiting = size(newest.len());
        let fetched = async {
            if told.is_some() {
                self.open(connection, folder).await?;
            }
            let mut pull = Pull { house: &self.house, remote: connection.remote()?, cursors: &self.cursors };
            for piece in newest.pieces(100) {
                let few = size(piece.len());
                pull.fetch(folder, Window::Uids(piece), false).await?;
                waiting = waiting.saturating_sub(few);
                asked.set(self.id, |a| a.waiting = a.waiting.saturating_sub(few));
            }
            Ok(())
        };
        let ended = fetched.await;
        // What did not come is not on its way any more.
        asked.set(self.id, |a| a.waiting = a.waiting.saturating_sub(waiting));
        ended
    }

    /// Opens a folder on the server; how many messages are in it.
    async fn open(&self, connection: &mut Connection<'_>, folder: &Folder) -> Result<u32> {
        let selected = connection.remote()?.select(&folder.mailbox, None).await?;
        self.is_still(folder, selected.uidvalidity.unwrap_or(1))?;
        Ok(selected.exists)
    }

    /// What was told of one folder.
    fn of_folder(&self, folder: &Folder, told: &[FoundIn]) -> Result<UidSet> {
        let mut found = UidSet::new();
        for one in told.iter().filter(|one| one.mailbox == folder.mailbox) {
            self.is_still(folder, one.uidvalidity)?;
            found = found.union(&one.uids);
        }
        Ok(found)
    }

    /// A folder is the one we know only under the UIDVALIDITY that we know.
    fn is_still(&self, folder: &Folder, uidvalidity: u32) -> Result<()> {
        if folder.uidvalidity == Some(uidvalidity) {
            return Ok(());
        }
        self.look.notify_one();
        Err(Error::Gone("the folder was made anew on the server".into()))
    }

    /// Folders in which not everything that a query may mean is here, the likeliest first.
    async fn folders_to_ask(&self, plan: &Plan) -> Result<Vec<Folder>> {
        let partial = self.house.store.partial_folders(self.id).await?;
        let mut folders: Vec<Folder> = self
            .house
            .store
            .folders_of(self.id)
            .await?
            .into_iter()
            .filter(|f| f.selectable && !f.waiting && f.uidvalidity.is_some())
            .filter(|f| partial.contains(&f.id) && plan.may_be_in(self.id, f.id))
            .collect();
        folders.sort_by_key(|f| match f.role {
            Role::Inbox => 0,
            Role::Junk | Role::Trash => 3,
            Role::None => 2,
            _ => 1,
        });
        Ok(folders)
    }
}
