//! The store: one SQLite file per profile. One writer, few readers, WAL. Everything the window shows is read from here, and
//! every change is one transaction. Sole user of sqlx.
//!
//! A writer takes its turn at [`Store::write`], which begins immediately: an upgrade from reading to writing in the middle
//! fails at once under WAL, whatever the timeout. Readers never wait for writers. What a person did is written through
//! [`Store::write_durably`]: a connection of its own that waits for the disk, taking turns with the other.

pub(crate) mod accounts;
pub(crate) mod acts;
pub(crate) mod answers;
mod as_one;
pub(crate) mod bodies;
mod contacts;
mod conversations;
pub(crate) mod copies;
pub(crate) mod draft_files;
pub(crate) mod drafts;
#[cfg(feature = "figures")]
pub mod figures;
pub(crate) mod files;
pub(crate) mod filings;
pub(crate) mod folder_changes;
pub(crate) mod folder_names;
pub(crate) mod folder_ops;
pub(crate) mod folders;
mod identities;
pub(crate) mod labels;
pub(crate) mod list;
pub(crate) mod messages;
mod milestones;
pub(crate) mod mutes;
pub(crate) mod ops;
pub(crate) mod outgoing;
pub(crate) mod placements;
pub(crate) mod receipts;
pub(crate) mod recovered;
pub(crate) mod removals;
pub(crate) mod renamed;
mod rescue;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod snoozed;
mod targets;
pub(crate) mod templates;
pub(crate) mod threads;
mod timeline;
mod told;
pub(crate) mod undoing;

use crate::crash;
use crate::error::{Error, Result, UiError};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Sqlite, SqliteConnection, SqlitePool, Transaction};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Migrations of this version, in order.
static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// The store of one profile.
#[derive(Clone, Debug)]
pub struct Store {
    writer: SqlitePool,
    /// The same for what a person did: on the disk itself when its commit returns.
    durable: SqlitePool,
    /// Whose turn it is to write.
    turn: Arc<Semaphore>,
    profile: PathBuf,
    rescued: bool,
    /// Something could not be read: the next start looks the whole file over.
    damaged: Arc<AtomicBool>,
    /// The last run did not end by itself, and the file has not been looked over since.
    unproven: Arc<AtomicBool>,
    readers: SqlitePool,
    /// Commits that lists may show, since start: what was learnt of a list at another count may be out of date.
    commits: Arc<AtomicU64>,
    milestones: milestones::Milestones,
    laid: list::laid::Laid,
    /// The words of all mail.
    pub(crate) index: search::Index,
    /// What open searches have found.
    pub(crate) results: search::Results,
    watched: conversations::Watched,
    /// What servers were told of flags a moment ago.
    told: told::Told,
}

/// A write transaction; rolled back when dropped.
pub(crate) struct Write {
    transaction: Transaction<'static, Sqlite>,
    /// Given back when the transaction has ended, not before.
    _turn: OwnedSemaphorePermit,
    commits: Arc<AtomicU64>,
    watched: conversations::Watched,
    told: told::Told,
}

impl Write {
    /// Makes it so, for every reader from now on.
    pub(crate) async fn commit(self) -> Result<()> {
        self.end(true).await
    }

    /// The same where no list has other rows or another order afterwards: texts, previews, files, settings.
    pub(crate) async fn commit_beside_lists(self) -> Result<()> {
        self.end(false).await
    }

    async fn end(mut self, lists: bool) -> Result<()> {
        // Conversations whose places changed have their rows made anew, whatever the writer knew of them.
        let settled = conversations::settle(&mut self.transaction).await?;
        crash::step();
        self.transaction.commit().await?;
        if lists || !settled.threads.is_empty() {
            self.commits.fetch_add(1, Ordering::AcqRel);
        }
        self.watched.changed(&settled);
        crash::step();
        Ok(())
    }
}

impl Deref for Write {
    type Target = SqliteConnection;
    fn deref(&self) -> &SqliteConnection {
        &self.transaction
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }
}

/// Unix seconds now.
pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| i64::try_from(d.as_secs()).unwrap_or(i64::MAX))
}

impl Store {
    /// Opens `mail.sqlite` in the profile, making and migrating it as needed. Refuses the store of a newer version without
    /// touching it. A damaged one is set aside and made anew (see [`rescue`]); [`Store::rescued`] then says so.
    pub async fn open(profile: &Path) -> Result<Self> {
        Self::open_looking(profile, rescue::AT_ONCE).await
    }

    /// The same; after a run that did not end by itself a file of more than so many octets is looked over by [`Store::look_over`].
    pub(crate) async fn open_looking(profile: &Path, at_once: u64) -> Result<Self> {
        std::fs::create_dir_all(profile)?;
        make_private(profile)?;
        let last = rescue::opened(profile);
        let unclean = last != rescue::Last::Clean;
        let size = std::fs::metadata(profile.join("mail.sqlite")).map_or(0, |m| m.len());
        let damage = match Self::open_sound(profile).await {
            Ok(store) if !unclean => {
                store.keep_copy().await;
                return Ok(store);
            }
            Ok(store) if last == rescue::Last::Unclean && size > at_once => {
                store.unproven.store(true, Ordering::Release);
                store.keep_copy().await;
                return Ok(store);
            }
            Ok(store) => match rescue::is_sound(profile).await {
                Ok(true) => {
                    store.keep_copy().await;
                    return Ok(store);
                }
                // That it could not be looked over now says nothing about it.
                Err(e) if !rescue::is_damage(&e) => {
                    store.close_files().await;
                    return Err(e);
                }
                found => {
                    store.close_files().await;
                    format!("{found:?}")
                }
            },
            Err(e) if rescue::is_damage(&e) => e.to_string(),
            Err(Error::Gone(what)) => what,
            Err(e) => {
                if !unclean {
                    rescue::closed(profile);
                }
                return Err(e);
            }
        };
        tracing::error!(damage, "the store is damaged: it is set aside and made anew");
        let aside = rescue::set_aside(profile)?;
        let mut store = Self::open_file(profile).await?;
        let accounts = store.take_over(&aside).await?;
        store.leave_out_again().await?;
        tracing::warn!(accounts, "accounts taken over from the damaged store");
        store.rescued = true;
        rescue::begun_anew(profile);
        store.keep_copy().await;
        Ok(store)
    }

    /// Opens the file, unless it has lost its beginning: SQLite would silently begin anew.
    async fn open_sound(profile: &Path) -> Result<Self> {
        if rescue::is_lost(profile) {
            return Err(Error::Gone("the file has lost its beginning".into()));
        }
        Self::open_file(profile).await
    }

    /// Whether this run began with a store made anew.
    pub(crate) fn rescued(&self) -> bool {
        self.rescued
    }

    async fn open_file(profile: &Path) -> Result<Self> {
        let file = profile.join("mail.sqlite");
        if file.exists() {
            Self::refuse_newer(&file).await?;
        }
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true)
            .statement_cache_capacity(256)
            .pragma("temp_store", "memory")
            .pragma("cache_size", "-16000")
            .pragma("wal_autocheckpoint", "4000")
            .pragma("trusted_schema", "off");
        let writer = one_writer().min_connections(1).connect_with(options.clone()).await?;
        Self::migrate(&writer).await?;
        let durable = one_writer().connect_lazy_with(
            options
                .clone()
                .synchronous(SqliteSynchronous::Full)
                .pragma("fullfsync", "on")
                .pragma("cache_size", "-4000"),
        );
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.read_only(true).create_if_missing(false).pragma("cache_size", "-4000"))
            .await?;
        let store = Self {
            writer,
            durable,
            turn: Arc::new(Semaphore::new(1)),
            profile: profile.to_owned(),
            rescued: false,
            damaged: Arc::default(),
            unproven: Arc::default(),
            readers,
            commits: Arc::default(),
            milestones: milestones::Milestones::default(),
            laid: list::laid::Laid::default(),
            index: search::Index::of(profile),
            results: search::Results::default(),
            watched: conversations::Watched::default(),
            told: told::Told::default(),
        };
        store.settle_the_newest().await?;
        Ok(store)
    }

    /// Refuses the store of a newer version, before anything opens it for writing: that alone would take over what its WAL holds.
    async fn refuse_newer(file: &Path) -> Result<()> {
        let ours = MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0);
        let mut look = SqliteConnectOptions::new().filename(file).read_only(true).connect().await?;
        let known: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut look)
            .await?;
        let theirs: Option<i64> = match known {
            0 => None,
            _ => sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(&mut look).await?,
        };
        look.close().await?;
        match theirs {
            Some(theirs) if theirs > ours => Err(Error::NewerStore(theirs)),
            _ => Ok(()),
        }
    }

    async fn migrate(writer: &SqlitePool) -> Result<()> {
        MIGRATIONS.run(writer).await.map_err(|e| match e {
            sqlx::migrate::MigrateError::Execute(e) => Error::Store(e),
            other => Error::Store(sqlx::Error::Migrate(Box::new(other))),
        })
    }

    /// Closes all connections; what was committed is on disk.
    pub async fn close(&self) {
        self.close_files().await;
        if !self.damaged.load(Ordering::Acquire) {
            rescue::closed(&self.profile);
        }
    }

    /// Notes an error that says that the file is damaged.
    pub(crate) fn note(&self, e: &Error) {
        if rescue::is_damage(e) {
            self.is_damaged();
        }
    }

    fn is_damaged(&self) {
        if !self.damaged.swap(true, Ordering::AcqRel) {
            rescue::damaged(&self.profile);
        }
    }

    /// Looks the file over where that is still to be done, behind the window. What is found is mended by the next start.
    pub(crate) async fn look_over(&self) {
        if !self.unproven.swap(false, Ordering::AcqRel) {
            return;
        }
        match rescue::is_sound(&self.profile).await {
            Ok(true) => {}
            Err(e) if !rescue::is_damage(&e) => tracing::warn!(error = %e, "the store could not be looked over"),
            found => {
                tracing::error!(?found, "the store is damaged: the next start makes it anew");
                self.is_damaged();
            }
        }
    }

    /// The same of what the window read.
    pub(crate) fn noted<T>(&self, read: Result<T>) -> Result<T, UiError> {
        read.map_err(|e| {
            self.note(&e);
            UiError::from(e)
        })
    }

    async fn close_files(&self) {
        self.index.close().await;
        self.readers.close().await;
        self.durable.close().await;
        self.writer.close().await;
    }

    /// Begins a write transaction; waits for the one before. A loss of power may cost the last commits, which sync makes again.
    pub(crate) async fn write(&self) -> Result<Write> {
        self.write_on(&self.writer).await
    }

    /// The same for what cannot be had again from anywhere: once its commit has returned, it is on the disk.
    pub(crate) async fn write_durably(&self) -> Result<Write> {
        self.write_on(&self.durable).await
    }

    async fn write_on(&self, pool: &SqlitePool) -> Result<Write> {
        let turn = self.turn.clone().acquire_owned().await.map_err(|e| Error::Internal(e.to_string()))?;
        let transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
        let (commits, watched, told) = (self.commits.clone(), self.watched.clone(), self.told.clone());
        Ok(Write { transaction, _turn: turn, commits, watched, told })
    }

    /// How many commits there have been.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Acquire)
    }

    /// Where to read.
    pub(crate) fn read(&self) -> &SqlitePool {
        &self.readers
    }
}

/// One connection that writes. Where a commit fails (the disk is full) SQLite ends the transaction by itself, and sqlx counts it as
/// open for ever: such a connection would not begin another, and is replaced.
fn one_writer() -> SqlitePoolOptions {
    SqlitePoolOptions::new().max_connections(1).min_connections(0).idle_timeout(None).max_lifetime(None).after_release(
        |connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        },
    )
}

/// Only its owner may enter the profile (0700). On Windows the profile lies in the person's own folder, whose rights it takes.
fn make_private(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// A row id of SQLite as the window's id.
pub(crate) fn id(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

/// A count or size as the window's number.
pub(crate) fn count(value: i64) -> u32 {
    u32::try_from(value.max(0)).unwrap_or(u32::MAX)
}

/// A time or size as JavaScript's number; exact below 2^53.
#[expect(clippy::cast_precision_loss, reason = "JavaScript has no other number")]
pub(crate) fn number(value: i64) -> f64 {
    value as f64
}
