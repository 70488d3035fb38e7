//! What a search has found, by conversations.

use super::*;
use crate::store::id;
use crate::store::search::Hit;
use letter::query::Clock;
use std::collections::HashMap;

#[test]
fn what_a_search_has_found_is_shown_by_conversations() {
    run(async {
        let (_folder, store) = talk().await;
        let places: Vec<(i64, i64, i64, i64)> =
            sqlx::query_as("SELECT id, date, message, flags FROM placement").fetch_all(store.read()).await.unwrap();
        let subjects: HashMap<i64, String> = {
            let all: Vec<(i64, String)> =
                sqlx::query_as("SELECT id, subject FROM message").fetch_all(store.read()).await.unwrap();
            all.into_iter().collect()
        };
        // All of it was found but the answer in Sent and the copy in the other account.
        let hits: Vec<Hit> = places
            .iter()
            .filter(|(_, _, message, _)| subjects[message] != "Mail 3")
            .map(|(row, date, message, flags)| Hit {
                date: *date,
                row: *row,
                message: *message,
                unread: flags & 1 == 0,
                mail: 0,
            })
            .collect();
        store.results.begin(7);
        store.results.add(7, &hits);
        store.results.done(7, None);
        let key = ListKey::Search { id: 7 };
        let list = List::conversations(key);
        let page = store.list_page(&list, 0, 9).await.unwrap();
        let shown: Vec<(&str, u32)> = page.rows.iter().map(|r| (r.subject.as_str(), r.messages)).collect();
        // Mail 1, 3, 4 and what answers them in Trash are one; of the copies of the newest the one that came last stands for it.
        assert_eq!(shown, [("Mail 4", 3), ("Mail 8", 1)], "{hits:?}");
        assert_eq!((page.total, page.unread), (2, 2));
        let single = store.list_page(&List::of(key), 0, 9).await.unwrap();
        assert_eq!(single.total as usize, hits.len());
        // Any message of a conversation leads to its row, also one that was not found.
        for (row, _, message, _) in &places {
            let at = store.list_index(&list, id(*row)).await.unwrap();
            assert_eq!(at, Some(u32::from(subjects[message] == "Mail 8")), "{}", subjects[message]);
        }
        // Filters look at every hit; orders at the newest.
        let by = |filter: Filter, order: Order| List { filter, order, ..list.clone() };
        let none = Filter::default;
        for (list, subjects) in [
            (by(Filter { files: true, ..none() }, Order::default()), vec!["Mail 4"]),
            (by(Filter { flagged: true, ..none() }, Order::default()), vec![]),
            (by(Filter { text: Some("mail 1".into()), ..none() }, Order::default()), vec!["Mail 4"]),
            (by(none(), Order { by: OrderBy::Subject, ascending: true }), vec!["Mail 4", "Mail 8"]),
            (by(none(), Order { by: OrderBy::Date, ascending: true }), vec!["Mail 8", "Mail 4"]),
        ] {
            let page = store.list_page(&list, 0, 9).await.unwrap();
            let shown: Vec<&str> = page.rows.iter().map(|r| r.subject.as_str()).collect();
            assert_eq!((page.total as usize, shown), (subjects.len(), subjects), "{list:?}");
        }
        // What is done to all of it is done to conversations, each in the folder of its row.
        let whole = Target::List { list: list.clone(), spans: Vec::new(), newest: page.newest };
        let meant = store.preview(&whole).await.unwrap();
        assert_eq!(
            (meant.count, meant.unread),
            (2, 2),
            "Mail 8, and the copy of Mail 4 in the folder where it was found"
        );
    });
}

async fn find(store: &Store, query: &str) -> Vec<Hit> {
    while store.learn().await.unwrap() {}
    let (plan, _) = store.plan(query, Clock { now: 0, east: 0 }).await.unwrap();
    let mut hits = Vec::new();
    let all = store.find(&plan, |some| {
        hits.extend_from_slice(some);
        true
    });
    all.await.unwrap();
    hits
}

/// A mail whose copies were found is one row with all its places; what is done to it is done to what was found of it, and to no more.
#[test]
fn copies_that_were_found_are_one_row() {
    run(async {
        let (_folder, store) = talk().await;
        let key = ListKey::Search { id: 7 };
        // Query; subjects, each with its folder and where else it is; places that the first of them stands for.
        for (query, shown, first) in [
            (
                "mail",
                vec![
                    ("Mail 5", 3, vec![]),
                    ("Mail 8", 1, vec![]),
                    ("Mail 4", 4, vec![1]),
                    ("Mail 3", 2, vec![]),
                    ("Mail 1", 1, vec![]),
                ],
                1,
            ),
            ("\"mail 4\"", vec![("Mail 4", 4, vec![1])], 2),
            ("\"mail 4\" account:me1@x.example", vec![("Mail 4", 1, vec![4])], 1),
        ] {
            let hits = find(&store, query).await;
            store.results.begin(7);
            // As it comes, and as it is found again.
            store.results.add(7, &hits);
            assert!(!store.results.done(7, Some(&hits)), "the same");
            let page = store.list_page(&List::of(key), 0, 9).await.unwrap();
            let mut rows: Vec<_> = page.rows.iter().map(|r| (r.subject.as_str(), r.folder, r.places.clone())).collect();
            let mut right = shown.clone();
            rows.sort();
            right.sort();
            assert_eq!((rows, page.total as usize), (right, shown.len()), "{query}");
            let row = page.rows.iter().find(|r| r.subject == shown[0].0).unwrap().id;
            let meant = store.preview(&Target::Mails { rows: vec![row], key }).await.unwrap();
            assert_eq!(meant.count, first, "{query}");
            let whole = Target::List { list: List::of(key), spans: Vec::new(), newest: page.newest };
            assert_eq!(store.preview(&whole).await.unwrap().count as usize, hits.len(), "{query}");
            // Who acts on what was found when the search has ended means what they saw.
            store.results.end(7);
            let meant = store.preview(&Target::Mails { rows: vec![row], key }).await.unwrap();
            assert_eq!(meant.count, 1, "{query}");
        }
    });
}

/// A row of a list over all accounts stands for the copies in it, and who has read a mail has read its copies.
#[test]
fn a_row_over_all_accounts_stands_for_its_copies() {
    run(async {
        let (_folder, store) = talk().await;
        let inboxes = store.list_page(&List::of(ListKey::Inboxes), 0, 9).await.unwrap();
        let row = inboxes.rows.iter().find(|r| r.subject == "Mail 4").unwrap();
        let rows = vec![row.id];
        for (target, right) in [
            (Target::Rows { rows: rows.clone() }, 1),
            (Target::Mails { rows: rows.clone(), key: ListKey::Inboxes }, 2),
            (Target::Mails { rows: rows.clone(), key: ListKey::Unread }, 2),
            (Target::Mails { rows: rows.clone(), key: ListKey::Flagged }, 1),
            (Target::Mails { rows, key: ListKey::Folder { id: 4 } }, 1),
        ] {
            assert_eq!(store.preview(&target).await.unwrap().count, right, "{target:?}");
        }
        assert_eq!(store.list_counts().await.unwrap().unread, 2);
        store.file_opened(row.message).await.unwrap();
        assert_eq!(store.list_counts().await.unwrap().unread, 1);
        let unread: i64 = sqlx::query_scalar("SELECT sum(unread) FROM folder WHERE id IN (1, 4)")
            .fetch_one(store.read())
            .await
            .unwrap();
        assert_eq!(unread, 1, "in both accounts");
    });
}
