//! Lists: which rows, in which order, from where on. Every list has a partial index of its own that holds exactly its rows in
//! its order, so that a page costs the walk to its offset (from the nearer end) and the rows themselves.

use super::{Store, count, id, number};
use crate::error::Result;
use crate::view::{Filter, Id, ListKey, ListPage, ListRow};
use sqlx::{AssertSqlSafe, Row};

/// The condition of a list, written exactly as in the partial index that serves it. `?1` is the folder.
fn condition(key: ListKey, filter: Filter) -> String {
    let place = match key {
        ListKey::Folder { .. } => "p.folder = ?1 AND p.hidden = 0",
        // `?1` is bound for every list, so it must be named in every statement.
        ListKey::Inboxes => "p.hidden = 0 AND p.inbox = 1 AND ?1 = 0",
        ListKey::Flagged => "p.hidden = 0 AND (p.flags & 2) = 2 AND ?1 = 0",
    };
    let which = match filter {
        Filter::All => "",
        Filter::Unread => " AND (p.flags & 1) = 0",
        Filter::Files => " AND p.files = 1",
    };
    format!("{place}{which}")
}

fn folder(key: ListKey) -> Id {
    match key {
        ListKey::Folder { id } => id,
        ListKey::Inboxes | ListKey::Flagged => 0,
    }
}

/// Roles in whose lists the recipients are of interest.
const OUTGOING: &str = "(2, 3)";

impl Store {
    /// Rows `offset..offset + limit` of a list, newest first.
    pub(crate) async fn list_page(&self, key: ListKey, filter: Filter, offset: u32, limit: u32) -> Result<ListPage> {
        let (total, unread) = self.list_totals(key, filter).await?;
        let offset = offset.min(total);
        let limit = limit.min(total - offset);
        let mut page = ListPage { total, unread, offset, rows: Vec::new() };
        if limit == 0 {
            return Ok(page);
        }
        // From the end where that is nearer: the index is walked backwards, and the rows turned around.
        let from_end = total - offset - limit;
        let (order, skip) = if from_end < offset { ("ASC", from_end) } else { ("DESC", offset) };
        let sql = format!(
            "SELECT p.id, p.message, m.account, p.date, p.flags, m.attachments, m.subject, m.preview,
                    CASE WHEN f.role IN {OUTGOING} AND m.whom <> '' THEN m.whom ELSE m.who END AS who
             FROM (SELECT p.id AS id FROM placement p WHERE {} ORDER BY p.date {order}, p.id {order} LIMIT ?2 OFFSET ?3) AS page
             JOIN placement p ON p.id = page.id
             JOIN message m ON m.id = p.message
             JOIN folder f ON f.id = p.folder
             ORDER BY p.date DESC, p.id DESC",
            condition(key, filter)
        );
        let rows =
            sqlx::query(AssertSqlSafe(sql)).bind(folder(key)).bind(limit).bind(skip).fetch_all(self.read()).await?;
        page.rows = rows.iter().map(row).collect::<Result<_>>()?;
        Ok(page)
    }

    /// Rows in a list under a filter, and unread rows in it whatever the filter.
    async fn list_totals(&self, key: ListKey, filter: Filter) -> Result<(u32, u32)> {
        let (all, unread): (i64, i64) = match key {
            ListKey::Folder { id } => sqlx::query_as("SELECT total, unread FROM folder WHERE id = ?1")
                .bind(id)
                .fetch_optional(self.read())
                .await?
                .unwrap_or((0, 0)),
            ListKey::Inboxes => {
                sqlx::query_as("SELECT coalesce(sum(total), 0), coalesce(sum(unread), 0) FROM folder WHERE role = 1")
                    .fetch_one(self.read())
                    .await?
            }
            ListKey::Flagged => {
                sqlx::query_as(
                    "SELECT count(*), coalesce(sum((p.flags & 1) = 0), 0) FROM placement p
                     WHERE p.hidden = 0 AND (p.flags & 2) = 2",
                )
                .fetch_one(self.read())
                .await?
            }
        };
        let total = match filter {
            Filter::All => all,
            Filter::Unread => unread,
            Filter::Files => {
                let sql = format!("SELECT count(*) FROM placement p WHERE {}", condition(key, filter));
                sqlx::query_scalar(AssertSqlSafe(sql)).bind(folder(key)).fetch_one(self.read()).await?
            }
        };
        Ok((count(total), count(unread)))
    }

    /// Where a row stands in a list; none where it is not in it.
    pub(crate) async fn list_index(&self, key: ListKey, filter: Filter, row: Id) -> Result<Option<u32>> {
        let place = condition(key, filter);
        let sql = format!("SELECT p.date FROM placement p WHERE p.id = ?2 AND {place}");
        let date: Option<i64> =
            sqlx::query_scalar(AssertSqlSafe(sql)).bind(folder(key)).bind(row).fetch_optional(self.read()).await?;
        let Some(date) = date else { return Ok(None) };
        let sql =
            format!("SELECT count(*) FROM placement p WHERE {place} AND p.date >= ?2 AND (p.date > ?2 OR p.id > ?3)");
        let before: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(folder(key))
            .bind(date)
            .bind(row)
            .fetch_one(self.read())
            .await?;
        Ok(Some(count(before)))
    }

    /// Unread messages in all inboxes.
    pub(crate) async fn inbox_unread(&self) -> Result<u32> {
        let n: i64 = sqlx::query_scalar("SELECT coalesce(sum(unread), 0) FROM folder WHERE role = 1")
            .fetch_one(self.read())
            .await?;
        Ok(count(n))
    }
}

fn row(r: &sqlx::sqlite::SqliteRow) -> Result<ListRow> {
    let flags: i64 = r.try_get(4)?;
    Ok(ListRow {
        id: id(r.try_get(0)?),
        message: id(r.try_get(1)?),
        account: id(r.try_get(2)?),
        date: number(r.try_get(3)?),
        unread: flags & 1 == 0,
        flagged: flags & 2 != 0,
        answered: flags & 4 != 0,
        forwarded: flags & 32 != 0,
        attachments: count(r.try_get(5)?),
        subject: r.try_get(6)?,
        preview: r.try_get::<Option<String>, _>(7)?.unwrap_or_default(),
        who: r.try_get(8)?,
    })
}
