//! The walk through the shards of the index, from the newest on. A common word has its first page in the newest; of a rare one the way to
//! each of forty shards and back would cost more than what is there, so more and more of them are asked in one statement.
//!
//! What several words have in common is not left to the index alone. A beginning is merged from all words that begin so, in each shard,
//! before the first document of it is known, which takes 0.6 ms a shard where many words do. So the word that is probably the rarest is
//! asked for by itself: where it is not, nothing is, and where it is in a few messages they are looked into.

use super::find::{FIRST, Hit, MOST};
use super::plan::{Left, Plan};
use super::{Pools, begin, document, place};
use crate::error::Result;
use crate::store::Store;
use crate::store::as_one::{as_one, rows};
use std::collections::HashMap;
use std::sync::Arc;

/// How many shards more are asked in one statement than in the one before, and at most: the newest by itself, then four, sixteen, … The
/// same each time, since a statement over many tables takes longer to be made than to be run, and is kept by its text.
const MORE: usize = 4;
const TOGETHER: usize = 64;
/// So many messages are looked at together before more are.
const ENOUGH: usize = 64;
/// So many messages of a shard are sooner looked into than asked for.
const FEW: usize = 32;

impl Store {
    /// All hits of a plan by the index of words.
    pub(super) async fn walk_shards(&self, plan: &Plan, on: &mut (impl FnMut(&[Hit]) -> bool + Send)) -> Result<()> {
        let pools = self.index().await?;
        let (newest, oldest) = (place(plan.before).0, place(plan.since).0);
        let shards: Vec<i64> =
            sqlx::query_scalar("SELECT id FROM shard WHERE docs > 0 AND id BETWEEN ?1 AND ?2 ORDER BY id DESC")
                .bind(oldest)
                .bind(newest)
                .fetch_all(&pools.readers)
                .await?;
        let plan = Arc::new(plan.clone());
        let mut groups = in_groups(&shards);
        let Some(first) = groups.next() else { return Ok(()) };
        let mut given = ask(&pools, &plan, first).await?;
        for next in groups {
            // More will be wanted than this: that is asked for while this is looked at.
            let sparse = given.iter().map(|g| g.slots.len()).sum::<usize>() < ENOUGH;
            let look = self.look_at(&pools, &plan, &given, on);
            let (goes_on, then) = if sparse {
                futures::try_join!(look, ask(&pools, &plan, next))?
            } else if look.await? {
                (true, ask(&pools, &plan, next).await?)
            } else {
                return Ok(());
            };
            if !goes_on {
                return Ok(());
            }
            given = then;
        }
        self.look_at(&pools, &plan, &given, on).await.map(drop)
    }

    /// The hits among what a group of shards gave, and behind it in those that have more. False: no more is wanted.
    async fn look_at(
        &self,
        pools: &Pools,
        plan: &Arc<Plan>,
        given: &[Given],
        on: &mut (impl FnMut(&[Hit]) -> bool + Send),
    ) -> Result<bool> {
        // Of shards of which there is no more; of several they cost one look.
        let (mut ids, mut looked): (Vec<i64>, Vec<i64>) = (Vec::new(), Vec::new());
        for (n, Given { shard, slots, alone }) in given.iter().enumerate() {
            let some = if *alone { &mut looked } else { &mut ids };
            some.extend(slots.iter().map(|slot| document(*shard, *slot)));
            let below = slots.last().filter(|_| !alone && is_full(slots, FIRST));
            if below.is_none() && ids.len() + looked.len() < ENOUGH && n + 1 < given.len() {
                continue;
            }
            let mut hits = self.of_both(pools, plan, &std::mem::take(&mut ids), &std::mem::take(&mut looked)).await?;
            if let Some(below) = below {
                if !self.walk_on(pools, plan, *shard, *below, hits, on).await? {
                    return Ok(false);
                }
                continue;
            }
            hits.sort_unstable_by(|a, b| b.cmp(a));
            if !hits.is_empty() && !on(&hits) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The hits among documents that the index gave for the whole query, and among those that it gave for one word of it.
    async fn of_both(&self, pools: &Pools, plan: &Arc<Plan>, ids: &[i64], looked: &[i64]) -> Result<Vec<Hit>> {
        let rest: fn(&Plan) -> &Left = |plan| &plan.rest;
        let whole: fn(&Plan) -> &Left = |plan| &plan.whole;
        let (mut hits, more) =
            futures::try_join!(self.among(pools, plan, rest, ids), self.among(pools, plan, whole, looked))?;
        hits.extend(more);
        Ok(hits)
    }

    /// All that a shard has below a slot, after `waiting`: what was found, and may not be in its order yet, for what stands higher than its
    /// date says comes before it here. False: no more is wanted.
    async fn walk_on(
        &self,
        pools: &Pools,
        plan: &Arc<Plan>,
        shard: i64,
        mut below: i64,
        mut waiting: Vec<Hit>,
        on: &mut (impl FnMut(&[Hit]) -> bool + Send),
    ) -> Result<bool> {
        let sql = format!(
            "SELECT rowid AS slot FROM words_{shard} WHERE words_{shard} MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC LIMIT ?3"
        );
        let (mut take, mut ended) = (FIRST, false);
        loop {
            waiting.sort_unstable_by(|a, b| b.cmp(a));
            let settled = if ended {
                waiting.len()
            } else {
                let from = begin(shard, below);
                waiting.partition_point(|h| h.date >= from)
            };
            let rest = waiting.split_off(settled);
            if !waiting.is_empty() && !on(&waiting) {
                return Ok(false);
            }
            if ended {
                return Ok(true);
            }
            waiting = rest;
            take = (take * 4).min(MOST);
            let slots: String = sqlx::query_scalar(as_one("slot", &sql))
                .bind(&plan.fts)
                .bind(below)
                .bind(take)
                .fetch_one(&pools.readers)
                .await?;
            let slots: Vec<i64> = rows::<(i64,)>(&slots)?.into_iter().map(|(slot,)| slot).collect();
            ended = !is_full(&slots, take);
            below = slots.last().copied().unwrap_or(below);
            let ids: Vec<i64> = slots.iter().map(|slot| document(shard, *slot)).collect();
            waiting.extend(self.among(pools, plan, |plan| &plan.rest, &ids).await?);
        }
    }
}

/// What the index gave of a shard.
struct Given {
    shard: i64,
    /// The first of its documents, the greatest slot first.
    slots: Vec<i64>,
    /// For the rarest word alone: these are all, and are still to be looked into.
    alone: bool,
}

/// Asks a group of shards.
async fn ask(pools: &Pools, plan: &Plan, group: &[i64]) -> Result<Vec<Given>> {
    let mut few: HashMap<i64, Vec<i64>> = HashMap::new();
    if let Some(rarest) = &plan.rarest {
        let mut rare = first_of(pools, rarest, group, group, FEW + 1).await?;
        few.extend(group.iter().map(|shard| (*shard, rare.remove(shard).unwrap_or_default())));
        few.retain(|_, slots| slots.len() <= FEW);
    }
    let asked: Vec<i64> = group.iter().copied().filter(|shard| !few.contains_key(shard)).collect();
    let mut firsts = first_of(pools, &plan.fts, group, &asked, usize::try_from(FIRST).unwrap_or(0)).await?;
    let given = |shard: &i64| match few.remove(shard) {
        Some(slots) => Given { shard: *shard, slots, alone: true },
        None => Given { shard: *shard, slots: firsts.remove(shard).unwrap_or_default(), alone: false },
    };
    Ok(group.iter().map(given).collect())
}

/// Shards that are asked together.
fn in_groups(shards: &[i64]) -> impl Iterator<Item = &[i64]> {
    let (mut rest, mut next) = (shards, 1);
    std::iter::from_fn(move || {
        let (some, after) = rest.split_at(next.min(rest.len()));
        (rest, next) = (after, (next * MORE).min(TOGETHER));
        (!some.is_empty()).then_some(some)
    })
}

fn is_full(slots: &[i64], take: i64) -> bool {
    i64::try_from(slots.len()).is_ok_and(|n| n >= take)
}

/// The first documents of each of these shards, the greatest slot first. `asked`: those of a group that are wanted.
async fn first_of(
    pools: &Pools,
    fts: &str,
    group: &[i64],
    asked: &[i64],
    take: usize,
) -> Result<HashMap<i64, Vec<i64>>> {
    let mut firsts: HashMap<i64, Vec<i64>> = HashMap::new();
    if asked.is_empty() {
        return Ok(firsts);
    }
    // Of a shard that is not wanted nothing is read: with a limit of 0 its table is not opened.
    let arm = |shard: &i64| {
        format!(
            "SELECT {shard} AS shard, rowid AS slot FROM (SELECT rowid FROM words_{shard} WHERE words_{shard} MATCH ?1
                 ORDER BY rowid DESC LIMIT iif(instr(?3, ',{shard},'), ?2, 0))"
        )
    };
    let sql = group.iter().map(arm).collect::<Vec<_>>().join(" UNION ALL ");
    let take = i64::try_from(take).unwrap_or(FIRST);
    let asked = asked.iter().fold(String::from(","), |all, shard| all + &shard.to_string() + ",");
    let found: String = sqlx::query_scalar(as_one("shard, slot", &sql))
        .bind(fts)
        .bind(take)
        .bind(asked)
        .fetch_one(&pools.readers)
        .await?;
    for (shard, slot) in rows::<(i64, i64)>(&found)? {
        firsts.entry(shard).or_default().push(slot);
    }
    for slots in firsts.values_mut() {
        slots.sort_unstable_by(|a, b| b.cmp(a));
    }
    Ok(firsts)
}
