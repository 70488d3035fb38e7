//! Bytes that were fetched: parts and remote images. They lie in the profile's `files/`, under names made of our ids alone;
//! no name from a message ever becomes a path.

use super::Store;
use crate::engine::Picture;
use crate::error::Result;
use crate::view::Id;
use std::path::{Path, PathBuf};

/// The folder of fetched bytes in a profile.
pub(crate) fn folder(profile: &Path) -> PathBuf {
    profile.join("files")
}

/// Name of the file of a part: ids and the section's digits.
pub(crate) fn part_file(message: Id, section: &str) -> String {
    let section: String = section.chars().map(|c| if c.is_ascii_digit() { c } else { '_' }).take(60).collect();
    format!("{message}-{}", if section.is_empty() { "all".to_owned() } else { section })
}

/// Name of the file of a remote image.
pub(crate) fn image_file(message: Id, n: u32) -> String {
    format!("{message}-image-{n}")
}

/// Deletes files that no row names any more; what is not there is no error.
pub(crate) fn delete(profile: &Path, files: &[String]) {
    for f in files {
        if let Err(e) = std::fs::remove_file(folder(profile).join(f))
            && e.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(error = %e, "a cached file could not be deleted");
        }
    }
}

impl Store {
    /// The file of a part, where it was fetched and is still there.
    pub(crate) async fn part(&self, profile: &Path, message: Id, section: &str) -> Result<Option<PathBuf>> {
        let file: Option<String> = sqlx::query_scalar("SELECT file FROM part WHERE message = ?1 AND section = ?2")
            .bind(message)
            .bind(section)
            .fetch_optional(self.read())
            .await?;
        Ok(file.map(|f| folder(profile).join(f)).filter(|p| p.is_file()))
    }

    /// Sections of a message that are here.
    pub(crate) async fn parts_here(&self, message: Id) -> Result<Vec<String>> {
        Ok(sqlx::query_scalar("SELECT section FROM part WHERE message = ?1")
            .bind(message)
            .fetch_all(self.read())
            .await?)
    }

    /// Notes that a part is here.
    pub(crate) async fn save_part(&self, message: Id, section: &str, file: &str, size: u64) -> Result<()> {
        let mut tx = self.write().await?;
        sqlx::query("INSERT OR REPLACE INTO part (message, section, file, size) VALUES (?1, ?2, ?3, ?4)")
            .bind(message)
            .bind(section)
            .bind(file)
            .bind(i64::try_from(size).unwrap_or(i64::MAX))
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await
    }

    /// Notes what became of a remote image: its type and file, or that it could not be had.
    pub(crate) async fn save_image(&self, message: Id, n: u32, got: Option<(&str, &str)>) -> Result<()> {
        let mut tx = self.write().await?;
        sqlx::query("INSERT OR REPLACE INTO image (message, n, mime, file) VALUES (?1, ?2, ?3, ?4)")
            .bind(message)
            .bind(n)
            .bind(got.map(|g| g.0))
            .bind(got.map(|g| g.1))
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await
    }

    /// Which remote images of a message are here.
    pub(crate) async fn images_here(&self, message: Id) -> Result<Vec<u32>> {
        let here: Vec<i64> = sqlx::query_scalar("SELECT n FROM image WHERE message = ?1 AND file IS NOT NULL")
            .bind(message)
            .fetch_all(self.read())
            .await?;
        Ok(here.into_iter().map(super::count).collect())
    }

    /// A remote image that was fetched.
    pub(crate) async fn remote_picture(&self, profile: &Path, message: Id, n: u32) -> Result<Option<Picture>> {
        let row: Option<(String, String)> = sqlx::query_as(
            "SELECT mime, file FROM image WHERE message = ?1 AND n = ?2 AND mime IS NOT NULL AND file IS NOT NULL",
        )
        .bind(message)
        .bind(n)
        .fetch_optional(self.read())
        .await?;
        let Some((mime, file)) = row else { return Ok(None) };
        Ok(tokio::fs::read(folder(profile).join(file)).await.ok().map(|bytes| Picture { mime, bytes }))
    }
}
