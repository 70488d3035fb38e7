//! Places of messages in folders: what sync writes. Every function here is part of a transaction of its caller's, says what
//! it changed, and may be repeated without harm.

use super::{Store, Write, count, id, now};
use crate::error::{Error, Result};
use crate::remote::{Flags, FlagsOf, UidSet};
use crate::store::folders::Folder;
use crate::view::{Id, Role};
use sqlx::{QueryBuilder, Row, Sqlite};
use std::collections::HashMap;

/// `\Seen` and its kin as bits, in the store.
pub(crate) mod bit {
    pub(crate) const SEEN: i64 = 1;
    pub(crate) const FLAGGED: i64 = 2;
    pub(crate) const ANSWERED: i64 = 4;
    pub(crate) const DRAFT: i64 = 8;
    pub(crate) const DELETED: i64 = 16;
    pub(crate) const FORWARDED: i64 = 32;
}

/// Flags as the store holds them: bits, and the other keywords with a space between.
pub(crate) fn pack(flags: &Flags) -> (i64, String) {
    let mut bits = 0;
    for (on, bit) in [
        (flags.seen, bit::SEEN),
        (flags.flagged, bit::FLAGGED),
        (flags.answered, bit::ANSWERED),
        (flags.draft, bit::DRAFT),
        (flags.deleted, bit::DELETED),
        (flags.keywords.iter().any(|k| k.eq_ignore_ascii_case("$forwarded")), bit::FORWARDED),
    ] {
        if on {
            bits |= bit;
        }
    }
    (bits, flags.keywords.join(" "))
}

/// A message as it arrives in a folder, ready to be written.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) uid: u32,
    pub(crate) flags: i64,
    pub(crate) keywords: String,
    /// INTERNALDATE.
    pub(crate) received: i64,
    pub(crate) identity: i64,
    pub(crate) who: String,
    pub(crate) whom: String,
    pub(crate) subject: String,
    pub(crate) preview: Option<String>,
    pub(crate) date: i64,
    pub(crate) size: i64,
    pub(crate) message_id: Option<String>,
    pub(crate) refs: Option<String>,
    pub(crate) list_id: Option<String>,
    /// JSON of [`super::messages::People`].
    pub(crate) people: String,
    /// JSON of [`letter::structure::Part`].
    pub(crate) structure: Option<String>,
    pub(crate) attachments: u32,
    pub(crate) damaged: bool,
}

/// What a batch of arrivals did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inserted {
    /// Rows that are new.
    pub(crate) rows: u32,
    /// UID and message of those new rows that are unseen.
    pub(crate) unseen: Vec<(u32, Id)>,
}

/// Rows a statement takes at once: 17 values each, below SQLite's 32,766.
const ROWS: usize = 256;

/// Writes arrivals into a folder. UIDs that have a row already are passed over; content that is known from another place is
/// not written twice; a place under an older UIDVALIDITY that holds the same content becomes the new one, row id and all.
pub(crate) async fn insert(tx: &mut Write, folder: &Folder, batch: &[Arrival]) -> Result<Inserted> {
    let mut inserted = Inserted::default();
    let (Some(low), Some(high)) = (batch.iter().map(|a| a.uid).min(), batch.iter().map(|a| a.uid).max()) else {
        return Ok(inserted);
    };
    let state = sqlx::query(
        "SELECT uidvalidity, (SELECT group_concat(uid) FROM placement WHERE folder = ?1 AND uid BETWEEN ?2 AND ?3),
                (SELECT count(*) FROM placement WHERE folder = ?1 AND uid < 0),
                (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'message')
         FROM folder WHERE id = ?1",
    )
    .bind(folder.id)
    .bind(low)
    .bind(high)
    .fetch_optional(&mut **tx)
    .await?
    .ok_or_else(|| Error::Gone("folder".into()))?;
    if state.try_get::<Option<i64>, _>(0)?.map(count) != folder.uidvalidity {
        return Err(Error::Gone("UIDVALIDITY changed meanwhile".into()));
    }
    let here = UidSet::parse(&state.try_get::<Option<String>, _>(1)?.unwrap_or_default()).unwrap_or_default();
    let stale = state.try_get::<i64, _>(2)? > 0;
    let mut next: i64 = state.try_get::<i64, _>(3)? + 1;

    let mut seen = std::collections::HashSet::new();
    let fresh: Vec<&Arrival> = batch.iter().filter(|a| !here.contains(a.uid) && seen.insert(a.uid)).collect();
    if fresh.is_empty() {
        return Ok(inserted);
    }
    let mut known = known_content(tx, folder, &fresh).await?;
    let mut messages: Vec<(i64, &Arrival)> = Vec::with_capacity(fresh.len());
    let mut places: Vec<(i64, &Arrival)> = Vec::with_capacity(fresh.len());
    for a in fresh {
        let message = match known.get_mut(&a.identity).and_then(Vec::pop) {
            Some(known) => known,
            None => {
                next += 1;
                messages.push((next - 1, a));
                next - 1
            }
        };
        if a.flags & bit::SEEN == 0 {
            inserted.unseen.push((a.uid, id(message)));
        }
        if stale && take_over(tx, folder, message, a).await? {
            continue;
        }
        places.push((message, a));
    }
    for chunk in messages.chunks(ROWS) {
        let mut q: QueryBuilder<Sqlite> = QueryBuilder::new(
            "INSERT INTO message (id, account, identity, who, whom, subject, preview, date, size, message_id, refs,
             list_id, people, structure, attachments, damaged) ",
        );
        q.push_values(chunk, |mut row, (message, a)| {
            row.push_bind(*message)
                .push_bind(folder.account)
                .push_bind(a.identity)
                .push_bind(&a.who)
                .push_bind(&a.whom)
                .push_bind(&a.subject)
                .push_bind(&a.preview)
                .push_bind(a.date)
                .push_bind(a.size)
                .push_bind(&a.message_id)
                .push_bind(&a.refs)
                .push_bind(&a.list_id)
                .push_bind(&a.people)
                .push_bind(&a.structure)
                .push_bind(a.attachments)
                .push_bind(i64::from(a.damaged));
        });
        q.build().persistent(chunk.len() == ROWS).execute(&mut **tx).await?;
    }
    for chunk in places.chunks(ROWS) {
        let mut q: QueryBuilder<Sqlite> =
            QueryBuilder::new("INSERT INTO placement (folder, uid, message, date, flags, keywords, inbox, files) ");
        q.push_values(chunk, |mut row, (message, a)| {
            row.push_bind(folder.id)
                .push_bind(a.uid)
                .push_bind(*message)
                .push_bind(a.received)
                .push_bind(a.flags)
                .push_bind(&a.keywords)
                .push_bind(i64::from(folder.role == Role::Inbox))
                .push_bind(i64::from(a.attachments > 0));
        });
        q.build().persistent(chunk.len() == ROWS).execute(&mut **tx).await?;
    }
    if stale {
        recount(tx, folder.id).await?;
    } else {
        let shown = |a: &&(i64, &Arrival)| a.1.flags & bit::DELETED == 0;
        let total = places.iter().filter(shown).count();
        let unread = places.iter().filter(shown).filter(|a| a.1.flags & bit::SEEN == 0).count();
        sqlx::query("UPDATE folder SET total = total + ?2, unread = unread + ?3 WHERE id = ?1")
            .bind(folder.id)
            .bind(i64::try_from(total).unwrap_or(0))
            .bind(i64::try_from(unread).unwrap_or(0))
            .execute(&mut **tx)
            .await?;
    }
    inserted.rows = count(i64::try_from(places.len()).unwrap_or(0));
    Ok(inserted)
}

/// Messages of this account with the content of these arrivals, that have no live place in this folder: two equal mails in
/// one folder stay two.
async fn known_content(tx: &mut Write, folder: &Folder, fresh: &[&Arrival]) -> Result<HashMap<i64, Vec<i64>>> {
    let wanted: Vec<i64> = fresh.iter().map(|a| a.identity).collect();
    let wanted = serde_json::to_string(&wanted).map_err(|e| Error::Internal(e.to_string()))?;
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT m.identity, m.id FROM json_each(?2) AS w JOIN message m ON m.identity = w.value
         WHERE m.account = ?1 AND NOT EXISTS
             (SELECT 1 FROM placement p WHERE p.message = m.id AND p.folder = ?3 AND p.uid > 0)",
    )
    .bind(folder.account)
    .bind(wanted)
    .bind(folder.id)
    .fetch_all(&mut **tx)
    .await?;
    let mut known: HashMap<i64, Vec<i64>> = HashMap::new();
    for (identity, message) in rows {
        let list = known.entry(identity).or_default();
        if !list.contains(&message) {
            list.push(message);
        }
    }
    Ok(known)
}

/// Gives a place under an older UIDVALIDITY its new UID.
async fn take_over(tx: &mut Write, folder: &Folder, message: i64, a: &Arrival) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE placement SET uid = ?3, date = ?4, flags = ?5, keywords = ?6, gone = NULL
         WHERE id = (SELECT id FROM placement WHERE folder = ?1 AND message = ?2 AND uid < 0 LIMIT 1)",
    )
    .bind(folder.id)
    .bind(message)
    .bind(a.uid)
    .bind(a.received)
    .bind(a.flags)
    .bind(&a.keywords)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Counts a folder's rows anew.
pub(crate) async fn recount(tx: &mut Write, folder: Id) -> Result<()> {
    sqlx::query(
        "UPDATE folder SET total = (SELECT count(*) FROM placement WHERE folder = ?1 AND hidden = 0),
                unread = (SELECT count(*) FROM placement WHERE folder = ?1 AND hidden = 0 AND (flags & 1) = 0)
         WHERE id = ?1",
    )
    .bind(folder)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What changed by a write of flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FlagChanges {
    /// Rows that look different now.
    pub(crate) rows: u32,
    /// Whether some of them changed in being flagged.
    pub(crate) flagged: bool,
}

/// Takes over flags as the server has them. UIDs without a row are passed over. A row that was marked gone and is named again
/// is back.
pub(crate) async fn set_flags(tx: &mut Write, folder: Id, flags: &[FlagsOf]) -> Result<FlagChanges> {
    let mut changes = FlagChanges::default();
    for chunk in flags.chunks(2_000) {
        let (Some(low), Some(high)) = (chunk.iter().map(|f| f.uid).min(), chunk.iter().map(|f| f.uid).max()) else {
            continue;
        };
        // Compared here rather than written blindly: most flags are as they were.
        let rows: Vec<(i64, i64, String, Option<i64>)> = sqlx::query_as(
            "SELECT uid, flags, keywords, gone FROM placement WHERE folder = ?1 AND uid BETWEEN ?2 AND ?3",
        )
        .bind(folder)
        .bind(low)
        .bind(high)
        .fetch_all(&mut **tx)
        .await?;
        let ours: HashMap<i64, (i64, String, bool)> =
            rows.into_iter().map(|(u, f, k, g)| (u, (f, k, g.is_some()))).collect();
        for theirs in chunk {
            let (bits, keywords) = pack(&theirs.flags);
            let Some((old, old_keywords, gone)) = ours.get(&i64::from(theirs.uid)) else { continue };
            if *old == bits && *old_keywords == keywords && !gone {
                continue;
            }
            sqlx::query("UPDATE placement SET flags = ?3, keywords = ?4, gone = NULL WHERE folder = ?1 AND uid = ?2")
                .bind(folder)
                .bind(theirs.uid)
                .bind(bits)
                .bind(keywords)
                .execute(&mut **tx)
                .await?;
            changes.rows += 1;
            changes.flagged |= (old ^ bits) & bit::FLAGGED != 0;
        }
    }
    if changes.rows > 0 {
        recount(tx, folder).await?;
    }
    Ok(changes)
}

/// First look: the server does not name these. They leave the view and stay in the store.
pub(crate) async fn mark_gone(tx: &mut Write, folder: Id, uids: &UidSet) -> Result<()> {
    for (a, b) in uids.ranges() {
        sqlx::query("UPDATE placement SET gone = ?4 WHERE folder = ?1 AND uid BETWEEN ?2 AND ?3 AND gone IS NULL")
            .bind(folder)
            .bind(a)
            .bind(b)
            .bind(now())
            .execute(&mut **tx)
            .await?;
    }
    recount(tx, folder).await
}

/// Second look: these are there after all.
pub(crate) async fn unmark_gone(tx: &mut Write, folder: Id, uids: &UidSet) -> Result<()> {
    for (a, b) in uids.ranges() {
        sqlx::query(
            "UPDATE placement SET gone = NULL WHERE folder = ?1 AND uid BETWEEN ?2 AND ?3 AND gone IS NOT NULL",
        )
        .bind(folder)
        .bind(a)
        .bind(b)
        .execute(&mut **tx)
        .await?;
    }
    recount(tx, folder).await
}

/// Second look: these are gone. The rows go, with their cause in the ledger; content without a place stays for a day. Gives
/// the messages that lost a place.
pub(crate) async fn remove(tx: &mut Write, folder: &Folder, uids: &UidSet, cause: &str) -> Result<Vec<Id>> {
    let mut lost = Vec::new();
    for (a, b) in uids.ranges() {
        lost.extend(remove_where(tx, folder.account, folder.id, i64::from(*a), i64::from(*b), cause).await?);
    }
    recount(tx, folder.id).await?;
    Ok(lost)
}

/// The places of an older UIDVALIDITY that were not matched again, once all headers are here.
pub(crate) async fn remove_stale(tx: &mut Write, folder: &Folder) -> Result<Vec<Id>> {
    let lost = remove_where(tx, folder.account, folder.id, i64::MIN, -1, "uidvalidity").await?;
    if !lost.is_empty() {
        recount(tx, folder.id).await?;
    }
    Ok(lost)
}

async fn remove_where(tx: &mut Write, account: Id, folder: Id, low: i64, high: i64, cause: &str) -> Result<Vec<Id>> {
    sqlx::query(
        "INSERT INTO ledger (at, account, folder, message, cause)
         SELECT ?4, ?5, folder, message, ?6 FROM placement WHERE folder = ?1 AND uid BETWEEN ?2 AND ?3",
    )
    .bind(folder)
    .bind(low)
    .bind(high)
    .bind(now())
    .bind(account)
    .bind(cause)
    .execute(&mut **tx)
    .await?;
    let lost: Vec<i64> =
        sqlx::query_scalar("DELETE FROM placement WHERE folder = ?1 AND uid BETWEEN ?2 AND ?3 RETURNING message")
            .bind(folder)
            .bind(low)
            .bind(high)
            .fetch_all(&mut **tx)
            .await?;
    let json = serde_json::to_string(&lost).map_err(|e| Error::Internal(e.to_string()))?;
    sqlx::query(
        "INSERT OR IGNORE INTO orphan (message, since) SELECT w.value, ?2 FROM json_each(?1) AS w
         WHERE NOT EXISTS (SELECT 1 FROM placement p WHERE p.message = w.value)",
    )
    .bind(json)
    .bind(now())
    .execute(&mut **tx)
    .await?;
    Ok(lost.into_iter().map(id).collect())
}

/// A folder that two LISTs did not name: its places go, then the folder.
pub(crate) async fn remove_folder(tx: &mut Write, account: Id, folder: Id) -> Result<()> {
    remove_where(tx, account, folder, i64::MIN, i64::MAX, "folder gone").await?;
    sqlx::query("DELETE FROM folder WHERE id = ?1").bind(folder).execute(&mut **tx).await?;
    Ok(())
}

/// The folder's UIDVALIDITY is another now: what is here stays in view under negative UIDs until the headers that come are
/// matched with it, and everything is to be fetched again.
pub(crate) async fn rekey(tx: &mut Write, folder: Id, uidvalidity: u32) -> Result<()> {
    // Minus the row's id: never the same twice, however often this happens.
    sqlx::query("UPDATE placement SET uid = -id WHERE folder = ?1 AND uid > 0").bind(folder).execute(&mut **tx).await?;
    sqlx::query("UPDATE folder SET uidvalidity = ?2, uidnext = NULL, modseq = NULL, todo = '' WHERE id = ?1")
        .bind(folder)
        .bind(uidvalidity)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

impl Store {
    /// UIDs of a folder's rows.
    pub(crate) async fn uids(&self, folder: Id) -> Result<UidSet> {
        let all: Option<String> = sqlx::query_scalar(
            "SELECT group_concat(uid) FROM (SELECT uid FROM placement WHERE folder = ?1 AND uid > 0 ORDER BY uid)",
        )
        .bind(folder)
        .fetch_one(self.read())
        .await?;
        Ok(UidSet::parse(&all.unwrap_or_default()).unwrap_or_default())
    }

    /// UIDs of a folder's rows that are marked gone.
    pub(crate) async fn gone(&self, folder: Id) -> Result<UidSet> {
        let all: Option<String> = sqlx::query_scalar(
            "SELECT group_concat(uid) FROM placement WHERE folder = ?1 AND uid > 0 AND gone IS NOT NULL",
        )
        .bind(folder)
        .fetch_one(self.read())
        .await?;
        Ok(UidSet::parse(&all.unwrap_or_default()).unwrap_or_default())
    }
}
