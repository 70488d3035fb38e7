//! What is done to many messages costs as much for each of them as what is done to few.

use super::acting::{Desk, WRITING};
use super::run;
use crate::view::{Id, Intent, List, ListKey, Target};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Instructions of SQLite between two counts.
const EVERY: i32 = 100;

/// Instructions that SQLite needs to do this to a whole inbox of `n` messages: filed, then told and confirmed, in hundreds.
async fn cost(n: u32, intent: impl Fn(Id) -> Intent) -> (u64, u64) {
    let desk = Desk::with_mail(WRITING, n).await;
    let store = &desk.room.house.store;
    let counted = Arc::new(AtomicU64::new(0));
    let count = counted.clone();
    let mut tx = store.write_durably().await.unwrap();
    tx.lock_handle().await.unwrap().set_progress_handler(EVERY, move || {
        count.fetch_add(1, Ordering::Relaxed);
        true
    });
    tx.commit().await.unwrap();
    let key = ListKey::Folder { id: desk.room.folder("INBOX").await };
    let newest = store.list_page(&List::of(key), 0, 1).await.unwrap().newest;
    let target = Target::List { list: List::of(key), spans: Vec::new(), newest };
    let filed = store.file(&intent(desk.room.folder("Other").await), &target).await.unwrap().unwrap();
    assert_eq!(store.act(filed.act).await.unwrap().unwrap().count, n);
    let filing = counted.swap(0, Ordering::Relaxed);
    desk.quiet().await;
    assert_eq!(store.queue(desk.room.account).await.unwrap().0, 0, "all told");
    (filing, counted.load(Ordering::Relaxed))
}

#[test]
fn each_of_many_costs_as_much_as_each_of_few() {
    let intents: [(&str, fn(Id) -> Intent); 6] = [
        ("flag", |_| Intent::Flag { on: true }),
        ("label", |_| Intent::Label { keyword: "$label1".into(), on: true }),
        ("archive", |_| Intent::Archive),
        ("move", |folder| Intent::Move { folder }),
        ("copy", |folder| Intent::Copy { folder }),
        ("delete", |_| Intent::Delete),
    ];
    run(async {
        for (name, intent) in intents {
            let (few, many) = (cost(60, intent).await, cost(480, intent).await);
            // Eight times as many. Whatever walked a list for each of its rows would need sixty-four times as much.
            assert!(few.0 > 0 && many.0 < 14 * few.0, "{name}: filing {} of 60, {} of 480", few.0, many.0);
            assert!(few.1 > 0 && many.1 < 14 * few.1, "{name}: telling {} of 60, {} of 480", few.1, many.1);
        }
    });
}
