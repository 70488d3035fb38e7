//! Versions of a draft: made by every save, thinned out with time, brought back.

use super::{Content, QUIET, current, pack, unpack};
use crate::error::{Code, Error, Result, UiError};
use crate::store::{Store, Write, count, now, number};
use crate::view::{DraftVersion, Id};

/// Versions younger than this are all kept, in seconds.
const ALL: i64 = 3_600;
/// Of older ones the last of each such stretch.
const STRETCH: i64 = 900;
/// For so long.
const VERSIONS: i64 = 7 * 86_400;

/// A new version. `from`: the one it was made from.
pub(in crate::store) async fn put(tx: &mut Write, draft: Id, from: i64, content: &Content) -> Result<i64> {
    let packed = pack(content)?;
    let last: i64 =
        sqlx::query_scalar("SELECT version FROM draft WHERE id = ?1").bind(draft).fetch_one(&mut **tx).await?;
    if from != last {
        sqlx::query("UPDATE draft_version SET kept = 1 WHERE draft = ?1 AND version = ?2")
            .bind(draft)
            .bind(last)
            .execute(&mut **tx)
            .await?;
    }
    let version = last + 1;
    let at = now();
    sqlx::query(
        "INSERT INTO draft_version (draft, version, changed, subject, words, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )
    .bind(draft)
    .bind(version)
    .bind(at)
    .bind(&content.subject)
    .bind(content.words())
    .bind(&packed)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "UPDATE draft SET version = ?2, content = ?3, changed = ?4, edits = edits + 1, copy_due = ?4 + ?5, copy_tries = 0 WHERE id = ?1",
    )
    .bind(draft)
    .bind(version)
    .bind(packed)
    .bind(at)
    .bind(QUIET)
    .execute(&mut **tx)
    .await?;
    thin(tx, draft, at).await?;
    Ok(version)
}

/// Thins out old versions; see the module's head. The last one and those `kept` stay, for as long as there are versions at all.
async fn thin(tx: &mut Write, draft: Id, at: i64) -> Result<()> {
    sqlx::query(
        "DELETE FROM draft_version AS v WHERE v.draft = ?1 AND v.version < (SELECT version FROM draft WHERE id = ?1)
             AND (v.changed < ?2 - ?3 OR (v.kept = 0 AND v.changed < ?2 - ?4 AND EXISTS (SELECT 1 FROM draft_version w
                 WHERE w.draft = v.draft AND w.version > v.version AND w.changed / ?5 = v.changed / ?5)))",
    )
    .bind(draft)
    .bind(at)
    .bind(VERSIONS)
    .bind(ALL)
    .bind(STRETCH)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

impl Store {
    /// Versions that can be brought back, latest first.
    pub(crate) async fn draft_versions(&self, draft: Id) -> Result<Vec<DraftVersion>> {
        let rows: Vec<(i64, i64, String, i64)> = sqlx::query_as(
            "SELECT version, changed, subject, words FROM draft_version WHERE draft = ?1 ORDER BY version DESC",
        )
        .bind(draft)
        .fetch_all(self.read())
        .await?;
        Ok(rows
            .into_iter()
            .map(|(version, changed, subject, words)| DraftVersion {
                version: count(version),
                changed: number(changed),
                subject,
                words: count(words),
            })
            .collect())
    }

    /// Brings a version back, as a new one; with the pictures that its text shows.
    pub(crate) async fn restore_draft(&self, draft: Id, version: u32) -> Result<()> {
        let mut tx = self.write_durably().await?;
        let now = current(&mut tx, draft).await?;
        if now.outgoing.is_some() {
            return Err(Error::Ui(Box::new(UiError::new(Code::TooLate))));
        }
        let old: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT content FROM draft_version WHERE draft = ?1 AND version = ?2")
                .bind(draft)
                .bind(version)
                .fetch_optional(&mut *tx)
                .await?;
        let content = unpack(&old.ok_or_else(|| Error::Gone("version".into()))?)?;
        put(&mut tx, draft, now.version, &content).await?;
        sqlx::query(
            "UPDATE draft_file SET removed = NULL WHERE draft = ?1 AND removed IS NOT NULL AND cid IS NOT NULL
                 AND instr(?2, 'cid:' || cid) > 0",
        )
        .bind(draft)
        .bind(&content.html)
        .execute(&mut *tx)
        .await?;
        tx.commit_beside_lists().await
    }
}
