//! Accounts at work. Each has tasks of its own (`account`): they list folders, visit them (`pull`, decided by `plan`), stay in
//! the inbox for news, and serve the person (`person`, `bodies`). This file is the set of them, and what the window asks of
//! them.
//!
//! What changes the set is in `accounts`.
//!
//! wire → store → window: tasks write what the server says, the window reads the store. Nothing here is called by the store.

mod account;
mod accounts;
mod acting;
mod backoff;
pub(crate) mod bodies;
mod convert;
mod filing;
mod folder_changes;
mod folders;
mod health;
mod message_view;
mod network;
mod person;
pub(crate) mod plan;
mod previews;
mod pull;
mod reading;
mod renamed;
mod replay;
mod report;
pub(crate) mod searching;
mod trial;
mod waking;

#[cfg(test)]
mod tests;

#[cfg(feature = "figures")]
pub(crate) use convert::arrival;

use crate::engine::House;
use crate::error::{Error, Result};
use crate::store::files;
use crate::topics::Topic;
use crate::view::*;
pub(crate) use account::Account;
use network::Noticed;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
pub(crate) use trial::about;

/// Messages without a place are kept so long, in seconds.
const ORPHANS: i64 = 86_400;
/// What was done, and what left the view, can be asked about for so long, in seconds.
const REMEMBERED: i64 = 30 * 86_400;

/// Between two portions of old messages that are joined into conversations.
const JOINING: Duration = Duration::from_millis(20);
/// The window is told of every so many portions.
const TOLD_EVERY: u32 = 20;

struct Running {
    account: Arc<Account>,
    task: Option<JoinHandle<()>>,
}

/// All accounts. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Accounts {
    house: Arc<House>,
    running: Arc<Mutex<BTreeMap<Id, Running>>>,
    /// Messages whose remote images are being fetched.
    loading: Arc<Mutex<BTreeSet<Id>>>,
    previews: previews::Previews,
    /// The folder whose list was read last.
    listed: Arc<Mutex<Option<Id>>>,
    ticker: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Accounts {
    pub(crate) fn new(house: Arc<House>) -> Self {
        Self {
            house,
            running: Arc::default(),
            loading: Arc::default(),
            previews: previews::Previews::default(),
            listed: Arc::default(),
            ticker: Arc::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Id, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a task per account, and the one that notices sleep, other networks, and what has become due.
    pub(crate) async fn begin(&self) -> Result<()> {
        // What was half fetched on its way to another account is fetched again.
        let _ = tokio::fs::remove_dir_all(self.house.profile.join("carried")).await;
        self.house.store.let_go(&self.house.profile).await?;
        for a in self.house.store.accounts().await? {
            self.start(a.id, a.signed_out);
        }
        let old = self.house.store.remove_orphans(ORPHANS).await?;
        files::delete(&self.house.profile, &old);
        self.house.store.forget_acts(REMEMBERED).await?;
        let accounts = self.clone();
        let ticker = tokio::spawn(async move {
            tokio::join!(accounts.tick(), accounts.join_the_old());
        });
        *self.ticker.lock().unwrap_or_else(PoisonError::into_inner) = Some(ticker);
        Ok(())
    }

    /// Ends all tasks.
    pub(crate) async fn end(&self) {
        if let Some(t) = self.ticker.lock().unwrap_or_else(PoisonError::into_inner).take() {
            t.abort();
        }
        let all: Vec<Running> = std::mem::take(&mut *self.lock()).into_values().collect();
        for r in &all {
            r.account.end.cancel();
        }
        for r in all {
            if let Some(task) = r.task {
                let _ = tokio::time::timeout(Duration::from_secs(3), task).await;
            }
        }
    }

    fn start(&self, id: Id, signed_out: bool) {
        let account = Account::new(self.house.clone(), id, signed_out);
        let task = (!signed_out).then(|| tokio::spawn(account.clone().run()));
        if let Some(before) = self.lock().insert(id, Running { account, task }) {
            before.account.end.cancel();
        }
        self.house.topics.tell([Topic::Accounts, Topic::Health]);
    }

    /// Stops an account's tasks and waits for their end.
    async fn stop(&self, id: Id) {
        let before = self.lock().remove(&id);
        if let Some(Running { account, task }) = before {
            account.end.cancel();
            if let Some(task) = task {
                let _ = tokio::time::timeout(Duration::from_secs(5), task).await;
            }
        }
    }

    /// An account that is known.
    pub(crate) fn account(&self, id: Id) -> Result<Arc<Account>> {
        self.lock().get(&id).map(|r| r.account.clone()).ok_or_else(|| Error::Gone("account".into()))
    }

    fn all(&self) -> Vec<Arc<Account>> {
        self.lock().values().map(|r| r.account.clone()).collect()
    }

    /// Joins messages that were here before there were conversations, a little at a time: everybody else goes first.
    async fn join_the_old(&self) {
        self.house.store.look_over().await;
        if self.house.store.is_settling().await.unwrap_or(false) {
            settle(self.house.clone()).await;
        }
        loop {
            match self.house.store.join_some().await {
                Ok(true) => tokio::time::sleep(JOINING).await,
                Ok(false) => return,
                Err(e) => {
                    self.house.store.note(&e);
                    tracing::warn!(error = %e, "messages could not be joined into conversations");
                    return;
                }
            }
        }
    }

    async fn tick(&self) {
        let mut watch = network::Watch::start();
        let mut topics = self.house.topics.listen();
        let mut badge = None;
        let mut ticks = tokio::time::interval(network::TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {
                    self.wake().await;
                    match watch.tick() {
                        Noticed::Nothing => {}
                        noticed => {
                            tracing::info!(?noticed, "looking at all connections");
                            for a in self.all() {
                                a.doubt_person().await;
                                a.rouse.notify_one();
                                a.look.notify_one();
                            }
                        }
                    }
                }
                topic = topics.recv() => {
                    if matches!(topic, Ok(Topic::Inboxes | Topic::Accounts) | Err(tokio::sync::broadcast::error::RecvError::Lagged(_)))
                        && let Ok(unread) = self.house.store.inbox_unread().await
                        && badge != Some(unread)
                    {
                        badge = Some(unread);
                        self.house.desktop.badge(unread);
                    }
                }
            }
        }
    }

    /// Connects and looks now.
    pub(crate) fn retry(&self, id: Id) {
        if let Ok(a) = self.account(id) {
            a.try_again();
        }
    }

    /// The same for all.
    pub(crate) fn retry_all(&self) {
        for a in self.all() {
            a.try_again();
        }
    }

    /// Looks at all folders of an account now.
    pub(crate) fn look_now(&self, id: Id) {
        if let Ok(a) = self.account(id) {
            a.look.notify_one();
        }
    }

    /// A list is being read. Another folder than before: somebody opened it, so its account looks at its folders now rather
    /// than at its next turn. Inboxes are pushed to, and need no look.
    pub(crate) async fn listing(&self, key: ListKey) {
        let ListKey::Folder { id } = key else { return };
        let before = self.listed.lock().unwrap_or_else(PoisonError::into_inner).replace(id);
        if before != Some(id)
            && let Ok(folder) = self.house.store.folder(id).await
            && folder.role != Role::Inbox
        {
            self.look_now(folder.account);
        }
    }

    /// First words of these rows are asked for where the server can give them.
    pub(crate) fn want_previews(&self, rows: &[ListRow]) {
        self.previews.want(self, rows);
    }

    // ---- health ----

    pub(crate) async fn health(&self) -> Result<Vec<HealthView>> {
        let mut out = Vec::new();
        for a in self.house.store.accounts().await? {
            let unreadable = self.house.store.damaged(a.id).await?;
            let waiting = self.house.store.queue(a.id).await?.0;
            if let Ok(live) = self.account(a.id) {
                out.push(live.health.view(a.id, unreadable, waiting));
            }
        }
        Ok(out)
    }

    pub(crate) async fn report(&self, id: Id) -> Result<String> {
        let live = self.account(id)?;
        let unreadable = self.house.store.damaged(id).await?;
        let waiting = self.house.store.queue(id).await?.0;
        report::of(&self.house, &live.health.view(id, unreadable, waiting)).await
    }
}

/// Rows of conversations that were left for later: an account came into the lists over all accounts or left them, or the store is from
/// before there were any. Everybody else goes first.
async fn settle(house: Arc<House>) {
    for go in 0_u32.. {
        let more = house.store.settle_some().await;
        // The window need not read its list anew for each of a thousand goes.
        if go.is_multiple_of(TOLD_EVERY) || !matches!(more, Ok(true)) {
            house.topics.tell([Topic::Accounts, Topic::Inboxes, Topic::Flagged, Topic::Snoozed]);
        }
        match more {
            Ok(true) => tokio::time::sleep(JOINING).await,
            Ok(false) => return,
            Err(e) => {
                house.store.note(&e);
                tracing::warn!(error = %e, "the lists over all accounts could not be made anew");
                return;
            }
        }
    }
}
