//! Rows of conversations, kept beside the places they follow from.
//!
//! A scope is a folder, or a list over all accounts. For each thread that has something in a scope there is one row ([`Talk`]), and
//! for each scope one line of numbers (`tally`). Both follow from the places alone; [`settle`] makes those of the threads that were
//! named as `stale` anew, in the transaction that changed their places, before it commits. Its cost is that of these threads.
//!
//! In a list over all accounts a mail stands once, wherever its copies are: `placement.lists` says of which place. Copies are told by
//! their Message-ID, author and date: a Message-ID alone would let anybody hide a mail behind another.

mod changes;
mod make;
mod rows;
mod stack;
mod takers;
#[cfg(test)]
mod tests;

use changes::Changes;
pub(super) use make::alone;
use make::{MEMBER, Member, TALK, Talk, make, members};
pub(super) use rows::{Talks, Within};
pub(super) use stack::Watched;

use super::as_one::{as_one, rows};
use super::ops::list;
use super::{Store, Write, count};
use crate::error::{Error, Result};
use crate::view::{Id, ListCounts, ListKey};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};

/// Threads whose rows are made in one go.
const TOGETHER: i64 = 2_000;
/// The same where others wait for their turn.
const AT_ONCE: i64 = 250;
/// Newest messages of a folder whose conversations are made before the window opens.
const FIRST: i64 = 300;

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

/// Makes the rows of all stale threads anew. Gives these threads.
pub(super) async fn settle(tx: &mut SqliteConnection) -> Result<Settled> {
    let mut all = Settled::default();
    loop {
        let some: String = sqlx::query_scalar(as_one("thread", STALE)).bind(TOGETHER).fetch_one(&mut *tx).await?;
        let some: Vec<i64> = rows::<(i64,)>(&some)?.into_iter().map(|(thread,)| thread).collect();
        let last = i64::try_from(some.len()).is_ok_and(|n| n < TOGETHER);
        if !some.is_empty() {
            all.beside.extend(settle_these(tx, &some).await?);
            all.threads.extend(some);
        }
        // Making rows makes no thread stale: no further look is needed.
        if last {
            return Ok(all);
        }
    }
}

/// What was made anew.
#[derive(Debug, Default)]
pub(super) struct Settled {
    pub(super) threads: Vec<i64>,
    /// Scopes whose rows say something else only of how many mails their conversations have in all, and of who takes part.
    pub(super) beside: BTreeSet<i64>,
}

const STALE: &str = "SELECT thread FROM stale INDEXED BY stale_now WHERE later = 0 LIMIT ?1";
const LATER: &str = "SELECT thread FROM stale WHERE later = 1 LIMIT ?1";
/// The threads left for later of the newest `?1` messages of each folder that all accounts have.
const NEWEST: &str = "SELECT DISTINCT s.thread FROM folder f CROSS JOIN placement p ON p.id IN (
         SELECT q.id FROM placement q WHERE q.folder = f.id AND q.hidden = 0 AND q.asleep = 0 ORDER BY q.date DESC, q.id DESC LIMIT ?1)
     JOIN message m ON m.id = p.message
     JOIN stale s ON s.thread = CASE m.thread WHEN 0 THEN -m.id ELSE m.thread END AND s.later = 1 WHERE f.role IN (1, 2, 3)";

/// Makes the rows of these threads anew; gives the scopes of [`Settled::beside`].
async fn settle_these(tx: &mut SqliteConnection, threads: &[i64]) -> Result<BTreeSet<i64>> {
    let threads = list(threads)?;
    let members: String = sqlx::query_scalar(as_one(MEMBER, &members())).bind(&threads).fetch_one(&mut *tx).await?;
    let members: Vec<Member> = rows(&members)?;
    let before: String = sqlx::query_scalar(as_one(TALK, TALKS)).bind(&threads).fetch_one(&mut *tx).await?;
    let before: Vec<Talk> = rows(&before)?;
    let (now, bits) = make(&members);

    let changes = Changes::between(&before, &now);
    write(tx, &changes).await?;
    tally(tx, &changes.numbers()).await?;
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
    Ok(changes.beside())
}

/// Writes what changed, and of each row no more than that: a row whose numbers alone changed stays where it is in every order, and who
/// takes part in it, its longest column, is not read from the statement again.
async fn write(tx: &mut SqliteConnection, changes: &Changes<'_>) -> Result<()> {
    let Changes { placed, told, counted, gone } = changes;
    if !gone.is_empty() {
        let gone: Vec<_> = gone.iter().map(|t| (t.thread, t.scope)).collect();
        sqlx::query(
            "DELETE FROM talk WHERE (thread, scope) IN (SELECT w.value ->> 0, w.value ->> 1 FROM json_each(?1) AS w)",
        )
        .bind(json(&gone)?)
        .execute(&mut *tx)
        .await?;
    }
    if !placed.is_empty() {
        let rows: Vec<_> = placed
            .iter()
            .map(|(_, t)| (t.thread, t.scope, t.date, t.place, t.messages, t.unread, t.flagged, t.files, &t.takers))
            .collect();
        sqlx::query(
            "INSERT OR REPLACE INTO talk (thread, scope, date, place, messages, unread, flagged, files, takers)
             SELECT w.value ->> 0, w.value ->> 1, w.value ->> 2, w.value ->> 3, w.value ->> 4, w.value ->> 5, w.value ->> 6,
                 w.value ->> 7, w.value ->> 8 FROM json_each(?1) AS w",
        )
        .bind(json(&rows)?)
        .execute(&mut *tx)
        .await?;
    }
    if !told.is_empty() {
        let rows: Vec<_> = told.iter().map(|(_, t)| (t.thread, t.scope, &t.takers)).collect();
        sqlx::query(
            "UPDATE talk SET takers = w.value ->> 2 FROM json_each(?1) AS w
             WHERE talk.thread = w.value ->> 0 AND talk.scope = w.value ->> 1",
        )
        .bind(json(&rows)?)
        .execute(&mut *tx)
        .await?;
    }
    if !counted.is_empty() {
        let rows: Vec<_> =
            counted.iter().map(|(_, t)| (t.thread, t.scope, t.messages, t.unread, t.flagged, t.files)).collect();
        sqlx::query(
            "UPDATE talk SET messages = w.value ->> 2, unread = w.value ->> 3, flagged = w.value ->> 4, files = w.value ->> 5
             FROM json_each(?1) AS w WHERE talk.thread = w.value ->> 0 AND talk.scope = w.value ->> 1",
        )
        .bind(json(&rows)?)
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// The rows of the threads in `?1`.
const TALKS: &str =
    "SELECT t.thread, t.scope, t.date, t.place, t.messages, t.unread, t.flagged, t.files, t.takers FROM json_each(?1) AS w
     CROSS JOIN talk t ON t.thread = w.value";

/// Adds to the numbers of scopes.
async fn tally(tx: &mut SqliteConnection, scopes: &BTreeMap<i64, [i64; 8]>) -> Result<()> {
    if scopes.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = scopes.iter().map(|(scope, [a, b, c, d, e, f, g, h])| (scope, a, b, c, d, e, f, g, h)).collect();
    sqlx::query(
        "INSERT INTO tally (scope, talks, unread_talks, flagged_talks, file_talks, mails, unread, flagged, files)
         SELECT w.value ->> 0, w.value ->> 1, w.value ->> 2, w.value ->> 3, w.value ->> 4, w.value ->> 5, w.value ->> 6,
             w.value ->> 7, w.value ->> 8 FROM json_each(?1) AS w WHERE true
         ON CONFLICT (scope) DO UPDATE SET talks = talks + excluded.talks, unread_talks = unread_talks + excluded.unread_talks,
             flagged_talks = flagged_talks + excluded.flagged_talks, file_talks = file_talks + excluded.file_talks,
             mails = mails + excluded.mails, unread = unread + excluded.unread, flagged = flagged + excluded.flagged,
             files = files + excluded.files",
    )
    .bind(json(&rows)?)
    .execute(&mut *tx)
    .await?;
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

    /// In a store from before there were any rows, those of the newest conversations of the inboxes, of Sent and Drafts: what a first
    /// page shows. All others follow behind the window, by [`Store::settle_some`]; a million take a minute or two.
    pub(super) async fn settle_the_newest(&self) -> Result<()> {
        // Nothing is written at a start that has nothing to write.
        if !self.is_settling().await? {
            return Ok(());
        }
        let mut tx = self.write().await?;
        let some: Vec<i64> = sqlx::query_scalar(NEWEST).bind(FIRST).fetch_all(&mut *tx).await?;
        settle_these(&mut tx, &some).await?;
        tx.commit().await
    }

    /// Whether rows are still to be made that were left for later.
    pub(crate) async fn is_settling(&self) -> Result<bool> {
        Ok(sqlx::query(LATER).bind(1).fetch_optional(self.read()).await?.is_some())
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
