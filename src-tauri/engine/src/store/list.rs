//! Lists: which rows, in which order, from where on. Every list has a partial index of its own that holds exactly its rows in
//! its order, so that a page costs the walk to its offset (from the nearer end) and the rows themselves. What has none is laid out
//! in memory ([`laid`]).

pub(super) mod laid;
mod source;
#[cfg(test)]
mod tests;

use super::milestones::{APART, Key};
use super::snoozed::SLEEPS;
use super::{Store, count, id, number};
use crate::error::Result;
use crate::view::{Id, List, ListKey, ListPage, ListRow, Span};
use source::Source;
use sqlx::{AssertSqlSafe, Row};
use std::collections::HashMap;

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
    /// Rows `offset..offset + limit` of a list, in its order.
    pub(crate) async fn list_page(&self, list: &List, offset: u32, limit: u32) -> Result<ListPage> {
        let source = Source::indexed(list);
        let laid = match &source {
            Some(_) => None,
            None => Some(self.laid(list).await?),
        };
        let (all, unread) = self.list_totals(list).await?;
        let total = laid.as_ref().map_or(all, |l| u32::try_from(l.len()).unwrap_or(u32::MAX));
        let offset = offset.min(total);
        let limit = limit.min(total - offset);
        let mut page = ListPage { total, unread, offset, newest: self.newest_row().await?, rows: Vec::new() };
        if limit == 0 {
            return Ok(page);
        }
        let rows: Vec<i64> = match (&source, &laid) {
            (Some(source), _) if list.order.ascending => {
                let mut rows = self.stretch(list, source, total, total - offset - limit, limit).await?;
                rows.reverse();
                rows
            }
            (Some(source), _) => self.stretch(list, source, total, offset, limit).await?,
            (None, laid) => {
                let rows = laid.iter().flat_map(|l| l.iter());
                rows.skip(offset as usize).take(limit as usize).map(|row| i64::from(*row)).collect()
            }
        };
        page.rows = self.rows(&rows).await?;
        Ok(page)
    }

    /// Ids of rows `offset..offset + limit`, the greatest first.
    async fn stretch(&self, list: &List, source: &Source, total: u32, offset: u32, limit: u32) -> Result<Vec<i64>> {
        let commit = self.commits();
        // From the end where that is nearer: the index is walked backwards, and the rows turned around.
        let from_end = total - offset - limit;
        let mut walk = if from_end < offset {
            Walk { order: "ASC", skip: from_end, from: None }
        } else {
            Walk { order: "DESC", skip: offset, from: None }
        };
        if walk.skip > APART {
            match self.milestones.before(list, commit, offset) {
                Some((index, from)) => walk = Walk { order: "DESC", skip: offset - index, from: Some(from) },
                None => self.lay_milestones(list, commit),
            }
        }
        self.walk(source, limit, walk).await
    }

    async fn walk(&self, source: &Source, limit: u32, walk: Walk) -> Result<Vec<i64>> {
        let Walk { order, skip, from: begin } = walk;
        let Source { from, condition, by, row, bound } = source;
        let from_there = if begin.is_some() { format!("AND ({by}, {row}) <= (?4, ?5)") } else { String::new() };
        let sql = format!(
            "SELECT {row} FROM {from} WHERE {condition} {from_there} ORDER BY {by} {order}, {row} {order} LIMIT ?2 OFFSET ?3"
        );
        let mut query = sqlx::query_scalar(AssertSqlSafe(sql)).bind(bound).bind(limit).bind(skip);
        if let Some((date, id)) = begin {
            query = query.bind(date).bind(id);
        }
        let mut rows: Vec<i64> = query.fetch_all(self.read()).await?;
        if order == "ASC" {
            rows.reverse();
        }
        Ok(rows)
    }

    /// These rows, in this order.
    pub(crate) async fn rows(&self, places: &[i64]) -> Result<Vec<ListRow>> {
        let places = super::ops::list(places)?;
        let sql = format!(
            "SELECT p.id, p.message, f.account, coalesce(p.received, p.date), p.flags, m.attachments, m.subject, m.preview, p.folder, p.keywords,
                    CASE WHEN f.role IN {OUTGOING} AND m.whom <> '' THEN m.whom ELSE m.who END AS who,
                    CASE WHEN f.role IN {SLEEPS} THEN p.due END AS due, m.muted
             FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value
             JOIN message m ON m.id = p.message
             JOIN folder f ON f.id = p.folder
             ORDER BY w.key"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(&places).fetch_all(self.read()).await?;
        let labelled = rows.iter().any(|r| r.try_get::<&str, _>("keywords").is_ok_and(|k| !k.is_empty()));
        let labels = if labelled { self.label_keywords().await? } else { Vec::new() };
        let mut further: HashMap<i64, Vec<Id>> = HashMap::new();
        let elsewhere: Vec<(i64, i64)> = sqlx::query_as(ELSEWHERE).bind(&places).fetch_all(self.read()).await?;
        for (place, folder) in elsewhere {
            further.entry(place).or_default().push(id(folder));
        }
        rows.iter()
            .map(|r| {
                let places = further.remove(&r.try_get(0)?).unwrap_or_default();
                row(r, &labels, places)
            })
            .collect()
    }

    /// The row that was made last: what comes later has a greater id.
    async fn newest_row(&self) -> Result<Id> {
        let newest: Option<i64> = sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'placement'")
            .fetch_optional(self.read())
            .await?;
        Ok(id(newest.unwrap_or(0)))
    }

    /// Places of a list as JSON: all that were there when row `newest` was the last made, or those in these stretches.
    pub(crate) async fn places_of_list(&self, list: &List, spans: &[Span], newest: Id) -> Result<String> {
        if let ListKey::Search { id } = list.key {
            // What is done to all of a list is done to all of it.
            self.results.wait(id).await?;
        }
        let mut all: Vec<i64> = Vec::new();
        if let Some(source) = Source::indexed(list) {
            let Source { from, condition, by, row, bound } = &source;
            let which = format!("SELECT {row} FROM {from} WHERE {condition}");
            if spans.is_empty() {
                all = sqlx::query_scalar(AssertSqlSafe(which.clone())).bind(bound).fetch_all(self.read()).await?;
            }
            for span in spans {
                // Ends that have left the list since still say where the stretch was.
                let (upper, lower) =
                    if list.order.ascending { (span.last, span.first) } else { (span.first, span.last) };
                let (Some(upper), Some(lower)) =
                    (self.stands(&source, upper).await?, self.stands(&source, lower).await?)
                else {
                    continue;
                };
                let sql = format!("{which} AND ({by}, {row}) <= (?2, ?3) AND ({by}, {row}) >= (?4, ?5)");
                let some: Vec<i64> = sqlx::query_scalar(AssertSqlSafe(sql))
                    .bind(bound)
                    .bind(upper.0)
                    .bind(upper.1)
                    .bind(lower.0)
                    .bind(lower.1)
                    .fetch_all(self.read())
                    .await?;
                all.extend(some);
            }
        } else {
            let rows = self.laid(list).await?;
            let at = |row: Id| rows.iter().position(|r| *r == row);
            let whole = [(0, rows.len().saturating_sub(1))];
            let some: Vec<(usize, usize)> = spans.iter().filter_map(|s| Some((at(s.first)?, at(s.last)?))).collect();
            for (first, last) in if spans.is_empty() { &whole[..] } else { &some[..] } {
                all.extend(rows.get(*first..=*last).into_iter().flatten().map(|r| i64::from(*r)));
            }
        }
        all.retain(|row| *row <= i64::from(newest));
        all.sort_unstable();
        all.dedup();
        super::ops::list(&all)
    }

    /// The key of a row in the order of a source, whether it is still in it or not.
    async fn stands(&self, source: &Source, row: Id) -> Result<Option<Key>> {
        let sql = format!("SELECT {}, p.id FROM placement p WHERE p.id = ?1", source.by);
        Ok(sqlx::query_as(AssertSqlSafe(sql)).bind(row).fetch_optional(self.read()).await?)
    }

    /// Lays the milestones of a list in the background.
    fn lay_milestones(&self, list: &List, commit: u64) {
        let Some(source) = Source::indexed(list) else { return };
        if !self.milestones.claim(list, commit) {
            return;
        }
        let (store, list) = (self.clone(), list.clone());
        tokio::spawn(async move {
            let laid = store.keys(&source, commit).await;
            match laid {
                Ok(Some(keys)) => store.milestones.lay(&list, commit, keys),
                // A commit in between: they would be of either side of it.
                Ok(None) => {}
                Err(e) => tracing::warn!(error = %e, "no milestones"),
            }
        });
    }

    /// The keys of every thousandth row, from one to the next in short statements: readers of pages take their turn between.
    async fn keys(&self, source: &Source, commit: u64) -> Result<Option<Vec<Key>>> {
        let Source { from, condition, by, row, bound } = source;
        let order = format!("ORDER BY {by} DESC, {row} DESC LIMIT 1");
        let first = format!("SELECT {by}, {row} FROM {from} WHERE {condition} {order}");
        let next = format!(
            "SELECT {by}, {row} FROM {from} WHERE {condition} AND ({by}, {row}) <= (?2, ?3) {order} OFFSET {APART}"
        );
        let mut keys: Vec<Key> = Vec::new();
        let mut at: Option<Key> = sqlx::query_as(AssertSqlSafe(first)).bind(bound).fetch_optional(self.read()).await?;
        while let Some((date, id)) = at {
            keys.push((date, id));
            at = sqlx::query_as(AssertSqlSafe(next.clone()))
                .bind(bound)
                .bind(date)
                .bind(id)
                .fetch_optional(self.read())
                .await?;
        }
        Ok((self.commits() == commit).then_some(keys))
    }

    /// Rows in a list under a filter, and unread rows in it whatever the filter.
    async fn list_totals(&self, list: &List) -> Result<(u32, u32)> {
        if let ListKey::Search { id } = list.key {
            let found = self.results.rows(id)?;
            return Ok((count(i64::try_from(found.rows.len()).unwrap_or(i64::MAX)), found.unread));
        }
        let whole = Source::whole(list);
        let (all, unread): (i64, i64) = match list.key {
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
            _ => {
                let sql = format!(
                    "SELECT count(*), coalesce(sum((p.flags & 1) = 0), 0) FROM placement p WHERE {}",
                    whole.condition
                );
                sqlx::query_as(AssertSqlSafe(sql)).bind(whole.bound).fetch_one(self.read()).await?
            }
        };
        let filter = &list.filter;
        let total = match (filter.unread, filter.files, Source::indexed(list)) {
            (false, false, _) | (_, _, None) => all,
            (true, ..) => unread,
            (false, true, Some(source)) => {
                let sql = format!("SELECT count(*) FROM placement p WHERE {}", source.condition);
                sqlx::query_scalar(AssertSqlSafe(sql)).bind(source.bound).fetch_one(self.read()).await?
            }
        };
        Ok((count(total), count(unread)))
    }

    /// Where a row stands in a list; none where it is not in it.
    pub(crate) async fn list_index(&self, list: &List, row: Id) -> Result<Option<u32>> {
        let Some(source) = Source::indexed(list) else {
            let at = self.laid(list).await?.iter().position(|r| *r == row);
            return Ok(at.and_then(|at| u32::try_from(at).ok()));
        };
        let Source { from, condition, by, row: id, bound } = source;
        let sql = format!("SELECT {by} FROM {from} WHERE {id} = ?2 AND {condition}");
        let date: Option<i64> =
            sqlx::query_scalar(AssertSqlSafe(sql)).bind(bound).bind(row).fetch_optional(self.read()).await?;
        let Some(date) = date else { return Ok(None) };
        let (more, than) = if list.order.ascending { ("<=", "<") } else { (">=", ">") };
        let sql = format!(
            "SELECT count(*) FROM {from} WHERE {condition} AND {by} {more} ?2 AND ({by} {than} ?2 OR {id} {than} ?3)"
        );
        let before: i64 =
            sqlx::query_scalar(AssertSqlSafe(sql)).bind(bound).bind(date).bind(row).fetch_one(self.read()).await?;
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

/// Further folders in which the message of a row stands.
const ELSEWHERE: &str = "SELECT p.id, q.folder FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value
     JOIN placement q INDEXED BY placement_message ON q.message = p.message AND q.hidden = 0 AND q.folder <> p.folder
     ORDER BY p.id, q.folder";

fn row(r: &sqlx::sqlite::SqliteRow, labels: &[String], places: Vec<Id>) -> Result<ListRow> {
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
        messages: 1,
        unread_messages: u32::from(flags & 1 == 0),
        people: Vec::new(),
        unread_people: Vec::new(),
        me: Vec::new(),
        places,
    })
}
