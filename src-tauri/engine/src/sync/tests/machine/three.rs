//! Two computers of one person and another program, which do as they like with the same mails over wires that fail, at a server that
//! refuses, lies, and gives other numbers.

use super::{MAILBOXES, Played, Wish, config, mails, wish};
use crate::snooze;
use crate::sync::tests::acting::{Desk, WRITING};
use crate::sync::tests::memory::Server;
use crate::view::{Id, Intent};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A due time that was over long ago.
const OVER: i64 = snooze::EPOCH + 5 * snooze::UNIT;
/// Mails in the inbox at the start.
const MAILS: u32 = 5;
/// Mails that there may be.
const MOST: u32 = 12;

/// What can be named: mails that were delivered, acts that were filed on each computer.
#[derive(Clone, Debug)]
struct World {
    capabilities: &'static [&'static str],
    mails: u32,
    acts: [usize; 2],
}

#[derive(Clone, Debug)]
enum Step {
    /// To the inbox, or to another folder.
    Deliver {
        other: bool,
    },
    Act {
        computer: usize,
        wish: Wish,
        mails: BTreeSet<u32>,
    },
    /// Until this time; none: awake.
    Snooze {
        computer: usize,
        due: Option<i64>,
        mails: BTreeSet<u32>,
    },
    Undo {
        computer: usize,
        act: usize,
    },
    /// The other program, with a mail wherever it is.
    Flagged {
        mail: u32,
        on: bool,
    },
    /// The other program says when a mail is due, be it long ago, or that it is not snoozed.
    Snoozed {
        mail: u32,
        due: Option<i64>,
    },
    Expunged {
        mail: u32,
    },
    Moved {
        mail: u32,
        to: usize,
    },
    /// The server gives a folder other numbers.
    Renumber {
        folder: usize,
    },
    /// From now on nothing comes into a folder, for this reason; or everything does again.
    Refuse {
        folder: usize,
        code: &'static str,
    },
    Accept,
    /// MOVE is announced, and is not there.
    Lie(bool),
    Round {
        computer: usize,
        steps: u32,
        lost: bool,
    },
}

/// When a mail is due: years ahead, in bits that differ much or little; or it is awake. What a clock says changes none of it.
fn due() -> impl Strategy<Value = Option<i64>> {
    let units = prop::sample::select(vec![0, 1, 3, 4_096, 65_535]);
    prop::option::weighted(0.7, units.prop_map(|units| snooze::LATEST - units * snooze::UNIT))
}

impl ReferenceStateMachine for World {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        let servers: Vec<&'static [&'static str]> =
            vec![WRITING, &["UIDPLUS"], &["MOVE"], &["CONDSTORE", "UIDPLUS"], &["CONDSTORE", "UIDPLUS", "MOVE"], &[]];
        prop::sample::select(servers).prop_map(|capabilities| Self { capabilities, mails: MAILS, acts: [0; 2] }).boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Step> {
        let n = state.mails;
        let (folder, mail, computer) = (|| 0..MAILBOXES.len(), move || 1..=n, || 0usize..2);
        let code = prop::sample::select(vec!["OVERQUOTA", "UNAVAILABLE", "NOPERM", "EXPUNGEISSUED"]);
        prop_oneof![
            2 => any::<bool>().prop_map(|other| Step::Deliver { other }),
            12 => (computer(), wish(), mails(n)).prop_map(|(computer, wish, mails)| Step::Act { computer, wish, mails }),
            3 => (computer(), 0usize..12).prop_map(|(computer, act)| Step::Undo { computer, act }),
            3 => (computer(), due(), mails(n)).prop_map(|(computer, due, mails)| Step::Snooze { computer, due, mails }),
            2 => (mail(), any::<bool>()).prop_map(|(mail, on)| Step::Flagged { mail, on }),
            1 => (mail(), due(), any::<bool>()).prop_map(|(mail, due, over)| Step::Snoozed {
                mail,
                due: due.map(|due| if over { OVER } else { due }),
            }),
            1 => mail().prop_map(|mail| Step::Expunged { mail }),
            2 => (mail(), folder()).prop_map(|(mail, to)| Step::Moved { mail, to }),
            1 => folder().prop_map(|folder| Step::Renumber { folder }),
            1 => (folder(), code).prop_map(|(folder, code)| Step::Refuse { folder, code }),
            1 => Just(Step::Accept),
            1 => any::<bool>().prop_map(Step::Lie),
            9 => (computer(), 0u32..60, any::<bool>()).prop_map(|(computer, steps, lost)| Step::Round { computer, steps, lost }),
        ]
        .boxed()
    }

    fn preconditions(state: &Self, step: &Step) -> bool {
        match step {
            Step::Deliver { .. } => state.mails < MOST,
            Step::Act { mails, .. } | Step::Snooze { mails, .. } => mails.iter().all(|m| *m <= state.mails),
            Step::Undo { computer, act } => *act < state.acts[*computer],
            Step::Flagged { mail, .. }
            | Step::Snoozed { mail, .. }
            | Step::Expunged { mail }
            | Step::Moved { mail, .. } => *mail <= state.mails,
            _ => true,
        }
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        match step {
            Step::Deliver { .. } => state.mails += 1,
            Step::Act { computer, .. } | Step::Snooze { computer, .. } => state.acts[*computer] += 1,
            _ => {}
        }
        state
    }
}

/// The computers, and what may have become of each mail.
struct Three {
    played: Played,
    /// By computer; none where there was nothing to do.
    acts: [Vec<Option<Id>>; 2],
    /// How many of each there may be.
    most: BTreeMap<u32, u32>,
    /// Somebody removed one.
    removed: BTreeSet<u32>,
    lied: bool,
}

/// Where the other program finds a mail first.
fn place_of(server: &Server, mail: u32) -> Option<(String, u32)> {
    MAILBOXES.iter().find_map(|name| {
        let found = server.boxes[*name].mails.iter().find(|(_, m)| m.name == mail && !m.flags.deleted);
        found.map(|(uid, _)| ((*name).to_owned(), *uid))
    })
}

impl Three {
    async fn act(&mut self, computer: usize, wish: Wish, mails: &BTreeSet<u32>) {
        let (act, shown) = self.played.desks[computer].wish(wish, mails).await;
        self.acts[computer].push(act);
        for mail in shown {
            match wish {
                Wish::Copy(_) => *self.most.entry(mail).or_default() += 1,
                Wish::Delete => drop(self.removed.insert(mail)),
                _ => {}
            }
        }
    }

    /// Copied, cut before it was taken out, and other numbers since: nothing is taken out on a guess, so it may stay twice.
    async fn begun(&self) -> Vec<u32> {
        let mut all = Vec::new();
        for desk in &self.played.desks {
            let subjects: Vec<String> = sqlx::query_scalar(
                "SELECT m.subject FROM op o JOIN message m ON m.id = o.message WHERE o.state = 0 AND o.begun IS NOT NULL",
            )
            .fetch_all(desk.room.house.store.read())
            .await
            .unwrap();
            all.extend(subjects.iter().map(|s| s.strip_prefix("Mail ").unwrap().parse::<u32>().unwrap()));
        }
        all
    }

    async fn happen(&mut self, step: Step) {
        let memory = self.played.desks[0].room.server.clone();
        match step {
            Step::Deliver { other } => drop(memory.lock().deliver(if other { "Other" } else { "INBOX" }, false)),
            Step::Act { computer, wish, mails } => self.act(computer, wish, &mails).await,
            Step::Snooze { computer, due, mails } => {
                let until = due.map(|due| Intent::Snooze { until: crate::store::number(due) });
                let intent = until.unwrap_or(Intent::Unsnooze);
                let (act, _) = self.played.desks[computer].intend(intent, &mails).await;
                self.acts[computer].push(act);
            }
            Step::Undo { computer, act } => {
                if let Some(act) = self.acts[computer][act] {
                    // Too late is an answer.
                    let _ = self.played.desks[computer].room.house.store.file_undo(act).await;
                }
            }
            Step::Flagged { mail, on } => {
                let mut server = memory.lock();
                if let Some((folder, uid)) = place_of(&server, mail) {
                    server.set_flags(&folder, uid, |f| f.flagged = on);
                }
            }
            Step::Snoozed { mail, due } => {
                let mut server = memory.lock();
                if let Some((folder, uid)) = place_of(&server, mail) {
                    server.set_flags(&folder, uid, |f| {
                        let all = snooze::with_due(&f.keywords.join(" "), due);
                        f.keywords = all.split(' ').filter(|k| !k.is_empty()).map(str::to_owned).collect();
                    });
                }
            }
            Step::Expunged { mail } => {
                let mut server = memory.lock();
                if let Some((folder, uid)) = place_of(&server, mail) {
                    server.expunge(&folder, uid);
                    self.removed.insert(mail);
                }
            }
            Step::Moved { mail, to } => {
                let mut server = memory.lock();
                if let Some((folder, uid)) = place_of(&server, mail)
                    && folder != MAILBOXES[to]
                {
                    server.copy(&folder, uid, MAILBOXES[to]);
                    server.expunge(&folder, uid);
                }
            }
            Step::Renumber { folder } => {
                for mail in self.begun().await {
                    *self.most.entry(mail).or_default() += 1;
                }
                memory.lock().renumber(MAILBOXES[folder]);
            }
            Step::Refuse { folder, code } => {
                memory.lock().refuse.insert(MAILBOXES[folder].to_owned(), code.to_owned());
            }
            Step::Accept => memory.lock().refuse.clear(),
            Step::Lie(on) => {
                self.lied |= on;
                memory.lock().lies_move = on;
            }
            Step::Round { computer, steps, lost } => self.played.desks[computer].cut_round(steps, lost).await,
        }
    }

    /// How many of a mail there may be. Both may have copied it, or moved it by COPY, before either heard of the other: then it is
    /// there for each of them.
    fn most(&self, mail: u32, capabilities: &[&str]) -> u32 {
        let alone = self.most.get(&mail).copied().unwrap_or_default() + 1;
        alone + u32::from(self.lied || !capabilities.contains(&"MOVE"))
    }
}

impl StateMachineTest for Three {
    type SystemUnderTest = Self;
    type Reference = World;

    fn init_test(world: &World) -> Self {
        Self {
            played: Played::new(2, world.capabilities, MAILS),
            acts: [Vec::new(), Vec::new()],
            most: BTreeMap::new(),
            removed: BTreeSet::new(),
            lied: false,
        }
    }

    fn apply(mut state: Self, _world: &World, step: Step) -> Self {
        let runtime = Rc::clone(&state.played.runtime);
        runtime.block_on(state.happen(step));
        state
    }

    fn check_invariants(state: &Self, _world: &World) {
        state.played.runtime.block_on(async {
            for desk in &state.played.desks {
                desk.assert_sound().await;
            }
        });
    }

    fn teardown(state: Self, world: World) {
        let desks: &[Desk] = &state.played.desks;
        state.played.runtime.block_on(async {
            desks[0].room.server.lock().refuse.clear();
            for desk in [&desks[0], &desks[1], &desks[0], &desks[1]] {
                desk.quiet().await;
            }
            let mut found: BTreeMap<u32, u32> = BTreeMap::new();
            for (_, mail) in desks[0].there() {
                *found.entry(mail).or_default() += 1;
            }
            for mail in 1..=world.mails {
                let (n, most) = (found.get(&mail).copied().unwrap_or(0), state.most(mail, world.capabilities));
                assert!(n <= most, "Mail {mail} is there {n} times, not {most} at most");
                assert!(n > 0 || state.removed.contains(&mail), "Mail {mail} is lost");
            }
            for desk in desks {
                assert_eq!(desk.waiting().await, 0, "something still waits");
                desk.assert_equal().await;
                desk.assert_sound().await;
            }
        });
        state.played.close();
    }
}

prop_state_machine! {
    #![proptest_config(config(60))]

    /// I1, I2, I4, I5, I6: nothing lost, nothing doubled, both stores equal to the server, nothing removed that nobody removed,
    /// nothing left waiting.
    #[test]
    fn two_computers_and_another_program_end_the_same(sequential 1..45 => Three);
}
