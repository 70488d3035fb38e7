//! The tasks of one account. `work` lists folders and visits them; `watch` stays in the inbox and is told of news; the third
//! connection, `person`, is opened when somebody waits for something (see `person.rs`). Each rebuilds its own connection with
//! backoff; a failure here never touches another account.

mod connection;
mod watching;

use super::backoff::Backoff;
use super::filing::Filing;
use super::health::Health;
use super::person::Person;
use super::pull::{Cursors, Pull};
use super::replay::Replay;
use super::{bodies, folders, plan, renamed, trial};
use crate::engine::House;
use crate::error::{Error, Result, UiError};
use crate::remote::{MailboxName, Status};
use crate::store::folders::{Folder, Listing};
use crate::store::now;
use crate::topics::Topic;
use crate::view::{AccountState, Id, Role};
pub(crate) use connection::Connection;
use futures::FutureExt;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// How often all folders are looked at while nothing is pushed for them.
const LOOK: Duration = Duration::from_secs(120);
/// The next try by itself after a refusal that time may or may not change.
const REFUSED: Duration = Duration::from_secs(3600);
/// How often progress is told.
const PROGRESS: Duration = Duration::from_millis(300);
/// IDLE is renewed after this: well below the 29 minutes of RFC 2177, since many a router forgets sooner, and each renewal is
/// a proof of life.
const RENEW: Duration = Duration::from_secs(300);
/// Without CONDSTORE nothing tells of changed flags: every so many looks all folders are visited.
const FLAGS_EVERY: u32 = 5;

/// One account at work.
pub(crate) struct Account {
    pub(crate) id: Id,
    pub(crate) house: Arc<House>,
    pub(crate) health: Health,
    pub(crate) person: tokio::sync::Mutex<Person>,
    pub(crate) cursors: Cursors,
    /// Texts that somebody waits for, and how it stands with them.
    pub(crate) waiting: Mutex<BTreeMap<Id, bodies::Wait>>,
    /// Messages whose text could not be fetched ahead in this run.
    unfetchable: Mutex<BTreeSet<Id>>,
    /// Ends all tasks.
    pub(crate) end: CancellationToken,
    /// Look at all folders now; connect now.
    pub(crate) look: Notify,
    /// The person says: try again.
    pub(crate) again: Notify,
    /// Wakes the watching connection: to prove itself alive, or to connect now.
    pub(crate) rouse: Notify,
    /// Something waits to be told to the server.
    told: Notify,
    /// The same, for whoever is in the middle of something else.
    pending: AtomicBool,
    /// The server only claims that it can search several mailboxes at once (MULTISEARCH).
    pub(super) searches_singly: AtomicBool,
    /// Looks at all folders since start.
    looks: AtomicU32,
    /// True once signed in: others may connect then. False while the password is in doubt.
    pub(super) signed_in: watch::Sender<bool>,
}

impl Account {
    pub(crate) fn new(house: Arc<House>, id: Id, signed_out: bool) -> Arc<Self> {
        let state = if signed_out { AccountState::SignedOut } else { AccountState::Connecting };
        Arc::new(Self {
            id,
            house,
            health: Health::new(state),
            person: tokio::sync::Mutex::new(Person::default()),
            cursors: Cursors::default(),
            waiting: Mutex::default(),
            unfetchable: Mutex::default(),
            end: CancellationToken::new(),
            look: Notify::new(),
            again: Notify::new(),
            rouse: Notify::new(),
            told: Notify::new(),
            pending: AtomicBool::new(false),
            searches_singly: AtomicBool::new(false),
            looks: AtomicU32::new(0),
            signed_in: watch::Sender::new(false),
        })
    }

    /// Connects and looks now, because the person says so.
    pub(crate) fn try_again(&self) {
        self.again.notify_one();
        self.look.notify_one();
        self.rouse.notify_one();
    }

    /// Something was filed that the server is to be told.
    pub(crate) fn tell_server(&self) {
        self.pending.store(true, Ordering::Release);
        self.told.notify_one();
    }

    /// Whether its server could be reached a moment ago.
    pub(crate) fn is_online(&self) -> bool {
        *self.signed_in.borrow()
    }

    pub(crate) fn unfetchable(&self) -> MutexGuard<'_, BTreeSet<Id>> {
        self.unfetchable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs until ended.
    pub(crate) async fn run(self: Arc<Self>) {
        let end = self.end.clone();
        let both = async { tokio::join!(self.clone().work(), self.clone().watch()) };
        tokio::select! {
            _ = end.cancelled() => {}
            _ = both => {}
        }
        // Nothing is saved at the end: every commit before is whole.
        let mut facts = self.health.facts();
        facts.push = false;
        facts.connections = 0;
    }

    pub(crate) fn set_state(&self, state: AccountState) {
        if self.health.set_state(state) {
            self.house.topics.tell([Topic::Accounts, Topic::Health]);
        }
    }

    /// What a failed connection means for the account.
    async fn trouble(&self, error: Error, retry_in: Duration) {
        self.house.store.note(&error);
        let temporary = passes(&error);
        let mut ui = UiError::from(error);
        if let Ok(account) = self.house.store.account(self.id).await {
            ui = trial::about(ui, &account.incoming);
        }
        tracing::info!(account = self.id, code = ?ui.code, detail = ui.detail.as_deref(), "connection failed");
        self.health.failed(ui.clone());
        if temporary {
            let seconds = i64::try_from(retry_in.as_secs()).unwrap_or(i64::MAX);
            self.health.facts().next_retry = Some(now().saturating_add(seconds));
            self.set_state(AccountState::Offline { error: Some(ui) });
        } else {
            self.health.facts().next_retry = None;
            self.set_state(AccountState::NeedsYou { error: ui });
        }
        self.house.topics.tell([Topic::Health]);
    }

    /// Connects, lists, visits, backfills; then waits for the next look. For ever.
    async fn work(self: Arc<Self>) {
        let mut backoff = Backoff::default();
        loop {
            let error = match self.work_once(&mut backoff).await {
                Ok(never) => match never {},
                Err(e) => e,
            };
            let _ = self.signed_in.send_replace(false);
            let wait = if passes(&error) { backoff.next() } else { REFUSED };
            let only_person = matches!(error, Error::Login(_));
            // Said before this failure, it was about something else.
            let _ = self.again.notified().now_or_never();
            self.trouble(error, wait).await;
            tokio::select! {
                // A wrong password is not tried again by itself, nor on every other network: that locks accounts.
                () = tokio::time::sleep(wait), if !only_person => {}
                () = self.look.notified(), if !only_person => backoff.reset(),
                () = self.again.notified() => backoff.reset(),
            }
            if matches!(self.health.facts().state, AccountState::NeedsYou { .. }) {
                self.set_state(AccountState::Connecting);
            }
        }
    }

    async fn work_once(self: &Arc<Self>, backoff: &mut Backoff) -> Result<std::convert::Infallible> {
        let mut connection = self.connect().await?;
        loop {
            let more = self.look_at_everything(&mut connection).await?;
            backoff.reset();
            // Between looks the connection tells the server what is filed, and otherwise only has to stay alive; another look comes
            // by time or by word, or at once where there is more to fetch ahead.
            let until = tokio::time::Instant::now() + if more { Duration::ZERO } else { LOOK };
            loop {
                let due = self.replay(&mut connection).await?;
                tokio::select! {
                    () = tokio::time::sleep_until(until) => break,
                    () = self.look.notified() => break,
                    () = self.told.notified() => {}
                    () = tokio::time::sleep(due.unwrap_or(LOOK)), if due.is_some() => {}
                }
            }
            connection.remote()?.noop().await?;
        }
    }

    /// Tells the server what waits. When the next of what was put off is due.
    async fn replay(self: &Arc<Self>, connection: &mut Connection<'_>) -> Result<Option<Duration>> {
        self.pending.store(false, Ordering::Release);
        let due = Replay::new(self, connection.remote()?).run().await;
        let filing = match due {
            Ok(_) => Filing::new(self, connection.remote()?).run().await,
            Err(_) => Ok(None),
        };
        connection.count();
        Ok([due?, filing?].into_iter().flatten().min())
    }

    /// The same in the middle of other work, if there is anything new.
    async fn replay_between(self: &Arc<Self>, connection: &mut Connection<'_>) -> Result<()> {
        if self.pending.load(Ordering::Acquire) {
            self.replay(connection).await?;
        }
        Ok(())
    }

    /// All folders of the server, with their numbers; those that have another name than before are known again.
    async fn list_folders(self: &Arc<Self>, connection: &mut Connection<'_>) -> Result<Vec<Listing>> {
        let listed = connection.remote()?.list().await?;
        let mut listings = folders::listings(&listed);
        self.fill_status(connection, &mut listings).await?;
        renamed::recognise(&self.house.store, connection.remote()?, self.id, &listings).await?;
        Ok(listings)
    }

    async fn look_at_everything(self: &Arc<Self>, connection: &mut Connection<'_>) -> Result<bool> {
        // First what the person did: what comes back is to show it done.
        self.replay(connection).await?;
        let listings = self.list_folders(connection).await?;
        if self.house.store.set_folders(self.id, &listings).await? {
            self.house.topics.tell([Topic::Folders]);
        }
        let all = self.house.store.folders_of(self.id).await?;
        let held = self.house.store.held(self.id).await?;
        let told: HashMap<&MailboxName, Status> =
            listings.iter().filter_map(|l| Some((&l.mailbox, l.status.clone()?))).collect();
        let round = self.looks.fetch_add(1, Ordering::Relaxed);
        let changed: Vec<&Folder> = all
            .iter()
            .filter(|f| f.selectable)
            .filter(|f| {
                let status = told.get(&f.mailbox).cloned();
                let held = held.get(&f.id).copied().unwrap_or_default();
                plan::may_have_changed(f, &held, status, round.is_multiple_of(FLAGS_EVERY))
            })
            .collect();
        // First the newest of every folder, the inbox before all others; then the rest of each.
        let mut inbox_done = false;
        for f in &changed {
            // The watching connection visits the inbox whenever anything happens there.
            if f.role == Role::Inbox && self.health.facts().push && f.uidnext.is_some() {
                continue;
            }
            self.replay_between(connection).await?;
            self.visit(connection, f.id).await?;
            if f.role == Role::Inbox && !inbox_done {
                inbox_done = true;
                let _ = self.signed_in.send_replace(true);
                self.progress().await?;
            }
        }
        let _ = self.signed_in.send_replace(true);
        bodies::take_up_again(self);
        let parked = self.house.store.parked().await?;
        for f in &all {
            let folder = self.house.store.folder(f.id).await?;
            let parked = parked.contains(&f.id) && folder.uidvalidity.is_some();
            if !folder.selectable || (folder.todo.is_empty() && !parked) {
                continue;
            }
            self.progress().await?;
            match self.backfill(connection, folder.id).await {
                Err(e) if !e.breaks_connection() && !matches!(e, Error::Store(_)) => {
                    tracing::warn!(folder = folder.id, error = %e, "a folder could not be fetched whole");
                }
                other => other?,
            }
        }
        self.set_state(AccountState::UpToDate);
        self.health.facts().last_sync =
            Some(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64()));
        connection.count();
        let mut gathered = false;
        while self.house.store.gather_contacts().await? {
            gathered = true;
        }
        if gathered {
            self.house.topics.tell([Topic::Contacts]);
        }
        let more = bodies::keep_offline(self, connection.remote()?).await?;
        self.house.topics.tell([Topic::Health]);
        Ok(more)
    }

    /// Asks for the numbers that LIST did not give, all in one round trip.
    async fn fill_status(&self, connection: &mut Connection<'_>, listings: &mut [Listing]) -> Result<()> {
        let mut lacking: Vec<&mut Listing> =
            listings.iter_mut().filter(|l| l.selectable && l.status.is_none()).collect();
        if lacking.is_empty() {
            return Ok(());
        }
        let asked: Vec<MailboxName> = lacking.iter().map(|l| l.mailbox.clone()).collect();
        let answers = connection.remote()?.status(&asked).await?;
        for (listing, answer) in lacking.iter_mut().zip(answers) {
            // A mailbox that refuses is visited, and says there what is wrong.
            listing.status = answer.ok();
        }
        Ok(())
    }

    /// One folder that refuses does not stop the others.
    async fn visit(&self, connection: &mut Connection<'_>, folder: Id) -> Result<()> {
        let mut pull = Pull { house: &self.house, remote: connection.remote()?, cursors: &self.cursors };
        let visited = pull.visit(folder).await;
        connection.count();
        self.tell_quietly().await?;
        match visited {
            Err(e @ (Error::Refused { .. } | Error::Gone(_) | Error::TooLarge(_))) => {
                tracing::warn!(folder, error = %e, "a folder could not be visited");
                self.health.failed(UiError::from(e));
                Ok(())
            }
            other => other,
        }
    }

    /// What arrived in a muted conversation is muted on the server too.
    async fn tell_quietly(&self) -> Result<()> {
        if self.house.store.quiet_waits(self.id).await? {
            self.tell_server();
        }
        Ok(())
    }

    async fn backfill(self: &Arc<Self>, connection: &mut Connection<'_>, folder: Id) -> Result<()> {
        loop {
            self.replay_between(connection).await?;
            // Opened again: the visit that filled `todo` may be several folders ago.
            self.visit(connection, folder).await?;
            let filled = {
                let mut pull = Pull { house: &self.house, remote: connection.remote()?, cursors: &self.cursors };
                let filling = pull.backfill_until(folder, &self.pending);
                tokio::pin!(filling);
                let mut ticks = tokio::time::interval(PROGRESS);
                loop {
                    tokio::select! {
                        done = &mut filling => break done,
                        _ = ticks.tick() => self.progress().await?,
                    }
                }
            };
            connection.count();
            // A person who acts does not wait for a hundred thousand headers.
            if filled? {
                return self.tell_quietly().await;
            }
        }
    }

    /// "Fetching 12,400 of 100,000 headers".
    async fn progress(&self) -> Result<()> {
        let (done, total) = self.house.store.progress(self.id).await?;
        if done < total {
            self.set_state(AccountState::Fetching { done, total });
        }
        Ok(())
    }
}

/// Whether time may mend it: the network, and what this computer could not do just then, such as write to a full disk.
fn passes(error: &Error) -> bool {
    error.is_temporary() || matches!(error, Error::Store(_) | Error::Io(_) | Error::Internal(_))
}
