//! One conversation as it is read: over all folders, own mail included, each mail once. And who is told when it changes.

use super::Settled;
use crate::error::{Error, Result};
use crate::store::labels::among;
use crate::store::messages::{People, address_views};
use crate::store::{Store, count, id, number};
use crate::topics::{Topic, Topics};
use crate::view::{AddressView, Id, TalkMessage};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// Of a conversation, so many messages are given: those that came last.
const GIVEN: i64 = 1_000;
/// Conversations whose changes are told: those that were read last.
const WATCHED: usize = 16;

/// Conversations that somebody reads. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Watched(Arc<Mutex<(VecDeque<i64>, Option<Topics>)>>);

impl Watched {
    fn watch(&self, thread: i64) {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watched.0.retain(|t| *t != thread);
        watched.0.push_back(thread);
        if watched.0.len() > WATCHED {
            watched.0.pop_front();
        }
    }

    /// This was made anew, and it is committed. Whoever changed a list tells of it; that a row of another list says something else
    /// now nobody knows but who made the rows.
    pub(in crate::store) fn changed(&self, settled: &Settled) {
        let watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (open, topics) = &*watched;
        if let Some(topics) = topics {
            topics.tell(open.iter().filter(|t| settled.threads.contains(t)).map(|t| Topic::Thread(id(*t))));
            topics.tell(settled.beside.iter().filter_map(|scope| topic(*scope)));
        }
    }
}

/// The topic of the list of a scope.
fn topic(scope: i64) -> Option<Topic> {
    Some(match scope {
        -1 => Topic::Inboxes,
        -2 => Topic::Unread,
        -3 => Topic::Flagged,
        -4 => Topic::Snoozed,
        -5 => Topic::DraftsList,
        -6 => Topic::Sent,
        -7 => Topic::AllMail,
        folder if folder > 0 => Topic::List(id(folder)),
        _ => return None,
    })
}

/// A place of one of the messages.
struct Place {
    row: Id,
    folder: Id,
    account: Id,
    flags: i64,
    keywords: String,
    /// The best of them stands for the mail: where it was opened, then an inbox, then the oldest.
    rank: (bool, bool, Id),
}

impl Store {
    /// From now on changes of conversations that are read are told here.
    pub(crate) fn tell(&self, topics: &Topics) {
        self.watched.0.lock().unwrap_or_else(PoisonError::into_inner).1 = Some(topics.clone());
    }

    /// The thread of a message; 0: it is not joined yet.
    pub(crate) async fn thread(&self, message: Id) -> Result<Id> {
        let thread: Option<i64> = sqlx::query_scalar("SELECT thread FROM message WHERE id = ?1")
            .bind(message)
            .fetch_optional(self.read())
            .await?;
        thread.map(id).ok_or_else(|| Error::Gone("message".into()))
    }

    /// The conversation of a message, the oldest first.
    pub(crate) async fn conversation(&self, message: Id) -> Result<Vec<TalkMessage>> {
        let thread = i64::from(self.thread(message).await?);
        if thread != 0 {
            self.watched.watch(thread);
        }
        let own = self.own_addresses().await?;
        let labels = self.label_keywords().await?;
        let messages = sqlx::query(MESSAGES).bind(thread).bind(message).bind(GIVEN).fetch_all(self.read()).await?;
        let ids = messages.iter().map(|m| m.try_get(0)).collect::<Result<Vec<i64>, _>>()?;
        let mut places: HashMap<i64, Vec<Place>> = HashMap::new();
        let found =
            sqlx::query(PLACES).bind(crate::store::ops::list(&ids)?).bind(message).fetch_all(self.read()).await?;
        for r in &found {
            places.entry(r.try_get(0)?).or_default().push(place(r)?);
        }

        let mut talk: Vec<TalkMessage> = Vec::new();
        let mut known: HashMap<(String, i64, String), usize> = HashMap::new();
        // The opened one first: of copies it is the one that is shown.
        let mut order: Vec<&SqliteRow> = messages.iter().collect();
        order.sort_by_key(|m| m.try_get::<i64, _>(0).ok() != Some(i64::from(message)));
        for m in order {
            let this: i64 = m.try_get(0)?;
            let opened = this == i64::from(message);
            let mut at = places.remove(&this).unwrap_or_default();
            if at.is_empty() && !opened {
                continue;
            }
            at.sort_by_key(|p| p.rank);
            let folders = at.iter().map(|p| p.folder);
            let mail = m.try_get::<Option<String>, _>(1)?;
            let mail = match mail {
                Some(name) => (name, m.try_get(4)?, m.try_get(5)?),
                None => (this.to_string(), 0, String::new()),
            };
            if let Some(copy) = known.get(&mail).and_then(|n| talk.get_mut(*n)) {
                for folder in folders {
                    if folder != copy.folder && !copy.places.contains(&folder) {
                        copy.places.push(folder);
                    }
                }
                continue;
            }
            known.insert(mail, talk.len());
            talk.push(of(m, &at, &own, &labels)?);
        }
        talk.sort_by(|a, b| a.date.total_cmp(&b.date).then(a.message.cmp(&b.message)));
        Ok(talk)
    }
}

/// Messages of thread `?1`, or message `?2` alone.
pub(super) const MESSAGES: &str =
    "SELECT m.id, m.message_id, m.account, m.people, m.date, m.who, m.preview, m.attachments FROM message m
     WHERE m.id = ?2 OR m.id IN (SELECT o.id FROM message o INDEXED BY message_thread WHERE o.thread = ?1 AND ?1 <> 0
         ORDER BY o.id DESC LIMIT ?3) ORDER BY m.id";

/// Places of the messages in `?1`: in Trash and Junk only where message `?2` stands in such a folder too.
pub(super) const PLACES: &str = "SELECT p.message, p.id, p.folder, f.account, p.flags, p.keywords, f.role = 1,
         EXISTS (SELECT 1 FROM placement o WHERE o.message = ?2 AND o.hidden = 0 AND o.folder = p.folder)
     FROM json_each(?1) AS w CROSS JOIN placement p INDEXED BY placement_message ON p.message = w.value AND p.hidden = 0
     JOIN folder f ON f.id = p.folder
     WHERE f.role NOT IN (6, 7) OR EXISTS (SELECT 1 FROM placement o JOIN folder t ON t.id = o.folder
         WHERE o.message = ?2 AND o.hidden = 0 AND t.role = f.role)";

fn place(r: &SqliteRow) -> Result<Place> {
    let row = id(r.try_get(1)?);
    let (inbox, beside): (i64, i64) = (r.try_get(6)?, r.try_get(7)?);
    Ok(Place {
        row,
        folder: id(r.try_get(2)?),
        account: id(r.try_get(3)?),
        flags: r.try_get(4)?,
        keywords: r.try_get(5)?,
        rank: (beside == 0, inbox == 0, row),
    })
}

fn of(m: &SqliteRow, places: &[Place], own: &HashSet<String>, labels: &[String]) -> Result<TalkMessage> {
    let people: People = serde_json::from_str(m.try_get(3)?).unwrap_or_default();
    let first = places.first();
    let folder = first.map_or(0, |p| p.folder);
    let mut further: Vec<Id> = Vec::new();
    for place in places {
        if place.folder != folder && !further.contains(&place.folder) {
            further.push(place.folder);
        }
    }
    let nobody = AddressView { name: m.try_get(5)?, email: String::new() };
    Ok(TalkMessage {
        message: id(m.try_get(0)?),
        row: first.map(|p| p.row),
        account: match first {
            Some(place) => place.account,
            None => id(m.try_get(2)?),
        },
        folder,
        places: further,
        mine: people.from.first().is_some_and(|(_, email)| own.contains(&email.to_lowercase())),
        who: address_views(&people.from).into_iter().next().unwrap_or(nobody),
        to: address_views(&people.to).into_iter().chain(address_views(&people.cc)).collect(),
        date: number(m.try_get(4)?),
        preview: m.try_get::<Option<String>, _>(6)?.unwrap_or_default(),
        unread: places.iter().any(|p| p.flags & 1 == 0),
        flagged: places.iter().any(|p| p.flags & 2 != 0),
        attachments: count(m.try_get(7)?),
        draft: places.iter().any(|p| p.flags & 8 != 0),
        labels: first.map(|p| among(labels, &p.keywords)).unwrap_or_default(),
    })
}
