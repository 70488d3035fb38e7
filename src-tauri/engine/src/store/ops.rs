//! The queue: what waits for a server, place by place, and what became of it. Everything here is part of a transaction of its
//! caller's.
//!
//! An operation waits (0) until the server has said its word: done (1) or refused (2). Taken back before a byte of it was sent it is
//! (3). While it waits, and only then, it is laid over what the server has (`rebase`).

use super::recovered::HELD;
use super::{Store, Write, id, now};
use crate::error::{Code, Error, Result, UiError};
use crate::rebase::{Delta, NOWHERE, State, bit, rebase};
use crate::view::Id;
use sqlx::Row;
use std::collections::HashMap;

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
    fn of(number: i64) -> Self {
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

/// The ids as a statement takes them.
pub(crate) fn list(ids: &[i64]) -> Result<String> {
    serde_json::to_string(ids).map_err(|e| Error::Internal(e.to_string()))
}

/// Rows and unread rows of each folder among these places.
async fn numbers(tx: &mut Write, places: &str) -> Result<HashMap<i64, (i64, i64)>> {
    let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
        "SELECT folder, count(*), sum((flags & 1) = 0) FROM placement
         WHERE id IN (SELECT value FROM json_each(?1)) AND hidden = 0 AND asleep = 0 GROUP BY folder",
    )
    .bind(places)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|(f, n, u)| (f, (n, u))).collect())
}

/// Numbers of folders before places in them are changed; [`Before::settle`] adds the difference afterwards.
pub(crate) struct Before(HashMap<i64, (i64, i64)>);

impl Before {
    /// To be taken before the change.
    pub(crate) async fn of(tx: &mut Write, places: &str) -> Result<Self> {
        Ok(Self(numbers(tx, places).await?))
    }

    /// Places that were not there.
    pub(crate) fn none() -> Self {
        Self(HashMap::new())
    }

    /// Lets those sleep that are to, and brings the folders' numbers to what the places look like now. Gives the folders whose lists
    /// changed.
    pub(crate) async fn settle(self, tx: &mut Write, places: &str) -> Result<Vec<Id>> {
        super::snoozed::settle(tx, places, now()).await?;
        self.count(tx, places).await
    }

    /// Brings the folders' numbers to what the places look like now. Gives the folders whose lists changed.
    pub(crate) async fn count(self, tx: &mut Write, places: &str) -> Result<Vec<Id>> {
        let after = numbers(tx, places).await?;
        let mut folders: Vec<i64> = self.0.keys().chain(after.keys()).copied().collect();
        folders.sort_unstable();
        folders.dedup();
        for folder in &folders {
            let (was, is) =
                (self.0.get(folder).copied().unwrap_or_default(), after.get(folder).copied().unwrap_or_default());
            if was != is {
                sqlx::query("UPDATE folder SET total = total + ?2, unread = unread + ?3 WHERE id = ?1")
                    .bind(folder)
                    .bind(is.0 - was.0)
                    .bind(is.1 - was.1)
                    .execute(&mut **tx)
                    .await?;
            }
        }
        Ok(folders.into_iter().map(id).collect())
    }
}

/// Lays what waits for these places over what the server has, and shows the result; numbers of folders go along. Gives the
/// folders whose lists changed.
pub(crate) async fn show(tx: &mut Write, places: &[i64]) -> Result<Vec<Id>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let json = list(places)?;
    let before = Before::of(tx, &json).await?;
    sqlx::query(
        "UPDATE placement SET folder = server_folder, flags = server_flags, keywords = server_keywords,
                inbox = coalesce((SELECT role = 1 FROM folder WHERE id = server_folder), 0)
         WHERE id IN (SELECT value FROM json_each(?1)) AND server_folder IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM op WHERE op.placement = placement.id AND op.state = 0)",
    )
    .bind(&json)
    .execute(&mut **tx)
    .await?;
    let waiting = waiting_for(tx, &json).await?;
    let mut at = 0;
    while let Some(first) = waiting.get(at) {
        let group: Vec<&Waiting> = waiting.iter().skip(at).take_while(|w| w.placement == first.placement).collect();
        at += group.len();
        let shown = rebase(first.server.clone(), group.iter().map(|w| &w.delta));
        sqlx::query(
            "UPDATE placement SET folder = ?2, flags = ?3, keywords = ?4,
                    inbox = coalesce((SELECT role = 1 FROM folder WHERE id = ?2), 0) WHERE id = ?1",
        )
        .bind(first.placement)
        .bind(shown.folder)
        .bind(shown.flags)
        .bind(shown.keywords)
        .execute(&mut **tx)
        .await?;
    }
    before.settle(tx, &json).await
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
async fn waiting_for(tx: &mut Write, places: &str) -> Result<Vec<Waiting>> {
    let sql = format!(
        "{WAITING} WHERE o.state = 0 AND o.placement IN (SELECT value FROM json_each(?1)) ORDER BY o.placement, o.id"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(places).fetch_all(&mut **tx).await?;
    rows.iter().map(waiting).collect()
}

/// These have come to their end by the server's word: they no longer wait, and their places are as the server has them.
pub(crate) async fn done(tx: &mut Write, ops: &[i64]) -> Result<Vec<Id>> {
    end(tx, ops, 1, None).await
}

/// The server will not have these: only they are taken back, and the person is told why where `tell` says so.
pub(crate) async fn refused(tx: &mut Write, ops: &[i64], why: &UiError, tell: bool) -> Result<Vec<Id>> {
    let error = serde_json::to_string(why).map_err(|e| Error::Internal(e.to_string()))?;
    sqlx::query(
        "UPDATE act SET error = ?2, unseen = max(unseen, ?3 AND NOT quiet)
         WHERE id IN (SELECT act FROM op WHERE id IN (SELECT value FROM json_each(?1)))",
    )
    .bind(list(ops)?)
    .bind(&error)
    .bind(tell)
    .execute(&mut **tx)
    .await?;
    end(tx, ops, 2, Some(error)).await
}

/// These are taken back before a byte of them was sent.
pub(crate) async fn taken_back(tx: &mut Write, ops: &[i64]) -> Result<Vec<Id>> {
    end(tx, ops, 3, None).await
}

async fn end(tx: &mut Write, ops: &[i64], state: i64, error: Option<String>) -> Result<Vec<Id>> {
    let json = list(ops)?;
    let places: Vec<i64> = sqlx::query_scalar(
        "UPDATE op SET state = ?2, error = ?3 WHERE id IN (SELECT value FROM json_each(?1)) AND state = 0 RETURNING placement",
    )
    .bind(&json)
    .bind(state)
    .bind(&error)
    .fetch_all(&mut **tx)
    .await?;
    let mut folders = Vec::new();
    if state != 1 {
        // What was to be carried away stays where it was; a copy that will not be has no place to stand.
        let staying: Vec<i64> = sqlx::query_scalar(
            "UPDATE op SET state = ?2 WHERE kind = 6 AND state = 0 AND (act, placement) IN
                 (SELECT act, other FROM op WHERE kind = 5 AND id IN (SELECT value FROM json_each(?1))) RETURNING placement",
        )
        .bind(&json)
        .bind(state)
        .fetch_all(&mut **tx)
        .await?;
        folders.extend(show(tx, &staying).await?);
        super::recovered::recover(tx, &json, error.as_deref()).await?;
        folders.extend(remove_unborn(tx, &json).await?);
        // What leaves with its folder stays with it; and what was to be put there first and was not is where it was.
        let back: Vec<i64> = sqlx::query_scalar(
            "UPDATE op SET state = ?3 WHERE kind = 6 AND other IS NULL AND state = 0
                 AND (act IN (SELECT act FROM op WHERE kind = 13 AND id IN (SELECT value FROM json_each(?1)))
                     OR placement IN (SELECT value FROM json_each(?2))) RETURNING placement",
        )
        .bind(&json)
        .bind(list(&places)?)
        .bind(state)
        .fetch_all(&mut **tx)
        .await?;
        folders.extend(show(tx, &back).await?);
        Box::pin(super::folder_ops::unmake(tx, &json)).await?;
    }
    folders.extend(show(tx, &places).await?);
    Ok(folders)
}

/// Removes the places of copies that the server never made.
async fn remove_unborn(tx: &mut Write, ops: &str) -> Result<Vec<Id>> {
    let places: Vec<i64> = sqlx::query_scalar(
        "SELECT o.placement FROM op o JOIN placement p ON p.id = o.placement
         WHERE o.kind IN (3, 5) AND o.id IN (SELECT value FROM json_each(?1)) AND p.server_folder IS NULL",
    )
    .bind(ops)
    .fetch_all(&mut **tx)
    .await?;
    remove_places(tx, &places).await
}

/// Removes places with all that waits for them, and with the copies that were still to be made from them.
pub(crate) async fn remove_places(tx: &mut Write, places: &[i64]) -> Result<Vec<Id>> {
    let mut folders = Vec::new();
    let mut some = places.to_vec();
    while !some.is_empty() {
        let json = list(&some)?;
        let before = Before::of(tx, &json).await?;
        sqlx::query("UPDATE op SET state = 3 WHERE state = 0 AND placement IN (SELECT value FROM json_each(?1))")
            .bind(&json)
            .execute(&mut **tx)
            .await?;
        let messages: Vec<i64> =
            sqlx::query_scalar("DELETE FROM placement WHERE id IN (SELECT value FROM json_each(?1)) RETURNING message")
                .bind(&json)
                .fetch_all(&mut **tx)
                .await?;
        super::removals::orphan(tx, &messages).await?;
        folders.extend(before.settle(tx, &json).await?);
        let why = serde_json::to_string(&UiError::new(Code::Elsewhere)).map_err(|e| Error::Internal(e.to_string()))?;
        // What is on its way with all its bytes goes on without its original.
        some = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "UPDATE op SET state = 2, error = ?2 WHERE state = 0 AND kind IN (3, 5)
                 AND other IN (SELECT value FROM json_each(?1)) AND NOT (kind = 5 AND {HELD}) RETURNING placement"
        )))
        .bind(&json)
        .bind(why)
        .fetch_all(&mut **tx)
        .await?;
    }
    Ok(folders)
}

/// The places go, because the server does not have them any more: what waited for them comes too late. Of flags and deletions
/// nobody needs to be told; of a move one has to know that the message is not where one put it.
pub(crate) async fn too_late(tx: &mut Write, places: &str) -> Result<()> {
    let ops: Vec<(i64, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT id, kind FROM op WHERE state = 0 AND (placement IN (SELECT value FROM json_each(?1))
             OR (kind IN (3, 5) AND other IN (SELECT value FROM json_each(?1)) AND NOT (kind = 5 AND {HELD})))"
    )))
    .bind(places)
    .fetch_all(&mut **tx)
    .await?;
    for tell in [false, true] {
        let some: Vec<i64> = ops
            .iter()
            .filter(|(_, kind)| matches!(Kind::of(*kind), Kind::Move | Kind::Copy | Kind::Carry) == tell)
            .map(|o| o.0)
            .collect();
        if !some.is_empty() {
            refused(tx, &some, &UiError::new(Code::Elsewhere), tell).await?;
        }
    }
    Ok(())
}

/// The folder is gone: what was to go there comes back.
pub(crate) async fn folder_gone(tx: &mut Write, folder: Id) -> Result<()> {
    let path: Option<String> =
        sqlx::query_scalar("SELECT path FROM folder WHERE id = ?1").bind(folder).fetch_optional(&mut **tx).await?;
    super::folder_ops::folder_gone(tx, folder, path.as_deref().unwrap_or_default()).await?;
    let ops: Vec<i64> = sqlx::query_scalar("SELECT id FROM op WHERE state = 0 AND target = ?1 AND begun IS NULL")
        .bind(folder)
        .fetch_all(&mut **tx)
        .await?;
    if ops.is_empty() {
        return Ok(());
    }
    let why = UiError::new(Code::NoSuchFolder).with("folder", path.unwrap_or_default());
    refused(tx, &ops, &why, true).await.map(drop)
}

/// These are about to be sent: after a cut it is not known what became of them, and they are looked for behind `uidnext`. Gives
/// those that still wait: of the others nothing may be sent any more, for the person has undone them meanwhile.
pub(crate) async fn begin(tx: &mut Write, ops: &[i64], uidnext: u32, validity: u32) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar(
        "UPDATE op SET begun = ?2, begun_validity = ?3,
                begun_folder = (SELECT server_folder FROM placement p WHERE p.id = CASE WHEN op.kind IN (3, 5) THEN op.other ELSE op.placement END),
                begun_uid = (SELECT uid FROM placement p WHERE p.id = CASE WHEN op.kind IN (3, 5) THEN op.other ELSE op.placement END)
         WHERE id IN (SELECT value FROM json_each(?1)) AND state = 0 RETURNING id",
    )
    .bind(list(ops)?)
    .bind(uidnext)
    .bind(validity)
    .fetch_all(&mut **tx)
    .await?)
}

/// Not sent after all, or proved not to have been done: they wait as before.
pub(crate) async fn not_begun(tx: &mut Write, ops: &[i64]) -> Result<()> {
    sqlx::query("UPDATE op SET begun = NULL WHERE id IN (SELECT value FROM json_each(?1)) AND state = 0")
        .bind(list(ops)?)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Later, and not begun: after a refusal that time may change.
pub(crate) async fn put_off(tx: &mut Write, ops: &[i64], seconds: i64, why: &UiError) -> Result<()> {
    not_begun(tx, ops).await?;
    wait(tx, ops, seconds, why).await
}

/// Later.
pub(crate) async fn wait(tx: &mut Write, ops: &[i64], seconds: i64, why: &UiError) -> Result<()> {
    sqlx::query(
        "UPDATE op SET tries = tries + 1, not_before = ?2, error = ?3
         WHERE id IN (SELECT value FROM json_each(?1)) AND state = 0",
    )
    .bind(list(ops)?)
    .bind(now() + seconds)
    .bind(serde_json::to_string(why).map_err(|e| Error::Internal(e.to_string()))?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A copy is there now, with the flags that its original had when it was made. Where those are others than when it was asked for, and
/// nothing that waits for the copy itself sets them, the difference is still to be told.
pub(crate) async fn born(tx: &mut Write, place: i64, flags: i64, keywords: &str) -> Result<()> {
    let asked: Option<(i64, i64, String)> = sqlx::query_as(
        "SELECT o.act, p.server_flags, p.server_keywords FROM placement p JOIN op o ON o.placement = p.id
         WHERE p.id = ?1 AND p.server_folder IS NULL AND o.kind = 3 AND o.state = 0",
    )
    .bind(place)
    .fetch_optional(&mut **tx)
    .await?;
    let Some((act, wanted, wanted_keywords)) = asked else { return Ok(()) };
    let touched: Vec<(i64, String, bool)> = sqlx::query_as(
        "SELECT add_flags | remove_flags, coalesce(add_keyword, remove_keyword, ''), due IS NOT NULL FROM op
         WHERE placement = ?1 AND state = 0",
    )
    .bind(place)
    .fetch_all(&mut **tx)
    .await?;
    let bits = touched.iter().fold(0, |all, t| all | t.0);
    let snoozed = touched.iter().any(|t| t.2);
    let lacking = |all: &str, of: &str| -> Vec<String> {
        let known = |k: &str| {
            all.split(' ').chain(touched.iter().map(|t| t.1.as_str())).any(|a| a.eq_ignore_ascii_case(k))
                || (snoozed && crate::snooze::known(k).is_some())
        };
        of.split(' ').filter(|k| !k.is_empty() && !known(k)).map(str::to_owned).collect()
    };
    let mut file = Vec::new();
    let differ = (wanted ^ flags) & !bits & !bit::DELETED;
    if differ != 0 {
        file.push((wanted & differ, flags & differ, None, None));
    }
    file.extend(lacking(keywords, &wanted_keywords).into_iter().map(|k| (0, 0, Some(k), None)));
    file.extend(lacking(&wanted_keywords, keywords).into_iter().map(|k| (0, 0, None, Some(k))));
    for (add, remove, add_keyword, remove_keyword) in file {
        sqlx::query(
            "INSERT INTO op (act, account, placement, message, kind, add_flags, remove_flags, add_keyword, remove_keyword, source)
             SELECT ?1, f.account, p.id, p.message, 1, ?3, ?4, ?5, ?6, p.folder FROM placement p
             JOIN folder f ON f.id = p.folder WHERE p.id = ?2",
        )
        .bind(act)
        .bind(place)
        .bind(add)
        .bind(remove)
        .bind(add_keyword)
        .bind(remove_keyword)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
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
        Ok((super::count(n), due))
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
