//! Lists: which rows, in which order, from where on. Every list has a partial index of its own that holds exactly its rows in
//! its order, so that a page costs the walk to its offset (from the nearer end) and the rows themselves.

use super::milestones::{APART, Key};
use super::snoozed::SLEEPS;
use super::{Store, count, id, number};
use crate::error::Result;
use crate::view::{Filter, Id, ListKey, ListPage, ListRow, Span};
use sqlx::{AssertSqlSafe, Row};

/// The condition of a list, written exactly as in the partial index that serves it. `?1` is the folder.
fn condition(key: ListKey, filter: Filter) -> String {
    let place = match key {
        ListKey::Folder { .. } => "p.folder = ?1 AND p.hidden = 0 AND p.asleep = 0",
        // `?1` is bound for every list, so it must be named in every statement.
        ListKey::Inboxes => "p.hidden = 0 AND p.asleep = 0 AND p.inbox = 1 AND ?1 = 0",
        ListKey::Flagged => "p.hidden = 0 AND (p.flags & 2) = 2 AND ?1 = 0",
        ListKey::Snoozed => "p.hidden = 0 AND p.asleep = 1 AND ?1 = 0",
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
        ListKey::Inboxes | ListKey::Flagged | ListKey::Snoozed => 0,
    }
}

/// What a list is ordered by, the greatest first, and by row where that is equal: as in its index.
fn order_key(key: ListKey) -> &'static str {
    match key {
        ListKey::Snoozed => "(-p.due)",
        _ => "p.date",
    }
}

/// How to get to a page.
struct Walk {
    order: &'static str,
    skip: u32,
    /// From this row on, itself counted; none = from the end.
    from: Option<Key>,
}

/// Roles in whose lists the recipients are of interest.
const OUTGOING: &str = "(2, 3)";

impl Store {
    /// Rows `offset..offset + limit` of a list, newest first.
    pub(crate) async fn list_page(&self, key: ListKey, filter: Filter, offset: u32, limit: u32) -> Result<ListPage> {
        let (total, unread) = self.list_totals(key, filter).await?;
        let offset = offset.min(total);
        let limit = limit.min(total - offset);
        let mut page = ListPage { total, unread, offset, newest: self.newest_row().await?, rows: Vec::new() };
        if limit == 0 {
            return Ok(page);
        }
        let commit = self.commits();
        // From the end where that is nearer: the index is walked backwards, and the rows turned around.
        let from_end = total - offset - limit;
        let mut walk = if from_end < offset {
            Walk { order: "ASC", skip: from_end, from: None }
        } else {
            Walk { order: "DESC", skip: offset, from: None }
        };
        if walk.skip > APART {
            match self.milestones.before((key, filter), commit, offset) {
                Some((index, from)) => walk = Walk { order: "DESC", skip: offset - index, from: Some(from) },
                None => self.lay_milestones(key, filter, commit),
            }
        }
        page.rows = self.walk(key, filter, limit, walk).await?;
        Ok(page)
    }

    async fn walk(&self, key: ListKey, filter: Filter, limit: u32, walk: Walk) -> Result<Vec<ListRow>> {
        let Walk { order, skip, from } = walk;
        let by = order_key(key);
        let from_there = if from.is_some() { format!("AND ({by}, p.id) <= (?4, ?5)") } else { String::new() };
        let sql = format!(
            "SELECT p.id, p.message, f.account, coalesce(p.received, p.date), p.flags, m.attachments, m.subject, m.preview, p.folder, p.keywords,
                    CASE WHEN f.role IN {OUTGOING} AND m.whom <> '' THEN m.whom ELSE m.who END AS who,
                    CASE WHEN f.role IN {SLEEPS} THEN p.due END AS due, m.muted
             FROM (SELECT p.id AS id FROM placement p WHERE {} {from_there}
                   ORDER BY {by} {order}, p.id {order} LIMIT ?2 OFFSET ?3) AS page
             JOIN placement p ON p.id = page.id
             JOIN message m ON m.id = p.message
             JOIN folder f ON f.id = p.folder
             ORDER BY {by} DESC, p.id DESC",
            condition(key, filter)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(folder(key)).bind(limit).bind(skip);
        if let Some((date, id)) = from {
            query = query.bind(date).bind(id);
        }
        let rows = query.fetch_all(self.read()).await?;
        let labelled = rows.iter().any(|r| r.try_get::<&str, _>("keywords").is_ok_and(|k| !k.is_empty()));
        let labels = if labelled { self.label_keywords().await? } else { Vec::new() };
        rows.iter().map(|r| row(r, &labels)).collect()
    }

    /// The row that was made last: what comes later has a greater id.
    async fn newest_row(&self) -> Result<Id> {
        let newest: Option<i64> = sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'placement'")
            .fetch_optional(self.read())
            .await?;
        Ok(id(newest.unwrap_or(0)))
    }

    /// Places of a list as JSON: all that were there when row `newest` was the last made, or those in these stretches.
    pub(crate) async fn places_of_list(
        &self,
        key: ListKey,
        filter: Filter,
        spans: &[Span],
        newest: Id,
    ) -> Result<String> {
        let (place, by) = (condition(key, filter), order_key(key));
        let mut all: Vec<i64> = Vec::new();
        if spans.is_empty() {
            let sql = format!("SELECT p.id FROM placement p WHERE {place} AND p.id <= ?2");
            all = sqlx::query_scalar(AssertSqlSafe(sql)).bind(folder(key)).bind(newest).fetch_all(self.read()).await?;
        }
        for span in spans {
            // Ends that have left the list since still say where the stretch was.
            let sql = format!(
                "SELECT p.id FROM placement p WHERE {place} AND p.id <= ?2
                 AND ({by}, p.id) <= (SELECT {by}, p.id FROM placement p WHERE p.id = ?3)
                 AND ({by}, p.id) >= (SELECT {by}, p.id FROM placement p WHERE p.id = ?4)"
            );
            let some: Vec<i64> = sqlx::query_scalar(AssertSqlSafe(sql))
                .bind(folder(key))
                .bind(newest)
                .bind(span.first)
                .bind(span.last)
                .fetch_all(self.read())
                .await?;
            all.extend(some);
        }
        all.sort_unstable();
        all.dedup();
        super::ops::list(&all)
    }

    /// Lays the milestones of a list in the background.
    fn lay_milestones(&self, key: ListKey, filter: Filter, commit: u64) {
        if !self.milestones.claim((key, filter), commit) {
            return;
        }
        let store = self.clone();
        tokio::spawn(async move {
            let laid = store.keys(key, filter, commit).await;
            match laid {
                Ok(Some(keys)) => store.milestones.lay((key, filter), commit, keys),
                // A commit in between: they would be of either side of it.
                Ok(None) => {}
                Err(e) => tracing::warn!(error = %e, "no milestones"),
            }
        });
    }

    /// The keys of every thousandth row, from one to the next in short statements: readers of pages take their turn between.
    async fn keys(&self, key: ListKey, filter: Filter, commit: u64) -> Result<Option<Vec<Key>>> {
        let (place, by) = (condition(key, filter), order_key(key));
        let order = format!("ORDER BY {by} DESC, p.id DESC LIMIT 1");
        let first = format!("SELECT {by}, p.id FROM placement p WHERE {place} {order}");
        let next = format!(
            "SELECT {by}, p.id FROM placement p WHERE {place} AND ({by}, p.id) <= (?2, ?3) {order} OFFSET {APART}"
        );
        let mut keys: Vec<Key> = Vec::new();
        let mut at: Option<Key> =
            sqlx::query_as(AssertSqlSafe(first)).bind(folder(key)).fetch_optional(self.read()).await?;
        while let Some((date, id)) = at {
            keys.push((date, id));
            at = sqlx::query_as(AssertSqlSafe(next.clone()))
                .bind(folder(key))
                .bind(date)
                .bind(id)
                .fetch_optional(self.read())
                .await?;
        }
        Ok((self.commits() == commit).then_some(keys))
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
            ListKey::Snoozed => {
                sqlx::query_as(
                    "SELECT count(*), coalesce(sum((p.flags & 1) = 0), 0) FROM placement p
                     WHERE p.hidden = 0 AND p.asleep = 1",
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
        let (place, by) = (condition(key, filter), order_key(key));
        let sql = format!("SELECT {by} FROM placement p WHERE p.id = ?2 AND {place}");
        let date: Option<i64> =
            sqlx::query_scalar(AssertSqlSafe(sql)).bind(folder(key)).bind(row).fetch_optional(self.read()).await?;
        let Some(date) = date else { return Ok(None) };
        let sql = format!("SELECT count(*) FROM placement p WHERE {place} AND {by} >= ?2 AND ({by} > ?2 OR p.id > ?3)");
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

fn row(r: &sqlx::sqlite::SqliteRow, labels: &[String]) -> Result<ListRow> {
    let flags: i64 = r.try_get(4)?;
    let keywords: &str = r.try_get(9)?;
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
        folder: id(r.try_get(8)?),
        labels: super::labels::among(labels, keywords),
        who: r.try_get(10)?,
        due: r.try_get::<Option<i64>, _>(11)?.map(number),
        muted: super::mutes::among(keywords) || r.try_get::<i64, _>(12)? != 0,
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use std::time::Duration;

    const ROWS: u32 = 7_003;

    /// A folder of many rows, several of them of the same second.
    async fn long() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let mut tx = store.write().await.unwrap();
        let server = "{\"host\":\"h\",\"port\":1,\"security\":\"tls\",\"user\":\"u\",\"acceptedCertificate\":null}";
        for sql in [
            format!("INSERT INTO account VALUES (1, 1, 'n', 'e', 'l', '#000000', 0, '{server}', NULL)"),
            format!(
                "INSERT INTO folder (id, account, mailbox, path, role, total) VALUES (1, 1, 'INBOX', 'INBOX', 1, {ROWS})"
            ),
            format!(
                "INSERT INTO message (account, identity, who, whom, subject, date, size, people)
                 SELECT 1, value, 'w', '', 'Mail ' || value, 0, 0, '{{}}' FROM {}",
                numbers()
            ),
            format!(
                "INSERT INTO placement (folder, server_folder, uid, message, date, flags, server_flags, inbox, files)
                 SELECT 1, 1, value, value, (value * 37 % {ROWS}) / 5, 1, 1, 1, 0 FROM {}",
                numbers()
            ),
        ] {
            sqlx::query(AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        (folder, store)
    }

    fn numbers() -> String {
        format!(
            "(WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < {ROWS}) SELECT value FROM n)"
        )
    }

    #[tokio::test]
    async fn pages_from_a_milestone_are_those_from_the_end() {
        let (_folder, store) = long().await;
        for list in [ListKey::Folder { id: 1 }, ListKey::Inboxes] {
            let rows = store.list_page(list, Filter::All, 0, 1).await.unwrap().total as usize;
            let mut whole = Vec::new();
            while whole.len() < rows {
                let page =
                    store.list_page(list, Filter::All, count(i64::try_from(whole.len()).unwrap()), 500).await.unwrap();
                whole.extend(page.rows);
            }
            // Laid by the pages above; a commit throws them away, and the next deep page lays them anew.
            for round in 0..2 {
                store.list_page(list, Filter::All, ROWS / 2, 100).await.unwrap();
                while store.milestones.before((list, Filter::All), store.commits(), ROWS / 2).is_none() {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                for offset in [0, 999, 1_000, 1_001, 1_900, 3_000, 3_456, 5_999, 6_000, 6_903, 7_000, 7_002, 7_003] {
                    let page = store.list_page(list, Filter::All, offset, 100).await.unwrap();
                    let (from, to) = ((offset as usize).min(whole.len()), (offset as usize + 100).min(whole.len()));
                    assert_eq!(page.rows, whole[from..to], "{list:?} {offset} round {round}");
                }
                let gone = whole.remove(4_000 + round);
                let mut tx = store.write().await.unwrap();
                sqlx::query("DELETE FROM placement WHERE id = ?1").bind(gone.id).execute(&mut *tx).await.unwrap();
                sqlx::query("UPDATE folder SET total = total - 1").execute(&mut *tx).await.unwrap();
                tx.commit().await.unwrap();
                assert!(store.milestones.before((list, Filter::All), store.commits(), ROWS / 2).is_none());
            }
        }
    }
}
