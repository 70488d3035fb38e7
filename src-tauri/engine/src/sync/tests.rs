//! Sync against a server in memory: tables for what can be named; random histories are in [`histories`].
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::type_complexity, reason = "tests")]

mod acting;
mod answering;
mod foldering;
mod histories;
mod kept;
mod lasting;
mod lost;
mod machine;
mod many;
mod memory;
mod muting;
mod passing;
mod people;
mod post;
mod recovering;
mod renamed_since;
mod renaming;
mod rescue;
mod searching;
mod sending;
mod snoozing;
mod undoing;
mod writing;

use super::folders;
use super::pull::{Cursors, Pull};
use super::renamed;
use crate::desktop::{Desktop, NewMail};
use crate::engine::House;
use crate::error::Result;
use crate::remote::{Connect, Credential, Remote, UidSet};
use crate::secrets::Secrets;
use crate::store::Store;
use crate::topics::Topics;
use crate::view::{AccountForm, Filter, Id, List, ListKey, Security, ServerSettings};
use async_trait::async_trait;
use memory::{Connection, Memory};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Recorder(Mutex<Vec<NewMail>>);

impl Desktop for Recorder {
    fn announce(&self, mail: NewMail) {
        self.0.lock().unwrap().push(mail);
    }
    fn came_from_outside(&self, _file: &std::path::Path) {}
    fn badge(&self, _unread: u32) {}
}

struct Nowhere;

#[async_trait]
impl Connect for Nowhere {
    async fn imap(&self, _server: &ServerSettings, _credential: &Credential) -> Result<Box<dyn Remote>> {
        Err(crate::error::Error::Network("nowhere".into()))
    }
    async fn smtp_trial(&self, _server: &ServerSettings, _credential: &Credential) -> Result<()> {
        Ok(())
    }
    async fn submission(
        &self,
        _server: &ServerSettings,
        _credential: &Credential,
    ) -> Result<Box<dyn crate::remote::Submit>> {
        Err(crate::error::Error::Network("nowhere".into()))
    }
}

/// A store with one account, and a server to sync it with.
struct Room {
    _folder: tempfile::TempDir,
    house: Arc<House>,
    desktop: Arc<Recorder>,
    account: Id,
    cursors: Cursors,
    server: Memory,
}

const ALL: &[&str] = &["IDLE", "CONDSTORE", "QRESYNC", "ESEARCH"];

impl Room {
    async fn new(capabilities: &[&str]) -> Self {
        let server = Memory::new(capabilities);
        server.lock().mailbox("INBOX");
        Self::at(server).await
    }

    /// Another store for a server.
    async fn at(memory: Memory) -> Self {
        Self::with(memory, Arc::new(Nowhere), false).await
    }

    /// The same, with a way to servers, and an outgoing one or none.
    async fn with(memory: Memory, connect: Arc<dyn Connect>, outgoing: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let topics = Topics::default();
        // No keyring is asked in these tests.
        store.set_setting("secrets", &"Ask").await.unwrap();
        let secrets = Secrets::open(folder.path(), &store, topics.clone()).await.unwrap();
        let desktop = Arc::new(Recorder::default());
        let server = ServerSettings {
            host: "localhost".into(),
            port: 1,
            security: Security::None,
            user: "me".into(),
            accepted_certificate: None,
            allow_clear_text: false,
        };
        let form = AccountForm {
            name: "Me".into(),
            email: "me@example.org".into(),
            password: String::new(),
            outgoing: outgoing.then(|| server.clone()),
            incoming: server,
            outgoing_password: None,
        };
        let account = store.add_account(&form).await.unwrap();
        let profile = folder.path().to_owned();
        let house = Arc::new(House { profile, store, topics, secrets, desktop: desktop.clone(), connect });
        Self { _folder: folder, house, desktop, account, cursors: Cursors::default(), server: memory }
    }

    async fn folder(&self, name: &str) -> Id {
        let all = self.house.store.folders_of(self.account).await.unwrap();
        all.iter().find(|f| f.mailbox.0 == name).unwrap().id
    }

    async fn list(&self, c: &mut Connection) -> Result<()> {
        let mut listings = folders::listings(&c.list().await?);
        if c.capabilities().has("OBJECTID") {
            let names: Vec<_> = listings.iter().map(|l| l.mailbox.clone()).collect();
            for (listing, told) in listings.iter_mut().zip(c.status(&names).await?) {
                listing.status = told.ok();
            }
        }
        renamed::recognise(&self.house.store, c, self.account, &listings).await?;
        self.house.store.set_folders(self.account, &listings).await?;
        Ok(())
    }

    /// One round as an account makes it: list, visit all, fill all.
    async fn round(&self, c: &mut Connection) -> Result<()> {
        self.list(c).await?;
        let all = self.house.store.folders_of(self.account).await?;
        for f in &all {
            let mut pull = Pull { house: &self.house, remote: c, cursors: &self.cursors };
            pull.visit(f.id).await?;
        }
        for f in &all {
            let mut pull = Pull { house: &self.house, remote: c, cursors: &self.cursors };
            pull.visit(f.id).await?;
            pull.backfill(f.id).await?;
        }
        Ok(())
    }

    /// The store, as far as it should equal the server: folder, UID, subject, seen, flagged.
    async fn here(&self) -> Vec<(String, i64, String, bool, bool)> {
        let rows: Vec<(String, i64, String, i64)> = sqlx::query_as(
            "SELECT f.mailbox, p.uid, m.subject, p.flags FROM placement p JOIN folder f ON f.id = p.folder
             JOIN message m ON m.id = p.message WHERE p.gone IS NULL ORDER BY 1, 2",
        )
        .fetch_all(self.house.store.read())
        .await
        .unwrap();
        rows.into_iter().map(|(f, u, s, flags)| (f, u, s, flags & 1 != 0, flags & 2 != 0)).collect()
    }

    fn there(&self) -> Vec<(String, i64, String, bool, bool)> {
        let server = self.server.lock();
        let mut all = Vec::new();
        for (name, b) in &server.boxes {
            for (uid, m) in &b.mails {
                all.push((name.clone(), i64::from(*uid), format!("Mail {}", m.name), m.flags.seen, m.flags.flagged));
            }
        }
        all
    }

    /// The numbers kept beside the rows are those of the rows.
    async fn assert_counts(&self) {
        let wrong: Vec<(i64, i64, i64, i64, i64)> = sqlx::query_as(
            "SELECT f.id, f.total, (SELECT count(*) FROM placement p WHERE p.folder = f.id AND p.hidden = 0 AND p.asleep = 0),
                    f.unread, (SELECT count(*) FROM placement p WHERE p.folder = f.id AND p.hidden = 0 AND p.asleep = 0
                        AND (p.flags & 1) = 0)
             FROM folder f",
        )
        .fetch_all(self.house.store.read())
        .await
        .unwrap();
        for (f, total, rows, unread, unseen) in wrong {
            assert_eq!((total, unread), (rows, unseen), "counts of folder {f}");
        }
    }
}

impl Room {
    /// Who is asleep, and where in its list a row stands, follows from keywords, folder and clock.
    async fn assert_sleep(&self) {
        type Row = (i64, String, Option<i64>, bool, i64, i64, i64);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT p.id, p.keywords, p.due, p.asleep, p.date, coalesce(p.received, p.date), f.role FROM placement p
             JOIN folder f ON f.id = p.folder WHERE p.local_due IS NULL",
        )
        .fetch_all(self.house.store.read())
        .await
        .unwrap();
        for (place, keywords, due, asleep, date, came, role) in rows {
            let sleeps = role < 2;
            let ahead = due.is_some_and(|d| d > crate::store::now());
            let expected = if sleeps && !ahead { came.max(due.unwrap_or(came)) } else { came };
            assert_eq!(
                (due, asleep, date),
                (crate::snooze::due(&keywords), sleeps && ahead, expected),
                "row {place}: {keywords}"
            );
        }
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn newest_first_then_the_rest_and_again_costs_nothing() {
    run(async {
        let room = Room::new(ALL).await;
        for _ in 0..130 {
            room.server.lock().deliver("INBOX", true);
        }
        let mut c = room.server.connect(None);
        room.list(&mut c).await.unwrap();
        let inbox = room.folder("INBOX").await;
        let mut pull = Pull { house: &room.house, remote: &mut c, cursors: &room.cursors };
        pull.visit(inbox).await.unwrap();
        let page = room.house.store.list_page(&List::of(ListKey::Folder { id: inbox }), 0, 10).await.unwrap();
        assert_eq!((page.total, page.rows[0].subject.as_str()), (50, "Mail 130"));
        assert_eq!(room.house.store.folder(inbox).await.unwrap().todo.to_string(), "1:80");

        // Cut in the middle of the rest, and taken up again.
        let mut cut = room.server.connect(Some(7));
        let mut pull = Pull { house: &room.house, remote: &mut cut, cursors: &room.cursors };
        pull.visit(inbox).await.unwrap();
        assert!(pull.backfill(inbox).await.is_err());
        room.round(&mut c).await.unwrap();
        assert_eq!(room.here().await, room.there());
        room.assert_counts().await;

        // Nothing changed: one command a visit.
        let mut c = room.server.connect(Some(1));
        let mut pull = Pull { house: &room.house, remote: &mut c, cursors: &room.cursors };
        pull.visit(inbox).await.unwrap();
        assert!(room.desktop.0.lock().unwrap().is_empty(), "what was there before is no news");
    });
}

#[test]
fn announces_what_is_new_unseen_and_in_an_inbox() {
    run(async {
        let room = Room::new(ALL).await;
        room.server.lock().deliver("INBOX", false);
        let mut c = room.server.connect(None);
        room.round(&mut c).await.unwrap();
        room.server.lock().deliver("INBOX", true);
        room.server.lock().deliver("Other", false);
        room.round(&mut c).await.unwrap();
        assert!(room.desktop.0.lock().unwrap().is_empty());
        room.server.lock().deliver("INBOX", false);
        room.server.lock().deliver("INBOX", false);
        room.round(&mut c).await.unwrap();
        let told = room.desktop.0.lock().unwrap().clone();
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].count, told[0].subject.as_str(), told[0].from.as_str()), (2, "Mail 5", "Sender 5"));
    });
}

#[test]
fn a_lie_about_removal_removes_nothing() {
    run(async {
        let room = Room::new(ALL).await;
        for _ in 0..5 {
            room.server.lock().deliver("INBOX", true);
        }
        let mut c = room.server.connect(None);
        room.round(&mut c).await.unwrap();
        room.server.lock().lies = UidSet::range(1, 5);
        room.server.lock().expunge("INBOX", 3);
        room.round(&mut c).await.unwrap();
        assert_eq!(room.here().await, room.there());
        assert_eq!(room.here().await.len(), 4);
        let causes: Vec<String> =
            sqlx::query_scalar("SELECT cause FROM ledger").fetch_all(room.house.store.read()).await.unwrap();
        assert_eq!(causes, ["gone from the server"]);
    });
}

#[test]
fn out_of_view_at_the_first_look_and_out_of_the_store_at_the_second() {
    run(async {
        let room = Room::new(ALL).await;
        for _ in 0..3 {
            room.server.lock().deliver("INBOX", true);
        }
        let mut c = room.server.connect(None);
        room.round(&mut c).await.unwrap();
        let inbox = room.folder("INBOX").await;
        room.server.lock().expunge("INBOX", 2);
        let mut cut = room.server.connect(Some(1));
        let mut pull = Pull { house: &room.house, remote: &mut cut, cursors: &room.cursors };
        assert!(pull.visit(inbox).await.is_err());
        let rows = || async { room.house.store.uids(inbox).await.unwrap().len() };
        assert_eq!((room.here().await.len(), rows().await), (2, 3));
        room.assert_counts().await;
        room.round(&mut c).await.unwrap();
        assert_eq!((room.here().await, rows().await), (room.there(), 2));
        room.assert_counts().await;
    });
}

#[test]
fn one_bad_message_is_one_bad_row() {
    run(async {
        let room = Room::new(&[]).await;
        for _ in 0..120 {
            room.server.lock().deliver("INBOX", true);
        }
        room.server.lock().withheld = UidSet::range(30, 31);
        let mut c = room.server.connect(None);
        room.round(&mut c).await.unwrap();
        let here = room.here().await;
        assert_eq!(here.len(), 120);
        assert_eq!(here.iter().filter(|r| r.2.is_empty()).map(|r| r.1).collect::<Vec<_>>(), [30, 31]);
        assert_eq!(room.house.store.damaged(room.account).await.unwrap(), 2);
        room.assert_counts().await;
    });
}

#[test]
fn another_uidvalidity_keeps_rows_messages_and_texts() {
    run(async {
        let room = Room::new(ALL).await;
        for _ in 0..70 {
            room.server.lock().deliver("INBOX", true);
        }
        let mut c = room.server.connect(None);
        room.round(&mut c).await.unwrap();
        let key = ListKey::Folder { id: room.folder("INBOX").await };
        let before = room.house.store.list_page(&List::of(key), 0, 100).await.unwrap();
        for _ in 0..2 {
            room.server.lock().expunge("INBOX", 5);
            room.server.lock().renumber("INBOX");
            let mut cut = room.server.connect(Some(4));
            let _ = room.round(&mut cut).await;
            let meanwhile = room.house.store.list_page(&List::of(key), 0, 100).await.unwrap();
            assert!(meanwhile.total >= 68, "the list never empties: {}", meanwhile.total);
        }
        room.round(&mut c).await.unwrap();
        assert_eq!(room.here().await, room.there());
        let after = room.house.store.list_page(&List::of(key), 0, 100).await.unwrap();
        assert_eq!(after.total, 68);
        for row in &after.rows {
            let old = before.rows.iter().find(|b| b.subject == row.subject).unwrap();
            assert_eq!((old.id, old.message), (row.id, row.message), "{}", row.subject);
        }
        room.assert_counts().await;
    });
}

#[test]
fn copies_are_one_message_and_twins_are_two() {
    run(async {
        let room = Room::new(ALL).await;
        let uid = room.server.lock().deliver("INBOX", true);
        room.server.lock().copy("INBOX", uid, "Archive");
        room.server.lock().copy("INBOX", uid, "INBOX");
        let mut c = room.server.connect(None);
        room.round(&mut c).await.unwrap();
        let messages: i64 =
            sqlx::query_scalar("SELECT count(*) FROM message").fetch_one(room.house.store.read()).await.unwrap();
        assert_eq!((room.here().await.len(), messages), (3, 2));
    });
}

#[test]
fn folders_come_and_go_after_two_lists() {
    run(async {
        let room = Room::new(ALL).await;
        room.server.lock().deliver("Old", true);
        let mut c = room.server.connect(None);
        room.round(&mut c).await.unwrap();
        room.server.lock().boxes.remove("Old");
        room.server.lock().deliver("New", true);
        room.list(&mut c).await.unwrap();
        assert_eq!(room.here().await.len(), 1, "one LIST is not enough to remove mail");
        let shown = room.house.store.folder_views().await.unwrap();
        assert_eq!(shown.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["INBOX", "New"]);
        room.round(&mut c).await.unwrap();
        assert_eq!(room.here().await, room.there());
    });
}

fn none() -> Filter {
    Filter::default()
}

#[test]
fn rows_near_both_ends_and_their_places_agree() {
    run(async {
        let room = Room::new(ALL).await;
        for i in 0..230 {
            room.server.lock().deliver("INBOX", i % 3 == 0);
        }
        let mut c = room.server.connect(None);
        room.round(&mut c).await.unwrap();
        let store = &room.house.store;
        let folder = ListKey::Folder { id: room.folder("INBOX").await };
        for key in [folder, ListKey::Inboxes] {
            let (unread, files) = (Filter { unread: true, ..none() }, Filter { files: true, ..none() });
            for filter in [none(), unread, files] {
                let list = List { filter, ..List::of(key) };
                let whole = store.list_page(&list, 0, 500).await.unwrap();
                assert_eq!(whole.total as usize, whole.rows.len());
                for offset in [0u32, 1, 7, 60, 100, 152, 153, 200, 229, 230, 999] {
                    let page = store.list_page(&list, offset, 20).await.unwrap();
                    let from = (offset as usize).min(whole.rows.len());
                    let to = (from + 20).min(whole.rows.len());
                    assert_eq!(page.rows, whole.rows[from..to], "{list:?} {offset}");
                    for (i, row) in page.rows.iter().enumerate() {
                        let index = store.list_index(&list, row.id).await.unwrap();
                        assert_eq!(index, u32::try_from(from + i).ok());
                    }
                }
            }
        }
    });
}

/// Every list is served by an index in its order: no sorting, no scan of the table.
#[test]
fn lists_walk_their_indexes() {
    run(async {
        let room = Room::new(ALL).await;
        let (folder, all) = ("p.folder = ?1 AND p.hidden = 0 AND p.asleep = 0", "AND ?1 = 0");
        for (name, by, condition) in [
            ("placement_list", "p.date", folder.to_owned()),
            ("placement_list_unread", "p.date", format!("{folder} AND (p.flags & 1) = 0")),
            ("placement_list_flagged", "p.date", format!("{folder} AND (p.flags & 2) = 2")),
            ("placement_list_files", "p.date", format!("{folder} AND p.files = 1")),
            ("placement_inbox", "p.date", format!("(p.lists & 1) = 1 {all}")),
            ("placement_inbox_unread", "p.date", format!("(p.lists & 1) = 1 {all} AND (p.flags & 1) = 0")),
            ("placement_unread", "p.date", format!("(p.lists & 2) = 2 {all}")),
            ("placement_flagged", "p.date", format!("(p.lists & 4) = 4 {all}")),
            ("placement_snoozed", "(-p.due)", format!("(p.lists & 8) = 8 {all}")),
            ("placement_drafts", "p.date", format!("(p.lists & 16) = 16 {all}")),
            ("placement_sent", "p.date", format!("(p.lists & 32) = 32 {all}")),
            ("placement_all", "p.date", format!("(p.lists & 64) = 64 {all}")),
        ] {
            for order in ["DESC", "ASC"] {
                let sql = format!(
                    "EXPLAIN QUERY PLAN SELECT p.id FROM placement p WHERE {condition} ORDER BY {by} {order}, p.id {order} LIMIT 100 OFFSET 50000"
                );
                let plan: Vec<(i64, i64, i64, String)> =
                    sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(1).fetch_all(room.house.store.read()).await.unwrap();
                let plan: Vec<String> = plan.into_iter().map(|p| p.3).collect();
                let text = plan.join("; ");
                assert!(
                    text.contains(&format!("INDEX {name} ")) || text.ends_with(&format!("INDEX {name}")),
                    "{name}: {text}"
                );
                assert!(!text.contains("TEMP B-TREE"), "{name}: {text}");
            }
        }
    });
}
