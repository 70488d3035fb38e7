//! Sending: what waits is handed to the outgoing server, one message after the other, one connection for each account. What rests on
//! what is written in `store::outgoing`.
//!
//! - The network is tried, not asked for: what cannot be sent waits, growing times, and goes at once when its account is online again.
//! - "Begun" is on the disk before DATA. From there on a message is never tried again unless the server has said that it does not
//!   have it.
//! - What the server has is looked for in Sent, and filed there where nobody else does it, by the account's own task (`sync::filing`).

mod freezing;

use crate::engine::House;
use crate::error::{Code, Error, Result, UiError};
use crate::remote::{Envelope, Submit, Undelivered};
use crate::secrets::Key;
use crate::store::files;
use crate::store::now;
use crate::store::outgoing::{NotTaken, Parcel};
use crate::sync::{Accounts, about};
use crate::topics::Topic;
use crate::transfer::Transfers;
use crate::view::{AccountState, Id, ServerSettings};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The first wait after the network failed, in seconds; it doubles.
const UNREACHABLE: i64 = 5;
const UNREACHABLE_MOST: i64 = 600;
/// The same after a server said "later".
const LATER: i64 = 60;
const LATER_MOST: i64 = 3_600;
/// What only the person can mend is tried again by itself after so long.
const NEEDS_PERSON: i64 = 3_600;
/// After so many seconds of "later" it has failed.
const PATIENCE: i64 = 3 * 86_400;
/// Looked at again at the latest after so long.
const LOOK: Duration = Duration::from_secs(300);
/// At the end, what is on the wire may take so long.
const END: Duration = Duration::from_secs(4);

/// Where the size that an account's server takes is kept.
pub(crate) fn size_setting(account: Id) -> String {
    format!("most-{account}")
}

/// Where it is kept whether an account's server reports deliveries.
pub(crate) fn reports_setting(account: Id) -> String {
    format!("reports-{account}")
}

/// The outbox. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Outbox {
    house: Arc<House>,
    accounts: Accounts,
    transfers: Transfers,
    wake: Arc<Notify>,
    end: CancellationToken,
    /// Accounts that are sending.
    busy: Arc<Mutex<BTreeSet<Id>>>,
    sending: TaskTracker,
    task: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Outbox {
    pub(crate) fn new(house: Arc<House>, accounts: Accounts, transfers: Transfers) -> Self {
        Self {
            house,
            accounts,
            transfers,
            wake: Arc::default(),
            end: CancellationToken::new(),
            busy: Arc::default(),
            sending: TaskTracker::new(),
            task: Arc::default(),
        }
    }

    /// Starts sending. What had begun in a run that did not end by itself is unknown from now on.
    pub(crate) async fn begin(&self) -> Result<()> {
        self.house.store.outgoing_unknown().await?;
        let outbox = self.clone();
        let task = tokio::spawn(async move { outbox.run().await });
        *self.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
        Ok(())
    }

    /// Ends sending: begins nothing more, and waits a little for what is on the wire.
    pub(crate) async fn end(&self) {
        self.end.cancel();
        self.sending.close();
        let _ = tokio::time::timeout(END, self.sending.wait()).await;
        if let Some(task) = self.task.lock().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }

    /// Something may be sent now.
    pub(crate) fn wake(&self) {
        self.house.topics.tell([Topic::Outgoing]);
        self.wake.notify_one();
    }

    fn busy(&self) -> MutexGuard<'_, BTreeSet<Id>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn run(&self) {
        let mut topics = self.house.topics.listen();
        let mut online = BTreeMap::new();
        loop {
            let next = match self.start_due().await {
                Ok(next) => next,
                Err(e) => {
                    self.house.store.note(&e);
                    tracing::error!(error = %e, "the outbox could not be looked at");
                    Some(now() + NEEDS_PERSON / 60)
                }
            };
            let wait =
                next.map_or(LOOK, |t| Duration::from_secs(u64::try_from((t - now()).max(1)).unwrap_or(1)).min(LOOK));
            let until = tokio::time::sleep(wait);
            tokio::pin!(until);
            loop {
                tokio::select! {
                    () = self.end.cancelled() => return,
                    () = self.wake.notified() => break,
                    () = &mut until => break,
                    topic = topics.recv() => match topic {
                        Ok(Topic::Accounts) | Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {
                            if self.came_online(&mut online).await {
                                break;
                            }
                        }
                        Ok(_) => {}
                        Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
                    }
                }
            }
        }
    }

    /// Whether an account has found its way to its server again: what waited for the network is tried at once.
    async fn came_online(&self, online: &mut BTreeMap<Id, bool>) -> bool {
        let Ok(views) = self.accounts.views().await else { return false };
        let mut any = false;
        for account in views {
            let is = matches!(account.state, AccountState::UpToDate | AccountState::Fetching { .. });
            if online.insert(account.id, is) == Some(false) && is {
                any |= self.house.store.hurry_outgoing(account.id).await.is_ok();
            }
        }
        any
    }

    /// Starts sending for each account with something due; when the next will be.
    async fn start_due(&self) -> Result<Option<i64>> {
        let mut next: Option<i64> = None;
        for account in self.house.store.accounts().await? {
            let (due, then) = self.house.store.outgoing_due(account.id).await?;
            next = [next, then].into_iter().flatten().min();
            if due.is_empty() || self.end.is_cancelled() || !self.busy().insert(account.id) {
                continue;
            }
            let outbox = self.clone();
            self.sending.spawn(async move {
                if let Err(e) = outbox.deliver(account.id, due).await {
                    outbox.house.store.note(&e);
                    tracing::error!(account = account.id, error = %e, "the outbox could not be written");
                    // Not at once again: whatever is in the way may pass.
                    tokio::select! {
                        () = tokio::time::sleep(Duration::from_secs(5)) => {}
                        () = outbox.end.cancelled() => {}
                    }
                }
                outbox.busy().remove(&account.id);
                outbox.wake();
                // A copy for Sent may wait, or a look.
                if let Ok(account) = outbox.accounts.account(account.id) {
                    account.tell_server();
                }
            });
        }
        Ok(next)
    }

    /// Sends these, over one connection. An error is one of the store alone.
    pub(crate) async fn deliver(&self, account: Id, due: Vec<Id>) -> Result<()> {
        let store = &self.house.store;
        let mut ready = Vec::new();
        for id in due {
            if self.seal(id).await? {
                ready.push(id);
            }
        }
        let known = store.account(account).await?;
        let Some(server) = known.outgoing else {
            for id in ready {
                store.outgoing_not_sent(id, &UiError::new(Code::NoOutgoing), &[], None, false).await?;
            }
            return Ok(());
        };
        let Some(first) = ready.first().copied() else { return Ok(()) };
        let key = if known.own_login { Key::Outgoing(account) } else { Key::Account(account) };
        let mut submit = match self.connect(key, &server).await {
            Ok(submit) => submit,
            Err(e) => {
                tracing::info!(account, error = %e, "the outgoing server cannot be used now");
                for id in ready {
                    let tries = store.parcel(id).await?.map_or(0, |p| p.tries);
                    self.put_off(id, tries, &e, &server).await?;
                }
                return Ok(());
            }
        };
        crate::crash::step();
        let most = submit.most();
        if most.is_some() && store.setting(&size_setting(account)).await? != most {
            store.set_setting(&size_setting(account), &most).await?;
        }
        let reports = Some(submit.reports());
        if store.setting(&reports_setting(account)).await? != reports {
            store.set_setting(&reports_setting(account), &reports).await?;
        }
        let mut next = Some(first);
        let mut rest = ready.into_iter().skip(1);
        while let Some(id) = next {
            if self.end.is_cancelled() || !self.one(submit.as_mut(), account, id, &server).await? {
                break;
            }
            next = rest.next();
        }
        submit.quit().await;
        Ok(())
    }

    async fn connect(&self, key: Key, server: &ServerSettings) -> Result<Box<dyn Submit>> {
        let credential = self.house.secrets.get(key).await?;
        self.house.connect.submission(server, &credential).await
    }

    /// Sends one. False: the connection is of no further use.
    async fn one(&self, submit: &mut dyn Submit, account: Id, id: Id, server: &ServerSettings) -> Result<bool> {
        let store = &self.house.store;
        let Some(parcel) = store.parcel(id).await? else { return Ok(true) };
        let Some(file) = parcel.file.clone() else { return Ok(true) };
        if let Some(most) = submit.most().filter(|most| *most > 0 && parcel.size > *most) {
            let why = UiError::new(Code::MessageTooLarge).with("limit", most);
            store.outgoing_not_sent(id, &why, &[], None, false).await?;
            return Ok(true);
        }
        let mut envelope = Envelope {
            from: parcel.sender.clone(),
            to: parcel.to.iter().map(|(_, email)| email.clone()).collect(),
            size: parcel.size,
            utf8: parcel.utf8,
            eight_bit: parcel.eight_bit,
            report: parcel.report.then(|| parcel.message_id.clone()),
        };
        let mut answers = submit.envelope(&envelope).await;
        if parcel.is_receipt() && matches!(&answers, Err(Error::Declined(no)) if !no.is_temporary() && no.code != 421) {
            // Some servers take nothing from nobody, whatever it is.
            envelope.from = store.account(account).await?.email;
            answers = submit.envelope(&envelope).await;
        }
        let answers = match answers {
            Ok(answers) => answers,
            Err(e) => return self.refused(&parcel, e, server).await,
        };
        let mut not_taken: Vec<NotTaken> = Vec::new();
        for ((position, _), answer) in parcel.to.iter().zip(answers) {
            let Some(declined) = answer else { continue };
            let later = declined.is_temporary() && !tired(&parcel);
            not_taken.push((*position, UiError::from(Error::Declined(Box::new(declined))), !later));
        }
        if let Some((_, why, _)) = not_taken.first().filter(|_| not_taken.len() == parcel.to.len()) {
            let later = not_taken.iter().any(|n| !n.2).then(|| wait(LATER, LATER_MOST, parcel.tries));
            store.outgoing_not_sent(id, why, &not_taken, later, true).await?;
            return Ok(true);
        }
        if !store.begin_outgoing(id, &not_taken).await? {
            // Taken back at the last moment: what the server was told of it ends with the connection.
            return Ok(false);
        }
        self.house.topics.tell([Topic::Outgoing]);
        let ended = submit.data(&files::folder(&self.house.profile).join(file)).await;
        crate::crash::step();
        match ended {
            Ok(words) => {
                tracing::info!(outgoing = id, words, "sent");
                let folders = store.outgoing_accepted(id, wait(LATER, LATER_MOST, parcel.tries)).await?;
                self.accounts.filed_quietly(folders);
                self.house.topics.tell([Topic::Drafts]);
                Ok(true)
            }
            Err(Undelivered::Not(e)) => self.refused(&parcel, e, server).await,
            Err(Undelivered::Unknown(e)) => {
                tracing::warn!(outgoing = id, error = %e, "a message may have been sent");
                store.outgoing_unsure(id, &about(UiError::from(e), server)).await?;
                Ok(false)
            }
        }
    }

    /// The server does not have it, for sure. Gives whether the connection is of use.
    async fn refused(&self, parcel: &Parcel, e: Error, server: &ServerSettings) -> Result<bool> {
        let store = &self.house.store;
        match e {
            Error::Declined(declined) => {
                let later = declined.is_temporary() && !tired(parcel);
                // 421: it is closing (RFC 5321 §3.8).
                let whole = declined.code != 421;
                let why = UiError::from(Error::Declined(declined));
                let later = later.then(|| wait(LATER, LATER_MOST, parcel.tries));
                store.outgoing_not_sent(parcel.id, &why, &[], later, true).await?;
                Ok(whole)
            }
            Error::Invalid(_) | Error::TooLarge(_) => {
                store.outgoing_not_sent(parcel.id, &UiError::from(e), &[], None, false).await?;
                Ok(true)
            }
            e @ Error::Io(_) => {
                // Its file: the connection does not know how much of it came.
                let why = UiError::from(e);
                store
                    .outgoing_not_sent(parcel.id, &why, &[], Some(wait(LATER, LATER_MOST, parcel.tries)), false)
                    .await?;
                Ok(false)
            }
            e => {
                self.put_off(parcel.id, parcel.tries, &e, server).await?;
                Ok(false)
            }
        }
    }

    /// It was not even tried, or the wire broke before the end of it.
    async fn put_off(&self, id: Id, tries: u32, e: &Error, server: &ServerSettings) -> Result<()> {
        let store = &self.house.store;
        let passes = e.is_temporary() || matches!(e, Error::Store(_) | Error::Io(_) | Error::Internal(_));
        let wait = if passes { wait(UNREACHABLE, UNREACHABLE_MOST, tries) } else { NEEDS_PERSON };
        let why = about(ui(e), server);
        store.outgoing_not_sent(id, &why, &[], Some(wait), false).await
    }
}

/// Whether a server has said "later" for long enough.
fn tired(parcel: &Parcel) -> bool {
    parcel.refused.is_some_and(|since| now() - since > PATIENCE)
}

fn wait(first: i64, most: i64, tries: u32) -> i64 {
    first.saturating_mul(1 << tries.min(16)).min(most)
}

/// An error that is needed more than once.
fn ui(e: &Error) -> UiError {
    let code = match e {
        Error::Network(_) | Error::Timeout(_) | Error::Bye(_) => Code::Unreachable,
        Error::NoSuchHost(_) => Code::NoSuchHost,
        Error::Certificate(c) => {
            return UiError::new(Code::Certificate)
                .with("host", &c.host)
                .with("fingerprint", &c.fingerprint)
                .with("reason", &c.reason);
        }
        Error::Tls(_) => Code::NoTls,
        Error::Login(_) => Code::WrongPassword,
        Error::NoPassword(_) => Code::NoPassword,
        Error::Keyring(_) => Code::Keyring,
        Error::Protocol(_) => Code::Protocol,
        Error::Declined(d) => d.meaning(),
        Error::Ui(ui) => return (**ui).clone(),
        _ => Code::Internal,
    };
    let ui = UiError::new(code).detail(e);
    if e.is_temporary() { ui.retry() } else { ui }
}
