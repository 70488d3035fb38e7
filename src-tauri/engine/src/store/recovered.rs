//! What can be stored nowhere any more: its bytes are here, its original is gone, and the server it was to go to will not have it. It
//! gets a place in a folder of the account that no server knows, with the reason, until the person has put it elsewhere. That folder
//! is its own server: what is done in it is done.
//!
//! The bytes of a message on its way to another account are kept from before the first byte of APPEND until it has arrived, as the
//! part `""` of the new message; where it will not arrive, until its original has been seen where it was ([`kept`]).

pub(crate) mod kept;

use super::folders::role_number;
use super::ops::{self, list};
use super::{Store, Write, id};
use crate::error::{Code, Error, Result, UiError};
use crate::rebase::bit;
use crate::view::{Id, Role};
use std::path::{Path, PathBuf};

/// The mailbox of the folder: no server can have one with a new line in its name.
const MAILBOX: &str = "\nrecovered";

/// Whether the bytes of an operation's place are here.
pub(super) const HELD: &str =
    "EXISTS (SELECT 1 FROM placement h JOIN part b ON b.message = h.message AND b.section = ''
    WHERE h.id = op.placement)";

/// The local folder of an account.
async fn folder(tx: &mut Write, account: i64) -> Result<i64> {
    Ok(sqlx::query_scalar(
        "INSERT INTO folder (account, mailbox, path, server_path, role, local, uidvalidity, uidnext) VALUES (?1, ?2, 'Recovered', '', ?3, 1, 1, 1)
         ON CONFLICT (account, mailbox) DO UPDATE SET missing_since = NULL RETURNING id",
    )
    .bind(account)
    .bind(MAILBOX)
    .bind(role_number(Role::Recovered))
    .fetch_one(&mut **tx)
    .await?)
}

/// These operations have ended without what they were for. Where a message would be lost by that, it gets its place here; where its
/// original is believed to be there, its bytes are kept until the server has said so. Part of the transaction that ends them.
/// Gives the folders whose lists changed.
pub(super) async fn recover(tx: &mut Write, ended: &str, why: Option<&str>) -> Result<Vec<Id>> {
    let held: Vec<(i64, i64, Option<i64>)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT p.id, m.account, (SELECT q.id FROM placement q WHERE q.id = op.other AND q.server_folder IS NOT NULL AND q.gone IS NULL)
         FROM op JOIN placement p ON p.id = op.placement JOIN message m ON m.id = p.message
         WHERE op.kind = 5 AND op.id IN (SELECT value FROM json_each(?1)) AND p.server_folder IS NULL AND {HELD}"
    )))
    .bind(ended)
    .fetch_all(&mut **tx)
    .await?;
    let mut folders = Vec::new();
    for (place, account, original) in held {
        folders.extend(match original {
            Some(original) => kept::keep(tx, place, original, why).await?,
            None => put(tx, place, account, why).await?,
        });
    }
    Ok(folders)
}

/// Puts a place where it is seen, with the reason; none: that which it has already.
async fn put(tx: &mut Write, place: i64, account: i64, why: Option<&str>) -> Result<Vec<Id>> {
    let folder = folder(tx, account).await?;
    let places = list(&[place])?;
    let before = ops::Before::of(tx, &places).await?;
    sqlx::query("UPDATE op SET state = 1 WHERE placement = ?1 AND state = 0").bind(place).execute(&mut **tx).await?;
    sqlx::query(
        "UPDATE placement SET folder = ?2, server_folder = ?2, uid = id, server_flags = flags, server_keywords = keywords, inbox = 0,
             gone = NULL WHERE id = ?1",
    )
    .bind(place)
    .bind(folder)
    .execute(&mut **tx)
    .await?;
    note(tx, place, None, why).await?;
    before.settle(tx, &places).await
}

/// Writes down the reason of a place, and where its original is believed to be. Without a reason that stays which it has: it is put
/// back for what brought it here.
async fn note(tx: &mut Write, place: i64, original: Option<i64>, why: Option<&str>) -> Result<()> {
    let gone = serde_json::to_string(&UiError::new(Code::Elsewhere)).map_err(|e| Error::Internal(e.to_string()))?;
    sqlx::query(
        "INSERT INTO recovered (placement, original, reason) VALUES (?1, ?2, coalesce(?3, ?4))
         ON CONFLICT (placement) DO UPDATE SET original = ?2, reason = coalesce(?3, reason)",
    )
    .bind(place)
    .bind(original)
    .bind(why)
    .bind(gone)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// After a store was made anew: what came over from the old one has its numbers, and what was on its way has its place.
pub(super) async fn take_up(tx: &mut Write) -> Result<()> {
    let lost: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT p.id, m.account FROM placement p JOIN message m ON m.id = p.message WHERE p.server_folder IS NULL",
    )
    .fetch_all(&mut **tx)
    .await?;
    for (place, account) in lost {
        put(tx, place, account, None).await?;
    }
    sqlx::query(
        "UPDATE folder SET total = (SELECT count(*) FROM placement p WHERE p.folder = folder.id AND p.hidden = 0 AND p.asleep = 0),
             unread = (SELECT count(*) FROM placement p WHERE p.folder = folder.id AND p.hidden = 0 AND p.asleep = 0
                 AND (p.flags & 1) = 0)
         WHERE local = 1",
    )
    .execute(&mut **tx)
    .await?;
    forget(tx).await
}

/// What was filed for places in local folders is done with that.
pub(crate) async fn settle_local(tx: &mut Write, places: &str) -> Result<()> {
    let local: Vec<i64> = sqlx::query_scalar(
        "SELECT p.id FROM json_each(?1) AS w JOIN placement p ON p.id = w.value JOIN folder f ON f.id = p.server_folder WHERE f.local = 1",
    )
    .bind(places)
    .fetch_all(&mut **tx)
    .await?;
    if local.is_empty() {
        return Ok(());
    }
    let json = list(&local)?;
    sqlx::query(
        "UPDATE placement SET server_flags = flags, server_keywords = keywords WHERE id IN (SELECT value FROM json_each(?1))",
    )
    .bind(&json)
    .execute(&mut **tx)
    .await?;
    sqlx::query("UPDATE op SET state = 1 WHERE state = 0 AND placement IN (SELECT value FROM json_each(?1))")
        .bind(&json)
        .execute(&mut **tx)
        .await?;
    let ended: Vec<i64> = sqlx::query_scalar(
        "SELECT id FROM placement WHERE id IN (SELECT value FROM json_each(?1)) AND (server_flags & ?2) <> 0",
    )
    .bind(&json)
    .bind(bit::DELETED)
    .fetch_all(&mut **tx)
    .await?;
    ops::remove_places(tx, &ended).await?;
    forget(tx).await
}

/// Reasons of places that are somewhere else now, or nowhere.
async fn forget(tx: &mut Write) -> Result<()> {
    sqlx::query("DELETE FROM recovered WHERE NOT EXISTS (SELECT 1 FROM placement p WHERE p.id = recovered.placement)")
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Files the way of those of these places that are in a local folder to one of a server; gives the folders whose lists changed, and the
/// other places.
pub(super) async fn file_out(
    tx: &mut Write,
    act: i64,
    places: &str,
    target: Id,
    account: Id,
) -> Result<(Vec<Id>, String)> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT p.id, coalesce(f.local, 0) FROM json_each(?1) AS w JOIN placement p ON p.id = w.value
         LEFT JOIN folder f ON f.id = p.server_folder WHERE p.hidden = 0",
    )
    .bind(places)
    .fetch_all(&mut **tx)
    .await?;
    let of = |wanted: bool| rows.iter().filter(|r| (r.1 != 0) == wanted).map(|r| r.0).collect::<Vec<i64>>();
    let out = list(&of(true))?;
    if of(true).is_empty() {
        return Ok((Vec::new(), places.to_owned()));
    }
    sqlx::query(
        "INSERT INTO op (act, account, placement, message, kind, source, target)
         SELECT ?1, ?4, p.id, p.message, 5, p.folder, ?3 FROM json_each(?2) AS w JOIN placement p ON p.id = w.value",
    )
    .bind(act)
    .bind(&out)
    .bind(target)
    .bind(account)
    .execute(&mut **tx)
    .await?;
    sqlx::query("UPDATE message SET account = ?2 WHERE id IN (SELECT message FROM placement WHERE id IN (SELECT value FROM json_each(?1)))")
        .bind(&out)
        .bind(account)
        .execute(&mut **tx)
        .await?;
    let before = ops::Before::of(tx, &out).await?;
    sqlx::query(
        "UPDATE placement SET folder = ?2, server_folder = NULL, uid = -1, inbox = (SELECT role = 1 FROM folder WHERE id = ?2)
         WHERE id IN (SELECT value FROM json_each(?1))",
    )
    .bind(&out)
    .bind(target)
    .execute(&mut **tx)
    .await?;
    Ok((before.settle(tx, &out).await?, list(&of(false))?))
}

impl Store {
    /// The bytes of a place that is on its way, where they are here.
    pub(crate) async fn held_bytes(&self, profile: &Path, place: i64) -> Result<(Id, Option<PathBuf>)> {
        let message: Option<i64> = sqlx::query_scalar("SELECT message FROM placement WHERE id = ?1")
            .bind(place)
            .fetch_optional(self.read())
            .await?;
        let message = id(message.ok_or_else(|| Error::Gone("the message has no place".into()))?);
        Ok((message, self.part(profile, message, "").await?))
    }

    /// Notes that the bytes of a message are here: on the disk itself when this returns.
    pub(crate) async fn hold(&self, message: Id, file: &str, size: u64) -> Result<()> {
        let mut tx = self.write_durably().await?;
        sqlx::query("INSERT OR REPLACE INTO part (message, section, file, size) VALUES (?1, '', ?2, ?3)")
            .bind(message)
            .bind(file)
            .bind(i64::try_from(size).unwrap_or(i64::MAX))
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await
    }

    /// What has arrived where a server has it, or was seen where it came from, need not be kept here: its bytes go, then the word
    /// that they are here.
    pub(crate) async fn let_go(&self, profile: &Path) -> Result<()> {
        const ARRIVED: &str = "section = '' AND NOT EXISTS (SELECT 1 FROM op WHERE op.message = part.message AND kind = 5 AND state = 0)
            AND ((EXISTS (SELECT 1 FROM op WHERE op.message = part.message AND kind = 5 AND state = 1)
                  AND NOT EXISTS (SELECT 1 FROM placement p JOIN folder f ON f.id = p.server_folder WHERE p.message = part.message AND f.local = 1)
                  AND NOT EXISTS (SELECT 1 FROM placement p JOIN recovered r ON r.placement = p.id WHERE p.message = part.message
                      AND r.original IS NOT NULL))
             OR (EXISTS (SELECT 1 FROM op WHERE op.message = part.message AND kind = 5)
                  AND NOT EXISTS (SELECT 1 FROM placement p WHERE p.message = part.message)))";
        let files: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT file FROM part WHERE {ARRIVED}")))
                .fetch_all(self.read())
                .await?;
        if files.is_empty() {
            return Ok(());
        }
        super::files::delete(profile, &files);
        let mut tx = self.write().await?;
        sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM part WHERE {ARRIVED}"))).execute(&mut *tx).await?;
        sqlx::query(
            "DELETE FROM recovered WHERE placement NOT IN
                 (SELECT p.id FROM placement p LEFT JOIN folder f ON f.id = p.server_folder WHERE coalesce(f.local, 1) = 1)",
        )
        .execute(&mut *tx)
        .await?;
        tx.commit_beside_lists().await
    }

    /// Why a message is in a local folder; none where it is not.
    pub(crate) async fn recovered_because(&self, message: Id) -> Result<Option<UiError>> {
        let reason: Option<String> = sqlx::query_scalar(
            "SELECT r.reason FROM placement p JOIN recovered r ON r.placement = p.id JOIN folder f ON f.id = p.server_folder
             WHERE p.message = ?1 AND f.local = 1 LIMIT 1",
        )
        .bind(message)
        .fetch_optional(self.read())
        .await?;
        Ok(reason.and_then(|r| serde_json::from_str(&r).ok()))
    }
}
