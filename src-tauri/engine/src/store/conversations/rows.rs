//! What a list shows of its conversations beyond their newest message, and what is meant where they are acted on.

use super::{Talk, scope};
use crate::error::{Error, Result};
use crate::store::ops::list;
use crate::store::{Store, count, id};
use crate::view::{Id, List, ListKey, ListRow};
use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Of a conversation, so many messages are looked at for who takes part: those that came last.
const LOOKED_AT: i64 = 50;

/// Where what is meant has to stand.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Within {
    key: ListKey,
    /// All of the conversations; false: copies of the mails alone.
    conversations: bool,
}

impl Within {
    pub(in crate::store) fn list(list: &List) -> Self {
        Self { key: list.key, conversations: list.of_conversations() }
    }

    /// None for what was found: there a conversation is what it is in the folder of each row.
    pub(in crate::store) fn conversations(key: ListKey) -> Option<Self> {
        (!matches!(key, ListKey::Search { .. })).then_some(Self { key, conversations: true })
    }
}

/// Whether place `q` stands in a list, be it for its mail or not. `?2` is the folder.
fn inside(key: ListKey) -> String {
    let folders = |which: &str| {
        format!(
            "?2 = 0 AND q.hidden = 0 AND q.folder IN (SELECT f.id FROM folder f JOIN account a ON a.id = f.account WHERE a.in_all = 1 {which})"
        )
    };
    match key {
        ListKey::Folder { .. } => "q.folder = ?2 AND q.hidden = 0 AND q.asleep = 0".to_owned(),
        ListKey::Inboxes => folders("AND f.role = 1") + " AND q.asleep = 0",
        ListKey::Unread => folders("AND f.role NOT IN (6, 7)") + " AND q.asleep = 0 AND (q.flags & 1) = 0",
        ListKey::Flagged => folders("") + " AND (q.flags & 2) = 2",
        ListKey::Snoozed => folders("") + " AND q.asleep = 1",
        ListKey::Drafts => folders("AND f.role = 2") + " AND q.asleep = 0",
        ListKey::Sent => folders("AND f.role = 3") + " AND q.asleep = 0",
        ListKey::AllMail => folders("AND f.role NOT IN (6, 7)") + " AND q.asleep = 0",
        // What was found is exactly its rows.
        ListKey::Search { .. } => "?2 = 0 AND 0".to_owned(),
    }
}

fn folder(key: ListKey) -> Id {
    match key {
        ListKey::Folder { id } => id,
        _ => 0,
    }
}

impl Store {
    /// What these rows stand for in a list, as JSON: the whole of conversations, else all copies of a mail. What was made after row
    /// `newest` is not meant.
    pub(in crate::store) async fn within(&self, rows: &[i64], within: &Within, newest: Id) -> Result<String> {
        let Within { key, conversations } = within;
        let mut all: Vec<i64> = Vec::new();
        if !conversations {
            all.extend(rows);
            if matches!(key, ListKey::Folder { .. } | ListKey::Search { .. }) {
                return list(&all);
            }
        }
        let same = if *conversations {
            "n.thread = m.thread AND m.thread <> 0"
        } else {
            "n.thread = m.thread AND m.thread <> 0 AND (p.lists & 128) = 128
                 AND (n.id = m.id OR (n.message_id = m.message_id AND n.date = m.date AND n.who = m.who))"
        };
        let inside = inside(*key);
        let sql = format!(
            "SELECT q.id FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value CROSS JOIN message m ON m.id = p.message
                 CROSS JOIN message n INDEXED BY message_thread ON {same}
                 CROSS JOIN placement q INDEXED BY placement_message ON q.message = n.id WHERE {inside} AND q.id <= ?3
             UNION SELECT q.id FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value
                 CROSS JOIN placement q INDEXED BY placement_message ON q.message = p.message WHERE {inside} AND q.id <= ?3"
        );
        let some: Vec<i64> = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(list(rows)?)
            .bind(folder(*key))
            .bind(newest)
            .fetch_all(self.read())
            .await?;
        all.extend(some);
        all.sort_unstable();
        all.dedup();
        list(&all)
    }

    /// Adds to rows, each the newest of its conversation in a list, what is to be shown of the conversation.
    pub(in crate::store) async fn add_conversations(&self, key: ListKey, rows: &mut [ListRow]) -> Result<()> {
        let places = list(&rows.iter().map(|r| i64::from(r.id)).collect::<Vec<_>>())?;
        let talks: Vec<Talk> = sqlx::query_as(OF_ROWS).bind(&places).bind(scope(key)).fetch_all(self.read()).await?;
        let talks: HashMap<Id, Talk> = talks.into_iter().map(|t| (id(t.place), t)).collect();
        let whole: HashMap<i64, i64> = {
            let rows: Vec<Talk> =
                sqlx::query_as(OF_ROWS).bind(&places).bind(scope(ListKey::AllMail)).fetch_all(self.read()).await?;
            rows.into_iter().map(|t| (t.thread, t.messages)).collect()
        };
        let own = self.own_addresses().await?;
        let mut people = self.people(key, &places).await?;
        for row in rows {
            let Some(talk) = talks.get(&row.id) else { continue };
            let mut takers = Takers::default();
            for one in people.remove(&row.id).unwrap_or_default() {
                takers.add(one, &own);
            }
            let mails = i64::try_from(takers.mails.len()).unwrap_or(0);
            if takers.names.is_empty() {
                // Not joined yet: alone.
                takers.names.push(row.who.clone());
                takers.unread.extend((talk.unread > 0).then_some(0));
            }
            row.messages = count(mails.max(talk.messages).max(whole.get(&talk.thread).copied().unwrap_or(0)));
            row.unread_messages = count(talk.unread);
            row.unread = talk.unread > 0;
            row.flagged = talk.flagged > 0;
            row.attachments = row.attachments.max(u32::from(talk.files > 0));
            (row.people, row.unread_people, row.me) = (takers.names, takers.unread, takers.me);
        }
        Ok(())
    }

    /// Who wrote what in the conversations of these rows, the oldest first.
    async fn people(&self, key: ListKey, places: &str) -> Result<HashMap<Id, Vec<Written>>> {
        // One value for each conversation: five hundred rows would cost more on their way than they do in the store.
        let sql = format!(
            "SELECT p.id, (SELECT json_group_array(json_array(n.id, n.message_id, n.date, n.who, n.people ->> '$.f[0][1]',
                        ({}) AND (q.flags & 1) = 0))
                    FROM (SELECT o.id AS id FROM message o INDEXED BY message_thread
                        WHERE o.thread = m.thread AND m.thread <> 0 ORDER BY o.id DESC LIMIT ?3) AS late
                    CROSS JOIN message n ON n.id = late.id
                    CROSS JOIN placement q INDEXED BY placement_message ON q.message = n.id AND q.hidden = 0
                    LEFT JOIN folder f ON f.id = q.folder
                    WHERE coalesce(f.role, 0) NOT IN (6, 7) OR q.folder = p.folder)
             FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value CROSS JOIN message m ON m.id = p.message",
            inside(key)
        );
        let found: Vec<(i64, String)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(places)
            .bind(folder(key))
            .bind(LOOKED_AT)
            .fetch_all(self.read())
            .await?;
        let mut people = HashMap::with_capacity(found.len());
        for (row, written) in found {
            // A message has as many entries as it has places.
            let mut all: BTreeMap<(i64, i64), Written> = BTreeMap::new();
            for (message, name, date, who, address, unread) in parse(&written)? {
                let address = address.unwrap_or_else(|| who.clone()).to_lowercase();
                let mail = (name.unwrap_or_else(|| message.to_string()), date, who.clone());
                let one = all.entry((date, message)).or_insert(Written { mail, who, address, unread: false });
                one.unread |= unread != 0;
            }
            people.insert(id(row), all.into_values().collect());
        }
        Ok(people)
    }

    /// The addresses that one writes from, in lower case.
    pub(super) async fn own_addresses(&self) -> Result<HashSet<String>> {
        let all: Vec<String> =
            sqlx::query_scalar("SELECT lower(email) FROM account UNION SELECT lower(email) FROM identity")
                .fetch_all(self.read())
                .await?;
        Ok(all.into_iter().collect())
    }
}

/// The rows in scope `?2` of the conversations of the places in `?1`.
pub(super) const OF_ROWS: &str =
    "SELECT t.thread, t.scope, t.date, p.id AS place, t.messages, t.unread, t.flagged, t.files FROM json_each(?1) AS w
     CROSS JOIN placement p ON p.id = w.value CROSS JOIN message m ON m.id = p.message
     CROSS JOIN talk t ON t.thread = CASE m.thread WHEN 0 THEN -m.id ELSE m.thread END AND t.scope = ?2";

/// A place as it is read: message, Message-ID, date, who, address, unread in the list.
type Read = (i64, Option<String>, i64, String, Option<String>, i64);

fn parse(json: &str) -> Result<Vec<Read>> {
    serde_json::from_str(json).map_err(|e| Error::Internal(e.to_string()))
}

/// One message of a conversation.
#[derive(Clone, Debug)]
struct Written {
    /// What its copies have in common.
    mail: (String, i64, String),
    who: String,
    address: String,
    unread: bool,
}

/// Who takes part, each once.
#[derive(Clone, Debug, Default)]
struct Takers {
    mails: HashSet<(String, i64, String)>,
    known: HashMap<String, u32>,
    names: Vec<String>,
    unread: Vec<u32>,
    me: Vec<u32>,
}

impl Takers {
    fn add(&mut self, one: Written, own: &HashSet<String>) {
        self.mails.insert(one.mail);
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let at = *self.known.entry(one.address.clone()).or_insert(next);
        if at == next {
            self.names.push(one.who);
            if own.contains(&one.address) {
                self.me.push(at);
            }
        }
        if one.unread && !self.unread.contains(&at) {
            self.unread.push(at);
        }
    }
}
