//! Messages that hold some words somewhere, for a list that is to show only those: so that a filter reads what it may show, not the
//! whole list. Whoever asks looks once more into each.

use super::find::json;
use super::plan::of_words;
use super::{Pools, document};
use crate::error::Result;
use crate::store::Store;
use crate::store::as_one::{as_one, rows};
use letter::query::{Field, Words, tokens};

/// More are found sooner by reading the list.
const MOST: usize = 20_000;
/// So many may still have to be learnt: they are looked into as well.
const UNLEARNT: usize = 2_000;

/// Words as somebody types them over a list: each may be the beginning of another. `whole`: as they stand.
pub(crate) fn words(text: &str, whole: bool) -> Vec<Words> {
    let of = |piece: &str| Words { field: Field::Any, words: tokens(piece), whole, typed: piece.to_owned() };
    text.split_whitespace().map(of).filter(|words| !words.words.is_empty()).collect()
}

impl Store {
    /// Messages among which are all that hold these words. None: they are too many, or it cannot be told.
    pub(in crate::store) async fn near(&self, words: &[Words]) -> Result<Option<Vec<i64>>> {
        let asked: Vec<String> = words.iter().filter_map(|words| of_words(words).0).collect();
        if asked.is_empty() {
            return Ok(None);
        }
        let mut found: Vec<i64> = sqlx::query_scalar("SELECT message FROM search_todo LIMIT ?1")
            .bind(i64::try_from(UNLEARNT + 1).unwrap_or(i64::MAX))
            .fetch_all(self.read())
            .await?;
        if found.len() > UNLEARNT {
            return Ok(None);
        }
        let pools = self.index().await?;
        match documents(&pools, &asked.join(" AND ")).await {
            Ok(Some(some)) => found.extend(some),
            Ok(None) => return Ok(None),
            // The list is read instead; a search finds out, and makes the index anew.
            Err(e) => {
                tracing::warn!(error = %e, "the search index cannot be asked");
                return Ok(None);
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(Some(found))
    }
}

/// The messages of all documents that the index has for an expression; none where they are too many.
async fn documents(pools: &Pools, fts: &str) -> Result<Option<Vec<i64>>> {
    let shards: Vec<i64> = sqlx::query_scalar("SELECT id FROM shard WHERE docs > 0").fetch_all(&pools.readers).await?;
    let mut found: Vec<i64> = Vec::new();
    for shard in shards {
        let sql = format!("SELECT rowid FROM words_{shard} WHERE words_{shard} MATCH ?1 LIMIT ?2");
        let slots: String = sqlx::query_scalar(as_one("rowid", &sql))
            .bind(fts)
            .bind(i64::try_from(MOST + 1).unwrap_or(i64::MAX))
            .fetch_one(&pools.readers)
            .await?;
        let slots = rows::<[i64; 1]>(&slots)?;
        if slots.is_empty() {
            continue;
        }
        let ids: Vec<i64> = slots.into_iter().flatten().map(|slot| document(shard, slot)).collect();
        let sql = "SELECT d.message FROM json_each(?1) AS w CROSS JOIN doc d ON d.id = w.value";
        let messages: String =
            sqlx::query_scalar(as_one("message", sql)).bind(json(&ids)?).fetch_one(&pools.readers).await?;
        found.extend(rows::<[i64; 1]>(&messages)?.into_iter().flatten());
        if found.len() > MOST {
            return Ok(None);
        }
    }
    Ok(Some(found))
}
