//! Servers that keep no new keywords, or not all flags (PERMANENTFLAGS), and say OK to all of them: what would not last is not
//! offered, and where it is asked for all the same it is refused and told. The rest is done.

use super::acting::{Desk, WRITING};
use super::memory::LASTING;
use super::run;
use crate::error::Code;
use crate::view::{ActState, Id, Intent};

fn label(on: bool) -> Intent {
    Intent::Label { keyword: "$label1".into(), on }
}

/// A desk whose inbox keeps these flags alone; one mail has had a label since before.
async fn desk(capabilities: &[&str], lasting: &'static [&'static str]) -> Desk {
    let desk = Desk::with_mail(capabilities, 5).await;
    {
        let mut server = desk.room.server.lock();
        server.set_flags("INBOX", 1, |f| f.keywords = vec!["$label1".into()]);
        server.mailbox("INBOX").lasting = Some(lasting);
    }
    desk.quiet().await;
    desk
}

async fn end(desk: &Desk, act: Option<Id>) -> (ActState, u32, Option<Code>) {
    let view = desk.room.house.store.act(act.unwrap()).await.unwrap().unwrap();
    (view.state, view.refused, view.error.map(|e| e.code))
}

#[test]
fn labels_that_would_not_last_are_not_offered_and_refused() {
    run(async {
        for capabilities in [WRITING, &["UIDPLUS"], &[]] {
            let desk = desk(capabilities, LASTING).await;
            for folder in desk.room.house.store.folder_views().await.unwrap() {
                assert_eq!(folder.labels, folder.name != "INBOX", "{}", folder.name);
            }
            let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
            // On two, of which one is flagged as well, so that a server would be told both in one command.
            let labelled = desk.act(label(true), &rows[..2]).await;
            let flagged = desk.act(Intent::Flag { on: true }, &rows[..1]).await;
            let unlabelled = desk.act(label(false), &rows[4..]).await;
            // Flagged and unflagged is nothing here as well.
            desk.act(label(true), &rows[3..4]).await;
            desk.act(label(false), &rows[3..4]).await;
            // Words for junk filters are not seen, and not missed.
            let junk = desk.act(Intent::Junk, &rows[2..3]).await;
            desk.quiet().await;
            assert_eq!(desk.waiting().await, 0, "{capabilities:?}");
            let refused = |n| (ActState::Refused, n, Some(Code::NotAllowed));
            assert_eq!(end(&desk, labelled).await, refused(2), "{capabilities:?}");
            assert_eq!(end(&desk, unlabelled).await, refused(1), "{capabilities:?}");
            for done in [flagged, junk] {
                assert_eq!(end(&desk, done).await, (ActState::Done, 0, None), "{capabilities:?}");
            }
            let mut told: Vec<Id> =
                desk.room.house.store.refusals().await.unwrap().iter().map(|refused| refused.id).collect();
            told.sort_unstable();
            assert_eq!(told, [labelled.unwrap(), unlabelled.unwrap()]);
            assert_eq!(desk.subjects("Junk").await, ["Mail 3"]);
            let inbox = desk.rows("INBOX").await;
            let labels: Vec<&str> = inbox.iter().filter(|r| !r.labels.is_empty()).map(|r| r.subject.as_str()).collect();
            assert_eq!(labels, ["Mail 1"], "as the server has it");
            assert!(inbox[0].flagged);
            desk.assert_equal().await;
            // Elsewhere they last.
            let other = desk.room.folder("Other").await;
            desk.act(Intent::Move { folder: other }, &rows[..1]).await;
            desk.quiet().await;
            let there = desk.act(label(true), &rows[..1]).await;
            desk.quiet().await;
            assert_eq!(end(&desk, there).await, (ActState::Done, 0, None));
            desk.assert_equal().await;
        }
    });
}

#[test]
fn flags_that_would_not_last_are_refused() {
    run(async {
        for capabilities in [WRITING, &["UIDPLUS"], &[]] {
            let desk = desk(capabilities, &["\\Seen"]).await;
            let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
            let read = desk.act(Intent::Read { on: true }, &rows[..2]).await;
            let flagged = desk.act(Intent::Flag { on: true }, &rows[..2]).await;
            // What cannot be marked as deleted cannot be taken out, but by MOVE.
            let deleted = desk.act(Intent::Delete, &rows[2..3]).await;
            let moved = desk.act(Intent::Archive, &rows[3..4]).await;
            desk.quiet().await;
            let refused = |n| (ActState::Refused, n, Some(Code::NotAllowed));
            let done = (ActState::Done, 0, None);
            assert_eq!(end(&desk, read).await, done, "{capabilities:?}");
            assert_eq!(end(&desk, flagged).await, refused(2), "{capabilities:?}");
            assert_eq!(end(&desk, deleted).await, refused(1), "{capabilities:?}");
            let moves = capabilities.contains(&"MOVE");
            assert_eq!(end(&desk, moved).await, if moves { done } else { refused(1) }, "{capabilities:?}");
            assert_eq!((desk.waiting().await, desk.there().len()), (0, 5), "{capabilities:?}");
            desk.assert_equal().await;
        }
    });
}

#[test]
fn a_label_on_what_leaves_is_put_on_where_it_goes() {
    run(async {
        for capabilities in [WRITING, &["UIDPLUS"], &[]] {
            let desk = desk(capabilities, LASTING).await;
            let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
            let other = desk.room.folder("Other").await;
            // Before and after it is moved; with a flag that would last here; and one that is moved and comes back stays.
            let first = desk.act(label(true), &rows[..1]).await;
            let moved = desk.act(Intent::Move { folder: other }, &rows[..2]).await;
            let second = desk.act(label(true), &rows[1..2]).await;
            let flagged = desk.act(Intent::Flag { on: true }, &rows[..2]).await;
            let back = desk.act(label(true), &rows[2..3]).await;
            desk.act(Intent::Move { folder: other }, &rows[2..3]).await;
            let inbox = desk.room.folder("INBOX").await;
            desk.act(Intent::Move { folder: inbox }, &rows[2..3]).await;
            desk.quiet().await;
            assert_eq!(desk.waiting().await, 0, "{capabilities:?}");
            for act in [first, moved, second, flagged] {
                assert_eq!(end(&desk, act).await, (ActState::Done, 0, None), "{capabilities:?}");
            }
            assert_eq!(end(&desk, back).await, (ActState::Refused, 1, Some(Code::NotAllowed)), "{capabilities:?}");
            let there = desk.rows("Other").await;
            assert!(there.len() == 2 && there.iter().all(|r| r.flagged && !r.labels.is_empty()), "{there:?}");
            desk.assert_equal().await;
        }
    });
}

#[test]
fn a_label_on_what_was_to_leave_and_may_not_is_refused_where_it_is() {
    run(async {
        let desk = desk(WRITING, LASTING).await;
        desk.room.server.lock().refuse.insert("Other".into(), "OVERQUOTA".into());
        let row = desk.rows("INBOX").await[0].id;
        let other = desk.room.folder("Other").await;
        let labelled = desk.act(label(true), &[row]).await;
        let moved = desk.act(Intent::Move { folder: other }, &[row]).await;
        desk.quiet().await;
        assert_eq!(desk.waiting().await, 0);
        assert_eq!(end(&desk, moved).await, (ActState::Refused, 1, Some(Code::Quota)));
        assert_eq!(end(&desk, labelled).await, (ActState::Refused, 1, Some(Code::NotAllowed)));
        desk.assert_equal().await;
    });
}
