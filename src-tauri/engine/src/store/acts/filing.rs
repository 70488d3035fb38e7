//! What is done to mail, filed: an operation for each place that looks otherwise, and what is shown of it now.

use super::{account_of, json};
use crate::error::{Code, Error, Result, UiError};
use crate::rebase::{NOWHERE, bit, with_keywords};
use crate::store::as_one::{as_one, rows};
use crate::store::ops::{Before, list};
use crate::store::{Write, id, recovered};
use crate::view::Id;

/// The last operation that was filed.
async fn last_op(tx: &mut Write) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM op").fetch_one(&mut **tx).await?)
}

/// Places of the operations of this act that were filed after another, as JSON: ten thousand rows that are asked for one by one cost
/// more than filing them.
async fn places_after(tx: &mut Write, act: i64, op: i64) -> Result<String> {
    Ok(sqlx::query_scalar("SELECT json_group_array(placement) FROM op WHERE act = ?1 AND id > ?2")
        .bind(act)
        .bind(op)
        .fetch_one(&mut **tx)
        .await?)
}

/// Files flags for those of these places that look otherwise.
pub(crate) async fn file_flags(tx: &mut Write, act: i64, places: &str, add: i64, remove: i64) -> Result<Vec<Id>> {
    let last = last_op(tx).await?;
    sqlx::query(
        "INSERT INTO op (act, account, placement, message, kind, add_flags, remove_flags, source)
         SELECT ?1, f.account, p.id, p.message, 1, ?3, ?4, p.folder FROM json_each(?2) AS w CROSS JOIN placement p ON p.id = w.value
         JOIN folder f ON f.id = coalesce(p.server_folder, p.folder)
         WHERE p.hidden = 0 AND ((p.flags & ?3) <> ?3 OR (p.flags & ?4) <> 0)",
    )
    .bind(act)
    .bind(places)
    .bind(add)
    .bind(remove)
    .execute(&mut **tx)
    .await?;
    let changed = places_after(tx, act, last).await?;
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
    let all: String = sqlx::query_scalar(as_one(
        "id, keywords, folder",
        "SELECT p.id, p.keywords, p.folder FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value WHERE p.hidden = 0",
    ))
    .bind(places)
    .fetch_one(&mut **tx)
    .await?;
    let (add, remove) = if on { (Some(keyword), None) } else { (None, Some(keyword)) };
    let (mut changed, mut folders) = (Vec::new(), Vec::new());
    for (place, old, folder) in rows::<(i64, String, i64)>(&all)? {
        let new = with_keywords(&old, add, remove);
        if new != old {
            changed.push((place, new));
            folders.push(id(folder));
        }
    }
    let changed = json(&changed)?;
    sqlx::query(
        "INSERT INTO op (act, account, placement, message, kind, add_keyword, remove_keyword, source)
         SELECT ?1, f.account, p.id, p.message, 1, ?3, ?4, p.folder FROM json_each(?2) AS w
         CROSS JOIN placement p ON p.id = w.value ->> 0 JOIN folder f ON f.id = coalesce(p.server_folder, p.folder)",
    )
    .bind(act)
    .bind(&changed)
    .bind(add)
    .bind(remove)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "UPDATE placement SET keywords = w.value ->> 1 FROM json_each(?1) AS w WHERE placement.id = w.value ->> 0",
    )
    .bind(&changed)
    .execute(&mut **tx)
    .await?;
    folders.sort_unstable();
    folders.dedup();
    Ok(folders)
}

/// Files a move for those of these places that are shown elsewhere, within the target's account; others are carried there.
pub(crate) async fn file_move(tx: &mut Write, act: i64, places: &str, target: Id) -> Result<Vec<Id>> {
    let account = account_of(tx, target).await?;
    let (out, places) = recovered::file_out(tx, act, places, target, account).await?;
    let places = places.as_str();
    let last = last_op(tx).await?;
    sqlx::query(
        "INSERT INTO op (act, account, placement, message, kind, source, target)
         SELECT ?1, f.account, p.id, p.message, 2, p.folder, ?3 FROM json_each(?2) AS w CROSS JOIN placement p ON p.id = w.value
         CROSS JOIN folder f ON f.id = p.folder
         WHERE p.hidden = 0 AND p.folder <> ?3 AND f.account = ?4",
    )
    .bind(act)
    .bind(places)
    .bind(target)
    .bind(account)
    .execute(&mut **tx)
    .await?;
    let moved = places_after(tx, act, last).await?;
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
    let last = last_op(tx).await?;
    sqlx::query(
        "INSERT INTO op (act, account, placement, message, kind, source)
         SELECT ?1, f.account, p.id, p.message, 4, p.folder FROM json_each(?2) AS w CROSS JOIN placement p ON p.id = w.value
         JOIN folder f ON f.id = coalesce(p.server_folder, p.folder) WHERE p.hidden = 0",
    )
    .bind(act)
    .bind(places)
    .execute(&mut **tx)
    .await?;
    let deleted = places_after(tx, act, last).await?;
    let before = Before::of(tx, &deleted).await?;
    sqlx::query("UPDATE placement SET flags = flags | ?2 WHERE id IN (SELECT value FROM json_each(?1))")
        .bind(&deleted)
        .bind(bit::DELETED)
        .execute(&mut **tx)
        .await?;
    before.settle(tx, &deleted).await
}
