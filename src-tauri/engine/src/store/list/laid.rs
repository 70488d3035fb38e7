//! Lists that no index holds in their order: sorted by something else than the date, or of what a person or a text picks out. Each is
//! walked once, its rows are laid out in memory (four bytes each), and pages are cut from that until the next commit that lists may
//! show. An index per order would cost every arrival five more, for what is rarely asked for.

use super::source::{FILES, FLAGGED, Source, UNREAD};
use crate::error::Result;
use crate::store::{Store, id};
use crate::view::{Filter, Id, List, ListKey, Order, OrderBy};
use futures::TryStreamExt;
use letter::thread::subject::{Prefixes, base};
use sqlx::{AssertSqlSafe, Row};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Lists that are kept: the window shows one at a time.
const KEPT: usize = 4;
/// Of a name or subject, so many characters are compared.
const COMPARED: usize = 48;

/// A list, the commit it was laid out at, its rows.
type Lay = (List, u64, Arc<[Id]>);

/// Lists that are laid out. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Laid(Arc<Mutex<Vec<Lay>>>);

impl Laid {
    fn get(&self, list: &List, commit: u64) -> Option<Arc<[Id]>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, at, _)| *at == commit);
        kept.iter().find(|(l, ..)| l == list).map(|(.., rows)| rows.clone())
    }

    fn keep(&self, list: &List, commit: u64, rows: &Arc<[Id]>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(l, ..)| l != list);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((list.clone(), commit, rows.clone()));
    }
}

/// What a row is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Number(i64),
    Words(Box<str>),
}

impl Store {
    /// All rows of a list that has no index, in its order.
    pub(super) async fn laid(&self, list: &List) -> Result<Arc<[Id]>> {
        let mut commit = self.commits();
        if let ListKey::Search { id } = list.key {
            let found = self.results.rows(id)?;
            if list.filter == Filter::default() && list.order == Order::default() {
                return Ok(found.rows);
            }
            // What it found changes by itself as well.
            commit = commit.wrapping_add(found.version << 40);
        }
        if let Some(rows) = self.laid.get(list, commit) {
            return Ok(rows);
        }
        let rows: Arc<[Id]> = self.lay(list).await?.into();
        self.laid.keep(list, commit, &rows);
        Ok(rows)
    }

    async fn lay(&self, list: &List) -> Result<Vec<Id>> {
        let Filter { unread, flagged, files, person, text } = &list.filter;
        let wanted = Wanted::of(person.as_deref(), text.as_deref());
        let rank = match list.order.by {
            OrderBy::Date => "0",
            OrderBy::Sender => "CASE WHEN m.whom <> '' THEN m.whom ELSE m.who END",
            OrderBy::Subject => "m.subject",
            OrderBy::Size => "m.size",
            OrderBy::Files if list.of_conversations() => "p.files > 0",
            OrderBy::Files => "m.attachments > 0",
        };
        let conditions = if list.of_conversations() {
            [(*unread, " AND p.unread > 0"), (*flagged, " AND p.flagged > 0"), (*files, " AND p.files > 0")]
        } else {
            [(*unread, UNREAD), (*flagged, FLAGGED), (*files, FILES)]
        };
        let Source { from, mut condition, by, row, bound } =
            if list.of_conversations() { Source::talks(list.key) } else { Source::places(list.key) };
        for (_, more) in conditions.into_iter().filter(|(on, _)| *on) {
            condition += more;
        }
        let (join, read, thread) = match (list.of_conversations(), &wanted) {
            (true, _) => (NEWEST, "''", "p.thread"),
            (false, None) => (MESSAGE, "''", "0"),
            (false, Some(_)) => (MESSAGE, TEXT, "0"),
        };
        // Of a conversation, anything in this list may meet what is wanted.
        let threads = match &wanted {
            Some(wanted) if list.of_conversations() => Some(self.threads_with(list, wanted).await?),
            _ => None,
        };
        let sql = format!("SELECT {row}, {by}, {rank}, {read}, {thread} FROM {from} {join} WHERE {condition}");
        let mut rows: Vec<(Rank, i64, i64)> = Vec::new();
        let query = match list.key {
            ListKey::Search { id } => {
                let rows: Vec<i64> = self.results.rows(id)?.rows.iter().map(|r| i64::from(*r)).collect();
                sqlx::query(AssertSqlSafe(sql)).bind(crate::store::ops::list(&rows)?)
            }
            _ => sqlx::query(AssertSqlSafe(sql)).bind(bound),
        };
        let mut found = query.fetch(self.read());
        while let Some(row) = found.try_next().await? {
            let is_wanted = match (&threads, &wanted) {
                (Some(threads), _) => threads.contains(&row.try_get(4)?),
                (None, Some(wanted)) => wanted.is_in(row.try_get(3)?),
                (None, None) => true,
            };
            if !is_wanted {
                continue;
            }
            let rank = match list.order.by {
                OrderBy::Sender => Rank::Words(folded(row.try_get(2)?)),
                OrderBy::Subject => Rank::Words(folded(&base(row.try_get(2)?, Prefixes::Known).text)),
                _ => Rank::Number(row.try_get(2)?),
            };
            rows.push((rank, row.try_get(1)?, row.try_get(0)?));
        }
        let (by, ascending) = (list.order.by, list.order.ascending);
        rows.sort_unstable_by(|a, b| {
            let rank = if ascending { a.0.cmp(&b.0) } else { b.0.cmp(&a.0) };
            let date = (b.1, b.2).cmp(&(a.1, a.2));
            rank.then(if by == OrderBy::Date && ascending { date.reverse() } else { date })
        });
        Ok(rows.into_iter().map(|(.., row)| id(row)).collect())
    }

    /// The threads of which something in a list meets what is wanted.
    async fn threads_with(&self, list: &List, wanted: &Wanted) -> Result<HashSet<i64>> {
        let Source { from, condition, bound, .. } = Source::places(list.key);
        let sql = format!(
            "SELECT CASE m.thread WHEN 0 THEN -m.id ELSE m.thread END, {TEXT} FROM {from} {MESSAGE} WHERE {condition}"
        );
        let mut threads = HashSet::new();
        let mut found = sqlx::query(AssertSqlSafe(sql)).bind(bound).fetch(self.read());
        while let Some(row) = found.try_next().await? {
            if wanted.is_in(row.try_get(1)?) {
                threads.insert(row.try_get(0)?);
            }
        }
        Ok(threads)
    }
}

const MESSAGE: &str = "JOIN message m ON m.id = p.message";
/// The newest message of a conversation.
const NEWEST: &str = "JOIN placement q ON q.id = p.place JOIN message m ON m.id = q.message";
/// What [`Wanted`] reads.
const TEXT: &str = "m.subject || char(10) || m.people";

fn folded(text: &str) -> Box<str> {
    let start = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    start.chars().take(COMPARED).flat_map(char::to_lowercase).collect()
}

/// What a person or a text picks out.
struct Wanted {
    /// An address as it is written in `people`.
    person: Option<String>,
    words: Vec<String>,
}

impl Wanted {
    fn of(person: Option<&str>, text: Option<&str>) -> Option<Self> {
        let person = person.map(|p| format!("\"{}\"", p.trim().to_lowercase()));
        let words: Vec<String> = text.unwrap_or_default().split_whitespace().map(str::to_lowercase).collect();
        (person.is_some() || !words.is_empty()).then_some(Self { person, words })
    }

    /// `text` is the subject, a line's end, and the people as they are stored.
    fn is_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let people = text.split_once('\n').map_or("", |(_, people)| people);
        self.person.as_deref().is_none_or(|p| people.contains(p))
            && self.words.iter().all(|w| text.contains(w.as_str()))
    }
}
