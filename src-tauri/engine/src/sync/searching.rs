//! A search that goes on on the servers, where not everything is on this computer: folder by folder, over a connection of its own that
//! is closed afterwards, so that neither sync nor who opens a message waits for a slow server. What it names comes into the list of the
//! search; headers that are not here yet are fetched. Whatever could not be asked is said.

mod keys;

use super::Accounts;
use super::account::{Account, Connection};
use super::pull::Pull;
use crate::error::{Error, Result, UiError};
use crate::remote::{SearchKey, UidSet, Window};
use crate::store::folders::Folder;
use crate::store::search::Plan;
use crate::topics::Topic;
use crate::view::{AccountCoverage, Id, Role, ServerSearch};
use std::collections::BTreeMap;
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

    fn name(&self, folder: Id, uids: &UidSet) {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        let all = named.entry(folder).or_default();
        *all = all.union(uids);
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
        for folder in folders {
            let mut answer = self.ask_folder(&mut connection, &folder, &key, asked).await;
            while answer.as_ref().is_err_and(Error::breaks_connection) && breaks < BREAKS {
                breaks += 1;
                connection = self.connect().await?;
                answer = self.ask_folder(&mut connection, &folder, &key, asked).await;
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

    async fn ask_folder(
        &self,
        connection: &mut Connection<'_>,
        folder: &Folder,
        key: &SearchKey,
        asked: &Asked,
    ) -> Result<()> {
        let remote = connection.remote()?;
        let selected = remote.select(&folder.mailbox, None).await?;
        if selected.uidvalidity.or(Some(1)) != folder.uidvalidity {
            self.look.notify_one();
            return Err(Error::Gone("the folder was made anew on the server".into()));
        }
        if selected.exists == 0 {
            return Ok(());
        }
        let found = remote.search(key).await?;
        asked.name(folder.id, &found);
        let here = self.house.store.uids(folder.id).await?;
        let under_way = self.house.store.under_way(folder.id, folder.uidvalidity).await?;
        let missing = found.minus(&here).minus(&under_way);
        asked.set(self.id, |a| {
            a.found = a.found.saturating_add(size(found.len()));
            a.waiting = a.waiting.saturating_add(size(missing.len()));
        });
        if missing.is_empty() {
            return Ok(());
        }
        asked.came.notify_one();
        let newest = missing.newest(HEADERS);
        let mut pull = Pull { house: &self.house, remote, cursors: &self.cursors };
        for piece in newest.pieces(100) {
            let few = size(piece.len());
            pull.fetch(folder, Window::Uids(piece), false).await?;
            asked.set(self.id, |a| a.waiting = a.waiting.saturating_sub(few));
        }
        Ok(())
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
