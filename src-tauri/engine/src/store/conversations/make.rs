//! Which rows follow from the places of a thread, and what their `lists` ought to be. Values in, values out; no I/O.

use super::takers::Takers;
use super::{COPIES, DRAFTS, INBOX, JUNK, SENT, TRASH, bit_of};
use crate::rebase::bit;
use crate::store::folders::role_number;
use crate::view::Role;
use std::collections::{BTreeMap, HashMap};

/// A place, as far as lists depend on it.
#[derive(Clone, Debug, serde::Deserialize)]
pub(super) struct Member {
    pub(super) thread: i64,
    pub(super) message: i64,
    message_id: Option<String>,
    written: i64,
    pub(super) who: String,
    pub(super) address: Option<String>,
    pub(super) place: i64,
    folder: i64,
    role: i64,
    in_all: i64,
    date: i64,
    due: Option<i64>,
    flags: i64,
    files: i64,
    hidden: i64,
    asleep: i64,
    pub(super) lists: i64,
}

/// The columns of a [`Member`], in its order.
pub(super) const MEMBER: &str = "thread, message, message_id, written, who, address, place, folder, role, in_all, date, due, flags, files, hidden, asleep, lists";

/// What a [`Member`] is read with: places of the threads in `?1`.
pub(super) fn members() -> String {
    const COLUMNS: &str =
        "m.id AS message, m.message_id, m.date AS written, m.who, m.people ->> '$.f[0][1]' AS address, p.id AS place, p.folder, coalesce(f.role, 0) AS role,
        coalesce(a.in_all, 0) AS in_all, p.date, p.due, p.flags, p.files, p.hidden, p.asleep, p.lists";
    const PLACES: &str = "CROSS JOIN placement p INDEXED BY placement_message ON p.message = m.id
        LEFT JOIN folder f ON f.id = p.folder LEFT JOIN account a ON a.id = f.account";
    format!(
        "SELECT m.thread AS thread, {COLUMNS} FROM json_each(?1) AS w
             CROSS JOIN message m INDEXED BY message_thread ON m.thread = w.value AND m.thread <> 0 {PLACES}
         UNION ALL SELECT -m.id, {COLUMNS} FROM json_each(?1) AS w CROSS JOIN message m ON m.id = -w.value AND m.thread = 0 {PLACES}"
    )
}

impl Member {
    fn is_shown_beside(&self, folder: i64) -> bool {
        self.hidden == 0 && (!matches!(self.role, JUNK | TRASH) || self.folder == folder)
    }

    pub(super) fn unread(&self) -> bool {
        self.flags & bit::SEEN == 0
    }

    fn flagged(&self) -> bool {
        self.flags & bit::FLAGGED != 0
    }

    /// The scopes that it is in, with its place in their order.
    fn scopes(&self) -> impl Iterator<Item = (i64, i64)> {
        let shown = self.hidden == 0;
        let awake = shown && self.asleep == 0;
        let wanted = self.role != JUNK && self.role != TRASH;
        let all = self.in_all != 0;
        let is_in = [
            (self.folder, awake, self.date),
            (-1, awake && all && self.role == INBOX, self.date),
            (-2, awake && all && wanted && self.unread(), self.date),
            (-3, shown && all && self.flagged(), self.date),
            (-4, shown && all && self.asleep != 0, -self.due.unwrap_or(0)),
            (-5, awake && all && self.role == DRAFTS, self.date),
            (-6, awake && all && self.role == SENT, self.date),
            (-7, awake && all && wanted, self.date),
        ];
        is_in.into_iter().filter(|(_, is, _)| *is).map(|(scope, _, at)| (scope, at))
    }

    fn is_in(&self, scope: i64) -> bool {
        self.scopes().any(|(s, _)| s == scope)
    }

    /// What copies of one mail have in common.
    pub(super) fn mail(&self) -> Mail<'_> {
        match &self.message_id {
            Some(id) => Mail::Named(id, self.written, &self.who),
            None => Mail::Row(self.message),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Mail<'a> {
    Named(&'a str, i64, &'a str),
    Row(i64),
}

/// One row of a list of conversations.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(PartialOrd, Ord, sqlx::FromRow))]
pub(super) struct Talk {
    pub(super) thread: i64,
    pub(super) scope: i64,
    pub(super) date: i64,
    pub(super) place: i64,
    pub(super) messages: i64,
    pub(super) unread: i64,
    pub(super) flagged: i64,
    pub(super) files: i64,
    /// See [`Takers`].
    pub(super) takers: String,
}

/// The columns of a [`Talk`], in its order.
pub(super) const TALK: &str = "thread, scope, date, place, messages, unread, flagged, files, takers";

/// The rows that follow from these places, in the order of their threads and scopes, and what their `lists` ought to be.
pub(super) fn make(members: &[Member]) -> (Vec<Talk>, BTreeMap<i64, i64>) {
    let mut bits: BTreeMap<i64, i64> = members.iter().map(|m| (m.place, 0)).collect();
    let mut talks: BTreeMap<(i64, i64), Talk> = BTreeMap::new();
    // Of each mail in a scope over all accounts: who stands for it, and whether there are others.
    let mut leads: HashMap<(i64, i64, Mail<'_>), (&Member, i64, bool)> = HashMap::new();
    let mut stand = |member: &Member, scope: i64, date: i64| {
        let talk = talks.entry((member.thread, scope)).or_insert(Talk {
            thread: member.thread,
            scope,
            date,
            place: member.place,
            messages: 0,
            unread: 0,
            flagged: 0,
            files: 0,
            takers: String::new(),
        });
        (talk.date, talk.place) = (talk.date, talk.place).max((date, member.place));
        talk.messages += 1;
        talk.unread += i64::from(member.unread());
        talk.flagged += i64::from(member.flagged());
        talk.files += i64::from(member.files != 0);
    };
    for member in members {
        for (scope, date) in member.scopes() {
            if scope >= 0 {
                stand(member, scope, date);
                continue;
            }
            let lead = leads.entry((scope, member.thread, member.mail())).or_insert((member, date, false));
            if lead.0.place != member.place {
                lead.2 = true;
                if (lead.1, lead.0.place) < (date, member.place) {
                    (lead.0, lead.1) = (member, date);
                }
            }
        }
    }
    for ((scope, ..), (member, date, copies)) in leads {
        stand(member, scope, date);
        *bits.entry(member.place).or_default() |= bit_of(scope) | if copies { COPIES } else { 0 };
    }
    let mut threads: HashMap<i64, Vec<&Member>> = HashMap::new();
    for member in members {
        threads.entry(member.thread).or_default().push(member);
    }
    for all in threads.values_mut() {
        all.sort_unstable_by_key(|m| (m.written, m.message));
    }
    for talk in talks.values_mut() {
        let all = threads.get(&talk.thread).map_or(&[][..], Vec::as_slice);
        let folder = all.iter().find(|m| m.place == talk.place).map_or(0, |m| m.folder);
        let beside = all.iter().filter(|m| m.is_shown_beside(folder));
        talk.takers = Takers::of(beside.map(|m| (*m, m.unread() && m.is_in(talk.scope)))).written();
    }
    (talks.into_values().collect(), bits)
}

/// `placement.lists` of a mail of which there are no copies: most arrivals are written so, and need no second writing.
pub(in crate::store) fn alone(role: Role, in_all: i64, flags: i64) -> i64 {
    let place = Member {
        thread: 0,
        message: 0,
        message_id: None,
        written: 0,
        who: String::new(),
        address: None,
        place: 0,
        folder: 0,
        role: role_number(role),
        in_all,
        date: 0,
        due: None,
        flags,
        files: 0,
        hidden: flags & bit::DELETED,
        asleep: 0,
        lists: 0,
    };
    place.scopes().map(|(scope, _)| if scope < 0 { bit_of(scope) } else { 0 }).sum()
}
