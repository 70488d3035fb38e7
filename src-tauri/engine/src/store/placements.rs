//! Places of messages in folders: what sync writes. Every function here is part of a transaction of its caller's, says what
//! it changed, and may be repeated without harm.

mod arrivals;

use super::{Store, Write, id};
use crate::error::Result;
use crate::remote::{Flags, FlagsOf, UidSet};
use crate::snooze;
use crate::view::Id;
use std::collections::HashMap;

pub(crate) use crate::rebase::bit;
pub(crate) use arrivals::{Arrival, Inserted, insert};

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
