//! State machines (`proptest-state-machine`): random histories of acts, undoing, cuts with and without the work done, and of what
//! others do meanwhile, from a state that says what may come next. Each mail has a name, and acts name mails: a history that fails
//! can be made shorter without its acts meaning other mails, which histories of "the n-th row" could not.
//!
//! - [`alone`]: one computer and a wire that fails. What is shown, and what the server has in the end, is predicted to the flag.
//! - [`three`]: two computers and another program. Who was faster with a lost answer nobody can predict; nothing may be lost,
//!   doubled, removed that nobody removed, or left waiting.
//!
//! The engine is async and the machine is not: each history has a runtime of one thread, and each step runs to its end on it.
//! Time stands still, so a history is the same each time it is played.
//!
//! | variable | what for |
//! |---|---|
//! | `RESTANTE_CASES` | how many histories; without it, what fits a test run; 1,000 at night |
//! | `RESTANTE_SEED` | the histories of this number again; each run prints its own. Without it a test run plays the same ones each time |

#[path = "machine/alone.rs"]
mod alone;
#[path = "machine/three.rs"]
mod three;

use super::acting::{Desk, MAILBOXES};
use crate::view::{Id, Intent, List, ListKey, ListRow};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// The histories of a test run: always the same, so that what fails is the change that is tested. A night draws others.
const BY_DAY: u64 = 11;

/// The number of this run.
static SEED: LazyLock<u64> = LazyLock::new(|| {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos();
    let drawn = if std::env::var_os("RESTANTE_CASES").is_some() { u64::from(now) } else { BY_DAY };
    let seed = std::env::var("RESTANTE_SEED").map_or(drawn, |s| s.parse().unwrap());
    println!("RESTANTE_SEED={seed}");
    seed
});

/// `few` histories, or as many as are asked for.
fn config(few: u32) -> ProptestConfig {
    let cases = std::env::var("RESTANTE_CASES").map_or(few, |n| n.parse().unwrap());
    let rng_seed = RngSeed::Fixed(*SEED);
    ProptestConfig { cases, rng_seed, failure_persistence: None, max_shrink_iters: 2_000, ..ProptestConfig::default() }
}

/// What is asked for, of mails by their names; folders by their place in [`MAILBOXES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Read(bool),
    Flag(bool),
    Label(&'static str, bool),
    Archive,
    Trash,
    Junk,
    NotJunk,
    Move(usize),
    Copy(usize),
    Delete,
}

fn wish() -> impl Strategy<Value = Wish> {
    let label = prop::sample::select(vec!["$label1", "$label2", "$label5"]);
    let folder = || 0..MAILBOXES.len();
    prop_oneof![
        2 => any::<bool>().prop_map(Wish::Read),
        2 => any::<bool>().prop_map(Wish::Flag),
        2 => (label, any::<bool>()).prop_map(|(label, on)| Wish::Label(label, on)),
        2 => Just(Wish::Archive),
        1 => Just(Wish::Trash),
        1 => Just(Wish::Junk),
        1 => Just(Wish::NotJunk),
        3 => folder().prop_map(Wish::Move),
        2 => folder().prop_map(Wish::Copy),
        1 => Just(Wish::Delete),
    ]
}

/// Up to three of so many mails.
fn mails(n: u32) -> impl Strategy<Value = BTreeSet<u32>> {
    prop::collection::btree_set(1..=n, 1..4)
}

/// A history as it is played: the computers, and the thread on which all of it runs.
struct Played {
    runtime: Rc<tokio::runtime::Runtime>,
    desks: Vec<Desk>,
}

impl Played {
    /// So many computers before a server that can do this, with so many mails in its inbox, all of it known to them.
    fn new(computers: usize, capabilities: &[&str], mails: u32) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let desks = runtime.block_on(async {
            let mut desks = vec![Desk::with_mail(capabilities, mails).await];
            while desks.len() < computers {
                desks.push(desks[0].beside().await);
                desks[desks.len() - 1].quiet().await;
            }
            desks
        });
        Self { runtime: Rc::new(runtime), desks }
    }

    /// To the end of the history: nothing is left open.
    fn close(self) {
        self.runtime.block_on(async {
            for desk in &self.desks {
                desk.room.house.store.close().await;
            }
        });
    }
}

/// What a store leaves to the runtime when it goes needs one, after a step that failed as well.
impl Drop for Played {
    fn drop(&mut self) {
        let _inside = self.runtime.enter();
        self.desks.clear();
    }
}

impl Desk {
    /// All that the window would show, asleep (in no folder) or not: folder, name of the mail, row.
    async fn all_shown(&self) -> Vec<(String, u32, Id)> {
        let mut all = Vec::new();
        let name = |row: &ListRow| row.subject.strip_prefix("Mail ").unwrap().parse().unwrap();
        for folder in self.room.house.store.folders_of(self.room.account).await.unwrap() {
            let rows = self.rows(&folder.mailbox.0).await;
            all.extend(rows.iter().map(|row| (folder.mailbox.0.clone(), name(row), row.id)));
        }
        let asleep = self.room.house.store.list_page(&List::of(ListKey::Snoozed), 0, 500).await.unwrap().rows;
        all.extend(asleep.iter().map(|row| (String::new(), name(row), row.id)));
        all
    }

    async fn intent(&self, wish: Wish) -> Intent {
        match wish {
            Wish::Read(on) => Intent::Read { on },
            Wish::Flag(on) => Intent::Flag { on },
            Wish::Label(keyword, on) => Intent::Label { keyword: keyword.to_owned(), on },
            Wish::Archive => Intent::Archive,
            Wish::Trash => Intent::Trash,
            Wish::Junk => Intent::Junk,
            Wish::NotJunk => Intent::NotJunk,
            Wish::Move(to) => Intent::Move { folder: self.room.folder(MAILBOXES[to]).await },
            Wish::Copy(to) => Intent::Copy { folder: self.room.folder(MAILBOXES[to]).await },
            Wish::Delete => Intent::Delete,
        }
    }

    /// Does this to all places of these mails; the act, if there was anything to do, and which mails were shown.
    async fn wish(&self, wish: Wish, mails: &BTreeSet<u32>) -> (Option<Id>, Vec<u32>) {
        let intent = self.intent(wish).await;
        self.intend(intent, mails).await
    }

    async fn intend(&self, intent: Intent, mails: &BTreeSet<u32>) -> (Option<Id>, Vec<u32>) {
        let shown = self.all_shown().await;
        let of: Vec<&(String, u32, Id)> = shown.iter().filter(|(_, name, _)| mails.contains(name)).collect();
        let rows: Vec<Id> = of.iter().map(|(_, _, row)| *row).collect();
        if rows.is_empty() {
            return (None, Vec::new());
        }
        (self.act(intent, &rows).await, of.iter().map(|(_, name, _)| *name).collect())
    }

    /// What is true at any moment: the numbers are those of the rows, and where nothing waits, the server's value is shown.
    async fn assert_sound(&self) {
        self.room.assert_counts().await;
        let otherwise: Vec<(i64, String)> = sqlx::query_as(
            "SELECT p.id, m.subject FROM placement p JOIN message m ON m.id = p.message
             WHERE (p.folder IS NOT p.server_folder OR p.flags <> p.server_flags OR p.keywords <> p.server_keywords)
                 AND NOT EXISTS (SELECT 1 FROM op WHERE op.placement = p.id AND op.state = 0)",
        )
        .fetch_all(self.room.house.store.read())
        .await
        .unwrap();
        assert!(otherwise.is_empty(), "shown otherwise than the server has it, and nothing waits: {otherwise:?}");
    }
}
