//! One computer and a wire that fails anywhere. Nobody else touches the mail, so everything can be predicted: what is shown after
//! each act and each undoing, whatever the server has heard of it, and what the server has in the end.

use super::{MAILBOXES, Played, Wish, config, mails, wish};
use crate::sync::tests::acting::WRITING;
use crate::view::Id;
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use std::collections::BTreeSet;

/// Mails in the inbox at the start.
const MAILS: u32 = 6;
/// Places of mails, beyond which nothing is copied any more.
const MOST: usize = 24;

/// One place of a mail.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    folder: &'static str,
    mail: u32,
    read: bool,
    flagged: bool,
    keywords: BTreeSet<&'static str>,
}

/// What is to be shown.
#[derive(Clone, Debug)]
struct Model {
    capabilities: &'static [&'static str],
    shown: Vec<Place>,
    /// What was shown before each act that can be undone, the last act last.
    before: Vec<Vec<Place>>,
}

#[derive(Clone, Debug)]
enum Step {
    Act(Wish, BTreeSet<u32>),
    /// Of the last act that is not undone.
    Undo,
    /// Tells and looks, over a connection that ends after so many steps; the last of them is done and not answered where `lost`.
    Round {
        steps: u32,
        lost: bool,
    },
}

impl Place {
    /// What becomes of it: itself, changed, and what is new beside it.
    fn after(&self, wish: Wish) -> (Option<Self>, Option<Self>) {
        let mut place = self.clone();
        let mut keyword = |word, on| if on { place.keywords.insert(word) } else { place.keywords.remove(word) };
        match wish {
            Wish::Read(on) => place.read = on,
            Wish::Flag(on) => place.flagged = on,
            Wish::Label(label, on) => drop(keyword(label, on)),
            Wish::Archive => place.folder = "Archive",
            Wish::Trash => place.folder = "Trash",
            Wish::Junk | Wish::NotJunk => {
                keyword("$junk", wish == Wish::Junk);
                keyword("$notjunk", wish == Wish::NotJunk);
                place.folder = if wish == Wish::Junk { "Junk" } else { "INBOX" };
            }
            Wish::Move(to) => place.folder = MAILBOXES[to],
            Wish::Copy(to) if MAILBOXES[to] == self.folder => {}
            Wish::Copy(to) => {
                place.folder = MAILBOXES[to];
                return (Some(self.clone()), Some(place));
            }
            Wish::Delete => return (None, None),
        }
        (Some(place), None)
    }
}

impl Model {
    fn wished(&self, wish: Wish, mails: &BTreeSet<u32>) -> Vec<Place> {
        let become_of = |place: &Place| {
            if mails.contains(&place.mail) { place.after(wish) } else { (Some(place.clone()), None) }
        };
        let mut all: Vec<Place> = self.shown.iter().map(become_of).flat_map(|(a, b)| [a, b]).flatten().collect();
        all.sort();
        all
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        let servers: Vec<&'static [&'static str]> =
            vec![WRITING, &["UIDPLUS"], &["MOVE"], &["CONDSTORE", "UIDPLUS"], &["CONDSTORE", "UIDPLUS", "MOVE"], &[]];
        let inbox = |mail| Place { folder: "INBOX", mail, read: false, flagged: false, keywords: BTreeSet::new() };
        let shown: Vec<Place> = (1..=MAILS).map(inbox).collect();
        prop::sample::select(servers)
            .prop_map(move |capabilities| Self { capabilities, shown: shown.clone(), before: Vec::new() })
            .boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        prop_oneof![
            10 => (wish(), mails(MAILS)).prop_map(|(wish, mails)| Step::Act(wish, mails)),
            3 => Just(Step::Undo),
            6 => (0u32..60, any::<bool>()).prop_map(|(steps, lost)| Step::Round { steps, lost }),
        ]
        .boxed()
    }

    fn preconditions(state: &Self, step: &Step) -> bool {
        match step {
            Step::Act(wish, mails) => {
                (state.shown.len() < MOST || !matches!(wish, Wish::Copy(_)))
                    && state.shown.iter().any(|p| mails.contains(&p.mail))
            }
            Step::Undo => !state.before.is_empty(),
            Step::Round { .. } => true,
        }
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        match step {
            Step::Act(wish, mails) => {
                let then = state.wished(*wish, mails);
                let before = std::mem::replace(&mut state.shown, then);
                if *wish == Wish::Delete {
                    // Too late or not is the server's to say; what was done before is behind it.
                    state.before.clear();
                } else if before != state.shown {
                    state.before.push(before);
                }
            }
            Step::Undo => state.shown = state.before.pop().unwrap(),
            Step::Round { .. } => {}
        }
        state
    }
}

/// The computer, and its acts that are not undone.
struct Alone {
    played: Played,
    acts: Vec<Id>,
}

impl Alone {
    async fn shown(&self) -> Vec<Place> {
        let rows: Vec<(String, String, i64, String)> = sqlx::query_as(
            "SELECT f.mailbox, m.subject, p.flags, p.keywords FROM placement p JOIN folder f ON f.id = p.folder
             JOIN message m ON m.id = p.message WHERE p.hidden = 0",
        )
        .fetch_all(self.played.desks[0].room.house.store.read())
        .await
        .unwrap();
        let known = |name: &str| *MAILBOXES.iter().find(|m| **m == name).unwrap();
        let word = |word: &str| {
            let words = ["$label1", "$label2", "$label5", "$junk", "$notjunk"];
            *words.iter().find(|w| **w == word).unwrap()
        };
        let place = |(folder, subject, flags, keywords): &(String, String, i64, String)| Place {
            folder: known(folder),
            mail: subject.strip_prefix("Mail ").unwrap().parse().unwrap(),
            read: flags & 1 != 0,
            flagged: flags & 2 != 0,
            keywords: keywords.split_whitespace().map(word).collect(),
        };
        let mut all: Vec<Place> = rows.iter().map(place).collect();
        all.sort();
        all
    }
}

impl StateMachineTest for Alone {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(model: &Model) -> Self {
        Self { played: Played::new(1, model.capabilities, MAILS), acts: Vec::new() }
    }

    fn apply(mut state: Self, model: &Model, step: Step) -> Self {
        let desk = &state.played.desks[0];
        state.played.runtime.block_on(async {
            match step {
                Step::Act(wish, mails) => {
                    let (act, _) = desk.wish(wish, &mails).await;
                    if wish == Wish::Delete {
                        state.acts.clear();
                    } else {
                        state.acts.extend(act);
                    }
                    assert_eq!(state.acts.len(), model.before.len(), "an act is one that changes something");
                }
                Step::Undo => {
                    let act = state.acts.pop().unwrap();
                    desk.room.house.store.file_undo(act).await.unwrap();
                }
                Step::Round { steps, lost } => desk.cut_round(steps, lost).await,
            }
        });
        state
    }

    fn check_invariants(state: &Self, model: &Model) {
        state.played.runtime.block_on(async {
            assert_eq!(state.shown().await, model.shown, "shown");
            state.played.desks[0].assert_sound().await;
        });
    }

    fn teardown(state: Self, model: Model) {
        let desk = &state.played.desks[0];
        state.played.runtime.block_on(async {
            desk.quiet().await;
            assert_eq!(desk.waiting().await, 0, "something still waits");
            assert!(desk.room.house.store.refusals().await.unwrap().is_empty(), "nobody was in the way");
            assert_eq!(state.shown().await, model.shown, "shown in the end");
            // The server has what is shown, and the store has what the server has.
            let mut expected: Vec<(String, u32)> = model.shown.iter().map(|p| (p.folder.to_owned(), p.mail)).collect();
            expected.sort();
            assert_eq!(desk.there(), expected, "the server");
            desk.assert_equal().await;
        });
        state.played.close();
    }
}

/// What nights have found. Where a message was to be moved and then deleted, and the answer to its EXPUNGE was lost, the move was told as
/// refused though nobody had been in the way.
#[test]
fn what_was_found_at_night() {
    let of = |mails: &[u32]| mails.iter().copied().collect::<BTreeSet<u32>>();
    for lost in [false, true] {
        for steps in 0..12 {
            let inbox = |mail| Place { folder: "INBOX", mail, read: false, flagged: false, keywords: BTreeSet::new() };
            let shown = (1..=MAILS).map(inbox).collect();
            let model = Model { capabilities: &["UIDPLUS"], shown, before: Vec::new() };
            let history = vec![
                Step::Act(Wish::Archive, of(&[1, 2])),
                Step::Act(Wish::Flag(true), of(&[3])),
                Step::Act(Wish::Delete, of(&[1])),
                Step::Round { steps, lost },
            ];
            <Alone as StateMachineTest>::test_sequential(config(1), model, history, None);
        }
    }
}

prop_state_machine! {
    #![proptest_config(config(60))]

    /// I1, I2, I4, I5, I6, and every wish is fulfilled.
    #[test]
    fn what_one_wishes_is_shown_at_once_and_done_in_the_end(sequential 1..40 => Alone);
}
