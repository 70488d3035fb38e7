//! Operations that wait, as they are read from the queue.

use crate::error::Result;
use crate::rebase::{Delta, NOWHERE, State, bit};
use crate::store::{Store, Write, count, id, now};
use crate::view::Id;
use sqlx::Row;

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

fn waiting(r: &sqlx::sqlite::SqliteRow) -> Result<Waiting> {
    let kind = Kind::of(r.try_get("kind")?);
    let target = r.try_get::<Option<i64>, _>("target")?.map(id);
    let server_folder = r.try_get::<Option<i64>, _>("server_folder")?.map(id);
    let small = |n: Option<i64>| n.and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
    let begun = match r.try_get::<Option<i64>, _>("begun")? {
        Some(uidnext) => Some(Begun {
            uidnext,
            folder: small(r.try_get("begun_folder")?),
            uid: small(r.try_get("begun_uid")?),
            validity: small(r.try_get("begun_validity")?),
        }),
        None => None,
    };
    Ok(Waiting {
        id: r.try_get("id")?,
        kind,
        placement: r.try_get("placement")?,
        delta: delta(
            kind,
            target,
            Delta {
                add: r.try_get("add_flags")?,
                remove: r.try_get("remove_flags")?,
                add_keyword: r.try_get("add_keyword")?,
                remove_keyword: r.try_get("remove_keyword")?,
                due: r.try_get("due")?,
                folder: None,
            },
        ),
        target,
        other: r.try_get("other")?,
        other_folder: r.try_get::<Option<i64>, _>("other_folder")?.map(id),
        other_uid: r.try_get::<Option<i64>, _>("other_uid")?.unwrap_or(-1),
        tries: small(r.try_get("tries")?),
        not_before: r.try_get("not_before")?,
        begun,
        held: r.try_get::<i64, _>("held")? != 0,
        server_folder,
        uid: r.try_get("uid")?,
        validity: small(r.try_get("validity")?),
        server: State {
            folder: server_folder.unwrap_or(NOWHERE),
            flags: r.try_get("server_flags")?,
            keywords: r.try_get("server_keywords")?,
        },
    })
}

/// What waits for these places, place by place, in the order it was filed.
pub(super) async fn waiting_for(tx: &mut Write, places: &str) -> Result<Vec<Waiting>> {
    let sql = format!(
        "{WAITING} WHERE o.state = 0 AND o.placement IN (SELECT value FROM json_each(?1)) ORDER BY o.placement, o.id"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(places).fetch_all(&mut **tx).await?;
    rows.iter().map(waiting).collect()
}

impl Store {
    /// What waits for an account's server, in the order it was filed.
    pub(crate) async fn waiting(&self, account: Id) -> Result<Vec<Waiting>> {
        let sql = format!("{WAITING} WHERE o.state = 0 AND o.account = ?1 ORDER BY o.id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(account).fetch_all(self.read()).await?;
        rows.iter().map(waiting).collect()
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
