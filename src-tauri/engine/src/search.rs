//! Open searches, and the task that teaches the index. A search has a task of its own: it finds, tells, and finds again when mail or
//! index have changed, never more often than its own cost allows.

mod complete;

use crate::engine::House;
use crate::error::{Error, Result};
use crate::store::search::{Hit, Progress};
use crate::store::{count, number};
use crate::sync::Accounts;
use crate::sync::searching::Asked;
use crate::topics::Topic;
use crate::view::*;
use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;

/// Open at once; the oldest ends when there are more. The window ends its own.
const OPEN: usize = 24;
/// The first page is waited for so long.
const FIRST: Duration = Duration::from_millis(400);
/// Rows of a first page.
const PAGE: usize = 50;
/// While it goes on finding, that is told so often.
const TOLD: Duration = Duration::from_millis(300);
/// Between two searches for the same: at least this, and so many times as long as the last took.
const AGAIN: Duration = Duration::from_millis(200);
const RESTS: u32 = 5;
/// Between two portions that the index learns: everybody else goes first.
const LEARNING: Duration = Duration::from_millis(15);
/// The same while mail is arriving.
const BUSY: Duration = Duration::from_millis(120);
/// After a portion that could not be learnt.
const FAILED: Duration = Duration::from_secs(20);
/// Characters of a query that are read.
const LONGEST: usize = 2_000;

struct Open {
    query: String,
    task: JoinHandle<()>,
    asked: Asked,
}

/// All open searches. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Searches {
    house: Arc<House>,
    accounts: Accounts,
    open: Arc<Mutex<BTreeMap<Id, Open>>>,
    next: Arc<AtomicU32>,
    learner: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Searches {
    pub(crate) fn new(house: Arc<House>, accounts: Accounts) -> Self {
        Self { house, accounts, open: Arc::default(), next: Arc::default(), learner: Arc::default() }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Id, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts to teach the index what is noted for it.
    pub(crate) fn begin(&self) {
        let task = tokio::spawn(learn(self.house.clone()));
        if let Some(before) = self.learner.lock().unwrap_or_else(PoisonError::into_inner).replace(task) {
            before.abort();
        }
    }

    /// Ends all tasks, and waits for the one that writes.
    pub(crate) async fn end(&self) {
        let all = std::mem::take(&mut *self.lock());
        for (_, open) in all {
            open.task.abort();
            open.asked.cancel();
        }
        let learner = self.learner.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = learner {
            task.abort();
            let _ = task.await;
        }
    }

    /// Begins a search. Comes back with its first page found, or with what there is after a short while.
    pub(crate) async fn open(&self, query: &str) -> Result<SearchView> {
        let query: String = query.chars().take(LONGEST).collect();
        let id = self.next.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        let mut progress = self.house.store.results.begin(id);
        let asked = Asked::default();
        let task = tokio::spawn(search(self.house.clone(), id, query.clone(), asked.clone()));
        let over: Vec<(Id, Open)> = {
            let mut open = self.lock();
            open.insert(id, Open { query, task, asked });
            let mut over = Vec::new();
            while open.len() > OPEN
                && let Some(oldest) = open.pop_first()
            {
                over.push(oldest);
            }
            over
        };
        for (id, open) in over {
            self.ended(id, &open);
        }
        let _ = tokio::time::timeout(FIRST, progress.wait_for(|p| p.done || p.rows >= PAGE)).await;
        self.view(id).await
    }

    fn ended(&self, id: Id, open: &Open) {
        open.task.abort();
        open.asked.cancel();
        self.house.store.results.end(id);
    }

    /// Ends a search; its list is empty from now on.
    pub(crate) fn close(&self, id: Id) {
        if let Some(open) = self.lock().remove(&id) {
            self.ended(id, &open);
        }
    }

    /// A search as it stands now.
    pub(crate) async fn view(&self, id: Id) -> Result<SearchView> {
        let store = &self.house.store;
        let (query, asked) = self
            .lock()
            .get(&id)
            .map(|o| (o.query.clone(), o.asked.clone()))
            .ok_or_else(|| Error::Gone("search".into()))?;
        let Progress { rows, done } = *store.results.progress(id)?.borrow();
        let read = letter::query::read(&query, store.clock().await?);
        let covered = store.covered().await?;
        Ok(SearchView {
            id,
            words: read.tree.marks(),
            fault: read.fault.map(fault),
            query,
            total: count(i64::try_from(rows).unwrap_or(i64::MAX)),
            done,
            coverage: Coverage {
                headers: number(covered.headers),
                texts: number(covered.texts),
                indexed: number(covered.indexed),
                servers: self.accounts.asked(&asked).await?,
            },
        })
    }

    /// Goes on with a search on the servers.
    pub(crate) async fn ask_servers(&self, id: Id) -> Result<()> {
        let (query, asked) = self
            .lock()
            .get(&id)
            .map(|o| (o.query.clone(), o.asked.clone()))
            .ok_or_else(|| Error::Gone("search".into()))?;
        self.accounts.ask_servers(id, &query, &asked).await
    }

    /// Mail and people for the palette. Nothing stays open.
    pub(crate) async fn palette(&self, text: &str, limit: u32) -> Result<Found> {
        let limit = limit.min(50);
        let store = &self.house.store;
        let text: String = text.trim().chars().take(LONGEST).collect();
        if text.is_empty() {
            return Ok(Found { mail: Vec::new(), people: Vec::new() });
        }
        let (plan, _) = store.plan(&text, store.clock().await?).await?;
        let mut rows: Vec<i64> = Vec::new();
        let mut mails: HashSet<u64> = HashSet::new();
        let most = limit as usize;
        let until = Instant::now() + FIRST;
        let looked = store.find(&plan, |hits| {
            let once = hits.iter().filter(|h| h.mail == 0 || mails.insert(h.mail)).map(|h| h.row);
            rows.extend(once.take(most.saturating_sub(rows.len())));
            rows.len() < most && Instant::now() < until
        });
        looked.await?;
        let people = store.suggest(&text, limit).await?;
        Ok(Found { mail: store.rows(&rows).await?, people })
    }
}

fn fault(fault: letter::query::Fault) -> QueryFault {
    use letter::query::FaultKind as Kind;
    QueryFault {
        start: fault.start,
        end: fault.end,
        kind: match fault.kind {
            Kind::OpenQuote => FaultKind::OpenQuote,
            Kind::Bracket => FaultKind::Bracket,
            Kind::Date => FaultKind::Date,
            Kind::Size => FaultKind::Size,
            Kind::Value => FaultKind::Value,
            Kind::TooLong => FaultKind::TooLong,
        },
    }
}

/// The life of one search: finds, and finds again.
async fn search(house: Arc<House>, id: Id, query: String, asked: Asked) {
    let store = &house.store;
    let mut topics = house.topics.listen();
    let mut learnt = store.index.learnt.subscribe();
    let mut first = true;
    loop {
        let (commit, begun) = (store.commits(), Instant::now());
        learnt.mark_unchanged();
        match find(&house, id, &query, &asked, first).await {
            Ok(changed) => {
                first = false;
                if changed {
                    house.topics.tell([Topic::Search(id)]);
                }
            }
            Err(e) => {
                tracing::warn!(error = %e, "a search could not be made");
                tokio::time::sleep(FAILED / 10).await;
            }
        }
        let rest = AGAIN.max(begun.elapsed() * RESTS);
        tokio::time::sleep(rest).await;
        while store.commits() == commit && !first {
            tokio::select! {
                topic = topics.recv() => if matches!(topic, Err(RecvError::Closed)) { return },
                changed = learnt.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    break;
                }
                () = asked.came.notified() => break,
            }
        }
    }
}

/// Finds once. What is found the first time is shown as it comes; later on, as a whole, where it is another list.
async fn find(house: &Arc<House>, id: Id, query: &str, asked: &Asked, first: bool) -> Result<bool> {
    let store = &house.store;
    let (plan, _) = store.plan(query, store.clock().await?).await?;
    if first {
        let mut told = Instant::now();
        store
            .find(&plan, |hits| {
                let open = store.results.add(id, hits);
                if open && told.elapsed() > TOLD {
                    told = Instant::now();
                    house.topics.tell([Topic::Search(id)]);
                }
                open
            })
            .await?;
        return Ok(store.results.done(id, None));
    }
    let mut all: Vec<Hit> = Vec::new();
    store
        .find(&plan, |hits| {
            all.extend_from_slice(hits);
            true
        })
        .await?;
    for (folder, uids) in asked.named() {
        all.extend(store.named(&plan, folder, &uids).await?);
    }
    // One row for each message, whoever found it.
    let mut seen = HashSet::new();
    all.retain(|h| seen.insert(h.message));
    all.sort_unstable_by(|a, b| b.cmp(a));
    Ok(store.results.done(id, Some(&all)))
}

/// Teaches the index whatever is noted for it, as long as the engine runs.
async fn learn(house: Arc<House>) {
    let mut topics = house.topics.listen();
    let mut files = house.store.index.files.subscribe();
    loop {
        let commits = house.store.commits();
        let learnt = house.store.learn().await;
        if files.has_changed().is_ok_and(|changed| changed) {
            files.mark_unchanged();
            house.topics.tell([Topic::Files]);
        }
        let rest = match learnt {
            Ok(true) if house.store.commits() == commits => LEARNING,
            Ok(true) => BUSY,
            Ok(false) => {
                // Every change of a message is told as some topic.
                match topics.recv().await {
                    Err(RecvError::Closed) => return,
                    _ => continue,
                }
            }
            Err(e) => {
                tracing::warn!(error = %e, "the search index could not learn");
                FAILED
            }
        };
        tokio::time::sleep(rest).await;
    }
}
