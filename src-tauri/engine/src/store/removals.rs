//! Places that the server does not have any more: out of view at the first look, out of the store at the second, each with its
//! cause in the ledger.

use super::placements::recount_around;
use super::{Write, id, now};
use crate::error::{Error, Result};
use crate::remote::UidSet;
use crate::store::folders::Folder;
use crate::view::Id;

/// First look: the server does not name these. They leave the view and stay in the store.
pub(crate) async fn mark_gone(tx: &mut Write, folder: Id, uids: &UidSet) -> Result<()> {
    for (a, b) in uids.ranges() {
        sqlx::query(
            "UPDATE placement SET gone = ?4 WHERE server_folder = ?1 AND uid BETWEEN ?2 AND ?3 AND gone IS NULL",
        )
        .bind(folder)
        .bind(a)
        .bind(b)
        .bind(now())
        .execute(&mut **tx)
        .await?;
    }
    recount_around(tx, folder).await
}

/// Second look: these are there after all.
pub(crate) async fn unmark_gone(tx: &mut Write, folder: Id, uids: &UidSet) -> Result<()> {
    for (a, b) in uids.ranges() {
        sqlx::query(
            "UPDATE placement SET gone = NULL WHERE server_folder = ?1 AND uid BETWEEN ?2 AND ?3 AND gone IS NOT NULL",
        )
        .bind(folder)
        .bind(a)
        .bind(b)
        .execute(&mut **tx)
        .await?;
    }
    recount_around(tx, folder).await
}

/// Second look: these are gone. The rows go, with their cause in the ledger, and what waited for them has come too late; content
/// without a place stays for a day. Gives the messages that lost a place.
pub(crate) async fn remove(tx: &mut Write, folder: &Folder, uids: &UidSet, cause: Cause) -> Result<Vec<Id>> {
    let mut lost = Vec::new();
    for (a, b) in uids.ranges() {
        lost.extend(remove_where(tx, folder.account, folder.id, i64::from(*a), i64::from(*b), cause).await?);
    }
    recount_around(tx, folder.id).await?;
    Ok(lost)
}

/// The places of an older UIDVALIDITY that were not matched again, once all headers are here; and those that were moved here and
/// are not.
pub(crate) async fn remove_stale(tx: &mut Write, folder: &Folder) -> Result<Vec<Id>> {
    let lost = remove_where(tx, folder.account, folder.id, i64::MIN, -1, Cause::Renumbered).await?;
    if !lost.is_empty() {
        recount_around(tx, folder.id).await?;
    }
    Ok(lost)
}

/// Why a place was removed by the server's doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It is not there any more.
    Elsewhere,
    /// Its folder is not there any more.
    FolderGone,
    /// Another UIDVALIDITY, and it was not among what came.
    Renumbered,
}

impl Cause {
    /// As it stands in the ledger.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Elsewhere => "gone from the server",
            Self::FolderGone => "folder gone",
            Self::Renumbered => "uidvalidity",
        }
    }
}

async fn remove_where(tx: &mut Write, account: Id, folder: Id, low: i64, high: i64, cause: Cause) -> Result<Vec<Id>> {
    // What is under way between two folders is not missing: replay settles it.
    const WHICH: &str = "server_folder = ?1 AND uid BETWEEN ?2 AND ?3
         AND NOT EXISTS (SELECT 1 FROM op o WHERE o.placement = placement.id AND o.state = 0 AND o.begun IS NOT NULL)";
    let places: Vec<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT id FROM placement WHERE {WHICH}")))
        .bind(folder)
        .bind(low)
        .bind(high)
        .fetch_all(&mut **tx)
        .await?;
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let places = serde_json::to_string(&places).map_err(|e| Error::Internal(e.to_string()))?;
    sqlx::query(
        "INSERT INTO ledger (at, account, folder, message, cause, subject, who, place)
         SELECT ?2, ?3, ?4, p.message, ?5, m.subject, m.who, (SELECT path FROM folder WHERE id = ?4)
         FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value JOIN message m ON m.id = p.message
         WHERE p.hidden = 0 OR p.gone IS NOT NULL",
    )
    .bind(&places)
    .bind(now())
    .bind(account)
    .bind(folder)
    .bind(cause.name())
    .execute(&mut **tx)
    .await?;
    super::ops::too_late(tx, &places).await?;
    super::recovered::kept::originals_gone(tx, &places).await?;
    let lost: Vec<i64> =
        sqlx::query_scalar("DELETE FROM placement WHERE id IN (SELECT value FROM json_each(?1)) RETURNING message")
            .bind(&places)
            .fetch_all(&mut **tx)
            .await?;
    orphan(tx, &lost).await?;
    Ok(lost.into_iter().map(id).collect())
}

/// Messages that have no place any more are kept for a while.
pub(crate) async fn orphan(tx: &mut Write, messages: &[i64]) -> Result<()> {
    let json = serde_json::to_string(messages).map_err(|e| Error::Internal(e.to_string()))?;
    sqlx::query(
        "INSERT OR IGNORE INTO orphan (message, since) SELECT w.value, ?2 FROM json_each(?1) AS w
         WHERE NOT EXISTS (SELECT 1 FROM placement p WHERE p.message = w.value)",
    )
    .bind(json)
    .bind(now())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A folder that two LISTs did not name: its places go, then the folder.
pub(crate) async fn remove_folder(tx: &mut Write, account: Id, folder: Id) -> Result<()> {
    // What was to go there stays where the server has it.
    super::ops::folder_gone(tx, folder).await?;
    remove_where(tx, account, folder, i64::MIN, i64::MAX, Cause::FolderGone).await?;
    sqlx::query("DELETE FROM folder WHERE id = ?1").bind(folder).execute(&mut **tx).await?;
    Ok(())
}
