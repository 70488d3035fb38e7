//! Folders that another program renames, against a server in memory: known again with all that belongs to them, or not at all.

use super::acting::{Desk, WRITING};
use super::run;
use crate::store::folder_changes::Deed;
use crate::view::{FolderView, Id, Intent, ListRow, Role};

/// Work with five mails, an empty folder in it and one with two; each mailbox with an id, and a UIDVALIDITY of its own where `apart`.
pub(super) async fn desk(capabilities: &[&str], apart: bool) -> Desk {
    let desk = Desk::new(capabilities).await;
    {
        let mut server = desk.room.server.lock();
        for name in ["INBOX", "Work", "Work", "Work", "Work", "Work", "Work/deep", "Work/deep", "Other"] {
            server.deliver(name, false);
        }
        server.mailbox("Work/empty");
        for (n, mailbox) in server.boxes.values_mut().enumerate() {
            mailbox.mailbox_id = Some(format!("F{n}"));
            if apart {
                mailbox.uidvalidity = 100 + u32::try_from(n).unwrap();
            }
        }
    }
    desk.quiet().await;
    desk
}

impl Desk {
    pub(super) async fn view(&self, name: &str) -> FolderView {
        let id = self.room.folder(name).await;
        self.room.house.store.folder_views().await.unwrap().into_iter().find(|f| f.id == id).unwrap()
    }

    /// Another program renames it.
    pub(super) fn renamed_there(&self, from: &str, to: &str) {
        let mut server = self.room.server.lock();
        server.rename(from, to).unwrap();
        // Others subscribe to what they rename.
        server.unsubscribed.clear();
        server.given = 0;
    }

    pub(super) async fn places(&self, name: &str) -> Vec<(Id, Id)> {
        self.rows(name).await.iter().map(|r: &ListRow| (r.id, r.message)).collect()
    }
}

#[test]
fn all_that_belongs_to_it_follows_and_nothing_is_fetched_again() {
    run(async {
        let objects: &[&str] = &["IDLE", "CONDSTORE", "UIDPLUS", "MOVE", "OBJECTID"];
        for (capabilities, apart, most) in
            [(objects, true, 0), (objects, false, 0), (WRITING, true, 6), (WRITING, false, 6)]
        {
            let why = format!("{capabilities:?}, UIDVALIDITY apart: {apart}");
            let desk = desk(capabilities, apart).await;
            let store = &desk.room.house.store;
            let (work, deep, empty) =
                (desk.view("Work").await.id, desk.view("Work/deep").await.id, desk.view("Work/empty").await.id);
            store.set_favourite(deep, Some(0)).await.unwrap();
            store.set_folder_role(work, Role::Archive).await.unwrap();
            store.set_keep_days(empty, Some(30)).await.unwrap();
            let (before, before_deep) = (desk.places("Work").await, desk.places("Work/deep").await);
            // Waits while it is renamed: into it, out of it, in it.
            let inbox = desk.rows("INBOX").await[0].id;
            desk.act(Intent::Move { folder: deep }, &[inbox]).await.unwrap();
            desk.act(Intent::Flag { on: true }, &[before[0].0]).await.unwrap();
            desk.act(Intent::Trash, &[before[4].0]).await.unwrap();
            desk.renamed_there("Work", "Life/Job");
            let mut c = desk.room.server.connect(None);
            desk.room.list(&mut c).await.unwrap();
            assert!(desk.room.server.lock().given <= most, "{why}: {}", desk.room.server.lock().given);
            let ids = [work, deep, empty];
            let names = ["Life/Job", "Life/Job/deep", "Life/Job/empty"];
            for (id, name) in ids.iter().zip(names) {
                let view = desk.view(name).await;
                assert_eq!(view.id, *id, "{why}: {name}");
                assert!(!view.hidden && !view.waiting, "{why}: {view:?}");
            }
            desk.quiet().await;
            assert_eq!(desk.places("Life/Job").await, before[..4], "{why}");
            let now = desk.places("Life/Job/deep").await;
            assert!(before_deep.iter().all(|p| now.contains(p)) && now.iter().any(|p| p.0 == inbox), "{why}: {now:?}");
            assert_eq!(desk.view("Life/Job").await.role, Role::Archive, "{why}");
            assert!(desk.view("Life/Job/deep").await.favourite.is_some(), "{why}");
            assert_eq!(desk.view("Life/Job/empty").await.keep_days, Some(30), "{why}");
            assert_eq!(desk.waiting().await, 0, "{why}");
            assert!(store.refusals().await.unwrap().is_empty(), "{why}");
            desk.assert_equal().await;
        }
    });
}

#[test]
fn known_again_after_mail_has_come_and_gone() {
    run(async {
        let desk = desk(WRITING, false).await;
        let before = desk.places("Work").await;
        {
            let mut server = desk.room.server.lock();
            server.deliver("Work", false);
            server.expunge("Work", 5);
        }
        desk.renamed_there("Work", "Job");
        desk.quiet().await;
        assert_eq!(desk.places("Job").await[1..], before[1..]);
        desk.assert_equal().await;
    });
}

#[test]
fn what_only_looks_the_same_is_another() {
    run(async {
        let desk = desk(WRITING, false).await;
        let deep = desk.places("Work/deep").await;
        {
            // As many, under the same UIDs of the same UIDVALIDITY, and others.
            let mut server = desk.room.server.lock();
            server.boxes.remove("Work/deep");
            server.deliver("New", false);
            server.deliver("New", false);
            // And one that is empty, for one that was.
            server.boxes.remove("Work/empty");
            server.mailbox("Void");
        }
        let (old, empty) = (desk.room.folder("Work/deep").await, desk.room.folder("Work/empty").await);
        desk.room.house.store.set_favourite(empty, Some(0)).await.unwrap();
        desk.quiet().await;
        assert!(desk.room.folder("New").await != old && desk.room.folder("Void").await != empty);
        assert!(desk.view("Void").await.favourite.is_none());
        let new = desk.places("New").await;
        assert!(new.iter().all(|p| !deep.iter().any(|d| d.0 == p.0 || d.1 == p.1)), "{new:?}");
        desk.assert_equal().await;
    });
}

#[test]
fn between_two_nothing_is_guessed() {
    run(async {
        let desk = desk(WRITING, false).await;
        {
            // One goes, and two copies of it are there.
            let mut server = desk.room.server.lock();
            let gone = server.boxes.remove("Work/deep").unwrap();
            for name in ["A", "B"] {
                server.boxes.insert(name.into(), gone.clone());
            }
        }
        let old = desk.room.folder("Work/deep").await;
        desk.quiet().await;
        assert!(desk.room.folder("A").await != old && desk.room.folder("B").await != old);
        desk.assert_equal().await;
    });
}

#[test]
fn renamed_here_and_there_the_last_word_counts() {
    run(async {
        for (there, same) in [("Task", false), ("Job", true)] {
            let desk = desk(WRITING, true).await;
            let before = desk.places("Work").await;
            let id = desk.room.folder("Work").await;
            desk.room.house.store.file_folder(id, Deed::Rename("Job".into())).await.unwrap();
            desk.renamed_there("Work", there);
            desk.quiet().await;
            assert_eq!(desk.room.folder("Job").await, id, "the same wish: {same}");
            assert_eq!(desk.places("Job").await, before);
            assert_eq!(desk.waiting().await, 0);
            assert!(desk.room.house.store.refusals().await.unwrap().is_empty());
            desk.assert_equal().await;
        }
    });
}
