//! Random histories of acts, changes by others, cuts (with and without the work done), refusals and undoing, that must always end
//! with nothing lost, nothing doubled, nothing removed that nobody removed, and the store equal to the server.

use super::acting::{Desk, MAILBOXES, WRITING};
use super::run;
use crate::store::{now, number};
use crate::view::{Filter, Id, Intent, ListKey, ListRow};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

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
        10 => (0u8..12, 0u8..5, any::<u8>(), 1u8..4).prop_map(|(which, folder, nth, n)| Event::Act { which, folder, nth, n }),
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
            // Of every three one is asleep, if any is.
            let key = if nth % 3 == 0 { ListKey::Snoozed } else { ListKey::Folder { id: source.id } };
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
                (10, _) => Intent::Snooze { until: number(now() + 3_600 * (1 + i64::from(nth))) },
                (11, _) => Intent::Unsnooze,
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
