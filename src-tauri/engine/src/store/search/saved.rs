//! Searches that the person keeps.

use crate::error::{Code, Error, Result, UiError};
use crate::store::{Store, id};
use crate::view::{Id, SavedSearch};

/// Searches kept; more are refused.
const MOST: i64 = 200;
/// Characters of a name.
const NAME: usize = 80;
/// Octets of a query.
const QUERY: usize = 4_000;

impl Store {
    /// Kept searches in the person's order.
    pub(crate) async fn saved_searches(&self) -> Result<Vec<SavedSearch>> {
        let rows: Vec<(i64, String, String)> =
            sqlx::query_as("SELECT id, name, query FROM saved_search ORDER BY position, id")
                .fetch_all(self.read())
                .await?;
        Ok(rows.into_iter().map(|(n, name, query)| SavedSearch { id: id(n), name, query }).collect())
    }

    /// Keeps a search, behind the others.
    pub(crate) async fn save_search(&self, name: &str, query: &str) -> Result<SavedSearch> {
        let (name, query) = checked(name, query)?;
        let mut tx = self.write_durably().await?;
        let all: i64 = sqlx::query_scalar("SELECT count(*) FROM saved_search").fetch_one(&mut *tx).await?;
        if all >= MOST {
            return Err(invalid());
        }
        let made: i64 = sqlx::query_scalar(
            "INSERT INTO saved_search (position, name, query) VALUES ((SELECT coalesce(max(position), 0) + 1 FROM saved_search), ?1, ?2)
             RETURNING id",
        )
        .bind(&name)
        .bind(&query)
        .fetch_one(&mut *tx)
        .await?;
        tx.commit_beside_lists().await?;
        self.keep_copy().await;
        Ok(SavedSearch { id: id(made), name, query })
    }

    /// Changes its name and what it looks for.
    pub(crate) async fn edit_search(&self, saved: &SavedSearch) -> Result<()> {
        let (name, query) = checked(&saved.name, &saved.query)?;
        let mut tx = self.write_durably().await?;
        let done = sqlx::query("UPDATE saved_search SET name = ?2, query = ?3 WHERE id = ?1")
            .bind(saved.id)
            .bind(name)
            .bind(query)
            .execute(&mut *tx)
            .await?;
        if done.rows_affected() == 0 {
            return Err(Error::Gone("search".into()));
        }
        tx.commit_beside_lists().await?;
        self.keep_copy().await;
        Ok(())
    }

    /// Forgets it.
    pub(crate) async fn remove_search(&self, search: Id) -> Result<()> {
        let mut tx = self.write_durably().await?;
        sqlx::query("DELETE FROM saved_search WHERE id = ?1").bind(search).execute(&mut *tx).await?;
        tx.commit_beside_lists().await?;
        self.keep_copy().await;
        Ok(())
    }

    /// Sets their order.
    pub(crate) async fn order_searches(&self, searches: &[Id]) -> Result<()> {
        let mut tx = self.write_durably().await?;
        for (position, search) in searches.iter().enumerate() {
            sqlx::query("UPDATE saved_search SET position = ?2 WHERE id = ?1")
                .bind(search)
                .bind(i64::try_from(position).unwrap_or(i64::MAX))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit_beside_lists().await?;
        self.keep_copy().await;
        Ok(())
    }
}

fn checked(name: &str, query: &str) -> Result<(String, String)> {
    let (name, query) = (name.trim(), query.trim());
    if name.is_empty() || name.chars().count() > NAME || query.is_empty() || query.len() > QUERY {
        return Err(invalid());
    }
    Ok((name.to_owned(), query.to_owned()))
}

fn invalid() -> Error {
    Error::Ui(Box::new(UiError::new(Code::Invalid)))
}
