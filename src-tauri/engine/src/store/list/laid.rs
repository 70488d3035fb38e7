//! Lists that no index holds in their order: sorted by something else than the date, or of what a person or a text picks out. Each is
//! walked once, its rows are laid out in memory (four bytes each), and pages are cut from that until the next commit that lists may
//! show. An index per order would cost every arrival five more, for what is rarely asked for.

use super::source::{FILES, FLAGGED, Source, UNREAD};
use crate::error::Result;
use crate::store::messages::People;
use crate::store::search::asked_words;
use crate::store::{Store, id};
use crate::view::{Filter, Id, List, ListKey, Order, OrderBy};
use futures::TryStreamExt;
use letter::query::{Words, fold, tokens};
use letter::thread::subject::{Prefixes, base};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row};
use std::collections::{HashMap, HashSet};
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

impl Rank {
    /// As it is read, in the third column.
    fn of(row: &SqliteRow, by: OrderBy) -> Result<Self> {
        Ok(match by {
            OrderBy::Sender => Self::Words(folded(row.try_get(2)?)),
            OrderBy::Subject => Self::Words(folded(&base(row.try_get(2)?, Prefixes::Known).text)),
            _ => Self::Number(row.try_get(2)?),
        })
    }
}

/// Rows with their ranks and dates, in order.
fn in_order(mut rows: Vec<(Rank, i64, i64)>, order: Order) -> Vec<Id> {
    let Order { by, ascending } = order;
    rows.sort_unstable_by(|a, b| {
        let rank = if ascending { a.0.cmp(&b.0) } else { b.0.cmp(&a.0) };
        let date = (b.1, b.2).cmp(&(a.1, a.2));
        rank.then(if by == OrderBy::Date && ascending { date.reverse() } else { date })
    });
    rows.into_iter().map(|(.., row)| id(row)).collect()
}

/// What a search has found of one conversation.
struct Hits {
    /// Date and place of the newest.
    newest: (i64, i64),
    rank: Rank,
    unread: bool,
    flagged: bool,
    files: bool,
    wanted: bool,
}

impl Hits {
    fn at(newest: (i64, i64), rank: Rank) -> Self {
        Self { newest, rank, unread: false, flagged: false, files: false, wanted: false }
    }
}

impl Store {
    /// All rows of a list that has no index, in its order.
    pub(super) async fn laid(&self, list: &List) -> Result<Arc<[Id]>> {
        let mut commit = self.commits();
        if let ListKey::Search { id } = list.key {
            let found = self.results.rows(id)?;
            if list.filter == Filter::default() && list.order == Order::default() && !list.conversations {
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
        let Filter { person, text, .. } = &list.filter;
        let wanted = Wanted::of(person.as_deref(), text.as_deref());
        if list.is_found() && list.of_conversations() {
            return self.lay_talks_found(list, wanted.as_ref()).await;
        }
        // What was found by a search stands in memory, and is read whole.
        let near = match &wanted {
            Some(wanted) if !list.is_found() => self.near(&wanted.asked()).await?,
            _ => None,
        };
        // Of a conversation, anything in this list may meet what is wanted.
        let threads = match &wanted {
            Some(wanted) if list.of_conversations() => Some(self.threads_with(list, wanted, near.as_deref()).await?),
            _ => None,
        };
        let among = threads.as_deref().or(near.as_deref());
        let (sql, bound) = statement(list, wanted.is_some(), among.is_some());
        let mut rows: Vec<(Rank, i64, i64)> = Vec::new();
        let mut query = match list.key {
            ListKey::Search { id } => {
                let rows: Vec<i64> = self.results.rows(id)?.rows.iter().map(|r| i64::from(*r)).collect();
                sqlx::query(AssertSqlSafe(sql)).bind(crate::store::ops::list(&rows)?)
            }
            _ => sqlx::query(AssertSqlSafe(sql)).bind(bound),
        };
        if let Some(among) = among {
            query = query.bind(crate::store::ops::list(among)?);
        }
        let mut found = query.fetch(self.read());
        while let Some(row) = found.try_next().await? {
            if let (None, Some(wanted)) = (&threads, &wanted)
                && !wanted.is_in(row.try_get(3)?, row.try_get(4)?)
            {
                continue;
            }
            rows.push((Rank::of(&row, list.order.by)?, row.try_get(1)?, row.try_get(0)?));
        }
        Ok(in_order(rows, list.order))
    }

    /// The newest hit of each conversation in what a search has found. What a filter picks out, any hit of it may be.
    async fn lay_talks_found(&self, list: &List, wanted: Option<&Wanted>) -> Result<Vec<Id>> {
        let ListKey::Search { id } = list.key else { return Ok(Vec::new()) };
        let found: Vec<i64> = self.results.rows(id)?.rows.iter().map(|r| i64::from(*r)).collect();
        let rank = rank(list.order.by, false);
        let sql = format!(
            "SELECT p.id, coalesce(p.received, p.date), {rank}, m.subject, m.people, CASE m.thread WHEN 0 THEN -m.id ELSE m.thread END,
                 p.flags, m.attachments FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value {MESSAGE} WHERE p.hidden = 0"
        );
        let mut talks: HashMap<i64, Hits> = HashMap::new();
        let mut rows = sqlx::query(AssertSqlSafe(sql)).bind(crate::store::ops::list(&found)?).fetch(self.read());
        while let Some(row) = rows.try_next().await? {
            let newest = (row.try_get(1)?, row.try_get(0)?);
            let (flags, files): (i64, i64) = (row.try_get(6)?, row.try_get(7)?);
            let is_wanted = match wanted {
                Some(wanted) => wanted.is_in(row.try_get(3)?, row.try_get(4)?),
                None => true,
            };
            let rank = Rank::of(&row, list.order.by)?;
            let talk = talks.entry(row.try_get(5)?).or_insert_with(|| Hits::at(newest, rank.clone()));
            if newest > talk.newest {
                (talk.newest, talk.rank) = (newest, rank);
            }
            talk.unread |= flags & 1 == 0;
            talk.flagged |= flags & 2 != 0;
            talk.files |= files > 0;
            talk.wanted |= is_wanted;
        }
        let Filter { unread, flagged, files, .. } = list.filter;
        let fits = |t: &Hits| t.wanted && (!unread || t.unread) && (!flagged || t.flagged) && (!files || t.files);
        let fitting = talks.into_values().filter(fits).map(|t| (t.rank, t.newest.0, t.newest.1)).collect();
        Ok(in_order(fitting, list.order))
    }

    /// The threads of which something in a list meets what is wanted; `near` are the messages that may.
    async fn threads_with(&self, list: &List, wanted: &Wanted, near: Option<&[i64]>) -> Result<Vec<i64>> {
        let (sql, bound) = threads_statement(list, near.is_some());
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(bound);
        if let Some(near) = near {
            query = query.bind(crate::store::ops::list(near)?);
        }
        let mut threads = HashSet::new();
        let mut found = query.fetch(self.read());
        while let Some(row) = found.try_next().await? {
            if wanted.is_in(row.try_get(1)?, row.try_get(2)?) {
                threads.insert(row.try_get(0)?);
            }
        }
        Ok(threads.into_iter().collect())
    }
}

const MESSAGE: &str = "JOIN message m ON m.id = p.message";
/// The newest message of a conversation.
const NEWEST: &str = "JOIN placement q ON q.id = p.place JOIN message m ON m.id = q.message";

/// What a list is laid out from; `?1` is the number with it, `?2` the messages (of conversations: the threads) it is read `among`.
pub(in crate::store) fn statement(list: &List, is_wanted: bool, among: bool) -> (String, i64) {
    let Filter { unread, flagged, files, .. } = &list.filter;
    let conversations = list.of_conversations();
    let rank = rank(list.order.by, conversations);
    let conditions = if conversations {
        [(*unread, " AND p.unread > 0"), (*flagged, " AND p.flagged > 0"), (*files, " AND p.files > 0")]
    } else {
        [(*unread, UNREAD), (*flagged, FLAGGED), (*files, FILES)]
    };
    let Source { from, mut condition, by, row, bound, .. } =
        if conversations { Source::talks(list.key) } else { Source::places(list.key) };
    for (_, more) in conditions.into_iter().filter(|(on, _)| *on) {
        condition += more;
    }
    let (join, read) = match (conversations, is_wanted) {
        (true, _) => (NEWEST, "'', ''"),
        (false, false) => (MESSAGE, "'', ''"),
        (false, true) => (MESSAGE, "m.subject, m.people"),
    };
    let from = match (among, conversations) {
        (false, _) => from,
        (true, true) => "json_each(?2) AS w CROSS JOIN talk p ON p.thread = w.value",
        (true, false) => NEAR,
    };
    (format!("SELECT {row}, {by}, {rank}, {read} FROM {from} {join} WHERE {condition}"), bound)
}

/// What rows are ordered by before the date; of conversations, by what their newest message has.
fn rank(by: OrderBy, conversations: bool) -> &'static str {
    match by {
        OrderBy::Date => "0",
        OrderBy::Sender => "CASE WHEN m.whom <> '' THEN m.whom ELSE m.who END",
        OrderBy::Subject => "m.subject",
        OrderBy::Size => "m.size",
        OrderBy::Files if conversations => "p.files > 0",
        OrderBy::Files => "m.attachments > 0",
    }
}

/// The threads of a list with what is looked into; as [`statement`].
pub(in crate::store) fn threads_statement(list: &List, among: bool) -> (String, i64) {
    let Source { from, condition, bound, .. } = Source::places(list.key);
    let from = if among { NEAR } else { from };
    let thread = "CASE m.thread WHEN 0 THEN -m.id ELSE m.thread END";
    (format!("SELECT {thread}, m.subject, m.people FROM {from} {MESSAGE} WHERE {condition}"), bound)
}

/// Places of the messages in `?2`.
const NEAR: &str = "json_each(?2) AS w CROSS JOIN placement p INDEXED BY placement_message ON p.message = w.value";

fn folded(text: &str) -> Box<str> {
    let start = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    start.chars().take(COMPARED).flat_map(char::to_lowercase).collect()
}

/// What a person or a text picks out: beginnings of words, as everywhere where something is looked for.
struct Wanted {
    /// An address as it is written in `people`.
    person: Option<String>,
    /// Its words.
    address: Vec<Words>,
    words: Vec<Words>,
}

impl Wanted {
    fn of(person: Option<&str>, text: Option<&str>) -> Option<Self> {
        let address = person.map(|p| asked_words(p, true)).unwrap_or_default();
        let person = person.map(|p| format!("\"{}\"", p.trim().to_lowercase()));
        let words = asked_words(text.unwrap_or_default(), false);
        (person.is_some() || !words.is_empty()).then_some(Self { person, address, words })
    }

    /// All words that must be somewhere.
    fn asked(&self) -> Vec<Words> {
        self.address.iter().chain(&self.words).cloned().collect()
    }

    fn is_in(&self, subject: &str, people: &str) -> bool {
        if !self.person.as_deref().is_none_or(|p| people.to_lowercase().contains(p)) {
            return false;
        }
        if self.words.is_empty() {
            return true;
        }
        // Most rows of a long list hold nothing of it, and that is seen sooner.
        let folded = [fold(subject), fold(people)];
        let near = |w: &String| folded.iter().any(|text| text.contains(w.as_str()));
        if !self.words.iter().flat_map(|words| &words.words).all(near) {
            return false;
        }
        let people: People = serde_json::from_str(people).unwrap_or_default();
        let lists = [people.from, people.reply_to, people.to, people.cc, people.bcc];
        let names = lists.into_iter().flatten().map(|(name, email)| format!("{name} {email}"));
        let all = std::iter::once(subject.to_owned()).chain(names);
        let texts: Vec<Vec<String>> = all.map(|text| tokens(&text)).collect();
        self.words.iter().all(|words| texts.iter().any(|text| words.are_among(text)))
    }
}
