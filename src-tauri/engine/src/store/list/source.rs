//! What a list is read from: a table, a condition, an order. The condition is written exactly as in the partial index that serves it.

use crate::view::{Filter, Id, List, ListKey, OrderBy};

/// See the module's head. The table is called `p`; `?1` is [`Source::bound`].
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) from: &'static str,
    pub(super) condition: String,
    /// The greatest first, and by row where it is equal.
    pub(super) by: &'static str,
    pub(super) row: &'static str,
    pub(super) bound: i64,
}

impl Source {
    /// Of all rows of a list, whatever its filter, in the order of its index.
    pub(super) fn whole(list: &List) -> Self {
        let by = match list.key {
            ListKey::Snoozed => "(-p.due)",
            ListKey::Search { .. } => "coalesce(p.received, p.date)",
            _ => "p.date",
        };
        Self { from: "placement p", condition: place(list.key), by, row: "p.id", bound: i64::from(folder(list.key)) }
    }

    /// Of the rows of a list, where an index holds exactly these in their order; none where they have to be laid out (see
    /// [`super::laid`]).
    pub(super) fn indexed(list: &List) -> Option<Self> {
        let Filter { unread, flagged, files, person, text } = &list.filter;
        if matches!(list.key, ListKey::Search { .. })
            || person.is_some()
            || text.is_some()
            || list.order.by != OrderBy::Date
        {
            return None;
        }
        let mut source = Self::whole(list);
        match (unread, flagged, files) {
            (false, false, false) => {}
            (true, false, false) if matches!(list.key, ListKey::Folder { .. } | ListKey::Inboxes) => {
                source.condition += UNREAD;
            }
            (false, false, true) if matches!(list.key, ListKey::Folder { .. }) => source.condition += FILES,
            _ => return None,
        }
        Some(source)
    }
}

pub(super) const UNREAD: &str = " AND (p.flags & 1) = 0";
pub(super) const FLAGGED: &str = " AND (p.flags & 2) = 2";
pub(super) const FILES: &str = " AND p.files = 1";

fn folder(key: ListKey) -> Id {
    match key {
        ListKey::Folder { id } => id,
        _ => 0,
    }
}

/// Places of a list.
fn place(key: ListKey) -> String {
    // `?1` is bound for every list, so it must be named in every statement.
    match key {
        ListKey::Folder { .. } => "p.folder = ?1 AND p.hidden = 0 AND p.asleep = 0".into(),
        ListKey::Inboxes => "p.hidden = 0 AND p.asleep = 0 AND p.inbox = 1 AND ?1 = 0".into(),
        ListKey::Flagged => "p.hidden = 0 AND (p.flags & 2) = 2 AND ?1 = 0".into(),
        ListKey::Snoozed => "p.hidden = 0 AND p.asleep = 1 AND ?1 = 0".into(),
        ListKey::Unread => {
            format!("p.hidden = 0 AND p.asleep = 0 AND (p.flags & 1) = 0 AND {} AND ?1 = 0", roles("NOT IN (6, 7)"))
        }
        ListKey::Drafts => format!("p.hidden = 0 AND p.asleep = 0 AND {} AND ?1 = 0", roles("= 2")),
        ListKey::Sent => format!("p.hidden = 0 AND p.asleep = 0 AND {} AND ?1 = 0", roles("= 3")),
        // What it holds was found, and stands in memory: `?1` is all of it, as JSON.
        ListKey::Search { .. } => "p.hidden = 0 AND p.id IN (SELECT value FROM json_each(?1))".into(),
        ListKey::AllMail => format!("p.hidden = 0 AND p.asleep = 0 AND {} AND ?1 = 0", roles("NOT IN (6, 7)")),
    }
}

fn roles(which: &str) -> String {
    format!("p.folder IN (SELECT id FROM folder WHERE role {which})")
}
