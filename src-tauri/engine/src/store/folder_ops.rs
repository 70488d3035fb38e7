//! What waits to be done to folders, and what became of it. Everything that is written here and takes a transaction is part of its
//! caller's.

mod told;

use super::{Write, id, ops};
use crate::error::{Code, Error, Result, UiError};
use crate::rebase::folders::{Change, FolderOp, Named, Tree};
use crate::store::folders::Listing;
use crate::view::Id;
use std::collections::BTreeMap;
pub(crate) use told::Queue;

/// Ids as a statement takes them.
pub(super) fn ids(folders: &[Id]) -> Result<String> {
    ops::list(&folders.iter().map(|f| i64::from(*f)).collect::<Vec<_>>())
}

/// Files a change.
pub(super) async fn insert(tx: &mut Write, act: i64, account: Id, folder: Id, change: &Change) -> Result<()> {
    let (kind, target) = match change {
        Change::Make { to } => (11, to.parent),
        Change::Rename { to, .. } => (12, to.parent),
        Change::Delete { .. } => (13, None),
        Change::Subscribe { .. } => (14, None),
    };
    sqlx::query(
        "INSERT INTO op (act, account, placement, message, kind, source, target, change) VALUES (?1, ?2, 0, 0, ?3, ?4, ?5, ?6)",
    )
    .bind(act)
    .bind(account)
    .bind(kind)
    .bind(folder)
    .bind(target)
    .bind(serde_json::to_string(change).map_err(|e| Error::Internal(e.to_string()))?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Says in the act what it was about: the folder as it was called before (a new one: now), and as it is called now.
pub(super) async fn close(tx: &mut Write, act: i64, folder: Id, before: &str) -> Result<()> {
    sqlx::query(
        "UPDATE act SET count = 1, account = f.account, subject = CASE WHEN ?3 = '' THEN f.path ELSE ?3 END, target = f.path
         FROM (SELECT account, path FROM folder WHERE id = ?2) AS f WHERE act.id = ?1",
    )
    .bind(act)
    .bind(folder)
    .bind(before)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

type Row = (i64, i64, Option<String>, i64, i64, Option<String>, Option<i64>);

/// What waits, in the order it was filed.
async fn waiting(tx: &mut Write, account: Id) -> Result<Vec<FolderOp>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, source, change, tries, not_before, begun_name, begun FROM op
         WHERE state = 0 AND account = ?1 AND placement = 0 ORDER BY id",
    )
    .bind(account)
    .fetch_all(&mut **tx)
    .await?;
    let read = |(n, folder, change, tries, not_before, name, begun): Row| {
        let change: Change = serde_json::from_str(&change?).ok()?;
        let begun = begun.map(|_| name.unwrap_or_default());
        Some(FolderOp { id: n, folder: id(folder), change, tries: super::count(tries), not_before, begun })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// The folders of an account as its server has them, with those that somebody else than the queue makes.
async fn tree(tx: &mut Write, account: Id) -> Result<Tree> {
    let rows: Vec<(i64, String, String, i64, Option<String>)> = sqlx::query_as(
        "SELECT id, CASE WHEN waiting THEN coalesce(wanted, mailbox) ELSE mailbox END, server_path, server_subscribed, delimiter
         FROM folder WHERE account = ?1 AND missing_since IS NULL AND local = 0 AND NOT (waiting = 1 AND EXISTS
             (SELECT 1 FROM op o WHERE o.source = folder.id AND o.placement = 0 AND o.state = 0 AND o.kind = 11))",
    )
    .bind(account)
    .fetch_all(&mut **tx)
    .await?;
    let delimiter = rows.iter().find_map(|r| r.4.as_ref().and_then(|d| d.chars().next()));
    let named = |(n, mailbox, path, on, _): (i64, String, String, i64, Option<String>)| {
        (id(n), Named { mailbox, path, subscribed: on != 0 })
    };
    Ok(Tree { folders: rows.into_iter().map(named).collect(), delimiter })
}

/// Id, name on the server, the name wanted there, path, subscribed, leaving, still to be made.
type Shown = (i64, String, Option<String>, String, i64, i64, i64);

/// Lays what waits over what the server has. True where something looks different now.
pub(super) async fn show_folders(tx: &mut Write, account: Id) -> Result<bool> {
    let (server, all) = (tree(tx, account).await?, waiting(tx, account).await?);
    let shown = server.with(&all);
    let rows: Vec<Shown> = sqlx::query_as(
        "SELECT id, mailbox, wanted, path, subscribed, leaving, waiting FROM folder
         WHERE account = ?1 AND missing_since IS NULL AND local = 0",
    )
    .bind(account)
    .fetch_all(&mut **tx)
    .await?;
    let mut changed = false;
    for (folder, mailbox, wanted, path, subscribed, leaving, new) in rows {
        let Some(f) = shown.folders.get(&id(folder)) else {
            // A folder that cannot be made is shown until the server, or what it was to be under, has said so.
            let deleted = i64::from(new == 0 || all.iter().any(|op| matches!(op.change, Change::Delete { .. })));
            if leaving != deleted {
                sqlx::query("UPDATE folder SET leaving = ?2 WHERE id = ?1")
                    .bind(folder)
                    .bind(deleted)
                    .execute(&mut **tx)
                    .await?;
                changed = true;
            }
            continue;
        };
        let want = (f.mailbox != mailbox || new != 0).then(|| f.mailbox.clone());
        if (wanted.as_ref(), &path, subscribed != 0, leaving) == (want.as_ref(), &f.path, f.subscribed, 0) {
            continue;
        }
        sqlx::query("UPDATE folder SET wanted = ?2, path = ?3, subscribed = ?4, leaving = 0 WHERE id = ?1")
            .bind(folder)
            .bind(want)
            .bind(&f.path)
            .bind(f.subscribed)
            .execute(&mut **tx)
            .await?;
        if new != 0 {
            // So that LIST knows it again, where the name is free.
            sqlx::query("UPDATE OR IGNORE folder SET mailbox = ?2, server_path = ?3 WHERE id = ?1")
                .bind(folder)
                .bind(&f.mailbox)
                .bind(&f.path)
                .execute(&mut **tx)
                .await?;
        }
        changed = true;
    }
    Ok(changed)
}

/// The server has a folder under this name now, with all below it: rows, and what waits, stay. What a look meanwhile has found under
/// the new name, as another, goes.
async fn renamed(tx: &mut Write, account: Id, folder: Id, to: &str) -> Result<()> {
    let server = tree(tx, account).await?;
    let Some(own) = server.folders.get(&folder) else { return Ok(()) };
    let path = letter::mailbox_name::decode(to.as_bytes());
    for one in server.family(folder) {
        let Some(f) = server.folders.get(&one) else { continue };
        let mailbox = format!("{to}{}", f.mailbox.strip_prefix(&own.mailbox).unwrap_or_default());
        let below = format!("{path}{}", f.path.strip_prefix(&own.path).unwrap_or_default());
        take_name(tx, account, one, &mailbox).await?;
        sqlx::query("UPDATE folder SET mailbox = ?2, server_path = ?3, missing_since = NULL WHERE id = ?1")
            .bind(one)
            .bind(mailbox)
            .bind(below)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Another row of this name makes room.
pub(super) async fn take_name(tx: &mut Write, account: Id, folder: Id, mailbox: &str) -> Result<()> {
    let other: Option<i64> =
        sqlx::query_scalar("SELECT id FROM folder WHERE account = ?1 AND mailbox = ?2 AND id <> ?3")
            .bind(account)
            .bind(mailbox)
            .bind(folder)
            .fetch_optional(&mut **tx)
            .await?;
    let Some(other) = other else { return Ok(()) };
    let found: Vec<i64> = sqlx::query_scalar("SELECT id FROM placement WHERE server_folder = ?1")
        .bind(other)
        .fetch_all(&mut **tx)
        .await?;
    ops::remove_places(tx, &found).await?;
    sqlx::query("UPDATE op SET target = ?2 WHERE state = 0 AND target = ?1")
        .bind(other)
        .bind(folder)
        .execute(&mut **tx)
        .await?;
    sqlx::query("DELETE FROM folder WHERE id = ?1").bind(other).execute(&mut **tx).await?;
    Ok(())
}

/// Subscriptions stay behind at a renaming, on most servers: they follow, as operations of the same act.
async fn follow(tx: &mut Write, account: Id, op: i64, moved: &BTreeMap<Id, String>) -> Result<()> {
    let act: i64 = sqlx::query_scalar("SELECT act FROM op WHERE id = ?1").bind(op).fetch_one(&mut **tx).await?;
    for (folder, old) in moved {
        let on: Option<i64> = sqlx::query_scalar("SELECT server_subscribed FROM folder WHERE id = ?1")
            .bind(folder)
            .fetch_optional(&mut **tx)
            .await?;
        if on == Some(1) {
            insert(tx, act, account, *folder, &Change::Subscribe { on: true, instead: Some(old.clone()) }).await?;
        }
    }
    Ok(())
}

/// A renaming is done.
async fn rename_done(tx: &mut Write, account: Id, folder: Id, op: i64, to: &str) -> Result<()> {
    let server = tree(tx, account).await?;
    let old = |f: &Id| server.folders.get(f).map(|n| (*f, n.mailbox.clone()));
    let moved: BTreeMap<Id, String> = server.family(folder).iter().filter_map(old).collect();
    renamed(tx, account, folder, to).await?;
    follow(tx, account, op, &moved).await?;
    ops::done(tx, &[op]).await.map(drop)
}

/// What LIST says about renamings that wait or were sent: the new name seen and the old one not, it is done, by whomever; the old one
/// seen and the new one not, it is not. Both: the server is asked more ([`Replay`](crate::sync)).
pub(super) async fn listed(tx: &mut Write, account: Id, listing: &[Listing]) -> Result<()> {
    for op in waiting(tx, account).await? {
        let Change::Rename { to, .. } = &op.change else { continue };
        let server = tree(tx, account).await?;
        let Some(own) = server.folders.get(&op.folder) else { continue };
        let Some(new) = op.begun.clone().or_else(|| server.names(to).map(|n| n.0)) else { continue };
        // A name that only holds others is none.
        let named = |name: &str| listing.iter().any(|l| l.mailbox.0 == name && l.selectable);
        let there = |name: &str| listing.iter().any(|l| l.mailbox.0 == name);
        match (named(&own.mailbox), there(&new)) {
            (false, true) => rename_done(tx, account, op.folder, op.id, &new).await?,
            (true, true) => {}
            (_, false) => ops::not_begun(tx, &[op.id]).await?,
        }
    }
    // Made by whomever.
    let made: Vec<i64> = sqlx::query_scalar(
        "SELECT o.id FROM op o JOIN folder f ON f.id = o.source
         WHERE o.state = 0 AND o.placement = 0 AND o.kind = 11 AND o.account = ?1 AND f.waiting = 0",
    )
    .bind(account)
    .fetch_all(&mut **tx)
    .await?;
    ops::done(tx, &made).await.map(drop)
}

/// A folder is gone: so is what was to be done to it. Of its deletion and of hiding it nobody needs to be told. What other programs
/// were to see under its new name (`instead`) was nobody's wish, and is no refusal.
pub(super) async fn folder_gone(tx: &mut Write, folder: Id, path: &str) -> Result<()> {
    let waiting: Vec<(i64, i64, bool)> = sqlx::query_as(
        "SELECT id, kind, kind = 13 OR (kind = 14 AND json_extract(change, '$.instead') IS NOT NULL) FROM op
         WHERE state = 0 AND placement = 0 AND source = ?1",
    )
    .bind(folder)
    .fetch_all(&mut **tx)
    .await?;
    let why = UiError::new(Code::NoSuchFolder).with("folder", path);
    for (op, kind, is_so) in waiting {
        if is_so {
            ops::done(tx, &[op]).await?;
        } else {
            ops::refused(tx, &[op], &why, kind == 12).await?;
        }
    }
    Ok(())
}

/// The folders that these operations were about have not been made after all: what was to go there comes back, and they go.
pub(super) async fn unmake(tx: &mut Write, made: &str) -> Result<()> {
    let folders: Vec<i64> = sqlx::query_scalar(
        "SELECT f.id FROM op o JOIN folder f ON f.id = o.source
         WHERE o.kind = 11 AND f.waiting = 1 AND o.id IN (SELECT value FROM json_each(?1))",
    )
    .bind(made)
    .fetch_all(&mut **tx)
    .await?;
    for folder in folders {
        let account = account_of(tx, folder).await?;
        super::removals::remove_folder(tx, id(account), id(folder)).await?;
    }
    Ok(())
}

async fn account_of(tx: &mut Write, folder: i64) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT account FROM folder WHERE id = ?1").bind(folder).fetch_one(&mut **tx).await?)
}

/// The same as [`show_folders`] for the accounts of an act.
pub(super) async fn show_all_of(tx: &mut Write, act: Id) -> Result<()> {
    let accounts: Vec<i64> = sqlx::query_scalar("SELECT DISTINCT account FROM op WHERE act = ?1 AND placement = 0")
        .bind(act)
        .fetch_all(&mut **tx)
        .await?;
    for account in accounts {
        show_folders(tx, id(account)).await?;
    }
    Ok(())
}
