//! Arrivals: messages that a folder is found to have. What is known from another place is not written twice, and a place that was
//! waited for becomes the one that arrived.

use crate::error::{Error, Result};
use crate::rebase::bit;
use crate::remote::UidSet;
use crate::snooze;
use crate::store::folders::Folder;
use crate::store::threads::{self, Joined, Mail};
use crate::store::{Write, count, id};
use crate::view::{Id, Role};
use sqlx::{QueryBuilder, Row, Sqlite};
use std::collections::HashMap;

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
    /// As the server names its conversation.
    pub(crate) server_thread: Option<String>,
    /// JSON of [`crate::store::messages::People`].
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
    /// UID and message of those new rows that are unseen, not asleep, and in no muted conversation.
    pub(crate) unseen: Vec<(u32, Id)>,
    /// Some of them came with a due time.
    pub(crate) snoozed: bool,
}

/// Rows a statement takes at once: 19 values each, below SQLite's 32,766.
const ROWS: usize = 256;

/// Writes arrivals into a folder. UIDs that have a row already are passed over; content that is known from another place is
/// not written twice; a place under an older UIDVALIDITY that holds the same content becomes the new one, row id and all.
pub(crate) async fn insert(tx: &mut Write, folder: &Folder, batch: &[Arrival]) -> Result<Inserted> {
    let mut inserted = Inserted::default();
    let (Some(low), Some(high)) = (batch.iter().map(|a| a.uid).min(), batch.iter().map(|a| a.uid).max()) else {
        return Ok(inserted);
    };
    let state = sqlx::query(
        "SELECT uidvalidity, (SELECT group_concat(uid) FROM placement WHERE server_folder = ?1 AND uid BETWEEN ?2 AND ?3),
                (SELECT count(*) FROM placement WHERE server_folder = ?1 AND uid < 0),
                (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'message'),
                (SELECT in_all FROM account WHERE id = folder.account)
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
    let in_all = state.try_get::<Option<i64>, _>(4)?.unwrap_or(0);

    let mut seen = std::collections::HashSet::new();
    let fresh: Vec<&Arrival> = batch.iter().filter(|a| !here.contains(a.uid) && seen.insert(a.uid)).collect();
    if fresh.is_empty() {
        return Ok(inserted);
    }
    let mut landing = Landing::of(tx, folder.id).await?;
    let mut known = known_content(tx, folder, &fresh).await?;
    let mut messages: Vec<(i64, &Arrival)> = Vec::with_capacity(fresh.len());
    let mut places: Vec<(i64, &Arrival)> = Vec::with_capacity(fresh.len());
    for a in fresh {
        if let Some(place) = landing.take(a) {
            land(tx, folder.id, place, a).await?;
            continue;
        }
        let message = match known.get_mut(&a.identity).and_then(Vec::pop) {
            Some(known) => known,
            None => {
                next += 1;
                messages.push((next - 1, a));
                next - 1
            }
        };
        if stale && take_over(tx, folder, message, a).await? {
            continue;
        }
        if a.flags & bit::SEEN == 0 {
            inserted.unseen.push((a.uid, id(message)));
        }
        places.push((message, a));
    }
    let mails: Vec<Mail> = messages.iter().map(|(message, a)| Mail::of(*message, folder.account, a)).collect();
    let joined = threads::join(tx, &mails).await?;
    let messages: Vec<(i64, &Arrival, Joined)> = messages.iter().zip(joined).map(|((m, a), j)| (*m, *a, j)).collect();
    for chunk in messages.chunks(ROWS) {
        let mut q: QueryBuilder<Sqlite> = QueryBuilder::new(
            "INSERT INTO message (id, account, identity, who, whom, subject, preview, date, size, message_id, refs,
             list_id, people, structure, attachments, damaged, thread, topic, bare, server_thread) ",
        );
        q.push_values(chunk, |mut row, (message, a, joined)| {
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
                .push_bind(i64::from(a.damaged))
                .push_bind(joined.thread)
                .push_bind(joined.topic)
                .push_bind(i64::from(joined.bare))
                .push_bind(joined.server_thread);
        });
        q.build().persistent(lasts(chunk.len())).execute(&mut **tx).await?;
    }
    for chunk in places.chunks(ROWS) {
        let mut q: QueryBuilder<Sqlite> = QueryBuilder::new(
            "INSERT INTO placement (folder, server_folder, uid, message, date, flags, keywords, server_flags,
                 server_keywords, inbox, files, lists) ",
        );
        q.push_values(chunk, |mut row, (message, a)| {
            row.push_bind(folder.id)
                .push_bind(folder.id)
                .push_bind(a.uid)
                .push_bind(*message)
                .push_bind(a.received)
                .push_bind(a.flags)
                .push_bind(&a.keywords)
                .push_bind(a.flags)
                .push_bind(&a.keywords)
                .push_bind(i64::from(folder.role == Role::Inbox))
                .push_bind(i64::from(a.attachments > 0))
                .push_bind(crate::store::conversations::alone(folder.role, in_all, a.flags));
        });
        q.build().persistent(lasts(chunk.len())).execute(&mut **tx).await?;
    }
    {
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
    let snoozed: Vec<u32> = places.iter().filter(|p| snooze::due(&p.1.keywords).is_some()).map(|p| p.1.uid).collect();
    if !snoozed.is_empty() {
        let asleep = put_to_sleep(tx, folder.id, &snoozed).await?;
        inserted.unseen.retain(|(uid, _)| !asleep.contains(uid));
        inserted.snoozed = true;
    }
    let uids: Vec<u32> = places.iter().map(|(_, a)| a.uid).collect();
    let quiet = crate::store::mutes::arrived(tx, folder.id, &uids).await?;
    inserted.unseen.retain(|(uid, _)| !quiet.contains(uid));
    Ok(inserted)
}

/// Whether a statement that writes so many rows is kept for the next time: those of a sync, and that of the single message that comes.
fn lasts(rows: usize) -> bool {
    rows == ROWS || rows == 1
}

/// These rows came with a due time. Gives the UIDs of those that are asleep.
async fn put_to_sleep(tx: &mut Write, folder: Id, uids: &[u32]) -> Result<Vec<u32>> {
    let uids: Vec<i64> = uids.iter().map(|u| i64::from(*u)).collect();
    let places: Vec<i64> = sqlx::query_scalar(
        "SELECT p.id FROM json_each(?2) AS w CROSS JOIN placement p ON p.server_folder = ?1 AND p.uid = w.value",
    )
    .bind(folder)
    .bind(crate::store::ops::list(&uids)?)
    .fetch_all(&mut **tx)
    .await?;
    let places = crate::store::ops::list(&places)?;
    let before = crate::store::ops::Before::of(tx, &places).await?;
    before.settle(tx, &places).await?;
    let asleep: Vec<i64> = sqlx::query_scalar(
        "SELECT p.uid FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value WHERE p.asleep = 1",
    )
    .bind(&places)
    .fetch_all(&mut **tx)
    .await?;
    Ok(asleep.into_iter().map(count).collect())
}

/// Messages of this account with the content of these arrivals, that have no live place in this folder: two equal mails in
/// one folder stay two.
async fn known_content(tx: &mut Write, folder: &Folder, fresh: &[&Arrival]) -> Result<HashMap<i64, Vec<i64>>> {
    let wanted: Vec<i64> = fresh.iter().map(|a| a.identity).collect();
    let wanted = serde_json::to_string(&wanted).map_err(|e| Error::Internal(e.to_string()))?;
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT m.identity, m.id FROM json_each(?2) AS w CROSS JOIN message m ON m.identity = w.value
         WHERE m.account = ?1 AND NOT EXISTS
             (SELECT 1 FROM placement p WHERE p.message = m.id AND p.server_folder = ?3 AND p.uid > 0)",
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

/// Gives a place whose UID is not known its UID: one under an older UIDVALIDITY, or one that was moved here by a server that
/// did not tell where it went.
async fn take_over(tx: &mut Write, folder: &Folder, message: i64, a: &Arrival) -> Result<bool> {
    let place: Option<i64> = sqlx::query_scalar(
        "SELECT id FROM placement WHERE server_folder = ?1 AND message = ?2 AND uid < 0 ORDER BY id LIMIT 1",
    )
    .bind(folder.id)
    .bind(message)
    .fetch_optional(&mut **tx)
    .await?;
    match place {
        Some(place) => land(tx, folder.id, place, a).await.map(|()| true),
        None => Ok(false),
    }
}

/// Places that are on their way into a folder: sent, and the server's word not heard yet. What arrives with their content
/// behind the UIDs of before is they, and no second copy. Of several moves of one place the last alone was sent: where an earlier one
/// would have led, what is found is something else (the mark that a server without UIDPLUS leaves behind, for one).
struct Landing(Vec<(i64, i64, i64)>);

impl Landing {
    async fn of(tx: &mut Write, folder: Id) -> Result<Self> {
        let rows = sqlx::query_as(
            "SELECT m.identity, o.begun, o.placement FROM op o JOIN message m ON m.id = o.message
             JOIN placement p ON p.id = o.placement
             WHERE o.state = 0 AND o.begun IS NOT NULL AND o.target = ?1 AND o.kind IN (2, 3, 5)
                 AND p.server_folder IS NOT ?1
                 AND NOT (o.kind = 2 AND EXISTS (SELECT 1 FROM op l WHERE l.placement = o.placement AND l.state = 0
                     AND l.kind = 2 AND l.begun IS NOT NULL AND l.id > o.id)) ORDER BY o.id",
        )
        .bind(folder)
        .fetch_all(&mut **tx)
        .await?;
        Ok(Self(rows))
    }

    fn take(&mut self, a: &Arrival) -> Option<i64> {
        let at =
            self.0.iter().position(|(identity, begun, _)| *identity == a.identity && i64::from(a.uid) >= *begun)?;
        Some(self.0.swap_remove(at).2)
    }
}

/// A place has come down on the server: here, with this UID and these flags. What waits is laid over it.
async fn land(tx: &mut Write, folder: Id, place: i64, a: &Arrival) -> Result<()> {
    crate::store::ops::born(tx, place, a.flags, &a.keywords).await?;
    sqlx::query(
        "UPDATE placement SET server_folder = ?2, uid = ?3, date = ?4, received = NULL, server_flags = ?5, server_keywords = ?6,
                gone = NULL
         WHERE id = ?1",
    )
    .bind(place)
    .bind(folder)
    .bind(a.uid)
    .bind(a.received)
    .bind(a.flags)
    .bind(&a.keywords)
    .execute(&mut **tx)
    .await?;
    crate::store::ops::show(tx, &[place]).await.map(drop)
}
