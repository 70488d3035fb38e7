//! Accounts at work. Each has tasks of its own (`account`): they list folders, visit them (`pull`, decided by `plan`), stay in
//! the inbox for news, and serve the person (`person`, `bodies`). This file is the set of them, and what the window asks of
//! them.
//!
//! wire → store → window: tasks write what the server says, the window reads the store. Nothing here is called by the store.

mod account;
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
use crate::error::{Error, Result, UiError};
use crate::remote::Credential;
use crate::secrets::Key;
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

    // ---- the account list ----

    pub(crate) async fn views(&self) -> Result<Vec<AccountView>> {
        let stored = self.house.store.accounts().await?;
        Ok(stored
            .into_iter()
            .map(|a| {
                let state = match self.account(a.id) {
                    Ok(live) => live.health.facts().state.clone(),
                    Err(_) if a.signed_out => AccountState::SignedOut,
                    Err(_) => AccountState::Connecting,
                };
                AccountView {
                    id: a.id,
                    name: a.name,
                    email: a.email,
                    label: a.label,
                    color: a.color,
                    in_all: a.in_all,
                    signed_out: a.signed_out,
                    incoming: a.incoming,
                    outgoing: a.outgoing,
                    own_outgoing_login: a.own_login,
                    state,
                }
            })
            .collect())
    }

    pub(crate) async fn trial(&self, form: &AccountForm) -> Result<Trial> {
        trial::trial(self.house.connect.as_ref(), form).await
    }

    pub(crate) async fn add(&self, form: AccountForm) -> Result<Id> {
        let trial = self.trial(&form).await?;
        for check in [Some(&trial.incoming), trial.outgoing.as_ref()].into_iter().flatten() {
            if let Some(error) = trial::failure(check) {
                return Err(Error::Ui(Box::new(error)));
            }
        }
        let id = self.house.store.add_account(&form).await?;
        self.house.secrets.set(id, form.password).await?;
        if let (Some(_), Some(own)) = (&form.outgoing, form.outgoing_password) {
            self.house.secrets.set(Key::Outgoing(id), own).await?;
        }
        self.start(id, false);
        self.house.topics.tell([Topic::Accounts, Topic::Folders]);
        Ok(id)
    }

    pub(crate) async fn edit(&self, id: Id, edit: AccountEdit) -> Result<()> {
        let color_ok = edit.color.len() == 7
            && edit.color.starts_with('#')
            && edit.color.chars().skip(1).all(|c| c.is_ascii_hexdigit());
        if !color_ok {
            return Err(Error::Invalid("color"));
        }
        if edit.label.trim().is_empty() {
            return Err(Error::Invalid("label"));
        }
        self.house.store.edit_account(id, &edit).await?;
        self.house.topics.tell([Topic::Accounts]);
        if self.house.store.account(id).await?.in_all != edit.in_all {
            self.house.store.set_in_all(id, edit.in_all).await?;
            tokio::spawn(settle(self.house.clone()));
        }
        Ok(())
    }

    pub(crate) async fn order(&self, accounts: &[Id]) -> Result<()> {
        self.house.store.order_accounts(accounts).await?;
        self.house.topics.tell([Topic::Accounts, Topic::Folders]);
        Ok(())
    }

    pub(crate) async fn sign_out(&self, id: Id) -> Result<()> {
        self.stop(id).await;
        self.house.store.set_signed_out(id, true).await?;
        self.house.secrets.remove_all(id).await?;
        self.start(id, true);
        Ok(())
    }

    pub(crate) async fn sign_in(&self, id: Id, credential: Credential) -> Result<()> {
        let account = self.house.store.account(id).await?;
        let tried = self.house.connect.imap(&account.incoming, &credential).await;
        match tried {
            Ok(mut remote) => remote.logout().await,
            Err(e) => return Err(Error::Ui(Box::new(trial::about(UiError::from(e), &account.incoming)))),
        }
        self.house.secrets.set(id, credential).await?;
        self.house.store.set_signed_out(id, false).await?;
        self.stop(id).await;
        self.start(id, false);
        Ok(())
    }

    /// Tries an outgoing server, then keeps it. `password`: none = as it was, empty = that of the account.
    pub(crate) async fn edit_outgoing(
        &self,
        id: Id,
        server: Option<ServerSettings>,
        password: Option<String>,
    ) -> Result<()> {
        let account = self.house.store.account(id).await?;
        let Some(server) = server else {
            self.house.store.set_outgoing(id, None, false).await?;
            self.house.secrets.remove(Key::Outgoing(id)).await?;
            self.house.topics.tell([Topic::Accounts]);
            return Ok(());
        };
        trial::check_outgoing(&server, password.as_deref())?;
        let as_it_was = password.is_none();
        let own = password.filter(|p| !p.is_empty()).map(Credential::from);
        let keeps = as_it_was && account.own_login;
        let to_account = own.is_none() && !keeps;
        let credential = match &own {
            Some(own) => own.clone(),
            None if keeps => self.house.secrets.get(Key::Outgoing(id)).await?,
            None => self.house.secrets.get(id).await?,
        };
        if let Err(e) = self.house.connect.smtp_trial(&server, &credential).await {
            return Err(Error::Ui(Box::new(trial::about(UiError::from(e), &server))));
        }
        // The secret first: an account that says it has one has it.
        if let Some(own) = own {
            self.house.secrets.set(Key::Outgoing(id), own).await?;
        }
        self.house.store.set_outgoing(id, Some(&server), !to_account).await?;
        if to_account {
            self.house.secrets.remove(Key::Outgoing(id)).await?;
        }
        self.house.topics.tell([Topic::Accounts]);
        Ok(())
    }

    pub(crate) async fn accept_certificate(&self, id: Id, host: &str, fingerprint: &str) -> Result<()> {
        if fingerprint.len() != 64 || !fingerprint.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(Error::Invalid("fingerprint"));
        }
        let mut account = self.house.store.account(id).await?;
        for server in [Some(&mut account.incoming), account.outgoing.as_mut()].into_iter().flatten() {
            if server.host.eq_ignore_ascii_case(host) {
                server.accepted_certificate = Some(fingerprint.to_lowercase());
            }
        }
        self.house.store.set_servers(id, &account.incoming, account.outgoing.as_ref()).await?;
        self.retry(id);
        Ok(())
    }

    pub(crate) async fn remove(&self, id: Id) -> Result<()> {
        self.stop(id).await;
        self.house.secrets.remove_all(id).await?;
        let files = self.house.store.remove_account(id).await?;
        files::delete(&self.house.profile, &files);
        // Copies that were opened with another program: of all accounts, they are made again on demand.
        let _ = tokio::fs::remove_dir_all(self.house.profile.join("opened")).await;
        // Messages on their way from or to it are where they were: nothing is taken off a server before it has arrived.
        let _ = tokio::fs::remove_dir_all(self.house.profile.join("carried")).await;
        self.house.topics.tell([
            Topic::Accounts,
            Topic::Folders,
            Topic::Inboxes,
            Topic::Flagged,
            Topic::Snoozed,
            Topic::Health,
        ]);
        Ok(())
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
