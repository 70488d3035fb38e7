//! Files that go with drafts: their bytes are in `files/`, or still on the server of the message they are forwarded from.

use super::drafts::{self, QUIET};
use super::{Store, Write, id, now, number};
use crate::error::{Error, Result};
use crate::view::{DraftFile, Id};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// A file for a draft.
#[derive(Clone, Debug, Default)]
pub(crate) struct NewFile {
    pub(crate) name: String,
    pub(crate) mime: String,
    pub(crate) size: u64,
    pub(crate) cid: Option<String>,
    /// In `files/`.
    pub(crate) file: Option<String>,
    /// Or still there: message and section (empty: the message itself).
    pub(crate) part: Option<(Id, String)>,
}

/// A file of a draft, as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredFile {
    pub(crate) view: DraftFile,
    pub(crate) file: Option<String>,
    pub(crate) part: Option<(Id, String)>,
}

/// Adds one.
pub(super) async fn add(tx: &mut Write, draft: Id, file: &NewFile) -> Result<i64> {
    Ok(sqlx::query_scalar(
        "INSERT INTO draft_file (draft, name, mime, size, cid, file, message, section) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         RETURNING id",
    )
    .bind(draft)
    .bind(&file.name)
    .bind(&file.mime)
    .bind(i64::try_from(file.size).unwrap_or(i64::MAX))
    .bind(&file.cid)
    .bind(&file.file)
    .bind(file.part.as_ref().map(|p| p.0))
    .bind(file.part.as_ref().map(|p| &p.1))
    .fetch_one(&mut **tx)
    .await?)
}

/// Something changed that is no text.
async fn edited(tx: &mut Write, draft: Id) -> Result<()> {
    sqlx::query("UPDATE draft SET changed = ?2, edits = edits + 1, copy_due = ?2 + ?3, copy_tries = 0 WHERE id = ?1")
        .bind(draft)
        .bind(now())
        .bind(QUIET)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

impl Store {
    /// Those that go with a draft.
    pub(super) async fn draft_files(&self, draft: Id) -> Result<Vec<StoredFile>> {
        let rows = sqlx::query(
            "SELECT id, name, mime, size, cid, file, message, section FROM draft_file
             WHERE draft = ?1 AND removed IS NULL ORDER BY id",
        )
        .bind(draft)
        .fetch_all(self.read())
        .await?;
        rows.iter().map(stored_file).collect()
    }

    /// Adds a file.
    pub(crate) async fn add_draft_file(&self, draft: Id, file: &NewFile) -> Result<DraftFile> {
        let mut tx = self.write_durably().await?;
        drafts::open(&mut tx, draft).await?;
        let added = add(&mut tx, draft, file).await?;
        edited(&mut tx, draft).await?;
        tx.commit_beside_lists().await?;
        Ok(self.draft_file(draft, id(added)).await?.view)
    }

    /// Takes a file out. Its bytes stay with the draft: an older version may show it.
    pub(crate) async fn detach(&self, draft: Id, file: Id) -> Result<()> {
        let mut tx = self.write_durably().await?;
        drafts::open(&mut tx, draft).await?;
        sqlx::query("UPDATE draft_file SET removed = ?3 WHERE draft = ?1 AND id = ?2 AND removed IS NULL")
            .bind(draft)
            .bind(file)
            .bind(now())
            .execute(&mut *tx)
            .await?;
        edited(&mut tx, draft).await?;
        tx.commit_beside_lists().await
    }

    /// A file of a draft, whether it was taken out or not.
    pub(crate) async fn draft_file(&self, draft: Id, file: Id) -> Result<StoredFile> {
        let row = sqlx::query(
            "SELECT id, name, mime, size, cid, file, message, section FROM draft_file WHERE draft = ?1 AND id = ?2",
        )
        .bind(draft)
        .bind(file)
        .fetch_optional(self.read())
        .await?;
        row.as_ref().map(stored_file).transpose()?.ok_or_else(|| Error::Gone("file".into()))
    }

    /// Names in `files/` that drafts, templates and what is on its way out still need.
    pub(crate) async fn written_files(&self) -> Result<Vec<String>> {
        Ok(sqlx::query_scalar(
            "SELECT file FROM draft_file WHERE file IS NOT NULL
             UNION SELECT file FROM template_file
             UNION SELECT file FROM outgoing WHERE file IS NOT NULL AND (state IN (0, 1, 3, 4) OR look_at IS NOT NULL)
             UNION SELECT copy_file FROM outgoing WHERE copy_file IS NOT NULL AND (state IN (0, 1, 3, 4) OR look_at IS NOT NULL)",
        )
        .fetch_all(self.read())
        .await?)
    }
}

fn stored_file(r: &SqliteRow) -> Result<StoredFile> {
    let file: Option<String> = r.try_get("file")?;
    let message: Option<i64> = r.try_get("message")?;
    let section: Option<String> = r.try_get("section")?;
    Ok(StoredFile {
        view: DraftFile {
            id: id(r.try_get("id")?),
            name: r.try_get("name")?,
            size: number(r.try_get("size")?),
            mime: r.try_get("mime")?,
            cid: r.try_get("cid")?,
            remote: file.is_none(),
        },
        file,
        part: message.map(id).zip(section),
    })
}
