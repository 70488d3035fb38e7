//! What cannot be measured from outside: made mail, learnt and searched, without a server. For the bench alone (feature `figures`).
//!
//! What was tried before the index took its shape, on 100,000 to 200,000 made messages:
//! - One FTS5 table, ids by date: a whole word costs 0.2 ms however common it is, but a beginning of four letters of a common word merges
//!   all its documents first, 5 to 15 ms per 100,000 messages: 50 ms and more at a million. An index of beginnings (`prefix=`, or
//!   beginnings as words of their own) helps up to its length alone, and makes the index half as large again.
//! - With positions or columns the index is larger than the text that a header is; without (`detail=none`) it is a third of that. Rows of
//!   words are rare, and are looked up in the few messages that hold all of them.
//! - Ids of seconds cost two to three octets for each word of each message, dense ids one: so slots of a minute, within a quarter of a
//!   year. In such a shard (12,500 messages of a million in twenty years) any beginning of two letters takes about 1 ms, and a word that
//!   occurs nowhere 0.01 to 0.05 ms for each shard.
//! - Segments left as they fall (eleven in a shard) made the index 0.65 of its text, of 200,000 messages; made one as a shard fills, 0.58
//!   of 100,000, free pages counted, and 0.44 without them; that takes 36 ms for each shard, and a key stroke half the time.
//! - Tags for From alone: To and Subject are looked up in the message; a tagged copy of every word of a header was a quarter of the index.

use super::terms::{COLUMNS, Source};
use crate::error::Result;
use crate::store::Store;
use crate::store::bodies::Body;
use crate::store::messages::People;
use crate::store::placements::{Arrival, insert};
use letter::query::Clock;
use std::path::Path;
use std::time::{Duration, Instant};

/// Rows of one transaction.
const TOGETHER: u32 = 2_048;
/// One in so many messages has its text here.
const TEXTS: u32 = 4;
/// Words of a text.
const LONG: u32 = 110;
/// Words there are; their frequencies fall as those of a language do.
const WORDS: u64 = 40_000;
/// Rows of a first page.
const PAGE: usize = 50;
/// Twenty years.
const YEARS: i64 = 20 * 31_556_952;

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
    /// All hits of the most common word, and how many.
    pub all: (Duration, usize),
}

/// Makes so many messages in a new store, learns and searches them.
///
/// # Errors
/// The store cannot be written.
pub async fn search(profile: &Path, messages: u32) -> Result<Searching> {
    let mut found = Searching::default();
    let store = Store::open(profile).await?;
    make(&store, messages).await?;
    let begun = Instant::now();
    while store.learn().await? {}
    found.learning = begun.elapsed();
    found.text = octets(&store).await?;
    let asked: Vec<String> = [0, 1, 5, 30, 200, 1_000, 5_000, 20_000, 39_000].into_iter().map(word).collect();
    store.close().await;
    found.index = std::fs::metadata(profile.join("search.sqlite"))?.len();
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
    for query in &asked {
        for end in 1..=query.len() {
            found.strokes.push(page(&store, query.get(..end).unwrap_or(query)).await?);
        }
        for other in &asked {
            found.strokes.push(page(&store, &format!("{query} {other}")).await?);
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

const CLOCK: Clock = Clock { now: 1_700_000_000, east: 0 };

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

async fn make(store: &Store, messages: u32) -> Result<()> {
    let mut tx = store.write().await?;
    for account in 1..=3 {
        sqlx::query("INSERT INTO account (id, position, name, email, label, color, incoming) VALUES (?1, ?1, '', 'me@example.org', '', '', '{}')")
            .bind(account)
            .execute(&mut *tx)
            .await?;
        sqlx::query("INSERT INTO folder (id, account, mailbox, path, role, uidvalidity) VALUES (?1, ?1, 'INBOX', 'INBOX', 1, 1)")
            .bind(account)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    let mut next = messages;
    while next > 0 {
        let first = next.saturating_sub(TOGETHER);
        for account in 1..=3_u32 {
            let folder = store.folder(account).await?;
            let batch: Vec<Arrival> =
                (first..next).filter(|n| n % 3 + 1 == account).map(|n| header(n, messages)).collect();
            let mut tx = store.write().await?;
            insert(&mut tx, &folder, &batch).await?;
            tx.commit().await?;
        }
        next = first;
    }
    let with_text: Vec<i64> =
        sqlx::query_scalar("SELECT id FROM message WHERE id % ?1 = 0").bind(TEXTS).fetch_all(store.read()).await?;
    for some in with_text.chunks(1_000) {
        let mut tx = store.write().await?;
        for message in some {
            let seed = u64::try_from(*message).unwrap_or(0).wrapping_mul(0x9e37_79b9);
            let body = Body { html: Some(format!("<p>{}</p>", words(seed, LONG))), ..Body::default() };
            crate::store::bodies::write(&mut tx, crate::store::id(*message), &body).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Message `n`, the latest last.
fn header(n: u32, messages: u32) -> Arrival {
    let seed = u64::from(n).wrapping_mul(0x2545_f491);
    let person = |who: u64| {
        let (first, last) = (word(who * 7 % WORDS), word(who * 13 % WORDS));
        (format!("{first} {last}"), format!("{first}.{last}@{}.example", word(who % 300)))
    };
    let me = ("Alice Weaver".to_owned(), "alice.weaver@example.org".to_owned());
    let people = People { from: vec![person(mixed(seed) % 900)], to: vec![me], ..People::default() };
    let received = 1_700_000_000 - YEARS + i64::from(n) * YEARS / i64::from(messages.max(1));
    Arrival {
        uid: n + 1,
        flags: i64::from(n % 3 != 0),
        keywords: String::new(),
        received,
        identity: i64::from(n),
        who: people.from.first().map(|p| p.0.clone()).unwrap_or_default(),
        whom: String::new(),
        subject: words(mixed(seed ^ 1), 6),
        preview: None,
        date: received,
        size: 4_000,
        message_id: None,
        refs: None,
        list_id: None,
        server_thread: None,
        people: serde_json::to_string(&people).unwrap_or_default(),
        structure: None,
        attachments: 0,
        damaged: false,
    }
}

/// Splitmix64.
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// So many words, the common ones often: the rank of a word is drawn evenly on a logarithmic scale, which is Zipf's law.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a draw")]
fn words(seed: u64, n: u32) -> String {
    let mut out = String::new();
    let mut state = seed;
    for _ in 0..n {
        state = mixed(state);
        let even = (state >> 11) as f64 / (1_u64 << 53) as f64;
        let rank = (even * (WORDS as f64).ln()).exp() as u64 - 1;
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&word(rank.min(WORDS - 1)));
    }
    out
}

/// The word of a rank: common ones are short.
fn word(rank: u64) -> String {
    const CONSONANTS: &[u8] = b"bcdfghklmnprstvwz";
    const VOWELS: &[u8] = b"aeiou";
    let pick = |from: &[u8], n: u64| {
        usize::try_from(n).ok().and_then(|n| from.get(n % from.len())).map_or('x', |b| char::from(*b))
    };
    let mut state = mixed(rank);
    let syllables = 1 + rank.checked_ilog(12).unwrap_or(0).min(4);
    let mut out = String::new();
    for _ in 0..syllables {
        out.push(pick(CONSONANTS, state % 17));
        out.push(pick(VOWELS, state / 17 % 5));
        state /= 85;
    }
    out.push(pick(b"nrstlmkd", state % 8));
    out
}
