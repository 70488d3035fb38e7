//! The queue: what waits for a server, place by place, and what became of it. Everything here is part of a transaction of its
//! caller's.
//!
//! An operation waits (0) until the server has said its word: done (1) or refused (2). Taken back before a byte of it was sent it is
//! (3). While it waits, and only then, it is laid over what the server has (`rebase`).

mod born;
mod waiting;

use super::as_one::rows;
use super::recovered::HELD;
use super::{Write, id, now};
use crate::error::{Code, Error, Result, UiError};
use crate::rebase::rebase;
use crate::view::Id;
pub(crate) use born::born;
use std::collections::HashMap;
#[cfg(test)]
pub(crate) use waiting::Begun;
use waiting::waiting_for;
pub(crate) use waiting::{Kind, Waiting};

/// The ids as a statement takes them.
pub(crate) fn list(ids: &[i64]) -> Result<String> {
    serde_json::to_string(ids).map_err(|e| Error::Internal(e.to_string()))
}

/// Rows and unread rows of each folder among these places.
async fn numbers(tx: &mut Write, places: &str) -> Result<HashMap<i64, (i64, i64)>> {
    let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
        "SELECT folder, count(*), sum((flags & 1) = 0) FROM placement
         WHERE id IN (SELECT value FROM json_each(?1)) AND hidden = 0 AND asleep = 0 GROUP BY folder",
    )
    .bind(places)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|(f, n, u)| (f, (n, u))).collect())
}

/// Numbers of folders before places in them are changed; [`Before::settle`] adds the difference afterwards.
pub(crate) struct Before(HashMap<i64, (i64, i64)>);

impl Before {
    /// To be taken before the change.
    pub(crate) async fn of(tx: &mut Write, places: &str) -> Result<Self> {
        Ok(Self(numbers(tx, places).await?))
    }

    /// Places that were not there.
    pub(crate) fn none() -> Self {
        Self(HashMap::new())
    }

    /// Lets those sleep that are to, and brings the folders' numbers to what the places look like now. Gives the folders whose lists
    /// changed.
    pub(crate) async fn settle(self, tx: &mut Write, places: &str) -> Result<Vec<Id>> {
        super::snoozed::settle(tx, places, now()).await?;
        self.count(tx, places).await
    }

    /// Brings the folders' numbers to what the places look like now. Gives the folders whose lists changed.
    pub(crate) async fn count(self, tx: &mut Write, places: &str) -> Result<Vec<Id>> {
        let after = numbers(tx, places).await?;
        let mut folders: Vec<i64> = self.0.keys().chain(after.keys()).copied().collect();
        folders.sort_unstable();
        folders.dedup();
        for folder in &folders {
            let (was, is) =
                (self.0.get(folder).copied().unwrap_or_default(), after.get(folder).copied().unwrap_or_default());
            if was != is {
                sqlx::query("UPDATE folder SET total = total + ?2, unread = unread + ?3 WHERE id = ?1")
                    .bind(folder)
                    .bind(is.0 - was.0)
                    .bind(is.1 - was.1)
                    .execute(&mut **tx)
                    .await?;
            }
        }
        Ok(folders.into_iter().map(id).collect())
    }
}

/// Lays what waits for these places over what the server has, and shows the result; numbers of folders go along. Gives the
/// folders whose lists changed.
pub(crate) async fn show(tx: &mut Write, places: &[i64]) -> Result<Vec<Id>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let json = list(places)?;
    let before = Before::of(tx, &json).await?;
    // Most are shown so already: what was done to them has come true.
    sqlx::query(
        "UPDATE placement SET folder = server_folder, flags = server_flags, keywords = server_keywords,
                inbox = coalesce((SELECT role = 1 FROM folder WHERE id = server_folder), 0)
         WHERE id IN (SELECT value FROM json_each(?1)) AND server_folder IS NOT NULL
             AND (folder, flags, keywords) <> (server_folder, server_flags, server_keywords)
             AND NOT EXISTS (SELECT 1 FROM op WHERE op.placement = placement.id AND op.state = 0)",
    )
    .bind(&json)
    .execute(&mut **tx)
    .await?;
    let waiting = waiting_for(tx, &json).await?;
    let mut at = 0;
    while let Some(first) = waiting.get(at) {
        let group: Vec<&Waiting> = waiting.iter().skip(at).take_while(|w| w.placement == first.placement).collect();
        at += group.len();
        let shown = rebase(first.server.clone(), group.iter().map(|w| &w.delta));
        sqlx::query(
            "UPDATE placement SET folder = ?2, flags = ?3, keywords = ?4,
                    inbox = coalesce((SELECT role = 1 FROM folder WHERE id = ?2), 0) WHERE id = ?1",
        )
        .bind(first.placement)
        .bind(shown.folder)
        .bind(shown.flags)
        .bind(shown.keywords)
        .execute(&mut **tx)
        .await?;
    }
    before.settle(tx, &json).await
}

/// These have come to their end by the server's word: they no longer wait, and their places are as the server has them.
pub(crate) async fn done(tx: &mut Write, ops: &[i64]) -> Result<Vec<Id>> {
    end(tx, ops, 1, None).await
}

/// The server will not have these: only they are taken back, and the person is told why where `tell` says so. Nobody is told of what
/// has come to its end meanwhile.
pub(crate) async fn refused(tx: &mut Write, ops: &[i64], why: &UiError, tell: bool) -> Result<Vec<Id>> {
    let error = serde_json::to_string(why).map_err(|e| Error::Internal(e.to_string()))?;
    sqlx::query(
        "UPDATE act SET error = ?2, unseen = max(unseen, ?3 AND NOT quiet)
         WHERE id IN (SELECT act FROM op WHERE id IN (SELECT value FROM json_each(?1)) AND state = 0)",
    )
    .bind(list(ops)?)
    .bind(&error)
    .bind(tell)
    .execute(&mut **tx)
    .await?;
    end(tx, ops, 2, Some(error)).await
}

/// These are taken back before a byte of them was sent.
pub(crate) async fn taken_back(tx: &mut Write, ops: &[i64]) -> Result<Vec<Id>> {
    end(tx, ops, 3, None).await
}

async fn end(tx: &mut Write, ops: &[i64], state: i64, error: Option<String>) -> Result<Vec<Id>> {
    let json = list(ops)?;
    let places: String = sqlx::query_scalar(
        "SELECT json_group_array(placement) FROM op WHERE id IN (SELECT value FROM json_each(?1)) AND state = 0",
    )
    .bind(&json)
    .fetch_one(&mut **tx)
    .await?;
    let places: Vec<i64> = rows(&places)?;
    sqlx::query("UPDATE op SET state = ?2, error = ?3 WHERE id IN (SELECT value FROM json_each(?1)) AND state = 0")
        .bind(&json)
        .bind(state)
        .bind(&error)
        .execute(&mut **tx)
        .await?;
    let mut folders = Vec::new();
    if state != 1 {
        // What was to be carried away stays where it was; a copy that will not be has no place to stand.
        let staying: Vec<i64> = sqlx::query_scalar(
            "UPDATE op SET state = ?2 WHERE kind = 6 AND state = 0 AND (act, placement) IN
                 (SELECT act, other FROM op WHERE kind = 5 AND id IN (SELECT value FROM json_each(?1))) RETURNING placement",
        )
        .bind(&json)
        .bind(state)
        .fetch_all(&mut **tx)
        .await?;
        folders.extend(show(tx, &staying).await?);
        folders.extend(super::recovered::recover(tx, &json, error.as_deref()).await?);
        folders.extend(remove_unborn(tx, &json).await?);
        // What leaves with its folder stays with it; and what was to be put there first and was not is where it was.
        let back: Vec<i64> = sqlx::query_scalar(
            "UPDATE op SET state = ?3 WHERE kind = 6 AND other IS NULL AND state = 0
                 AND (act IN (SELECT act FROM op WHERE kind = 13 AND id IN (SELECT value FROM json_each(?1)))
                     OR placement IN (SELECT value FROM json_each(?2))) RETURNING placement",
        )
        .bind(&json)
        .bind(list(&places)?)
        .bind(state)
        .fetch_all(&mut **tx)
        .await?;
        folders.extend(show(tx, &back).await?);
        Box::pin(super::folder_ops::unmake(tx, &json)).await?;
    }
    folders.extend(show(tx, &places).await?);
    Ok(folders)
}

/// Removes the places of copies that the server never made.
async fn remove_unborn(tx: &mut Write, ops: &str) -> Result<Vec<Id>> {
    let places: Vec<i64> = sqlx::query_scalar(
        "SELECT o.placement FROM op o JOIN placement p ON p.id = o.placement
         WHERE o.kind IN (3, 5) AND o.id IN (SELECT value FROM json_each(?1)) AND p.server_folder IS NULL
             AND NOT EXISTS (SELECT 1 FROM recovered r WHERE r.placement = p.id AND r.original IS NOT NULL)",
    )
    .bind(ops)
    .fetch_all(&mut **tx)
    .await?;
    remove_places(tx, &places).await
}

/// Removes places with all that waits for them, and with the copies that were still to be made from them.
pub(crate) async fn remove_places(tx: &mut Write, places: &[i64]) -> Result<Vec<Id>> {
    let mut folders = Vec::new();
    let mut some = places.to_vec();
    while !some.is_empty() {
        let json = list(&some)?;
        let before = Before::of(tx, &json).await?;
        sqlx::query("UPDATE op SET state = 3 WHERE state = 0 AND placement IN (SELECT value FROM json_each(?1))")
            .bind(&json)
            .execute(&mut **tx)
            .await?;
        folders.extend(super::recovered::kept::originals_gone(tx, &json).await?);
        let messages: Vec<i64> =
            sqlx::query_scalar("DELETE FROM placement WHERE id IN (SELECT value FROM json_each(?1)) RETURNING message")
                .bind(&json)
                .fetch_all(&mut **tx)
                .await?;
        super::removals::orphan(tx, &messages).await?;
        folders.extend(before.settle(tx, &json).await?);
        let why = serde_json::to_string(&UiError::new(Code::Elsewhere)).map_err(|e| Error::Internal(e.to_string()))?;
        // What is on its way with all its bytes goes on without its original.
        some = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "UPDATE op SET state = 2, error = ?2 WHERE state = 0 AND kind IN (3, 5)
                 AND other IN (SELECT value FROM json_each(?1)) AND NOT (kind = 5 AND {HELD}) RETURNING placement"
        )))
        .bind(&json)
        .bind(why)
        .fetch_all(&mut **tx)
        .await?;
    }
    Ok(folders)
}

/// The places go, because the server does not have them any more: what waited for them comes too late. Of flags and deletions
/// nobody needs to be told; of a move one has to know that the message is not where one put it.
pub(crate) async fn too_late(tx: &mut Write, places: &str) -> Result<()> {
    let ops: Vec<(i64, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT id, kind FROM op WHERE state = 0 AND (placement IN (SELECT value FROM json_each(?1))
             OR (kind IN (3, 5) AND other IN (SELECT value FROM json_each(?1)) AND NOT (kind = 5 AND {HELD})))"
    )))
    .bind(places)
    .fetch_all(&mut **tx)
    .await?;
    for tell in [false, true] {
        let some: Vec<i64> = ops
            .iter()
            .filter(|(_, kind)| matches!(Kind::of(*kind), Kind::Move | Kind::Copy | Kind::Carry) == tell)
            .map(|o| o.0)
            .collect();
        if !some.is_empty() {
            refused(tx, &some, &UiError::new(Code::Elsewhere), tell).await?;
        }
    }
    Ok(())
}

/// The folder is gone: what was to go there comes back.
pub(crate) async fn folder_gone(tx: &mut Write, folder: Id) -> Result<()> {
    let path: Option<String> =
        sqlx::query_scalar("SELECT path FROM folder WHERE id = ?1").bind(folder).fetch_optional(&mut **tx).await?;
    super::folder_ops::folder_gone(tx, folder, path.as_deref().unwrap_or_default()).await?;
    let ops: Vec<i64> = sqlx::query_scalar("SELECT id FROM op WHERE state = 0 AND target = ?1 AND begun IS NULL")
        .bind(folder)
        .fetch_all(&mut **tx)
        .await?;
    if ops.is_empty() {
        return Ok(());
    }
    let why = UiError::new(Code::NoSuchFolder).with("folder", path.unwrap_or_default());
    refused(tx, &ops, &why, true).await.map(drop)
}

/// These are about to be sent: after a cut it is not known what became of them, and they are looked for behind `uidnext`. Gives
/// those that still wait: of the others nothing may be sent any more, for the person has undone them meanwhile.
pub(crate) async fn begin(tx: &mut Write, ops: &[i64], uidnext: u32, validity: u32) -> Result<Vec<i64>> {
    let ops = list(ops)?;
    sqlx::query(
        "UPDATE op SET begun = ?2, begun_validity = ?3,
                begun_folder = (SELECT server_folder FROM placement p WHERE p.id = CASE WHEN op.kind IN (3, 5) THEN op.other ELSE op.placement END),
                begun_uid = (SELECT uid FROM placement p WHERE p.id = CASE WHEN op.kind IN (3, 5) THEN op.other ELSE op.placement END)
         WHERE id IN (SELECT value FROM json_each(?1)) AND state = 0",
    )
    .bind(&ops)
    .bind(uidnext)
    .bind(validity)
    .execute(&mut **tx)
    .await?;
    let begun: String = sqlx::query_scalar(
        "SELECT json_group_array(id) FROM op WHERE id IN (SELECT value FROM json_each(?1)) AND state = 0",
    )
    .bind(&ops)
    .fetch_one(&mut **tx)
    .await?;
    rows(&begun)
}

/// Not sent after all, or proved not to have been done: they wait as before.
pub(crate) async fn not_begun(tx: &mut Write, ops: &[i64]) -> Result<()> {
    sqlx::query("UPDATE op SET begun = NULL WHERE id IN (SELECT value FROM json_each(?1)) AND state = 0")
        .bind(list(ops)?)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Later, and not begun: after a refusal that time may change.
pub(crate) async fn put_off(tx: &mut Write, ops: &[i64], seconds: i64, why: &UiError) -> Result<()> {
    not_begun(tx, ops).await?;
    wait(tx, ops, seconds, why).await
}

/// Later.
pub(crate) async fn wait(tx: &mut Write, ops: &[i64], seconds: i64, why: &UiError) -> Result<()> {
    sqlx::query(
        "UPDATE op SET tries = tries + 1, not_before = ?2, error = ?3
         WHERE id IN (SELECT value FROM json_each(?1)) AND state = 0",
    )
    .bind(list(ops)?)
    .bind(now() + seconds)
    .bind(serde_json::to_string(why).map_err(|e| Error::Internal(e.to_string()))?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
