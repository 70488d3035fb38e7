//! Texts that are written again and again: a draft's own words, whom they are for, and files.

use super::draft_files::{self, NewFile};
use super::drafts::{self, Content};
use super::{Store, id, now, number};
use crate::error::{Code, Error, Result, UiError};
use crate::view::{Id, Template};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// A template whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stored {
    pub(crate) content: Content,
    pub(crate) files: Vec<NewFile>,
}

fn template(r: &SqliteRow) -> Result<Template> {
    Ok(Template {
        id: id(r.try_get("id")?),
        name: r.try_get("name")?,
        subject: r.try_get("subject")?,
        changed: number(r.try_get("changed")?),
    })
}

impl Store {
    /// All of them, by name.
    pub(crate) async fn templates(&self) -> Result<Vec<Template>> {
        sqlx::query("SELECT id, name, subject, changed FROM template ORDER BY name, id")
            .fetch_all(self.read())
            .await?
            .iter()
            .map(template)
            .collect()
    }

    /// Keeps one under a name; what had that name is replaced.
    pub(crate) async fn save_template(&self, name: &str, stored: &Stored) -> Result<Template> {
        let packed = drafts::pack(&stored.content)?;
        let mut tx = self.write_durably().await?;
        let row = sqlx::query(
            "INSERT INTO template (name, subject, content, changed) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (name) DO UPDATE SET name = ?1, subject = ?2, content = ?3, changed = ?4
             RETURNING id, name, subject, changed",
        )
        .bind(name)
        .bind(&stored.content.subject)
        .bind(packed)
        .bind(now())
        .fetch_one(&mut *tx)
        .await?;
        let kept = template(&row)?;
        sqlx::query("DELETE FROM template_file WHERE template = ?1").bind(kept.id).execute(&mut *tx).await?;
        for file in &stored.files {
            sqlx::query(
                "INSERT INTO template_file (template, name, mime, size, cid, file) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )
            .bind(kept.id)
            .bind(&file.name)
            .bind(&file.mime)
            .bind(i64::try_from(file.size).unwrap_or(i64::MAX))
            .bind(&file.cid)
            .bind(&file.file)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit_beside_lists().await?;
        Ok(kept)
    }

    /// One of them, whole.
    pub(crate) async fn template(&self, template: Id) -> Result<Stored> {
        let packed: Option<Vec<u8>> = sqlx::query_scalar("SELECT content FROM template WHERE id = ?1")
            .bind(template)
            .fetch_optional(self.read())
            .await?;
        let content = drafts::unpack(&packed.ok_or_else(|| Error::Gone("template".into()))?)?;
        let rows = sqlx::query("SELECT name, mime, size, cid, file FROM template_file WHERE template = ?1 ORDER BY id")
            .bind(template)
            .fetch_all(self.read())
            .await?;
        let file = |r: &SqliteRow| -> Result<NewFile> {
            Ok(NewFile {
                name: r.try_get("name")?,
                mime: r.try_get("mime")?,
                size: u64::try_from(r.try_get::<i64, _>("size")?).unwrap_or(0),
                cid: r.try_get("cid")?,
                file: Some(r.try_get("file")?),
                part: None,
            })
        };
        Ok(Stored { content, files: rows.iter().map(file).collect::<Result<_>>()? })
    }

    /// Gives one another name.
    ///
    /// # Errors
    /// `Invalid("name")` where another has it.
    pub(crate) async fn rename_template(&self, template: Id, name: &str) -> Result<()> {
        let mut tx = self.write_durably().await?;
        let renamed = sqlx::query(
            "UPDATE template SET name = ?2 WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM template o WHERE o.name = ?2 AND o.id <> ?1)",
        )
        .bind(template)
        .bind(name)
        .execute(&mut *tx)
        .await?;
        tx.commit_beside_lists().await?;
        if renamed.rows_affected() == 1 {
            return Ok(());
        }
        self.template(template).await?;
        Err(Error::Invalid("name"))
    }

    /// Removes one.
    pub(crate) async fn remove_template(&self, template: Id) -> Result<()> {
        let mut tx = self.write_durably().await?;
        sqlx::query("DELETE FROM template_file WHERE template = ?1").bind(template).execute(&mut *tx).await?;
        sqlx::query("DELETE FROM template WHERE id = ?1").bind(template).execute(&mut *tx).await?;
        tx.commit_beside_lists().await
    }

    /// A new version of a draft, with files that are added to it, all or nothing. `edits`: what it was made from.
    ///
    /// # Errors
    /// Too late: it has been handed over, or changed meanwhile (none is given then).
    pub(crate) async fn fill_draft(
        &self,
        draft: Id,
        edits: i64,
        content: &Content,
        files: &[NewFile],
    ) -> Result<Option<u32>> {
        let mut tx = self.write_durably().await?;
        let (outgoing, now_edits): (Option<i64>, i64) =
            sqlx::query_as("SELECT outgoing, edits FROM draft WHERE id = ?1")
                .bind(draft)
                .fetch_optional(&mut *tx)
                .await?
                .ok_or_else(|| Error::Gone("draft".into()))?;
        if outgoing.is_some() {
            return Err(Error::Ui(Box::new(UiError::new(Code::TooLate))));
        }
        if now_edits != edits {
            return Ok(None);
        }
        let last: i64 =
            sqlx::query_scalar("SELECT version FROM draft WHERE id = ?1").bind(draft).fetch_one(&mut *tx).await?;
        for file in files {
            draft_files::add(&mut tx, draft, file).await?;
        }
        let version = drafts::put(&mut tx, draft, last, content).await?;
        tx.commit_beside_lists().await?;
        Ok(Some(super::count(version)))
    }
}
