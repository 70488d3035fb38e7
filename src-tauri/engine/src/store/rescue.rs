//! A damaged store is set aside and made anew. Mail comes again from the servers; what they do not have is saved first, as far as it
//! can still be read: accounts, settings, labels, folders' roles and order, what waited for a server, and what was snoozed on this
//! computer alone.
//!
//! Of what no server knows at all (accounts, settings, labels, kept searches; no secret is among them) a copy stands beside the store, for when nothing
//! of it can be read.
//!
//! Damage is found when the file cannot be opened, while it is used, and by a check after a run that did not end by itself. The check
//! reads the whole file: seconds for a gigabyte, which nobody shall wait for after a crash that harmed nothing. So a large file is
//! looked over behind the window; if it is damaged, that is written down, and the next start makes it anew.

mod parked;
mod written;

use super::ops::list;
use super::{Store, Write, acts};
use crate::error::{Error, Result};
use crate::view::Intent;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};
use std::path::{Path, PathBuf};

/// The files of a store.
const FILES: [&str; 3] = ["mail.sqlite", "mail.sqlite-wal", "mail.sqlite-shm"];
/// There while a store is open: found at a start, the last run did not end by itself. Holds [`DAMAGED`] once that is known.
const OPEN: &str = "mail.sqlite.open";
const DAMAGED: &str = "damaged";
/// Of so many octets a file is looked over before the window opens, which takes a tenth of a second.
pub(super) const AT_ONCE: u64 = 48 * 1024 * 1024;

/// How the last run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    /// By itself.
    Clean,
    /// Nobody knows.
    Unclean,
    /// It found damage.
    Damaged,
}

/// The copy.
const COPY: &str = "accounts.json";

/// Tables whose rows are taken over as they are, with the columns that both may have.
const TABLES: [(&str, &str); 5] = [
    ("account", "id, position, name, email, label, color, signed_out, incoming, outgoing, own_login"),
    ("setting", "name, value"),
    ("label", "keyword, position, name, color"),
    ("trusted_sender", "account, email"),
    ("saved_search", "id, position, name, query"),
];

/// Whether this says that the file is damaged.
pub(crate) fn is_damage(e: &Error) -> bool {
    let Error::Store(e) = e else { return false };
    let code = e.as_database_error().and_then(|e| e.code()).and_then(|c| c.parse::<u32>().ok());
    // SQLITE_CORRUPT with its extended codes, SQLITE_NOTADB.
    code.is_some_and(|c| matches!(c & 0xff, 11 | 26))
}

/// Whether the file has lost its beginning, or itself, and something of it is still there.
pub(super) fn is_lost(profile: &Path) -> bool {
    let size = |name: &str| std::fs::metadata(profile.join(name)).map(|m| m.len()).ok();
    let log = size("mail.sqlite-wal").is_some_and(|n| n > 0);
    match size("mail.sqlite") {
        // Shorter than a header.
        Some(n) => n < 100 && (n > 0 || log),
        None => log,
    }
}

/// Notes that the store is open.
pub(super) fn opened(profile: &Path) -> Last {
    let file = profile.join(OPEN);
    let last = match std::fs::read_to_string(&file) {
        Ok(word) if word == DAMAGED => return Last::Damaged,
        Ok(_) => Last::Unclean,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Last::Clean,
        Err(_) => Last::Unclean,
    };
    // Where it cannot be written, the next start only checks less.
    let _ = std::fs::write(file, "");
    last
}

/// Notes that the store is damaged: the next start looks it over first, however large it is.
pub(super) fn damaged(profile: &Path) {
    let _ = std::fs::write(profile.join(OPEN), DAMAGED);
}

/// Notes that the store has been made anew.
pub(super) fn begun_anew(profile: &Path) {
    let _ = std::fs::write(profile.join(OPEN), "");
}

/// Looks a store's whole file over, on a connection of its own: nobody waits for it.
pub(super) async fn is_sound(profile: &Path) -> Result<bool> {
    let options = SqliteConnectOptions::new().filename(profile.join("mail.sqlite")).read_only(true);
    let mut connection = options.busy_timeout(std::time::Duration::from_secs(5)).connect().await?;
    let word: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(word == "ok")
}

/// Notes that it was closed, by itself and sound.
pub(super) fn closed(profile: &Path) {
    let _ = std::fs::remove_file(profile.join(OPEN));
}

/// Sets the files of a damaged store aside; those of an earlier one go. Gives the folder.
pub(super) fn set_aside(profile: &Path) -> Result<PathBuf> {
    let aside = profile.join("damaged");
    match std::fs::remove_dir_all(&aside) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
        _ => {}
    }
    std::fs::create_dir(&aside)?;
    for name in FILES {
        match std::fs::rename(profile.join(name), aside.join(name)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
            _ => {}
        }
    }
    Ok(aside)
}

impl Store {
    /// Takes over from a damaged store what no server has. What cannot be read is left; gives how many accounts could.
    pub(super) async fn take_over(&self, aside: &Path) -> Result<u32> {
        // With a writable schema SQLite also reads a file that was cut, or in which one table's definition is spoilt.
        let options = SqliteConnectOptions::new()
            .filename(aside.join("mail.sqlite"))
            .create_if_missing(false)
            .pragma("writable_schema", "on");
        let mut tx = self.write_durably().await?;
        let mut old = match options.connect().await {
            Ok(old) => old,
            Err(e) => {
                tracing::error!(error = %e, "nothing of the damaged store can be read");
                for (table, columns) in TABLES {
                    from_copy(&self.profile, &mut tx, table, columns).await?;
                }
                let accounts = accounts(&mut tx).await?;
                tx.commit().await?;
                return Ok(accounts);
            }
        };
        for (table, columns) in TABLES {
            let read = copy_rows(&mut old, &mut tx, table, columns, "").await;
            if let Err(e) = &read {
                tracing::error!(table, error = %e, "a table of the damaged store could not be read whole");
            }
            if read.is_err() || accounts(&mut tx).await? == 0 {
                from_copy(&self.profile, &mut tx, table, columns).await?;
            }
        }
        written::take_over(&mut old, &mut tx).await?;
        for step in [
            folders(&mut old, &mut tx).await,
            waiting(&mut old, &mut tx).await,
            snoozed_here(&mut old, &mut tx).await,
            folder_changes(&mut old, &mut tx).await,
            recovered(&mut old, &mut tx).await,
        ] {
            if let Err(e) = step {
                tracing::error!(error = %e, "some of the damaged store could not be read");
            }
        }
        let accounts = accounts(&mut tx).await?;
        tx.commit().await?;
        let _ = old.close().await;
        Ok(accounts)
    }

    /// Writes the copy of what no server knows. To be called after each change of it; where it cannot be written, the one before stays.
    pub(super) async fn keep_copy(&self) {
        if let Err(e) = self.write_copy().await {
            tracing::warn!(error = %e, "the copy of accounts and settings could not be written");
        }
    }

    async fn write_copy(&self) -> Result<()> {
        // Nobody writes meanwhile: the last copy is of the last change.
        let _turn = self.turn.acquire().await.map_err(|e| Error::Internal(e.to_string()))?;
        let mut all = Copy::new();
        for (table, columns) in TABLES {
            let sql = AssertSqlSafe(format!("SELECT json_object({}) FROM {table} ORDER BY 1", pairs(columns)));
            let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(self.read()).await?;
            let rows = rows.iter().map(|r| serde_json::from_str(r)).collect::<Result<_, _>>();
            all.insert(table.to_owned(), rows.map_err(|e| Error::Internal(e.to_string()))?);
        }
        let text = serde_json::to_vec_pretty(&all).map_err(|e| Error::Internal(e.to_string()))?;
        let file = self.profile.join(COPY);
        if std::fs::read(&file).is_ok_and(|before| before == text) {
            return Ok(());
        }
        let part = self.profile.join(format!("{COPY}.part"));
        let mut out = std::fs::File::create(&part)?;
        std::io::Write::write_all(&mut out, &text)?;
        out.sync_all()?;
        std::fs::rename(&part, &file)?;
        Ok(())
    }
}

/// Rows by their tables.
type Copy = std::collections::BTreeMap<String, Vec<serde_json::Map<String, serde_json::Value>>>;

/// Columns as pairs of their names and values.
fn pairs(columns: &str) -> String {
    columns.split(", ").map(|n| format!("'{n}', {n}")).collect::<Vec<_>>().join(", ")
}

async fn accounts(tx: &mut Write) -> Result<u32> {
    let n: i64 = sqlx::query_scalar("SELECT count(*) FROM account").fetch_one(&mut **tx).await?;
    Ok(super::count(n))
}

/// Rows as the copy has them. What cannot be read of it is left.
async fn from_copy(profile: &Path, tx: &mut Write, table: &str, columns: &str) -> Result<()> {
    let text = std::fs::read(profile.join(COPY)).unwrap_or_default();
    let mut all: Copy = serde_json::from_slice(&text).unwrap_or_default();
    let values: Vec<String> = columns.split(", ").map(|n| format!("?1 ->> '{n}'")).collect();
    let insert = format!("INSERT OR REPLACE INTO {table} ({columns}) SELECT {}", values.join(", "));
    if table == "label" && all.contains_key(table) {
        // Those of a new store are not the person's.
        sqlx::query("DELETE FROM label").execute(&mut **tx).await?;
    }
    for row in all.remove(table).unwrap_or_default() {
        let row = serde_json::Value::Object(row).to_string();
        if let Err(e) = sqlx::query(AssertSqlSafe(insert.clone())).bind(row).execute(&mut **tx).await {
            tracing::error!(table, error = %e, "a row of the copy could not be taken over");
        }
    }
    Ok(())
}

/// Copies rows one by one, so that those before the damage are had.
async fn copy_rows(old: &mut SqliteConnection, tx: &mut Write, table: &str, columns: &str, which: &str) -> Result<()> {
    use futures::TryStreamExt as _;
    let names: Vec<&str> = columns.split(", ").collect();
    let sql = AssertSqlSafe(format!("SELECT json_object({}) FROM {table} {which}", pairs(columns)));
    let mut rows = sqlx::query_scalar::<_, String>(sql).fetch(old);
    let values: Vec<String> = names.iter().map(|n| format!("?1 ->> '{n}'")).collect();
    let insert = format!("INSERT OR REPLACE INTO {table} ({columns}) SELECT {}", values.join(", "));
    while let Some(row) = rows.try_next().await? {
        sqlx::query(AssertSqlSafe(insert.clone())).bind(row).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Folders by their ids, as if they had never been opened.
async fn folders(old: &mut SqliteConnection, tx: &mut Write) -> Result<()> {
    copy_rows(
        old,
        tx,
        "folder",
        "id, account, mailbox, path, delimiter, role, selectable, keep_days, waiting, subscribed, favourite, chosen_role",
        "",
    )
    .await?;
    // As far as is known: LIST says what the server calls them.
    sqlx::query("UPDATE folder SET server_path = path, server_subscribed = subscribed").execute(&mut **tx).await?;
    Ok(())
}

/// What waited to be done to folders. One that was to be deleted is there again: what is in it now may be more than was meant.
async fn folder_changes(old: &mut SqliteConnection, tx: &mut Write) -> Result<()> {
    let columns = "act, account, placement, message, kind, source, target, state, change";
    copy_rows(old, tx, "op", columns, "WHERE placement = 0 AND state = 0 AND kind <> 13").await?;
    let accounts: Vec<i64> = sqlx::query_scalar("SELECT id FROM account").fetch_all(&mut **tx).await?;
    for account in accounts {
        super::folder_ops::show_folders(tx, super::id(account)).await?;
    }
    Ok(())
}

/// What no server has: messages in local folders, with their bytes, and those that were on their way without an original.
async fn recovered(old: &mut SqliteConnection, tx: &mut Write) -> Result<()> {
    const PLACES: &str = "server_folder IN (SELECT id FROM folder WHERE local = 1)";
    let local: Vec<i64> = sqlx::query_scalar("SELECT id FROM folder WHERE local = 1").fetch_all(&mut *old).await?;
    sqlx::query(
        "UPDATE folder SET local = 1, uidvalidity = 1, uidnext = 1 WHERE id IN (SELECT value FROM json_each(?1))",
    )
    .bind(list(&local)?)
    .execute(&mut **tx)
    .await?;
    let way = "id IN (SELECT o.placement FROM op o WHERE o.state = 0 AND o.kind = 5
        AND EXISTS (SELECT 1 FROM part b WHERE b.message = o.message AND b.section = '')
        AND NOT EXISTS (SELECT 1 FROM placement q WHERE q.id = o.other AND q.server_folder IS NOT NULL AND q.gone IS NULL))";
    // And what was kept in case that its original is gone: nobody knows that any more, so it is put in sight.
    let knows = knows(old, "recovered", "original").await?;
    let out_of_sight = if knows { "OR id IN (SELECT placement FROM recovered WHERE original IS NOT NULL)" } else { "" };
    let kept = format!("WHERE {PLACES} OR {way} {out_of_sight}");
    let messages = format!("IN (SELECT message FROM placement {kept})");
    let columns = "id, account, identity, who, whom, subject, preview, date, size, message_id, refs, list_id, people, structure, attachments, damaged";
    copy_rows(old, tx, "message", columns, &format!("WHERE id {messages}")).await?;
    copy_rows(old, tx, "part", "message, section, file, size", &format!("WHERE section = '' AND message {messages}"))
        .await?;
    copy_rows(old, tx, "recovered", "placement, reason", "").await?;
    let columns =
        "id, folder, server_folder, uid, message, date, flags, keywords, server_flags, server_keywords, inbox, files";
    copy_rows(old, tx, "placement", columns, &kept).await?;
    super::recovered::take_up(tx).await
}

/// What waited: acts as they were, operations by what names their messages.
async fn waiting(old: &mut SqliteConnection, tx: &mut Write) -> Result<()> {
    let acts =
        "id, at, intent, quiet, account, count, subject, who, target, undoes, undone, error, unseen, only_marked";
    copy_rows(old, tx, "act", acts, "").await?;
    let due = if knows(old, "op", "due").await? { "o.due" } else { "NULL" };
    // Where the message was when nothing of this had been said yet; a copy is made from its original.
    let rows = sqlx::query(AssertSqlSafe(format!(
        "SELECT o.act, coalesce(CASE WHEN o.begun IS NOT NULL THEN o.begun_folder END, q.server_folder, p.server_folder) AS folder,
                coalesce(n.identity, m.identity) AS identity, o.kind, o.add_flags, o.remove_flags, o.add_keyword,
                o.remove_keyword, o.target, {due} AS due
         FROM op o JOIN placement p ON p.id = o.placement JOIN message m ON m.id = p.message
         LEFT JOIN placement q ON q.id = o.other AND o.kind IN (3, 5) LEFT JOIN message n ON n.id = q.message
         WHERE o.state = 0 AND o.kind <> 6 ORDER BY o.id"
    )))
    .fetch_all(old)
    .await?;
    for r in rows {
        let Some(folder) = r.try_get::<Option<i64>, _>("folder")? else { continue };
        sqlx::query(
            "INSERT INTO parked (act, folder, identity, kind, add_flags, remove_flags, add_keyword, remove_keyword, target, due)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )
        .bind(r.try_get::<i64, _>("act")?)
        .bind(folder)
        .bind(r.try_get::<i64, _>("identity")?)
        .bind(r.try_get::<i64, _>("kind")?)
        .bind(r.try_get::<i64, _>("add_flags")?)
        .bind(r.try_get::<i64, _>("remove_flags")?)
        .bind(r.try_get::<Option<String>, _>("add_keyword")?)
        .bind(r.try_get::<Option<String>, _>("remove_keyword")?)
        .bind(r.try_get::<Option<i64>, _>("target")?)
        .bind(r.try_get::<Option<i64>, _>("due")?)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// What was snoozed on this computer alone: no server can tell it again.
async fn snoozed_here(old: &mut SqliteConnection, tx: &mut Write) -> Result<()> {
    if !knows(old, "op", "due").await? {
        return Ok(());
    }
    let rows: Vec<(i64, i64, i64, i64)> = sqlx::query_as(
        "SELECT m.account, p.server_folder, m.identity, p.local_due FROM placement p JOIN message m ON m.id = p.message
         WHERE p.local_due IS NOT NULL AND p.server_folder IS NOT NULL",
    )
    .fetch_all(old)
    .await?;
    let mut acts = std::collections::HashMap::new();
    for (account, folder, identity, due) in rows {
        let act: i64 = match acts.get(&account) {
            Some(act) => *act,
            None => {
                // Done long ago: nothing for the timeline.
                let act = acts::open(tx, &Intent::Snooze { until: super::number(due) }, true, None).await?;
                acts.insert(account, act);
                act
            }
        };
        sqlx::query("INSERT INTO parked (act, folder, identity, kind, due) VALUES (?1, ?2, ?3, 1, ?4)")
            .bind(act)
            .bind(folder)
            .bind(identity)
            .bind(due)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Whether the damaged store is of a version whose table had this column.
async fn knows(old: &mut SqliteConnection, table: &str, column: &str) -> Result<bool> {
    let columns: i64 = sqlx::query_scalar("SELECT count(*) FROM pragma_table_info(?1) WHERE name = ?2")
        .bind(table)
        .bind(column)
        .fetch_one(old)
        .await?;
    Ok(columns > 0)
}
