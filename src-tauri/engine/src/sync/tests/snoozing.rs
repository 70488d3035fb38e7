//! Snooze, against a server in memory: what sleeps, what comes back and where, and that it travels.

use super::super::Accounts;
use super::super::replay::Replay;
use super::acting::{Desk, WRITING};
use super::run;
use crate::snooze;
use crate::store::now;
use crate::view::{ActState, Id, Intent, List, ListKey, ListRow, Role, Target};
use sqlx::AssertSqlSafe;

/// Whole hours from now on, as they are written.
fn hours(n: i64) -> i64 {
    snooze::rounded(now() + n * 3_600)
}

fn until(at: i64) -> Intent {
    Intent::Snooze { until: crate::store::number(at) }
}

impl Desk {
    async fn list(&self, key: ListKey) -> Vec<ListRow> {
        let page = self.room.house.store.list_page(&List::of(key), 0, 500).await.unwrap();
        assert_eq!(page.total as usize, page.rows.len());
        for (at, row) in page.rows.iter().enumerate() {
            let index = self.room.house.store.list_index(&List::of(key), row.id).await.unwrap();
            assert_eq!(index, u32::try_from(at).ok(), "{key:?} {}", row.subject);
        }
        page.rows
    }

    /// Snoozed, as they stand in their list: number of the mail, due.
    async fn asleep(&self) -> Vec<(String, i64)> {
        #[expect(clippy::cast_possible_truncation, reason = "a time")]
        let due = |r: &ListRow| r.due.unwrap() as i64;
        self.list(ListKey::Snoozed).await.iter().map(|r| (r.subject.clone(), due(r))).collect()
    }

    /// A folder's list, in its order.
    async fn order(&self, name: &str) -> Vec<String> {
        let key = ListKey::Folder { id: self.room.folder(name).await };
        self.list(key).await.into_iter().map(|r| r.subject).collect()
    }

    async fn row(&self, name: &str, subject: &str) -> Id {
        self.rows(name).await.iter().find(|r| r.subject == subject).unwrap().id
    }

    /// When the server has these mails of the inbox as due.
    fn due_there(&self, mailbox: &str) -> Vec<(u32, Option<i64>)> {
        let server = self.room.server.lock();
        server.boxes[mailbox].mails.values().map(|m| (m.name, snooze::due(&m.flags.keywords.join(" ")))).collect()
    }

    /// Another program says that a mail of the inbox is due then.
    fn snooze_there(&self, uid: u32, due: Option<i64>) {
        self.room.server.lock().set_flags("INBOX", uid, |f| {
            let all = snooze::with_due(&f.keywords.join(" "), due);
            f.keywords = all.split(' ').filter(|k| !k.is_empty()).map(str::to_owned).collect();
        });
    }

    /// As if this row had fallen asleep before it became due, and nobody had looked since.
    async fn oversleep(&self, row: Id) {
        let mut tx = self.room.house.store.write().await.unwrap();
        for sql in [
            "UPDATE placement SET asleep = 1, date = coalesce(received, date), received = NULL WHERE id = ?1",
            "UPDATE folder SET total = total - 1, unread = unread - 1 WHERE id = (SELECT folder FROM placement WHERE id = ?1)",
        ] {
            sqlx::query(AssertSqlSafe(sql)).bind(row).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        self.room.assert_counts().await;
    }
}

#[test]
fn it_sleeps_in_a_list_of_its_own_and_travels_in_few_commands() {
    run(async {
        let desk = Desk::with_mail(WRITING, 6).await;
        let other = desk.beside().await;
        let (soon, late) = (hours(2), hours(50));
        let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
        let act = desk.act(until(late), &rows[..2]).await.unwrap();
        desk.act(until(late), &rows[2..3]).await.unwrap();
        desk.act(until(soon), &rows[4..5]).await.unwrap();
        let asleep = [("Mail 2", soon), ("Mail 6", late), ("Mail 5", late), ("Mail 4", late)]
            .map(|(subject, due)| (subject.to_owned(), due));
        assert_eq!(desk.asleep().await, asleep, "soonest first");
        assert_eq!(desk.order("INBOX").await, ["Mail 3", "Mail 1"]);
        assert_eq!(desk.list(ListKey::Inboxes).await.len(), 2);
        desk.room.assert_counts().await;
        // SELECT, and for each due time what is put on and what is taken off: the same times go together.
        let mut c = desk.room.server.connect(Some(5));
        Replay::new(&desk.account, &mut c).run().await.unwrap();
        assert_eq!(
            (desk.waiting().await, desk.room.house.store.act(act).await.unwrap().unwrap().state),
            (0, ActState::Done)
        );
        desk.quiet().await;
        desk.assert_equal().await;
        assert_eq!(
            desk.due_there("INBOX").iter().map(|d| d.1).collect::<Vec<_>>(),
            [None, Some(soon), None, Some(late), Some(late), Some(late)]
        );
        // The second computer hears of mail that sleeps already, and does not announce it.
        other.quiet().await;
        assert_eq!(other.asleep().await, asleep);
        assert_eq!(other.order("INBOX").await, ["Mail 3", "Mail 1"]);
        assert!(other.room.desktop.0.lock().unwrap().is_empty());
        // It gives one another time, and wakes one.
        let sleeping: Vec<Id> = other.list(ListKey::Snoozed).await.iter().map(|r| r.id).collect();
        other.act(until(hours(20)), &sleeping[..1]).await.unwrap();
        other.act(Intent::Unsnooze, &sleeping[1..2]).await.unwrap();
        other.quiet().await;
        desk.quiet().await;
        for one in [&desk, &other] {
            assert_eq!(one.asleep().await[0], ("Mail 2".to_owned(), hours(20)));
            assert_eq!(one.order("INBOX").await, ["Mail 6", "Mail 3", "Mail 1"], "back where it was");
            one.assert_equal().await;
        }
    });
}

#[test]
fn what_is_due_stands_on_top_until_it_is_awake_for_good() {
    run(async {
        let desk = Desk::with_mail(WRITING, 4).await;
        desk.snooze_there(2, Some(hours(-5)));
        desk.snooze_there(1, Some(hours(-9)));
        desk.quiet().await;
        assert_eq!(desk.order("INBOX").await, ["Mail 2", "Mail 1", "Mail 4", "Mail 3"]);
        assert!(desk.asleep().await.is_empty());
        let top = &desk.rows("INBOX").await[0];
        assert_eq!((top.date, top.due), (1_000_002.0, Some(crate::store::number(hours(-5)))), "it tells when it came");
        // Another program takes bits away: due earlier, never gone.
        desk.room.server.lock().set_flags("INBOX", 2, |f| f.keywords.retain(|k| k == "$Snoozed" || k == "x"));
        desk.quiet().await;
        assert_eq!(desk.order("INBOX").await, ["Mail 1", "Mail 2", "Mail 4", "Mail 3"]);
        let one = desk.row("INBOX", "Mail 1").await;
        desk.act(Intent::Unsnooze, &[one]).await.unwrap();
        desk.act(Intent::Unsnooze, &[desk.row("INBOX", "Mail 2").await]).await.unwrap();
        assert_eq!(desk.order("INBOX").await, ["Mail 4", "Mail 3", "Mail 2", "Mail 1"]);
        desk.quiet().await;
        desk.assert_equal().await;
        assert!(desk.due_there("INBOX").iter().all(|d| d.1.is_none()));
    });
}

#[test]
fn what_has_become_due_wakes_is_counted_and_announced_once() {
    run(async {
        let desk = Desk::with_mail(WRITING, 5).await;
        let row = desk.row("INBOX", "Mail 3").await;
        desk.act(until(hours(1)), &[row]).await.unwrap();
        let store = &desk.room.house.store;
        assert!(store.wake(hours(1) - 1).await.unwrap().is_empty());
        let back = store.wake(hours(1)).await.unwrap();
        assert_eq!(back.iter().map(|b| b.folder).collect::<Vec<_>>(), [desk.room.folder("INBOX").await]);
        assert_eq!(desk.order("INBOX").await[0], "Mail 3", "by the clock alone, the server not asked");
        desk.room.assert_counts().await;
        assert!(store.wake(hours(1)).await.unwrap().is_empty());

        desk.act(Intent::Unsnooze, &[row]).await.unwrap();
        // The program was closed while two became due.
        for (uid, due) in [(1, hours(-3)), (2, hours(-2))] {
            desk.snooze_there(uid, Some(due));
        }
        desk.quiet().await;
        for subject in ["Mail 1", "Mail 2"] {
            desk.oversleep(desk.row("INBOX", subject).await).await;
        }
        assert_eq!(desk.asleep().await.len(), 2);
        desk.room.desktop.0.lock().unwrap().clear();
        let accounts = Accounts::new(desk.room.house.clone());
        accounts.wake().await;
        accounts.wake().await;
        let order = desk.order("INBOX").await;
        assert_eq!(order, ["Mail 2", "Mail 1", "Mail 5", "Mail 4", "Mail 3"]);
        desk.room.assert_counts().await;
        let told = desk.room.desktop.0.lock().unwrap().clone();
        assert_eq!(told.iter().map(|t| (t.subject.as_str(), t.count)).collect::<Vec<_>>(), [("Mail 2", 2)]);
    });
}

#[test]
fn what_is_put_elsewhere_is_awake_there_and_undone_sleeps_again() {
    run(async {
        for told in [false, true] {
            for which in 0..5 {
                let desk = Desk::with_mail(WRITING, 3).await;
                let due = hours(30);
                let row = desk.row("INBOX", "Mail 2").await;
                desk.act(until(due), &[row]).await.unwrap();
                desk.quiet().await;
                let other = desk.room.folder("Other").await;
                let (intent, shown) = match which {
                    0 => (Intent::Archive, "Archive"),
                    1 => (Intent::Trash, "Trash"),
                    2 => (Intent::Junk, "Junk"),
                    3 => (Intent::Move { folder: other }, "Other"),
                    _ => (Intent::Copy { folder: other }, "Other"),
                };
                let copied = which == 4;
                let asleep = vec![("Mail 2".to_owned(), due)];
                let act = desk.act(intent.clone(), &[row]).await.unwrap();
                assert_eq!(desk.order(shown).await, ["Mail 2"], "{intent:?}");
                assert_eq!(desk.asleep().await, if copied { asleep.clone() } else { Vec::new() });
                if told {
                    desk.quiet().await;
                    desk.assert_equal().await;
                    assert_eq!(desk.due_there(shown), [(2, None)], "{intent:?}");
                }
                let message = desk.rows(shown).await[0].message;
                let acts = |events: Vec<crate::view::EventView>| {
                    events
                        .into_iter()
                        .filter(|e| matches!(&e.what, crate::view::Happening::Act { intent: i, .. } if *i == intent))
                        .count()
                };
                assert_eq!(acts(desk.room.house.store.history(message).await.unwrap()), 1, "{intent:?}: told once");
                desk.room.house.store.file_undo(act).await.unwrap();
                assert_eq!(desk.asleep().await, asleep, "{intent:?}, told: {told}");
                assert!(desk.order(shown).await.is_empty());
                desk.quiet().await;
                desk.assert_equal().await;
                assert_eq!(desk.asleep().await, asleep, "{intent:?}, told: {told}");
            }
        }
    });
}

#[test]
fn undone_it_is_as_it_was_unless_somebody_was_there() {
    run(async {
        for told in [false, true] {
            let desk = Desk::with_mail(WRITING, 3).await;
            let row = desk.row("INBOX", "Mail 2").await;
            desk.act(until(hours(5)), &[row]).await.unwrap();
            desk.quiet().await;
            let later = desk.act(until(hours(70)), &[row]).await.unwrap();
            if told {
                desk.quiet().await;
            }
            desk.room.house.store.file_undo(later).await.unwrap();
            desk.quiet().await;
            assert_eq!(desk.asleep().await, [("Mail 2".to_owned(), hours(5))], "told: {told}");
            desk.assert_equal().await;
        }
        let desk = Desk::with_mail(WRITING, 3).await;
        let row = desk.row("INBOX", "Mail 2").await;
        let act = desk.act(until(hours(5)), &[row]).await.unwrap();
        desk.quiet().await;
        desk.snooze_there(2, Some(hours(9)));
        desk.quiet().await;
        assert!(desk.room.house.store.file_undo(act).await.is_err(), "the other computer's word counts");
        assert_eq!(desk.asleep().await, [("Mail 2".to_owned(), hours(9))]);
    });
}

#[test]
fn what_waits_is_whole_whatever_another_computer_says_meanwhile() {
    run(async {
        let desk = Desk::with_mail(WRITING, 2).await;
        let row = desk.row("INBOX", "Mail 1").await;
        desk.act(until(hours(5)), &[row]).await.unwrap();
        desk.snooze_there(1, Some(hours(77)));
        desk.quiet().await;
        assert_eq!(desk.asleep().await, [("Mail 1".to_owned(), hours(5))]);
        assert_eq!(desk.due_there("INBOX")[0], (1, Some(hours(5))));
        desk.assert_equal().await;
    });
}

#[test]
fn only_an_inbox_and_a_folder_of_ones_own_let_sleep() {
    run(async {
        let desk = Desk::with_mail(WRITING, 4).await;
        let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
        desk.act(until(hours(5)), &rows).await.unwrap();
        desk.quiet().await;
        // Another program moves them, keywords and all.
        for (uid, to) in [(1, "Trash"), (2, "Archive"), (3, "Other")] {
            let mut server = desk.room.server.lock();
            server.copy("INBOX", uid, to);
            server.expunge("INBOX", uid);
        }
        desk.quiet().await;
        desk.assert_equal().await;
        assert_eq!(
            (desk.order("Trash").await, desk.order("Archive").await),
            (vec!["Mail 1".into()], vec!["Mail 2".into()])
        );
        assert_eq!(desk.asleep().await.iter().map(|a| a.0.as_str()).collect::<Vec<_>>(), ["Mail 3", "Mail 4"]);
        let archived = desk.row("Archive", "Mail 2").await;
        assert_eq!(desk.act(until(hours(9)), &[archived]).await, None, "nothing can sleep there");
        // The folder gets a purpose, and loses it again.
        let other = desk.room.folder("Other").await;
        for (role, shown) in [(Role::Sent, 1), (Role::None, 0)] {
            desk.room.house.store.set_folder_role(other, role).await.unwrap();
            assert_eq!(desk.order("Other").await.len(), shown, "{role:?}");
            desk.room.assert_counts().await;
        }
    });
}

#[test]
fn asleep_it_can_be_opened_flagged_and_deleted() {
    run(async {
        let desk = Desk::with_mail(WRITING, 2).await;
        let row = desk.rows("INBOX").await[0].clone();
        desk.act(until(hours(5)), &[row.id]).await.unwrap();
        let store = &desk.room.house.store;
        let message = store.message(row.message).await.unwrap();
        assert!(!message.places[0].hidden && message.places[0].due == Some(hours(5)));
        store.file_opened(row.message).await.unwrap();
        desk.act(Intent::Flag { on: true }, &[row.id]).await.unwrap();
        let asleep = desk.list(ListKey::Snoozed).await;
        assert!(asleep[0].flagged && !asleep[0].unread);
        assert_eq!(desk.list(ListKey::Flagged).await.len(), 1, "what is flagged is shown, asleep or not");
        desk.room.assert_counts().await;
        let whole = Target::List { list: List::of(ListKey::Snoozed), spans: vec![], newest: row.id };
        assert_eq!(store.preview(&whole).await.unwrap().count, 1);
        let span = crate::view::Span { first: row.id, last: row.id };
        let stretch = Target::List { list: List::of(ListKey::Snoozed), spans: vec![span], newest: row.id };
        store.file(&Intent::Delete, &stretch).await.unwrap().unwrap();
        assert!(desk.asleep().await.is_empty());
        desk.quiet().await;
        desk.assert_equal().await;
        assert_eq!(desk.there().len(), 1);
    });
}

#[test]
fn where_no_keywords_can_be_made_it_sleeps_on_this_computer_alone() {
    run(async {
        let desk = Desk::new(WRITING).await;
        desk.room.server.lock().fixed_keywords = true;
        for _ in 0..3 {
            desk.room.server.lock().deliver("INBOX", false);
        }
        desk.quiet().await;
        let views = desk.room.house.store.folder_views().await.unwrap();
        assert!(views.iter().all(|f| !f.labels), "known before anything is put on it");
        let row = desk.row("INBOX", "Mail 2").await;
        let act = desk.act(until(hours(5)), &[row]).await.unwrap();
        assert_eq!(desk.waiting().await, 0);
        let view = desk.room.house.store.act(act).await.unwrap().unwrap();
        assert_eq!((view.state, view.undoable, view.count), (ActState::Done, true, 1));
        let asleep = [("Mail 2".to_owned(), hours(5))];
        for _ in 0..2 {
            assert_eq!(desk.asleep().await, asleep);
            desk.room.assert_counts().await;
            desk.quiet().await;
        }
        // Flags that come from the server, and other numbers, do not wake it.
        desk.room.server.lock().set_flags("INBOX", 2, |f| f.flagged = true);
        desk.quiet().await;
        desk.room.server.lock().renumber("INBOX");
        desk.quiet().await;
        assert_eq!(desk.asleep().await, asleep);
        desk.room.house.store.file_undo(act).await.unwrap();
        assert_eq!(desk.order("INBOX").await, ["Mail 3", "Mail 2", "Mail 1"]);
        desk.act(until(hours(5)), &[row]).await.unwrap();
        desk.room.house.store.wake(hours(5)).await.unwrap();
        assert_eq!(desk.order("INBOX").await[0], "Mail 2");
        desk.act(Intent::Archive, &[row]).await.unwrap();
        desk.quiet().await;
        assert_eq!(desk.order("Archive").await, ["Mail 2"]);
        let local: i64 =
            sqlx::query_scalar("SELECT count(*) FROM placement WHERE local_due IS NOT NULL OR due IS NOT NULL")
                .fetch_one(desk.room.house.store.read())
                .await
                .unwrap();
        assert_eq!(local, 0);
        desk.assert_equal().await;
    });
}

#[test]
fn a_time_that_is_over_is_refused() {
    run(async {
        let desk = Desk::with_mail(WRITING, 1).await;
        let target = Target::Rows { rows: vec![desk.row("INBOX", "Mail 1").await] };
        for at in [0.0, f64::NAN, f64::NEG_INFINITY, crate::store::number(now() - 1)] {
            assert!(desk.room.house.store.file(&Intent::Snooze { until: at }, &target).await.is_err(), "{at}");
        }
        // The end of time is what can be written.
        desk.room.house.store.file(&Intent::Snooze { until: f64::INFINITY }, &target).await.unwrap().unwrap();
        assert_eq!(desk.asleep().await, [("Mail 1".to_owned(), snooze::LATEST)]);
    });
}
