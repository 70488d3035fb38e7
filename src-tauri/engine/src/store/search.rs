//! Search: an index of words in a file of its own, and what is asked of it.
//!
//! `search.sqlite` holds only what follows from `mail.sqlite`, so it is never repaired: when anything about it is wrong it is made anew,
//! and nobody who reads or writes mail waits for that. What it still has to learn stands in `search_todo`, in the store itself, written
//! by triggers in the transaction that changed a message; [`learn`] takes it from there, and forgets it only once it is on the disk.
//!
//! Words stand in one FTS5 table for each [`SHARD`] of time. A search walks them from the newest on and stops when it has a page, so
//! neither a word that is in every message nor the beginning of a thousand words costs more than one shard (the bench tells what was
//! tried before). A row's id is its date in [`SLOT`]s from the beginning of its shard, or the next that is free: so within a shard, too,
//! the newest come first without being sorted.

pub(crate) mod coverage;
mod damage;
mod files;
mod find;
mod learn;
mod narrow;
mod near;
mod plan;
mod results;
mod saved;
mod shards;
pub(super) mod terms;
#[cfg(test)]
mod tests;

pub(super) use damage::is_damage;
pub(crate) use files::MOST as MOST_FILES;
pub(crate) use find::Hit;
pub(in crate::store) use near::words as asked_words;
pub(crate) use plan::{LABELS, Plan, ROLES};
pub(crate) use results::{Progress, Results};

use crate::error::Result;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{RwLock, watch};

/// Changes whenever other words are indexed for the same message: an index of another version is made anew.
const VERSION: i64 = 3;
/// Seconds of one shard: half a year.
const SHARD: i64 = 15_778_800;
/// Seconds of one slot.
const SLOT: i64 = 64;
/// The last shard; later dates stand in it.
const LAST: i64 = 1_000;
/// Bits of a document's id that are its slot.
const BITS: u32 = 32;

/// The shard and the slot of a date.
fn place(date: i64) -> (i64, i64) {
    let shard = date.div_euclid(SHARD).clamp(0, LAST);
    (shard, (date - shard * SHARD).clamp(0, i64::from(u32::MAX / 4) * SLOT) / SLOT)
}

/// The first second of a slot.
fn begin(shard: i64, slot: i64) -> i64 {
    shard * SHARD + slot.saturating_mul(SLOT)
}

/// Id of a document.
fn document(shard: i64, slot: i64) -> i64 {
    (shard << BITS) | slot
}

/// The index: a file that may be made anew at any time. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    file: PathBuf,
    pools: Arc<RwLock<Option<Pools>>>,
    /// Counts what was learnt: whoever shows hits looks again.
    pub(crate) learnt: Arc<watch::Sender<u64>>,
    /// Counts how often the cabinet of attachments has become another.
    pub(crate) files: Arc<watch::Sender<u64>>,
    last_files: files::Last,
}

/// Connections to the file.
#[derive(Clone, Debug)]
struct Pools {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Index {
    /// The index of a profile; it is opened when it is first asked.
    pub(super) fn of(profile: &Path) -> Self {
        let [learnt, files] = [0, 0].map(|n| Arc::new(watch::channel(n).0));
        Self {
            file: profile.join("search.sqlite"),
            pools: Arc::default(),
            learnt,
            files,
            last_files: files::Last::default(),
        }
    }

    /// Its connections, for the store of this generation. True: it was made anew, so it knows nothing yet.
    async fn pools(&self, generation: i64) -> Result<(Pools, bool)> {
        if let Some(pools) = self.pools.read().await.clone() {
            return Ok((pools, false));
        }
        let mut slot = self.pools.write().await;
        if let Some(pools) = slot.clone() {
            return Ok((pools, false));
        }
        let known = match self.open(generation).await {
            Ok(known) => known,
            Err(e) => {
                tracing::warn!(error = %e, "the search index cannot be used and is made anew");
                None
            }
        };
        let (pools, anew) = match known {
            Some(pools) => (pools, false),
            None => {
                self.remove_files()?;
                (self.make().await?, true)
            }
        };
        *slot = Some(pools.clone());
        Ok((pools, anew))
    }

    async fn connect(&self) -> Result<Pools> {
        let options = SqliteConnectOptions::new()
            .filename(&self.file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // What was learnt is forgotten in the store once this has committed: it must be on the disk by then.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(128)
            .pragma("temp_store", "memory")
            .pragma("cache_size", "-8000")
            .pragma("trusted_schema", "off");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.clone())
            .await?;
        let readers = SqlitePoolOptions::new()
            // One, so that what it has read stays read, and its forty tables are opened once.
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.create_if_missing(false).statement_cache_capacity(512).pragma("cache_size", "-8000"))
            .await?;
        Ok(Pools { writer, readers })
    }

    /// The file as it is, if it is of this store and version.
    async fn open(&self, generation: i64) -> Result<Option<Pools>> {
        if !self.file.exists() {
            return Ok(None);
        }
        let pools = self.connect().await?;
        let known: std::result::Result<Option<(i64, i64)>, _> =
            sqlx::query_as("SELECT generation, version FROM meta").fetch_optional(&pools.readers).await;
        match known {
            Ok(Some((of, VERSION))) if of == generation => Ok(Some(pools)),
            other => {
                pools.readers.close().await;
                pools.writer.close().await;
                if let Err(e) = other {
                    tracing::info!(error = %e, "the search index cannot be read");
                }
                Ok(None)
            }
        }
    }

    async fn make(&self) -> Result<Pools> {
        let pools = self.connect().await?;
        for sql in [
            "CREATE TABLE doc (id INTEGER PRIMARY KEY, message INTEGER NOT NULL UNIQUE, date INTEGER NOT NULL, text INTEGER NOT NULL) STRICT",
            "CREATE TABLE shard (id INTEGER PRIMARY KEY, docs INTEGER NOT NULL DEFAULT 0, texts INTEGER NOT NULL DEFAULT 0,
                fresh INTEGER NOT NULL DEFAULT 0) STRICT",
            "CREATE TABLE meta (generation INTEGER NOT NULL, version INTEGER NOT NULL) STRICT",
        ] {
            sqlx::query(sql).execute(&pools.writer).await?;
        }
        for sql in files::TABLES.iter().chain(&files::INDEXES) {
            sqlx::query(*sql).execute(&pools.writer).await?;
        }
        // Whatever was read from another file says nothing of this one.
        self.files.send_modify(|n| *n += 1);
        Ok(pools)
    }

    /// It belongs to the store of this generation from now on.
    async fn name(&self, pools: &Pools, generation: i64) -> Result<()> {
        sqlx::query("INSERT INTO meta (generation, version) VALUES (?1, ?2)")
            .bind(generation)
            .bind(VERSION)
            .execute(&pools.writer)
            .await?;
        Ok(())
    }

    /// Closes it and takes its files away: the next who asks gets a new one.
    pub(crate) async fn discard(&self) -> Result<()> {
        let mut slot = self.pools.write().await;
        if let Some(pools) = slot.take() {
            pools.readers.close().await;
            pools.writer.close().await;
        }
        self.remove_files()
    }

    pub(super) async fn close(&self) {
        if let Some(pools) = self.pools.write().await.take() {
            pools.readers.close().await;
            pools.writer.close().await;
        }
    }

    fn remove_files(&self) -> Result<()> {
        for end in ["", "-wal", "-shm"] {
            let mut name = self.file.clone().into_os_string();
            name.push(end);
            match std::fs::remove_file(PathBuf::from(name)) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
                _ => {}
            }
        }
        Ok(())
    }
}

impl super::Store {
    /// The index, opened. One that was made anew is to learn everything: that is noted before anybody reads it.
    async fn index(&self) -> Result<Pools> {
        let generation: i64 = sqlx::query_scalar("SELECT generation FROM search_state").fetch_one(self.read()).await?;
        let (pools, anew) = self.index.pools(generation).await?;
        if anew {
            let noted = async {
                let mut tx = self.write().await?;
                sqlx::query(
                    "INSERT INTO search_todo (message) SELECT id FROM message WHERE true ON CONFLICT DO NOTHING",
                )
                .execute(&mut *tx)
                .await?;
                tx.commit_beside_lists().await?;
                self.index.name(&pools, generation).await
            };
            if let Err(e) = noted.await {
                self.index.discard().await?;
                return Err(e);
            }
        }
        Ok(pools)
    }
}
