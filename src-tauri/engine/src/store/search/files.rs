//! The cabinet: every attachment of every message, from structures alone. It stands beside the words, learnt and forgotten with them.

use super::find::json;
use super::near::words as asked_words;
use super::plan::of_words;
use super::terms::{FROM, KIND, Source};
use crate::error::Result;
use crate::store::{Store, count, id, number};
use crate::view::{FileKind, FileOrder, FileRow, FilesAsk, FilesPage};
use letter::query::{KINDS, fold, tokens};
use sqlx::{AssertSqlSafe, QueryBuilder, Row, Sqlite, SqliteConnection};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Rows of one page.
pub(crate) const MOST: u32 = 500;
/// Words of one question; what stands behind is not asked.
const WORDS_ASKED: usize = 16;

/// `name`, `who` and `subject` are folded, to be looked at in that order; the rest is as it is in the structure.
const FILE: &str = "CREATE TABLE file (
    id INTEGER PRIMARY KEY, message INTEGER NOT NULL, section TEXT NOT NULL, title TEXT NOT NULL, mime TEXT NOT NULL, kind INTEGER NOT NULL,
    size INTEGER NOT NULL, date INTEGER NOT NULL, name TEXT NOT NULL, account INTEGER NOT NULL) STRICT";
/// The words of its name, of who sent it and of the subject, under the id of the file: as the words of mail are kept.
const WORDS: &str = "CREATE VIRTUAL TABLE file_words USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii')";
/// How many there are, so that nobody has to count them.
const COUNTS: &str = "CREATE TABLE file_count (
    account INTEGER NOT NULL, kind INTEGER NOT NULL, files INTEGER NOT NULL, PRIMARY KEY (account, kind)) STRICT, WITHOUT ROWID";

pub(super) const TABLES: [&str; 3] = [FILE, WORDS, COUNTS];

/// Before the number of an account, as a word of its files.
const ACCOUNT: &str = "\u{85}";

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

/// What of a file the cabinet shows of its own: another section, name or size is another file.
pub(super) type Known = (String, String, i64);

/// Puts the files of a message that stands in some list in; gives them.
pub(super) async fn add(tx: &mut SqliteConnection, source: &Source) -> Result<Vec<Known>> {
    let files = source.files();
    if files.is_empty() || !source.shown {
        return Ok(Vec::new());
    }
    let from: Vec<String> =
        source.people.from.iter().flat_map(|(name, email)| tokens(&format!("{name} {email}"))).collect();
    let mut beside: BTreeSet<String> = tokens(&source.subject).into_iter().collect();
    beside.extend(from.iter().map(|word| format!("{FROM}{word}")));
    beside.extend(from);
    beside.insert(format!("{ACCOUNT}{}", source.account));
    let mut added = Vec::new();
    for file in files {
        let made = sqlx::query(
            "INSERT INTO file (message, section, title, mime, kind, size, date, name, account)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )
        .bind(source.message)
        .bind(&file.section)
        .bind(&file.name)
        .bind(&file.mime)
        .bind(kind_number(file.kind))
        .bind(file.size)
        .bind(source.came)
        .bind(fold(&file.name))
        .bind(source.account)
        .execute(&mut *tx)
        .await?;
        let mut words = beside.clone();
        words.extend(tokens(&file.name));
        words.insert(format!("{KIND}{}", file.kind.name()));
        sqlx::query("INSERT INTO file_words (rowid, words) VALUES (?1, ?2)")
            .bind(made.last_insert_rowid())
            .bind(words.into_iter().collect::<Vec<_>>().join(" "))
            .execute(&mut *tx)
            .await?;
        tally(tx, source.account, kind_number(file.kind), 1).await?;
        added.push((file.section, file.name, file.size));
    }
    Ok(added)
}

/// Takes the files of a message out; gives them.
pub(super) async fn remove(tx: &mut SqliteConnection, message: i64) -> Result<Vec<Known>> {
    let gone: Vec<(i64, i64, i64, String, String, i64)> =
        sqlx::query_as(REMOVE).bind(message).fetch_all(&mut *tx).await?;
    let mut known = Vec::new();
    for (id, account, kind, section, title, size) in gone {
        sqlx::query("DELETE FROM file_words WHERE rowid = ?1").bind(id).execute(&mut *tx).await?;
        tally(tx, account, kind, -1).await?;
        known.push((section, title, size));
    }
    Ok(known)
}

pub(super) const REMOVE: &str = "DELETE FROM file WHERE message = ?1 RETURNING id, account, kind, section, title, size";

async fn tally(tx: &mut SqliteConnection, account: i64, kind: i64, more: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO file_count (account, kind, files) VALUES (?1, ?2, ?3) ON CONFLICT (account, kind) DO UPDATE SET files = files + ?3",
    )
    .bind(account)
    .bind(kind)
    .bind(more)
    .execute(tx)
    .await?;
    Ok(())
}

/// What the words of files are asked for; none where nothing is asked of words: then kind and account have numbers and indexes.
fn expression(ask: &FilesAsk) -> Option<String> {
    let quoted = |tag: &str, word: &str| format!("\"{tag}{word}\"");
    let mut asked: Vec<String> =
        asked_words(&ask.text, false).iter().take(WORDS_ASKED).filter_map(|w| of_words(w).0).collect();
    let person = ask.person.as_deref().unwrap_or_default();
    asked.extend(tokens(person).iter().take(WORDS_ASKED).map(|word| quoted(FROM, word)));
    if asked.is_empty() {
        return None;
    }
    asked.extend(ask.kind.kind().map(|kind| quoted(KIND, kind.name())));
    asked.extend(ask.account.map(|account| quoted(ACCOUNT, &account.to_string())));
    Some(asked.join(" AND "))
}

/// The order of a page, with the table called `f`.
fn order(ask: &FilesAsk) -> String {
    let by = match ask.order {
        FileOrder::Date => "f.date",
        FileOrder::Name => "f.name",
        FileOrder::Size => "f.size",
    };
    let way = if ask.ascending { "ASC" } else { "DESC" };
    format!("ORDER BY {by} {way}, f.id {way}")
}

/// The files of a page where nothing is asked of words: along an index.
pub(super) fn page(ask: &FilesAsk, offset: u32, limit: u32) -> QueryBuilder<Sqlite> {
    let mut q = QueryBuilder::new("SELECT f.id FROM file f WHERE true");
    if let Some(kind) = ask.kind.kind() {
        q.push(" AND f.kind = ").push_bind(kind_number(kind));
    }
    if let Some(account) = ask.account {
        q.push(" AND f.account = ").push_bind(account);
    }
    q.push(format!(" {} LIMIT ", order(ask))).push_bind(limit).push(" OFFSET ").push_bind(offset);
    q
}

/// All files that have some words, in their order.
pub(super) fn with_words(ask: &FilesAsk) -> String {
    format!(
        "SELECT f.id FROM file_words w CROSS JOIN file f ON f.id = w.rowid WHERE file_words MATCH ?1 {}",
        order(ask)
    )
}

/// How many there are of a kind (none: of all) in an account (none: in all).
pub(super) const TOTAL: &str =
    "SELECT coalesce(sum(files), 0) FROM file_count WHERE (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR account = ?2)";
/// Files, in this order.
pub(super) const FILES: &str =
    "SELECT f.message, f.section, f.title, f.mime, f.kind, f.size, f.date FROM json_each(?1) AS w
     CROSS JOIN file f ON f.id = w.value ORDER BY w.key";

/// What was asked, the commit it was answered at, and the rows.
type Answered = (FilesAsk, u64, Arc<[i64]>);

/// What was asked of words last, at which count of changes, and what was found. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Last(Arc<Mutex<Option<Answered>>>);

impl Last {
    fn get(&self, ask: &FilesAsk, version: u64) -> Option<Arc<[i64]>> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|(of, at, _)| of == ask && *at == version).map(|(.., files)| files.clone())
    }

    fn keep(&self, ask: &FilesAsk, version: u64, files: &Arc<[i64]>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((ask.clone(), version, files.clone()));
    }
}

impl Store {
    /// A page of the cabinet.
    pub(crate) async fn files_page(&self, ask: &FilesAsk, offset: u32, limit: u32) -> Result<FilesPage> {
        let pools = self.index().await?;
        let (total, ids) = match expression(ask) {
            None => {
                let total: i64 = sqlx::query_scalar(TOTAL)
                    .bind(ask.kind.kind().map(kind_number))
                    .bind(ask.account)
                    .fetch_one(&pools.readers)
                    .await?;
                let ids: Vec<i64> = page(ask, offset, limit).build_query_scalar().fetch_all(&pools.readers).await?;
                (total, ids)
            }
            Some(words) => {
                // All that have the words are found once; pages are cut from that until the cabinet is another.
                let version = *self.index.files.borrow();
                let all = match self.index.last_files.get(ask, version) {
                    Some(all) => all,
                    None => {
                        let all: Vec<i64> = sqlx::query_scalar(AssertSqlSafe(with_words(ask)))
                            .bind(words)
                            .fetch_all(&pools.readers)
                            .await?;
                        let all: Arc<[i64]> = all.into();
                        self.index.last_files.keep(ask, version, &all);
                        all
                    }
                };
                let ids = all.iter().skip(offset as usize).take(limit as usize).copied().collect();
                (i64::try_from(all.len()).unwrap_or(i64::MAX), ids)
            }
        };
        let found = sqlx::query(FILES).bind(json(&ids)?).fetch_all(&pools.readers).await?;
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
