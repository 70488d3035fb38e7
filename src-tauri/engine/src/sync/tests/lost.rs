//! The answer to a command is lost, or the command is, and meanwhile the person thinks better of it.

use super::acting::{Desk, WRITING};
use super::run;
use crate::view::{ActState, Id, Intent};

const SERVERS: [&[&str]; 4] = [WRITING, &["UIDPLUS"], &["MOVE"], &[]];

/// Where a round may end, and whether what was asked last is done.
fn cuts() -> impl Iterator<Item = (u32, bool)> {
    (0..10).flat_map(|steps| [(steps, false), (steps, true)])
}

#[test]
fn of_moves_that_are_told_as_one_none_is_refused() {
    run(async {
        for capabilities in SERVERS {
            for (steps, lost) in cuts() {
                let desk = Desk::with_mail(capabilities, 1).await;
                let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
                let other = desk.room.folder("Other").await;
                let acts =
                    [desk.act(Intent::Move { folder: other }, &rows).await, desk.act(Intent::Archive, &rows).await];
                desk.cut_round(steps, lost).await;
                desk.quiet().await;
                for act in acts {
                    let why = format!("{capabilities:?} cut after {steps}, lost {lost}");
                    assert_eq!(desk.state(act.unwrap()).await, ActState::Done, "{why}");
                }
                assert_eq!(desk.there(), [("Archive".to_owned(), 1)]);
                desk.assert_equal().await;
            }
        }
    });
}

#[test]
fn flags_that_are_undone_while_nobody_knows_are_undone() {
    run(async {
        for capabilities in [WRITING, &[][..]] {
            for (steps, lost) in cuts() {
                let desk = Desk::with_mail(capabilities, 3).await;
                desk.room.server.lock().set_flags("INBOX", 1, |f| f.flagged = true);
                desk.quiet().await;
                let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
                let intents = [
                    Intent::Label { keyword: "$label1".into(), on: true },
                    Intent::Read { on: true },
                    Intent::Flag { on: false },
                ];
                let mut acts = Vec::new();
                for intent in intents {
                    acts.push(desk.act(intent, &rows).await.unwrap());
                }
                desk.cut_round(steps, lost).await;
                for act in acts {
                    desk.room.house.store.file_undo(act).await.unwrap();
                }
                desk.quiet().await;
                let why = format!("{capabilities:?} cut after {steps}, lost {lost}");
                for (uid, mail) in &desk.room.server.lock().boxes["INBOX"].mails {
                    let flags = &mail.flags;
                    assert!(
                        flags.keywords.is_empty() && !flags.seen && flags.flagged == (*uid == 1),
                        "{why}: {flags:?}"
                    );
                }
                desk.assert_equal().await;
            }
        }
    });
}
