//! Muted conversations: the keyword `$Muted` on their messages, so that another computer sees it too. Where a folder takes no new
//! keywords, the message is marked here alone.
//!
//! A conversation is muted while one of its messages is. What arrives in it is muted and read, by a quiet act of ours; two computers
//! that do so ask for the same, and the second finds it done. Only arrivals are: what somebody unmutes stays so.

use super::acts;
use super::ops::list;
use super::{Store, Write};
use crate::error::Result;
use crate::rebase::bit;
use crate::view::{Id, Intent};
use std::collections::HashSet;

/// The keyword, as it is written here.
pub(super) const MUTED: &str = "$Muted";

/// Whether it is among these keywords.
pub(crate) fn among(keywords: &str) -> bool {
    keywords.split(' ').any(|k| k == MUTED)
}

/// Files the mute of the conversations of these places, or its end. What is muted is read.
pub(crate) async fn file(tx: &mut Write, act: i64, places: &str, on: bool) -> Result<Vec<Id>> {
    let all: Vec<i64> = sqlx::query_scalar(CONVERSATIONS).bind(places).fetch_all(&mut **tx).await?;
    let all = list(&all)?;
    let mut folders = if on { acts::file_flags(tx, act, &all, bit::SEEN, 0).await? } else { Vec::new() };
    folders.extend(file_places(tx, act, &all, on).await?);
    Ok(folders)
}

/// All places that messages of the conversations of these places are shown in.
pub(super) const CONVERSATIONS: &str =
    "SELECT DISTINCT coalesce(q.id, p.id) FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value
     JOIN message m ON m.id = p.message LEFT JOIN message n ON n.thread = m.thread AND m.thread <> 0
     LEFT JOIN placement q INDEXED BY placement_message ON q.message = n.id AND q.hidden = 0 WHERE p.hidden = 0";

/// Files the mark for these places: the keyword where it can be kept, else here alone.
pub(super) async fn file_places(tx: &mut Write, act: i64, places: &str, on: bool) -> Result<Vec<Id>> {
    let there: Vec<i64> = sqlx::query_scalar(
        "SELECT p.id FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value
         JOIN folder f ON f.id = coalesce(p.server_folder, p.folder) WHERE p.hidden = 0 AND (f.new_keywords = 1 OR p.muted = 1)",
    )
    .bind(places)
    .fetch_all(&mut **tx)
    .await?;
    let mut folders = acts::file_keyword(tx, act, &list(&there)?, MUTED, on).await?;
    // Nothing waits for a server: it is done. Kept as an operation all the same, for the timeline and for undoing.
    let here: Vec<(i64, i64)> = sqlx::query_as(
        "INSERT INTO op (act, account, placement, message, kind, add_flags, source, state)
         SELECT ?2, f.account, p.id, p.message, 7, ?3, p.folder, 1 FROM json_each(?1) AS w
         CROSS JOIN placement p ON p.id = w.value JOIN message m ON m.id = p.message
         JOIN folder f ON f.id = coalesce(p.server_folder, p.folder)
         WHERE p.hidden = 0 AND m.muted <> ?3 AND (?3 = 0 OR (f.new_keywords = 0 AND p.muted = 0)) RETURNING message, source",
    )
    .bind(places)
    .bind(act)
    .bind(on)
    .fetch_all(&mut **tx)
    .await?;
    sqlx::query("UPDATE message SET muted = ?2 WHERE id IN (SELECT value FROM json_each(?1))")
        .bind(list(&here.iter().map(|h| h.0).collect::<Vec<_>>())?)
        .bind(on)
        .execute(&mut **tx)
        .await?;
    folders.extend(here.into_iter().map(|h| super::id(h.1)));
    Ok(folders)
}

/// Of these places, which have just arrived in a folder, those in muted conversations are read and muted as well. Gives their UIDs,
/// and of those that came with the mark: nobody is to be told of them.
pub(super) async fn arrived(tx: &mut Write, folder: Id, uids: &[u32]) -> Result<HashSet<u32>> {
    let any: i64 = sqlx::query_scalar(ANY).fetch_one(&mut **tx).await?;
    if any == 0 {
        return Ok(HashSet::new());
    }
    let uids = list(&uids.iter().map(|u| i64::from(*u)).collect::<Vec<_>>())?;
    let rows: Vec<(i64, i64, i64)> = sqlx::query_as(ARRIVED).bind(uids).bind(folder).fetch_all(&mut **tx).await?;
    let marking: Vec<i64> = rows.iter().filter(|r| r.2 == 0).map(|r| r.0).collect();
    if !marking.is_empty() {
        let places = list(&marking)?;
        let act = acts::open(tx, &Intent::Mute { on: true }, true, None).await?;
        acts::file_flags(tx, act, &places, bit::SEEN, 0).await?;
        file_places(tx, act, &places, true).await?;
        acts::close(tx, act).await?;
    }
    Ok(rows.into_iter().map(|r| super::count(r.1)).collect())
}

/// Whether anything is muted at all: of most people nothing is.
pub(super) const ANY: &str =
    "SELECT EXISTS (SELECT 1 FROM placement WHERE muted = 1) OR EXISTS (SELECT 1 FROM message WHERE muted = 1)";

/// Place, UID, and whether it is marked already. What is being written is left alone.
pub(super) const ARRIVED: &str = "SELECT p.id, p.uid, p.muted OR m.muted FROM json_each(?1) AS w
     CROSS JOIN placement p ON p.server_folder = ?2 AND p.uid = w.value JOIN message m ON m.id = p.message
     WHERE p.hidden = 0 AND (p.flags & 8) = 0 AND m.thread <> 0 AND (p.muted = 1
         OR EXISTS (SELECT 1 FROM message n INDEXED BY message_muted WHERE n.thread = m.thread AND n.muted = 1)
         OR EXISTS (SELECT 1 FROM message n INDEXED BY message_thread CROSS JOIN placement q INDEXED BY placement_muted
                    ON q.message = n.id AND q.muted = 1 WHERE n.thread = m.thread AND q.hidden = 0))";

impl Store {
    /// Whether something waits to be told that nobody has done by hand.
    pub(crate) async fn quiet_waits(&self, account: Id) -> Result<bool> {
        let waits: i64 = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM op o JOIN act a ON a.id = o.act
                 WHERE o.state = 0 AND o.account = ?1 AND o.tries = 0 AND a.quiet = 1)",
        )
        .bind(account)
        .fetch_one(self.read())
        .await?;
        Ok(waits != 0)
    }
}
