//! Lists: which rows, in which order, from where on. Every list has a partial index of its own that holds exactly its rows in
//! its order, so that a page costs the walk to its offset (from the nearer end) and the rows themselves. What has none is laid out
//! in memory ([`laid`]).

pub(super) mod laid;
mod source;
#[cfg(test)]
mod tests;
mod walk;

use super::as_one::{as_one, rows};
use super::conversations::{COPIES, Talks, Within, bit_of, scope};
use super::milestones::Key;
use super::snoozed::SLEEPS;
use super::{Store, count, id, number};
use crate::error::Result;
use crate::view::{Filter, Id, List, ListKey, ListPage, ListRow, Span};
use source::{Source, order_key};
use sqlx::AssertSqlSafe;
use std::collections::{HashMap, HashSet};

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
        let of_conversations = list.of_conversations();
        let own = async { if of_conversations { self.own_addresses().await } else { Ok(HashSet::new()) } };
        let ((all, unread), newest, own) = futures::try_join!(self.list_totals(list), self.newest_row(), own)?;
        let total = laid.as_ref().map_or(all, |l| u32::try_from(l.len()).unwrap_or(u32::MAX));
        let offset = offset.min(total);
        let limit = limit.min(total - offset);
        let mut page = ListPage { total, unread, offset, newest, rows: Vec::new() };
        if limit == 0 {
            return Ok(page);
        }
        let (places, threads): (Vec<i64>, Vec<i64>) = match (&source, &laid) {
            (Some(source), _) if list.order.ascending => {
                let mut rows = self.stretch(list, source, total, total - offset - limit, limit).await?;
                rows.reverse();
                rows.into_iter().unzip()
            }
            (Some(source), _) => self.stretch(list, source, total, offset, limit).await?.into_iter().unzip(),
            (None, laid) => {
                let rows = laid.iter().flat_map(|l| l.iter());
                let places = rows.skip(offset as usize).take(limit as usize).map(|row| i64::from(*row)).collect();
                (places, Vec::new())
            }
        };
        let (mut rows, talks) = if of_conversations && source.is_some() {
            // Both are mostly reading, so they are read side by side.
            futures::try_join!(self.rows_in_threads(&places, false), self.talks(list.key, &threads))?
        } else {
            let rows = self.rows_in_threads(&places, list.is_found()).await?;
            let threads: Vec<i64> = rows.iter().map(|(_, thread)| *thread).collect();
            let talks = if of_conversations { self.talks(list.key, &threads).await? } else { Talks::default() };
            (rows, talks)
        };
        if of_conversations {
            talks.tell(&mut rows, &own);
        }
        page.rows = rows.into_iter().map(|(row, _)| row).collect();
        Ok(page)
    }

    /// These rows, in this order.
    pub(crate) async fn rows(&self, places: &[i64]) -> Result<Vec<ListRow>> {
        Ok(self.rows_in_threads(places, false).await?.into_iter().map(|(row, _)| row).collect())
    }

    /// The same, each with the thread that its conversation has. What was found may be any of the copies of its mail.
    async fn rows_in_threads(&self, places: &[i64], found_by_search: bool) -> Result<Vec<(ListRow, i64)>> {
        let one: String = sqlx::query_scalar(as_one(COLUMNS, &of_places()))
            .bind(super::ops::list(places)?)
            .fetch_one(self.read())
            .await?;
        let found: Vec<Place> = rows(&one)?;
        let labelled = found.iter().any(|place| !place.keywords.is_empty());
        let labels = if labelled { self.label_keywords().await? } else { Vec::new() };
        let mut copies: HashMap<i64, Vec<Id>> = HashMap::new();
        for (place, folder) in self.copies(&found, found_by_search).await? {
            copies.entry(place).or_default().push(id(folder));
        }
        let shown = |place: Place| {
            let elsewhere = place.elsewhere.as_deref().unwrap_or_default();
            let mut places: Vec<Id> = elsewhere.split(',').filter_map(|f| f.parse().ok()).collect();
            for folder in copies.remove(&place.id).unwrap_or_default() {
                if !places.contains(&folder) {
                    places.push(folder);
                }
            }
            let thread = place.thread;
            (place.row(&labels, places), thread)
        };
        Ok(found.into_iter().map(shown).collect())
    }

    /// Folders in which copies stand of those of these rows that stand for some, or (`any`) may have some: row and folder.
    async fn copies(&self, found: &[Place], any: bool) -> Result<Vec<(i64, i64)>> {
        let alone = bit_of(scope(ListKey::AllMail));
        let some = found.iter().filter(|p| p.lists & COPIES != 0 || (any && p.lists & alone == 0));
        let places: Vec<i64> = some.map(|place| place.id).collect();
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
            let Source { from, condition, by, row, bound, .. } = &source;
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
        let Source { from, condition, by, row: id, bound, .. } = source;
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

/// What a row of a list is made of, in this order.
const COLUMNS: &str = "id, message, account, came, flags, attachments, subject, preview, folder, keywords, who, due, muted, lists, thread, elsewhere";

/// The places in `?1`, in its order, with [`COLUMNS`].
fn of_places() -> String {
    format!(
        "SELECT p.id, p.message, f.account, coalesce(p.received, p.date) AS came, p.flags, m.attachments, m.subject, m.preview, p.folder,
             p.keywords, CASE WHEN f.role IN {OUTGOING} AND m.whom <> '' THEN m.whom ELSE m.who END AS who,
             CASE WHEN f.role IN {SLEEPS} THEN p.due END AS due, m.muted, p.lists,
             CASE m.thread WHEN 0 THEN -m.id ELSE m.thread END AS thread, {ELSEWHERE} AS elsewhere
         FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value
         JOIN message m ON m.id = p.message
         JOIN folder f ON f.id = p.folder
         ORDER BY w.key"
    )
}

/// A place as it is read; see [`COLUMNS`].
#[derive(serde::Deserialize)]
struct Place {
    id: i64,
    message: i64,
    account: i64,
    came: i64,
    flags: i64,
    attachments: i64,
    subject: String,
    preview: Option<String>,
    folder: i64,
    keywords: String,
    who: String,
    due: Option<i64>,
    muted: i64,
    lists: i64,
    thread: i64,
    elsewhere: Option<String>,
}

impl Place {
    fn row(self, labels: &[String], places: Vec<Id>) -> ListRow {
        let unread = self.flags & 1 == 0;
        ListRow {
            id: id(self.id),
            message: id(self.message),
            account: id(self.account),
            date: number(self.came),
            unread,
            flagged: self.flags & 2 != 0,
            answered: self.flags & 4 != 0,
            forwarded: self.flags & 32 != 0,
            attachments: count(self.attachments),
            subject: self.subject,
            preview: self.preview.unwrap_or_default(),
            folder: id(self.folder),
            labels: super::labels::among(labels, &self.keywords),
            who: self.who,
            due: self.due.map(number),
            muted: super::mutes::among(&self.keywords) || self.muted != 0,
            messages: 1,
            unread_messages: u32::from(unread),
            people: Vec::new(),
            unread_people: Vec::new(),
            me: Vec::new(),
            places,
        }
    }
}
