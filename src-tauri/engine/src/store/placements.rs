//! Places of messages in folders: what sync writes. Every function here is part of a transaction of its caller's, says what
//! it changed, and may be repeated without harm.

use super::threads::{self, Joined, Mail};
use super::{Store, Write, count, id};
use crate::error::{Error, Result};
use crate::remote::{Flags, FlagsOf, UidSet};
use crate::snooze;
use crate::store::folders::Folder;
use crate::view::{Id, Role};
use sqlx::{QueryBuilder, Row, Sqlite};
use std::collections::HashMap;

pub(crate) use crate::rebase::bit;

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
    // Forwarded is among the bits. Keywords that every client knows are written in one way, whatever the server's case.
    let mut keywords: Vec<&str> =
        flags.keywords.iter().map(|k| known(k)).filter(|k| !k.eq_ignore_ascii_case("$forwarded")).collect();
    keywords.sort_unstable();
    keywords.dedup();
    (bits, keywords.join(" "))
}

/// A keyword as it is written here.
fn known(keyword: &str) -> &str {
    const KNOWN: [&str; 10] =
        ["$label1", "$label2", "$label3", "$label4", "$label5", "$junk", "$notjunk", "$mdnsent", "$phishing", "$Muted"];
    let known = KNOWN.iter().find(|k| k.eq_ignore_ascii_case(keyword)).copied();
    known.or_else(|| snooze::known(keyword)).unwrap_or(keyword)
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
    /// As the server names its conversation.
    pub(crate) server_thread: Option<String>,
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
                .push_bind(super::conversations::alone(folder.role, in_all, a.flags));
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
    let quiet = super::mutes::arrived(tx, folder.id, &uids).await?;
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
    .bind(super::ops::list(&uids)?)
    .fetch_all(&mut **tx)
    .await?;
    let places = super::ops::list(&places)?;
    let before = super::ops::Before::of(tx, &places).await?;
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
    super::ops::born(tx, place, a.flags, &a.keywords).await?;
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
    super::ops::show(tx, &[place]).await.map(drop)
}

/// Counts a folder's rows anew.
pub(crate) async fn recount(tx: &mut Write, folder: Id) -> Result<()> {
    sqlx::query(
        "UPDATE folder SET total = (SELECT count(*) FROM placement WHERE folder = ?1 AND hidden = 0 AND asleep = 0),
                unread = (SELECT count(*) FROM placement WHERE folder = ?1 AND hidden = 0 AND asleep = 0
                    AND (flags & 1) = 0)
         WHERE id = ?1",
    )
    .bind(folder)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Counts a folder's rows anew, and those of the folders that rows of it are shown in while a move waits.
pub(crate) async fn recount_around(tx: &mut Write, folder: Id) -> Result<()> {
    recount(tx, folder).await?;
    let elsewhere: Vec<i64> = sqlx::query_scalar(
        "SELECT DISTINCT o.target FROM op o WHERE o.state = 0 AND o.target IS NOT NULL AND o.target <> ?1
             AND o.account = (SELECT account FROM folder WHERE id = ?1)",
    )
    .bind(folder)
    .fetch_all(&mut **tx)
    .await?;
    for other in elsewhere {
        recount(tx, id(other)).await?;
    }
    Ok(())
}

/// What changed by a write of flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FlagChanges {
    /// Rows that look different now.
    pub(crate) rows: u32,
    /// Whether some of them changed in being flagged.
    pub(crate) flagged: bool,
    /// Whether some of them changed in being snoozed.
    pub(crate) snoozed: bool,
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
        let rows: Vec<(i64, i64, String, Option<i64>, i64)> = sqlx::query_as(
            "SELECT uid, server_flags, server_keywords, gone, id FROM placement
             WHERE server_folder = ?1 AND uid BETWEEN ?2 AND ?3",
        )
        .bind(folder)
        .bind(low)
        .bind(high)
        .fetch_all(&mut **tx)
        .await?;
        let ours: HashMap<i64, (i64, String, bool, i64)> =
            rows.into_iter().map(|(u, f, k, g, place)| (u, (f, k, g.is_some(), place))).collect();
        let mut places = Vec::new();
        for theirs in chunk {
            let (mut bits, mut keywords) = pack(&theirs.flags);
            let Some((old, old_keywords, gone, place)) = ours.get(&i64::from(theirs.uid)) else { continue };
            // Of what was told since then, the news knows nothing.
            if let Some(since) = theirs.modseq.and_then(|modseq| tx.told.since(folder, *place, modseq)) {
                bits = (bits & !since.bits) | (old & since.bits);
                if since.keywords {
                    keywords.clone_from(old_keywords);
                }
            }
            if *old == bits && *old_keywords == keywords && !gone {
                continue;
            }
            let snoozed = snooze::due(old_keywords) != snooze::due(&keywords);
            sqlx::query("UPDATE placement SET server_flags = ?2, server_keywords = ?3, gone = NULL WHERE id = ?1")
                .bind(place)
                .bind(bits)
                .bind(keywords)
                .execute(&mut **tx)
                .await?;
            places.push(*place);
            changes.rows += 1;
            changes.flagged |= (old ^ bits) & bit::FLAGGED != 0;
            changes.snoozed |= snoozed;
        }
        super::ops::show(tx, &places).await?;
    }
    if changes.rows > 0 {
        recount_around(tx, folder).await?;
    }
    Ok(changes)
}

/// The folder's UIDVALIDITY is another now: what is here stays in view under negative UIDs until the headers that come are
/// matched with it, and everything is to be fetched again.
pub(crate) async fn rekey(tx: &mut Write, folder: Id, uidvalidity: u32) -> Result<()> {
    // Another mailbox may count its changes from the beginning.
    tx.told.forget();
    // Minus the row's id: never the same twice, however often this happens.
    sqlx::query("UPDATE placement SET uid = -id WHERE server_folder = ?1 AND uid > 0")
        .bind(folder)
        .execute(&mut **tx)
        .await?;
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
            "SELECT group_concat(uid) FROM (SELECT uid FROM placement WHERE server_folder = ?1 AND uid > 0 ORDER BY uid)",
        )
        .bind(folder)
        .fetch_one(self.read())
        .await?;
        Ok(UidSet::parse(&all.unwrap_or_default()).unwrap_or_default())
    }

    /// UIDs of a folder's rows that are marked gone.
    pub(crate) async fn gone(&self, folder: Id) -> Result<UidSet> {
        let all: Option<String> = sqlx::query_scalar(
            "SELECT group_concat(uid) FROM placement WHERE server_folder = ?1 AND uid > 0 AND gone IS NOT NULL",
        )
        .bind(folder)
        .fetch_one(self.read())
        .await?;
        Ok(UidSet::parse(&all.unwrap_or_default()).unwrap_or_default())
    }
}
