//! Lists: which rows, in which order, from where on. Every list has a partial index of its own that holds exactly its rows in
//! its order, so that a page costs the walk to its offset (from the nearer end) and the rows themselves. What has none is laid out
//! in memory ([`laid`]).

pub(super) mod laid;
mod source;
#[cfg(test)]
mod tests;

use super::conversations::{COPIES, Within};
use super::milestones::{APART, Key};
use super::snoozed::SLEEPS;
use super::{Store, count, id, number};
use crate::error::Result;
use crate::view::{Filter, Id, List, ListKey, ListPage, ListRow, Span};
use source::{Source, order_key};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row};
use std::collections::{HashMap, HashSet};

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
        let ((all, unread), newest) = futures::try_join!(self.list_totals(list), self.newest_row())?;
        let total = laid.as_ref().map_or(all, |l| u32::try_from(l.len()).unwrap_or(u32::MAX));
        let offset = offset.min(total);
        let limit = limit.min(total - offset);
        let mut page = ListPage { total, unread, offset, newest, rows: Vec::new() };
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
        let mut rows = self.rows_in_threads(&rows).await?;
        if list.of_conversations() {
            self.add_conversations(list.key, &mut rows).await?;
        }
        page.rows = rows.into_iter().map(|(row, _)| row).collect();
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
        Ok(self.rows_in_threads(places).await?.into_iter().map(|(row, _)| row).collect())
    }

    /// The same, each with the thread that its conversation has.
    async fn rows_in_threads(&self, places: &[i64]) -> Result<Vec<(ListRow, i64)>> {
        let places = super::ops::list(places)?;
        let sql = format!(
            "SELECT p.id, p.message, f.account, coalesce(p.received, p.date), p.flags, m.attachments, m.subject, m.preview, p.folder, p.keywords,
                    CASE WHEN f.role IN {OUTGOING} AND m.whom <> '' THEN m.whom ELSE m.who END AS who,
                    CASE WHEN f.role IN {SLEEPS} THEN p.due END AS due, m.muted, p.lists,
                    CASE m.thread WHEN 0 THEN -m.id ELSE m.thread END AS thread, {ELSEWHERE} AS elsewhere
             FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value
             JOIN message m ON m.id = p.message
             JOIN folder f ON f.id = p.folder
             ORDER BY w.key"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(&places).fetch_all(self.read()).await?;
        let labelled = rows.iter().any(|r| r.try_get::<&str, _>("keywords").is_ok_and(|k| !k.is_empty()));
        let labels = if labelled { self.label_keywords().await? } else { Vec::new() };
        let mut copies: HashMap<i64, Vec<Id>> = HashMap::new();
        for (place, folder) in self.copies(&rows).await? {
            copies.entry(place).or_default().push(id(folder));
        }
        rows.iter()
            .map(|r| {
                let elsewhere: Option<&str> = r.try_get("elsewhere")?;
                let mut places: Vec<Id> =
                    elsewhere.unwrap_or_default().split(',').filter_map(|f| f.parse().ok()).collect();
                for folder in copies.remove(&r.try_get(0)?).unwrap_or_default() {
                    if !places.contains(&folder) {
                        places.push(folder);
                    }
                }
                Ok((row(r, &labels, places)?, r.try_get("thread")?))
            })
            .collect()
    }

    /// Folders in which copies stand of those of these rows that stand for some: row and folder.
    async fn copies(&self, rows: &[SqliteRow]) -> Result<Vec<(i64, i64)>> {
        let several = |r: &&SqliteRow| r.try_get::<i64, _>("lists").is_ok_and(|lists| lists & COPIES != 0);
        let places: Vec<i64> = rows.iter().filter(several).map(|r| r.try_get(0)).collect::<Result<_, _>>()?;
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let found = sqlx::query_as(OF_COPIES).bind(super::ops::list(&places)?).fetch_all(self.read()).await?;
        Ok(found)
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
                    (self.stands(list.key, upper).await?, self.stands(list.key, lower).await?)
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
            for (first, last) in if spans.is_empty() { whole.iter() } else { some.iter() } {
                all.extend(rows.get(*first..=*last).into_iter().flatten().map(|r| i64::from(*r)));
            }
        }
        if list.is_found() && list.of_conversations() {
            // What was found is in any folder: of each row, its conversation there.
            return self.whole_conversations(&all, newest).await;
        }
        // What came later is in front of what was marked: a conversation may have another row by now.
        let rows =
            if list.of_conversations() { all } else { all.into_iter().filter(|r| *r <= i64::from(newest)).collect() };
        self.within(&rows, &Within::list(list), newest).await
    }

    /// The key of a row in the order of a list, whether it is still in it or not.
    async fn stands(&self, key: ListKey, row: Id) -> Result<Option<Key>> {
        let by = order_key(key);
        let sql = format!("SELECT {by}, p.id FROM placement p WHERE p.id = ?1 AND {by} IS NOT NULL");
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

    /// Rows in a list under a filter that an index serves, and unread rows in it whatever the filter.
    async fn list_totals(&self, list: &List) -> Result<(u32, u32)> {
        if let ListKey::Search { id } = list.key {
            if list.of_conversations() {
                let all = List::conversations(list.key);
                let unread = List { filter: Filter { unread: true, ..Filter::default() }, ..all.clone() };
                return Ok((size(&self.laid(&all).await?), size(&self.laid(&unread).await?)));
            }
            let found = self.results.rows(id)?;
            return Ok((size(&found.rows), found.unread));
        }
        let tally = self.tally(list.key).await?;
        let [all, unread, flagged, files] = match (list.key, list.of_conversations()) {
            (_, true) => [tally.talks, tally.unread_talks, tally.flagged_talks, tally.file_talks],
            (ListKey::Folder { id }, _) => {
                let (total, unread) = sqlx::query_as("SELECT total, unread FROM folder WHERE id = ?1")
                    .bind(id)
                    .fetch_optional(self.read())
                    .await?
                    .unwrap_or((0, 0));
                [total, unread, tally.flagged, tally.files]
            }
            _ => [tally.mails, tally.unread, tally.flagged, tally.files],
        };
        let Filter { unread: only_unread, flagged: only_flagged, files: only_files, .. } = list.filter;
        let total = match (only_unread, only_flagged, only_files) {
            (true, ..) => unread,
            (_, true, _) => flagged,
            (_, _, true) => files,
            _ => all,
        };
        Ok((count(total), count(unread)))
    }

    /// Where a row stands in a list; none where it is not in it. In a list of conversations: where the conversation of that message
    /// stands, whether it is still its newest or not.
    pub(crate) async fn list_index(&self, list: &List, row: Id) -> Result<Option<u32>> {
        let Some(source) = Source::indexed(list) else {
            let laid = self.laid(list).await?;
            let row = match (list.of_conversations(), list.is_found()) {
                (false, _) => row,
                (true, false) => self.newest_of(list.key, row).await?,
                (true, true) => self.newest_among(&laid, row).await?,
            };
            let at = laid.iter().position(|r| *r == row);
            return Ok(at.and_then(|at| u32::try_from(at).ok()));
        };
        let Source { from, condition, by, row: id, bound } = source;
        let this = if list.of_conversations() { TALK_OF } else { "p.id = ?2" };
        let sql = format!("SELECT {by}, {id} FROM {from} WHERE {condition} AND {this}");
        let at: Option<Key> =
            sqlx::query_as(AssertSqlSafe(sql)).bind(bound).bind(row).fetch_optional(self.read()).await?;
        let Some((date, row)) = at else { return Ok(None) };
        let (more, than) = if list.order.ascending { ("<=", "<") } else { (">=", ">") };
        let sql = format!(
            "SELECT count(*) FROM {from} WHERE {condition} AND {by} {more} ?2 AND ({by} {than} ?2 OR {id} {than} ?3)"
        );
        let before: i64 =
            sqlx::query_scalar(AssertSqlSafe(sql)).bind(bound).bind(date).bind(row).fetch_one(self.read()).await?;
        Ok(Some(count(before)))
    }

    /// The row of the conversation in which a message stands; the row itself where it is in none.
    async fn newest_of(&self, key: ListKey, row: Id) -> Result<Id> {
        let Source { from, condition, row: newest, bound, .. } = Source::talks(key);
        let sql = format!("SELECT {newest} FROM {from} WHERE {condition} AND {TALK_OF}");
        let found: Option<i64> =
            sqlx::query_scalar(AssertSqlSafe(sql)).bind(bound).bind(row).fetch_optional(self.read()).await?;
        Ok(found.map_or(row, id))
    }

    /// Of these rows that of the conversation in which a message stands; the row itself where none is.
    async fn newest_among(&self, rows: &[Id], row: Id) -> Result<Id> {
        if rows.contains(&row) {
            return Ok(row);
        }
        let found: Vec<i64> = sqlx::query_scalar(OF_TALK).bind(row).fetch_all(self.read()).await?;
        let found: HashSet<Id> = found.into_iter().map(id).collect();
        Ok(rows.iter().copied().find(|one| found.contains(one)).unwrap_or(row))
    }

    /// Unread messages in all inboxes.
    pub(crate) async fn inbox_unread(&self) -> Result<u32> {
        let n: i64 = sqlx::query_scalar("SELECT coalesce(sum(unread), 0) FROM folder WHERE role = 1")
            .fetch_one(self.read())
            .await?;
        Ok(count(n))
    }
}

/// The conversation in which message `?2` stands.
const TALK_OF: &str = "p.thread = (SELECT CASE m.thread WHEN 0 THEN -m.id ELSE m.thread END FROM placement q
     JOIN message m ON m.id = q.message WHERE q.id = ?2)";

/// All places of the conversation in which message `?1` stands.
const OF_TALK: &str = "SELECT o.id FROM placement q JOIN message m ON m.id = q.message
     JOIN message n INDEXED BY message_thread ON n.thread = m.thread AND m.thread <> 0
     JOIN placement o INDEXED BY placement_message ON o.message = n.id WHERE q.id = ?1";

fn size(rows: &[Id]) -> u32 {
    u32::try_from(rows.len()).unwrap_or(u32::MAX)
}

/// Further folders in which the message of a row stands.
const ELSEWHERE: &str = "(SELECT group_concat(e.folder) FROM (SELECT DISTINCT q.folder AS folder FROM placement q INDEXED BY placement_message
     WHERE q.message = p.message AND q.hidden = 0 AND q.folder <> p.folder ORDER BY q.folder) AS e)";

/// Folders in which copies of the mail of a row stand.
const OF_COPIES: &str = "SELECT p.id, q.folder FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value
     JOIN message m ON m.id = p.message CROSS JOIN message n INDEXED BY message_thread ON n.thread = m.thread AND n.id <> m.id
         AND n.message_id = m.message_id AND n.date = m.date AND n.who = m.who
     CROSS JOIN placement q INDEXED BY placement_message ON q.message = n.id AND q.hidden = 0 WHERE m.thread <> 0
     ORDER BY p.id, q.folder";

fn row(r: &SqliteRow, labels: &[String], places: Vec<Id>) -> Result<ListRow> {
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
