//! Searches that go on on a server in memory: what it names comes into the list, once; headers that are not here are fetched; cuts and
//! refusals are said.

use super::acting::Desk;
use super::memory::Memory;
use super::{ALL, Room};
use crate::error::{Error, Result};
use crate::remote::{Connect, Credential, Remote, Submit};
use crate::search::Searches;
use crate::store::search::Hit;
use crate::sync::Accounts;
use crate::sync::account::Account;
use crate::sync::searching::Asked;
use crate::topics::Topic;
use crate::view::{Intent, List, ListKey, ServerSearch, ServerSettings};
use async_trait::async_trait;
use secrecy::SecretString;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A way to the server in memory whose connections end after so many steps, each as it comes.
struct Way {
    memory: Memory,
    steps: Mutex<VecDeque<Option<u32>>>,
}

#[async_trait]
impl Connect for Way {
    async fn imap(&self, _server: &ServerSettings, _credential: &Credential) -> Result<Box<dyn Remote>> {
        let steps = self.steps.lock().unwrap().pop_front().unwrap_or(None);
        Ok(Box::new(self.memory.connect(steps)))
    }
    async fn smtp_trial(&self, _server: &ServerSettings, _credential: &Credential) -> Result<()> {
        Ok(())
    }
    async fn submission(&self, _server: &ServerSettings, _credential: &Credential) -> Result<Box<dyn Submit>> {
        Err(Error::Network("nowhere".into()))
    }
}

struct Scene {
    desk: Desk,
    way: Arc<Way>,
}

impl Scene {
    /// Mail whose texts are on the server alone: one in each of three folders holds the word.
    async fn new() -> Self {
        Self::with(&[]).await
    }

    /// The same on a server that can do this too.
    async fn with(more: &[&str]) -> Self {
        let memory = Memory::new(&[ALL, more].concat());
        memory.lock().mailbox("INBOX");
        let way = Arc::new(Way { memory: memory.clone(), steps: Mutex::default() });
        let room = Room::with(memory, way.clone(), false).await;
        room.house.secrets.set(room.account, SecretString::from("secret")).await.unwrap();
        let account = Account::new(room.house.clone(), room.account, false);
        let desk = Desk { room, account };
        for (folder, n) in [("INBOX", 1), ("Archive", 2), ("Other", 3)] {
            let mut server = desk.room.server.lock();
            server.deliver(folder, false);
            let text =
                format!("Message-ID: <{}@example.org>\r\nSubject: Mail {0}\r\n\r\nthe hidden WORD{n}\r\n", 100 + n);
            server.put(folder, text.as_bytes());
        }
        desk.quiet().await;
        while desk.room.house.store.learn().await.unwrap() {}
        Self { desk, way }
    }

    fn cut_after(&self, steps: impl IntoIterator<Item = Option<u32>>) {
        self.way.steps.lock().unwrap().extend(steps);
    }

    /// Subjects that are found, here and by the server; and how it stands with that.
    async fn ask(&self, query: &str, asked: &Asked) -> Vec<String> {
        let store = &self.desk.room.house.store;
        let (plan, _) = store.plan(query, store.clock().await.unwrap()).await.unwrap();
        self.desk.account.ask_server(1, &plan, asked).await;
        self.found(query, asked).await
    }

    async fn found(&self, query: &str, asked: &Asked) -> Vec<String> {
        let store = &self.desk.room.house.store;
        let (plan, _) = store.plan(query, store.clock().await.unwrap()).await.unwrap();
        let mut hits: Vec<Hit> = Vec::new();
        store
            .find(&plan, |some| {
                hits.extend_from_slice(some);
                true
            })
            .await
            .unwrap();
        for (folder, uids) in asked.named() {
            hits.extend(store.named(&plan, folder, &uids).await.unwrap());
        }
        let mut rows: Vec<i64> = hits.into_iter().map(|h| h.row).collect();
        rows.sort_unstable();
        rows.dedup();
        let mut subjects: Vec<String> = store.rows(&rows).await.unwrap().into_iter().map(|r| r.subject).collect();
        subjects.sort();
        subjects
    }

    fn state(&self, asked: &Asked) -> (ServerSearch, u32, u32, u32) {
        let c = asked.of(self.desk.room.account).unwrap();
        (c.state, c.done, c.folders, c.found)
    }
}

#[tokio::test]
async fn the_server_finds_what_is_not_here() {
    let scene = Scene::new().await;
    let asked = Asked::default();
    let mut topics = scene.desk.room.house.topics.listen();
    assert!(scene.found("word2", &asked).await.is_empty());
    assert_eq!(scene.ask("word2", &asked).await, ["Mail 102"]);
    let (state, done, folders, found) = scene.state(&asked);
    assert_eq!((state, found, done), (ServerSearch::Done, 1, folders));
    assert!(done >= 3, "every folder with mail: {done}");
    let mut told = 0;
    while let Ok(topic) = topics.try_recv() {
        told += u32::from(topic == Topic::Search(1));
    }
    assert!(told > done, "each folder, and the end");

    // What is known here is asked of nobody twice, and found once.
    for (query, subjects) in [
        ("hidden", vec!["Mail 101", "Mail 102", "Mail 103"]),
        ("hidden in:archive", vec!["Mail 102"]),
        ("hidden -word1", vec!["Mail 102", "Mail 103"]),
        ("hidden is:flagged", vec![]),
        ("\"hidden word3\" or subject:101", vec!["Mail 101", "Mail 103"]),
        ("hidden has:attachment", vec![]),
        ("subject:101", vec!["Mail 101"]),
    ] {
        assert_eq!(scene.ask(query, &Asked::default()).await, subjects, "{query}");
    }
}

/// Without, and with a way to search several mailboxes at once.
const WAYS: [&[&str]; 2] = [&[], &["MULTISEARCH"]];

#[tokio::test]
async fn several_folders_are_searched_at_once_where_the_server_can() {
    let scene = Scene::with(WAYS[1]).await;
    for (query, subjects, several) in [
        ("hidden", vec!["Mail 101", "Mail 102", "Mail 103"], true),
        ("hidden -word1", vec!["Mail 102", "Mail 103"], true),
        ("nowhere", vec![], true),
        // One folder is asked as ever.
        ("hidden in:archive", vec!["Mail 102"], false),
    ] {
        scene.desk.room.server.lock().searches = (0, 0);
        let asked = Asked::default();
        assert_eq!(scene.ask(query, &asked).await, subjects, "{query}");
        let (state, done, folders, found) = scene.state(&asked);
        assert_eq!((state, done, found as usize), (ServerSearch::Done, folders, subjects.len()), "{query}");
        assert_eq!(scene.desk.room.server.lock().searches, if several { (0, 1) } else { (1, 0) }, "{query}");
    }
    // A folder that is another by now says so, and costs no other.
    scene.desk.room.server.lock().renumber("Archive");
    let asked = Asked::default();
    assert_eq!(scene.ask("hidden", &asked).await, ["Mail 101", "Mail 103"]);
    assert_eq!(scene.state(&asked).0, ServerSearch::Failed);
}

#[tokio::test]
async fn a_server_that_only_claims_to_search_several_is_asked_one_by_one_from_then_on() {
    let scene = Scene::with(WAYS[1]).await;
    scene.desk.room.server.lock().lies_multisearch = true;
    for (time, several) in [(1, 1), (2, 0)] {
        scene.desk.room.server.lock().searches = (0, 0);
        let asked = Asked::default();
        assert_eq!(scene.ask("hidden", &asked).await, ["Mail 101", "Mail 102", "Mail 103"], "{time}");
        let (state, done, folders, found) = scene.state(&asked);
        assert_eq!((state, done, found), (ServerSearch::Done, folders, 3), "{time}");
        assert_eq!(scene.desk.room.server.lock().searches.1, several, "{time}");
    }
    // A refusal is of that search alone: its folders say for themselves which of them it is.
    let scene = Scene::with(WAYS[1]).await;
    scene.desk.room.server.lock().unsearchable.insert("Archive".into(), "BADCHARSET".into());
    for time in 1..=2 {
        let asked = Asked::default();
        assert_eq!(scene.ask("hidden", &asked).await, ["Mail 101", "Mail 103"]);
        assert_eq!(scene.state(&asked).0, ServerSearch::Failed);
        assert_eq!(scene.desk.room.server.lock().searches.1, time);
    }
}

#[tokio::test]
async fn headers_that_are_not_here_are_fetched() {
    for way in WAYS {
        fetches_headers(&Scene::with(way).await).await;
    }
}

async fn fetches_headers(scene: &Scene) {
    // They come while nobody looks at the folder.
    for n in 0..5 {
        let text = format!("Message-ID: <{}@example.org>\r\nSubject: Mail {0}\r\n\r\nlate arrival\r\n", 200 + n);
        scene.desk.room.server.lock().put("Archive", text.as_bytes());
    }
    let asked = Asked::default();
    assert_eq!(scene.ask("arrival", &asked).await.len(), 5);
    let coverage = asked.of(scene.desk.room.account).unwrap();
    assert_eq!((coverage.found, coverage.waiting, coverage.state), (5, 0, ServerSearch::Done));
}

#[tokio::test]
async fn whatever_is_cut_is_found_or_said() {
    for (way, cut) in WAYS.into_iter().flat_map(|way| (0..12).map(move |cut| (way, cut))) {
        let scene = Scene::with(way).await;
        // One header is not here yet.
        scene
            .desk
            .room
            .server
            .lock()
            .put("Other", b"Message-ID: <104@example.org>\r\nSubject: Mail 104\r\n\r\nhidden too\r\n");
        // The first connection ends after so many steps, and so does the one after it.
        scene.cut_after([Some(cut), Some(cut)]);
        let asked = Asked::default();
        let found = scene.ask("hidden", &asked).await;
        let (state, done, folders, named) = scene.state(&asked);
        assert_eq!(asked.of(scene.desk.room.account).unwrap().waiting, 0, "{way:?} cut after {cut}");
        if state == ServerSearch::Done {
            assert_eq!((found.len(), done, named), (4, folders, 4), "{way:?} cut after {cut}");
        } else {
            assert!(done < folders && asked.of(scene.desk.room.account).unwrap().error.is_some(), "cut after {cut}");
        }
        // Asked again, with the line whole, all is found.
        let again = Asked::default();
        scene.way.steps.lock().unwrap().clear();
        assert_eq!(scene.ask("hidden", &again).await.len(), 4, "{way:?} after {cut}");
        assert_eq!(scene.state(&again).0, ServerSearch::Done);
    }
    // No connection at all.
    let scene = Scene::new().await;
    scene.cut_after(std::iter::repeat_n(Some(0), 9));
    let asked = Asked::default();
    scene.ask("hidden", &asked).await;
    assert_eq!(scene.state(&asked).0, ServerSearch::Offline);
}

#[tokio::test]
async fn a_folder_that_refuses_is_said_and_costs_no_other() {
    let scene = Scene::new().await;
    scene.desk.room.server.lock().unsearchable.insert("Archive".into(), "BADCHARSET".into());
    let asked = Asked::default();
    assert_eq!(scene.ask("hidden", &asked).await, ["Mail 101", "Mail 103"]);
    let (state, done, folders, found) = scene.state(&asked);
    assert_eq!((state, done, found), (ServerSearch::Failed, folders - 1, 2));
}

#[tokio::test]
async fn an_open_search_follows_the_mail_and_the_field_completes() {
    let desk = Desk::with_mail(ALL, 3).await;
    let house = desk.room.house.clone();
    let searches = Searches::new(house.clone(), Accounts::new(house.clone()));
    searches.begin();
    let view = searches.open("mail").await.unwrap();
    assert_eq!((view.query.as_str(), view.words.as_slice(), view.fault), ("mail", &["mail".to_owned()][..], None));
    let list = List::of(ListKey::Search { id: view.id });
    let rows = async |n: usize| {
        let mut topics = house.topics.listen();
        loop {
            let page = house.store.list_page(&list, 0, 50).await.unwrap();
            if page.rows.len() == n {
                return page.rows;
            }
            let _ = tokio::time::timeout(Duration::from_millis(100), topics.recv()).await;
        }
    };
    rows(3).await;
    // One more arrives, and one is flagged: both are seen without asking again.
    desk.room.server.lock().deliver("INBOX", false);
    desk.quiet().await;
    let all = rows(4).await;
    let flagged = searches.open("is:flagged mail").await.unwrap();
    assert_eq!(flagged.total, 0);
    desk.act(Intent::Flag { on: true }, &[all[0].id]).await;
    house.topics.tell([Topic::Flagged]);
    let mut progress = house.store.results.progress(flagged.id).unwrap();
    progress.wait_for(|p| p.rows == 1).await.unwrap();

    let covered = searches.view(view.id).await.unwrap().coverage;
    assert_eq!((covered.headers, covered.indexed, covered.servers.len()), (4.0, 4.0, 1));
    assert_eq!(covered.servers[0].state, ServerSearch::Idle);
    assert_eq!(searches.palette("mail 2", 5).await.unwrap().mail.len(), 1);
    assert!(searches.palette("  ", 5).await.unwrap().mail.is_empty());

    for (text, caret, found) in [
        ("fr", 2, Some((0, 2, "from:"))),
        ("😀 su", 5, Some((3, 5, "subject:"))),
        ("x in:arch", 9, Some((5, 9, "archive"))),
        ("is:fl", 5, Some((3, 5, "flagged"))),
        ("has:file:p", 10, Some((4, 10, "file:pdf"))),
        ("label:imp", 9, Some((6, 9, "important"))),
        ("before:yes", 10, Some((7, 10, "yesterday"))),
        ("in:\"arch", 8, Some((3, 8, "archive"))),
        ("from:", 99, None),
        ("", 0, None),
        ("done ", 5, None),
    ] {
        let first = searches.complete(text, caret).await.unwrap().into_iter().next();
        let shown = first.as_ref().map(|c| (c.start, c.end, c.text.as_str()));
        assert_eq!(shown, found, "{text}");
    }
    searches.close(view.id);
    assert!(searches.view(view.id).await.is_err() && house.store.list_page(&list, 0, 1).await.is_err());
    searches.end().await;
}
