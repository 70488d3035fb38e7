//! The index against a plain look through everything, over random mail in many scripts; its plans; its loss.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod made;

use super::find::{CANDIDATES, DOCS, NAMED};
use super::narrow::{ASLEEP, DATES, FOLDERS, Held, MESSAGES, Narrow};
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
    let mut take = |some: &[Hit]| {
        all.extend_from_slice(some);
        true
    };
    store.find(&plan, &mut take).await.unwrap();
    // The way through the index finds the same as the way through a few places.
    if store.narrow(&plan).await.unwrap().is_some() {
        let mut others = Vec::new();
        let mut take = |some: &[Hit]| {
            others.extend_from_slice(some);
            true
        };
        store.walk_shards(&plan, &mut take).await.unwrap();
        let messages = |hits: &[Hit]| hits.iter().map(|h| (h.message, h.row)).collect::<BTreeSet<_>>();
        assert_eq!(messages(&all), messages(&others), "{query}");
    }
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

/// A person or a text over a list picks out the same whether the index knows the mail, knows some of it, or none.
#[tokio::test]
async fn quick_filters_find_the_same_with_and_without_the_index() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let _made = Made::of(&store, &World::example()).await;
    let mut known = Vec::new();
    for learnt in [false, true] {
        if learnt {
            learn_all(&store).await;
        }
        let near = store.near(&super::asked_words("muller", false)).await.unwrap().unwrap().len();
        assert_eq!(near, if learnt { 2 } else { 4 }, "what is not learnt is looked into");
        let mut all = Vec::new();
        for (person, text) in [
            (None, Some("muller")),
            (None, Some("MÜL rech")),
            (None, Some("知らせ")),
            (None, Some("nobody")),
            (Some("anna.muller@firma.example"), None),
            (Some("anna.muller@firma.example"), Some("rechnung")),
            (Some("muller@firma.example"), None),
        ] {
            let filter = Filter { person: person.map(Into::into), text: text.map(Into::into), ..Filter::default() };
            for list in [List::of(ListKey::AllMail), List::conversations(ListKey::AllMail)] {
                let page = store.list_page(&List { filter: filter.clone(), ..list }, 0, 9).await.unwrap();
                let mut subjects: Vec<String> = page.rows.into_iter().map(|r| r.subject).collect();
                subjects.sort();
                all.push((person, text, subjects));
            }
        }
        if learnt {
            assert_eq!(all, known);
        }
        known = all;
    }
    let found = |n: usize| known[n * 2].2.clone();
    assert_eq!(found(0), ["Rechnung März", "Urlaub"]);
    assert_eq!((found(1), found(2)), (vec!["Rechnung März".to_owned()], vec!["会議のお知らせ".to_owned()]));
    assert!(found(3).is_empty() && !found(4).is_empty() && found(5) == ["Rechnung März"]);
    assert!(found(6).is_empty(), "an address is the whole of it");
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

fn every_file() -> FilesAsk {
    FilesAsk {
        text: String::new(),
        kind: FileKind::All,
        person: None,
        account: None,
        order: FileOrder::Date,
        ascending: false,
    }
}

#[tokio::test]
async fn the_cabinet_holds_every_attachment() {
    let (_folder, store, _made) = store_of(&World::example()).await;
    let ask = every_file();
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
    assert_eq!(names(&FilesAsk { kind: FileKind::Pdf, account: Some(1), ..ask.clone() }).await, ["Invoice März.pdf"]);
    let in_march = FilesAsk { text: "inv mar".into(), kind: FileKind::Pdf, account: Some(1), ..ask.clone() };
    assert_eq!(names(&in_march).await, ["Invoice März.pdf"]);
    assert!(names(&FilesAsk { kind: FileKind::Image, ..in_march.clone() }).await.is_empty());
    assert!(names(&FilesAsk { account: Some(2), ..in_march }).await.is_empty());
    assert_eq!(names(&FilesAsk { text: " - ".into(), ..ask.clone() }).await.len(), 3, "no word is asked for");
    let page = store.files_page(&ask, 1, 1).await.unwrap();
    assert_eq!((page.total, page.rows.len(), page.rows[0].name.as_str()), (3, 1, "setup.exe"));
    // Whoever shows it is told of what comes and goes, and not of what is learnt about a message beside.
    let mut told = store.index.files.subscribe();
    for (sql, changes) in [
        ("UPDATE message SET preview = 'first words' WHERE attachments > 0", false),
        ("UPDATE message SET subject = 'Other' WHERE attachments = 0", false),
        ("UPDATE message SET structure = NULL WHERE subject = 'Weekly'", true),
        // The only place is gone, comes back, and leaves for good; the message itself stays for a while.
        ("UPDATE placement SET gone = 1 WHERE files = 1", true),
        ("UPDATE placement SET gone = NULL WHERE files = 1", true),
        ("UPDATE placement SET flags = (flags | 3) - (flags & 3)", false),
        ("DELETE FROM placement WHERE files = 1", true),
    ] {
        let mut tx = store.write().await.unwrap();
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        learn_all(&store).await;
        assert_eq!(told.has_changed().unwrap(), changes, "{sql}");
        told.mark_unchanged();
    }
}

#[tokio::test]
async fn files_that_run_are_told() {
    let (_folder, store, _made) = store_of(&World::example()).await;
    let ask = every_file();
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

/// What the words of a query cannot tell is looked for among the few places that it can be, not among all messages.
#[tokio::test]
async fn states_and_folders_are_looked_for_where_they_are() {
    let (_folder, store, _made) = store_of(&World::example()).await;
    for (query, few, any) in [
        ("is:unread", true, true),
        ("is:flagged", true, true),
        ("is:flagged in:archive", true, true),
        ("is:snoozed", true, true),
        ("is:unread has:attachment", true, false),
        ("is:unread from:muller larger:1k", true, false),
        ("is:unread -body:geehrte", true, true),
        // By its own term, or by words, in the index.
        ("has:attachment", false, false),
        ("from:muller", false, false),
        ("rechnung", false, false),
        // There is no index for these.
        ("-is:unread", false, true),
        ("is:unread or is:flagged", false, true),
        ("is:read", false, true),
    ] {
        let (plan, _) = store.plan(query, CLOCK).await.unwrap();
        assert_eq!((store.narrow(&plan).await.unwrap().is_some(), plan.asks_for_any), (few, any), "{query}");
    }
    assert!(steps(store.read(), FOLDERS).await.iter().any(|s| s.contains("SEARCH t USING INTEGER PRIMARY KEY")));
}

#[tokio::test]
async fn statements_use_their_indexes() {
    let (_folder, store, _made) = store_of(&World::example()).await;
    let pools = store.index().await.unwrap();
    let shard: i64 = sqlx::query_scalar("SELECT max(id) FROM shard").fetch_one(&pools.readers).await.unwrap();
    let words = format!(
        "SELECT rowid FROM words_{shard} WHERE words_{shard} MATCH '\"a\" *' AND rowid < 9 ORDER BY rowid DESC LIMIT 5"
    );
    // What a person or a text picks out of a list is read message by message, not the list.
    for key in [ListKey::Folder { id: 1 }, ListKey::Inboxes, ListKey::AllMail] {
        let (list, talks) = (List::of(key), List::conversations(key));
        for (sql, by) in [
            (crate::store::list::laid::statement(&list, true, true).0, "INDEX placement_message (message=?)"),
            (crate::store::list::laid::threads_statement(&talks, true).0, "INDEX placement_message (message=?)"),
            (crate::store::list::laid::statement(&talks, true, true).0, "PRIMARY KEY (thread=? AND scope=?)"),
        ] {
            let plan = steps(store.read(), &sql).await;
            let walks = |s: &&String| s.starts_with("SCAN ") && !s.contains("SCAN w VIRTUAL TABLE");
            assert_eq!(plan.iter().find(walks), None, "{sql}: {plan:?}");
            assert!(plan.iter().any(|s| s.contains(by)), "{sql}: {plan:?}");
        }
    }
    let held = [Held::All, Held::Unread, Held::Flagged, Held::Asleep].map(Narrow::statement);
    for sql in &held {
        let plan = steps(store.read(), sql).await;
        let walks =
            |s: &&String| s.starts_with("SCAN ") && !s.contains("VIRTUAL TABLE") && !s.contains("placement_asleep");
        assert_eq!(plan.iter().find(walks), None, "{sql}: {plan:?}");
        assert!(plan.iter().any(|s| s.contains("INDEX placement_")), "{sql}: {plan:?}");
    }
    for (pool, sql) in [
        (store.read(), CANDIDATES),
        (store.read(), NAMED),
        (store.read(), coverage::PARTIAL),
        (store.read(), "SELECT message, edit FROM search_todo ORDER BY message DESC LIMIT 9"),
        (&pools.readers, words.as_str()),
        (&pools.readers, DOCS),
        (&pools.readers, "SELECT id FROM doc WHERE id BETWEEN 1 AND 2 ORDER BY id"),
        (&pools.readers, "SELECT id, text FROM doc WHERE message = 1"),
        (&pools.readers, files::REMOVE),
        (&pools.readers, files::FILES),
        (&pools.readers, DATES),
        (store.read(), MESSAGES),
        (store.read(), ASLEEP),
    ] {
        let plan = steps(pool, sql).await;
        let scans: Vec<&String> = plan
            .iter()
            .filter(|s| s.contains("SCAN") && !s.contains("json_each") && !s.contains("VIRTUAL TABLE INDEX"))
            .filter(|s| !(sql.contains("search_todo") || (sql == coverage::PARTIAL && s.contains("SCAN f"))))
            .filter(|s| !s.contains("COVERING INDEX placement_asleep"))
            .collect();
        let sorts = plan.iter().any(|s| s.contains("TEMP B-TREE") && !s.contains("DISTINCT") && sql != files::FILES);
        assert!(scans.is_empty() && !sorts, "{sql}: {plan:?}");
    }
    // How many files there are is not counted anew.
    let plan = steps(&pools.readers, files::TOTAL).await;
    assert!(plan.iter().all(|s| s.contains("file_count")), "{plan:?}");
    // The cabinet is walked along an index in its order, whatever the order is.
    for (kind, of) in [(FileKind::All, "file_"), (FileKind::Pdf, "file_kind_")] {
        for (order, by) in [(FileOrder::Date, "date"), (FileOrder::Name, "name"), (FileOrder::Size, "size")] {
            for ascending in [false, true] {
                let ask = FilesAsk { text: String::new(), kind, person: None, account: Some(1), order, ascending };
                let page = files::page(&ask, 5, 5);
                let plan = steps(&pools.readers, page.sql().as_str()).await;
                assert!(plan.iter().any(|s| s.contains(&format!("INDEX {of}{by}"))), "{plan:?}");
                assert!(!plan.iter().any(|s| s.contains("TEMP B-TREE")), "{plan:?}");
                // With words, nothing is read but the files that have them.
                let plan = steps(&pools.readers, &files::with_words(&ask)).await;
                assert!(plan.iter().any(|s| s.starts_with("SCAN w VIRTUAL TABLE INDEX")), "{plan:?}");
                assert!(plan.iter().any(|s| s.starts_with("SEARCH f USING INTEGER PRIMARY KEY")), "{plan:?}");
                assert!(!plan.iter().any(|s| s.starts_with("SCAN f")), "{plan:?}");
            }
        }
    }
}

async fn steps(pool: &sqlx::SqlitePool, sql: &str) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).fetch_all(pool).await.unwrap();
    rows.iter().map(|r| r.get::<String, _>("detail")).collect()
}
