//! What was done is undone, and can be asked about.

use super::acting::{Desk, WRITING};
use super::run;
use crate::view::{ActState, Id, Intent};

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
