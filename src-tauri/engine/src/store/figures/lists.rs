//! Pages of lists.

use crate::error::Result;
use crate::store::Store;
use crate::view::{List, ListKey};
use std::path::Path;
use std::time::{Duration, Instant};

/// Pages that are read, of so many rows.
const PAGES: u32 = 400;
const ROWS: u32 = 100;

/// How long pages took, each sorted.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    /// The first page of all inboxes as conversations, in a process that has just begun.
    pub cold: Duration,
    /// The same, read again and again.
    pub first: Vec<Duration>,
    /// Pages of the same, anywhere.
    pub pages: Vec<Duration>,
    /// Pages of all mail, message by message, anywhere.
    pub single: Vec<Duration>,
}

/// Reads lists of a store that [`super::make`] made.
///
/// # Errors
/// The store cannot be read.
pub async fn lists(profile: &Path) -> Result<Lists> {
    let store = Store::open(profile).await?;
    // A store that an earlier version made is arranged first.
    while store.settle_some().await? {}
    let mut found = Lists::default();
    let talks = List::conversations(ListKey::Inboxes);
    let begun = Instant::now();
    store.list_page(&talks, 0, ROWS).await?;
    found.cold = begun.elapsed();
    for _ in 0..PAGES {
        let begun = Instant::now();
        store.list_page(&talks, 0, ROWS).await?;
        found.first.push(begun.elapsed());
    }
    found.pages = anywhere(&store, &talks).await?;
    found.single = anywhere(&store, &List::of(ListKey::AllMail)).await?;
    store.close().await;
    found.first.sort_unstable();
    Ok(found)
}

async fn anywhere(store: &Store, list: &List) -> Result<Vec<Duration>> {
    let total = store.list_page(list, 0, 1).await?.total;
    // Somebody jumps into the depth of the list: the milestones are laid.
    while total > 10_000 && store.milestones.before(list, store.commits(), total / 2).is_none() {
        store.list_page(list, total / 2, ROWS).await?;
        tokio::task::yield_now().await;
    }
    let mut pages = Vec::new();
    for n in 0..PAGES {
        let begun = Instant::now();
        store.list_page(list, n.wrapping_mul(2_654_435_761) % total.max(1), ROWS).await?;
        pages.push(begun.elapsed());
    }
    pages.sort_unstable();
    Ok(pages)
}
