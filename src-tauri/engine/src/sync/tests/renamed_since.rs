//! Folders that another program has renamed since LIST was read: what waits to go there, or is to be done there, is told.

use super::super::pull::Pull;
use super::super::replay::Replay;
use super::acting::{Desk, WRITING};
use super::post::Post;
use super::recovering::Way;
use super::renaming::desk;
use super::{folders, run};
use crate::error::Code;
use crate::remote::Remote as _;
use crate::store::folder_changes::Deed;
use crate::view::{ActState, DraftChange, Id, Intent};
use std::sync::atomic::Ordering;

const OBJECTS: &[&str] = &["IDLE", "CONDSTORE", "UIDPLUS", "MOVE", "OBJECTID"];
const SERVERS: [&[&str]; 5] = [OBJECTS, WRITING, &["UIDPLUS"], &["MOVE"], &[]];

impl Desk {
    /// Tells what waits, over a connection that ends after so many steps, and looks at nothing else.
    async fn tell(&self, steps: Option<u32>, lost: bool) {
        self.room.server.lock().lose_answer = lost;
        let mut c = self.room.server.connect(steps);
        let ended = Replay::new(&self.account, &mut c).run().await;
        self.room.server.lock().lose_answer = false;
        assert!(steps.is_some() || ended.is_ok(), "{ended:?}");
    }

    /// Into Work/deep, into Work, within Work, out of it: mails by their place in the lists.
    async fn acts(&self) -> Vec<Id> {
        let (work, deep) = (self.view("Work").await.id, self.view("Work/deep").await.id);
        let inbox: Vec<Id> = self.rows("INBOX").await.iter().map(|r| r.id).collect();
        let of = self.places("Work").await;
        let mut acts = Vec::new();
        for (intent, row) in [
            (Intent::Move { folder: deep }, inbox[0]),
            (Intent::Copy { folder: deep }, inbox[1]),
            (Intent::Move { folder: work }, inbox[2]),
            (Intent::Flag { on: true }, of[0].0),
            (Intent::Trash, of[1].0),
            (Intent::Delete, of[2].0),
        ] {
            acts.push(self.act(intent, &[row]).await.unwrap());
        }
        acts
    }
}

/// As [`desk`], with three mails in the inbox.
async fn with_mail(capabilities: &[&str], wordy: bool) -> Desk {
    let desk = desk(capabilities, false).await;
    desk.room.server.lock().deliver("INBOX", false);
    desk.room.server.lock().deliver("INBOX", false);
    desk.quiet().await;
    let mut server = desk.room.server.lock();
    (server.wordy, server.lists) = (wordy, 0);
    drop(server);
    desk
}

/// What the server has in the end, where `Work` has this name: by folder, how many.
fn numbers(desk: &Desk, work: &str) -> Vec<(String, usize)> {
    let there = desk.there();
    let names = ["INBOX", work, &format!("{work}/deep"), "Trash"].map(str::to_owned);
    names.map(|name| (name.clone(), there.iter().filter(|(f, _)| *f == name).count())).to_vec()
}

#[test]
fn it_is_told_under_its_new_name() {
    run(async {
        for capabilities in SERVERS {
            for wordy in [false, true] {
                let why = format!("{capabilities:?}, in words alone: {wordy}");
                let desk = with_mail(capabilities, wordy).await;
                let ids = [desk.view("Work").await.id, desk.view("Work/deep").await.id];
                let acts = desk.acts().await;
                desk.renamed_there("Work", "Job");
                desk.tell(None, false).await;
                assert_eq!(desk.room.server.lock().lists, 1, "{why}: LIST is read once");
                assert_eq!([desk.view("Job").await.id, desk.view("Job/deep").await.id], ids, "{why}");
                assert_eq!(desk.waiting().await, 0, "{why}");
                for act in acts {
                    assert_eq!(desk.state(act).await, ActState::Done, "{why}");
                }
                assert!(desk.room.house.store.refusals().await.unwrap().is_empty(), "{why}");
                desk.quiet().await;
                let expected = [("INBOX", 1), ("Job", 4), ("Job/deep", 4), ("Trash", 1)];
                assert_eq!(numbers(&desk, "Job"), expected.map(|(f, n)| (f.to_owned(), n)), "{why}");
                desk.assert_equal().await;
            }
        }
    });
}

#[test]
fn a_cut_anywhere_doubles_nothing_and_loses_nothing() {
    run(async {
        for capabilities in [WRITING, &[][..]] {
            // Renamed before anything was told of it, or behind what was.
            for (steps, (lost, late)) in
                (0..24).flat_map(|n| [(false, false), (true, false), (true, true)].map(|how| (n, how)))
            {
                let why = format!("{capabilities:?} cut after {steps}, lost {lost}, renamed behind it: {late}");
                let desk = with_mail(capabilities, false).await;
                let acts = desk.acts().await;
                if !late {
                    desk.renamed_there("Work", "Job");
                }
                desk.tell(Some(steps), lost).await;
                if late {
                    desk.renamed_there("Work", "Job");
                }
                desk.tell(None, false).await;
                desk.quiet().await;
                let expected = [("INBOX", 1), ("Job", 4), ("Job/deep", 4), ("Trash", 1)];
                assert_eq!(numbers(&desk, "Job"), expected.map(|(f, n)| (f.to_owned(), n)), "{why}");
                assert_eq!(desk.waiting().await, 0, "{why}");
                for act in acts {
                    assert_eq!(desk.state(act).await, ActState::Done, "{why}");
                }
                desk.assert_equal().await;
            }
        }
    });
}

#[test]
fn what_is_really_gone_is_refused_and_told_once() {
    run(async {
        for capabilities in SERVERS {
            for wordy in [false, true] {
                let why = format!("{capabilities:?}, in words alone: {wordy}");
                let desk = with_mail(capabilities, wordy).await;
                let inbox: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
                let mut acts = Vec::new();
                for (name, rows) in [("Work/deep", &inbox[..2]), ("Work/empty", &inbox[2..])] {
                    let folder = desk.view(name).await.id;
                    acts.push(desk.act(Intent::Copy { folder }, rows).await.unwrap());
                    acts.push(desk.act(Intent::Move { folder }, rows).await.unwrap());
                    desk.room.server.lock().boxes.remove(name);
                }
                desk.tell(None, false).await;
                assert_eq!(desk.room.server.lock().lists, 1, "{why}: LIST is read once");
                let refusals = desk.room.house.store.refusals().await.unwrap();
                assert_eq!(refusals.len(), 4, "{why}");
                for act in refusals {
                    assert_eq!(act.error.unwrap().code, Code::NoSuchFolder, "{why}");
                    assert!(acts.contains(&act.id) && act.state == ActState::Refused, "{why}");
                }
                assert_eq!((desk.waiting().await, desk.rows("INBOX").await.len()), (0, 3), "{why}");
                desk.quiet().await;
                assert_eq!(numbers(&desk, "Work")[0].1, 3, "{why}");
                desk.assert_equal().await;
            }
        }
    });
}

#[test]
fn a_refusal_for_another_reason_is_told_as_it_is() {
    run(async {
        for code in ["TRYCREATE", "OVERQUOTA"] {
            let desk = with_mail(WRITING, false).await;
            desk.room.server.lock().refuse.insert("Work/deep".into(), code.into());
            let inbox: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
            let folder = desk.view("Work/deep").await.id;
            let act = desk.act(Intent::Move { folder }, &inbox).await.unwrap();
            desk.tell(None, false).await;
            assert_eq!(desk.room.server.lock().lists, usize::from(code == "TRYCREATE"));
            assert_eq!((desk.state(act).await, desk.waiting().await), (ActState::Refused, 0));
            desk.quiet().await;
            desk.assert_equal().await;
        }
    });
}

#[test]
fn what_is_done_to_the_folder_itself_is_done_under_its_new_name() {
    run(async {
        for capabilities in [OBJECTS, WRITING] {
            let desk = with_mail(capabilities, false).await;
            let (deep, empty) = (desk.view("Work/deep").await.id, desk.view("Work/empty").await.id);
            let store = &desk.room.house.store;
            store.file_folder(deep, Deed::Rename("Deeper".into())).await.unwrap();
            store.file_folder(empty, Deed::Hide(true)).await.unwrap();
            desk.renamed_there("Work", "Job");
            desk.tell(None, false).await;
            assert_eq!(desk.waiting().await, 0, "{capabilities:?}");
            assert!(store.refusals().await.unwrap().is_empty(), "{capabilities:?}");
            desk.quiet().await;
            assert_eq!((desk.view("Job/Deeper").await.id, desk.view("Job/empty").await.id), (deep, empty));
            assert!(desk.view("Job/empty").await.hidden, "{capabilities:?}");
            desk.assert_equal().await;
        }
    });
}

impl Way {
    /// The other account looks at its server.
    async fn look_abroad(&self) {
        let mut c = self.abroad.server.connect(None);
        let mut listings = folders::listings(&c.list().await.unwrap());
        let names: Vec<_> = listings.iter().map(|l| l.mailbox.clone()).collect();
        for (listing, told) in listings.iter_mut().zip(c.status(&names).await.unwrap()) {
            listing.status = told.ok();
        }
        self.store().set_folders(self.other, &listings).await.unwrap();
        let house = &self.desk.account.house;
        let mut pull = Pull { house, remote: &mut c, cursors: &self.desk.account.cursors };
        pull.visit(self.target).await.unwrap();
    }
}

#[test]
fn what_is_on_its_way_to_another_account_arrives_under_the_new_name() {
    run(async {
        for objects in [true, false] {
            for (wordy, renamed) in [(false, true), (true, true), (false, false), (true, false)] {
                let why = format!("MAILBOXID: {objects}, in words alone: {wordy}, renamed: {renamed}");
                let way = Way::new().await;
                {
                    let mut server = way.abroad.server.lock();
                    if objects {
                        server.capabilities.0.extend(["OBJECTID".to_owned()]);
                    }
                    server.mailbox("Box").mailbox_id = Some("F1".into());
                }
                way.look_abroad().await;
                let act = way.on_its_way().await;
                {
                    let mut server = way.abroad.server.lock();
                    (server.wordy, server.lists) = (wordy, 0);
                    if renamed {
                        server.rename("Box", "Chest").unwrap();
                    } else {
                        server.boxes.remove("Box");
                    }
                }
                way.abroad.up.store(true, Ordering::Relaxed);
                way.due().await;
                way.desk.tell(None, false).await;
                assert_eq!(way.abroad.server.lock().lists, 1, "{why}");
                assert_eq!(way.desk.waiting().await, 0, "{why}");
                let refusals = way.store().refusals().await.unwrap();
                if renamed {
                    assert_eq!((way.desk.state(act).await, refusals.len()), (ActState::Done, 0), "{why}");
                    assert_eq!(way.store().folder(way.target).await.unwrap().mailbox.0, "Chest", "{why}");
                    assert_eq!(way.abroad.server.lock().boxes["Chest"].mails.len(), 1, "{why}");
                    assert_eq!(way.desk.subjects("INBOX").await, ["Mail 1", "Mail 3"], "{why}");
                } else {
                    assert_eq!(refusals[0].error.as_ref().unwrap().code, Code::NoSuchFolder, "{why}");
                    assert_eq!(way.desk.subjects("INBOX").await, ["Mail 1", "Mail 2", "Mail 3"], "{why}");
                }
            }
        }
    });
}

#[test]
fn what_is_written_and_what_was_sent_go_where_drafts_and_sent_are_now() {
    run(async {
        for capabilities in SERVERS {
            let post = Post::new(capabilities).await;
            let again = async |subject: &str| {
                let id = post.write("ann@example.net", subject).await.id;
                post.send(id).await;
                post.deliver().await;
            };
            again("One").await;
            let draft = post.write("bob@example.net", "Later").await;
            for _ in 0..4 {
                post.file(None).await.unwrap();
            }
            assert_eq!([post.there("Sent").len(), post.there("Drafts").len()], [1, 1], "{capabilities:?}");
            let renamed = |from: &str, to: &str| {
                let mut server = post.room.server.lock();
                server.rename(from, to).unwrap();
                server.unsubscribed.clear();
            };
            renamed("Sent", "Posted");
            again("Two").await;
            for _ in 0..4 {
                post.file(None).await.unwrap();
            }
            assert_eq!(post.there("Posted").len(), 2, "{capabilities:?}");
            renamed("Drafts", "Scribbles");
            let text = DraftChange { html: Some("<div>on Friday</div>".into()), ..DraftChange::default() };
            post.composing.save(draft.id, draft.version, &text).await.unwrap();
            for _ in 0..4 {
                post.file(None).await.unwrap();
            }
            // Without UIDPLUS the old one is marked deleted, and stays.
            let scribbles: Vec<String> = {
                let server = post.room.server.lock();
                let mails = server.boxes["Scribbles"].mails.values().filter(|m| !m.flags.deleted);
                mails.map(|m| String::from_utf8_lossy(&m.bytes).into_owned()).collect()
            };
            assert!(scribbles.len() == 1 && scribbles[0].contains("on Friday"), "{capabilities:?}: {scribbles:?}");
            let names: Vec<String> = post.room.server.lock().boxes.keys().cloned().collect();
            assert!(!names.iter().any(|n| n == "Sent" || n == "Drafts"), "{capabilities:?}: {names:?}");
        }
    });
}
