//! What a list shows of its conversations beyond their newest message, and what is meant where they are acted on.

use super::takers::Takers;
use super::{TALK, Talk, scope};
use crate::error::Result;
use crate::store::as_one::{as_one, rows};
use crate::store::ops::list;
use crate::store::{Store, count};
use crate::view::{Id, List, ListKey, ListRow};
use sqlx::AssertSqlSafe;
use std::collections::{HashMap, HashSet};

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

    /// Copies of mails alone.
    pub(in crate::store) fn mails(key: ListKey) -> Self {
        Self { key, conversations: false }
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
            match key {
                ListKey::Folder { .. } => return list(&all),
                // What was found is exactly its rows, and what they stand for; of a search that has ended the rows alone are known.
                ListKey::Search { id } => {
                    all.extend(self.results.copies(*id, rows).unwrap_or_default());
                    all.sort_unstable();
                    all.dedup();
                    return list(&all);
                }
                _ => {}
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

    /// What a list has to show of the conversations of these threads.
    pub(in crate::store) async fn talks(&self, key: ListKey, threads: &[i64]) -> Result<Talks> {
        // What was found has no numbers of its own: its conversations are what they are everywhere.
        let found = matches!(key, ListKey::Search { .. });
        let scope = scope(if found { ListKey::AllMail } else { key });
        let of: String = sqlx::query_scalar(as_one(TALK, OF_THREADS))
            .bind(list(threads)?)
            .bind(scope)
            .fetch_one(self.read())
            .await?;
        let rows: Vec<Talk> = rows(&of)?;
        Ok(Talks { of: rows.into_iter().map(|t| (t.thread, t)).collect(), found })
    }

    /// The addresses that one writes from, in lower case.
    pub(in crate::store) async fn own_addresses(&self) -> Result<HashSet<String>> {
        let all: Vec<String> =
            sqlx::query_scalar("SELECT lower(email) FROM account UNION SELECT lower(email) FROM identity")
                .fetch_all(self.read())
                .await?;
        Ok(all.into_iter().collect())
    }
}

/// The rows of the threads in `?1` in scope `?2`.
pub(super) const OF_THREADS: &str =
    "SELECT t.thread, t.scope, t.date, t.place, t.messages, t.unread, t.flagged, t.files, t.takers FROM json_each(?1) AS w
     CROSS JOIN talk t ON t.thread = w.value AND t.scope = ?2";

/// Conversations of a page.
#[derive(Debug, Default)]
pub(in crate::store) struct Talks {
    /// By their threads.
    of: HashMap<i64, Talk>,
    /// The rows were found.
    found: bool,
}

impl Talks {
    /// Adds to rows, each the newest of its conversation in a list, what is to be shown of the conversation. With each row its thread.
    pub(in crate::store) fn tell(&self, rows: &mut [(ListRow, i64)], own: &HashSet<String>) {
        for (row, thread) in rows {
            let alone = Talk::alone(row);
            let Some(talk) = self.of.get(thread).or_else(|| self.found.then_some(&alone)) else { continue };
            let Takers(mails, takers) = Takers::read(&talk.takers);
            row.messages = mails.max(count(talk.messages));
            row.unread_messages = count(talk.unread);
            row.unread = talk.unread > 0;
            row.flagged = talk.flagged > 0;
            row.attachments = row.attachments.max(u32::from(talk.files > 0));
            if takers.is_empty() {
                // A row from before, which is being made anew.
                row.people = vec![row.who.clone()];
                row.unread_people = if row.unread { vec![0] } else { Vec::new() };
            }
            for (at, (name, address, unread)) in (0_u32..).zip(takers) {
                row.people.push(name);
                row.unread_people.extend((unread != 0).then_some(at));
                row.me.extend(own.contains(&address).then_some(at));
            }
        }
    }
}

impl Talk {
    /// Of a row that counts in no list over all accounts: what it says of itself.
    fn alone(row: &ListRow) -> Self {
        let (unread, flagged) = (i64::from(row.unread), i64::from(row.flagged));
        Self {
            thread: 0,
            scope: 0,
            date: 0,
            place: i64::from(row.id),
            messages: 1,
            unread,
            flagged,
            files: 0,
            takers: String::new(),
        }
    }
}
