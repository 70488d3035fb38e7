//! The server's word on what was sent, written down: what it has now, and which operations have come to their end with it. Each
//! is one transaction.

use super::ops::{self, list};
use super::{Store, Write, id};
use crate::error::{Error, Result, UiError};
use crate::rebase::{Delta, FlagsToSend, State, bit, with_keywords};
use crate::remote::UidSet;
use crate::view::Id;

/// Where a message is on the server: place, and its UID there where it was told.
pub(crate) type Landed = (i64, Option<u32>);

/// The acts of these say that the server could only mark.
async fn note_only_marked(tx: &mut Write, ops: &[i64]) -> Result<()> {
    sqlx::query(
        "UPDATE act SET only_marked = 1 WHERE id IN (SELECT act FROM op WHERE id IN (SELECT value FROM json_each(?1)))",
    )
    .bind(list(ops)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

impl Store {
    /// The server has set and cleared these flags in a folder; `at`: with this MODSEQ, or a greater one.
    pub(crate) async fn flags_told(
        &self,
        folder: Id,
        places: &[i64],
        ops: &[i64],
        sent: &FlagsToSend,
        at: Option<u64>,
    ) -> Result<Vec<Id>> {
        let bits = |names: &[String]| {
            names.iter().fold(0, |all, name| {
                all | match name.as_str() {
                    "\\Seen" => bit::SEEN,
                    "\\Flagged" => bit::FLAGGED,
                    "\\Answered" => bit::ANSWERED,
                    "\\Draft" => bit::DRAFT,
                    "$Forwarded" => bit::FORWARDED,
                    _ => 0,
                }
            })
        };
        let words = |names: &[String]| -> Vec<String> {
            names.iter().filter(|n| !n.starts_with('\\') && *n != "$Forwarded").cloned().collect()
        };
        let (add, remove) = (words(&sent.add), words(&sent.remove));
        let mut tx = self.write_durably().await?;
        sqlx::query(
            "UPDATE placement SET server_flags = (server_flags | ?2) & ~?3 WHERE id IN (SELECT value FROM json_each(?1))",
        )
        .bind(list(places)?)
        .bind(bits(&sent.add))
        .bind(bits(&sent.remove))
        .execute(&mut *tx)
        .await?;
        if !add.is_empty() || !remove.is_empty() {
            for place in places {
                let old: String = sqlx::query_scalar("SELECT server_keywords FROM placement WHERE id = ?1")
                    .bind(place)
                    .fetch_optional(&mut *tx)
                    .await?
                    .unwrap_or_default();
                let new = add.iter().fold(old, |all, k| with_keywords(&all, Some(k), None));
                let new = remove.iter().fold(new, |all, k| with_keywords(&all, None, Some(k)));
                sqlx::query("UPDATE placement SET server_keywords = ?2 WHERE id = ?1")
                    .bind(place)
                    .bind(new)
                    .execute(&mut *tx)
                    .await?;
            }
        }
        let folders = ops::done(&mut tx, ops).await?;
        if let Some(at) = at {
            tx.told.note(
                folder,
                places,
                at,
                bits(&sent.add) | bits(&sent.remove),
                !add.is_empty() || !remove.is_empty(),
            );
        }
        tx.commit().await?;
        Ok(folders)
    }

    /// The server has these in another folder now. Operations named are at their end; without any, more is to be done (the copy of
    /// a move without MOVE), and only where they are is written down.
    pub(crate) async fn landed(&self, target: Id, landed: &[Landed], ops: &[i64]) -> Result<Vec<Id>> {
        let mut tx = self.write_durably().await?;
        let told: Vec<(i64, u32)> = landed.iter().filter_map(|(place, uid)| uid.map(|u| (*place, u))).collect();
        let json = serde_json::to_string(&told).map_err(|e| Error::Internal(e.to_string()))?;
        // The folder may have been looked at meanwhile, and a row made of what is this one.
        let twins: Vec<i64> = sqlx::query_scalar(
            "SELECT p.id FROM json_each(?1) AS w CROSS JOIN placement p ON p.server_folder = ?2 AND p.uid = w.value ->> 1
             WHERE p.id <> w.value ->> 0",
        )
        .bind(&json)
        .bind(target)
        .fetch_all(&mut *tx)
        .await?;
        let mut folders = ops::remove_places(&mut tx, &twins).await?;
        // Flags of an original may have been told after a copy of it was asked for.
        let others: Vec<(i64, i64, String)> = sqlx::query_as(
            "SELECT p.id, q.server_flags, q.server_keywords FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value ->> 0
             JOIN op o ON o.placement = p.id AND o.kind = 3 AND o.state = 0 JOIN placement q ON q.id = o.other
             WHERE p.server_folder IS NULL AND (p.server_flags, p.server_keywords) <> (q.server_flags, q.server_keywords)",
        )
        .bind(&json)
        .fetch_all(&mut *tx)
        .await?;
        for (place, flags, keywords) in others {
            ops::born(&mut tx, place, flags, &keywords).await?;
            sqlx::query("UPDATE placement SET server_flags = ?2, server_keywords = ?3 WHERE id = ?1")
                .bind(place)
                .bind(flags)
                .bind(keywords)
                .execute(&mut *tx)
                .await?;
        }
        sqlx::query(
            "UPDATE placement SET server_folder = ?2, uid = w.uid, gone = NULL
             FROM (SELECT value ->> 0 AS place, value ->> 1 AS uid FROM json_each(?1)) AS w WHERE placement.id = w.place",
        )
        .bind(&json)
        .bind(target)
        .execute(&mut *tx)
        .await?;
        let untold: Vec<i64> = landed.iter().filter(|(_, uid)| uid.is_none()).map(|(place, _)| *place).collect();
        sqlx::query(
            "UPDATE placement SET server_folder = ?2, uid = -id, gone = NULL
             WHERE id IN (SELECT value FROM json_each(?1)) AND server_folder IS NOT ?2",
        )
        .bind(list(&untold)?)
        .bind(target)
        .execute(&mut *tx)
        .await?;
        // What we put there ourselves need not be looked for: where it stands right behind what is known, the mark moves on.
        if let (Some(low), Some(high)) = (told.iter().map(|t| t.1).min(), told.iter().map(|t| t.1).max())
            && u32::try_from(told.len()).ok() == high.checked_sub(low).and_then(|n| n.checked_add(1))
        {
            sqlx::query("UPDATE folder SET uidnext = ?3 + 1 WHERE id = ?1 AND uidnext = ?2")
                .bind(target)
                .bind(low)
                .bind(high)
                .execute(&mut *tx)
                .await?;
        }
        folders.extend(ops::done(&mut tx, ops).await?);
        tx.commit().await?;
        Ok(folders)
    }

    /// The server has these no more. The places go; what was done is remembered by the operations.
    pub(crate) async fn deleted(&self, places: &[i64], ops: &[i64]) -> Result<Vec<Id>> {
        let mut tx = self.write_durably().await?;
        sqlx::query("UPDATE op SET state = 1 WHERE id IN (SELECT value FROM json_each(?1)) AND state = 0")
            .bind(list(ops)?)
            .execute(&mut *tx)
            .await?;
        super::recovered::kept::deleted(&mut tx, places).await?;
        let folders = ops::remove_places(&mut tx, places).await?;
        tx.commit().await?;
        Ok(folders)
    }

    /// The server can only mark these as deleted: hidden here, and the act says so.
    pub(crate) async fn marked_deleted(&self, places: &[i64], ops: &[i64]) -> Result<Vec<Id>> {
        let mut tx = self.write_durably().await?;
        sqlx::query(
            "UPDATE placement SET server_flags = server_flags | ?2 WHERE id IN (SELECT value FROM json_each(?1))",
        )
        .bind(list(places)?)
        .bind(bit::DELETED)
        .execute(&mut *tx)
        .await?;
        note_only_marked(&mut tx, ops).await?;
        let folders = ops::done(&mut tx, ops).await?;
        tx.commit().await?;
        Ok(folders)
    }

    /// Of moved messages the server can only mark the old copies: the act says so. The copies are in their folder like others, to be
    /// fetched there, hidden.
    pub(crate) async fn only_marked(&self, source: Id, uids: &UidSet, ops: &[i64]) -> Result<Vec<Id>> {
        let todo = self.folder(source).await?.todo.union(uids);
        let mut tx = self.write_durably().await?;
        super::folders::set_todo(&mut tx, source, &todo).await?;
        note_only_marked(&mut tx, ops).await?;
        let folders = ops::done(&mut tx, ops).await?;
        tx.commit().await?;
        Ok(folders)
    }

    /// Together these change nothing: they end without a word to the server, unless one of them was taken back meanwhile.
    pub(crate) async fn ops_settled(&self, ops: &[i64]) -> Result<Vec<Id>> {
        let mut tx = self.write_durably().await?;
        let n: i64 =
            sqlx::query_scalar("SELECT count(*) FROM op WHERE id IN (SELECT value FROM json_each(?1)) AND state = 0")
                .bind(list(ops)?)
                .fetch_one(&mut *tx)
                .await?;
        if usize::try_from(n).ok() != Some(ops.len()) {
            return Ok(Vec::new());
        }
        let folders = ops::done(&mut tx, ops).await?;
        tx.commit().await?;
        Ok(folders)
    }

    /// These are as they were wanted.
    pub(crate) async fn ops_done(&self, ops: &[i64]) -> Result<Vec<Id>> {
        let mut tx = self.write_durably().await?;
        let folders = ops::done(&mut tx, ops).await?;
        tx.commit().await?;
        Ok(folders)
    }

    /// The server will not have these.
    pub(crate) async fn ops_refused(&self, ops: &[i64], why: &UiError, tell: bool) -> Result<Vec<Id>> {
        let mut tx = self.write_durably().await?;
        let folders = ops::refused(&mut tx, ops, why, tell).await?;
        tx.commit().await?;
        Ok(folders)
    }

    /// These are about to be sent. Gives those that still wait, and may be.
    pub(crate) async fn ops_begin(&self, ops: &[i64], uidnext: u32, validity: u32) -> Result<Vec<i64>> {
        let mut tx = self.write_durably().await?;
        let begun = ops::begin(&mut tx, ops, uidnext, validity).await?;
        tx.commit_beside_lists().await?;
        Ok(begun)
    }

    /// These were not done.
    pub(crate) async fn ops_not_begun(&self, ops: &[i64]) -> Result<()> {
        let mut tx = self.write_durably().await?;
        ops::not_begun(&mut tx, ops).await?;
        tx.commit_beside_lists().await
    }

    /// These are tried again later.
    pub(crate) async fn ops_put_off(&self, ops: &[i64], seconds: i64, why: &UiError) -> Result<()> {
        let mut tx = self.write_durably().await?;
        ops::put_off(&mut tx, ops, seconds, why).await?;
        tx.commit_beside_lists().await
    }

    /// The same, of what may have been done already: it stays begun, and is looked for before it is tried again.
    pub(crate) async fn ops_wait(&self, ops: &[i64], seconds: i64, why: &UiError) -> Result<()> {
        let mut tx = self.write_durably().await?;
        ops::wait(&mut tx, ops, seconds, why).await?;
        tx.commit_beside_lists().await
    }

    /// Flags and date with which a place is to be appended.
    pub(crate) async fn as_appended(&self, placement: i64) -> Result<(Vec<String>, i64)> {
        let (flags, keywords, date): (i64, String, i64) = sqlx::query_as(
            "SELECT server_flags, server_keywords, coalesce(received, date) FROM placement WHERE id = ?1",
        )
        .bind(placement)
        .fetch_one(self.read())
        .await?;
        let server = State { folder: 0, flags: 0, keywords: String::new() };
        let wanted = Delta { add: flags & !bit::DELETED, ..Delta::default() };
        let mut names = FlagsToSend::of(&server, &[wanted]).add;
        names.extend(keywords.split(' ').filter(|k| !k.is_empty()).map(str::to_owned));
        Ok((names, date))
    }

    /// The place that a message has on the server now: folder and UID.
    pub(crate) async fn server_place(&self, placement: i64) -> Result<Option<(Id, i64)>> {
        let row: Option<(Option<i64>, i64)> = sqlx::query_as("SELECT server_folder, uid FROM placement WHERE id = ?1")
            .bind(placement)
            .fetch_optional(self.read())
            .await?;
        Ok(row.and_then(|(folder, uid)| folder.map(|f| (id(f), uid))))
    }
}
