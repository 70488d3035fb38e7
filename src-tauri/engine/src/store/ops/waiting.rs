//! Operations that wait, as they are read from the queue.

use crate::error::Result;
use crate::rebase::{Delta, NOWHERE, State, bit};
use crate::store::as_one::{as_one, rows};
use crate::store::{Store, Write, count, id, now};
use crate::view::Id;

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Flags and keywords.
    Flags,
    /// To another folder of the account.
    Move,
    /// A copy; the place is the new one.
    Copy,
    /// Off the server.
    Delete,
    /// To another account; the place is the new one, `other` the one it comes from.
    Carry,
    /// Off the server, once what `other` stands for has arrived in another account; shown nowhere from the start.
    Leave,
}

impl Kind {
    pub(super) fn of(number: i64) -> Self {
        match number {
            1 => Self::Flags,
            2 => Self::Move,
            3 => Self::Copy,
            4 => Self::Delete,
            5 => Self::Carry,
            _ => Self::Leave,
        }
    }
}

/// An operation that waits, with its place as the server has it.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) id: i64,
    pub(crate) kind: Kind,
    pub(crate) placement: i64,
    pub(crate) delta: Delta,
    pub(crate) target: Option<Id>,
    /// Copy, carry: the place it is made from.
    pub(crate) other: Option<i64>,
    /// Where the server has the other place; none = nowhere.
    pub(crate) other_folder: Option<Id>,
    /// Its UID there; negative: not known.
    pub(crate) other_uid: i64,
    pub(crate) tries: u32,
    pub(crate) not_before: i64,
    pub(crate) begun: Option<Begun>,
    /// Carry: its bytes are here.
    pub(crate) held: bool,
    /// Where the server has it; none = nowhere yet.
    pub(crate) server_folder: Option<Id>,
    /// Negative: not known.
    pub(crate) uid: i64,
    /// UIDVALIDITY under which the UID was learnt: its own, or that of the other place where this one is not born yet.
    pub(crate) validity: u32,
    pub(crate) server: State,
}

/// Where a message was when an operation on it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Begun {
    /// The target's UIDNEXT.
    pub(crate) uidnext: i64,
    pub(crate) folder: Id,
    pub(crate) uid: u32,
    pub(crate) validity: u32,
}

/// The change that an operation makes to what is shown.
fn delta(kind: Kind, target: Option<Id>, flags: Delta) -> Delta {
    match kind {
        Kind::Flags => flags,
        Kind::Move | Kind::Copy | Kind::Carry => Delta { folder: target, ..Delta::default() },
        Kind::Delete => Delta { add: bit::DELETED, ..Delta::default() },
        Kind::Leave => Delta { folder: Some(NOWHERE), ..Delta::default() },
    }
}

const WAITING: &str =
    "SELECT o.id, o.kind, o.placement, o.add_flags, o.remove_flags, o.add_keyword, o.remove_keyword, o.due,
            o.target, o.other, o.tries, o.not_before, o.begun, o.begun_folder, o.begun_uid, o.begun_validity,
            p.server_folder, p.uid, p.server_flags, p.server_keywords, q.server_folder AS other_folder, q.uid AS other_uid,
            (SELECT uidvalidity FROM folder f WHERE f.id = coalesce(p.server_folder, q.server_folder)) AS validity,
            (o.kind = 5 AND EXISTS (SELECT 1 FROM part b WHERE b.message = o.message AND b.section = '')) AS held
     FROM op o JOIN placement p ON p.id = o.placement LEFT JOIN placement q ON q.id = o.other";

/// The columns of a [`Row`], in its order.
const COLUMNS: &str =
    "id, kind, placement, add_flags, remove_flags, add_keyword, remove_keyword, due, target, other, tries, not_before, begun,
     begun_folder, begun_uid, begun_validity, server_folder, uid, server_flags, server_keywords, other_folder, other_uid, validity, held";

#[derive(serde::Deserialize)]
struct Row {
    id: i64,
    kind: i64,
    placement: i64,
    add_flags: i64,
    remove_flags: i64,
    add_keyword: Option<String>,
    remove_keyword: Option<String>,
    due: Option<i64>,
    target: Option<i64>,
    other: Option<i64>,
    tries: i64,
    not_before: i64,
    begun: Option<i64>,
    begun_folder: Option<i64>,
    begun_uid: Option<i64>,
    begun_validity: Option<i64>,
    server_folder: Option<i64>,
    uid: i64,
    server_flags: i64,
    server_keywords: String,
    other_folder: Option<i64>,
    other_uid: Option<i64>,
    validity: Option<i64>,
    held: i64,
}

impl From<Row> for Waiting {
    fn from(r: Row) -> Self {
        let small = |n: Option<i64>| n.and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        let (kind, target, server_folder) = (Kind::of(r.kind), r.target.map(id), r.server_folder.map(id));
        let flags = Delta {
            add: r.add_flags,
            remove: r.remove_flags,
            add_keyword: r.add_keyword,
            remove_keyword: r.remove_keyword,
            due: r.due,
            folder: None,
        };
        Self {
            id: r.id,
            kind,
            placement: r.placement,
            delta: delta(kind, target, flags),
            target,
            other: r.other,
            other_folder: r.other_folder.map(id),
            other_uid: r.other_uid.unwrap_or(-1),
            tries: small(Some(r.tries)),
            not_before: r.not_before,
            begun: r.begun.map(|uidnext| Begun {
                uidnext,
                folder: small(r.begun_folder),
                uid: small(r.begun_uid),
                validity: small(r.begun_validity),
            }),
            held: r.held != 0,
            server_folder,
            uid: r.uid,
            validity: small(r.validity),
            server: State {
                folder: server_folder.unwrap_or(NOWHERE),
                flags: r.server_flags,
                keywords: r.server_keywords,
            },
        }
    }
}

/// What waits under this condition, in this order.
fn those(condition: &str) -> sqlx::AssertSqlSafe<String> {
    as_one(COLUMNS, &format!("{WAITING} WHERE o.state = 0 AND {condition}"))
}

fn read(all: &str) -> Result<Vec<Waiting>> {
    Ok(rows::<Row>(all)?.into_iter().map(Waiting::from).collect())
}

/// What waits for these places, place by place, in the order it was filed.
pub(super) async fn waiting_for(tx: &mut Write, places: &str) -> Result<Vec<Waiting>> {
    let sql = those("o.placement IN (SELECT value FROM json_each(?1)) ORDER BY o.placement, o.id");
    let all: String = sqlx::query_scalar(sql).bind(places).fetch_one(&mut **tx).await?;
    read(&all)
}

impl Store {
    /// What waits for an account's server, in the order it was filed.
    pub(crate) async fn waiting(&self, account: Id) -> Result<Vec<Waiting>> {
        let sql = those("o.account = ?1 ORDER BY o.id");
        let all: String = sqlx::query_scalar(sql).bind(account).fetch_one(self.read()).await?;
        read(&all)
    }

    /// The same, of what was sent and not answered.
    pub(crate) async fn begun(&self, account: Id) -> Result<Vec<Waiting>> {
        let sql = those("o.account = ?1 AND o.begun IS NOT NULL ORDER BY o.id");
        let all: String = sqlx::query_scalar(sql).bind(account).fetch_one(self.read()).await?;
        read(&all)
    }

    /// How many operations of an account wait, and when the next is due of those that were put off.
    pub(crate) async fn queue(&self, account: Id) -> Result<(u32, Option<i64>)> {
        let (n, due): (i64, Option<i64>) = sqlx::query_as(
            "SELECT count(*), min(CASE WHEN not_before > ?2 THEN not_before END) FROM op WHERE state = 0 AND account = ?1",
        )
        .bind(account)
        // What has become due while others were told is due, and not stuck.
        .bind(now() - 2)
        .fetch_one(self.read())
        .await?;
        Ok((count(n), due))
    }

    /// UIDs of a folder whose messages are under way to another: neither there nor gone until the server's word is known.
    pub(crate) async fn under_way(&self, folder: Id, validity: Option<u32>) -> Result<crate::remote::UidSet> {
        let all: Option<String> = sqlx::query_scalar(
            "SELECT group_concat(begun_uid) FROM op WHERE state = 0 AND begun IS NOT NULL AND begun_folder = ?1
                 AND begun_validity = ?2 AND kind IN (2, 4, 6)",
        )
        .bind(folder)
        .bind(validity.unwrap_or(1))
        .fetch_one(self.read())
        .await?;
        Ok(crate::remote::UidSet::parse(&all.unwrap_or_default()).unwrap_or_default())
    }
}
