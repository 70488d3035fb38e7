//! The cabinet: every attachment of every message, from structures alone. It stands beside the words, learnt and forgotten with them.

use super::terms::Source;
use crate::error::Result;
use crate::store::{Store, count, id, number};
use crate::view::{FileKind, FileOrder, FileRow, FilesAsk, FilesPage};
use letter::query::{KINDS, fold};
use sqlx::{AssertSqlSafe, QueryBuilder, Row, Sqlite, SqliteConnection};
use std::collections::{HashMap, HashSet};

/// Rows of one page.
pub(crate) const MOST: u32 = 500;

/// `who` and `name` are folded, to be looked into; the rest is as it is in the structure.
pub(super) const TABLE: &str = "CREATE TABLE file (
    id INTEGER PRIMARY KEY, message INTEGER NOT NULL, section TEXT NOT NULL, title TEXT NOT NULL, mime TEXT NOT NULL, kind INTEGER NOT NULL,
    size INTEGER NOT NULL, date INTEGER NOT NULL, name TEXT NOT NULL, who TEXT NOT NULL, subject TEXT NOT NULL, account INTEGER NOT NULL) STRICT";

pub(super) const INDEXES: [&str; 7] = [
    "CREATE INDEX file_message ON file (message)",
    "CREATE INDEX file_date ON file (date, id)",
    "CREATE INDEX file_name ON file (name, id)",
    "CREATE INDEX file_size ON file (size, id)",
    "CREATE INDEX file_kind_date ON file (kind, date, id)",
    "CREATE INDEX file_kind_name ON file (kind, name, id)",
    "CREATE INDEX file_kind_size ON file (kind, size, id)",
];

/// A kind as a number: its place among all.
fn kind_number(kind: letter::query::FileKind) -> i64 {
    KINDS.iter().position(|(k, _)| *k == kind).and_then(|n| i64::try_from(n).ok()).unwrap_or(0)
}

pub(super) async fn add(tx: &mut SqliteConnection, source: &Source) -> Result<()> {
    let files = source.files();
    if files.is_empty() {
        return Ok(());
    }
    let who: Vec<String> = source.people.from.iter().map(|(name, email)| fold(&format!("{name} {email}"))).collect();
    let (who, subject) = (who.join(" "), fold(&source.subject));
    for file in files {
        sqlx::query(
            "INSERT INTO file (message, section, title, mime, kind, size, date, name, who, subject, account)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )
        .bind(source.message)
        .bind(&file.section)
        .bind(&file.name)
        .bind(&file.mime)
        .bind(kind_number(file.kind))
        .bind(file.size)
        .bind(source.came)
        .bind(fold(&file.name))
        .bind(&who)
        .bind(&subject)
        .bind(source.account)
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

pub(super) async fn remove(tx: &mut SqliteConnection, message: i64) -> Result<()> {
    sqlx::query("DELETE FROM file WHERE message = ?1").bind(message).execute(tx).await?;
    Ok(())
}

/// The condition of what is asked, on `file f`.
fn narrow(q: &mut QueryBuilder<Sqlite>, ask: &FilesAsk) {
    q.push(" WHERE true");
    if let Some(kind) = ask.kind.kind() {
        q.push(" AND f.kind = ").push_bind(kind_number(kind));
    }
    if let Some(account) = ask.account {
        q.push(" AND f.account = ").push_bind(account);
    }
    if let Some(person) = ask.person.as_deref().filter(|p| !p.trim().is_empty()) {
        q.push(" AND instr(f.who, ").push_bind(fold(person.trim())).push(") > 0");
    }
    for word in fold(&ask.text).split_whitespace().take(16) {
        let word = word.to_owned();
        q.push(" AND (instr(f.name, ")
            .push_bind(word.clone())
            .push(") > 0 OR instr(f.who, ")
            .push_bind(word.clone())
            .push(") > 0 OR instr(f.subject, ")
            .push_bind(word)
            .push(") > 0)");
    }
}

/// The statement of one page, as it is asked.
pub(super) fn page(ask: &FilesAsk, offset: u32, limit: u32) -> QueryBuilder<Sqlite> {
    let mut q = QueryBuilder::new("SELECT f.message, f.section, f.title, f.mime, f.kind, f.size, f.date FROM file f");
    narrow(&mut q, ask);
    let by = match ask.order {
        FileOrder::Date => "f.date",
        FileOrder::Name => "f.name",
        FileOrder::Size => "f.size",
    };
    let way = if ask.ascending { "ASC" } else { "DESC" };
    q.push(format!(" ORDER BY {by} {way}, f.id {way} LIMIT ")).push_bind(limit).push(" OFFSET ").push_bind(offset);
    q
}

impl Store {
    /// A page of the cabinet.
    pub(crate) async fn files_page(&self, ask: &FilesAsk, offset: u32, limit: u32) -> Result<FilesPage> {
        let pools = self.index().await?;
        let mut q = QueryBuilder::new("SELECT count(*) FROM file f");
        narrow(&mut q, ask);
        let total: i64 = q.build_query_scalar().fetch_one(&pools.readers).await?;
        let found = page(ask, offset, limit).build().fetch_all(&pools.readers).await?;
        let mut messages: Vec<i64> = Vec::new();
        for r in &found {
            messages.push(r.try_get(0)?);
        }
        let messages = crate::store::ops::list(&messages)?;
        // In view, and what is shown beside the file.
        let beside: Vec<(i64, String, String, i64)> = sqlx::query_as(
            "SELECT m.id, m.who, m.subject, m.account FROM json_each(?1) AS w CROSS JOIN message m ON m.id = w.value
             WHERE EXISTS (SELECT 1 FROM placement p WHERE p.message = m.id AND p.hidden = 0)",
        )
        .bind(&messages)
        .fetch_all(self.read())
        .await?;
        let beside: HashMap<i64, (String, String, i64)> =
            beside.into_iter().map(|(m, who, subject, account)| (m, (who, subject, account))).collect();
        let here: Vec<(i64, String)> = sqlx::query_as(AssertSqlSafe(
            "SELECT p.message, p.section FROM json_each(?1) AS w CROSS JOIN part p ON p.message = w.value".to_owned(),
        ))
        .bind(&messages)
        .fetch_all(self.read())
        .await?;
        let here: HashSet<(i64, String)> = here.into_iter().collect();
        let mut rows = Vec::new();
        for r in &found {
            let message: i64 = r.try_get(0)?;
            // What has just left is forgotten in a moment.
            let Some((who, subject, account)) = beside.get(&message) else { continue };
            let (section, title, mime): (String, String, String) = (r.try_get(1)?, r.try_get(2)?, r.try_get(3)?);
            let kind: i64 = r.try_get(4)?;
            let name = letter::filename::safe(&title, &mime);
            rows.push(FileRow {
                message: id(message),
                here: here.contains(&(message, section.clone())) || here.contains(&(message, String::new())),
                dangerous: letter::filename::dangerous(&name, &mime),
                part: section,
                name,
                mime,
                kind: usize::try_from(kind)
                    .ok()
                    .and_then(|n| KINDS.get(n))
                    .map_or(FileKind::Other, |(kind, _)| FileKind::of(*kind)),
                size: number(r.try_get(5)?),
                who: who.clone(),
                subject: subject.clone(),
                date: number(r.try_get(6)?),
                account: id(*account),
            });
        }
        Ok(FilesPage { total: count(total), rows })
    }
}
