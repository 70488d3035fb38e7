//! What cannot be measured from outside: made mail, learnt and searched.
//!
//! What was tried before the index took its shape, on 100,000 to 200,000 made messages:
//! - One FTS5 table, ids by date: a whole word costs 0.2 ms however common it is, but a beginning of four letters of a common word merges
//!   all its documents first, 5 to 15 ms per 100,000 messages: 50 ms and more at a million. An index of beginnings (`prefix=`, or
//!   beginnings as words of their own) helps up to its length alone, and makes the index half as large again.
//! - With positions or columns the index is larger than the text that a header is; without (`detail=none`) it is a third of that. Rows of
//!   words are rare, and are looked up in the few messages that hold all of them.
//! - Ids of seconds cost two to three octets for each word of each message, dense ids one: so slots of a minute, within a quarter of a
//!   year (now half of one). In such a shard (12,500 messages of a million in twenty years) any beginning of two letters takes about 1 ms, and a word that
//!   occurs nowhere 0.01 to 0.05 ms for each shard.
//! - Segments left as they fall (eleven in a shard) made the index 0.65 of its text, of 200,000 messages; made one as a shard fills, 0.58
//!   of 100,000, free pages counted, and 0.44 without them; that takes 36 ms for each shard, and a key stroke half the time.
//! - Tags for From alone: To and Subject are looked up in the message; a tagged copy of every word of a header was a quarter of the index.
//!
//! What was learned at a million:
//! - A word that few messages have cost 24 ms warm while each of eighty shards was a statement of its own: most of it was the way to the
//!   thread of the connection and back. Many shards in one statement: 5 ms. That statement must stay the same from search to search: over
//!   sixty tables it takes longer to be compiled than to be run, and `LIMIT ?1` had every one compiled anew each time (so SQLite is built
//!   with QPSG, see `.cargo/config.toml`).
//! - Rows that come from a connection one by one cost 10 µs each: all hits of the commonest word, half a million, took 10 s, and as one
//!   value for each portion 3 s.
//! - In quarters of a year a rare word is looked up eighty times, four to six pages each, most of them not in a cache. In halves: half of
//!   that, and what the beginning of a word costs in the newest (twice as much, 5 ms) is still far from what one notices.
//! - Two words of which one is a beginning of many (`pul vecirowapit`): FTS5 merges all words that begin so in each shard, however few
//!   messages the other is in. These are looked into instead. Most of them do not hold both: so their texts are looked into first, and
//!   where they stand is read of those that do.

use super::million::{END, length};
use super::words::word;
use crate::error::Result;
use crate::store::Store;
use crate::store::search::terms::{COLUMNS, Source};
use letter::query::Clock;
use std::path::Path;
use std::time::{Duration, Instant};

/// Rows of a first page.
const PAGE: usize = 50;

/// What it took.
#[derive(Clone, Debug, Default)]
pub struct Searching {
    /// Octets of text that were indexed, and of the index.
    pub text: u64,
    /// See there.
    pub index: u64,
    /// To learn all of it.
    pub learning: Duration,
    /// The first search of a process, for each of some words.
    pub cold: Vec<Duration>,
    /// The same words again and again.
    pub warm: Vec<Duration>,
    /// Each key stroke of them.
    pub strokes: Vec<Duration>,
    /// The slowest of these, and what was typed.
    pub slowest: (Duration, String),
    /// All hits of the most common word, and how many.
    pub all: (Duration, usize),
}

/// Learns and searches what [`super::make`] made.
///
/// # Errors
/// The store cannot be read, the index not written.
pub async fn search(profile: &Path) -> Result<Searching> {
    let mut found = Searching::default();
    let store = Store::open(profile).await?;
    let begun = Instant::now();
    while store.learn().await? {}
    found.learning = begun.elapsed();
    found.text = octets(&store).await?;
    let asked: Vec<String> = [0, 1, 5, 30, 200, 1_000, 5_000, 20_000, 39_000].into_iter().map(word).collect();
    store.close().await;
    found.index = length(&profile.join("search.sqlite"))?;
    for query in &asked {
        let store = Store::open(profile).await?;
        found.cold.push(page(&store, query).await?);
        store.close().await;
    }
    let store = Store::open(profile).await?;
    for round in 0..20 {
        for query in &asked {
            let taken = page(&store, query).await?;
            if round > 0 {
                found.warm.push(taken);
            }
        }
    }
    let mut typed: Vec<String> = Vec::new();
    for query in &asked {
        for end in 1..=query.len() {
            typed.push(query.get(..end).unwrap_or(query).to_owned());
        }
        typed.extend(asked.iter().map(|other| format!("{query} {other}")));
    }
    for query in typed {
        let taken = page(&store, &query).await?;
        found.strokes.push(taken);
        if found.slowest.0 < taken {
            found.slowest = (taken, query);
        }
    }
    let begun = Instant::now();
    let (plan, _) = store.plan(&word(0), CLOCK).await?;
    let mut hits = 0;
    store
        .find(&plan, |some| {
            hits += some.len();
            true
        })
        .await?;
    found.all = (begun.elapsed(), hits);
    store.close().await;
    for list in [&mut found.cold, &mut found.warm, &mut found.strokes] {
        list.sort_unstable();
    }
    Ok(found)
}

/// The same search again and again, sorted: for a profile of it.
///
/// # Errors
/// The store cannot be read.
pub async fn again(profile: &Path, query: &str) -> Result<Vec<Duration>> {
    let store = Store::open(profile).await?;
    let mut all = Vec::new();
    for _ in 0..200 {
        all.push(page(&store, query).await?);
    }
    store.close().await;
    all.sort_unstable();
    Ok(all)
}

const CLOCK: Clock = Clock { now: END, east: 0 };

/// From what was typed to the rows of the first page.
async fn page(store: &Store, query: &str) -> Result<Duration> {
    let begun = Instant::now();
    let (plan, _) = store.plan(query, CLOCK).await?;
    let mut rows: Vec<i64> = Vec::with_capacity(PAGE);
    store
        .find(&plan, |hits| {
            rows.extend(hits.iter().map(|h| h.row).take(PAGE - rows.len()));
            rows.len() < PAGE
        })
        .await?;
    store.rows(&rows).await?;
    Ok(begun.elapsed())
}

async fn octets(store: &Store) -> Result<u64> {
    let mut all = 0;
    let mut from: i64 = 0;
    loop {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM message m LEFT JOIN body b ON b.message = m.id WHERE m.id > ?1 ORDER BY m.id LIMIT 5000"
        )))
        .bind(from)
        .fetch_all(store.read())
        .await?;
        let Some(last) = rows.last() else { return Ok(all) };
        from = Source::of(last)?.message;
        for row in &rows {
            all += u64::try_from(Source::of(row)?.terms().1).unwrap_or(0);
        }
    }
}
