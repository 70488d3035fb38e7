//! What cannot be measured from outside: the store's own work, without a server. For the bench alone (feature `figures`).

use super::{Mail, join as join_mails};
use crate::error::Result;
use crate::remote::Fetched;
use crate::store::placements::{Arrival, insert};
use crate::store::{Store, count};
use crate::sync::arrival;
use crate::view::{List, ListKey};
use std::path::Path;
use std::time::{Duration, Instant};

/// Rows of one transaction, as in a sync.
const TOGETHER: u32 = 2_048;
/// Messages of one conversation.
const CONVERSATION: u32 = 5;
/// Single messages that are measured at the end.
const SINGLE: u32 = 200;

/// Pages that are read, of so many rows.
const PAGES: u32 = 200;
const ROWS: u32 = 100;

/// How long it took to join messages into conversations.
#[derive(Clone, Debug)]
pub struct Joining {
    /// All that came in batches: the joining alone.
    pub joining: Duration,
    /// All that writing them takes, the joining among it.
    pub writing: Duration,
    /// Of those that came alone, each with its transaction, sorted.
    pub single: Vec<Duration>,
    /// Conversations there are in the end.
    pub threads: u32,
    /// The first page of all inboxes as conversations, read again and again, sorted.
    pub first: Vec<Duration>,
    /// Pages of the same at any offset, sorted.
    pub pages: Vec<Duration>,
}

/// Writes so many messages into a new store, newest first as a first sync does, from headers that are made here.
///
/// # Errors
/// The store cannot be written.
pub async fn join(profile: &Path, messages: u32) -> Result<Joining> {
    let store = Store::open(profile).await?;
    let mut tx = store.write().await?;
    for sql in [
        "INSERT INTO account (id, position, name, email, label, color, incoming) VALUES (1, 1, '', '', '', '', '{}')",
        "INSERT INTO folder (id, account, mailbox, path, role, uidvalidity) VALUES (1, 1, 'INBOX', 'INBOX', 1, 1)",
    ] {
        sqlx::query(sql).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    let folder = store.folder(1).await?;
    let (mut joining, mut writing) = (Duration::ZERO, Duration::ZERO);
    let mut next = messages + SINGLE;
    while next > SINGLE {
        let first = next.saturating_sub(TOGETHER).max(SINGLE);
        let batch: Vec<Arrival> = (first..next).map(header).collect();
        next = first;
        // Joined by itself, which is measured and taken back; then written as a sync does.
        let mut tx = store.write().await?;
        let begun = Instant::now();
        let mails: Vec<Mail> =
            batch.iter().map(|a| Mail::of(i64::from(messages) * 2 + i64::from(a.uid), 1, a)).collect();
        join_mails(&mut tx, &mails).await?;
        joining += begun.elapsed();
        drop(tx);
        let begun = Instant::now();
        let mut tx = store.write().await?;
        insert(&mut tx, &folder, &batch).await?;
        tx.commit().await?;
        writing += begun.elapsed();
    }
    let mut single = Vec::new();
    for n in 0..SINGLE {
        let one = [header(n)];
        let begun = Instant::now();
        let mut tx = store.write().await?;
        insert(&mut tx, &folder, &one).await?;
        tx.commit().await?;
        single.push(begun.elapsed());
    }
    single.sort_unstable();
    let threads: i64 = sqlx::query_scalar("SELECT count(DISTINCT thread) FROM message").fetch_one(store.read()).await?;
    let (first, pages) = pages(&store).await?;
    store.close().await;
    Ok(Joining { joining, writing, single, threads: count(threads), first, pages })
}

/// Pages of all inboxes as conversations.
async fn pages(store: &Store) -> Result<(Vec<Duration>, Vec<Duration>)> {
    let list = List::conversations(ListKey::Inboxes);
    let total = store.list_page(&list, 0, 1).await?.total;
    // Somebody jumps into the depth of the list: the milestones are laid.
    while total > 10_000 && store.milestones.before(&list, store.commits(), total / 2).is_none() {
        store.list_page(&list, total / 2, ROWS).await?;
        tokio::task::yield_now().await;
    }
    let (mut first, mut pages) = (Vec::new(), Vec::new());
    for n in 0..PAGES {
        let begun = Instant::now();
        store.list_page(&list, 0, ROWS).await?;
        first.push(begun.elapsed());
        let begun = Instant::now();
        store.list_page(&list, n.wrapping_mul(2_654_435_761) % total.max(1), ROWS).await?;
        pages.push(begun.elapsed());
    }
    first.sort_unstable();
    pages.sort_unstable();
    Ok((first, pages))
}

/// Message `n`: conversations run beside each other, each answer names all before it.
fn header(n: u32) -> Arrival {
    let (round, place) = (n / (1_000 * CONVERSATION), n % (1_000 * CONVERSATION));
    let (talk, turn) = (round * 1_000 + place % 1_000, place / 1_000);
    let id = |turn: u32| format!("<{talk}.{turn}.6f1ed002ab5595859014ebf0951522d9@mail{}.example.org>", talk % 97);
    let before: String = (0..turn).map(|t| id(t) + "\r\n ").collect();
    let answers =
        if turn == 0 { String::new() } else { format!("In-Reply-To: {}\r\nReferences: {before}\r\n", id(turn - 1)) };
    let header = format!(
        "Date: Mon, 2 Nov 2026 09:30:00 +0100\r\nFrom: Person {0} <p{0}@example.org>\r\nTo: Alice <alice@example.org>\r\n\
         Subject: {1}Plans for {talk}\r\nMessage-ID: {2}\r\n{answers}\r\n",
        talk % 1_013,
        if turn == 0 { "" } else { "Re: " },
        id(turn),
    );
    let uid = n + 1;
    let (header, internal_date) = (header.into_bytes(), Some(i64::from(n)));
    arrival(&Fetched { uid, header, size: Some(4_000), internal_date, ..Fetched::default() })
}
