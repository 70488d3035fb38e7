//! Copies that wait for quiet, and are wanted at once: what was written is left alone.

use crate::error::Result;
use crate::store::{Store, id, now};
use crate::view::Id;

impl Store {
    /// Whether a draft has a copy, or is to have one: something is written in it.
    pub(crate) async fn is_copied(&self, draft: Id) -> Result<bool> {
        Ok(sqlx::query_scalar::<_, i64>(
            "SELECT EXISTS (SELECT 1 FROM draft WHERE id = ?1 AND discarded IS NULL AND outgoing IS NULL AND redirect = 0
                 AND (copy_due IS NOT NULL OR copy_place IS NOT NULL))",
        )
        .bind(draft)
        .fetch_one(self.read())
        .await?
            != 0)
    }

    /// Its copy is due now, if it is to have one; `anew`: files came that are not in the one that is there.
    pub(crate) async fn copy_now(&self, draft: Id, anew: bool) -> Result<()> {
        let mut tx = self.write_durably().await?;
        sqlx::query(
            "UPDATE draft SET edits = edits + ?3, copy_tries = 0,
                 copy_due = CASE WHEN ?3 OR copy_due IS NOT NULL THEN min(coalesce(copy_due, ?2), ?2) END
             WHERE id = ?1 AND discarded IS NULL AND outgoing IS NULL AND redirect = 0
                 AND (copy_due IS NOT NULL OR copy_place IS NOT NULL)",
        )
        .bind(draft)
        .bind(now())
        .bind(anew)
        .execute(&mut *tx)
        .await?;
        tx.commit_beside_lists().await
    }

    /// Accounts with copies that were not tried yet.
    pub(crate) async fn copies_wait(&self) -> Result<Vec<Id>> {
        let all: Vec<i64> = sqlx::query_scalar(
            "SELECT DISTINCT account FROM draft WHERE copy_due IS NOT NULL AND copy_tries = 0 AND redirect = 0",
        )
        .fetch_all(self.read())
        .await?;
        Ok(all.into_iter().map(id).collect())
    }

    /// Those of an account are due now.
    pub(crate) async fn copies_now(&self, account: Id) -> Result<()> {
        let mut tx = self.write_durably().await?;
        sqlx::query(
            "UPDATE draft SET copy_due = min(copy_due, ?2) WHERE account = ?1 AND copy_due IS NOT NULL AND copy_tries = 0 AND redirect = 0",
        )
        .bind(account)
        .bind(now())
        .execute(&mut *tx)
        .await?;
        tx.commit_beside_lists().await
    }

    /// Whether some of an account's are neither made nor tried in vain.
    pub(crate) async fn copies_fresh(&self, account: Id) -> Result<bool> {
        Ok(sqlx::query_scalar::<_, i64>(
            "SELECT EXISTS (SELECT 1 FROM draft WHERE account = ?1 AND copy_due IS NOT NULL AND copy_tries = 0 AND redirect = 0)",
        )
        .bind(account)
        .fetch_one(self.read())
        .await?
            != 0)
    }
}
