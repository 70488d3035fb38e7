//! Acts: what the person did, filed in one transaction with what it changes here and what it means for the server.

use super::ops::{Before, list};
use super::receipts::TOLD;
use super::{Store, Write, id};
use crate::error::{Code, Error, Result, UiError};
use crate::rebase::{NOWHERE, bit, with_keywords};
use crate::store::folders::role_number;
use crate::view::{Id, Intent, Role};
use std::time::{SystemTime, UNIX_EPOCH};

/// What filing did: the act, and the folders whose lists changed.
#[derive(Clone, Debug)]
pub(crate) struct Filed {
    pub(crate) act: Id,
    pub(crate) folders: Vec<Id>,
}

/// Unix milliseconds now.
fn millis() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}

fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::Internal(e.to_string()))
}

/// Opens an act. Its count is set when it is closed.
pub(crate) async fn open(tx: &mut Write, intent: &Intent, quiet: bool, undoes: Option<Id>) -> Result<i64> {
    Ok(sqlx::query_scalar(
        "INSERT INTO act (at, intent, quiet, account, count, subject, who, undoes) VALUES (?1, ?2, ?3, 0, 0, '', '', ?4) RETURNING id",
    )
    .bind(millis())
    .bind(json(intent)?)
    .bind(quiet)
    .bind(undoes)
    .fetch_one(&mut **tx)
    .await?)
}

/// Closes an act: how many messages, the first of them, where they went. An act that changes nothing is none.
pub(crate) async fn close(tx: &mut Write, act: i64) -> Result<bool> {
    let n: i64 = sqlx::query_scalar("SELECT count(DISTINCT placement) FROM op WHERE act = ?1 AND kind <> 6")
        .bind(act)
        .fetch_one(&mut **tx)
        .await?;
    if n == 0 {
        sqlx::query("DELETE FROM act WHERE id = ?1").bind(act).execute(&mut **tx).await?;
        return Ok(false);
    }
    sqlx::query(
        "UPDATE act SET count = ?2,
                (account, subject, who) = (SELECT o.account, coalesce(m.subject, act.subject), coalesce(m.who, act.who)
                    FROM op o LEFT JOIN message m ON m.id = o.message WHERE o.act = ?1 ORDER BY o.id LIMIT 1),
                target = coalesce((SELECT f.path FROM op o JOIN folder f ON f.id = o.target
                    WHERE o.act = ?1 AND o.kind < 6 ORDER BY o.id LIMIT 1), target)
         WHERE id = ?1",
    )
    .bind(act)
    .bind(n)
    .execute(&mut **tx)
    .await?;
    Ok(true)
}

/// Files flags for those of these places that look otherwise.
pub(crate) async fn file_flags(tx: &mut Write, act: i64, places: &str, add: i64, remove: i64) -> Result<Vec<Id>> {
    let changed: Vec<i64> = sqlx::query_scalar(
        "INSERT INTO op (act, account, placement, message, kind, add_flags, remove_flags, source)
         SELECT ?1, f.account, p.id, p.message, 1, ?3, ?4, p.folder FROM json_each(?2) AS w CROSS JOIN placement p ON p.id = w.value
         JOIN folder f ON f.id = coalesce(p.server_folder, p.folder)
         WHERE p.hidden = 0 AND ((p.flags & ?3) <> ?3 OR (p.flags & ?4) <> 0) RETURNING placement",
    )
    .bind(act)
    .bind(places)
    .bind(add)
    .bind(remove)
    .fetch_all(&mut **tx)
    .await?;
    let changed = list(&changed)?;
    let before = Before::of(tx, &changed).await?;
    sqlx::query("UPDATE placement SET flags = (flags | ?2) & ~?3 WHERE id IN (SELECT value FROM json_each(?1))")
        .bind(&changed)
        .bind(add)
        .bind(remove)
        .execute(&mut **tx)
        .await?;
    before.settle(tx, &changed).await
}

/// Files a keyword, on or off, for those of these places that look otherwise.
pub(crate) async fn file_keyword(tx: &mut Write, act: i64, places: &str, keyword: &str, on: bool) -> Result<Vec<Id>> {
    let rows: Vec<(i64, String, i64)> = sqlx::query_as(
        "SELECT p.id, p.keywords, p.folder FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value WHERE p.hidden = 0",
    )
    .bind(places)
    .fetch_all(&mut **tx)
    .await?;
    let (add, remove) = if on { (Some(keyword), None) } else { (None, Some(keyword)) };
    let mut folders = Vec::new();
    for (place, old, folder) in rows {
        let new = with_keywords(&old, add, remove);
        if new == old {
            continue;
        }
        sqlx::query(
            "INSERT INTO op (act, account, placement, message, kind, add_keyword, remove_keyword, source)
             SELECT ?1, f.account, p.id, p.message, 1, ?3, ?4, p.folder FROM placement p
             JOIN folder f ON f.id = coalesce(p.server_folder, p.folder) WHERE p.id = ?2",
        )
        .bind(act)
        .bind(place)
        .bind(add)
        .bind(remove)
        .execute(&mut **tx)
        .await?;
        sqlx::query("UPDATE placement SET keywords = ?2 WHERE id = ?1")
            .bind(place)
            .bind(new)
            .execute(&mut **tx)
            .await?;
        folders.push(id(folder));
    }
    folders.sort_unstable();
    folders.dedup();
    Ok(folders)
}

/// Files a move for those of these places that are shown elsewhere, within the target's account; others are carried there.
pub(crate) async fn file_move(tx: &mut Write, act: i64, places: &str, target: Id) -> Result<Vec<Id>> {
    let account = account_of(tx, target).await?;
    let (out, places) = super::recovered::file_out(tx, act, places, target, account).await?;
    let places = places.as_str();
    let moved: Vec<i64> = sqlx::query_scalar(
        "INSERT INTO op (act, account, placement, message, kind, source, target)
         SELECT ?1, f.account, p.id, p.message, 2, p.folder, ?3 FROM json_each(?2) AS w CROSS JOIN placement p ON p.id = w.value
         CROSS JOIN folder f ON f.id = p.folder
         WHERE p.hidden = 0 AND p.folder <> ?3 AND f.account = ?4 RETURNING placement",
    )
    .bind(act)
    .bind(places)
    .bind(target)
    .bind(account)
    .fetch_all(&mut **tx)
    .await?;
    let moved = list(&moved)?;
    let before = Before::of(tx, &moved).await?;
    sqlx::query(
        "UPDATE placement SET folder = ?2, inbox = (SELECT role = 1 FROM folder WHERE id = ?2)
         WHERE id IN (SELECT value FROM json_each(?1))",
    )
    .bind(&moved)
    .bind(target)
    .execute(&mut **tx)
    .await?;
    let mut folders = before.settle(tx, &moved).await?;
    folders.extend(out);
    let foreign: Vec<i64> = sqlx::query_scalar(
        "SELECT p.id FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value JOIN folder f ON f.id = p.folder
         WHERE p.hidden = 0 AND f.account <> ?2",
    )
    .bind(places)
    .bind(account)
    .fetch_all(&mut **tx)
    .await?;
    for place in foreign {
        folders.extend(file_carry(tx, act, place, target, account).await?);
    }
    Ok(folders)
}

/// Files the way of one message to another account: a new place there, and the end of the old one once the new one is sure.
async fn file_carry(tx: &mut Write, act: i64, place: i64, target: Id, account: Id) -> Result<Vec<Id>> {
    let message: i64 = sqlx::query_scalar(
        "INSERT INTO message (account, identity, who, whom, subject, preview, date, size, message_id, refs, list_id, people,
             structure, attachments, damaged, thread, topic, bare, muted)
         SELECT ?2, identity, who, whom, subject, preview, date, size, message_id, refs, list_id, people, structure,
             attachments, damaged, thread, topic, bare, muted FROM message WHERE id = (SELECT message FROM placement WHERE id = ?1) RETURNING id",
    )
    .bind(place)
    .bind(account)
    .fetch_one(&mut **tx)
    .await?;
    sqlx::query(
        "INSERT INTO body (message, html, plain, images, cids, cut, fetched)
         SELECT ?2, html, plain, images, cids, cut, fetched FROM body WHERE message = (SELECT message FROM placement WHERE id = ?1)",
    )
    .bind(place)
    .bind(message)
    .execute(&mut **tx)
    .await?;
    let (new, mut folders) = new_place(tx, place, message, target).await?;
    sqlx::query(
        "INSERT INTO op (act, account, placement, message, kind, source, target, other)
         SELECT ?1, f.account, ?3, ?4, 5, p.folder, ?5, p.id FROM placement p
         JOIN folder f ON f.id = coalesce(p.server_folder, p.folder) WHERE p.id = ?2",
    )
    .bind(act)
    .bind(place)
    .bind(new)
    .bind(message)
    .bind(target)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "INSERT INTO op (act, account, placement, message, kind, source, target, other)
         SELECT ?1, f.account, p.id, p.message, 6, p.folder, NULL, ?3 FROM placement p
         JOIN folder f ON f.id = coalesce(p.server_folder, p.folder) WHERE p.id = ?2",
    )
    .bind(act)
    .bind(place)
    .bind(new)
    .execute(&mut **tx)
    .await?;
    let old = list(&[place])?;
    let before = Before::of(tx, &old).await?;
    sqlx::query("UPDATE placement SET folder = ?2, inbox = 0 WHERE id = ?1")
        .bind(place)
        .bind(NOWHERE)
        .execute(&mut **tx)
        .await?;
    folders.extend(before.settle(tx, &old).await?);
    Ok(folders)
}

/// A place that the server does not have yet, made from another.
async fn new_place(tx: &mut Write, from: i64, message: i64, target: Id) -> Result<(i64, Vec<Id>)> {
    let new: i64 = sqlx::query_scalar(
        "INSERT INTO placement (folder, server_folder, uid, message, date, flags, keywords, server_flags, server_keywords, inbox, files)
         SELECT ?3, NULL, -1, ?2, coalesce(received, date), flags, keywords, flags, keywords, (SELECT role = 1 FROM folder WHERE id = ?3), files
         FROM placement WHERE id = ?1 RETURNING id",
    )
    .bind(from)
    .bind(message)
    .bind(target)
    .fetch_one(&mut **tx)
    .await?;
    let none = Before::none();
    Ok((new, none.settle(tx, &list(&[new])?).await?))
}

/// Files copies of these places in a folder of their own account; one that is shown there already is not copied beside itself.
pub(crate) async fn file_copy(tx: &mut Write, act: i64, places: &str, target: Id) -> Result<Vec<Id>> {
    let account = account_of(tx, target).await?;
    let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
        "SELECT p.id, p.message, f.account FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value
         JOIN folder f ON f.id = p.folder WHERE p.hidden = 0 AND p.folder <> ?2",
    )
    .bind(places)
    .bind(target)
    .fetch_all(&mut **tx)
    .await?;
    let mut folders = Vec::new();
    let local: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM json_each(?1) AS w JOIN placement p ON p.id = w.value JOIN folder f ON f.id = p.server_folder WHERE f.local = 1",
    )
    .bind(places)
    .fetch_one(&mut **tx)
    .await?;
    for (place, message, of) in rows {
        if id(of) != account || local > 0 {
            return Err(Error::Ui(Box::new(UiError::new(Code::NotAllowed))));
        }
        let (new, shown) = new_place(tx, place, message, target).await?;
        folders.extend(shown);
        sqlx::query(
            // Of a copy that is still to be made, the original is copied.
            "INSERT INTO op (act, account, placement, message, kind, source, target, other)
             SELECT ?1, ?2, ?3, p.message, 3, p.folder, ?4, coalesce((SELECT o.other FROM op o
                 WHERE o.placement = p.id AND o.state = 0 AND o.kind = 3 AND p.server_folder IS NULL), p.id)
             FROM placement p WHERE p.id = ?5",
        )
        .bind(act)
        .bind(account)
        .bind(new)
        .bind(target)
        .bind(place)
        .execute(&mut **tx)
        .await?;
    }
    Ok(folders)
}

/// Files the end of these places on the server.
pub(crate) async fn file_delete(tx: &mut Write, act: i64, places: &str) -> Result<Vec<Id>> {
    let deleted: Vec<i64> = sqlx::query_scalar(
        "INSERT INTO op (act, account, placement, message, kind, source)
         SELECT ?1, f.account, p.id, p.message, 4, p.folder FROM json_each(?2) AS w CROSS JOIN placement p ON p.id = w.value
         JOIN folder f ON f.id = coalesce(p.server_folder, p.folder) WHERE p.hidden = 0 RETURNING placement",
    )
    .bind(act)
    .bind(places)
    .fetch_all(&mut **tx)
    .await?;
    let deleted = list(&deleted)?;
    let before = Before::of(tx, &deleted).await?;
    sqlx::query("UPDATE placement SET flags = flags | ?2 WHERE id IN (SELECT value FROM json_each(?1))")
        .bind(&deleted)
        .bind(bit::DELETED)
        .execute(&mut **tx)
        .await?;
    before.settle(tx, &deleted).await
}

/// What follows by itself from something else the person did, and is no entry of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quiet {
    /// An answer was sent.
    Answered,
    /// It was forwarded.
    Forwarded,
    /// A wish for a receipt was answered.
    Receipt,
    /// A draft that was sent, or replaced by a newer copy.
    Delete,
}

/// Files it. Gives the folders whose lists changed.
pub(crate) async fn file_quietly(tx: &mut Write, what: Quiet, places: &[i64]) -> Result<Vec<Id>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let places = list(places)?;
    let intent = match what {
        Quiet::Answered => Intent::Answered,
        Quiet::Forwarded => Intent::Forwarded,
        Quiet::Receipt => Intent::Label { keyword: TOLD.into(), on: true },
        Quiet::Delete => Intent::Delete,
    };
    let act = open(tx, &intent, true, None).await?;
    let folders = match what {
        Quiet::Answered => file_flags(tx, act, &places, bit::ANSWERED, 0).await?,
        Quiet::Forwarded => file_flags(tx, act, &places, bit::FORWARDED, 0).await?,
        Quiet::Receipt => file_keyword(tx, act, &places, TOLD, true).await?,
        Quiet::Delete => file_delete(tx, act, &places).await?,
    };
    close(tx, act).await?;
    Ok(folders)
}

/// The account of a folder.
pub(crate) async fn account_of(tx: &mut Write, folder: Id) -> Result<Id> {
    let account: Option<i64> =
        sqlx::query_scalar("SELECT account FROM folder WHERE id = ?1 AND selectable = 1 AND missing_since IS NULL AND leaving = 0 AND local = 0")
            .bind(folder)
            .fetch_optional(&mut **tx)
            .await?;
    account.map(id).ok_or_else(|| Error::Ui(Box::new(UiError::new(Code::NoSuchFolder))))
}

/// These places by account, with the account's folder of this role. One is made where there is none and its name is free.
pub(crate) async fn by_role(tx: &mut Write, places: &str, role: Role) -> Result<Vec<(Id, String)>> {
    let accounts: Vec<(i64, String)> = sqlx::query_as(
        "SELECT f.account, json_group_array(p.id) FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value
         JOIN folder f ON f.id = p.folder WHERE p.hidden = 0 GROUP BY f.account",
    )
    .bind(places)
    .fetch_all(&mut **tx)
    .await?;
    let mut out = Vec::with_capacity(accounts.len());
    for (account, places) in accounts {
        let folder: Option<i64> = sqlx::query_scalar(
            "SELECT id FROM folder WHERE account = ?1 AND role = ?2 AND selectable = 1 AND missing_since IS NULL AND leaving = 0
             ORDER BY id LIMIT 1",
        )
        .bind(account)
        .bind(role_number(role))
        .fetch_optional(&mut **tx)
        .await?;
        let folder = match (folder.map(id), role) {
            (Some(folder), _) => folder,
            (None, Role::Archive) => {
                super::folder_changes::make(tx, id(account), None, "Archive", Some(role), None).await?
            }
            (None, Role::Trash) => {
                super::folder_changes::make(tx, id(account), None, "Trash", Some(role), None).await?
            }
            (None, Role::Junk) => super::folder_changes::make(tx, id(account), None, "Junk", Some(role), None).await?,
            (None, _) => return Err(Error::Ui(Box::new(UiError::new(Code::NoFolder).with("role", "inbox")))),
        };
        out.push((folder, places));
    }
    Ok(out)
}

impl Store {
    /// The last act that can be undone.
    pub(crate) async fn last_undoable(&self) -> Result<Option<Id>> {
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT a.id FROM act a WHERE a.quiet = 0 AND a.undone IS NULL AND a.undoes IS NULL
             AND EXISTS (SELECT 1 FROM op o WHERE o.act = a.id AND ((o.state = 0 AND o.begun IS NULL)
                 OR (o.kind IN (1, 2, 3, 5, 7, 12, 14) AND o.state IN (0, 1)))) ORDER BY a.id DESC LIMIT 1",
        )
        .fetch_optional(self.read())
        .await?;
        Ok(found.map(id))
    }

    /// Forgets what was done and what left the view more than `age` seconds ago; what still waits stays.
    pub(crate) async fn forget_acts(&self, age: i64) -> Result<()> {
        let before = super::now() - age;
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM act WHERE at < ?1 * 1000 AND NOT EXISTS (SELECT 1 FROM op o WHERE o.act = act.id AND o.state = 0)")
            .bind(before)
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM op WHERE NOT EXISTS (SELECT 1 FROM act a WHERE a.id = op.act)")
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM ledger WHERE at < ?1").bind(before).execute(&mut *tx).await?;
        tx.commit_beside_lists().await
    }
}
