//! What a search on this computer covers.

use super::damage::contained;
use crate::error::Result;
use crate::store::{Store, count, id};
use crate::view::Id;
use std::collections::HashSet;

/// Numbers behind "214,003 headers and 61,220 texts searched on this computer".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Covered {
    /// Messages whose headers are here.
    pub(crate) headers: i64,
    /// Messages whose texts are in the index.
    pub(crate) texts: i64,
    /// Messages that are in the index.
    pub(crate) indexed: i64,
}

/// Folders of an account in which a header or a text is not here. The first such row ends the look at a folder.
pub(super) const PARTIAL: &str = "SELECT f.id FROM folder f WHERE f.account = ?1 AND f.local = 0 AND (f.todo <> '' OR EXISTS
     (SELECT 1 FROM placement p WHERE p.server_folder = f.id AND NOT EXISTS (SELECT 1 FROM body b WHERE b.message = p.message)))";

impl Store {
    /// Folders of an account in which not everything is here.
    pub(crate) async fn partial_folders(&self, account: Id) -> Result<HashSet<Id>> {
        let ids: Vec<i64> = sqlx::query_scalar(PARTIAL).bind(account).fetch_all(self.read()).await?;
        Ok(ids.into_iter().map(id).collect())
    }

    /// How many folders of an account hold mail that could be asked for.
    pub(crate) async fn searchable_folders(&self, account: Id) -> Result<u32> {
        let n: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM folder WHERE account = ?1 AND selectable = 1 AND local = 0 AND (server_total > 0 OR total > 0)",
        )
        .bind(account)
        .fetch_one(self.read())
        .await?;
        Ok(count(n))
    }

    /// What the index covers now.
    pub(crate) async fn covered(&self) -> Result<Covered> {
        let pools = self.index().await?;
        let (indexed, texts): (i64, i64) =
            sqlx::query_as("SELECT coalesce(sum(docs), 0), coalesce(sum(texts), 0) FROM shard")
                .fetch_one(&pools.readers)
                .await
                .map_err(|e| contained(e.into()))?;
        let todo: i64 = sqlx::query_scalar("SELECT count(*) FROM search_todo").fetch_one(self.read()).await?;
        let headers = match todo {
            0 => indexed,
            // What is to be learnt may be known in an older form: only the store itself can count.
            _ => sqlx::query_scalar("SELECT count(*) FROM message").fetch_one(self.read()).await?,
        };
        Ok(Covered { headers, texts, indexed: indexed.min(headers) })
    }
}
