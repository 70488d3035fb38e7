//! What was on its way to another account and will not arrive, when nobody knows yet whether its original is still there.

use super::acting::Desk;
use super::recovering::Way;
use super::rescue::ruin;
use super::run;
use crate::error::Code;
use crate::store::Store;
use crate::view::{Id, Intent, List, ListKey, ListRow, Role};
use std::sync::atomic::Ordering;

/// How a way ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Two LISTs of the other account do not name the folder any more.
    FolderGone,
    /// The other server will not have it.
    Refused,
    /// The person has thought better of it.
    TakenBack,
}

const ENDS: [End; 3] = [End::FolderGone, End::Refused, End::TakenBack];

impl Way {
    /// Ends it. Of the account that it comes from nobody has looked at anything, but for what is told of the refusal.
    async fn ends(&self, act: Id, how: End) {
        match how {
            End::FolderGone => {
                for _ in 0..2 {
                    self.store().set_folders(self.other, &[]).await.unwrap();
                }
            }
            End::Refused => {
                self.abroad.server.lock().refuse.insert("Box".into(), "NOPERM".into());
                self.abroad.up.store(true, Ordering::Relaxed);
            }
            End::TakenBack => drop(self.store().file_undo(act).await.unwrap()),
        }
    }

    async fn kept_bytes(&self) -> usize {
        std::fs::read_dir(self.desk.room.house.profile.join("files")).unwrap().count()
    }

    /// Nothing is out of sight any more.
    async fn assert_nothing_kept(&self, why: &str) {
        let kept: i64 = sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM recovered WHERE original IS NOT NULL)
                 + (SELECT count(*) FROM placement WHERE server_folder IS NULL)",
        )
        .fetch_one(self.store().read())
        .await
        .unwrap();
        assert_eq!(kept, 0, "{why}");
        assert_eq!(self.desk.waiting().await, 0, "{why}");
        self.desk.room.assert_counts().await;
    }

    /// It is in sight, whole, with a reason.
    async fn assert_recovered(&self, code: Code, why: &str) -> ListRow {
        self.assert_nothing_kept(why).await;
        let (_, rows) = self.recovered().await.unwrap_or_else(|| panic!("{why}: lost"));
        assert_eq!(rows.iter().map(|r| r.subject.as_str()).collect::<Vec<_>>(), ["Mail 2"], "{why}");
        assert_eq!(self.code(rows[0].message).await, Some(code), "{why}");
        let file = self.store().part(&self.desk.room.house.profile, rows[0].message, "").await.unwrap().unwrap();
        assert!(std::fs::read_to_string(file).unwrap().contains("Message-ID: <2@example.org>"), "{why}");
        rows[0].clone()
    }

    /// It is where it was, and nowhere else.
    async fn assert_back(&self, why: &str) {
        self.assert_nothing_kept(why).await;
        assert!(self.recovered().await.is_none(), "{why}");
        assert_eq!(self.desk.subjects("INBOX").await, ["Mail 1", "Mail 2", "Mail 3"], "{why}");
        assert_eq!(self.kept_bytes().await, 0, "{why}: its bytes are still here");
        self.desk.assert_equal_here().await;
    }
}

impl Desk {
    /// As [`Desk::assert_equal`], where another account has folders as well.
    async fn assert_equal_here(&self) {
        assert_eq!(self.subjects("INBOX").await.len(), self.room.server.lock().boxes["INBOX"].mails.len());
        self.room.assert_counts().await;
    }
}

fn code(how: End) -> Code {
    match how {
        End::FolderGone => Code::NoSuchFolder,
        End::Refused => Code::NotAllowed,
        End::TakenBack => Code::Elsewhere,
    }
}

#[test]
fn is_recovered_when_its_original_turns_out_to_be_gone() {
    run(async {
        for how in ENDS {
            for gone in [true, false] {
                let why = format!("{how:?}, gone: {gone}");
                let way = Way::new().await;
                let act = way.on_its_way().await;
                assert_eq!(way.kept_bytes().await, 1);
                if gone {
                    way.desk.room.server.lock().expunge("INBOX", 2);
                }
                way.ends(act, how).await;
                if how != End::Refused {
                    // At once, as far as anybody knows.
                    assert_eq!(way.desk.subjects("INBOX").await, ["Mail 1", "Mail 2", "Mail 3"], "{why}");
                    assert!(way.recovered().await.is_none(), "{why}");
                    assert_eq!(way.kept_bytes().await, 1, "{why}");
                }
                way.desk.quiet().await;
                if gone {
                    way.assert_recovered(code(how), &why).await;
                    assert_eq!(way.desk.subjects("INBOX").await, ["Mail 1", "Mail 3"], "{why}");
                } else {
                    way.assert_back(&why).await;
                }
                assert_eq!(way.store().refusals().await.unwrap().len(), usize::from(how != End::TakenBack), "{why}");
            }
        }
    });
}

#[test]
fn a_cut_anywhere_loses_and_doubles_nothing() {
    run(async {
        for how in ENDS {
            for gone in [true, false] {
                for steps in 0..14 {
                    let why = format!("{how:?}, gone: {gone}, cut after {steps}");
                    let way = Way::new().await;
                    let act = way.on_its_way().await;
                    if gone {
                        way.desk.room.server.lock().expunge("INBOX", 2);
                    }
                    way.ends(act, how).await;
                    way.desk.cut_round(steps, false).await;
                    way.desk.quiet().await;
                    if gone {
                        way.assert_recovered(code(how), &why).await;
                    } else {
                        way.assert_back(&why).await;
                    }
                }
            }
        }
    });
}

#[test]
fn is_kept_as_long_as_nobody_can_say() {
    run(async {
        for how in ENDS {
            for gone in [true, false] {
                // Other numbers: it is found again by what it is, or not.
                let why = format!("{how:?}, gone: {gone}, renumbered");
                let way = Way::new().await;
                let act = way.on_its_way().await;
                way.ends(act, how).await;
                {
                    let mut server = way.desk.room.server.lock();
                    if gone {
                        server.expunge("INBOX", 2);
                    }
                    server.renumber("INBOX");
                }
                way.desk.quiet().await;
                if gone {
                    way.assert_recovered(code(how), &why).await;
                } else {
                    way.assert_back(&why).await;
                }
            }
            // Its folder goes as well, with all that is in it.
            let why = format!("{how:?}, and its folder is gone");
            let way = Way::new().await;
            let rows = way.desk.rows("INBOX").await;
            let of = rows.iter().find(|r| r.subject == "Mail 2").unwrap().id;
            let other = way.desk.room.folder("Other").await;
            way.desk.act(Intent::Move { folder: other }, &[of]).await.unwrap();
            way.desk.quiet().await;
            let act = way.desk.act(Intent::Move { folder: way.target }, &[of]).await.unwrap();
            way.desk.quiet().await;
            way.desk.room.server.lock().boxes.remove("Other");
            way.ends(act, how).await;
            way.desk.quiet().await;
            way.assert_recovered(code(how), &why).await;
        }
    });
}

#[test]
fn what_the_person_deletes_or_sends_on_need_not_be_kept() {
    run(async {
        for delete in [true, false] {
            let way = Way::new().await;
            let act = way.on_its_way().await;
            way.ends(act, End::FolderGone).await;
            let rows = way.desk.rows("INBOX").await;
            let row = rows.iter().find(|r| r.subject == "Mail 2").unwrap().id;
            let archive = way.desk.room.folder("Archive").await;
            let intent = if delete { Intent::Delete } else { Intent::Move { folder: archive } };
            way.desk.act(intent, &[row]).await.unwrap();
            way.desk.quiet().await;
            way.assert_nothing_kept(&format!("deleted: {delete}")).await;
            assert!(way.recovered().await.is_none());
            assert_eq!(way.desk.subjects("Archive").await.len(), usize::from(!delete));
            // As at every start.
            way.store().let_go(&way.desk.room.house.profile).await.unwrap();
            assert_eq!(way.kept_bytes().await, 0);
        }
    });
}

/// What is in the folder of what could be stored nowhere, by account.
async fn kept_in_sight(store: &Store) -> Vec<(Id, String)> {
    let mut all = Vec::new();
    for folder in store.folder_views().await.unwrap().iter().filter(|f| f.role == Role::Recovered) {
        let rows = store.list_page(&List::of(ListKey::Folder { id: folder.id }), 0, 9).await.unwrap().rows;
        all.extend(rows.into_iter().map(|r| (folder.account, r.subject)));
    }
    all
}

#[test]
fn an_account_that_is_removed_takes_nothing_of_another_along() {
    run(async {
        for refused in [false, true] {
            for gone in [false, true] {
                for leaves in [true, false] {
                    let why = format!("refused: {refused}, original gone: {gone}, of the original: {leaves}");
                    let way = Way::new().await;
                    let act = way.on_its_way().await;
                    if gone {
                        way.desk.room.server.lock().expunge("INBOX", 2);
                    }
                    if refused {
                        way.ends(act, End::FolderGone).await;
                    }
                    let store = way.store();
                    let (from, to) = (way.desk.room.account, way.other);
                    store.remove_account(if leaves { from } else { to }).await.unwrap();
                    if leaves {
                        assert_eq!(kept_in_sight(store).await, [(to, "Mail 2".to_owned())], "{why}");
                    } else {
                        assert_eq!(way.desk.subjects("INBOX").await, ["Mail 1", "Mail 2", "Mail 3"], "{why}: at once");
                        way.desk.quiet().await;
                        let expected: &[(Id, String)] = if gone { &[(from, "Mail 2".to_owned())] } else { &[] };
                        assert_eq!(kept_in_sight(store).await, expected, "{why}");
                        way.assert_nothing_kept(&why).await;
                        assert_eq!(way.desk.subjects("INBOX").await.len(), if gone { 2 } else { 3 }, "{why}");
                    }
                    let numbers: i64 = sqlx::query_scalar("SELECT count(*) FROM pragma_foreign_key_check")
                        .fetch_one(store.read())
                        .await
                        .unwrap();
                    assert_eq!(numbers, 0, "{why}");
                }
            }
        }
    });
}

#[test]
fn survives_a_damaged_store() {
    run(async {
        let way = Way::new().await;
        let act = way.on_its_way().await;
        way.ends(act, End::FolderGone).await;
        let profile = way.desk.room.house.profile.clone();
        ruin(way.store(), "ledger_message", &profile.join("mail.sqlite")).await;
        std::fs::write(profile.join("mail.sqlite.open"), "").unwrap();
        let store = Store::open(&profile).await.unwrap();
        assert!(store.rescued());
        assert_eq!(kept_in_sight(&store).await, [(way.other, "Mail 2".to_owned())]);
        store.close().await;
    });
}
