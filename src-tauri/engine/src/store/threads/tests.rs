//! Any order of arrival gives the same conversations, and so does any order of arrival and removal.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::*;
use crate::remote::UidSet;
use crate::store::placements::insert;
use crate::store::removals::{self, Cause};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A mail of a small world, in which ids, subjects and people meet.
#[derive(Clone, Debug)]
struct Letter {
    id: Option<u8>,
    refs: Vec<u8>,
    subject: u8,
    answer: bool,
    from: u8,
    to: u8,
    day: i64,
    list: bool,
    folder: usize,
    /// What its server takes for its conversation.
    server_thread: Option<u8>,
    /// The same content as the letter before, in whatever folder that one is not.
    again: bool,
}

fn letter() -> impl Strategy<Value = Letter> {
    let server_thread = prop::option::weighted(0.3, 0u8..4);
    let ids = (prop::option::weighted(0.8, 0u8..12), prop::collection::vec(0u8..14, 0..3), 0usize..3, server_thread);
    let about = (0u8..3, any::<bool>(), 0u8..3, 0u8..3, 0i64..20, prop::bool::weighted(0.2), prop::bool::weighted(0.2));
    (ids, about).prop_map(|((id, refs, folder, server_thread), (subject, answer, from, to, day, list, again))| Letter {
        id,
        refs,
        subject,
        answer,
        from,
        to,
        day,
        list,
        folder,
        server_thread,
        again,
    })
}

fn name(id: u8) -> String {
    format!("m{id}@x.example")
}

fn arrival(n: usize, l: &Letter) -> Arrival {
    let person = |p: u8| (String::new(), format!("p{p}@x.example"));
    let people =
        crate::store::messages::People { from: vec![person(l.from)], to: vec![person(l.to)], ..Default::default() };
    let subject = match l.subject {
        0 => String::new(),
        s => format!("{}Topic {s}", if l.answer { "AW: " } else { "" }),
    };
    Arrival {
        uid: u32::try_from(n + 1).unwrap(),
        flags: 1,
        keywords: String::new(),
        received: 0,
        identity: i64::try_from(n + 1).unwrap(),
        who: String::new(),
        whom: String::new(),
        subject,
        preview: None,
        date: l.day * 86_400,
        size: 0,
        message_id: l.id.map(name),
        refs: (!l.refs.is_empty()).then(|| l.refs.iter().map(|r| name(*r)).collect::<Vec<_>>().join(" ")),
        list_id: l.list.then(|| "list.example".into()),
        server_thread: l.server_thread.map(|n| format!("t:{n}")),
        people: serde_json::to_string(&people).unwrap(),
        structure: None,
        attachments: 0,
        damaged: false,
    }
}

/// What arrives: each with its folder.
fn world(letters: &[Letter]) -> Vec<(usize, Arrival)> {
    let mut all: Vec<(usize, Arrival)> = Vec::new();
    for (n, l) in letters.iter().enumerate() {
        let mut a = (l.folder, arrival(n, l));
        if let Some((folder, before)) = all.last().filter(|_| l.again) {
            let uid = a.1.uid;
            a = ((folder + 1 + l.folder % 2) % 3, Arrival { uid, ..before.clone() });
        }
        all.push(a);
    }
    all
}

/// The same without a store: everything is compared with everything. Parts, as sets of UIDs.
fn by_hand(all: &[&(usize, Arrival)]) -> BTreeSet<BTreeSet<u32>> {
    // The third folder is of another account, whose server names conversations by itself.
    let ids = |(folder, a): &(usize, Arrival)| -> BTreeSet<String> {
        let own = a.message_id.clone().unwrap_or_else(|| a.identity.to_string());
        let refs = a.refs.clone().unwrap_or_default();
        let server = a.server_thread.as_ref().map(|t| format!("{} {t}", folder / 2));
        let named = refs.split(' ').filter(|r| !r.is_empty()).map(str::to_owned);
        std::iter::once(own).chain(named).chain(server).collect()
    };
    let people = |a: &Arrival| {
        let p: crate::store::messages::People = serde_json::from_str(&a.people).unwrap();
        (p.from[0].1.clone(), p.to[0].1.clone())
    };
    let answered = |a: &Arrival, b: &Arrival| {
        let (b_base, a_base) = (b.subject.strip_prefix("AW: "), a.subject.strip_prefix("AW: ").unwrap_or(&a.subject));
        let days = (b.date - a.date) / 86_400;
        b_base == Some(a_base)
            && b.refs.is_none()
            && a.list_id.is_none()
            && b.list_id.is_none()
            && (0..=7).contains(&days)
            && people(a) == (people(b).1, people(b).0)
    };
    let mut part: Vec<usize> = (0..all.len()).collect();
    for _ in 0..all.len() {
        for a in 0..all.len() {
            for b in 0..all.len() {
                let joined = ids(all[a]).intersection(&ids(all[b])).next().is_some();
                if joined || answered(&all[a].1, &all[b].1) || answered(&all[b].1, &all[a].1) {
                    let least = part[a].min(part[b]);
                    (part[a], part[b]) = (least, least);
                }
            }
        }
    }
    let mut parts: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
    for ((_, a), p) in all.iter().zip(part) {
        parts.entry(p).or_default().insert(a.uid);
    }
    parts.into_values().collect()
}

/// A store with three folders in two accounts.
async fn room() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let mut tx = store.write().await.unwrap();
    let server = "{\"host\":\"h\",\"port\":1,\"security\":\"tls\",\"user\":\"u\",\"acceptedCertificate\":null}";
    for sql in [
        format!(
            "INSERT INTO account (id, position, name, email, label, color, incoming) VALUES (1, 1, 'n', 'e', 'l', '#000000', '{server}')"
        ),
        format!(
            "INSERT INTO account (id, position, name, email, label, color, incoming) VALUES (2, 2, 'n', 'e', 'l', '#000000', '{server}')"
        ),
        "INSERT INTO folder (id, account, mailbox, path, role, uidvalidity) VALUES (1, 1, 'INBOX', 'INBOX', 1, 1),
             (2, 1, 'Sent', 'Sent', 3, 1), (3, 2, 'INBOX', 'INBOX', 1, 1)"
            .to_owned(),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    (folder, store)
}

async fn arrive(store: &Store, batch: &[&(usize, Arrival)]) {
    for n in 0..3 {
        let some: Vec<Arrival> = batch.iter().filter(|(f, _)| *f == n).map(|(_, a)| a.clone()).collect();
        let folder = store.folder(u32::try_from(n + 1).unwrap()).await.unwrap();
        let mut tx = store.write().await.unwrap();
        insert(&mut tx, &folder, &some).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn remove(store: &Store, gone: &[&(usize, Arrival)]) {
    for (folder, a) in gone {
        let folder = store.folder(u32::try_from(folder + 1).unwrap()).await.unwrap();
        let mut tx = store.write().await.unwrap();
        removals::remove(&mut tx, &folder, &UidSet::range(a.uid, a.uid), Cause::Elsewhere).await.unwrap();
        tx.commit().await.unwrap();
    }
    store.remove_orphans(-10).await.unwrap();
}

/// The parts as they are stored; and every id leads to its thread, and no other id is known.
async fn stored(store: &Store, why: &str) -> BTreeSet<BTreeSet<u32>> {
    let rows: Vec<(i64, i64)> =
        sqlx::query_as("SELECT p.uid, m.thread FROM placement p JOIN message m ON m.id = p.message")
            .fetch_all(store.read())
            .await
            .unwrap();
    let sql = sqlx::AssertSqlSafe(format!("SELECT {MAIL} FROM message m"));
    let mails: Vec<Mail> = sqlx::query_as(sql).fetch_all(store.read()).await.unwrap();
    let expected: BTreeSet<(i64, i64)> =
        mails.iter().flat_map(|m| m.links().ids.into_iter().map(|id| (id, m.thread))).collect();
    let known: Vec<(i64, i64)> =
        sqlx::query_as("SELECT hash, thread FROM msg_id").fetch_all(store.read()).await.unwrap();
    assert_eq!(known.into_iter().collect::<BTreeSet<_>>(), expected, "{why}: ids");
    let mut parts: BTreeMap<i64, BTreeSet<u32>> = BTreeMap::new();
    for (uid, thread) in rows {
        assert_ne!(thread, 0, "{why}");
        parts.entry(thread).or_default().insert(u32::try_from(uid).unwrap());
    }
    parts.into_values().collect()
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A world, an order of arrival, the sizes of its batches, and what goes in between.
fn history() -> impl Strategy<Value = (Vec<Letter>, Vec<usize>, Vec<usize>, Vec<bool>)> {
    prop::collection::vec(letter(), 1..16).prop_flat_map(|letters| {
        let n = letters.len();
        let order = Just((0..n).collect::<Vec<_>>()).prop_shuffle();
        (Just(letters), order, prop::collection::vec(1usize..5, 16), prop::collection::vec(any::<bool>(), n))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_gives_the_same_conversations((letters, order, sizes, going) in history()) {
        run(async {
            let all = world(&letters);
            let (_folder, store) = room().await;
            let mut sizes = sizes.into_iter().cycle();
            let mut rest = order.as_slice();
            while !rest.is_empty() {
                let (some, more) = rest.split_at(sizes.next().unwrap().min(rest.len()));
                arrive(&store, &some.iter().map(|n| &all[*n]).collect::<Vec<_>>()).await;
                rest = more;
            }
            let whole: Vec<&(usize, Arrival)> = all.iter().collect();
            assert_eq!(stored(&store, "arrived").await, by_hand(&whole));

            // Some go, one by one or together, and come again.
            let gone: Vec<&(usize, Arrival)> = order.iter().filter(|n| going[**n]).map(|n| &all[*n]).collect();
            let (first, second) = gone.split_at(gone.len() / 2);
            for some in [first, second] {
                remove(&store, some).await;
            }
            let left: Vec<&(usize, Arrival)> = all.iter().zip(&going).filter(|(_, g)| !**g).map(|(a, _)| a).collect();
            assert_eq!(stored(&store, "some went").await, by_hand(&left));
            arrive(&store, &gone).await;
            assert_eq!(stored(&store, "and came again").await, by_hand(&whole));

            // As if they had been here before there were conversations.
            let mut tx = store.write().await.unwrap();
            sqlx::query("UPDATE message SET thread = 0, topic = 0, bare = 0").execute(&mut *tx).await.unwrap();
            sqlx::query("DELETE FROM msg_id").execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
            while store.join_some().await.unwrap() {}
            assert_eq!(stored(&store, "joined later").await, by_hand(&whole));

            // One account goes.
            store.remove_account(2).await.unwrap();
            let left: Vec<&(usize, Arrival)> = all.iter().filter(|a| a.0 < 2).collect();
            assert_eq!(stored(&store, "an account went").await, by_hand(&left));
        });
    }
}

/// A chain of answers whose parents come last: threads meet, and the smaller ones move.
#[test]
fn late_parents_find_what_waited() {
    run(async {
        let (_folder, store) = room().await;
        let one = |n: u8, refs: Vec<u8>| Letter {
            id: Some(n),
            refs,
            subject: 0,
            answer: false,
            from: 0,
            to: 1,
            day: 0,
            list: false,
            folder: 0,
            server_thread: None,
            again: false,
        };
        let letters =
            [one(1, vec![]), one(2, vec![1]), one(3, vec![2]), one(4, vec![2]), one(5, vec![9]), one(6, vec![9])];
        let all = world(&letters);
        let threads = || async { stored(&store, "").await.into_iter().map(|p| p.len()).collect::<Vec<_>>() };
        for (n, expected) in
            [(3, vec![1]), (0, vec![1, 1]), (2, vec![1, 2]), (1, vec![4]), (5, vec![4, 1]), (4, vec![4, 2])]
        {
            arrive(&store, &[&all[n]]).await;
            let mut found = threads().await;
            found.sort_unstable();
            let mut expected = expected;
            expected.sort_unstable();
            assert_eq!(found, expected, "after {n}");
        }
    });
}

#[test]
fn addresses_are_no_ids() {
    run(async {
        let (_folder, store) = room().await;
        let make = |n: usize| {
            let l = Letter {
                id: Some(u8::try_from(n).unwrap()),
                refs: vec![],
                subject: 0,
                answer: false,
                from: 0,
                to: 1,
                day: 0,
                list: false,
                folder: 0,
                server_thread: None,
                again: false,
            };
            // "In-Reply-To: mail from <p1@x.example>".
            (0, Arrival { refs: Some("p1@x.example".into()), ..arrival(n, &l) })
        };
        let all = [make(1), make(2)];
        arrive(&store, &all.iter().collect::<Vec<_>>()).await;
        assert_eq!(stored(&store, "").await.len(), 2);
    });
}

/// No statement walks through a table.
#[test]
fn statements_use_their_indexes() {
    run(async {
        let (_folder, store) = room().await;
        let mail = |sql: &str| sql.replace("{MAIL}", MAIL);
        for (sql, index) in [
            (KNOWN.to_owned(), "INTEGER PRIMARY KEY"),
            (mail(BEFORE), "message_topic"),
            (mail(BEHIND), "message_bare"),
            (mail(MOVING), "message_thread"),
            (mail(LEFT), "message_thread"),
            (SIZES.to_owned(), "message_thread"),
            (mail(WAITING), "message_thread"),
            (crate::store::mutes::ARRIVED.to_owned(), "placement_muted"),
            (crate::store::mutes::ARRIVED.to_owned(), "message_muted"),
            (crate::store::mutes::ANY.to_owned(), "placement_muted"),
            (crate::store::mutes::CONVERSATIONS.to_owned(), "message_thread"),
            (crate::store::targets::CONVERSATIONS.to_owned(), "message_thread"),
            (crate::store::targets::CONVERSATIONS.to_owned(), "placement_message"),
        ] {
            let plan = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
            let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(plan).fetch_all(store.read()).await.unwrap();
            let steps: Vec<String> = plan.into_iter().map(|p| p.3).collect();
            // What is asked for, as JSON, and what needs no table.
            let fine = ["SCAN w ", "SCAN CONSTANT", "SCAN (subquery"];
            let walks = |s: &&String| {
                let all_of_a_folder = s.contains("placement_list") || s.contains("placement_inbox");
                let few = s.contains("_muted") || fine.iter().any(|f| s.starts_with(f));
                all_of_a_folder || (s.starts_with("SCAN ") && !few)
            };
            assert_eq!(steps.iter().find(walks), None, "{sql}: {steps:?}");
            assert!(steps.iter().any(|s| s.contains(index)), "{sql}: {steps:?}");
        }
    });
}
