//! Rows of conversations, kept beside the places they follow from.
//!
//! A scope is a folder, or a list over all accounts. For each thread that has something in a scope there is one row ([`Talk`]), and
//! for each scope one line of numbers (`tally`). Both follow from the places alone; [`settle`] makes those of the threads that were
//! named as `stale` anew, in the transaction that changed their places, before it commits. Its cost is that of these threads.
//!
//! In a list over all accounts a mail stands once, wherever its copies are: `placement.lists` says of which place. Copies are told by
//! their Message-ID, author and date: a Message-ID alone would let anybody hide a mail behind another.

mod rows;
mod stack;
#[cfg(test)]
mod tests;

pub(super) use rows::Within;
pub(super) use stack::Watched;

use super::folders::role_number;
use super::ops::list;
use super::{Store, Write, count};
use crate::error::{Error, Result};
use crate::rebase::bit;
use crate::view::{Id, ListCounts, ListKey, Role};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Threads whose rows are made in one go.
const TOGETHER: i64 = 2_000;
/// The same where others wait for their turn.
const AT_ONCE: i64 = 250;

/// The scope of a list.
pub(super) fn scope(key: ListKey) -> i64 {
    match key {
        ListKey::Folder { id } => i64::from(id),
        ListKey::Inboxes => -1,
        ListKey::Unread => -2,
        ListKey::Flagged => -3,
        ListKey::Snoozed => -4,
        ListKey::Drafts => -5,
        ListKey::Sent => -6,
        ListKey::AllMail => -7,
        // What was found stands in memory, not in rows of its own.
        ListKey::Search { .. } => 0,
    }
}

/// The bit in `placement.lists` of a scope that is no folder.
pub(super) fn bit_of(scope: i64) -> i64 {
    u32::try_from(-scope - 1).ok().and_then(|n| 1_i64.checked_shl(n)).unwrap_or(0)
}

/// In `placement.lists`: it stands for copies of the same mail as well.
pub(super) const COPIES: i64 = 128;

/// Accounts that are left out of the lists over all accounts: kept beside the store with the other settings.
const LEFT_OUT: &str = "left_out";

const INBOX: i64 = 1;
const DRAFTS: i64 = 2;
const SENT: i64 = 3;
const JUNK: i64 = 6;
const TRASH: i64 = 7;

/// A place, as far as lists depend on it.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Member {
    thread: i64,
    message: i64,
    message_id: Option<String>,
    written: i64,
    who: String,
    place: i64,
    folder: i64,
    role: i64,
    in_all: i64,
    date: i64,
    due: Option<i64>,
    flags: i64,
    files: i64,
    hidden: i64,
    asleep: i64,
    lists: i64,
}

/// What a [`Member`] is read with: places of the threads in `?1`.
fn members() -> String {
    const COLUMNS: &str =
        "m.id AS message, m.message_id, m.date AS written, m.who, p.id AS place, p.folder, coalesce(f.role, 0) AS role,
        coalesce(a.in_all, 0) AS in_all, p.date, p.due, p.flags, p.files, p.hidden, p.asleep, p.lists";
    const PLACES: &str = "CROSS JOIN placement p INDEXED BY placement_message ON p.message = m.id
        LEFT JOIN folder f ON f.id = p.folder LEFT JOIN account a ON a.id = f.account";
    format!(
        "SELECT m.thread AS thread, {COLUMNS} FROM json_each(?1) AS w
             CROSS JOIN message m INDEXED BY message_thread ON m.thread = w.value AND m.thread <> 0 {PLACES}
         UNION ALL SELECT -m.id, {COLUMNS} FROM json_each(?1) AS w CROSS JOIN message m ON m.id = -w.value AND m.thread = 0 {PLACES}"
    )
}

impl Member {
    fn unread(&self) -> bool {
        self.flags & bit::SEEN == 0
    }

    fn flagged(&self) -> bool {
        self.flags & bit::FLAGGED != 0
    }

    /// The scopes that it is in, with its place in their order.
    fn scopes(&self) -> impl Iterator<Item = (i64, i64)> {
        let shown = self.hidden == 0;
        let awake = shown && self.asleep == 0;
        let wanted = self.role != JUNK && self.role != TRASH;
        let all = self.in_all != 0;
        let is_in = [
            (self.folder, awake, self.date),
            (-1, awake && all && self.role == INBOX, self.date),
            (-2, awake && all && wanted && self.unread(), self.date),
            (-3, shown && all && self.flagged(), self.date),
            (-4, shown && all && self.asleep != 0, -self.due.unwrap_or(0)),
            (-5, awake && all && self.role == DRAFTS, self.date),
            (-6, awake && all && self.role == SENT, self.date),
            (-7, awake && all && wanted, self.date),
        ];
        is_in.into_iter().filter(|(_, is, _)| *is).map(|(scope, _, at)| (scope, at))
    }

    /// What copies of one mail have in common.
    fn mail(&self) -> Mail<'_> {
        match &self.message_id {
            Some(id) => Mail::Named(id, self.written, &self.who),
            None => Mail::Row(self.message),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Mail<'a> {
    Named(&'a str, i64, &'a str),
    Row(i64),
}

/// One row of a list of conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
struct Talk {
    thread: i64,
    scope: i64,
    date: i64,
    place: i64,
    messages: i64,
    unread: i64,
    flagged: i64,
    files: i64,
}

/// The rows that follow from these places, and what their `lists` ought to be.
fn make(members: &[Member]) -> (BTreeSet<Talk>, BTreeMap<i64, i64>) {
    let mut bits: BTreeMap<i64, i64> = members.iter().map(|m| (m.place, 0)).collect();
    let mut talks: BTreeMap<(i64, i64), Talk> = BTreeMap::new();
    // Of each mail in a scope over all accounts: who stands for it, and whether there are others.
    let mut leads: HashMap<(i64, i64, Mail<'_>), (&Member, i64, bool)> = HashMap::new();
    let mut stand = |member: &Member, scope: i64, date: i64| {
        let talk = talks.entry((member.thread, scope)).or_insert(Talk {
            thread: member.thread,
            scope,
            date,
            place: member.place,
            messages: 0,
            unread: 0,
            flagged: 0,
            files: 0,
        });
        (talk.date, talk.place) = (talk.date, talk.place).max((date, member.place));
        talk.messages += 1;
        talk.unread += i64::from(member.unread());
        talk.flagged += i64::from(member.flagged());
        talk.files += i64::from(member.files != 0);
    };
    for member in members {
        for (scope, date) in member.scopes() {
            if scope >= 0 {
                stand(member, scope, date);
                continue;
            }
            let lead = leads.entry((scope, member.thread, member.mail())).or_insert((member, date, false));
            if lead.0.place != member.place {
                lead.2 = true;
                if (lead.1, lead.0.place) < (date, member.place) {
                    (lead.0, lead.1) = (member, date);
                }
            }
        }
    }
    for ((scope, ..), (member, date, copies)) in leads {
        stand(member, scope, date);
        *bits.entry(member.place).or_default() |= bit_of(scope) | if copies { COPIES } else { 0 };
    }
    (talks.into_values().collect(), bits)
}

/// `placement.lists` of a mail of which there are no copies: most arrivals are written so, and need no second writing.
pub(super) fn alone(role: Role, in_all: i64, flags: i64) -> i64 {
    let place = Member {
        thread: 0,
        message: 0,
        message_id: None,
        written: 0,
        who: String::new(),
        place: 0,
        folder: 0,
        role: role_number(role),
        in_all,
        date: 0,
        due: None,
        flags,
        files: 0,
        hidden: flags & bit::DELETED,
        asleep: 0,
        lists: 0,
    };
    place.scopes().map(|(scope, _)| if scope < 0 { bit_of(scope) } else { 0 }).sum()
}

/// Makes the rows of all stale threads anew. Gives these threads.
pub(super) async fn settle(tx: &mut SqliteConnection) -> Result<Vec<i64>> {
    let mut all = Vec::new();
    loop {
        let some: Vec<i64> = sqlx::query_scalar(STALE).bind(TOGETHER).fetch_all(&mut *tx).await?;
        if some.is_empty() {
            return Ok(all);
        }
        settle_these(tx, &some).await?;
        all.extend(some);
    }
}

const STALE: &str = "SELECT thread FROM stale INDEXED BY stale_now WHERE later = 0 LIMIT ?1";
const LATER: &str = "SELECT thread FROM stale WHERE later = 1 LIMIT ?1";

async fn settle_these(tx: &mut SqliteConnection, threads: &[i64]) -> Result<()> {
    let threads = list(threads)?;
    let members: Vec<Member> =
        sqlx::query_as(sqlx::AssertSqlSafe(members())).bind(&threads).fetch_all(&mut *tx).await?;
    let before: BTreeSet<Talk> = sqlx::query_as(TALKS).bind(&threads).fetch_all(&mut *tx).await?.into_iter().collect();
    let (now, bits) = make(&members);

    let came: Vec<&Talk> = now.difference(&before).collect();
    let named: HashSet<(i64, i64)> = now.iter().map(|t| (t.thread, t.scope)).collect();
    let went: Vec<(i64, i64)> =
        before.iter().map(|t| (t.thread, t.scope)).filter(|talk| !named.contains(talk)).collect();
    if !went.is_empty() {
        sqlx::query(
            "DELETE FROM talk WHERE (thread, scope) IN (SELECT w.value ->> 0, w.value ->> 1 FROM json_each(?1) AS w)",
        )
        .bind(json(&went)?)
        .execute(&mut *tx)
        .await?;
    }
    if !came.is_empty() {
        let rows: Vec<[i64; 8]> = came
            .iter()
            .map(|t| [t.thread, t.scope, t.date, t.place, t.messages, t.unread, t.flagged, t.files])
            .collect();
        sqlx::query(
            "INSERT OR REPLACE INTO talk (thread, scope, date, place, messages, unread, flagged, files)
             SELECT w.value ->> 0, w.value ->> 1, w.value ->> 2, w.value ->> 3, w.value ->> 4, w.value ->> 5, w.value ->> 6,
                 w.value ->> 7 FROM json_each(?1) AS w",
        )
        .bind(json(&rows)?)
        .execute(&mut *tx)
        .await?;
    }
    tally(tx, before.difference(&now), now.difference(&before)).await?;
    let turned: Vec<(i64, i64)> =
        members.iter().filter_map(|m| bits.get(&m.place).filter(|b| **b != m.lists).map(|b| (m.place, *b))).collect();
    if !turned.is_empty() {
        sqlx::query(
            "UPDATE placement SET lists = w.value ->> 1 FROM json_each(?1) AS w WHERE placement.id = w.value ->> 0",
        )
        .bind(json(&turned)?)
        .execute(&mut *tx)
        .await?;
    }
    sqlx::query("DELETE FROM stale WHERE thread IN (SELECT value FROM json_each(?1))")
        .bind(&threads)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// The rows of the threads in `?1`.
const TALKS: &str =
    "SELECT t.thread, t.scope, t.date, t.place, t.messages, t.unread, t.flagged, t.files FROM json_each(?1) AS w
     CROSS JOIN talk t ON t.thread = w.value";

/// Takes rows out of the numbers of their scopes, and others in.
async fn tally<'a>(
    tx: &mut SqliteConnection,
    out: impl Iterator<Item = &'a Talk>,
    into: impl Iterator<Item = &'a Talk>,
) -> Result<()> {
    let mut scopes: BTreeMap<i64, [i64; 8]> = BTreeMap::new();
    for (sign, talk) in out.map(|t| (-1, t)).chain(into.map(|t| (1, t))) {
        let any = |n: i64| i64::from(n > 0);
        let (unread, flagged, files) = (talk.unread, talk.flagged, talk.files);
        let numbers = [1, any(unread), any(flagged), any(files), talk.messages, unread, flagged, files];
        for (sum, n) in scopes.entry(talk.scope).or_default().iter_mut().zip(numbers) {
            *sum += sign * n;
        }
    }
    scopes.retain(|_, numbers| numbers.iter().any(|n| *n != 0));
    for (scope, n) in scopes {
        let mut query = sqlx::query(
            "INSERT INTO tally VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (scope) DO UPDATE SET
                 talks = talks + ?2, unread_talks = unread_talks + ?3, flagged_talks = flagged_talks + ?4,
                 file_talks = file_talks + ?5, mails = mails + ?6, unread = unread + ?7, flagged = flagged + ?8, files = files + ?9",
        )
        .bind(scope);
        for number in n {
            query = query.bind(number);
        }
        query.execute(&mut *tx).await?;
    }
    Ok(())
}

fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::Internal(e.to_string()))
}

/// The numbers of a scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Tally {
    pub(super) talks: i64,
    pub(super) unread_talks: i64,
    pub(super) flagged_talks: i64,
    pub(super) file_talks: i64,
    pub(super) mails: i64,
    pub(super) unread: i64,
    pub(super) flagged: i64,
    pub(super) files: i64,
}

impl Store {
    /// The numbers of a list.
    pub(super) async fn tally(&self, key: ListKey) -> Result<Tally> {
        let found: Option<Tally> = sqlx::query_as(
            "SELECT talks, unread_talks, flagged_talks, file_talks, mails, unread, flagged, files FROM tally WHERE scope = ?1",
        )
        .bind(scope(key))
        .fetch_optional(self.read())
        .await?;
        Ok(found.unwrap_or_default())
    }

    /// Numbers of the lists over all accounts.
    pub(crate) async fn list_counts(&self) -> Result<ListCounts> {
        let inboxes = self.tally(ListKey::Inboxes).await?;
        let flagged = self.tally(ListKey::Flagged).await?;
        let outbox = sqlx::query_scalar("SELECT count(*) FROM outgoing WHERE state IN (0, 1, 3, 4)")
            .fetch_one(self.read())
            .await?;
        Ok(ListCounts {
            inboxes_unread: count(inboxes.unread),
            unread: count(self.tally(ListKey::Unread).await?.mails),
            flagged: count(flagged.mails),
            drafts: count(self.tally(ListKey::Drafts).await?.mails),
            outbox: count(outbox),
            snoozed: count(self.tally(ListKey::Snoozed).await?.mails),
        })
    }

    /// Makes some of the rows that were left for later. False: none is left.
    pub(crate) async fn settle_some(&self) -> Result<bool> {
        let mut tx = self.write().await?;
        let left = settle_later(&mut tx, AT_ONCE).await?;
        tx.commit().await?;
        Ok(left)
    }

    /// Makes all rows that were left for later: those of a store from before there were any, or of an account that was being taken
    /// into the lists over all accounts when the program ended.
    pub(super) async fn settle_the_old(&self) -> Result<()> {
        // Nothing is written at a start that has nothing to write.
        while sqlx::query(LATER).bind(1).fetch_optional(self.read()).await?.is_some() {
            let mut tx = self.write().await?;
            settle_later(&mut tx, TOGETHER).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Takes an account into the lists over all accounts, or out of them: the rows follow by [`Store::settle_some`].
    pub(crate) async fn set_in_all(&self, account: Id, on: bool) -> Result<()> {
        let mut tx = self.write().await?;
        sqlx::query("UPDATE account SET in_all = ?2 WHERE id = ?1").bind(account).bind(on).execute(&mut *tx).await?;
        tx.commit().await?;
        let left_out: Vec<Id> = self.accounts().await?.iter().filter(|a| !a.in_all).map(|a| a.id).collect();
        self.set_setting(LEFT_OUT, &left_out).await
    }

    /// Accounts that were left out are so again, in a store that was made anew.
    pub(super) async fn leave_out_again(&self) -> Result<()> {
        let left_out: Vec<Id> = self.setting(LEFT_OUT).await?.unwrap_or_default();
        let mut tx = self.write().await?;
        sqlx::query("UPDATE account SET in_all = 0 WHERE id IN (SELECT value FROM json_each(?1))")
            .bind(json(&left_out)?)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }
}

async fn settle_later(tx: &mut Write, most: i64) -> Result<bool> {
    let some: Vec<i64> = sqlx::query_scalar(LATER).bind(most).fetch_all(&mut **tx).await?;
    if !some.is_empty() {
        settle_these(tx, &some).await?;
    }
    Ok(!some.is_empty())
}
