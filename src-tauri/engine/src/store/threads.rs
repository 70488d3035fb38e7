//! Conversations. A thread is a connected part of the graph that Message-IDs make: two messages stand together where one names the
//! other, or both name a third, whether that is here or not. So which messages stand together depends on which are here, and never
//! on the order in which they came; the tests hold it to that.
//!
//! Arrivals are joined in the transaction that writes them, a batch at a time: one statement finds the threads of all ids, one writes
//! the ids that are new. Where an arrival connects threads, the smaller move to the largest. What is removed costs its thread: what is
//! left of it is joined anew, and may fall apart.

mod links;
mod sets;
#[cfg(test)]
mod tests;

use super::ops::list;
use super::placements::Arrival;
use super::{Store, Write};
use crate::error::{Error, Result};
use crate::view::Id;
use links::{Links, by_subject};
use sets::Sets;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Answers that name no message are joined by subject to what was written at most so many seconds before.
const NEAR: i64 = 7 * 86_400;
/// Messages of one subject that are looked at for it.
const ALIKE: i64 = 200;
/// Messages joined in one transaction, of those that were here before.
const AT_ONCE: i64 = 1_000;

/// What is known of a message when it is joined.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Mail {
    pub(super) id: i64,
    pub(super) thread: i64,
    identity: i64,
    message_id: Option<String>,
    refs: Option<String>,
    list_id: Option<String>,
    subject: String,
    date: i64,
    people: String,
    /// Hash of the server's own name for its conversation.
    server_thread: Option<i64>,
}

/// The columns of [`Mail`].
const MAIL: &str =
    "m.id, m.thread, m.identity, m.message_id, m.refs, m.list_id, m.subject, m.date, m.people, m.server_thread";

impl Mail {
    pub(super) fn of(id: i64, account: Id, a: &Arrival) -> Self {
        Self {
            id,
            thread: 0,
            identity: a.identity,
            message_id: a.message_id.clone(),
            refs: a.refs.clone(),
            list_id: a.list_id.clone(),
            subject: a.subject.clone(),
            date: a.date,
            people: a.people.clone(),
            server_thread: a.server_thread.as_deref().map(|name| links::server_thread(account, name)),
        }
    }

    fn links(&self) -> Links {
        Links::of(self)
    }
}

/// Where a message was joined: the columns of its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Joined {
    pub(super) thread: i64,
    pub(super) topic: i64,
    pub(super) bare: bool,
    pub(super) server_thread: Option<i64>,
}

/// Joins messages that are not stored as joined yet, to each other and to what is here. Gives what is to be written into their rows.
pub(super) async fn join(tx: &mut SqliteConnection, mails: &[Mail]) -> Result<Vec<Joined>> {
    if mails.is_empty() {
        return Ok(Vec::new());
    }
    let links: Vec<Links> = mails.iter().map(Mail::links).collect();
    let mut sets = Sets::of(mails.len());
    // Of each id, who has it.
    let mut owners: HashMap<i64, usize> = HashMap::with_capacity(mails.len() * 2);
    let mut threads: BTreeMap<i64, usize> = BTreeMap::new();
    let mut ids: Vec<i64> = links.iter().flat_map(|l| l.ids.iter().copied()).collect();
    ids.sort_unstable();
    ids.dedup();
    let known: Vec<(i64, i64)> = sqlx::query_as(KNOWN).bind(list(&ids)?).fetch_all(&mut *tx).await?;
    for (hash, thread) in &known {
        owners.insert(*hash, *threads.entry(*thread).or_insert_with(|| sets.more()));
    }
    for (n, link) in links.iter().enumerate() {
        for hash in &link.ids {
            sets.unite(n, *owners.entry(*hash).or_insert(n));
        }
    }
    by_subject(mails, &links, &mut |a, b| sets.unite(a, b));
    for (n, thread) in joined_by_subject(tx, mails, &links).await? {
        let thread = *threads.entry(thread).or_insert_with(|| sets.more());
        sets.unite(n, thread);
    }

    let mut names: HashMap<usize, i64> = HashMap::new();
    let mut meeting: BTreeMap<usize, Vec<i64>> = BTreeMap::new();
    for (thread, at) in &threads {
        meeting.entry(sets.root(*at)).or_default().push(*thread);
    }
    for (root, threads) in meeting {
        let name = match threads.as_slice() {
            [one] => *one,
            several => merge(tx, several).await?,
        };
        names.insert(root, name);
    }
    let mut joined = Vec::with_capacity(mails.len());
    for (n, mail) in mails.iter().enumerate() {
        let thread = *names.entry(sets.root(n)).or_insert(mail.id);
        let link = links.get(n);
        joined.push(Joined {
            thread,
            topic: link.map_or(0, |l| l.topic),
            bare: link.is_some_and(|l| l.bare),
            server_thread: mail.server_thread,
        });
    }
    let known: HashSet<i64> = known.into_iter().map(|(hash, _)| hash).collect();
    // In order: neighbours of the table are written together.
    let new: Vec<(i64, i64)> = ids
        .into_iter()
        .filter(|hash| !known.contains(hash))
        .filter_map(|hash| {
            let root = sets.root(*owners.get(&hash)?);
            Some((hash, *names.get(&root)?))
        })
        .collect();
    if !new.is_empty() {
        sqlx::query("INSERT INTO msg_id (hash, thread) SELECT w.value ->> 0, w.value ->> 1 FROM json_each(?1) AS w")
            .bind(pairs(&new)?)
            .execute(&mut *tx)
            .await?;
    }
    Ok(joined)
}

/// Threads that ids lead to.
const KNOWN: &str = "SELECT r.hash, r.thread FROM json_each(?1) AS w CROSS JOIN msg_id r ON r.hash = w.value";

fn pairs(list: &[(i64, i64)]) -> Result<String> {
    serde_json::to_string(list).map_err(|e| Error::Internal(e.to_string()))
}

/// Threads of joined messages that their subject joins to some of these: which, and to which thread.
async fn joined_by_subject(tx: &mut SqliteConnection, mails: &[Mail], links: &[Links]) -> Result<Vec<(usize, i64)>> {
    let mut topics: HashMap<i64, Vec<usize>> = HashMap::new();
    for (n, link) in links.iter().enumerate().filter(|(_, l)| l.topic != 0) {
        topics.entry(link.topic).or_default().push(n);
    }
    let mut found = Vec::new();
    for other in alike(tx, mails, links).await? {
        let theirs = other.links();
        for n in topics.get(&theirs.topic).into_iter().flatten() {
            if let (Some(mail), Some(link)) = (mails.get(*n), links.get(*n))
                && links::answers(mail, link, &other, &theirs)
            {
                found.push((*n, other.thread));
            }
        }
    }
    Ok(found)
}

/// Joined messages whose subject may join them to some of these: what an answer that names none may answer, and such answers to
/// these.
async fn alike(tx: &mut SqliteConnection, mails: &[Mail], links: &[Links]) -> Result<Vec<Mail>> {
    let about = |bare: bool| {
        let of = mails.iter().zip(links).filter(|(_, l)| l.topic != 0 && (l.bare || !bare));
        let mut of: Vec<(i64, i64)> = of.map(|(m, l)| (l.topic, m.date)).collect();
        of.sort_unstable();
        of.dedup();
        of
    };
    let mut found: Vec<Mail> = Vec::new();
    for (sql, wanted) in [(BEFORE, about(true)), (BEHIND, about(false))] {
        if wanted.is_empty() {
            continue;
        }
        let some: Vec<Mail> =
            sqlx::query_as(with_columns(sql)).bind(pairs(&wanted)?).bind(NEAR).bind(ALIKE).fetch_all(&mut *tx).await?;
        found.extend(some);
    }
    found.sort_unstable_by_key(|m| m.id);
    found.dedup_by_key(|m| m.id);
    Ok(found)
}

/// What bare answers (topic and date) may answer.
const BEFORE: &str = "SELECT {MAIL} FROM json_each(?1) AS w CROSS JOIN message m ON m.id IN
     (SELECT n.id FROM message n INDEXED BY message_topic WHERE n.topic = w.value ->> 0 AND n.topic <> 0
         AND n.date BETWEEN (w.value ->> 1) - ?2 AND w.value ->> 1 AND n.thread <> 0 LIMIT ?3)";

/// Bare answers that may answer these (topic and date).
const BEHIND: &str = "SELECT {MAIL} FROM json_each(?1) AS w CROSS JOIN message m ON m.id IN
     (SELECT n.id FROM message n INDEXED BY message_bare WHERE n.topic = w.value ->> 0 AND n.bare = 1
         AND n.date BETWEEN w.value ->> 1 AND (w.value ->> 1) + ?2 AND n.thread <> 0 LIMIT ?3)";

/// All of these threads.
const MOVING: &str = "SELECT {MAIL} FROM json_each(?1) AS w CROSS JOIN message m ON m.thread = w.value";

/// A statement whose columns are [`MAIL`].
fn with_columns(sql: &str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(sql.replace("{MAIL}", MAIL))
}

/// Makes several threads one: all move to the largest. Gives its id.
async fn merge(tx: &mut SqliteConnection, threads: &[i64]) -> Result<i64> {
    let largest = largest(tx, threads).await?;
    let others: Vec<i64> = threads.iter().copied().filter(|t| *t != largest).collect();
    let others = list(&others)?;
    let moving: Vec<Mail> = sqlx::query_as(with_columns(MOVING)).bind(&others).fetch_all(&mut *tx).await?;
    rename(tx, &moving.iter().collect::<Vec<_>>(), largest).await?;
    Ok(largest)
}

/// Messages, and the ids that lead to them, get another thread.
async fn rename(tx: &mut SqliteConnection, mails: &[&Mail], thread: i64) -> Result<()> {
    let hashes: Vec<i64> = mails.iter().flat_map(|m| m.links().ids).collect();
    sqlx::query("UPDATE msg_id SET thread = ?2 WHERE hash IN (SELECT value FROM json_each(?1))")
        .bind(list(&hashes)?)
        .bind(thread)
        .execute(&mut *tx)
        .await?;
    sqlx::query("UPDATE message SET thread = ?2 WHERE id IN (SELECT value FROM json_each(?1))")
        .bind(list(&mails.iter().map(|m| m.id).collect::<Vec<_>>())?)
        .bind(thread)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Messages of threads, counted up to a limit.
const SIZES: &str = "SELECT w.value, (SELECT count(*) FROM (SELECT 1 FROM message m WHERE m.thread = w.value LIMIT ?2)) FROM json_each(?1) AS w";

/// The thread with most messages. None is counted much further than the second largest, so that the cost is that of what moves.
async fn largest(tx: &mut SqliteConnection, threads: &[i64]) -> Result<i64> {
    let mut limit = 64;
    let mut left = threads.to_vec();
    loop {
        let counted: Vec<(i64, i64)> = sqlx::query_as(SIZES).bind(list(&left)?).bind(limit).fetch_all(&mut *tx).await?;
        let most = counted.iter().map(|c| c.1).max().unwrap_or(0);
        left = counted.iter().filter(|c| c.1 == most).map(|c| c.0).collect();
        match left.as_slice() {
            [first, ..] if left.len() == 1 || most < limit => return Ok(*first),
            [] => return Err(Error::Internal("no thread to choose from".into())),
            _ => limit *= 8,
        }
    }
}

/// Messages whose rows are about to go, to be given to [`leave`] once they have gone. `which` is a condition on `m`.
pub(super) async fn leaving(tx: &mut Write, which: &str, bound: i64) -> Result<Vec<Mail>> {
    let sql = format!("SELECT {MAIL} FROM message m WHERE m.thread <> 0 AND {which}");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(bound).fetch_all(&mut **tx).await?)
}

/// Messages of an account that stand together with those of others.
pub(super) const SHARED: &str =
    "m.account = ?1 AND EXISTS (SELECT 1 FROM message n WHERE n.thread = m.thread AND n.account <> ?1)";

/// Removes the ids of threads of which nothing is left.
pub(super) const NOBODY: &str =
    "DELETE FROM msg_id WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.thread = msg_id.thread)";

/// These rows have gone: what is left of their threads is joined anew.
pub(super) async fn leave(tx: &mut Write, gone: Vec<Mail>) -> Result<()> {
    let mut by_thread: BTreeMap<i64, HashSet<i64>> = BTreeMap::new();
    for mail in &gone {
        by_thread.entry(mail.thread).or_default().extend(mail.links().ids);
    }
    let mut over: Vec<i64> = Vec::new();
    for (thread, mut hashes) in by_thread {
        let left: Vec<Mail> = sqlx::query_as(with_columns(LEFT)).bind(thread).fetch_all(&mut **tx).await?;
        for part in apart(&left, &mut hashes, thread) {
            let name = part.first().map_or(thread, |m| m.id);
            rename(tx, &part, name).await?;
        }
        over.extend(hashes);
    }
    sqlx::query("DELETE FROM msg_id WHERE hash IN (SELECT value FROM json_each(?1))")
        .bind(list(&over)?)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// All of a thread.
const LEFT: &str = "SELECT {MAIL} FROM message m WHERE m.thread = ?1 ORDER BY m.id";

/// What is left of a thread, in its parts, without the one that keeps its name: that of the message that has the name, else the
/// largest. Of `hashes`, those stay that nobody is left to name.
fn apart<'a>(left: &'a [Mail], hashes: &mut HashSet<i64>, thread: i64) -> Vec<Vec<&'a Mail>> {
    let links: Vec<Links> = left.iter().map(Mail::links).collect();
    let mut sets = Sets::of(left.len());
    let mut owners: HashMap<i64, usize> = HashMap::new();
    for (n, link) in links.iter().enumerate() {
        for hash in &link.ids {
            hashes.remove(hash);
            sets.unite(n, *owners.entry(*hash).or_insert(n));
        }
    }
    by_subject(left, &links, &mut |a, b| sets.unite(a, b));
    let mut parts: BTreeMap<usize, Vec<&Mail>> = BTreeMap::new();
    for (n, mail) in left.iter().enumerate() {
        parts.entry(sets.root(n)).or_default().push(mail);
    }
    let mut parts: Vec<Vec<&Mail>> = parts.into_values().collect();
    let keeper = parts
        .iter()
        .position(|p| p.iter().any(|m| m.id == thread))
        .or_else(|| (0..parts.len()).max_by_key(|n| parts.get(*n).map_or(0, Vec::len)));
    if let Some(keeper) = keeper {
        parts.swap_remove(keeper);
    }
    parts
}

/// Messages that are not joined.
const WAITING: &str = "SELECT {MAIL} FROM message m WHERE m.thread = 0 ORDER BY m.id DESC LIMIT ?1";

impl Store {
    /// Joins some of the messages that were here before there were conversations, newest first. False: all are joined.
    pub(crate) async fn join_some(&self) -> Result<bool> {
        let waiting: i64 =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM message WHERE thread = 0)").fetch_one(self.read()).await?;
        if waiting == 0 {
            return Ok(false);
        }
        let mut tx = self.write().await?;
        let mails: Vec<Mail> = sqlx::query_as(with_columns(WAITING)).bind(AT_ONCE).fetch_all(&mut *tx).await?;
        let joined = join(&mut tx, &mails).await?;
        let rows: Vec<(i64, i64, i64, i64)> =
            mails.iter().zip(&joined).map(|(m, j)| (m.id, j.thread, j.topic, i64::from(j.bare))).collect();
        sqlx::query(
            "UPDATE message SET thread = w.value ->> 1, topic = w.value ->> 2, bare = w.value ->> 3
             FROM json_each(?1) AS w WHERE message.id = w.value ->> 0",
        )
        .bind(serde_json::to_string(&rows).map_err(|e| Error::Internal(e.to_string()))?)
        .execute(&mut *tx)
        .await?;
        tx.commit_beside_lists().await?;
        Ok(true)
    }
}
