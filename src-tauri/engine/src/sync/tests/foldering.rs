//! What a person does to folders, against a server in memory: shown at once, told in order, settled after a cut, taken back alone.

use super::acting::{Desk, WRITING};
use super::run;
use crate::error::{Code, Result};
use crate::store::folder_changes::Deed;
use crate::view::{ActState, FolderView, Id, Intent};

impl Desk {
    fn store(&self) -> &crate::store::Store {
        &self.room.house.store
    }

    /// Folders as they are shown, by their paths.
    async fn shown(&self) -> Vec<(String, FolderView)> {
        let mut all = Vec::new();
        for view in self.store().folder_views().await.unwrap() {
            all.push((self.store().folder_path(view.id).await.unwrap(), view));
        }
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }

    async fn paths(&self) -> Vec<String> {
        self.shown().await.into_iter().map(|(path, _)| path).collect()
    }

    async fn at(&self, path: &str) -> Id {
        let all = self.shown().await;
        all.iter().find(|(p, _)| p == path).unwrap_or_else(|| panic!("{path}: {:?}", all.iter().map(|a| &a.0))).1.id
    }

    async fn make(&self, parent: Option<&str>, name: &str) -> Id {
        let parent = match parent {
            Some(path) => Some(self.at(path).await),
            None => None,
        };
        self.store().create_folder(self.room.account, parent, name).await.unwrap()
    }

    async fn try_change(&self, path: &str, deed: Deed) -> Result<Option<Id>> {
        Ok(self.store().file_folder(self.at(path).await, deed).await?.map(|f| f.act))
    }

    async fn change(&self, path: &str, deed: Deed) -> Id {
        self.try_change(path, deed).await.unwrap().unwrap()
    }

    async fn rename(&self, path: &str, name: &str) -> Id {
        self.change(path, Deed::Rename(name.into())).await
    }

    fn boxes(&self) -> Vec<String> {
        self.room.server.lock().boxes.keys().cloned().collect()
    }

    /// Shown as the server has it, with all its folders subscribed but these.
    async fn agrees(&self, hidden: &[&str]) {
        assert_eq!(self.waiting().await, 0);
        assert_eq!(self.paths().await, self.boxes());
        let off: Vec<String> = self.shown().await.into_iter().filter(|(_, f)| f.hidden).map(|(p, _)| p).collect();
        assert_eq!(off, hidden);
        let boxes = self.boxes();
        let off: Vec<String> =
            self.room.server.lock().unsubscribed.iter().filter(|n| boxes.contains(n)).cloned().collect();
        assert_eq!(off, hidden);
        self.assert_equal().await;
    }

    async fn told_off(&self) -> Vec<(Id, Code)> {
        let all = self.store().refusals().await.unwrap();
        all.into_iter().map(|a| (a.id, a.error.unwrap().code)).collect()
    }
}

/// INBOX, Archive, Junk, Other, Trash, and `Work/deep` with three mails, each with a part of them.
async fn desk() -> Desk {
    let desk = Desk::new(WRITING).await;
    for name in ["INBOX", "INBOX", "Work", "Work", "Work/deep", "Other"] {
        desk.room.server.lock().deliver(name, false);
    }
    desk.quiet().await;
    desk
}

#[test]
fn shows_at_once_and_is_told_later() {
    run(async {
        let desk = desk().await;
        let rows: Vec<Id> = desk.rows("Work").await.iter().map(|r| r.id).collect();
        let renamed = desk.rename("Work", "Job").await;
        desk.change("Other", Deed::Move(Some(desk.at("Job/deep").await))).await;
        desk.change("Archive", Deed::Hide(true)).await;
        desk.change("Junk", Deed::Delete).await;
        desk.make(Some("Job"), "new").await;
        let expected = ["Archive", "INBOX", "Job", "Job/deep", "Job/deep/Other", "Job/new", "Trash"];
        assert_eq!(desk.paths().await, expected);
        assert!(desk.shown().await[0].1.hidden);
        // Looks meanwhile do not confuse it.
        let mut c = desk.room.server.connect(None);
        for _ in 0..3 {
            desk.room.list(&mut c).await.unwrap();
            assert_eq!(desk.paths().await, expected);
        }
        assert_eq!(desk.store().act(renamed).await.unwrap().unwrap().state, ActState::Waiting);
        let view = desk.store().act(renamed).await.unwrap().unwrap();
        assert_eq!((view.subject.as_str(), view.to.as_deref(), view.undoable), ("Work", Some("Job"), true));
        desk.quiet().await;
        desk.agrees(&["Archive"]).await;
        assert_eq!(desk.paths().await, expected);
        assert_eq!(desk.store().act(renamed).await.unwrap().unwrap().state, ActState::Done);
        let now: Vec<Id> = desk.rows("Job").await.iter().map(|r| r.id).collect();
        assert_eq!(now, rows, "the same rows");
        assert!(desk.told_off().await.is_empty());
    });
}

#[test]
fn chains() {
    run(async {
        // Names are free again for whoever comes after.
        let one = desk().await;
        one.rename("Work", "t").await;
        one.rename("Other", "Work").await;
        one.rename("t", "Other").await;
        one.quiet().await;
        one.agrees(&[]).await;
        assert_eq!((one.rows("Other").await.len(), one.rows("Work").await.len()), (2, 1));
        // A new one under an old name, while the old one is still so called on the server.
        let two = desk().await;
        two.rename("Work", "Job").await;
        two.make(None, "Work").await;
        two.change("Other", Deed::Delete).await;
        two.make(None, "Other").await;
        two.quiet().await;
        two.agrees(&[]).await;
        assert_eq!(
            (two.rows("Job").await.len(), two.rows("Work").await.len(), two.rows("Other").await.len()),
            (2, 0, 0)
        );
        // Made, used, renamed, moved: one CREATE.
        let three = desk().await;
        let made = three.make(None, "a").await;
        let rows: Vec<Id> = three.rows("INBOX").await.iter().map(|r| r.id).collect();
        three.act(Intent::Move { folder: made }, &rows).await;
        three.rename("a", "b").await;
        three.change("b", Deed::Move(Some(three.at("Other").await))).await;
        let queue = three.store().folder_queue(three.room.account).await.unwrap();
        assert_eq!(queue.ops.len(), 1, "{queue:?}");
        three.quiet().await;
        three.agrees(&[]).await;
        assert_eq!(three.subjects("Other/b").await, ["Mail 1", "Mail 2"]);
        // Made and gone again before anybody heard of it: what was put there comes back, and is told.
        let four = desk().await;
        let made = four.make(None, "a").await;
        four.change("a", Deed::Delete).await;
        assert!(!four.paths().await.contains(&"a".to_owned()));
        four.quiet().await;
        four.agrees(&[]).await;
        assert!(four.store().folder(made).await.is_err());
    });
}

#[test]
fn a_cut_anywhere_ends_the_same() {
    run(async {
        for steps in 0..40 {
            for lost in [false, true] {
                let desk = desk().await;
                let why = format!("cut after {steps}, lost {lost}");
                let work: Vec<Id> = desk.rows("Work").await.iter().map(|r| r.id).collect();
                let inbox: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
                let other = desk.at("Other").await;
                desk.act(Intent::Flag { on: true }, &work[..1]).await;
                desk.act(Intent::Move { folder: other }, &inbox[..1]).await;
                desk.act(Intent::Archive, &work[1..]).await;
                desk.rename("Work", "Job").await;
                desk.change("Other", Deed::Move(Some(desk.at("Job").await))).await;
                desk.change("Job/deep", Deed::Delete).await;
                desk.make(Some("Job/Other"), "new").await;
                desk.change("Trash", Deed::Hide(true)).await;
                let shown = desk.paths().await;
                desk.cut_round(steps, lost).await;
                assert_eq!(desk.paths().await, shown, "{why}");
                desk.room.assert_counts().await;
                desk.quiet().await;
                assert_eq!(desk.paths().await, shown, "{why}");
                desk.agrees(&["Trash"]).await;
                let there: Vec<(String, u32)> = desk.there();
                let expected = [("Archive", 3), ("INBOX", 1), ("Job", 4), ("Job/Other", 2), ("Job/Other", 6)]
                    .map(|(f, n)| (f.to_owned(), n));
                assert_eq!(there, expected, "{why}");
                assert!(desk.told_off().await.is_empty(), "{why}");
            }
        }
    });
}

/// Made, and then renamed or deleted while nobody knows whether the server has heard of it: nothing is left under the old name.
#[test]
fn made_and_gone_while_nobody_knows() {
    run(async {
        for (steps, how) in
            (0..24).flat_map(|n| [(false, false), (true, false), (false, true), (true, true)].map(|h| (n, h)))
        {
            let (lost, deleted) = how;
            let desk = desk().await;
            let why = format!("cut after {steps}, lost {lost}, deleted {deleted}");
            desk.make(Some("Work"), "new").await;
            desk.cut_round(steps, lost).await;
            desk.rename("Work", "Job").await;
            if deleted {
                desk.change("Job/new", Deed::Delete).await;
            } else {
                desk.rename("Job/new", "old").await;
            }
            let shown = desk.paths().await;
            desk.quiet().await;
            assert_eq!(desk.paths().await, shown, "{why}");
            assert!(!desk.boxes().iter().any(|name| name.ends_with("/new")), "{why}: {:?}", desk.boxes());
            desk.agrees(&[]).await;
            assert!(desk.told_off().await.is_empty(), "{why}");
        }
    });
}

#[test]
fn a_refusal_takes_back_only_itself_and_says_why() {
    run(async {
        let desk = desk().await;
        let before = desk.paths().await;
        for name in ["Job", "Other", "nowhere"] {
            desk.room.server.lock().refuse.insert(name.into(), "NOPERM".into());
        }
        let rename = desk.rename("Work", "Job").await;
        let delete = desk.change("Other", Deed::Delete).await;
        let inner = desk.rename("Job/deep", "inner").await;
        let made = desk.make(None, "nowhere").await;
        let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
        let moved = desk.act(Intent::Move { folder: made }, &rows).await.unwrap();
        desk.quiet().await;
        let mut after = before.clone();
        after.iter_mut().for_each(|p| *p = p.replace("Work/deep", "Work/inner"));
        assert_eq!(desk.paths().await, after);
        desk.agrees(&[]).await;
        assert_eq!((desk.rows("Other").await.len(), desk.rows("INBOX").await.len()), (1, 2));
        let told = desk.told_off().await;
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told.contains(&(rename, Code::NotAllowed)) && told.contains(&(delete, Code::NotAllowed)), "{told:?}");
        assert!(told.iter().any(|t| t.0 == moved), "{told:?}");
        assert_eq!(desk.store().act(inner).await.unwrap().unwrap().state, ActState::Done);
    });
}

#[test]
fn a_folder_goes_after_what_was_to_leave_it() {
    run(async {
        for refused in [false, true] {
            let desk = desk().await;
            let rows: Vec<Id> = desk.rows("Work").await.iter().map(|r| r.id).collect();
            if refused {
                desk.room.server.lock().refuse.insert("Archive".into(), "OVERQUOTA".into());
            }
            desk.act(Intent::Archive, &rows[..1]).await;
            let into: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
            desk.act(Intent::Move { folder: desk.at("Work").await }, &into[..1]).await;
            let delete = desk.change("Work", Deed::Delete).await;
            assert_eq!(desk.rows("INBOX").await.len(), 1);
            desk.quiet().await;
            assert_eq!(desk.waiting().await, 0);
            if refused {
                // What was meant to be kept is still in it: it is not deleted, and all is told.
                assert!(desk.told_off().await.contains(&(delete, Code::FolderInUse)));
                assert_eq!(desk.subjects("Work").await, ["Mail 2", "Mail 3", "Mail 4"]);
            } else {
                assert!(!desk.boxes().iter().any(|b| b.starts_with("Work")));
                assert_eq!(desk.subjects("Archive").await.len(), 1);
                assert!(desk.told_off().await.is_empty());
            }
            desk.agrees(&[]).await;
        }
    });
}

#[test]
fn what_came_later_is_not_deleted() {
    run(async {
        for below in ["Work", "Work/deep", "Work/other"] {
            let desk = desk().await;
            let before = desk.rows("Work").await;
            let delete = desk.change("Work", Deed::Delete).await;
            assert!(!desk.paths().await.iter().any(|p| p.starts_with("Work")));
            desk.room.server.lock().deliver(below, false);
            desk.quiet().await;
            assert_eq!(desk.told_off().await, [(delete, Code::FolderInUse)], "{below}");
            assert!(before.iter().all(|b| desk.boxes().contains(&"Work".to_owned()) && b.id > 0));
            desk.agrees(&[]).await;
        }
    });
}

#[test]
fn undone_before_it_was_sent_and_after() {
    run(async {
        for sent in [false, true] {
            let desk = desk().await;
            let before = desk.paths().await;
            let acts = [
                desk.rename("Work", "Job").await,
                desk.change("Job/deep", Deed::Move(None)).await,
                desk.change("Archive", Deed::Hide(true)).await,
            ];
            if sent {
                desk.quiet().await;
            }
            for act in acts.into_iter().rev() {
                assert!(desk.store().act(act).await.unwrap().unwrap().undoable, "{sent}");
                desk.store().file_undo(act).await.unwrap();
                assert_eq!(desk.store().act(act).await.unwrap().unwrap().state, ActState::Undone);
            }
            assert_eq!(desk.paths().await, before, "{sent}");
            desk.quiet().await;
            assert_eq!(desk.paths().await, before, "{sent}");
            desk.agrees(&[]).await;
        }
        let desk = desk().await;
        let (before, rows) = (desk.paths().await, desk.rows("Work").await);
        let delete = desk.change("Work", Deed::Delete).await;
        desk.store().file_undo(delete).await.unwrap();
        assert_eq!((desk.paths().await, desk.rows("Work").await), (before, rows));
        let delete = desk.change("Work", Deed::Delete).await;
        desk.quiet().await;
        assert!(desk.store().file_undo(delete).await.is_err(), "for ever is for ever");
        desk.agrees(&[]).await;
    });
}

#[test]
fn another_client_is_faster() {
    run(async {
        // To the same name: done.
        let one = desk().await;
        one.rename("Work", "Job").await;
        let mut c = one.room.server.connect(None);
        let name = |n: &str| crate::remote::MailboxName(n.into());
        crate::remote::Remote::rename(&mut c, &name("Work"), &name("Job")).await.unwrap();
        one.quiet().await;
        assert_eq!(one.rows("Job").await.len(), 2);
        assert!(one.told_off().await.is_empty());
        // To another: it is known again, what was to be done with it is done, and our word is the last.
        let two = desk().await;
        let rows: Vec<Id> = two.rows("Work").await.iter().map(|r| r.id).collect();
        two.act(Intent::Flag { on: true }, &rows[..1]).await;
        two.act(Intent::Delete, &rows[1..]).await;
        let rename = two.rename("Work", "Job").await;
        let hide = two.change("Job", Deed::Hide(true)).await;
        let mut c = two.room.server.connect(None);
        crate::remote::Remote::rename(&mut c, &name("Work"), &name("Theirs")).await.unwrap();
        two.quiet().await;
        assert!(two.told_off().await.is_empty());
        for act in [rename, hide] {
            assert_eq!(two.store().act(act).await.unwrap().unwrap().state, ActState::Done);
        }
        let left = two.rows("Job").await;
        assert!(left.len() == 1 && left[0].id == rows[0] && left[0].flagged, "{left:?}");
        assert_eq!(two.waiting().await, 0);
        // Deleted by another: of our deletion nobody is told.
        let three = desk().await;
        three.change("Other", Deed::Delete).await;
        three.room.server.lock().boxes.remove("Other");
        three.quiet().await;
        three.agrees(&[]).await;
        assert!(three.told_off().await.is_empty());
    });
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_filed() {
    run(async {
        let desk = desk().await;
        let before = desk.paths().await;
        let long = "x".repeat(10_000);
        let deep = desk.at("Work/deep").await;
        for (path, deed, code) in [
            ("INBOX", Deed::Rename("x".into()), Code::NotAllowed),
            ("INBOX", Deed::Delete, Code::NotAllowed),
            ("INBOX", Deed::Move(Some(deep)), Code::NotAllowed),
            ("Work", Deed::Move(Some(deep)), Code::NotAllowed),
            ("Work", Deed::Rename("other".into()), Code::FolderExists),
            ("Work", Deed::Rename("ＯＴＨＥＲ".into()), Code::FolderExists),
            ("Work", Deed::Rename(long), Code::Invalid),
            ("Work", Deed::Rename("a/b".into()), Code::Invalid),
            ("Work", Deed::Rename("a\r\nb".into()), Code::Invalid),
            ("Work", Deed::Rename("a\u{202e}b".into()), Code::Invalid),
        ] {
            let error = crate::error::UiError::from(desk.try_change(path, deed.clone()).await.unwrap_err());
            assert_eq!(error.code, code, "{path} {deed:?}");
        }
        assert_eq!(desk.try_change("Work", Deed::Rename(" Work ".into())).await.unwrap(), None);
        assert_eq!(desk.try_change("Work", Deed::Hide(false)).await.unwrap(), None);
        assert_eq!((desk.paths().await, desk.waiting().await), (before, 0));
        assert!(desk.store().timeline("", None, 50).await.unwrap().is_empty());
    });
}
