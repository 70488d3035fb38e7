//! Replay: what the person did is told to the server, grouped into few commands ([`steps`]), and only the server's word ends an
//! operation. Told over the connection that works, before it looks for news.
//!
//! - What moves messages is marked as begun, durably, before its first byte is sent. After a cut both folders are read again before
//!   anything is repeated ([`settle`]).
//! - MOVE; else COPY, then `\Deleted` and UID EXPUNGE of exactly those; without UIDPLUS the mark alone, and the act says so.
//! - A refusal that time may change puts off the operation, and what concerns its folders after it, with growing waits. Any other
//!   takes back only what it is about: where one command spoke of many, the many are halved until it is known which.

mod carry;
mod deeds;
mod folders;
mod lasting;
mod originals;
mod refusals;
mod renamings;
mod settle;
pub(crate) mod steps;

use super::account::Account;
use super::pull::Pull;
use crate::error::{Error, Result, UiError};
use crate::remote::{Remote, Selected, UidSet};
use crate::store::now;
use crate::topics::Topic;
use crate::view::Id;
use renamings::Now;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use steps::{Deed, Item, Step};

/// Ranges of UIDs in one command: 300 of at most 22 bytes stay under the 8 KiB that every server takes.
const RANGES: usize = 300;
/// The first wait after a refusal that time may change, in seconds; it doubles, up to an hour.
const PATIENCE: i64 = 5;
/// The next try, in seconds, of what is due and could not be told, whoever is in the way. A put-off operation has its own time.
const STUCK: i64 = 30;
/// Rounds over the queue in one go; what then still waits, waits for the next look.
const ROUNDS: u32 = 50;

/// Tells one account's server, over one connection.
pub(crate) struct Replay<'a> {
    pub(crate) account: &'a Arc<Account>,
    pub(crate) remote: &'a mut dyn Remote,
    /// The folder that is open.
    open: Option<Id>,
    /// Flags that last in it, and whether keywords may be made beside them; none: all do.
    lasting: Option<(Vec<String>, bool)>,
    /// Folders with something that was put off: what comes after it waits as well.
    blocked: BTreeSet<Id>,
    /// Places whose flags do not last in the folder that they are about to leave: told where they go.
    deferred: BTreeSet<(i64, Id)>,
    /// A folder was looked at: what was decided before may be about other numbers.
    looked: bool,
    /// Accounts whose LIST was read because of a refusal, with the names in it.
    listed: BTreeMap<Id, BTreeSet<String>>,
}

/// How a command on some items ended, short of a broken connection.
enum Word {
    Done,
    /// Later.
    Later(UiError),
    /// Again, at once: the folder has another name.
    Again,
    /// Never; `all`: whatever the items, since it is the folder that refuses.
    Never {
        why: UiError,
        all: bool,
    },
}

impl<'a> Replay<'a> {
    pub(crate) fn new(account: &'a Arc<Account>, remote: &'a mut dyn Remote) -> Self {
        let (blocked, deferred) = (BTreeSet::new(), BTreeSet::new());
        Self { account, remote, open: None, lasting: None, blocked, deferred, looked: false, listed: BTreeMap::new() }
    }

    /// Tells all that is due. When the next is due that was put off, in seconds from now.
    pub(crate) async fn run(&mut self) -> Result<Option<Duration>> {
        let store = &self.account.house.store;
        if store.queue(self.account.id).await?.0 == 0 && store.folders_to_make(self.account.id).await?.is_empty() {
            return self.ask_for_originals().await.map(|()| None);
        }
        self.tell_folders().await?;
        self.settle().await?;
        let mut over = false;
        for _ in 0..ROUNDS {
            let waiting = store.waiting(self.account.id).await?;
            let mut todo = steps::steps(&waiting, now());
            self.leave_out_deferred(&mut todo.steps);
            todo.steps.retain(|s| !self.is_blocked(s));
            todo.carry.retain(|w| !w.target.is_some_and(|t| self.blocked.contains(&t)));
            todo.unknown.retain(|f| !self.blocked.contains(f));
            over = todo.is_empty();
            if over {
                // What was to be told of messages first has been.
                if self.tell_folders().await? {
                    continue;
                }
                break;
            }
            if !todo.settled.is_empty() {
                let folders = store.ops_settled(&todo.settled).await?;
                self.tell(folders);
            }
            for folder in todo.unknown {
                self.look(folder).await?;
                // Looked at once: what it still does not name will be found, or found gone, by the next look at everything.
                self.blocked.insert(folder);
            }
            self.looked = false;
            for step in todo.steps {
                if !self.is_blocked(&step) && !self.looked {
                    self.step(step).await?;
                }
            }
            for one in todo.carry {
                if !self.looked {
                    self.carry(one).await?;
                }
            }
        }
        self.ask_for_originals().await?;
        let (n, due) = store.queue(self.account.id).await?;
        // What is due and cannot be told now waits for something else; asking every second would not bring it.
        let wait = if over { due.map_or(STUCK, |d| (d - now()).clamp(1, STUCK)) } else { 1 };
        Ok((n > 0).then(|| Duration::from_secs(u64::try_from(wait).unwrap_or(1))))
    }

    fn is_blocked(&self, step: &Step) -> bool {
        let target = match step.deed {
            Deed::Copy(to) | Deed::Move(to) => Some(to),
            Deed::Store(_) | Deed::Delete => None,
        };
        [Some(step.folder), target].into_iter().flatten().any(|f| self.blocked.contains(&f))
    }

    /// Says which lists look different now.
    fn tell(&self, folders: Vec<Id>) {
        let topics = &self.account.house.topics;
        topics.tell(folders.into_iter().map(Topic::List));
        topics.tell([Topic::Acts, Topic::Folders, Topic::Inboxes, Topic::Flagged, Topic::Snoozed, Topic::Health]);
    }

    /// What looks at folders, over the same connection.
    fn pull(&mut self) -> Pull<'_> {
        Pull { house: &self.account.house, remote: self.remote, cursors: &self.account.cursors }
    }

    /// Visits a folder, so that what has no UID yet is matched with what the server names.
    async fn look(&mut self, folder: Id) -> Result<()> {
        self.open = None;
        self.looked = true;
        let ended = self.pull().visit(folder).await;
        let ended = match ended {
            Err(e) if self.name_now(folder, &e).await? == Now::Renamed => self.pull().visit(folder).await,
            ended => ended,
        };
        match ended {
            Ok(()) => {}
            Err(e) if e.breaks_connection() => return Err(e),
            Err(Error::Store(e)) => return Err(Error::Store(e)),
            Err(e) => {
                tracing::info!(folder, error = %e, "a folder could not be looked at before replay");
                return Ok(());
            }
        }
        self.pull().backfill(folder).await
    }

    /// Opens a folder in which UIDs are meant under this UIDVALIDITY. An error inside: it could not be opened, or (as goodbye) the
    /// UIDs mean nothing any more, the folder has been looked at, and what was to be done is decided anew.
    async fn select(&mut self, folder: Id, validity: u32) -> Result<Result<(), Error>> {
        if self.open == Some(folder) {
            return Ok(Ok(()));
        }
        let store = self.account.house.store.clone();
        let opened = match self.opened(folder).await? {
            Ok(opened) => opened,
            Err(e) => return Ok(Err(e)),
        };
        if store.set_new_keywords(folder, opened.new_keywords).await? {
            self.account.house.topics.tell([Topic::Folders]);
        }
        if opened.uidvalidity.unwrap_or(1) != validity {
            self.look(folder).await?;
            return Ok(Err(Error::Bye("other numbers".into())));
        }
        if opened.read_only {
            return Ok(Err(Error::Refused { code: Some("READ-ONLY".into()), text: "the folder is read-only".into() }));
        }
        self.is_open(folder, opened);
        Ok(Ok(()))
    }

    fn is_open(&mut self, folder: Id, opened: Selected) {
        self.open = Some(folder);
        self.lasting = opened.permanent.map(|flags| (flags, opened.new_keywords));
    }

    async fn step(&mut self, mut step: Step) -> Result<()> {
        match self.select(step.folder, step.validity).await? {
            Ok(()) => {}
            // Looked at instead; the next round sees further.
            Err(Error::Bye(_)) => return Ok(()),
            Err(e) => {
                let word = self.word(e, Some(step.folder)).await?;
                return self.ended(&step, step.items.clone(), word).await;
            }
        }
        if let Some(why) = self.cannot(&step) {
            let word = self.word(why, Some(step.folder)).await?;
            return self.ended(&step, step.items.clone(), word).await;
        }
        self.defer_fleeting(&mut step).await?;
        if step.items.is_empty() || self.refuse_fleeting(&step).await? {
            return Ok(());
        }
        // Two copies of one message are two commands: a server makes one of each that is named.
        let mut named = BTreeSet::new();
        let items: Vec<Item> = step.items.iter().filter(|i| named.insert(i.uid)).cloned().collect();
        let mut parts: Vec<Vec<Item>> = pieces(items);
        parts.reverse();
        while let Some(mut items) = parts.pop() {
            if self.open != Some(step.folder) {
                // Something else had to be looked at: what is left is decided anew.
                parts.push(items);
                break;
            }
            let word = self.tell_server(&step, &mut items).await?;
            match word {
                Word::Never { all: false, .. } if items.len() > 1 => {
                    let half = items.split_off(items.len() / 2);
                    parts.push(half);
                    parts.push(items);
                }
                Word::Later(why) => {
                    // What is behind it in the same folder waits with it, in its order.
                    self.ended(&step, items, Word::Later(why)).await?;
                    return Ok(());
                }
                word => self.ended(&step, items, word).await?,
            }
        }
        let left: Vec<i64> = parts.iter().flat_map(|items| ops(items)).collect();
        if left.is_empty() { Ok(()) } else { self.account.house.store.ops_not_begun(&left).await }
    }

    /// Marks items as begun. Only those are left of which nothing was undone since it was decided what to do.
    async fn begin(&mut self, step: &Step, items: &mut Vec<Item>, uidnext: u32) -> Result<()> {
        let store = &self.account.house.store;
        let begun: BTreeSet<i64> = store.ops_begin(&ops(items), uidnext, step.validity).await?.into_iter().collect();
        let (whole, rest): (Vec<Item>, Vec<Item>) =
            std::mem::take(items).into_iter().partition(|i| i.ops.iter().all(|o| begun.contains(o)));
        *items = whole;
        if rest.is_empty() { Ok(()) } else { store.ops_not_begun(&ops(&rest)).await }
    }

    /// Says it, of those items that are still to be done: the others are taken out.
    async fn tell_server(&mut self, step: &Step, items: &mut Vec<Item>) -> Result<Word> {
        match &step.deed {
            Deed::Store(flags) => {
                self.begin(step, items, 0).await?;
                if items.is_empty() {
                    return Ok(Word::Done);
                }
                let uids: UidSet = items.iter().map(|i| i.uid).collect();
                match self.remote.store(&uids, &flags.add, &flags.remove).await {
                    Ok(at) => {
                        let store = &self.account.house.store;
                        let folders = store.flags_told(step.folder, &places(items), &ops(items), flags, at).await?;
                        self.tell(folders);
                        Ok(Word::Done)
                    }
                    Err(e) => self.word(e, Some(step.folder)).await,
                }
            }
            Deed::Delete => self.delete(step, items).await,
            Deed::Copy(to) => self.transfer(step, *to, items, false).await,
            Deed::Move(to) => self.transfer(step, *to, items, true).await,
        }
    }
}

fn ops(items: &[Item]) -> Vec<i64> {
    items.iter().flat_map(|i| i.ops.iter().copied()).collect()
}

fn places(items: &[Item]) -> Vec<i64> {
    items.iter().map(|i| i.placement).collect()
}

/// Items in portions whose UIDs fit one command.
fn pieces(items: Vec<Item>) -> Vec<Vec<Item>> {
    let all: UidSet = items.iter().map(|i| i.uid).collect();
    let pieces = all.pieces(RANGES);
    if pieces.len() <= 1 {
        return if items.is_empty() { Vec::new() } else { vec![items] };
    }
    let mut items = items;
    items.sort_by_key(|i| i.uid);
    let mut out = Vec::with_capacity(pieces.len());
    let mut rest = items.into_iter().peekable();
    for piece in pieces {
        let last = piece.last().unwrap_or(0);
        let mut portion = Vec::new();
        while let Some(item) = rest.next_if(|i| i.uid <= last) {
            portion.push(item);
        }
        out.push(portion);
    }
    out.retain(|p| !p.is_empty());
    out
}
