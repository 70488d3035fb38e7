//! What a person does, against a server in memory: tables for what can be named.

use super::super::account::Account;
use super::super::replay::Replay;
use super::memory::Connection;
use super::{ALL, Room, run};
use crate::error::Result;
use crate::view::{ActState, Id, Intent, List, ListKey, ListRow, Span, Target};
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) const WRITING: &[&str] = &["IDLE", "CONDSTORE", "QRESYNC", "ESEARCH", "MOVE", "UIDPLUS"];
pub(super) const MAILBOXES: [&str; 5] = ["INBOX", "Archive", "Trash", "Junk", "Other"];

/// A room with folders, and the account as it tells its server.
pub(super) struct Desk {
    pub(super) room: Room,
    pub(super) account: Arc<Account>,
}

impl Desk {
    pub(super) async fn new(capabilities: &[&str]) -> Self {
        let room = Room::new(capabilities).await;
        for name in MAILBOXES {
            room.server.lock().mailbox(name);
        }
        let account = Account::new(room.house.clone(), room.account, false);
        Self { room, account }
    }

    /// A second computer of the same person.
    pub(super) async fn beside(&self) -> Self {
        let room = Room::at(self.room.server.clone()).await;
        let account = Account::new(room.house.clone(), room.account, false);
        Self { room, account }
    }

    pub(super) async fn with_mail(capabilities: &[&str], n: u32) -> Self {
        let desk = Self::new(capabilities).await;
        for _ in 0..n {
            desk.room.server.lock().deliver("INBOX", false);
        }
        desk.quiet().await;
        desk
    }

    /// One round as an account makes it: what was done is told first.
    async fn round(&self, c: &mut Connection) -> Result<()> {
        self.room.list(c).await?;
        Replay::new(&self.account, c).run().await?;
        self.room.round(c).await?;
        Replay::new(&self.account, c).run().await.map(drop)
    }

    pub(super) async fn cut_round(&self, steps: u32, lose_answer: bool) {
        self.room.server.lock().lose_answer = lose_answer;
        let mut c = self.room.server.connect(Some(steps));
        let _ = self.round(&mut c).await;
        self.room.server.lock().lose_answer = false;
    }

    pub(super) async fn quiet(&self) {
        for _ in 0..3 {
            // Waits are for servers; here time stands still.
            let mut tx = self.room.house.store.write().await.unwrap();
            sqlx::query("UPDATE op SET not_before = 0").execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
            let mut c = self.room.server.connect(None);
            self.round(&mut c).await.unwrap();
        }
    }

    pub(super) async fn rows(&self, name: &str) -> Vec<ListRow> {
        let key = ListKey::Folder { id: self.room.folder(name).await };
        self.room.house.store.list_page(&List::of(key), 0, 500).await.unwrap().rows
    }

    pub(super) async fn subjects(&self, name: &str) -> Vec<String> {
        let mut all: Vec<String> = self.rows(name).await.into_iter().map(|r| r.subject).collect();
        all.sort();
        all
    }

    pub(super) async fn act(&self, intent: Intent, rows: &[Id]) -> Option<Id> {
        let target = Target::Rows { rows: rows.to_vec() };
        self.room.house.store.file(&intent, &target).await.unwrap().map(|f| f.act)
    }

    pub(super) async fn waiting(&self) -> u32 {
        self.room.house.store.queue(self.room.account).await.unwrap().0
    }

    /// Names and mailboxes on the server.
    pub(super) fn there(&self) -> Vec<(String, u32)> {
        let server = self.room.server.lock();
        let mut all = Vec::new();
        for (name, b) in &server.boxes {
            // What the server can only mark is hidden everywhere.
            all.extend(b.mails.values().filter(|m| !m.flags.deleted).map(|m| (name.clone(), m.name)));
        }
        all.sort();
        all
    }

    pub(super) async fn state(&self, act: Id) -> ActState {
        self.room.house.store.act(act).await.unwrap().unwrap().state
    }

    /// The shown store is what the server has, when all is quiet.
    pub(super) async fn assert_equal(&self) {
        let rows: Vec<(String, i64, String, i64, String)> = sqlx::query_as(
            "SELECT f.mailbox, p.uid, m.subject, p.flags, p.keywords FROM placement p JOIN folder f ON f.id = p.folder
             JOIN message m ON m.id = p.message ORDER BY 1, 2",
        )
        .fetch_all(self.room.house.store.read())
        .await
        .unwrap();
        let mut there = Vec::new();
        for (name, b) in &self.room.server.lock().boxes {
            for (uid, m) in &b.mails {
                let (flags, keywords) = crate::store::placements::pack(&m.flags);
                there.push((name.clone(), i64::from(*uid), format!("Mail {}", m.name), flags, keywords));
            }
        }
        assert_eq!(rows, there);
        self.room.assert_counts().await;
        self.room.assert_sleep().await;
    }
}

#[test]
fn what_is_done_shows_at_once_and_is_told_in_few_commands() {
    run(async {
        let desk = Desk::with_mail(WRITING, 40).await;
        let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
        let flagged = desk.act(Intent::Flag { on: true }, &rows).await.unwrap();
        let archived = desk.act(Intent::Archive, &rows[..30]).await.unwrap();
        assert_eq!((desk.rows("INBOX").await.len(), desk.rows("Archive").await.len()), (10, 30));
        assert!(desk.rows("Archive").await.iter().all(|r| r.flagged));
        desk.room.assert_counts().await;
        assert_eq!(desk.state(flagged).await, ActState::Waiting);
        // STATUS, SELECT, STORE, MOVE: four commands say it all, and one more finds the folder open already.
        let mut c = desk.room.server.connect(Some(5));
        Replay::new(&desk.account, &mut c).run().await.unwrap();
        assert_eq!(desk.waiting().await, 0);
        assert_eq!((desk.state(flagged).await, desk.state(archived).await), (ActState::Done, ActState::Done));
        let there = desk.there();
        assert_eq!(there.iter().filter(|(f, _)| f == "Archive").count(), 30);
        desk.quiet().await;
        desk.assert_equal().await;
        // The rows are the same rows: nothing was lost and found again.
        let now: BTreeSet<Id> = desk.rows("Archive").await.iter().map(|r| r.id).collect();
        assert_eq!(now, rows[..30].iter().copied().collect());
    });
}

/// A server says OK to a COPY of what its session has not been told of yet, and makes none: the original is not taken out for that.
#[test]
fn what_was_not_moved_though_the_server_said_so_is_not_lost() {
    run(async {
        for capabilities in [WRITING, &["UIDPLUS"], &["MOVE"], ALL, &[]] {
            let desk = Desk::with_mail(capabilities, 3).await;
            let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
            desk.room.server.lock().blind = true;
            let act = desk.act(Intent::Archive, &rows[..1]).await.unwrap();
            desk.quiet().await;
            assert_eq!((desk.waiting().await, desk.state(act).await), (0, ActState::Done), "{capabilities:?}");
            let there: Vec<String> = desk.there().into_iter().map(|(folder, _)| folder).collect();
            assert_eq!(there.iter().filter(|f| *f == "Archive").count(), 1, "{capabilities:?}: {there:?}");
            assert_eq!(desk.subjects("Archive").await, ["Mail 3"], "{capabilities:?}");
        }
    });
}

#[test]
fn every_way_to_move_ends_the_same() {
    run(async {
        for capabilities in [WRITING, &["UIDPLUS"], &["MOVE"], ALL, &[]] {
            for lies in [false, true] {
                let desk = Desk::with_mail(capabilities, 5).await;
                desk.room.server.lock().lies_move = lies;
                let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
                let act = desk.act(Intent::Trash, &rows[..2]).await.unwrap();
                desk.quiet().await;
                assert_eq!(
                    (desk.waiting().await, desk.state(act).await),
                    (0, ActState::Done),
                    "{capabilities:?} {lies}"
                );
                assert_eq!(desk.subjects("Trash").await, ["Mail 4", "Mail 5"], "{capabilities:?} {lies}");
                assert_eq!(desk.subjects("INBOX").await, ["Mail 1", "Mail 2", "Mail 3"], "{capabilities:?} {lies}");
                let there = desk.there();
                assert_eq!(there.iter().filter(|(f, _)| f == "Trash").count(), 2);
                assert_eq!(there.len(), 5, "nothing doubled, nothing lost: {there:?}");
                desk.assert_equal().await;
                // Neither can it be more than marked where there is no UIDPLUS.
                let marked = desk.room.server.lock().boxes["INBOX"].mails.values().filter(|m| m.flags.deleted).count();
                let can = capabilities.contains(&"UIDPLUS") || (capabilities.contains(&"MOVE") && !lies);
                assert_eq!(marked, if can { 0 } else { 2 }, "{capabilities:?} {lies}");
                let view = desk.room.house.store.act(act).await.unwrap().unwrap();
                assert_eq!(view.only_marked, !can);
            }
        }
    });
}

#[test]
fn a_cut_anywhere_doubles_nothing_and_loses_nothing() {
    run(async {
        for capabilities in [WRITING, &["UIDPLUS"][..], &["MOVE"][..], &[][..]] {
            for steps in 0..24 {
                for lost in [false, true] {
                    let desk = Desk::with_mail(capabilities, 4).await;
                    let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
                    let other = desk.room.folder("Other").await;
                    desk.act(Intent::Flag { on: true }, &rows[..1]).await;
                    desk.act(Intent::Move { folder: other }, &rows[..2]).await;
                    desk.act(Intent::Copy { folder: other }, &rows[2..3]).await;
                    desk.act(Intent::Delete, &rows[3..]).await;
                    desk.cut_round(steps, lost).await;
                    desk.room.assert_counts().await;
                    desk.quiet().await;
                    let why = format!("{capabilities:?} cut after {steps}, lost {lost}");
                    assert_eq!(desk.waiting().await, 0, "{why}");
                    let there: Vec<(String, u32)> = desk.there();
                    let expected: Vec<(String, u32)> =
                        [("INBOX", 2), ("Other", 2), ("Other", 3), ("Other", 4)].map(|(f, n)| (f.to_owned(), n)).into();
                    assert_eq!(there, expected, "{why}");
                    desk.assert_equal().await;
                }
            }
        }
    });
}

#[test]
fn a_refusal_takes_back_only_itself_and_says_why() {
    run(async {
        let desk = Desk::with_mail(WRITING, 4).await;
        desk.room.server.lock().refuse.insert("Archive".into(), "OVERQUOTA".into());
        let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
        let archive = desk.act(Intent::Archive, &rows[..2]).await.unwrap();
        let flag = desk.act(Intent::Flag { on: true }, &rows).await.unwrap();
        let trash = desk.act(Intent::Trash, &rows[2..3]).await.unwrap();
        desk.quiet().await;
        assert_eq!(desk.state(archive).await, ActState::Refused);
        assert_eq!((desk.state(flag).await, desk.state(trash).await), (ActState::Done, ActState::Done));
        assert_eq!(desk.subjects("INBOX").await, ["Mail 1", "Mail 3", "Mail 4"]);
        let refusals = desk.room.house.store.refusals().await.unwrap();
        assert_eq!(refusals.iter().map(|r| r.id).collect::<Vec<_>>(), [archive]);
        assert_eq!(refusals[0].error.as_ref().unwrap().code, crate::error::Code::Quota);
        desk.room.house.store.dismiss_refusal(archive).await.unwrap();
        assert!(desk.room.house.store.refusals().await.unwrap().is_empty());
        desk.assert_equal().await;
    });
}

#[test]
fn others_are_faster_and_it_is_told_truthfully() {
    run(async {
        let desk = Desk::with_mail(WRITING, 3).await;
        let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
        let moved = desk.act(Intent::Archive, &rows[..1]).await.unwrap();
        desk.act(Intent::Flag { on: true }, &rows[1..2]).await.unwrap();
        desk.room.server.lock().expunge("INBOX", 3);
        desk.room.server.lock().expunge("INBOX", 2);
        desk.quiet().await;
        assert_eq!(desk.waiting().await, 0);
        assert_eq!(desk.state(moved).await, ActState::Refused);
        let refusals = desk.room.house.store.refusals().await.unwrap();
        assert_eq!(refusals.len(), 1, "of a flag nobody needs to be told");
        assert_eq!(refusals[0].error.as_ref().unwrap().code, crate::error::Code::Elsewhere);
        desk.assert_equal().await;
    });
}

#[test]
fn other_numbers_never_hit_another_message() {
    run(async {
        for capabilities in [WRITING, &[][..]] {
            let desk = Desk::with_mail(capabilities, 6).await;
            let rows = desk.rows("INBOX").await;
            let third: Id = rows.iter().find(|r| r.subject == "Mail 3").unwrap().id;
            desk.act(Intent::Trash, &[third]).await.unwrap();
            desk.act(Intent::Flag { on: true }, &[third]).await.unwrap();
            // UID 3 is another message now.
            desk.room.server.lock().expunge("INBOX", 1);
            desk.room.server.lock().renumber("INBOX");
            desk.quiet().await;
            assert_eq!(desk.waiting().await, 0);
            assert_eq!(desk.subjects("Trash").await, ["Mail 3"], "{capabilities:?}");
            assert!(desk.rows("Trash").await[0].flagged);
            assert!(desk.rows("INBOX").await.iter().all(|r| !r.flagged));
            desk.assert_equal().await;
        }
    });
}

#[test]
fn stretches_of_a_list_are_what_was_marked() {
    run(async {
        let desk = Desk::with_mail(WRITING, 20).await;
        let key = ListKey::Folder { id: desk.room.folder("INBOX").await };
        let store = &desk.room.house.store;
        let page = store.list_page(&List::of(key), 0, 500).await.unwrap();
        desk.room.server.lock().deliver("INBOX", false);
        desk.quiet().await;
        let spans = vec![
            Span { first: page.rows[2].id, last: page.rows[4].id },
            Span { first: page.rows[10].id, last: page.rows[10].id },
        ];
        let some = Target::List { list: List::of(key), spans, newest: page.newest };
        let preview = store.preview(&some).await.unwrap();
        assert_eq!((preview.count, preview.unread, preview.people.len()), (4, 4, 4));
        let act = store.file(&Intent::Flag { on: true }, &some).await.unwrap().unwrap().act;
        assert_eq!(store.act(act).await.unwrap().unwrap().count, 4);
        let flagged: Vec<String> =
            desk.rows("INBOX").await.into_iter().filter(|r| r.flagged).map(|r| r.subject).collect();
        assert_eq!(flagged, ["Mail 18", "Mail 17", "Mail 16", "Mail 10"]);
        // The whole list: what came after it was marked is not meant.
        let all = Target::List { list: List::of(key), spans: Vec::new(), newest: page.newest };
        store.file(&Intent::Archive, &all).await.unwrap();
        assert_eq!(desk.subjects("INBOX").await, ["Mail 21"]);
    });
}

#[test]
fn a_missing_archive_is_made() {
    run(async {
        let desk = Desk::with_mail(WRITING, 2).await;
        desk.room.server.lock().boxes.remove("Archive");
        desk.quiet().await;
        let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
        desk.act(Intent::Archive, &rows).await.unwrap();
        assert_eq!(desk.rows("Archive").await.len(), 2);
        desk.quiet().await;
        assert_eq!(desk.waiting().await, 0);
        assert_eq!(desk.there().iter().filter(|(f, _)| f == "Archive").count(), 2);
        desk.assert_equal().await;
    });
}

#[test]
fn on_and_back_and_on_again_over_a_wire_that_fails() {
    run(async {
        // Without UIDPLUS the first copy stays in the inbox, marked: it is not what comes back there.
        for capabilities in [&["MOVE"][..], &[][..]] {
            for first in [6, 8] {
                for second in 8..12 {
                    let why = format!("{capabilities:?} cut after {first}, then after {second}");
                    let desk = Desk::with_mail(capabilities, 2).await;
                    let row = [desk.rows("INBOX").await[0].id];
                    desk.act(Intent::Archive, &row).await;
                    desk.cut_round(first, false).await;
                    for to in ["INBOX", "Trash"] {
                        let folder = desk.room.folder(to).await;
                        desk.act(Intent::Move { folder }, &row).await;
                    }
                    desk.cut_round(second, false).await;
                    desk.quiet().await;
                    assert_eq!(desk.subjects("Trash").await, ["Mail 2"], "{why}");
                    assert_eq!(desk.there(), [("INBOX".to_owned(), 1), ("Trash".to_owned(), 2)], "{why}");
                    assert_eq!(desk.waiting().await, 0, "{why}");
                    desk.assert_equal().await;
                }
            }
        }
    });
}
