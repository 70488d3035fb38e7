//! What a list is read from: a table, a condition, an order. The condition is written exactly as in the partial index that serves it.

use crate::store::conversations::{bit_of, scope};
use crate::view::{Filter, List, ListKey, OrderBy};

/// See the module's head. The table is called `p`; `?1` is [`Source::bound`].
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) from: &'static str,
    pub(super) condition: String,
    /// The greatest first, and by row where it is equal.
    pub(super) by: &'static str,
    /// A place.
    pub(super) row: &'static str,
    /// Its thread, where a row is a conversation; else 0.
    pub(super) thread: &'static str,
    pub(super) bound: i64,
}

impl Source {
    /// Of all single messages of a list, whatever its filter.
    pub(super) fn places(key: ListKey) -> Self {
        let (from, row, thread, by) = ("placement p", "p.id", "0", order_key(key));
        match key {
            ListKey::Folder { id } => {
                let condition = "p.folder = ?1 AND p.hidden = 0 AND p.asleep = 0".to_owned();
                Self { from, condition, by, row, thread, bound: i64::from(id) }
            }
            // What it holds was found, and stands in memory: `?1` is all of it, as JSON.
            ListKey::Search { .. } => {
                let condition = "p.hidden = 0 AND p.id IN (SELECT value FROM json_each(?1))".to_owned();
                Self { from, condition, by, row, thread, bound: 0 }
            }
            _ => {
                // `?1` is bound for every list, so it must be named in every statement.
                let bit = bit_of(scope(key));
                let condition = format!("(p.lists & {bit}) = {bit} AND ?1 = 0");
                Self { from, condition, by, row, thread, bound: 0 }
            }
        }
    }

    /// Of all conversations of a list, whatever its filter.
    pub(super) fn talks(key: ListKey) -> Self {
        let condition = "p.scope = ?1".to_owned();
        Self { from: "talk p", condition, by: "p.date", row: "p.place", thread: "p.thread", bound: scope(key) }
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
        let folder = matches!(list.key, ListKey::Folder { .. });
        let mut source = if list.of_conversations() { Self::talks(list.key) } else { Self::places(list.key) };
        source.condition += match (unread, flagged, files) {
            (false, false, false) => "",
            (true, false, false) if list.of_conversations() => " AND p.unread > 0",
            (false, true, false) if list.of_conversations() => " AND p.flagged > 0",
            (false, false, true) if list.of_conversations() => " AND p.files > 0",
            (true, false, false) if folder || list.key == ListKey::Inboxes => UNREAD,
            (false, true, false) if folder => FLAGGED,
            (false, false, true) if folder => FILES,
            _ => return None,
        };
        Some(source)
    }
}

/// What single messages of a list are ordered by.
pub(super) fn order_key(key: ListKey) -> &'static str {
    match key {
        ListKey::Snoozed => "(-p.due)",
        ListKey::Search { .. } => "coalesce(p.received, p.date)",
        _ => "p.date",
    }
}

pub(super) const UNREAD: &str = " AND (p.flags & 1) = 0";
pub(super) const FLAGGED: &str = " AND (p.flags & 2) = 2";
pub(super) const FILES: &str = " AND p.files = 1";
