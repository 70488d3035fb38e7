//! What a person does, against a server in memory: tables for what can be named, and random histories of acts, changes by others,
//! cuts (with and without the work done), refusals and undoing, that must always end with nothing lost, nothing doubled, nothing
//! removed that nobody removed, and the store equal to the server.

use super::super::account::Account;
use super::super::replay::Replay;
use super::memory::Connection;
use super::{ALL, Room, run};
use crate::error::Result;
use crate::view::{ActState, Filter, Id, Intent, ListKey, ListRow, Span, Target};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const WRITING: &[&str] = &["IDLE", "CONDSTORE", "QRESYNC", "ESEARCH", "MOVE", "UIDPLUS"];
const MAILBOXES: [&str; 5] = ["INBOX", "Archive", "Trash", "Junk", "Other"];

/// A room with folders, and the account as it tells its server.
pub(super) struct Desk {
    pub(super) room: Room,
    pub(super) account: Arc<Account>,
}

impl Desk {
    async fn new(capabilities: &[&str]) -> Self {
        let room = Room::new(capabilities).await;
        for name in MAILBOXES {
            room.server.lock().mailbox(name);
        }
        let account = Account::new(room.house.clone(), room.account, false);
        Self { room, account }
    }

    /// A second computer of the same person.
    async fn beside(&self) -> Self {
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

    async fn cut_round(&self, steps: u32, lose_answer: bool) {
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
        self.room.house.store.list_page(key, Filter::All, 0, 500).await.unwrap().rows
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

    async fn state(&self, act: Id) -> ActState {
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
fn undo_takes_back_what_was_not_sent_and_reverses_what_was() {
    run(async {
        let desk = Desk::with_mail(WRITING, 3).await;
        let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
        let other = desk.room.folder("Other").await;
        for sent in [false, true] {
            for intent in [
                Intent::Archive,
                Intent::Trash,
                Intent::Junk,
                Intent::Flag { on: true },
                Intent::Read { on: true },
                Intent::Label { keyword: "$label2".into(), on: true },
                Intent::Copy { folder: other },
                Intent::Move { folder: other },
            ] {
                let before = desk.there();
                let act = desk.act(intent.clone(), &rows[..2]).await.unwrap();
                if sent {
                    desk.quiet().await;
                }
                desk.room.house.store.file_undo(act).await.unwrap();
                assert_eq!(desk.rows("INBOX").await.len(), 3, "{intent:?} {sent}: at once");
                if !sent {
                    assert_eq!(desk.waiting().await, 0, "{intent:?}: nothing was said");
                }
                desk.quiet().await;
                assert_eq!(desk.there(), before, "{intent:?} {sent}");
                assert_eq!(desk.state(act).await, ActState::Undone);
                assert!(desk.room.house.store.file_undo(act).await.is_err(), "once is enough");
                desk.assert_equal().await;
            }
        }
        let act = desk.act(Intent::Delete, &rows[..1]).await.unwrap();
        desk.room.house.store.file_undo(act).await.unwrap();
        assert_eq!(desk.rows("INBOX").await.len(), 3);
        let act = desk.act(Intent::Delete, &rows[..1]).await.unwrap();
        desk.quiet().await;
        assert!(desk.room.house.store.file_undo(act).await.is_err(), "for ever is for ever");
        assert_eq!(desk.there().len(), 2);
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
        let page = store.list_page(key, Filter::All, 0, 500).await.unwrap();
        desk.room.server.lock().deliver("INBOX", false);
        desk.quiet().await;
        let spans = vec![
            Span { first: page.rows[2].id, last: page.rows[4].id },
            Span { first: page.rows[10].id, last: page.rows[10].id },
        ];
        let some = Target::List { key, filter: Filter::All, spans, newest: page.newest };
        let preview = store.preview(&some).await.unwrap();
        assert_eq!((preview.count, preview.unread, preview.people.len()), (4, 4, 4));
        let act = store.file(&Intent::Flag { on: true }, &some).await.unwrap().unwrap().act;
        assert_eq!(store.act(act).await.unwrap().unwrap().count, 4);
        let flagged: Vec<String> =
            desk.rows("INBOX").await.into_iter().filter(|r| r.flagged).map(|r| r.subject).collect();
        assert_eq!(flagged, ["Mail 18", "Mail 17", "Mail 16", "Mail 10"]);
        // The whole list: what came after it was marked is not meant.
        let all = Target::List { key, filter: Filter::All, spans: Vec::new(), newest: page.newest };
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
fn the_ledger_answers_what_happened() {
    run(async {
        let desk = Desk::with_mail(WRITING, 2).await;
        let rows = desk.rows("INBOX").await;
        let (one, two) = (&rows[0], &rows[1]);
        desk.act(Intent::Archive, &[one.id]).await;
        desk.quiet().await;
        let history = desk.room.house.store.history(one.message).await.unwrap();
        assert!(
            matches!(&history[0].what, crate::view::Happening::Act { intent: Intent::Archive, to: Some(to), state: ActState::Done, .. } if to == "Archive"),
            "{history:?}"
        );
        desk.room.server.lock().expunge("INBOX", 1);
        desk.quiet().await;
        let history = desk.room.house.store.history(two.message).await.unwrap();
        assert_eq!(history[0].what, crate::view::Happening::Elsewhere);
        let timeline = desk.room.house.store.timeline("mail 1", None, 50).await.unwrap();
        assert_eq!(timeline.len(), 1, "{timeline:?}");
        assert_eq!(desk.room.house.store.timeline("", None, 50).await.unwrap().len(), 2);
        assert!(desk.room.house.store.timeline("100%", None, 50).await.unwrap().is_empty());
    });
}

/// Something that happens between two rounds.
#[derive(Clone, Debug)]
enum Event {
    Deliver { other: bool },
    Act { which: u8, folder: u8, nth: u8, n: u8 },
    Undo { nth: u8 },
    Flag { other: bool, nth: u8, on: bool },
    Expunge { other: bool, nth: u8 },
    Moved { nth: u8, to: u8 },
    Renumber { folder: u8 },
    Refuse { folder: u8, code: u8, on: bool },
    LieAboutMove { on: bool },
    Round { steps: u8, lost: bool },
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => any::<bool>().prop_map(|other| Event::Deliver { other }),
        10 => (0u8..10, 0u8..5, any::<u8>(), 1u8..4).prop_map(|(which, folder, nth, n)| Event::Act { which, folder, nth, n }),
        3 => any::<u8>().prop_map(|nth| Event::Undo { nth }),
        2 => (any::<bool>(), any::<u8>(), any::<bool>()).prop_map(|(other, nth, on)| Event::Flag { other, nth, on }),
        1 => (any::<bool>(), any::<u8>()).prop_map(|(other, nth)| Event::Expunge { other, nth }),
        1 => (any::<u8>(), 0u8..5).prop_map(|(nth, to)| Event::Moved { nth, to }),
        1 => (0u8..5).prop_map(|folder| Event::Renumber { folder }),
        1 => (0u8..5, 0u8..4, any::<bool>()).prop_map(|(folder, code, on)| Event::Refuse { folder, code, on }),
        1 => any::<bool>().prop_map(|on| Event::LieAboutMove { on }),
        7 => (0u8..60, any::<bool>()).prop_map(|(steps, lost)| Event::Round { steps, lost }),
    ]
}

/// What may have become of each mail.
#[derive(Default)]
struct Fates {
    /// How many there may be.
    most: BTreeMap<u32, u32>,
    /// Somebody removed one.
    removed: BTreeSet<u32>,
    acts: Vec<Id>,
    /// The same of the second computer.
    others_acts: Vec<Id>,
}

fn number_of(subject: &str) -> u32 {
    subject.strip_prefix("Mail ").unwrap().parse().unwrap()
}

async fn happen(desk: &Desk, fates: &mut Fates, event: &Event) {
    let server = &desk.room.server;
    let name = |other: bool| if other { "Other" } else { "INBOX" };
    let nth = |mailbox: &str, nth: u8| -> Option<(u32, u32)> {
        let mut server = server.lock();
        let all: Vec<(u32, u32)> = server.mailbox(mailbox).mails.iter().map(|(u, m)| (*u, m.name)).collect();
        (!all.is_empty()).then(|| all[usize::from(nth) % all.len()])
    };
    match *event {
        Event::Deliver { other } => {
            let mut server = server.lock();
            let uid = server.deliver(name(other), false);
            let named = server.boxes[name(other)].mails[&uid].name;
            fates.most.insert(named, 1);
        }
        Event::Act { which, folder, nth, n } => {
            let from = MAILBOXES[usize::from(nth) % 2 * 4];
            let all = desk.room.house.store.folders_of(desk.room.account).await.unwrap();
            let Some(source) = all.iter().find(|f| f.mailbox.0 == from) else { return };
            let key = ListKey::Folder { id: source.id };
            let rows = desk.room.house.store.list_page(key, Filter::All, 0, 500).await.unwrap().rows;
            if rows.is_empty() {
                return;
            }
            let some: Vec<&ListRow> =
                (0..usize::from(n)).map(|i| &rows[(usize::from(nth) + i) % rows.len()]).collect::<Vec<_>>();
            let to = all.iter().find(|f| f.mailbox.0 == MAILBOXES[usize::from(folder)]).map(|f| f.id);
            let intent = match (which, to) {
                (0, _) => Intent::Read { on: nth % 2 == 0 },
                (1, _) => Intent::Flag { on: nth % 2 == 0 },
                (2, _) => Intent::Label { keyword: format!("$label{}", 1 + nth % 5), on: n % 2 == 0 },
                (3, _) => Intent::Archive,
                (4, _) => Intent::Trash,
                (5, _) => Intent::Junk,
                (6, Some(folder)) => Intent::Copy { folder },
                (7, _) => Intent::Delete,
                (_, Some(folder)) => Intent::Move { folder },
                _ => return,
            };
            let names: Vec<u32> = some.iter().map(|r| number_of(&r.subject)).collect();
            for named in names {
                match intent {
                    Intent::Copy { .. } => *fates.most.entry(named).or_default() += 1,
                    Intent::Delete => {
                        fates.removed.insert(named);
                    }
                    _ => {}
                }
            }
            let ids: Vec<Id> = some.iter().map(|r| r.id).collect();
            fates.acts.extend(desk.act(intent, &ids).await);
        }
        Event::Undo { nth } => {
            if !fates.acts.is_empty() {
                let act = fates.acts[usize::from(nth) % fates.acts.len()];
                // Too late is an answer.
                let _ = desk.room.house.store.file_undo(act).await;
            }
        }
        Event::Flag { other, nth: n, on } => {
            if let Some((uid, _)) = nth(name(other), n) {
                server.lock().set_flags(name(other), uid, |f| f.flagged = on);
            }
        }
        Event::Expunge { other, nth: n } => {
            if let Some((uid, named)) = nth(name(other), n) {
                server.lock().expunge(name(other), uid);
                fates.removed.insert(named);
            }
        }
        Event::Moved { nth: n, to } => {
            if let Some((uid, _)) = nth("INBOX", n) {
                let to = MAILBOXES[usize::from(to)];
                if to != "INBOX" {
                    let mut server = server.lock();
                    server.copy("INBOX", uid, to);
                    server.expunge("INBOX", uid);
                }
            }
        }
        Event::Renumber { folder } => {
            // Copied, cut before it was taken out, and other numbers since: nothing is taken out on a guess, so it may stay twice.
            let begun: Vec<String> = sqlx::query_scalar(
                "SELECT m.subject FROM op o JOIN message m ON m.id = o.message WHERE o.state = 0 AND o.begun IS NOT NULL",
            )
            .fetch_all(desk.room.house.store.read())
            .await
            .unwrap();
            for subject in begun {
                *fates.most.entry(number_of(&subject)).or_default() += 1;
            }
            server.lock().renumber(MAILBOXES[usize::from(folder)]);
        }
        Event::Refuse { folder, code, on } => {
            let code = ["OVERQUOTA", "UNAVAILABLE", "NOPERM", "EXPUNGEISSUED"][usize::from(code)];
            let mut server = server.lock();
            if on {
                server.refuse.insert(MAILBOXES[usize::from(folder)].to_owned(), code.to_owned());
            } else {
                server.refuse.clear();
            }
        }
        Event::LieAboutMove { on } => server.lock().lies_move = on,
        Event::Round { steps, lost } => {
            desk.cut_round(u32::from(steps), lost).await;
            desk.room.assert_counts().await;
        }
    }
}

/// How many histories: what a minute takes, or as many as `RESTANTE_CASES` says (a thousand and more at night). A failure prints the
/// shortest history that fails, which is its seed.
fn cases() -> u32 {
    std::env::var("RESTANTE_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(100)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, max_shrink_iters: 600, ..ProptestConfig::default() })]

    /// I1, I2, I4, I5, I6: nothing lost, nothing doubled, the store equal to the server, nothing removed that nobody removed,
    /// nothing left waiting.
    #[test]
    fn whatever_happens_every_wish_ends_by_the_servers_word(
        capabilities in prop_oneof![
            Just(WRITING), Just(&["UIDPLUS"][..]), Just(&["MOVE"][..]), Just(&["CONDSTORE", "UIDPLUS"][..]), Just(&[][..])
        ],
        events in prop::collection::vec(event(), 1..45),
    ) {
        run(async {
            let desk = Desk::new(capabilities).await;
            let mut fates = Fates::default();
            for _ in 0..6 {
                happen(&desk, &mut fates, &Event::Deliver { other: false }).await;
            }
            desk.quiet().await;
            for e in &events {
                happen(&desk, &mut fates, e).await;
            }
            desk.room.server.lock().refuse.clear();
            desk.quiet().await;
            prop_assert_eq!(desk.waiting().await, 0, "something still waits");
            let mut found: BTreeMap<u32, u32> = BTreeMap::new();
            for (_, named) in desk.there() {
                *found.entry(named).or_default() += 1;
            }
            for (named, most) in &fates.most {
                let n = found.get(named).copied().unwrap_or(0);
                prop_assert!(n <= *most, "Mail {} is there {} times, not {} at most", named, n, most);
                prop_assert!(n > 0 || fates.removed.contains(named), "Mail {} is lost", named);
            }
            desk.assert_equal().await;
            desk.room.house.store.close().await;
            Ok(())
        })?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases() / 2, failure_persistence: None, max_shrink_iters: 600, ..ProptestConfig::default() })]

    /// Two computers of one person, and a third program: the same invariants, and both show the same in the end.
    #[test]
    fn two_computers_and_another_program_end_the_same(
        capabilities in prop_oneof![Just(WRITING), Just(&["UIDPLUS"][..]), Just(&["CONDSTORE", "UIDPLUS", "MOVE"][..]), Just(&[][..])],
        events in prop::collection::vec((any::<bool>(), event()), 1..40),
    ) {
        run(async {
            let desk = Desk::new(capabilities).await;
            let other = desk.beside().await;
            let mut fates = Fates::default();
            for _ in 0..6 {
                happen(&desk, &mut fates, &Event::Deliver { other: false }).await;
            }
            desk.quiet().await;
            other.quiet().await;
            for (second, e) in &events {
                if *second {
                    std::mem::swap(&mut fates.acts, &mut fates.others_acts);
                    happen(&other, &mut fates, e).await;
                    std::mem::swap(&mut fates.acts, &mut fates.others_acts);
                } else {
                    happen(&desk, &mut fates, e).await;
                }
            }
            desk.room.server.lock().refuse.clear();
            for _ in 0..2 {
                desk.quiet().await;
                other.quiet().await;
            }
            prop_assert_eq!(desk.waiting().await + other.waiting().await, 0, "something still waits");
            let mut found: BTreeMap<u32, u32> = BTreeMap::new();
            for (_, named) in desk.there() {
                *found.entry(named).or_default() += 1;
            }
            for (named, most) in &fates.most {
                let n = found.get(named).copied().unwrap_or(0);
                // Both may have copied or moved one by COPY before either heard of the other: then it is there for each of them.
                let most = most + u32::from(!capabilities.contains(&"MOVE"));
                prop_assert!(n <= most, "Mail {} is there {} times, not {} at most", named, n, most);
                prop_assert!(n > 0 || fates.removed.contains(named), "Mail {} is lost", named);
            }
            desk.assert_equal().await;
            other.assert_equal().await;
            desk.room.house.store.close().await;
            other.room.house.store.close().await;
            Ok(())
        })?;
    }
}
