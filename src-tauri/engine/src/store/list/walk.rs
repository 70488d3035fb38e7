//! The way to a page of a list that an index serves: from the nearer end, or from the nearest milestone.

use super::source::Source;
use crate::error::Result;
use crate::store::Store;
use crate::store::as_one::{as_one, rows};
use crate::store::milestones::{APART, Key};
use crate::view::List;
use sqlx::AssertSqlSafe;

/// How to get to a page.
struct Walk {
    order: &'static str,
    skip: u32,
    /// From this row on, itself counted; none = from the end.
    from: Option<Key>,
}

impl Store {
    /// Rows `offset..offset + limit`, the greatest first, each with the thread that a list of conversations has there (else 0).
    pub(super) async fn stretch(
        &self,
        list: &List,
        source: &Source,
        total: u32,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<(i64, i64)>> {
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

    async fn walk(&self, source: &Source, limit: u32, walk: Walk) -> Result<Vec<(i64, i64)>> {
        let Walk { order, skip, from: begin } = walk;
        let Source { from, condition, by, row, thread, bound } = source;
        let from_there = if begin.is_some() { format!("AND ({by}, {row}) <= (?4, ?5)") } else { String::new() };
        let sql = format!(
            "SELECT {row} AS row, {thread} AS thread FROM {from} WHERE {condition} {from_there} ORDER BY {by} {order}, {row} {order} LIMIT ?2 OFFSET ?3"
        );
        let mut query = sqlx::query_scalar(as_one("row, thread", &sql)).bind(bound).bind(limit).bind(skip);
        if let Some((date, id)) = begin {
            query = query.bind(date).bind(id);
        }
        let one: String = query.fetch_one(self.read()).await?;
        let mut rows: Vec<(i64, i64)> = rows(&one)?;
        if order == "ASC" {
            rows.reverse();
        }
        Ok(rows)
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
        let Source { from, condition, by, row, bound, .. } = source;
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
}
