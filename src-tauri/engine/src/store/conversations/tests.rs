//! After any history the rows of conversations are those that a count from scratch gives, and lists show and mean the same.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod found;
mod recount;

use super::*;
use crate::store::placements::{Arrival, insert};
use crate::store::threads::{leave, leaving};
use crate::view::{Filter, List, Order, OrderBy, Target};
use proptest::prelude::*;
use recount::{compare, recount, scoped};

/// A step of a small world: of any row, of any folder.
#[derive(Clone, Debug)]
enum Step {
    /// Mail `mail`, which names mail `names`, arrives in a folder.
    Arrive {
        folder: u8,
        mail: u8,
        names: Option<u8>,
        flags: i64,
        files: bool,
    },
    Flags {
        row: u8,
        flags: i64,
    },
    Move {
        row: u8,
        folder: u8,
    },
    Gone {
        row: u8,
        on: bool,
    },
    Sleep {
        row: u8,
        due: Option<i64>,
    },
    Files {
        row: u8,
    },
    Remove {
        row: u8,
    },
    Role {
        folder: u8,
        role: i64,
    },
    LeaveOut {
        account: u8,
        on: bool,
    },
    RemoveAccount,
}

fn step() -> impl Strategy<Value = Step> {
    let flags = prop::sample::select(vec![0_i64, 1, 2, 3, 17]);
    let role = prop::sample::select(vec![0_i64, 1, 2, 3, 6, 7]);
    prop_oneof![
        8 => (0..6_u8, 0..9_u8, prop::option::of(0..9_u8), flags.clone(), any::<bool>())
            .prop_map(|(folder, mail, names, flags, files)| Step::Arrive { folder, mail, names, flags, files }),
        3 => (0..20_u8, flags).prop_map(|(row, flags)| Step::Flags { row, flags }),
        2 => (0..20_u8, 0..7_u8).prop_map(|(row, folder)| Step::Move { row, folder }),
        2 => (0..20_u8, any::<bool>()).prop_map(|(row, on)| Step::Gone { row, on }),
        2 => (0..20_u8, prop::option::of(1..50_i64)).prop_map(|(row, due)| Step::Sleep { row, due }),
        1 => (0..20_u8).prop_map(|row| Step::Files { row }),
        2 => (0..20_u8).prop_map(|row| Step::Remove { row }),
        1 => (0..6_u8, role).prop_map(|(folder, role)| Step::Role { folder, role }),
        1 => (0..2_u8, any::<bool>()).prop_map(|(account, on)| Step::LeaveOut { account, on }),
        1 => Just(Step::RemoveAccount),
    ]
}

/// Two accounts with an inbox, Sent and Trash each.
async fn room() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let mut tx = store.write().await.unwrap();
    let server = "{\"host\":\"h\",\"port\":1,\"security\":\"tls\",\"user\":\"u\",\"acceptedCertificate\":null}";
    for account in 1..3 {
        let sql = format!(
            "INSERT INTO account (id, position, name, email, label, color, incoming)
             VALUES ({account}, {account}, 'Me', 'me{account}@x.example', 'l', '#000000', '{server}')"
        );
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
        for (n, role) in [1, 3, 7].iter().enumerate() {
            let sql = format!(
                "INSERT INTO folder (id, account, mailbox, path, role, uidvalidity)
                 VALUES ({}, {account}, '{role}', '{role}', {role}, 1)",
                (account - 1) * 3 + n + 1
            );
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    (folder, store)
}

fn arrival(uid: u32, mail: u8, names: Option<u8>, flags: i64, files: bool) -> Arrival {
    let name = |n: u8| format!("m{n}@x.example");
    let from = if mail.is_multiple_of(3) { "me1@x.example".to_owned() } else { format!("p{}@x.example", mail % 4) };
    let people = crate::store::messages::People { from: vec![(String::new(), from.clone())], ..Default::default() };
    Arrival {
        uid,
        flags,
        keywords: String::new(),
        received: i64::from(mail) * 3 % 7,
        identity: i64::from(uid),
        who: from,
        whom: String::new(),
        subject: format!("Mail {mail}"),
        preview: None,
        date: i64::from(mail),
        size: i64::from(mail) * 100,
        message_id: Some(name(mail)),
        refs: names.map(name),
        list_id: Some("l".into()),
        server_thread: None,
        people: serde_json::to_string(&people).unwrap(),
        structure: None,
        attachments: u32::from(files),
        damaged: false,
    }
}

async fn take(store: &Store, uid: u32, step: &Step) {
    let rows: Vec<(i64, i64)> =
        sqlx::query_as("SELECT id, message FROM placement ORDER BY id").fetch_all(store.read()).await.unwrap();
    let any = |row: u8| rows.get(usize::from(row) % rows.len().max(1)).copied().unwrap_or((0, 0));
    let run = async |sql: String| {
        let mut tx = store.write().await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    };
    match *step {
        Step::Arrive { folder, mail, names, flags, files } => {
            let Ok(folder) = store.folder(u32::from(folder) + 1).await else { return };
            let mut tx = store.write().await.unwrap();
            insert(&mut tx, &folder, &[arrival(uid, mail, names, flags, files)]).await.unwrap();
            tx.commit().await.unwrap();
        }
        Step::Flags { row, flags } => {
            run(format!("UPDATE placement SET flags = {flags} WHERE id = {}", any(row).0)).await
        }
        Step::Move { row, folder } => {
            if store.folder(folder.into()).await.is_err() {
                return;
            }
            run(format!("UPDATE placement SET folder = {folder} WHERE id = {}", any(row).0)).await;
        }
        Step::Gone { row, on } => {
            let gone = if on { "5" } else { "NULL" };
            run(format!("UPDATE placement SET gone = {gone} WHERE id = {}", any(row).0)).await;
        }
        Step::Sleep { row, due } => {
            let set = due.map_or("due = NULL, asleep = 0".into(), |due| format!("due = {due}, asleep = 1"));
            run(format!("UPDATE placement SET {set} WHERE id = {}", any(row).0)).await;
        }
        Step::Files { row } => run(format!("UPDATE placement SET files = 1 - files WHERE id = {}", any(row).0)).await,
        Step::Remove { row } => {
            let message = any(row).1;
            let mut tx = store.write().await.unwrap();
            let gone = leaving(&mut tx, "m.id = ?1", message).await.unwrap();
            for sql in ["DELETE FROM placement WHERE message = ?1", "DELETE FROM message WHERE id = ?1"] {
                sqlx::query(sql).bind(message).execute(&mut *tx).await.unwrap();
            }
            leave(&mut tx, gone).await.unwrap();
            tx.commit().await.unwrap();
        }
        Step::Role { folder, role } => {
            run(format!("UPDATE folder SET role = {role} WHERE id = {}", u32::from(folder) + 1)).await;
        }
        Step::LeaveOut { account, on } => {
            store.set_in_all(u32::from(account) + 1, on).await.unwrap();
            while store.settle_some().await.unwrap() {}
        }
        Step::RemoveAccount => {
            store.remove_account(2).await.unwrap();
        }
    }
}

fn lists() -> Vec<ListKey> {
    let all = [
        ListKey::Inboxes,
        ListKey::Unread,
        ListKey::Flagged,
        ListKey::Snoozed,
        ListKey::Drafts,
        ListKey::Sent,
        ListKey::AllMail,
    ];
    all.into_iter().chain((1..7).map(|id| ListKey::Folder { id })).collect()
}

/// What lists show is what the rows say, in every order and under every filter; and what is meant by them is what is in them.
async fn show(store: &Store) {
    let (talks, _) = recount(store).await;
    let places = scoped(store).await;
    for key in lists() {
        for (unread, flagged, files) in [
            (false, false, false),
            (true, false, false),
            (false, true, false),
            (false, false, true),
            (true, true, true),
        ] {
            for by in [OrderBy::Date, OrderBy::Sender, OrderBy::Subject, OrderBy::Size, OrderBy::Files] {
                if by != OrderBy::Date && (unread || flagged || files) {
                    continue;
                }
                let filter = Filter { unread, flagged, files, ..Filter::default() };
                let list = List { filter, order: Order { by, ascending: false }, ..List::conversations(key) };
                let of = talks.iter().filter(|t| t.scope == scope(key));
                let mut right: Vec<&Talk> = of
                    .filter(|t| (!unread || t.unread > 0) && (!flagged || t.flagged > 0) && (!files || t.files > 0))
                    .collect();
                let page = store.list_page(&list, 0, 500).await.unwrap();
                assert_eq!(page.total as usize, right.len(), "{list:?}");
                assert_eq!(page.rows.len(), right.len(), "{list:?}");
                let up = List { order: Order { by, ascending: true }, ..list.clone() };
                let upward = store.list_page(&up, 0, 500).await.unwrap();
                assert_eq!(upward.rows.len(), right.len(), "{list:?}");
                for (n, row) in page.rows.iter().enumerate() {
                    assert_eq!(store.list_index(&list, row.id).await.unwrap(), u32::try_from(n).ok(), "{list:?}");
                    let talk = right.iter().find(|t| t.place == i64::from(row.id)).unwrap();
                    assert_eq!((row.unread, row.flagged), (talk.unread > 0, talk.flagged > 0));
                    assert!(i64::from(row.messages) >= talk.messages && !row.people.is_empty());
                }
                if by == OrderBy::Date {
                    right.sort_by_key(|t| (-t.date, -t.place));
                    let shown: Vec<i64> = page.rows.iter().map(|r| i64::from(r.id)).collect();
                    assert_eq!(shown, right.iter().map(|t| t.place).collect::<Vec<_>>(), "{list:?}");
                    let mut turned: Vec<i64> = upward.rows.iter().map(|r| i64::from(r.id)).collect();
                    turned.reverse();
                    assert_eq!(turned, shown, "{up:?}");
                }
                // Whole conversations are meant, and nothing else.
                let threads: BTreeSet<i64> = right.iter().map(|t| t.thread).collect();
                let in_list = places.iter().filter(|p| p.1 == scope(key) && threads.contains(&p.0));
                let right: BTreeSet<i64> = in_list.map(|p| p.4).collect();
                let target = Target::List { list: list.clone(), spans: Vec::new(), newest: Id::MAX };
                let meant: Vec<i64> = serde_json::from_str(&store.places(&target).await.unwrap()).unwrap();
                assert_eq!(meant.into_iter().collect::<BTreeSet<_>>(), right, "{list:?}");
                let rows = page.rows.iter().map(|r| r.id).collect();
                let target = Target::Conversations { rows, key: Some(key) };
                let meant: Vec<i64> = serde_json::from_str(&store.places(&target).await.unwrap()).unwrap();
                assert_eq!(meant.into_iter().collect::<BTreeSet<_>>(), right, "{list:?}");
            }
        }
        // One by one: each mail once, but in its folder each place.
        let page = store.list_page(&List::of(key), 0, 500).await.unwrap();
        let mails: i64 = talks.iter().filter(|t| t.scope == scope(key)).map(|t| t.messages).sum();
        if !matches!(key, ListKey::Folder { .. }) {
            assert_eq!((i64::from(page.total), page.rows.len()), (mails, usize::try_from(mails).unwrap()), "{key:?}");
            let target = Target::List { list: List::of(key), spans: Vec::new(), newest: Id::MAX };
            let meant: Vec<i64> = serde_json::from_str(&store.places(&target).await.unwrap()).unwrap();
            let right: BTreeSet<i64> = places.iter().filter(|p| p.1 == scope(key)).map(|p| p.4).collect();
            assert_eq!(meant.into_iter().collect::<BTreeSet<_>>(), right, "{key:?}");
        }
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_are_those_that_a_count_gives(steps in prop::collection::vec(step(), 1..32)) {
        run(async {
            let (_folder, store) = room().await;
            for (n, step) in steps.iter().enumerate() {
                take(&store, u32::try_from(n + 1).unwrap(), step).await;
                compare(&store, &format!("{step:?}")).await;
            }
            show(&store).await;
            // As if they had been here before there were conversations, and not joined either.
            let mut tx = store.write().await.unwrap();
            for sql in [
                "UPDATE message SET thread = 0, topic = 0, bare = 0",
                "DELETE FROM msg_id",
                "DELETE FROM talk",
                "DELETE FROM tally",
                "UPDATE placement SET lists = 0",
                "INSERT OR REPLACE INTO stale SELECT -id, 1 FROM message",
                "DELETE FROM stale WHERE thread > 0",
            ] {
                sqlx::query(sql).execute(&mut *tx).await.unwrap();
            }
            tx.commit().await.unwrap();
            store.settle_the_newest().await.unwrap();
            let first = store.list_page(&List::conversations(ListKey::Inboxes), 0, 20).await.unwrap();
            while store.settle_some().await.unwrap() {}
            compare(&store, "from before").await;
            let then = store.list_page(&List::conversations(ListKey::Inboxes), 0, 20).await.unwrap();
            assert_eq!(first.rows, then.rows, "the first page was there before the rest");
            while store.join_some().await.unwrap() {}
            compare(&store, "joined").await;
        });
    }
}

/// A small world: three mails of one conversation over folders and accounts.
async fn talk() -> (tempfile::TempDir, Store) {
    let (folder, store) = room().await;
    for (n, (folder, mail, names, flags)) in [
        (1, 1, None, 1),
        (2, 3, Some(1), 1),
        (1, 4, Some(3), 0),
        (4, 4, Some(3), 0),
        (3, 5, Some(4), 0),
        (1, 8, None, 0),
    ]
    .into_iter()
    .enumerate()
    {
        let step = Step::Arrive { folder: folder - 1, mail, names, flags, files: mail == 4 };
        take(&store, u32::try_from(n + 1).unwrap(), &step).await;
    }
    (folder, store)
}

#[test]
fn a_conversation_is_read_over_folders_with_own_mail_and_each_mail_once() {
    run(async {
        let (_folder, store) = talk().await;
        let page = store.list_page(&List::conversations(ListKey::Folder { id: 1 }), 0, 9).await.unwrap();
        let row = page.rows.iter().find(|r| r.subject == "Mail 4").unwrap();
        assert_eq!((page.total, page.unread, row.messages, row.unread_messages), (2, 2, 3, 1));
        assert_eq!((row.people.len(), row.me.clone(), row.unread_people.clone()), (3, vec![1], vec![2]));
        assert_eq!((row.unread, row.attachments), (true, 1));

        let stack = store.conversation(row.message).await.unwrap();
        let told: Vec<(f64, Id, Vec<Id>, bool)> =
            stack.iter().map(|m| (m.date, m.folder, m.places.clone(), m.mine)).collect();
        // What is in Trash is no part of it; the copy in the other account is a place of the same mail.
        assert_eq!(told, [(1.0, 1, vec![], false), (3.0, 2, vec![], true), (4.0, 1, vec![4], false)]);
        let trash = store.list_page(&List::conversations(ListKey::Folder { id: 3 }), 0, 9).await.unwrap();
        let stack = store.conversation(trash.rows[0].message).await.unwrap();
        assert_eq!(stack.iter().map(|m| m.folder).collect::<Vec<_>>(), [1, 2, 1, 3], "opened in Trash");

        let inboxes = store.list_page(&List::conversations(ListKey::Inboxes), 0, 9).await.unwrap();
        assert_eq!((inboxes.total, inboxes.unread), (2, 2));
        let counts = store.list_counts().await.unwrap();
        assert_eq!((counts.inboxes_unread, counts.unread, counts.drafts), (2, 2, 0), "a copy counts once");
        let single = store.list_page(&List::of(ListKey::Inboxes), 0, 9).await.unwrap();
        let copied = single.rows.iter().find(|r| r.subject == "Mail 4").unwrap();
        assert_eq!((single.total, copied.folder, copied.places.clone()), (3, 4, vec![1]));
    });
}

#[test]
fn what_a_person_or_a_text_picks_out() {
    run(async {
        let (_folder, store) = talk().await;
        for (person, text, talks, singles) in [
            (Some("p1@x.example"), None, 1, 1),
            (Some("P1@X.example"), None, 1, 1),
            (Some("1@x.example"), None, 0, 0),
            (None, Some("mail"), 2, 3),
            (None, Some("MAIL 8"), 1, 1),
            (None, Some("p0 4"), 1, 1),
            (Some("p1@x.example"), Some("8"), 0, 0),
            (None, Some("  "), 2, 3),
        ] {
            let filter = Filter { person: person.map(Into::into), text: text.map(Into::into), ..Filter::default() };
            let key = ListKey::Folder { id: 1 };
            for (list, right) in [(List::conversations(key), talks), (List::of(key), singles)] {
                let list = List { filter: filter.clone(), ..list };
                let page = store.list_page(&list, 0, 9).await.unwrap();
                assert_eq!((page.total, page.rows.len()), (right, right as usize), "{list:?}");
            }
        }
    });
}

#[test]
fn a_change_of_a_conversation_that_is_read_is_told() {
    run(async {
        let (_folder, store) = talk().await;
        let topics = crate::topics::Topics::default();
        store.tell(&topics);
        let mut heard = topics.listen();
        let rows = store.list_page(&List::of(ListKey::Folder { id: 1 }), 0, 9).await.unwrap().rows;
        let message = rows.iter().find(|r| r.subject == "Mail 1").unwrap().message;
        store.conversation(message).await.unwrap();
        let other = rows.iter().position(|r| r.subject == "Mail 8").unwrap();
        take(&store, 50, &Step::Arrive { folder: 5, mail: 2, names: None, flags: 0, files: false }).await;
        assert!(heard.try_recv().is_err(), "nothing of it, {other}");
        take(&store, 51, &Step::Arrive { folder: 1, mail: 6, names: Some(1), flags: 0, files: false }).await;
        let thread = store.thread(message).await.unwrap();
        assert_eq!(heard.try_recv().unwrap(), crate::topics::Topic::Thread(thread));
        // An answer of one's own is filed in Sent: the row in the inbox counts it, so whoever shows the inbox is told.
        while heard.try_recv().is_ok() {}
        take(&store, 52, &Step::Arrive { folder: 1, mail: 9, names: Some(1), flags: 1, files: false }).await;
        let mut told = Vec::new();
        while let Ok(topic) = heard.try_recv() {
            told.push(topic);
        }
        assert!(
            told.contains(&crate::topics::Topic::List(1)) && told.contains(&crate::topics::Topic::Inboxes),
            "{told:?}"
        );
        // Read or unread says nothing to other lists.
        let row = store.list_page(&List::of(ListKey::Folder { id: 2 }), 0, 1).await.unwrap().rows.remove(0);
        let mut tx = store.write().await.unwrap();
        sqlx::query("UPDATE placement SET flags = flags + 1 - 2 * (flags & 1) WHERE id = ?1")
            .bind(row.id)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut told = Vec::new();
        while let Ok(topic) = heard.try_recv() {
            told.push(topic);
        }
        assert_eq!(told, [crate::topics::Topic::Thread(thread)]);
    });
}

/// No statement of a list of conversations walks through a table, or sorts.
#[test]
fn lists_of_conversations_walk_their_indexes() {
    run(async {
        let (_folder, store) = room().await;
        let plan = async |sql: String| {
            let sql = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
            let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(sql).fetch_all(store.read()).await.unwrap();
            plan.into_iter().map(|p| p.3).collect::<Vec<_>>()
        };
        for (which, index) in [
            ("", "talk_list"),
            (" AND p.unread > 0", "talk_unread"),
            (" AND p.flagged > 0", "talk_flagged"),
            (" AND p.files > 0", "talk_files"),
        ] {
            for order in ["DESC", "ASC"] {
                let sql = format!(
                    "SELECT p.place FROM talk p WHERE p.scope = ?1{which} ORDER BY p.date {order}, p.place {order} LIMIT ?2 OFFSET ?3"
                );
                let steps = plan(sql).await;
                assert!(steps.iter().any(|s| s.contains(&format!("COVERING INDEX {index} (scope=?"))), "{steps:?}");
                assert!(!steps.iter().any(|s| s.contains("TEMP B-TREE")), "{steps:?}");
            }
        }
        for sql in [
            STALE.to_owned(),
            TALKS.to_owned(),
            members(),
            rows::OF_THREADS.to_owned(),
            stack::MESSAGES.to_owned(),
            stack::PLACES.to_owned(),
            crate::store::targets::UNREAD.to_owned(),
        ] {
            let steps = plan(sql.clone()).await;
            let walks = |s: &&String| s.starts_with("SCAN ") && !s.starts_with("SCAN w ") && !s.contains("stale_now");
            assert_eq!(steps.iter().find(walks), None, "{sql}: {steps:?}");
        }
    });
}
