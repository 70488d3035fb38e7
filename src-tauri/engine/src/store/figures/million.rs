//! A store as twenty years leave it: three accounts, five thousand folders, conversations of five with every tenth message one's own
//! (in Sent), a text here for every fourth. Written newest first, as a first sync does, from headers that are read as a server's are.

use super::words::{WORDS, mixed, word, words};
use crate::error::{Error, Result};
use crate::remote::Fetched;
use crate::store::bodies::{self, Body};
use crate::store::placements::{Arrival, insert};
use crate::store::threads::{Mail, join};
use crate::store::{Store, count, id};
use crate::sync::arrival;
use crate::view::{AccountForm, Id, Security, ServerSettings};
use std::path::Path;
use std::time::{Duration, Instant};

/// Rows of one transaction, as in a sync.
const TOGETHER: u32 = 2_048;
/// Messages of one conversation.
const CONVERSATION: u32 = 5;
/// Single messages that are measured at the end.
const SINGLE: u32 = 200;
/// Folders of all accounts.
const FOLDERS: u32 = 5_000;
/// One in so many messages has its text here.
const TEXTS: u32 = 4;
/// Words of a text.
const LONG: u32 = 110;
/// Twenty years, and their end.
const YEARS: i64 = 20 * 31_556_952;
pub(super) const END: i64 = 1_780_000_000;
/// Whose mail it is.
const OWN: [&str; 3] = ["alice@example.org", "weaver@work.example", "alice@club.example"];

/// What it took.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// All that came in batches, joined into conversations: the joining alone.
    pub joining: Duration,
    /// All that writing them takes, the joining among it.
    pub writing: Duration,
    /// Of those that came alone, each with its transaction, sorted.
    pub single: Vec<Duration>,
    /// Conversations there are in the end.
    pub threads: u32,
}

/// Inbox and Sent of each account.
type Places = [(Id, Id); 3];

/// Makes so many messages in a new store.
///
/// # Errors
/// The store cannot be written.
pub async fn make(profile: &Path, messages: u32) -> Result<Made> {
    let store = Store::open(profile).await?;
    let places = folders(&store).await?;
    let mut made = Made::default();
    let all = messages.max(SINGLE);
    let mut next = all;
    while next > SINGLE {
        let first = next.saturating_sub(TOGETHER).max(SINGLE);
        let batch: Vec<(usize, bool, Arrival)> = (first..next).map(|n| message(n, all)).collect();
        next = first;
        // Joined by itself, which is measured and taken back; then written as a sync does.
        let mut tx = store.write().await?;
        let begun = Instant::now();
        for account in 1..=3_usize {
            let of = batch.iter().filter(|(a, ..)| a + 1 == account);
            let unused = |a: &Arrival| i64::from(all) * 2 + i64::from(a.uid);
            let mails: Vec<Mail> =
                of.map(|(_, _, a)| Mail::of(unused(a), u32::try_from(account).unwrap_or(0), a)).collect();
            join(&mut tx, &mails).await?;
        }
        made.joining += begun.elapsed();
        drop(tx);
        let begun = Instant::now();
        write(&store, &places, batch).await?;
        made.writing += begun.elapsed();
    }
    texts(&store).await?;
    for n in 0..SINGLE {
        let one = vec![message(n, all)];
        let begun = Instant::now();
        write(&store, &places, one).await?;
        made.single.push(begun.elapsed());
    }
    made.single.sort_unstable();
    let threads: i64 = sqlx::query_scalar("SELECT count(DISTINCT thread) FROM message").fetch_one(store.read()).await?;
    made.threads = count(threads);
    store.close().await;
    Ok(made)
}

async fn folders(store: &Store) -> Result<Places> {
    let mut places = [(0, 0); 3];
    for (email, place) in OWN.iter().zip(&mut places) {
        // Nobody is there: what is measured is what is here.
        let incoming = ServerSettings {
            host: "127.0.0.1".into(),
            port: 9,
            security: Security::Tls,
            user: (*email).to_owned(),
            accepted_certificate: None,
            allow_clear_text: false,
        };
        let form = AccountForm {
            name: "Alice Weaver".into(),
            email: (*email).to_owned(),
            password: String::new().into(),
            incoming,
            outgoing: None,
            outgoing_password: None,
        };
        let account = store.add_account(&form).await?;
        // Nor is anybody asked for a password: a dialog over the window would be drawn in every frame that is measured.
        store.set_signed_out(account, true).await?;
        let mut tx = store.write().await?;
        let mut ids = Vec::new();
        for n in 0..FOLDERS / 3 {
            let (name, role) = match n {
                0 => ("INBOX".to_owned(), 1),
                1 => ("Sent".to_owned(), 3),
                2 => ("Archive".to_owned(), 4),
                3 => ("Trash".to_owned(), 7),
                _ => (format!("{}/{}-{n}", word(u64::from(n) / 40), word(u64::from(n))), 0),
            };
            let folder: i64 = sqlx::query_scalar(
                "INSERT INTO folder (account, mailbox, path, delimiter, role, uidvalidity) VALUES (?1, ?2, ?2, '/', ?3, 1) RETURNING id",
            )
            .bind(account)
            .bind(name)
            .bind(role)
            .fetch_one(&mut *tx)
            .await?;
            ids.push(id(folder));
        }
        tx.commit().await?;
        *place = (ids.first().copied().unwrap_or(0), ids.get(1).copied().unwrap_or(0));
    }
    Ok(places)
}

/// One transaction, as a sync writes what one answer brought.
async fn write(store: &Store, places: &Places, batch: Vec<(usize, bool, Arrival)>) -> Result<()> {
    let mut parts: Vec<(Id, Vec<Arrival>)> = Vec::new();
    for (account, own, arrival) in batch {
        let Some((inbox, sent)) = places.get(account) else { continue };
        let folder = if own { *sent } else { *inbox };
        match parts.iter_mut().find(|(id, _)| *id == folder) {
            Some((_, part)) => part.push(arrival),
            None => parts.push((folder, vec![arrival])),
        }
    }
    let mut folders = Vec::new();
    for (folder, _) in &parts {
        folders.push(store.folder(*folder).await?);
    }
    let mut tx = store.write().await?;
    for (folder, (_, part)) in folders.iter().zip(&parts) {
        insert(&mut tx, folder, part).await?;
    }
    tx.commit().await
}

async fn texts(store: &Store) -> Result<()> {
    let with_text: Vec<i64> =
        sqlx::query_scalar("SELECT id FROM message WHERE id % ?1 = 0").bind(TEXTS).fetch_all(store.read()).await?;
    for some in with_text.chunks(1_000) {
        let mut tx = store.write().await?;
        for message in some {
            let seed = u64::try_from(*message).unwrap_or(0).wrapping_mul(0x9e37_79b9);
            let body = Body { html: Some(format!("<p>{}</p>", words(seed, LONG))), ..Body::default() };
            bodies::write(&mut tx, id(*message), &body).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Message `n`, the latest last, with its account and whether it is one's own. Conversations run beside each other, each answer names
/// all before it.
fn message(n: u32, all: u32) -> (usize, bool, Arrival) {
    let (round, place) = (n / (1_000 * CONVERSATION), n % (1_000 * CONVERSATION));
    let (talk, turn) = (round * 1_000 + place % 1_000, place / 1_000);
    let account = match talk % 10 {
        0..=6 => 0_usize,
        7 | 8 => 1,
        _ => 2,
    };
    let own = turn == 1 && talk % 2 == 0;
    let me = format!("Alice Weaver <{}>", OWN.get(account).copied().unwrap_or_default());
    let person = |who: u64| {
        let (first, last) = (word(who * 7 % WORDS), word(who * 13 % WORDS));
        format!("{first} {last} <{first}.{last}@{}.example>", word(who % 300))
    };
    let seed = u64::from(talk).wrapping_mul(0x2545_f491);
    // Two others take part.
    let other = person(mixed(seed ^ u64::from(turn % 2)) % 900);
    let (from, to) = if own { (&me, &other) } else { (&other, &me) };
    let message_id =
        |turn: u32| format!("<{talk}.{turn}.6f1ed002ab5595859014ebf0951522d9@mail{}.example.org>", talk % 97);
    let before: String = (0..turn).map(|t| message_id(t) + "\r\n ").collect();
    let answers = if turn == 0 {
        String::new()
    } else {
        format!("In-Reply-To: {}\r\nReferences: {before}\r\n", message_id(turn - 1))
    };
    let header = format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {}{}\r\nMessage-ID: {}\r\n{answers}\r\n",
        if turn == 0 { "" } else { "Re: " },
        words(mixed(seed ^ 77), 6),
        message_id(turn),
    );
    let received = END - YEARS + i64::from(n) * YEARS / i64::from(all);
    let fetched = Fetched {
        uid: n + 1,
        header: header.into_bytes(),
        size: Some(4_000),
        internal_date: Some(received),
        ..Fetched::default()
    };
    let mut arrival = arrival(&fetched);
    arrival.flags = i64::from(n % 3 != 0) | if n % 50 == 0 { 2 } else { 0 };
    arrival.attachments = u32::from(n % 12 == 0);
    (account, own, arrival)
}

/// Octets of a file.
pub(super) fn length(file: &Path) -> Result<u64> {
    Ok(std::fs::metadata(file).map_err(Error::from)?.len())
}
