//! Asking the index, from the newest shard on: hits come as soon as nothing newer can come any more, so the first page does not wait
//! for the last hit. What a few places alone can be is looked for among those ([`super::narrow`]).

use super::damage::contained;
use super::is_damage;
use super::plan::{Left, Plan};
use super::terms::{HEADERS, Source, TEXTS};
use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::as_one::{as_one, rows};
use crate::store::placements::bit;
use crate::view::Id;
use futures::{StreamExt as _, TryStreamExt as _};
use letter::query::{State, Test, Tree};
use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteRow;
use std::collections::HashMap;
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

/// Documents asked for in the first go of a shard; each further go is four times as large.
pub(super) const FIRST: i64 = 64;
/// At most so many in one go.
pub(super) const MOST: i64 = 4_096;
/// Messages looked into in one go, and how many goes at a time: it is work for more than one processor.
const LOOKED_INTO: usize = 16;
const AT_A_TIME: usize = 3;

/// A row that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hit {
    /// When its message came: the order of the list, the greatest first.
    pub(crate) date: i64,
    /// The row.
    pub(crate) row: i64,
    /// Its message.
    pub(crate) message: i64,
    /// It was not read when it was found.
    pub(crate) unread: bool,
    /// What its mail has in common with copies of it; 0: there are none that a row could stand for.
    pub(crate) mail: u64,
}

/// A place that may be a hit; see [`PLACE`].
#[derive(Clone, Debug, serde::Deserialize)]
struct Candidate {
    message: i64,
    row: i64,
    folder: i64,
    flags: i64,
    keywords: String,
    asleep: i64,
    muted: i64,
    account: i64,
    size: i64,
    role: i64,
    date: i64,
    /// Where there may be copies: what tells them, as `conversations` does.
    message_id: Option<String>,
    written: i64,
    who: Option<String>,
}

impl Store {
    /// All hits of a plan, the newest first, handed to `on` as they come; it says whether to go on. A damaged index is made anew, and
    /// the search is an error.
    pub(crate) async fn find(&self, plan: &Plan, mut on: impl FnMut(&[Hit]) -> bool + Send) -> Result<()> {
        let found = self.find_by(plan, &mut on).await;
        if let Err(e) = &found
            && is_damage(e)
        {
            tracing::warn!(error = %e, "the search index is damaged and is made anew");
            self.index.discard().await?;
            self.index().await?;
        }
        found.map_err(contained)
    }

    async fn find_by(&self, plan: &Plan, on: &mut (impl FnMut(&[Hit]) -> bool + Send)) -> Result<()> {
        match self.narrow(plan).await? {
            Some(narrow) => self.walk_places(plan, narrow, on).await,
            None => self.walk_shards(plan, on).await,
        }
    }

    /// The hits among these documents.
    pub(super) async fn among(
        &self,
        pools: &super::Pools,
        plan: &Arc<Plan>,
        left: fn(&Plan) -> &Left,
        ids: &[i64],
    ) -> Result<Vec<Hit>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let docs: String =
            sqlx::query_scalar(as_one("message, date", DOCS)).bind(json(ids)?).fetch_one(&pools.readers).await?;
        let docs: Vec<(i64, i64)> = rows(&docs)?;
        let dates: HashMap<i64, i64> = docs.iter().copied().collect();
        let messages: Vec<i64> = docs.into_iter().map(|(message, _)| message).collect();
        self.those(plan, left, &messages, &dates).await
    }

    /// Of these messages those for which what is left to be looked at holds, each once.
    pub(super) async fn those(
        &self,
        plan: &Arc<Plan>,
        left: fn(&Plan) -> &Left,
        messages: &[i64],
        dates: &HashMap<i64, i64>,
    ) -> Result<Vec<Hit>> {
        let mut sure: Vec<Candidate> = Vec::new();
        if left(plan).asks_messages_alone() {
            // Most of what is looked into does not hold: its places are not read.
            let some: Vec<Vec<i64>> = messages.chunks(LOOKED_INTO).map(<[i64]>::to_vec).collect();
            let goes = some.into_iter().map(|some| self.holding(plan, left, some));
            let held: Vec<Vec<i64>> = futures::stream::iter(goes).buffered(AT_A_TIME).try_collect().await?;
            sure = self.candidates(&held.concat(), dates).await?;
        } else {
            let mut open: Vec<Candidate> = Vec::new();
            for c in self.candidates(messages, dates).await? {
                match left(plan).tree.as_ref().map_or(Some(true), |rest| known(rest, &mut |t| c.tells(t, plan))) {
                    Some(true) => sure.push(c),
                    Some(false) => {}
                    None => open.push(c),
                }
            }
            let goes = in_messages(open).into_iter().map(|some| self.looked_into(plan, left, some));
            let held: Vec<Vec<Candidate>> = futures::stream::iter(goes).buffered(AT_A_TIME).try_collect().await?;
            sure.extend(held.into_iter().flatten());
        }
        sure.sort_unstable_by_key(|c| (c.message, c.rank()));
        sure.dedup_by_key(|c| c.message);
        Ok(sure.iter().map(Candidate::hit).collect())
    }

    async fn candidates(&self, messages: &[i64], dates: &HashMap<i64, i64>) -> Result<Vec<Candidate>> {
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        let places: String =
            sqlx::query_scalar(as_one(PLACE, CANDIDATES)).bind(json(messages)?).fetch_one(self.read()).await?;
        let mut places: Vec<Candidate> = rows(&places)?;
        for c in &mut places {
            c.date = dates.get(&c.message).copied().unwrap_or(c.date);
        }
        Ok(places)
    }

    /// Rows that servers named, as hits: those in view for which nothing else in the query fails. What it says of words is the server's
    /// affair.
    pub(crate) async fn named(&self, plan: &Plan, folder: Id, uids: &[i64]) -> Result<Vec<Hit>> {
        let places: String =
            sqlx::query_scalar(as_one(PLACE, NAMED)).bind(json(uids)?).bind(folder).fetch_one(self.read()).await?;
        let all: Vec<Candidate> = rows(&places)?;
        let mut hits = Vec::new();
        for some in in_messages(all) {
            let mut messages: Vec<i64> = some.iter().map(|c| c.message).collect();
            messages.dedup();
            let rows = sqlx::query(AssertSqlSafe(format!(
                "SELECT {HEADERS} FROM json_each(?1) AS w CROSS JOIN message m ON m.id = w.value"
            )))
            .bind(json(&messages)?)
            .fetch_all(self.read())
            .await?;
            let sources: HashMap<i64, Source> =
                rows.iter().map(|r| Source::of(r).map(|s| (s.message, s))).collect::<sqlx::Result<_>>()?;
            hits.extend(
                some.iter()
                    .filter(|c| {
                        let source = sources.get(&c.message);
                        let holds = known(&plan.tree, &mut |t| match t {
                            Test::Words(_) => None,
                            other => c.tells(other, plan).or_else(|| source.map(|s| s.tells(other))),
                        });
                        holds != Some(false)
                    })
                    .map(Candidate::hit),
            );
        }
        Ok(hits)
    }

    /// Of these, those whose texts hold what is asked.
    async fn looked_into(
        &self,
        plan: &Arc<Plan>,
        left: fn(&Plan) -> &Left,
        some: Vec<Candidate>,
    ) -> Result<Vec<Candidate>> {
        let mut messages: Vec<i64> = some.iter().map(|c| c.message).collect();
        messages.dedup();
        let (rows, plan) = (self.texts(left(plan), &messages).await?, plan.clone());
        beside(move || {
            let sources: HashMap<i64, Source> =
                rows.iter().map(|r| Source::of(r).map(|s| (s.message, s))).collect::<sqlx::Result<_>>()?;
            Ok(some
                .into_iter()
                .filter(|c| {
                    let (Some(source), Some(rest)) = (sources.get(&c.message), &left(&plan).tree) else { return false };
                    rest.holds(&mut |t| match t {
                        Test::Words(words) => source.has(words),
                        other => c.tells(other, &plan).unwrap_or_else(|| source.tells(other)),
                    })
                })
                .collect())
        })
        .await
    }

    /// Of these messages those that hold what is asked, wherever they are.
    async fn holding(&self, plan: &Arc<Plan>, left: fn(&Plan) -> &Left, messages: Vec<i64>) -> Result<Vec<i64>> {
        let (rows, plan) = (self.texts(left(plan), &messages).await?, plan.clone());
        beside(move || {
            let mut held = Vec::new();
            for row in &rows {
                let source = Source::of(row)?;
                let holds = left(&plan).tree.as_ref().is_none_or(|rest| {
                    rest.holds(&mut |t| match t {
                        Test::Words(words) => source.has(words),
                        other => source.tells(other),
                    })
                });
                held.extend(holds.then_some(source.message));
            }
            Ok(held)
        })
        .await
    }

    /// What is looked into of these messages.
    async fn texts(&self, left: &Left, messages: &[i64]) -> Result<Vec<SqliteRow>> {
        let columns = if left.looks_into_texts { TEXTS } else { HEADERS };
        Ok(sqlx::query(AssertSqlSafe(format!(
            "SELECT {columns} FROM json_each(?1) AS w CROSS JOIN message m ON m.id = w.value LEFT JOIN body b ON b.message = m.id"
        )))
        .bind(json(messages)?)
        .fetch_all(self.read())
        .await?)
    }
}

/// Looking into texts is work: beside the threads on which everything else waits.
async fn beside<T: Send + 'static>(look: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(look)
        .await
        .map_err(|e| Error::Internal(format!("a message could not be looked into: {e}")))?
}

/// When the messages of these documents came.
pub(super) const DOCS: &str = "SELECT d.message, d.date FROM json_each(?1) AS w CROSS JOIN doc d ON d.id = w.value";
/// What states are asked of, and which place stands for its message; in this order.
const PLACE: &str =
    "message, id, folder, flags, keywords, asleep, muted, account, size, role, date, message_id, written, who";
/// Places in view of these messages, with [`PLACE`]. Of what stands alone in the list of all mail there are no copies: most is so, and
/// is not asked who it is.
pub(super) const CANDIDATES: &str = "SELECT p.message, p.id, p.folder, p.flags, p.keywords, p.asleep, m.muted, f.account, m.size,
     coalesce(f.chosen_role, f.role) AS role, coalesce(p.received, p.date) AS date,
     CASE WHEN (p.lists & 192) <> 64 THEN m.message_id END AS message_id, m.date AS written,
     CASE WHEN (p.lists & 192) <> 64 THEN m.who END AS who
     FROM json_each(?1) AS w CROSS JOIN placement p ON p.message = w.value JOIN message m ON m.id = p.message JOIN folder f ON f.id = p.folder
     WHERE p.hidden = 0";
/// The same by where the server has them.
pub(super) const NAMED: &str = "SELECT p.message, p.id, p.folder, p.flags, p.keywords, p.asleep, m.muted, f.account, m.size,
     coalesce(f.chosen_role, f.role) AS role, coalesce(p.received, p.date) AS date,
     CASE WHEN (p.lists & 192) <> 64 THEN m.message_id END AS message_id, m.date AS written,
     CASE WHEN (p.lists & 192) <> 64 THEN m.who END AS who
     FROM json_each(?1) AS w CROSS JOIN placement p ON p.server_folder = ?2 AND p.uid = w.value JOIN message m ON m.id = p.message
     JOIN folder f ON f.id = p.folder WHERE p.hidden = 0";

pub(super) fn json(ids: &[i64]) -> Result<String> {
    serde_json::to_string(ids).map_err(|e| Error::Internal(e.to_string()))
}

/// In portions; places of one message stay together.
fn in_messages(mut open: Vec<Candidate>) -> Vec<Vec<Candidate>> {
    open.sort_by_key(|c| c.message);
    let mut out: Vec<Vec<Candidate>> = Vec::new();
    let mut messages = 0;
    let mut before = None;
    for c in open {
        if before != Some(c.message) {
            before = Some(c.message);
            messages += 1;
            if messages % LOOKED_INTO == 1 {
                out.push(Vec::new());
            }
        }
        if let Some(last) = out.last_mut() {
            last.push(c);
        }
    }
    out
}

impl Candidate {
    /// The smaller, the sooner it stands for its message: trash and junk last, inboxes first.
    fn rank(&self) -> (bool, bool, i64) {
        (matches!(self.role, 6 | 7), self.role != 1, self.row)
    }

    fn hit(&self) -> Hit {
        let unread = self.flags & bit::SEEN == 0;
        Hit { date: self.date, row: self.row, message: self.message, unread, mail: self.mail() }
    }

    /// What copies of its mail have in common: those of a list over all accounts. In trash and junk each stands for itself.
    fn mail(&self) -> u64 {
        let (Some(id), Some(who), false) = (&self.message_id, &self.who, matches!(self.role, 6 | 7)) else { return 0 };
        let mut hasher = std::hash::DefaultHasher::new();
        (id, self.written, who).hash(&mut hasher);
        hasher.finish()
    }

    /// Whether a test holds; none where its text must be looked into.
    fn tells(&self, test: &Test, plan: &Plan) -> Option<bool> {
        let size = u64::try_from(self.size).unwrap_or(0);
        Some(match test {
            Test::In(name) => plan.names.folders.get(name).is_some_and(|f| f.contains(&self.folder)),
            Test::Account(name) => plan.names.accounts.get(name).is_some_and(|a| a.contains(&self.account)),
            Test::Label(name) => plan
                .names
                .labels
                .get(name)
                .is_some_and(|l| self.keywords.split(' ').any(|k| l.contains(&k.to_lowercase()))),
            Test::Is(state) => match state {
                State::Unread => self.flags & bit::SEEN == 0,
                State::Read => self.flags & bit::SEEN != 0,
                State::Flagged => self.flags & bit::FLAGGED != 0,
                State::Unflagged => self.flags & bit::FLAGGED == 0,
                State::Answered => self.flags & bit::ANSWERED != 0,
                State::Forwarded => self.flags & bit::FORWARDED != 0,
                State::Snoozed => self.asleep != 0,
                State::Muted => self.muted != 0 || crate::store::mutes::among(&self.keywords),
            },
            Test::Before(at) => self.date < *at,
            Test::Since(at) => self.date >= *at,
            Test::Larger(octets) => size > *octets,
            Test::Smaller(octets) => size < *octets,
            Test::Words(_) | Test::Attachment | Test::Kind(_) | Test::Extension(_) => return None,
        })
    }
}

impl Source {
    /// What of a message itself a test asks, beside words.
    fn tells(&self, test: &Test) -> bool {
        match test {
            Test::Attachment => !self.files().is_empty(),
            Test::Kind(kind) => self.files().iter().any(|f| f.kind == *kind),
            Test::Extension(ext) => self.files().iter().any(|f| letter::query::extension(&f.name) == *ext),
            _ => false,
        }
    }
}

/// Whether a tree holds, as far as that is known already (Kleene's logic).
pub(super) fn known(tree: &Tree, test: &mut impl FnMut(&Test) -> Option<bool>) -> Option<bool> {
    match tree {
        Tree::Test(t) => test(t),
        Tree::Not(inner) => known(inner, test).map(|b| !b),
        Tree::And(all) => together(all, test, false),
        Tree::Or(any) => together(any, test, true),
    }
}

/// `decides`: the value of one that is the value of all.
fn together(trees: &[Tree], test: &mut impl FnMut(&Test) -> Option<bool>, decides: bool) -> Option<bool> {
    let mut all = Some(!decides);
    for tree in trees {
        match known(tree, test) {
            Some(value) if value == decides => return Some(decides),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}
