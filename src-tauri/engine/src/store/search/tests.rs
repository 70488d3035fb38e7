//! The index against a plain look through everything, over random mail in many scripts; its plans; its loss.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod made;

use super::find::{CANDIDATES, NAMED};
use super::{Hit, coverage, files};
use crate::store::Store;
use crate::view::{FileKind, FileOrder, FilesAsk, Filter, Intent, List, ListKey, Order, OrderBy, Span, Target};
use letter::query::Clock;
use made::{Made, World, queries, worlds};
use proptest::prelude::*;
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeSet;

const CLOCK: Clock = Clock { now: 1_710_504_000, east: 0 };

async fn learn_all(store: &Store) {
    while store.learn().await.unwrap() {}
}

async fn hits(store: &Store, query: &str) -> Vec<Hit> {
    let (plan, _) = store.plan(query, CLOCK).await.unwrap();
    let mut all = Vec::new();
    store
        .find(&plan, |some| {
            all.extend_from_slice(some);
            true
        })
        .await
        .unwrap();
    all
}

/// The messages that a query finds, and that they come in their order, each once.
async fn found(store: &Store, query: &str) -> BTreeSet<i64> {
    let all = hits(store, query).await;
    assert!(all.windows(2).all(|w| w[0].date >= w[1].date), "{query}: not the newest first");
    let messages: BTreeSet<i64> = all.iter().map(|h| h.message).collect();
    assert_eq!(messages.len(), all.len(), "{query}: a message twice");
    messages
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_what_a_plain_look_finds(world in worlds(), asked in queries()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(folder.path()).await.unwrap();
            let mut made = Made::of(&store, &world).await;
            learn_all(&store).await;
            for query in &asked {
                assert_eq!(found(&store, query).await, made.look(query, CLOCK), "{query}");
            }
            // Texts arrive, flags change, messages leave.
            made.change(&store).await;
            learn_all(&store).await;
            for query in &asked {
                assert_eq!(found(&store, query).await, made.look(query, CLOCK), "{query}, later");
            }
            let covered = store.covered().await.unwrap();
            assert_eq!((covered.headers, covered.indexed, covered.texts), made.counts());
            store.close().await;
        });
    }
}

/// A store with these made mails, learnt.
async fn store_of(world: &World) -> (tempfile::TempDir, Store, Made) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let made = Made::of(&store, world).await;
    learn_all(&store).await;
    (folder, store, made)
}

#[tokio::test]
async fn every_operator_finds_its_own() {
    let (_folder, store, made) = store_of(&World::example()).await;
    for (query, subjects) in [
        ("müller", vec!["Rechnung März", "Urlaub"]),
        ("muller rechnung", vec!["Rechnung März"]),
        ("from:muller", vec!["Rechnung März"]),
        ("to:muller", vec!["Urlaub"]),
        ("cc:bob", vec!["Urlaub"]),
        ("subject:marz", vec!["Rechnung März"]),
        ("body:\"sehr geehrte\"", vec!["Rechnung März"]),
        ("\"geehrte sehr\"", vec![]),
        ("東京", vec!["会議のお知らせ"]),
        ("知らせ", vec!["会議のお知らせ"]),
        ("file:invoice", vec!["Rechnung März"]),
        ("has:attachment", vec!["Rechnung März", "Weekly"]),
        ("has:file:pdf", vec!["Rechnung März"]),
        ("has:image", vec!["Weekly"]),
        ("has:file:png", vec!["Weekly"]),
        ("is:unread", vec!["Urlaub", "会議のお知らせ"]),
        ("is:flagged", vec!["Rechnung März"]),
        ("is:read -is:flagged", vec!["Weekly"]),
        ("in:archive", vec!["Weekly"]),
        ("in:inbox is:unread", vec!["Urlaub", "会議のお知らせ"]),
        ("account:work", vec!["Rechnung März", "Urlaub", "Weekly", "会議のお知らせ"]),
        ("account:elsewhere", vec![]),
        ("label:important", vec!["Urlaub"]),
        ("list:dev.example", vec!["Weekly"]),
        ("before:2024-02-01", vec!["Weekly"]),
        ("after:2024-03-01", vec!["Rechnung März", "Urlaub"]),
        ("during:2024-02", vec!["会議のお知らせ"]),
        ("larger:1M", vec!["Rechnung März"]),
        ("smaller:1k", vec!["会議のお知らせ"]),
        ("rechnung or weekly", vec!["Rechnung März", "Weekly"]),
        ("is:flagged or 東京", vec!["Rechnung März", "会議のお知らせ"]),
        ("-rechnung -urlaub", vec!["Weekly", "会議のお知らせ"]),
        ("-body:geehrte in:inbox", vec!["Urlaub", "会議のお知らせ"]),
        ("anna.muller@firma.example", vec!["Rechnung März", "Urlaub"]),
        ("", vec!["Rechnung März", "Urlaub", "Weekly", "会議のお知らせ"]),
    ] {
        let rows: Vec<i64> = hits(&store, query).await.into_iter().map(|h| h.row).collect();
        let mut shown: Vec<String> = store.rows(&rows).await.unwrap().into_iter().map(|r| r.subject).collect();
        shown.sort();
        assert_eq!(shown, subjects, "{query}");
        assert_eq!(found(&store, query).await, made.look(query, CLOCK), "{query}");
    }
}

#[tokio::test]
async fn what_a_search_found_is_a_list_like_others() {
    let (_folder, store, _made) = store_of(&World::many(1_200)).await;
    let list = List::of(ListKey::Search { id: 7 });
    assert!(store.list_page(&list, 0, 10).await.is_err(), "no such search");
    store.results.begin(7);
    let (plan, _) = store.plan("common", CLOCK).await.unwrap();
    store.find(&plan, |some| store.results.add(7, some)).await.unwrap();
    store.results.done(7, None);
    let page = store.list_page(&list, 0, 500).await.unwrap();
    assert_eq!((page.total, page.unread, page.rows.len()), (1_200, 600, 500));
    assert!(page.rows.windows(2).all(|w| w[0].date >= w[1].date));
    let deep = store.list_page(&list, 1_150, 500).await.unwrap();
    assert_eq!(deep.rows.len(), 50);
    assert_eq!(store.list_index(&list, deep.rows[0].id).await.unwrap(), Some(1_150));
    let only = List { filter: Filter { unread: true, ..Filter::default() }, ..list.clone() };
    let unread = store.list_page(&only, 590, 500).await.unwrap();
    assert_eq!((unread.total, unread.rows.len()), (600, 10));
    assert!(unread.rows.iter().all(|r| r.unread));
    let by_subject = List { order: Order { by: OrderBy::Subject, ascending: true }, ..list.clone() };
    let first = store.list_page(&by_subject, 0, 1).await.unwrap();
    assert_eq!((first.total, first.rows[0].subject.as_str()), (1_200, "common number0"));

    // A stretch, then all of it, then what came later is left alone.
    let span = Span { first: page.rows[10].id, last: page.rows[19].id };
    let some = Target::List { list: list.clone(), spans: vec![span], newest: page.newest };
    assert_eq!(store.preview(&some).await.unwrap().count, 10);
    let whole = Target::List { list: list.clone(), spans: Vec::new(), newest: page.newest };
    assert_eq!(store.preview(&whole).await.unwrap().count, 1_200);
    store.file(&Intent::Flag { on: true }, &some).await.unwrap().unwrap();
    assert_eq!(hits(&store, "common is:flagged").await.len(), 10);
    store.file(&Intent::Read { on: true }, &whole).await.unwrap().unwrap();
    assert_eq!(hits(&store, "common is:unread").await.len(), 0);
    let early = Target::List { list: list.clone(), spans: Vec::new(), newest: 600 };
    assert_eq!(store.preview(&early).await.unwrap().count, 600);
    store.results.end(7);
    assert!(store.list_page(&list, 0, 10).await.is_err());
}

#[tokio::test]
async fn mail_of_one_second_is_all_there() {
    // Thousands with the same date: slots lie further and further away, the order holds, and nothing is lost.
    let (_folder, store, _made) = store_of(&World::same_second(3_000)).await;
    assert_eq!(found(&store, "common").await.len(), 3_000);
    assert_eq!(found(&store, "common after:2024-01-01").await.len(), 3_000);
}

#[tokio::test]
async fn an_index_that_is_lost_or_spoilt_is_made_anew() {
    let (folder, store, made) = store_of(&World::example()).await;
    let index = folder.path().join("search.sqlite");
    let all = found(&store, "muller").await;
    assert_eq!(all, made.look("muller", CLOCK));

    // A table is gone; the search says so, and the next finds everything again.
    let mut c = store.index().await.unwrap().writer.acquire().await.unwrap();
    let shards: Vec<i64> = sqlx::query_scalar("SELECT id FROM shard").fetch_all(&mut *c).await.unwrap();
    for shard in shards {
        sqlx::query(AssertSqlSafe(format!("DROP TABLE words_{shard}"))).execute(&mut *c).await.unwrap();
    }
    drop(c);
    let (plan, _) = store.plan("muller", CLOCK).await.unwrap();
    assert!(store.find(&plan, |_| true).await.is_err());
    learn_all(&store).await;
    assert_eq!(found(&store, "muller").await, all);

    // Taken away, or not a database at all, or of another store: while nobody looked.
    for spoil in [None, Some(&b"this is no database, and never was one, whatever its name may say"[..])] {
        store.index.close().await;
        std::fs::remove_file(&index).unwrap();
        if let Some(bytes) = spoil {
            std::fs::write(&index, bytes.repeat(200)).unwrap();
        }
        learn_all(&store).await;
        assert_eq!(found(&store, "muller").await, all);
    }
    let mut tx = store.write().await.unwrap();
    sqlx::query("UPDATE search_state SET generation = 1").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    store.index.close().await;
    learn_all(&store).await;
    assert_eq!(found(&store, "muller").await, all);
    store.close().await;

    // Bytes in the middle are another's: mail is read as before, and what is found is right or an error, never wrong.
    let mut bytes = std::fs::read(&index).unwrap();
    let middle = bytes.len() / 2;
    let end = bytes.len();
    bytes[middle..end].fill(0x5a);
    std::fs::write(&index, bytes).unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    assert!(!store.rescued(), "the mail itself is whole");
    if let Ok((plan, _)) = store.plan("muller", CLOCK).await {
        let _ = store.find(&plan, |_| true).await;
    }
    store.index.discard().await.unwrap();
    learn_all(&store).await;
    assert_eq!(found(&store, "muller").await, all);
}

#[tokio::test]
async fn the_cabinet_holds_every_attachment() {
    let (_folder, store, _made) = store_of(&World::example()).await;
    let ask = FilesAsk {
        text: String::new(),
        kind: FileKind::All,
        person: None,
        account: None,
        order: FileOrder::Date,
        ascending: false,
    };
    let names = async |ask: &FilesAsk| -> Vec<String> {
        let page = store.files_page(ask, 0, 100).await.unwrap();
        assert_eq!(page.total as usize, page.rows.len());
        page.rows.into_iter().map(|r| r.name).collect()
    };
    assert_eq!(names(&ask).await, ["Invoice März.pdf", "setup.exe", "chart.png"]);
    assert_eq!(
        names(&FilesAsk { ascending: true, ..ask.clone() }).await,
        ["chart.png", "setup.exe", "Invoice März.pdf"]
    );
    assert_eq!(names(&FilesAsk { kind: FileKind::Image, ..ask.clone() }).await, ["chart.png"]);
    assert_eq!(names(&FilesAsk { text: "MARZ invoice".into(), ..ask.clone() }).await, ["Invoice März.pdf"]);
    assert_eq!(names(&FilesAsk { text: "weekly".into(), ..ask.clone() }).await, ["setup.exe", "chart.png"]);
    assert_eq!(names(&FilesAsk { person: Some("Müller".into()), ..ask.clone() }).await, ["Invoice März.pdf"]);
    let by_size = FilesAsk { order: FileOrder::Size, ..ask.clone() };
    assert_eq!(names(&by_size).await, ["Invoice März.pdf", "setup.exe", "chart.png"]);
    let by_name = FilesAsk { order: FileOrder::Name, ascending: true, ..ask.clone() };
    assert_eq!(names(&by_name).await, ["chart.png", "Invoice März.pdf", "setup.exe"]);
    assert!(names(&FilesAsk { account: Some(9), ..ask.clone() }).await.is_empty());
    let page = store.files_page(&ask, 1, 1).await.unwrap();
    assert_eq!((page.total, page.rows.len(), page.rows[0].name.as_str()), (3, 1, "setup.exe"));
    let dangerous: Vec<bool> = store.files_page(&ask, 0, 9).await.unwrap().rows.iter().map(|r| r.dangerous).collect();
    assert_eq!(dangerous, [false, true, false]);
}

#[tokio::test]
async fn searches_are_kept_in_their_order() {
    let (_folder, store, _made) = store_of(&World::example()).await;
    let one = store.save_search(" Bills ", "subject:rechnung").await.unwrap();
    let two = store.save_search("Unread", "is:unread").await.unwrap();
    assert!(store.save_search("", "x").await.is_err() && store.save_search("x", " ").await.is_err());
    store.order_searches(&[two.id, one.id]).await.unwrap();
    store.edit_search(&crate::view::SavedSearch { name: "Bills!".into(), ..one.clone() }).await.unwrap();
    let names: Vec<String> = store.saved_searches().await.unwrap().into_iter().map(|s| s.name).collect();
    assert_eq!(names, ["Unread", "Bills!"]);
    store.remove_search(two.id).await.unwrap();
    assert!(store.edit_search(&two).await.is_err());
    assert_eq!(store.saved_searches().await.unwrap().len(), 1);
}

#[tokio::test]
async fn statements_use_their_indexes() {
    let (_folder, store, _made) = store_of(&World::example()).await;
    let pools = store.index().await.unwrap();
    let shard: i64 = sqlx::query_scalar("SELECT max(id) FROM shard").fetch_one(&pools.readers).await.unwrap();
    let words = format!(
        "SELECT rowid FROM words_{shard} WHERE words_{shard} MATCH '\"a\" *' AND rowid < 9 ORDER BY rowid DESC LIMIT 5"
    );
    let doc = "SELECT d.message, d.date FROM json_each('[]') AS w CROSS JOIN doc d ON d.id = w.value";
    for (pool, sql) in [
        (store.read(), CANDIDATES),
        (store.read(), NAMED),
        (store.read(), coverage::PARTIAL),
        (store.read(), "SELECT message, edit FROM search_todo ORDER BY message DESC LIMIT 9"),
        (&pools.readers, words.as_str()),
        (&pools.readers, doc),
        (&pools.readers, "SELECT id FROM doc WHERE id BETWEEN 1 AND 2 ORDER BY id"),
        (&pools.readers, "SELECT id, text FROM doc WHERE message = 1"),
        (&pools.readers, "DELETE FROM file WHERE message = 1"),
    ] {
        let plan = steps(pool, sql).await;
        let scans: Vec<&String> = plan
            .iter()
            .filter(|s| s.contains("SCAN") && !s.contains("json_each") && !s.contains("VIRTUAL TABLE INDEX"))
            .filter(|s| !(sql.contains("search_todo") || (sql == coverage::PARTIAL && s.contains("SCAN f"))))
            .collect();
        assert!(scans.is_empty() && !plan.iter().any(|s| s.contains("TEMP B-TREE")), "{sql}: {plan:?}");
    }
    // The cabinet is walked along an index in its order, whatever the order is.
    for (kind, of) in [(FileKind::All, "file_"), (FileKind::Pdf, "file_kind_")] {
        for (order, by) in [(FileOrder::Date, "date"), (FileOrder::Name, "name"), (FileOrder::Size, "size")] {
            for ascending in [false, true] {
                let ask = FilesAsk { text: "x".into(), kind, person: None, account: Some(1), order, ascending };
                let page = files::page(&ask, 5, 5);
                let plan = steps(&pools.readers, page.sql().as_str()).await;
                assert!(plan.iter().any(|s| s.contains(&format!("USING INDEX {of}{by}"))), "{plan:?}");
                assert!(!plan.iter().any(|s| s.contains("TEMP B-TREE")), "{plan:?}");
            }
        }
    }
}

async fn steps(pool: &sqlx::SqlitePool, sql: &str) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).fetch_all(pool).await.unwrap();
    rows.iter().map(|r| r.get::<String, _>("detail")).collect()
}
