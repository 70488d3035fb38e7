//! Searches that only few places can meet: unread, flagged, asleep, in a folder. The lists have indexes that hold exactly such places,
//! so they are taken from there, the newest first, and looked at one by one; the index of words, which knows no states, would have to
//! go through every message for the same.

use super::find::{FIRST, Hit, MOST, json};
use super::plan::Plan;
use crate::error::Result;
use crate::store::as_one::{as_one, rows};
use crate::store::{Store, id};
use letter::query::{State, Test, Tree};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Where the index of words has nothing to say, so many places are still looked at one by one.
const MANY: i64 = 400_000;
/// Where it has: so many, and so many whose texts must be looked into. More are found sooner by their words.
const SOME: i64 = 5_000;
const FEW: i64 = 400;

/// Places among which all hits are.
#[derive(Clone, Debug)]
pub(super) struct Narrow {
    state: Held,
    /// The folders in which they are.
    folders: Vec<i64>,
}

/// What an index of the lists holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    All,
    Unread,
    Flagged,
    Asleep,
}

/// Numbers of a folder: id, account, places in it, those that are unread, and flagged.
type Numbers = (i64, i64, i64, i64, i64);

/// All folders with their numbers, and how many places there are in them.
pub(super) const FOLDERS: &str = "SELECT f.id, f.account, f.total, f.unread, coalesce(t.flagged, 0) AS flagged
     FROM folder f LEFT JOIN tally t ON t.scope = f.id";
/// What sleeps is few.
pub(super) const ASLEEP: &str = "SELECT count(*) FROM placement WHERE asleep = 1";

impl Narrow {
    /// The statement that gives its places, with the dates of their lists; `?1` are the folders.
    pub(super) fn statement(state: Held) -> String {
        // Written as the indexes are.
        let (index, which) = match state {
            Held::All => ("placement_list", ""),
            Held::Unread => ("placement_list_unread", " AND (p.flags & 1) = 0"),
            Held::Flagged => ("placement_list_flagged", " AND (p.flags & 2) = 2"),
            Held::Asleep => ("", ""),
        };
        let asleep =
            "SELECT p.date, p.id FROM placement p INDEXED BY placement_asleep WHERE p.asleep = 1 AND p.hidden = 0
            AND p.folder IN (SELECT value FROM json_each(?1))";
        if state == Held::Asleep {
            return asleep.to_owned();
        }
        format!(
            "SELECT p.date, p.id FROM json_each(?1) AS w CROSS JOIN placement p INDEXED BY {index} ON p.folder = w.value
                AND p.hidden = 0 AND p.asleep = 0{which} UNION ALL {asleep}"
        )
    }
}

impl Store {
    /// The few places that a plan can mean, where that is the shorter way.
    pub(super) async fn narrow(&self, plan: &Plan) -> Result<Option<Narrow>> {
        let states = states(&plan.tree);
        let places = |t: &&Test| matches!(t, Test::In(_) | Test::Account(_));
        if states.is_empty() && !plan.tree.tests().iter().any(places) {
            return Ok(None);
        }
        let all: String =
            sqlx::query_scalar(as_one("id, account, total, unread, flagged", FOLDERS)).fetch_one(self.read()).await?;
        let all: Vec<Numbers> = rows(&all)?;
        let meant: Vec<Numbers> = all.iter().copied().filter(|f| plan.may_be_in(id(f.1), id(f.0))).collect();
        let asleep: i64 = sqlx::query_scalar(ASLEEP).fetch_one(self.read()).await?;
        let sum = |of: fn(&Numbers) -> i64| meant.iter().map(of).sum::<i64>() + asleep;
        let mut ways: Vec<(i64, Held)> = states
            .into_iter()
            .map(|state| match state {
                Held::Unread => (sum(|f| f.3), state),
                Held::Flagged => (sum(|f| f.4), state),
                _ => (asleep, state),
            })
            .collect();
        // A folder that holds most of all mail is no shorter way.
        let whole = sum(|f| f.2);
        if whole * 2 <= all.iter().map(|f| f.2).sum::<i64>() {
            ways.push((whole, Held::All));
        }
        let most = match (plan.asks_for_any, plan.whole.looks_into_texts) {
            (true, _) => MANY,
            (false, false) => SOME,
            (false, true) => FEW,
        };
        let way = ways.into_iter().min_by_key(|way| way.0).filter(|way| way.0 <= most);
        Ok(way.map(|(_, state)| Narrow { state, folders: meant.iter().map(|f| f.0).collect() }))
    }

    /// All hits of a plan among these places, the newest first.
    pub(super) async fn walk_places(
        &self,
        plan: &Plan,
        narrow: Narrow,
        on: &mut (impl FnMut(&[Hit]) -> bool + Send),
    ) -> Result<()> {
        let pools = self.index().await?;
        let places: String = sqlx::query_scalar(as_one("date, id", &Narrow::statement(narrow.state)))
            .bind(json(&narrow.folders)?)
            .fetch_one(self.read())
            .await?;
        let mut places: Vec<(i64, i64)> = rows(&places)?;
        places.sort_unstable_by(|a, b| b.cmp(a));
        let plan = Arc::new(plan.clone());
        let mut seen: HashSet<i64> = HashSet::new();
        // A message may be older than its place, which was put on top again: it waits for its turn.
        let mut waiting: Vec<Hit> = Vec::new();
        let (mut rest, mut take) = (places.as_slice(), FIRST);
        while !rest.is_empty() {
            let (some, further) = rest.split_at(rest.len().min(usize::try_from(take).unwrap_or(usize::MAX)));
            (rest, take) = (further, (take * 4).min(MOST));
            let newest = some.first().map_or(i64::MAX, |(date, _)| *date);
            let ids: Vec<i64> = some.iter().map(|(_, place)| *place).collect();
            let messages: String =
                sqlx::query_scalar(as_one("message", MESSAGES)).bind(json(&ids)?).fetch_one(self.read()).await?;
            let mut messages: Vec<i64> = rows::<[i64; 1]>(&messages)?.into_iter().flatten().collect();
            messages.retain(|message| seen.insert(*message));
            let dates: String = sqlx::query_scalar(as_one("message, date", DATES))
                .bind(json(&messages)?)
                .fetch_one(&pools.readers)
                .await?;
            let dates: HashMap<i64, i64> = rows::<(i64, i64)>(&dates)?.into_iter().collect();
            let found = self.those(&plan, |plan| &plan.whole, &messages, &dates).await?;
            waiting.extend(found.into_iter().map(|hit| Hit { date: hit.date.min(newest), ..hit }));
            waiting.sort_unstable_by(|a, b| b.cmp(a));
            let settled = match rest.first() {
                Some((next, _)) => waiting.partition_point(|hit| hit.date > *next),
                None => waiting.len(),
            };
            let later = waiting.split_off(settled);
            if !waiting.is_empty() && !on(&waiting) {
                return Ok(());
            }
            waiting = later;
        }
        Ok(())
    }
}

/// The messages of places.
pub(super) const MESSAGES: &str =
    "SELECT DISTINCT p.message FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value";
/// The dates of messages, as far as the index knows them.
pub(super) const DATES: &str =
    "SELECT d.message, d.date FROM json_each(?1) AS w CROSS JOIN doc d ON d.message = w.value";

/// States that hold for all that is meant, as far as the lists have an index for them.
fn states(tree: &Tree) -> Vec<Held> {
    let all = match tree {
        Tree::And(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    let of = |part: &Tree| match part {
        Tree::Test(Test::Is(State::Unread)) => Some(Held::Unread),
        Tree::Test(Test::Is(State::Flagged)) => Some(Held::Flagged),
        Tree::Test(Test::Is(State::Snoozed)) => Some(Held::Asleep),
        _ => None,
    };
    all.iter().filter_map(of).collect()
}
