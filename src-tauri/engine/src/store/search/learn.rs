//! What the index learns: a portion of what is noted, the latest first. Read, made into words, written, and only then forgotten.

use super::terms::{COLUMNS, Source};
use super::{Pools, document, files, is_damage, place};
use crate::error::{Error, Result};
use crate::store::Store;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use std::collections::BTreeMap;

/// Messages of one portion.
const AT_ONCE: i64 = 200;
/// Slots looked through for a free one, in one go.
const NEAR: i64 = 64;

/// Documents written to a shard before its segments are made one: while there is more to learn, and when there is not.
const MUCH: i64 = 3_000;
const LITTLE: i64 = 200;

/// A message with its words.
struct Learnt {
    message: i64,
    edit: i64,
    /// None: it is no longer here.
    words: Option<(Source, String)>,
}

impl Store {
    /// Learns a portion. False: there is nothing left to learn. Where the index turns out to be damaged it is made anew.
    pub(crate) async fn learn(&self) -> Result<bool> {
        let pools = self.index().await?;
        match self.learn_from(&pools).await {
            Err(e) if is_damage(&e) => {
                tracing::warn!(error = %e, "the search index is damaged and is made anew");
                self.index.discard().await?;
                self.index().await?;
                Ok(true)
            }
            other => other,
        }
    }

    async fn learn_from(&self, pools: &Pools) -> Result<bool> {
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT t.message, t.edit, {COLUMNS} FROM (SELECT message, edit FROM search_todo ORDER BY message DESC LIMIT ?1) t
             LEFT JOIN message m ON m.id = t.message LEFT JOIN body b ON b.message = t.message ORDER BY t.message DESC"
        )))
        .bind(AT_ONCE)
        .fetch_all(self.read())
        .await?;
        if rows.is_empty() {
            return merge(pools, LITTLE).await;
        }
        let learnt = tokio::task::spawn_blocking(move || rows.iter().map(read).collect::<Result<Vec<_>>>())
            .await
            .map_err(|e| Error::Internal(format!("a message has no words: {e}")))??;
        let mut tx = pools.writer.begin_with("BEGIN IMMEDIATE").await?;
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for one in &learnt {
            let files = forget(&mut tx, one.message).await?;
            before.extend(files.into_iter().map(|file| (one.message, file)));
        }
        let mut docs: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
        for one in &learnt {
            let Some((source, words)) = &one.words else { continue };
            let (shard, _) = place(source.came);
            if let std::collections::btree_map::Entry::Vacant(new) = docs.entry(shard) {
                make_shard(&mut tx, shard).await?;
                new.insert((0, 0));
            }
            let id = free(&mut tx, source.came, one.message).await?;
            sqlx::query("INSERT INTO doc (id, message, date, text) VALUES (?1, ?2, ?3, ?4)")
                .bind(id)
                .bind(one.message)
                .bind(source.came)
                .bind(i64::from(source.here))
                .execute(&mut *tx)
                .await?;
            sqlx::query(AssertSqlSafe(format!("INSERT INTO words_{shard} (rowid, words) VALUES (?1, ?2)")))
                .bind(id & i64::from(u32::MAX))
                .bind(words)
                .execute(&mut *tx)
                .await?;
            let files = files::add(&mut tx, source).await?;
            after.extend(files.into_iter().map(|file| (one.message, file)));
            if let Some((all, texts)) = docs.get_mut(&shard) {
                *all += 1;
                *texts += i64::from(source.here);
            }
        }
        for (shard, (all, texts)) in docs {
            sqlx::query("UPDATE shard SET docs = docs + ?2, texts = texts + ?3, fresh = fresh + ?2 WHERE id = ?1")
                .bind(shard)
                .bind(all)
                .bind(texts)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        let done: Vec<[i64; 2]> = learnt.iter().map(|l| [l.message, l.edit]).collect();
        let done = serde_json::to_string(&done).map_err(|e| Error::Internal(e.to_string()))?;
        let mut tx = self.write().await?;
        sqlx::query(
            "DELETE FROM search_todo WHERE message IN (SELECT value ->> 0 FROM json_each(?1) WHERE
                 (SELECT edit FROM search_todo t WHERE t.message = value ->> 0) = value ->> 1)",
        )
        .bind(done)
        .execute(&mut *tx)
        .await?;
        tx.commit_beside_lists().await?;
        self.index.learnt.send_modify(|n| *n += 1);
        before.sort_unstable();
        after.sort_unstable();
        if before != after {
            self.index.files.send_modify(|n| *n += 1);
        }
        merge(pools, MUCH).await?;
        Ok(true)
    }
}

/// Makes the segments of one shard one, where so many documents came since the last time: the index is a third smaller then, and a word
/// is looked up once, not once in each segment. False: there is no such shard.
async fn merge(pools: &Pools, fresh: i64) -> Result<bool> {
    let shard: Option<i64> =
        sqlx::query_scalar("SELECT id FROM shard WHERE fresh >= ?1 ORDER BY fresh DESC, id DESC LIMIT 1")
            .bind(fresh)
            .fetch_optional(&pools.readers)
            .await?;
    let Some(shard) = shard else { return Ok(false) };
    let mut tx = pools.writer.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query(AssertSqlSafe(format!("INSERT INTO words_{shard} (words_{shard}) VALUES ('optimize')")))
        .execute(&mut *tx)
        .await?;
    sqlx::query("UPDATE shard SET fresh = 0 WHERE id = ?1").bind(shard).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(true)
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<Learnt> {
    let message = row.try_get("message")?;
    let words = match row.try_get::<Option<i64>, _>("id")? {
        None => None,
        Some(_) => {
            let source = Source::of(row)?;
            let (terms, _) = source.terms();
            Some((source, terms))
        }
    };
    Ok(Learnt { message, edit: row.try_get("edit")?, words })
}

async fn make_shard(tx: &mut SqliteConnection, shard: i64) -> Result<()> {
    let done =
        sqlx::query("INSERT INTO shard (id) VALUES (?1) ON CONFLICT DO NOTHING").bind(shard).execute(&mut *tx).await?;
    if done.rows_affected() > 0 {
        // Words come folded and cut, with a space between: to the index they are signs and no more. Where a word stands in a message
        // is not kept; that is looked up in the message, for the few that a row of words is asked of.
        sqlx::query(AssertSqlSafe(format!(
            "CREATE VIRTUAL TABLE words_{shard} USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii')"
        )))
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// Takes a message out, if it is in; gives the files that it had.
async fn forget(tx: &mut SqliteConnection, message: i64) -> Result<Vec<files::Known>> {
    let files = files::remove(tx, message).await?;
    let known: Option<(i64, i64)> =
        sqlx::query_as("SELECT id, text FROM doc WHERE message = ?1").bind(message).fetch_optional(&mut *tx).await?;
    let Some((id, text)) = known else { return Ok(files) };
    let shard = id >> super::BITS;
    sqlx::query(AssertSqlSafe(format!("DELETE FROM words_{shard} WHERE rowid = ?1")))
        .bind(id & i64::from(u32::MAX))
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM doc WHERE id = ?1").bind(id).execute(&mut *tx).await?;
    sqlx::query("UPDATE shard SET docs = docs - 1, texts = texts - ?2 WHERE id = ?1")
        .bind(shard)
        .bind(text)
        .execute(&mut *tx)
        .await?;
    Ok(files)
}

/// The id of a document of this date: its slot, or one above it that is free. Thousands that came in one minute stand above each other,
/// scattered over a stretch that doubles until it has room.
async fn free(tx: &mut SqliteConnection, date: i64, message: i64) -> Result<i64> {
    let (shard, slot) = place(date);
    let mut stretch = NEAR;
    let mut away = 0;
    // What is drawn depends on the message alone.
    let mut drawn = message;
    loop {
        let from = document(shard, slot + away);
        let taken: Vec<i64> = sqlx::query_scalar("SELECT id FROM doc WHERE id BETWEEN ?1 AND ?2 ORDER BY id")
            .bind(from)
            .bind(from + NEAR - 1)
            .fetch_all(&mut *tx)
            .await?;
        let free = (from..from + NEAR).zip(taken.iter().map(Some).chain(std::iter::repeat(None)));
        if let Some((id, _)) = free.into_iter().find(|(id, taken)| *taken != Some(id)) {
            return Ok(id);
        }
        stretch = (stretch * 2).min(i64::from(u32::MAX / 4));
        drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        away = (drawn >> 20).rem_euclid(stretch);
    }
}
