//! Copies of drafts in the server's Drafts: what is due, what was begun, where they are.
//!
//! A copy is named by the draft's token and a serial number, both in its Message-ID: the new one is known from the old one, whatever
//! else the server makes of it. The old one is taken away only in the transaction that knows where the new one is, as an ordinary
//! deletion of that one place; what another client has put there is a place of its own, and is never touched.

mod waiting;

use super::acts::{self, Quiet};
use super::{Store, Write, count, id, now};
use crate::error::Result;
use crate::view::Id;
use sqlx::Row;

/// A draft whose copy is to be made, or was begun and not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Copy {
    pub(crate) draft: Id,
    /// Message-ID of the copy that was begun last.
    pub(crate) message_id: String,
    /// Its APPEND may have reached the server.
    pub(crate) begun: bool,
    /// It is not wanted any more: discarded, or handed over to be sent.
    pub(crate) over: bool,
    pub(crate) tries: u32,
}

/// Files the end of a draft's copy on the server. What somebody has moved out of Drafts is not a copy of ours any more.
pub(super) async fn take_away(tx: &mut Write, draft: Id) -> Result<Vec<Id>> {
    let place: Vec<i64> = sqlx::query_scalar(
        "SELECT p.id FROM draft d JOIN placement p ON p.id = d.copy_place JOIN folder f ON f.id = p.folder
         WHERE d.id = ?1 AND f.role = 2",
    )
    .bind(draft)
    .fetch_all(&mut **tx)
    .await?;
    sqlx::query("UPDATE draft SET copy_place = NULL WHERE id = ?1").bind(draft).execute(&mut **tx).await?;
    acts::file_quietly(tx, Quiet::Delete, &place).await
}

impl Store {
    /// Drafts of an account whose copies have something to do by now.
    pub(crate) async fn copies_due(&self, account: Id) -> Result<Vec<Copy>> {
        let rows = sqlx::query(
            "SELECT id, coalesce(copy_id, '') AS message_id, copy_begun IS NOT NULL AS begun, copy_tries,
                    discarded IS NOT NULL OR outgoing IS NOT NULL AS over
             FROM draft WHERE account = ?1 AND copy_due <= ?2 AND redirect = 0 ORDER BY copy_due, id LIMIT 50",
        )
        .bind(account)
        .bind(now())
        .fetch_all(self.read())
        .await?;
        rows.iter()
            .map(|r| {
                Ok(Copy {
                    draft: id(r.try_get("id")?),
                    message_id: r.try_get("message_id")?,
                    begun: r.try_get::<i64, _>("begun")? != 0,
                    over: r.try_get::<i64, _>("over")? != 0,
                    tries: count(r.try_get("copy_tries")?),
                })
            })
            .collect()
    }

    /// When the next is due.
    pub(crate) async fn next_copy(&self, account: Id) -> Result<Option<i64>> {
        Ok(sqlx::query_scalar(
            "SELECT min(copy_due) FROM draft WHERE account = ?1 AND copy_due IS NOT NULL AND redirect = 0",
        )
        .bind(account)
        .fetch_one(self.read())
        .await?)
    }

    /// An APPEND is about to be sent. False: the draft has changed since, and is looked at again.
    pub(crate) async fn begin_copy(&self, draft: Id, edits: i64, serial: i64, message_id: &str) -> Result<bool> {
        let mut tx = self.write_durably().await?;
        let begun = sqlx::query(
            "UPDATE draft SET copy_begun = edits, copy_serial = ?3, copy_id = ?4
             WHERE id = ?1 AND edits = ?2 AND copy_begun IS NULL AND discarded IS NULL AND outgoing IS NULL",
        )
        .bind(draft)
        .bind(edits)
        .bind(serial)
        .bind(message_id)
        .execute(&mut *tx)
        .await?;
        tx.commit_beside_lists().await?;
        Ok(begun.rows_affected() == 1)
    }

    /// The copy that was begun is there, at this place; the one before goes. Gives the folders whose lists changed.
    pub(crate) async fn copy_there(&self, draft: Id, place: i64) -> Result<Vec<Id>> {
        let mut tx = self.write_durably().await?;
        let before: Option<i64> = sqlx::query_scalar("SELECT copy_place FROM draft WHERE id = ?1")
            .bind(draft)
            .fetch_optional(&mut *tx)
            .await?
            .flatten();
        let mut folders = if before == Some(place) { Vec::new() } else { take_away(&mut tx, draft).await? };
        sqlx::query(
            "UPDATE draft SET copy_place = ?2, copy_tries = 0, copy_begun = NULL,
                 copy_due = CASE WHEN edits = copy_begun OR discarded IS NOT NULL OR outgoing IS NOT NULL THEN NULL ELSE copy_due END
             WHERE id = ?1",
        )
        .bind(draft)
        .bind(place)
        .execute(&mut *tx)
        .await?;
        let over: i64 = sqlx::query_scalar(
            "SELECT discarded IS NOT NULL OR EXISTS (SELECT 1 FROM outgoing o WHERE o.id = draft.outgoing AND o.state = 2)
             FROM draft WHERE id = ?1",
        )
            .bind(draft)
            .fetch_one(&mut *tx)
            .await?;
        if over != 0 {
            folders.extend(take_away(&mut tx, draft).await?);
        }
        tx.commit().await?;
        Ok(folders)
    }

    /// Nothing of the copy that was begun is there. `settled`: and none is to be made of what the draft is now.
    pub(crate) async fn copy_not_there(&self, draft: Id, settled: bool) -> Result<()> {
        let mut tx = self.write_durably().await?;
        sqlx::query(
            "UPDATE draft SET copy_due = CASE WHEN discarded IS NOT NULL OR outgoing IS NOT NULL
                     OR (?2 AND edits = copy_begun) THEN NULL ELSE copy_due END, copy_begun = NULL WHERE id = ?1",
        )
        .bind(draft)
        .bind(settled)
        .execute(&mut *tx)
        .await?;
        tx.commit_beside_lists().await
    }

    /// Tried again later.
    pub(crate) async fn copy_put_off(&self, draft: Id, seconds: i64) -> Result<()> {
        let mut tx = self.write_durably().await?;
        sqlx::query(
            "UPDATE draft SET copy_due = ?2, copy_tries = copy_tries + 1 WHERE id = ?1 AND copy_due IS NOT NULL",
        )
        .bind(draft)
        .bind(now() + seconds)
        .execute(&mut *tx)
        .await?;
        tx.commit_beside_lists().await
    }

    /// A place in a folder by the Message-ID, of those that came since a time.
    pub(crate) async fn place_by_message_id(&self, folder: Id, message_id: &str, since: i64) -> Result<Option<i64>> {
        Ok(sqlx::query_scalar(
            "SELECT p.id FROM placement p JOIN message m ON m.id = p.message
             WHERE p.folder = ?1 AND p.hidden = 0 AND p.date >= ?3 AND m.message_id = ?2 AND p.uid > 0
             ORDER BY p.date DESC, p.id DESC LIMIT 1",
        )
        .bind(folder)
        .bind(message_id)
        .bind(since)
        .fetch_optional(self.read())
        .await?)
    }

    /// A place by where the server has it.
    pub(crate) async fn place_at(&self, folder: Id, uid: u32) -> Result<Option<i64>> {
        Ok(sqlx::query_scalar("SELECT id FROM placement WHERE server_folder = ?1 AND uid = ?2 AND hidden = 0")
            .bind(folder)
            .bind(uid)
            .fetch_optional(self.read())
            .await?)
    }

    /// The draft that a message in Drafts is the copy of, where it is still being written here.
    pub(crate) async fn draft_of(&self, message: Id) -> Result<Option<Id>> {
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT d.id FROM placement p JOIN draft d ON d.copy_place = p.id
             WHERE p.message = ?1 AND d.discarded IS NULL AND d.outgoing IS NULL ORDER BY d.id DESC LIMIT 1",
        )
        .bind(message)
        .fetch_optional(self.read())
        .await?;
        Ok(found.map(id))
    }

    /// Where a message lies in Drafts.
    pub(crate) async fn place_in_drafts(&self, message: Id) -> Result<Option<i64>> {
        Ok(sqlx::query_scalar(
            "SELECT p.id FROM placement p JOIN folder f ON f.id = p.folder
             WHERE p.message = ?1 AND p.hidden = 0 AND f.role = 2 ORDER BY p.id LIMIT 1",
        )
        .bind(message)
        .fetch_optional(self.read())
        .await?)
    }
}
