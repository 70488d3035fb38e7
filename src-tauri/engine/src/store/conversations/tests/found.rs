//! What a search has found, by conversations.

use super::*;
use crate::store::id;
use crate::store::search::Hit;
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
