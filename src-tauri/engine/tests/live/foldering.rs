//! Folders made, renamed, moved, deleted, hidden, and told what they are for.

use crate::room::{Room, mail, path};
use crate::serves::{Mail, Serves, assert_same, shown};
use engine::error::{Code, UiError};
use engine::view::*;
use testkit::proxy::Cut;
use testkit::{Courier, Cyrus, Options};

/// A room, and its folders by their paths.
struct Tree<S> {
    room: Room<S>,
    account: Id,
}

impl<S: Serves> Tree<S> {
    async fn new(room: Room<S>) -> Self {
        let subjects = ["1", "2", "3", "4", "5"];
        room.server.fill("alice", "INBOX", subjects.iter().map(|s| ("\\Seen", mail("alice", s))));
        let account = room.add("alice").await;
        room.up_to_date(account).await;
        room.equal(account, "alice").await;
        Self { room, account }
    }

    async fn folders(&self) -> Vec<(String, FolderView)> {
        let all = self.room.engine.folders().await.unwrap();
        all.iter().map(|f| (path(&all, f), f.clone())).collect()
    }

    async fn folder(&self, path: &str) -> FolderView {
        let all = self.folders().await;
        let found = all.iter().find(|(p, _)| p == path);
        found.unwrap_or_else(|| panic!("{path}: {:?}", all.iter().map(|(p, _)| p).collect::<Vec<_>>())).1.clone()
    }

    async fn make(&self, parent: Option<&str>, name: &str) -> Result<Id, UiError> {
        let parent = match parent {
            Some(path) => Some(self.folder(path).await.id),
            None => None,
        };
        self.room.engine.create_folder(self.account, parent, name.to_owned()).await
    }

    async fn rows(&self, subjects: &[&str]) -> Vec<(Id, Id)> {
        let (all, _) = self.room.shown(self.account, None).await;
        let mine = all.iter().filter(|(m, _)| subjects.contains(&m.subject.as_str()));
        let mut rows: Vec<(Id, Id)> = mine.map(|(_, row)| (row.id, row.message)).collect();
        rows.sort_unstable();
        rows
    }

    async fn move_to(&self, subjects: &[&str], folder: Id) {
        let rows = self.rows(subjects).await.into_iter().map(|(row, _)| row).collect();
        self.room.engine.act(Intent::Move { folder }, Target::Rows { rows }).await.unwrap();
    }

    fn there(&self) -> Vec<String> {
        self.room.server.look().mailboxes("alice").unwrap()
    }

    /// Waits until the server has these folders, and not those, and the window shows the same; and no folder waits.
    async fn agrees(&self, has: &[&str], has_not: &[&str]) {
        self.room
            .wait(&format!("{has:?} and not {has_not:?}"), |_| async {
                let here = self.folders().await;
                let there = self.there();
                let fine =
                    has.iter().all(|p| there.iter().any(|t| t == p) && here.iter().any(|(h, f)| h == p && !f.waiting))
                        && has_not.iter().all(|p| !there.iter().any(|t| t == p) && !here.iter().any(|(h, _)| h == p));
                fine.then_some(())
            })
            .await;
        self.room.told(self.account).await;
        self.room.equal(self.account, "alice").await;
    }

    fn is_subscribed(&self, path: &str) -> bool {
        let answer = self.room.server.client("alice").run("LSUB \"\" \"*\"").unwrap().text();
        answer.lines().any(|l| l.ends_with(path) || l.ends_with(&format!("{path}\"")))
    }
}

async fn whole_story<S: Serves>(room: Room<S>, keeps_numbers: bool) {
    let mut tree = Tree::new(room).await;
    let engine = tree.room.engine.clone();
    // Made, one in the other.
    tree.make(None, "Projekte").await.unwrap();
    tree.make(Some("Projekte"), "Süd & West").await.unwrap();
    let deep = tree.make(Some("Projekte/Süd & West"), "tief").await.unwrap();
    tree.make(None, "Ziel").await.unwrap();
    assert!(tree.folder("Projekte/Süd & West/tief").await.id == deep);
    tree.agrees(&["Projekte", "Projekte/Süd & West", "Projekte/Süd & West/tief", "Ziel"], &[]).await;
    assert!(tree.is_subscribed("Ziel"));

    // Made, used, renamed, moved, deleted, hidden while the server cannot be reached: shown at once, told later, in order.
    tree.room.sever(tree.account).await;
    let away = tree.make(Some("Projekte"), "Unterwegs").await.unwrap();
    assert!(tree.folder("Projekte/Unterwegs").await.waiting);
    tree.move_to(&["1", "2"], away).await;
    tree.move_to(&["3"], deep).await;
    assert_eq!(tree.rows(&["1", "2"]).await.len(), 2);
    assert_eq!(tree.room.rows(ListKey::Folder { id: away }).await.len(), 2);
    let goal = tree.folder("Ziel").await.id;
    engine.rename_folder(deep, "tiefer".into()).await.unwrap();
    engine.move_folder(deep, Some(goal)).await.unwrap();
    assert!(tree.folder("Ziel/tiefer").await.id == deep);
    let renamed = engine.rename_folder(away, "Daheim".into()).await.unwrap();
    // As the server writes paths.
    let named = (renamed.subject.clone(), renamed.to.clone().unwrap_or_default());
    assert!(named.0.ends_with("Unterwegs") && named.1.ends_with("Daheim"), "{named:?}");
    engine.hide_folder(goal, true).await.unwrap();
    assert!(tree.folder("Ziel").await.hidden && tree.is_subscribed("Ziel"));
    let deleted = engine.delete_folder(goal).await.unwrap();
    assert!(!tree.folders().await.iter().any(|(p, _)| p.starts_with("Ziel")));
    assert_eq!(tree.rows(&["3"]).await.len(), 0);
    // Undone as far as it was not meant.
    for act in [Some(deleted.id), None, Some(renamed.id)] {
        engine.undo(act).await.unwrap();
    }
    assert!(!tree.folder("Ziel").await.hidden);
    engine.move_folder(deep, Some(tree.folder("Projekte/Süd & West").await.id)).await.unwrap();
    engine.rename_folder(deep, "tief".into()).await.unwrap();
    tree.room.mend(tree.account).await;
    tree.agrees(&["Projekte/Unterwegs"], &[]).await;
    let mails = [
        ("Projekte/Unterwegs", "1"),
        ("Projekte/Unterwegs", "2"),
        ("Projekte/Süd & West/tief", "3"),
        ("INBOX", "4"),
        ("INBOX", "5"),
    ];
    let expected = mails.map(|(folder, subject)| Mail::new(folder, subject, "\\Seen"));
    assert_same(&tree.room.there("alice"), &expected, "made while away");

    // Renamed with all that is in it: the same rows, and nothing is fetched again.
    let rows = tree.rows(&["1", "2", "3"]).await;
    let projects = tree.folder("Projekte").await.id;
    tree.room.up_to_date(tree.account).await;
    tree.room.proxy.meter().reset();
    engine.rename_folder(projects, "Vorhaben".into()).await.unwrap();
    assert_eq!(tree.folder("Vorhaben/Süd & West/tief").await.id, deep, "at once");
    tree.agrees(&["Vorhaben/Süd & West/tief", "Vorhaben/Unterwegs"], &["Projekte", "Projekte/Unterwegs"]).await;
    assert_eq!(tree.rows(&["1", "2", "3"]).await, rows);
    assert!(tree.is_subscribed("Vorhaben"));
    let said = tree.room.proxy.transcript();
    if keeps_numbers {
        assert!(!said.contains("HEADER"), "{said}");
    }

    // Under another, and to the top; not under itself.
    let south = tree.folder("Vorhaben/Süd & West").await.id;
    assert_eq!(engine.move_folder(south, Some(deep)).await.unwrap_err().code, Code::NotAllowed);
    assert_eq!(engine.move_folder(south, Some(south)).await.unwrap_err().code, Code::NotAllowed);
    engine.move_folder(south, Some(goal)).await.unwrap();
    tree.agrees(&["Ziel/Süd & West/tief"], &["Vorhaben/Süd & West", "Vorhaben/Süd & West/tief"]).await;
    engine.move_folder(deep, None).await.unwrap();
    tree.agrees(&["tief", "Ziel/Süd & West"], &["Ziel/Süd & West/tief"]).await;
    assert_eq!(tree.rows(&["1", "2", "3"]).await, rows);

    // Hidden, and shown.
    for hidden in [true, false] {
        engine.hide_folder(deep, hidden).await.unwrap();
        assert_eq!(tree.folder("tief").await.hidden, hidden, "at once");
        tree.room.wait("told", |_| async { (tree.is_subscribed("tief") != hidden).then_some(()) }).await;
        let synced = engine.health().await.unwrap()[0].last_sync;
        engine.retry_now(tree.account).await.unwrap();
        // By the server's own word as well: a look may have begun before.
        tree.room
            .wait("another look", |e| async move { (e.health().await.unwrap()[0].last_sync > synced).then_some(()) })
            .await;
        tree.room
            .wait("hidden, or not", |_| async { (tree.folder("tief").await.hidden == hidden).then_some(()) })
            .await;
    }

    // For the archive from now on, also after a new start and another look.
    engine.set_folder_role(goal, Role::Archive).await.unwrap();
    assert_eq!(tree.folder("Archive").await.role, Role::None);
    assert_eq!(engine.set_folder_role(goal, Role::Inbox).await.unwrap_err().code, Code::NotAllowed);
    tree.room.reopen().await;
    let engine = tree.room.engine.clone();
    tree.room.sign_in(tree.account, "alice").await;
    tree.room.up_to_date(tree.account).await;
    assert_eq!((tree.folder("Ziel").await.role, tree.folder("Archive").await.role), (Role::Archive, Role::None));
    let rows = tree.rows(&["4"]).await.into_iter().map(|(row, _)| row).collect();
    engine.act(Intent::Archive, Target::Rows { rows }).await.unwrap();
    tree.agrees(&["Ziel"], &[]).await;
    let there = tree.room.there("alice");
    assert!(there.contains(&Mail::new("Ziel", "4", "\\Seen")), "{there:?}");

    // Gone with all that is in it and below it, and nothing else.
    engine.delete_folder(tree.folder("Vorhaben").await.id).await.unwrap();
    engine.delete_folder(tree.folder("Ziel/Süd & West").await.id).await.unwrap();
    tree.agrees(&["tief", "Ziel"], &["Vorhaben", "Vorhaben/Unterwegs", "Ziel/Süd & West"]).await;
    let expected = [("tief", "3"), ("Ziel", "4"), ("INBOX", "5")].map(|(folder, s)| Mail::new(folder, s, "\\Seen"));
    assert_same(&shown(&tree.room.server.all("alice")), &expected, "deleted");
    let inbox = tree.folder("INBOX").await.id;
    for refused in [engine.delete_folder(inbox).await, engine.rename_folder(inbox, "Neu".into()).await] {
        assert_eq!(refused.unwrap_err().code, Code::NotAllowed);
    }
    assert!(engine.refusals().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dovecot() {
    whole_story(Room::reading(Options::default()).await, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dovecot_with_nothing() {
    whole_story(Room::reading(Options::with_capability("IMAP4rev1")).await, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cyrus() {
    whole_story(Room::before(Cyrus::start().unwrap()).await, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_courier() {
    whole_story(Room::before(Courier::start().unwrap()).await, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_cannot_be() {
    let tree = Tree::new(Room::new(Options::default()).await).await;
    for name in ["Work", "Café", "Other"] {
        tree.make(None, name).await.unwrap();
    }
    tree.agrees(&["Work", "Café", "Other"], &[]).await;
    let long = "x".repeat(10_000);
    let (folders, there) = (tree.folders().await, tree.there());
    let other = tree.folder("Other").await.id;
    for (name, code) in [
        ("", Code::Invalid),
        (" \t ", Code::Invalid),
        ("a/b", Code::Invalid),
        ("/", Code::Invalid),
        ("..", Code::Invalid),
        ("a\u{7}b", Code::Invalid),
        ("a\r\nDELETE INBOX", Code::Invalid),
        ("a\0b", Code::Invalid),
        ("a\u{202e}b", Code::Invalid),
        ("*", Code::Invalid),
        (&long, Code::Invalid),
        ("Work", Code::FolderExists),
        ("work", Code::FolderExists),
        (" Work ", Code::FolderExists),
        ("inbox", Code::FolderExists),
        ("archive", Code::FolderExists),
        ("Cafe\u{301}", Code::FolderExists),
        ("CAFE\u{301}", Code::FolderExists),
    ] {
        let shown: String = name.chars().take(20).collect();
        let engine = &tree.room.engine;
        for refused in [
            engine.create_folder(tree.account, None, name.to_owned()).await.err(),
            engine.rename_folder(other, name.to_owned()).await.err(),
        ] {
            let error = refused.unwrap();
            assert_eq!(error.code, code, "{shown:?}");
            let param = if code == Code::Invalid {
                ("field", Some("folder-name"))
            } else {
                ("folder", error.params.get("folder").map(String::as_str))
            };
            assert!(
                error.params.get(param.0).map(String::as_str) == param.1 && param.1.is_some(),
                "{shown:?}: {error:?}"
            );
        }
    }
    tree.room.engine.retry_now(tree.account).await.unwrap();
    tree.agrees(&["Work", "Café", "Other"], &[]).await;
    assert_eq!(tree.folders().await, folders);
    assert_eq!(tree.there(), there);
    // Another writing of its own name is no other folder.
    let work = tree.folder("Work").await.id;
    tree.room.engine.rename_folder(work, "WORK".into()).await.unwrap();
    tree.agrees(&["WORK"], &["Work"]).await;
    // Below another it is free.
    tree.make(Some("Other"), "Work").await.unwrap();
    tree.agrees(&["Other/Work"], &[]).await;
}

/// RENAME and DELETE are cut off at every point of their way, the answer or the command: each is done once, by doveadm's eye.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_in_the_middle() {
    let tree = Tree::new(Room::reading(Options::default()).await).await;
    tree.make(None, "A").await.unwrap();
    tree.make(Some("A"), "tief").await.unwrap();
    tree.make(None, "Weg").await.unwrap();
    tree.agrees(&["A", "A/tief", "Weg"], &[]).await;
    let deep = tree.folder("A/tief").await.id;
    tree.move_to(&["1", "2"], deep).await;
    tree.room.told(tree.account).await;
    let rows = tree.rows(&["1", "2"]).await;
    for n in 0..8 {
        let (old, new) = (format!("A{}", if n == 0 { String::new() } else { n.to_string() }), format!("A{}", n + 1));
        let weg = tree.folder("Weg").await.id;
        tree.room.up_to_date(tree.account).await;
        tree.room.proxy.meter().freeze();
        tree.room.engine.rename_folder(tree.folder(&old).await.id, new.clone()).await.unwrap();
        tree.room.engine.delete_folder(weg).await.unwrap();
        // Its answer is lost, or (with half a line) it does not arrive.
        let cut = match n % 4 {
            0 => Cut::Answer("RENAME"),
            1 => Cut::Answer("DELETE"),
            n => Cut::Up(10 * n),
        };
        tree.room.proxy.meter().cut(cut, None);
        tree.room.proxy.meter().thaw();
        tree.agrees(&[&new, &format!("{new}/tief")], &[&old, "Weg"]).await;
        assert_eq!(tree.rows(&["1", "2"]).await, rows);
        assert!(tree.is_subscribed(&new) && tree.is_subscribed(&format!("{new}/tief")));
        tree.make(None, "Weg").await.unwrap();
        tree.agrees(&["Weg"], &[]).await;
    }
    assert!(tree.room.engine.refusals().await.unwrap().is_empty());
}

/// Another program renames a folder with all below it: it is known again, and what is filed goes to its new name. `most`: headers that may
/// be asked for to be sure of it, where that can be counted.
async fn renamed_by_another<S: Serves>(room: Room<S>, most: Option<usize>) {
    let tree = Tree::new(room).await;
    let (room, engine) = (&tree.room, tree.room.engine.clone());
    tree.make(None, "Projekte").await.unwrap();
    let deep = tree.make(Some("Projekte"), "tief").await.unwrap();
    let empty = tree.make(Some("Projekte"), "leer").await.unwrap();
    tree.agrees(&["Projekte", "Projekte/tief", "Projekte/leer"], &[]).await;
    let projects = tree.folder("Projekte").await.id;
    let subjects: Vec<String> = (10..30).map(|n| n.to_string()).collect();
    room.server.fill("alice", "Projekte", subjects.iter().map(|s| ("\\Seen", mail("alice", s))));
    room.server.fill("alice", "Projekte/tief", [("\\Seen", mail("alice", "deep"))]);
    engine.retry_now(tree.account).await.unwrap();
    room.row(tree.account, "deep").await;
    tree.agrees(&["Projekte", "Projekte/tief"], &[]).await;
    engine.favourite_folder(deep, Some(0)).await.unwrap();
    let names: Vec<&str> = subjects.iter().map(String::as_str).chain(["deep"]).collect();
    let rows = tree.rows(&names).await;
    assert_eq!(rows.len(), 21);

    room.sever(tree.account).await;
    let mut client = room.server.client("alice");
    let prefix = room.server.prefix();
    client.run(&format!("RENAME \"{prefix}Projekte\" \"{prefix}Vorhaben\"")).unwrap();
    for name in ["Vorhaben", "Vorhaben/tief", "Vorhaben/leer"] {
        client.run(&format!("SUBSCRIBE \"{prefix}{name}\"")).unwrap();
    }
    room.proxy.meter().reset();
    room.mend(tree.account).await;
    let gone = ["Projekte", "Projekte/tief", "Projekte/leer"];
    tree.agrees(&["Vorhaben", "Vorhaben/tief", "Vorhaben/leer"], &gone).await;
    let ids = [("Vorhaben", projects), ("Vorhaben/tief", deep), ("Vorhaben/leer", empty)];
    for (path, id) in ids {
        assert_eq!(tree.folder(path).await.id, id, "{path}");
    }
    assert_eq!(tree.rows(&names).await, rows, "the same rows");
    assert!(tree.folder("Vorhaben/tief").await.favourite.is_some());
    // It is moved to by its new name.
    tree.move_to(&["1", "2"], deep).await;
    room.told(tree.account).await;
    let there = room.there("alice");
    for subject in ["1", "2"] {
        let done = engine.timeline(String::new(), None, 20).await;
        assert!(there.contains(&Mail::new("Vorhaben/tief", subject, "\\Seen")), "{there:?} {done:?}");
    }
    assert!(engine.refusals().await.unwrap().is_empty());
    if let Some(most) = most {
        let said = room.proxy.transcript();
        let given =
            said.lines().filter(|l| l.starts_with("S: *") && l.contains("FETCH") && l.contains("HEADER")).count();
        assert!(given <= most, "{given} headers\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_another_program_at_a_dovecot() {
    renamed_by_another(Room::reading(Options::default()).await, Some(6)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_another_program_at_a_dovecot_with_nothing() {
    renamed_by_another(Room::reading(Options::with_capability("IMAP4rev1")).await, None).await;
}

/// It has OBJECTID.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_another_program_at_a_cyrus() {
    renamed_by_another(Room::before(Cyrus::start().unwrap()).await, None).await;
}
