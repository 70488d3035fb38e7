//! What is kept out of sight: messages that were to go to another account and will not arrive there, whose originals are believed to be
//! where they were. The server is asked ([`Replay`](crate::sync)); what it names need not be kept, and what it does not is put where
//! the person sees it. The same happens whenever the place of an original goes by any other way than the person's own wish.

use super::{HELD, note, put};
use crate::error::{Code, Error, Result, UiError};
use crate::rebase::NOWHERE;
use crate::store::ops::{Before, list, remove_places, taken_back};
use crate::store::{Store, Write, count, id};
use crate::view::Id;

/// One that is to be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The place that is kept.
    pub(crate) place: i64,
    /// Where the server had its original when it was last seen.
    pub(crate) folder: Id,
    pub(crate) uid: u32,
    pub(crate) validity: u32,
}

/// Keeps a place that will not get to where it was to go. Gives the folders whose lists changed.
pub(super) async fn keep(tx: &mut Write, place: i64, original: i64, why: Option<&str>) -> Result<Vec<Id>> {
    let places = list(&[place])?;
    let before = Before::of(tx, &places).await?;
    sqlx::query("UPDATE op SET state = 3 WHERE placement = ?1 AND state = 0").bind(place).execute(&mut **tx).await?;
    sqlx::query("UPDATE placement SET folder = ?2, inbox = 0 WHERE id = ?1")
        .bind(place)
        .bind(NOWHERE)
        .execute(&mut **tx)
        .await?;
    let mut folders = before.settle(tx, &places).await?;
    note(tx, place, Some(original), why).await?;
    // Copies that were to be made of it once it had arrived.
    let elsewhere =
        serde_json::to_string(&UiError::new(Code::Elsewhere)).map_err(|e| Error::Internal(e.to_string()))?;
    let copies: Vec<i64> = sqlx::query_scalar(
        "UPDATE op SET state = 2, error = ?2 WHERE state = 0 AND kind IN (3, 5) AND other = ?1 RETURNING placement",
    )
    .bind(place)
    .bind(elsewhere)
    .fetch_all(&mut **tx)
    .await?;
    folders.extend(Box::pin(remove_places(tx, &copies)).await?);
    Ok(folders)
}

/// These places go, and nobody wished it: what is kept for one of them is put where it is seen. Gives the folders whose lists changed.
pub(in crate::store) async fn originals_gone(tx: &mut Write, originals: &str) -> Result<Vec<Id>> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT p.id, m.account FROM json_each(?1) AS w CROSS JOIN recovered r ON r.original = w.value
         JOIN placement p ON p.id = r.placement JOIN message m ON m.id = p.message",
    )
    .bind(originals)
    .fetch_all(&mut **tx)
    .await?;
    let mut folders = Vec::new();
    for (place, account) in rows {
        folders.extend(put(tx, place, account, None).await?);
    }
    Ok(folders)
}

/// These need not be kept: their originals have been seen, or the person has had them deleted.
async fn let_be(tx: &mut Write, places: &[i64]) -> Result<()> {
    let json = list(places)?;
    sqlx::query("DELETE FROM recovered WHERE original IS NOT NULL AND placement IN (SELECT value FROM json_each(?1))")
        .bind(&json)
        .execute(&mut **tx)
        .await?;
    remove_places(tx, places).await.map(drop)
}

/// The person has had these places deleted, and the server has done it.
pub(in crate::store) async fn deleted(tx: &mut Write, originals: &[i64]) -> Result<()> {
    let places: Vec<i64> =
        sqlx::query_scalar("SELECT r.placement FROM json_each(?1) AS w CROSS JOIN recovered r ON r.original = w.value")
            .bind(list(originals)?)
            .fetch_all(&mut **tx)
            .await?;
    if places.is_empty() { Ok(()) } else { let_be(tx, &places).await }
}

/// An account goes. What was to come to it from another stays where it was, and what is here of it belongs to that; what it was to give
/// away, or could not, is seen where it was to go.
pub(in crate::store) async fn account_leaves(tx: &mut Write, account: Id) -> Result<()> {
    let ops: Vec<(i64, i64, i64, i64, i64, bool)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT op.id, op.placement, op.message, op.account, m.account, {HELD} FROM op JOIN placement p ON p.id = op.placement
         JOIN message m ON m.id = p.message
         WHERE op.kind = 5 AND op.state = 0 AND p.server_folder IS NULL AND op.account <> m.account AND (op.account = ?1 OR m.account = ?1)"
    )))
    .bind(account)
    .fetch_all(&mut **tx)
    .await?;
    for (op, place, message, from, to, held) in ops {
        if id(from) == account && held {
            put(tx, place, to, None).await?;
            continue;
        }
        if id(to) == account {
            belongs(tx, message, from).await?;
        }
        taken_back(tx, &[op]).await?;
    }
    let kept: Vec<(i64, i64, i64, i64)> = sqlx::query_as(
        "SELECT p.id, p.message, m.account, f.account FROM recovered r JOIN placement p ON p.id = r.placement
         JOIN message m ON m.id = p.message JOIN placement q ON q.id = r.original
         JOIN folder f ON f.id = coalesce(q.server_folder, q.folder)
         WHERE r.original IS NOT NULL AND (m.account = ?1 OR f.account = ?1)",
    )
    .bind(account)
    .fetch_all(&mut **tx)
    .await?;
    for (place, message, to, from) in kept {
        if id(from) == account {
            put(tx, place, to, None).await?;
        } else {
            belongs(tx, message, from).await?;
        }
    }
    Ok(())
}

async fn belongs(tx: &mut Write, message: i64, account: i64) -> Result<()> {
    sqlx::query("UPDATE message SET account = ?2 WHERE id = ?1").bind(message).bind(account).execute(&mut **tx).await?;
    Ok(())
}

impl Store {
    /// What an account's server is to be asked about. What is on its way between two folders of it is not yet anywhere to be asked.
    pub(crate) async fn kept(&self, account: Id) -> Result<Vec<Kept>> {
        let rows: Vec<(i64, i64, i64, Option<i64>)> = sqlx::query_as(
            "SELECT r.placement, f.id, q.uid, f.uidvalidity FROM recovered r JOIN placement q ON q.id = r.original
             JOIN folder f ON f.id = q.server_folder
             WHERE r.original IS NOT NULL AND f.account = ?1 AND q.uid > 0
                 AND NOT EXISTS (SELECT 1 FROM op o WHERE o.placement = q.id AND o.state = 0 AND o.begun IS NOT NULL)
             ORDER BY f.id, q.uid",
        )
        .bind(account)
        .fetch_all(self.read())
        .await?;
        let kept = |(place, folder, uid, validity): (i64, i64, i64, Option<i64>)| Kept {
            place,
            folder: id(folder),
            uid: count(uid),
            validity: validity.map_or(0, count),
        };
        Ok(rows.into_iter().map(kept).collect())
    }

    /// The server has been asked: the originals of `seen` are there, those of `gone` are not. Gives the
    /// folders whose lists changed.
    pub(crate) async fn kept_settled(&self, seen: &[i64], gone: &[i64]) -> Result<Vec<Id>> {
        let mut tx = self.write_durably().await?;
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT p.id, m.account FROM json_each(?1) AS w CROSS JOIN recovered r ON r.placement = w.value AND r.original IS NOT NULL
             JOIN placement p ON p.id = r.placement JOIN message m ON m.id = p.message",
        )
        .bind(list(gone)?)
        .fetch_all(&mut *tx)
        .await?;
        let mut folders = Vec::new();
        for (place, account) in rows {
            folders.extend(put(&mut tx, place, account, None).await?);
        }
        let still: Vec<i64> = sqlx::query_scalar(
            "SELECT r.placement FROM json_each(?1) AS w CROSS JOIN recovered r ON r.placement = w.value AND r.original IS NOT NULL",
        )
        .bind(list(seen)?)
        .fetch_all(&mut *tx)
        .await?;
        let_be(&mut tx, &still).await?;
        tx.commit().await?;
        Ok(folders)
    }
}
