//! What waits to be done to folders, and what became of it. Everything that is written here and takes a transaction is part of its
//! caller's.

use super::{Store, Write, id, ops};
use crate::error::{Code, Error, Result, UiError};
use crate::rebase::folders::{Change, FolderOp, Named, Tree, compact};
use crate::remote::MailboxName;
use crate::store::folders::Listing;
use crate::view::Id;
use std::collections::{BTreeMap, HashMap};

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

/// What is to be told of folders.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    /// As the server has them.
    pub(crate) tree: Tree,
    /// Not yet there.
    pub(crate) unmade: Vec<Id>,
    /// In their order, and no more than needed.
    pub(crate) ops: Vec<FolderOp>,
}

impl Store {
    /// What waits for the server of an account, compacted: what need not be said has ended with this.
    pub(crate) async fn folder_queue(&self, account: Id) -> Result<Queue> {
        let any: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM op WHERE state = 0 AND account = ?1 AND placement = 0 LIMIT 1")
                .bind(account)
                .fetch_optional(self.read())
                .await?;
        if any.is_none() {
            return Ok(Queue::default());
        }
        let mut tx = self.write_durably().await?;
        let (tree, all) = (tree(&mut tx, account).await?, waiting(&mut tx, account).await?);
        let (needless, left) = compact(&tree, &all);
        if !needless.is_empty() || left != all {
            // Made and deleted again before it was said: a row that no server will ever name.
            let unmade: Vec<Id> = all
                .iter()
                .filter(|op| needless.contains(&op.id) && matches!(op.change, Change::Make { .. }))
                .map(|op| op.folder)
                .collect();
            for op in &left {
                sqlx::query("UPDATE op SET change = ?2, target = ?3 WHERE id = ?1 AND state = 0")
                    .bind(op.id)
                    .bind(serde_json::to_string(&op.change).map_err(|e| Error::Internal(e.to_string()))?)
                    .bind(match &op.change {
                        Change::Make { to } | Change::Rename { to, .. } => to.parent,
                        Change::Delete { .. } | Change::Subscribe { .. } => None,
                    })
                    .execute(&mut *tx)
                    .await?;
            }
            ops::done(&mut tx, &needless).await?;
            for folder in unmade {
                super::removals::remove_folder(&mut tx, account, folder).await?;
            }
            show_folders(&mut tx, account).await?;
            tx.commit().await?;
        }
        let unmade: Vec<i64> = sqlx::query_scalar("SELECT id FROM folder WHERE account = ?1 AND waiting = 1")
            .bind(account)
            .fetch_all(self.read())
            .await?;
        Ok(Queue { tree, unmade: unmade.into_iter().map(id).collect(), ops: left })
    }

    /// About to be sent; a renaming with its new name. False: it was taken back meanwhile.
    pub(crate) async fn folder_op_begin(&self, op: i64, to: Option<&str>) -> Result<bool> {
        let mut tx = self.write_durably().await?;
        let done = sqlx::query("UPDATE op SET begun = 0, begun_name = ?2 WHERE id = ?1 AND state = 0")
            .bind(op)
            .bind(to)
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await?;
        Ok(done.rows_affected() > 0)
    }

    /// The server has renamed it.
    pub(crate) async fn folder_rename_done(&self, account: Id, folder: Id, op: i64, to: &MailboxName) -> Result<()> {
        let mut tx = self.write_durably().await?;
        rename_done(&mut tx, account, folder, op, &to.0).await?;
        show_folders(&mut tx, account).await?;
        tx.commit().await
    }

    /// The server has made it, or had it already; `op` where the person asked for it.
    pub(crate) async fn folder_made(
        &self,
        account: Id,
        folder: Id,
        op: Option<i64>,
        mailbox: &MailboxName,
    ) -> Result<()> {
        let mut tx = self.write_durably().await?;
        take_name(&mut tx, account, folder, &mailbox.0).await?;
        sqlx::query(
            "UPDATE folder SET waiting = 0, mailbox = ?2, server_path = ?3, wanted = NULL, server_subscribed = 1 WHERE id = ?1",
        )
        .bind(folder)
        .bind(&mailbox.0)
        .bind(letter::mailbox_name::decode(mailbox.0.as_bytes()))
        .execute(&mut *tx)
        .await?;
        ops::done(&mut tx, &op.into_iter().collect::<Vec<_>>()).await?;
        show_folders(&mut tx, account).await?;
        tx.commit().await
    }

    /// The server subscribes to it, or does not any more.
    pub(crate) async fn folder_subscribed(&self, account: Id, folder: Id, op: i64, on: bool) -> Result<()> {
        let mut tx = self.write_durably().await?;
        sqlx::query("UPDATE folder SET server_subscribed = ?2 WHERE id = ?1")
            .bind(folder)
            .bind(on)
            .execute(&mut *tx)
            .await?;
        ops::done(&mut tx, &[op]).await?;
        show_folders(&mut tx, account).await?;
        tx.commit().await
    }

    /// The server has deleted these folders.
    pub(crate) async fn folders_deleted(&self, account: Id, op: i64, folders: &[Id]) -> Result<()> {
        let mut tx = self.write_durably().await?;
        // What was in them ends with them, as it was wanted.
        sqlx::query(
            "UPDATE op SET state = 1 WHERE kind = 6 AND other IS NULL AND state = 0 AND act = (SELECT act FROM op WHERE id = ?1)",
        )
        .bind(op)
        .execute(&mut *tx)
        .await?;
        ops::done(&mut tx, &[op]).await?;
        for folder in folders {
            super::removals::remove_folder(&mut tx, account, *folder).await?;
        }
        show_folders(&mut tx, account).await?;
        tx.commit().await
    }

    /// The server will not do it: it alone is taken back, and the person is told.
    pub(crate) async fn folder_op_refused(&self, account: Id, op: i64, why: &UiError) -> Result<Vec<Id>> {
        let mut tx = self.write_durably().await?;
        let folders = ops::refused(&mut tx, &[op], why, true).await?;
        show_folders(&mut tx, account).await?;
        tx.commit().await?;
        Ok(folders)
    }

    /// Whether something must happen to messages before a folder and those below it may go: what was filed before is told first.
    pub(crate) async fn still_concerned(&self, op: i64, family: &[Id]) -> Result<bool> {
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT 1 FROM op o LEFT JOIN placement p ON p.id = o.placement LEFT JOIN placement q ON q.id = o.other
             WHERE o.state = 0 AND o.placement <> 0 AND o.id < ?1 AND NOT (o.kind = 6 AND o.other IS NULL)
                 AND (p.server_folder IN (SELECT value FROM json_each(?2)) OR q.server_folder IN (SELECT value FROM json_each(?2))
                     OR o.target IN (SELECT value FROM json_each(?2))
                     OR (o.begun IS NOT NULL AND o.begun_folder IN (SELECT value FROM json_each(?2))))
             UNION ALL SELECT 1 FROM parked k WHERE k.folder IN (SELECT value FROM json_each(?2)) LIMIT 1",
        )
        .bind(op)
        .bind(ids(family)?)
        .fetch_optional(self.read())
        .await?;
        Ok(found.is_some())
    }

    /// Whether these folders hold what was not there, or not to stay there, when their deletion was asked for.
    pub(crate) async fn holds_more(&self, family: &[Id], change: &Change) -> Result<bool> {
        let Change::Delete { known, newest, first } = change else { return Ok(false) };
        let next: HashMap<Id, Option<u32>> = known.iter().copied().collect();
        let late: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT server_folder, uid FROM placement
             WHERE server_folder IN (SELECT value FROM json_each(?1)) AND gone IS NULL AND (server_flags & 16) = 0 AND id > ?2",
        )
        .bind(ids(family)?)
        .bind(newest)
        .fetch_all(self.read())
        .await?;
        let later = |(folder, uid): &(i64, i64)| match next.get(&id(*folder)) {
            Some(Some(next)) => *uid >= i64::from(*next),
            // Never looked into: nobody can tell what was there.
            Some(None) => false,
            None => true,
        };
        let back: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM op o JOIN placement p ON p.id = CASE WHEN o.kind = 3 THEN o.other ELSE o.placement END
             WHERE o.id IN (SELECT value FROM json_each(?2)) AND o.state IN (2, 3) AND p.gone IS NULL
                 AND p.server_folder IN (SELECT value FROM json_each(?1))",
        )
        .bind(ids(family)?)
        .bind(ops::list(first)?)
        .fetch_one(self.read())
        .await?;
        Ok(back > 0 || late.iter().any(later))
    }

    /// Folders of an account that a role asked for and that are still to be made on the server, outer ones first.
    pub(crate) async fn folders_to_make(&self, account: Id) -> Result<Vec<(Id, MailboxName)>> {
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT id, coalesce(wanted, mailbox) FROM folder WHERE account = ?1 AND waiting = 1 AND NOT EXISTS
                 (SELECT 1 FROM op o WHERE o.source = folder.id AND o.placement = 0 AND o.state = 0 AND o.kind = 11)
             ORDER BY length(mailbox), id",
        )
        .bind(account)
        .fetch_all(self.read())
        .await?;
        Ok(rows.into_iter().map(|(f, m)| (id(f), MailboxName(m))).collect())
    }

    /// The server will not make a folder for a role: what was to go there comes back to where it was, and the folder goes.
    pub(crate) async fn folder_refused(&self, account: Id, folder: Id, why: &UiError) -> Result<()> {
        let mut tx = self.write_durably().await?;
        let all: Vec<i64> = sqlx::query_scalar("SELECT id FROM op WHERE state = 0 AND target = ?1 AND placement <> 0")
            .bind(folder)
            .fetch_all(&mut *tx)
            .await?;
        ops::refused(&mut tx, &all, why, true).await?;
        sqlx::query("DELETE FROM folder WHERE id = ?1 AND waiting = 1").bind(folder).execute(&mut *tx).await?;
        show_folders(&mut tx, account).await?;
        tx.commit().await
    }
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
