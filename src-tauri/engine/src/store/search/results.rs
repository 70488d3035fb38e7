//! What open searches have found: rows in their order, in memory. A page is a piece of them, at any depth.

use super::find::Hit;
use crate::error::{Error, Result};
use crate::store::id;
use crate::view::Id;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// How far a search is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Rows so far.
    pub(crate) rows: usize,
    /// These are all.
    pub(crate) done: bool,
}

/// Hits by mails: of copies of one mail the newest stands for all.
#[derive(Debug, Default, PartialEq, Eq)]
struct Mails {
    hits: Vec<Hit>,
    /// The row that stands for a mail of which there may be copies.
    lead: HashMap<u64, i64>,
    /// The other rows that were found of it.
    copies: HashMap<i64, Vec<i64>>,
}

impl Mails {
    /// The newest first.
    fn add(&mut self, hits: &[Hit]) {
        for hit in hits {
            let lead = match hit.mail {
                0 => hit.row,
                mail => *self.lead.entry(mail).or_insert(hit.row),
            };
            if lead == hit.row {
                self.hits.push(*hit);
            } else {
                self.copies.entry(lead).or_default().push(hit.row);
            }
        }
    }
}

#[derive(Debug)]
struct Found {
    mails: Mails,
    version: u64,
    progress: watch::Sender<Progress>,
}

/// Of each open search, what it has found. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Results(Arc<Mutex<HashMap<Id, Found>>>);

impl Results {
    fn lock(&self) -> MutexGuard<'_, HashMap<Id, Found>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A search begins. How far it is can be followed.
    pub(crate) fn begin(&self, search: Id) -> watch::Receiver<Progress> {
        let (progress, follow) = watch::channel(Progress::default());
        self.lock().insert(search, Found { mails: Mails::default(), version: 0, progress });
        follow
    }

    /// More was found. False: the search has ended.
    pub(crate) fn add(&self, search: Id, hits: &[Hit]) -> bool {
        let mut all = self.lock();
        let Some(found) = all.get_mut(&search) else { return false };
        found.mails.add(hits);
        found.version += 1;
        found.progress.send_replace(Progress { rows: found.mails.hits.len(), done: false });
        true
    }

    /// All was found: what was added, or these instead. True where that is another list than before.
    pub(crate) fn done(&self, search: Id, instead: Option<&[Hit]>) -> bool {
        let instead = instead.map(|hits| {
            let mut mails = Mails::default();
            mails.add(hits);
            mails
        });
        let mut all = self.lock();
        let Some(found) = all.get_mut(&search) else { return false };
        let changed = match instead {
            Some(mails) if mails != found.mails => {
                found.mails = mails;
                found.version += 1;
                true
            }
            Some(_) => false,
            None => true,
        };
        found.progress.send_replace(Progress { rows: found.mails.hits.len(), done: true });
        changed
    }

    /// The search ends.
    pub(crate) fn end(&self, search: Id) {
        self.lock().remove(&search);
    }

    /// How far it is.
    pub(crate) fn progress(&self, search: Id) -> Result<watch::Receiver<Progress>> {
        self.lock().get(&search).map(|f| f.progress.subscribe()).ok_or_else(gone)
    }

    /// Waits until all is found.
    pub(crate) async fn wait(&self, search: Id) -> Result<()> {
        let mut progress = self.progress(search)?;
        let done = progress.wait_for(|p| p.done).await.map(drop);
        done.map_err(|_| gone())
    }

    /// What it has found by now.
    pub(crate) fn rows(&self, search: Id) -> Result<Rows> {
        let all = self.lock();
        let found = all.get(&search).ok_or_else(gone)?;
        Ok(Rows {
            rows: found.mails.hits.iter().map(|h| id(h.row)).collect(),
            unread: u32::try_from(found.mails.hits.iter().filter(|h| h.unread).count()).unwrap_or(u32::MAX),
            version: found.version,
        })
    }

    /// What these rows stand for besides themselves.
    pub(crate) fn copies(&self, search: Id, rows: &[i64]) -> Result<Vec<i64>> {
        let all = self.lock();
        let found = all.get(&search).ok_or_else(gone)?;
        Ok(rows.iter().filter_map(|row| found.mails.copies.get(row)).flatten().copied().collect())
    }
}

/// Rows that were found.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    /// In their order.
    pub(crate) rows: Arc<[Id]>,
    /// Of them, unread.
    pub(crate) unread: u32,
    /// Another one where the rows are others.
    pub(crate) version: u64,
}

fn gone() -> Error {
    Error::Gone("search".into())
}
