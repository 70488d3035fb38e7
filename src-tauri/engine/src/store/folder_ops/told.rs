//! What is to be told of folders, and what the server has said to it.

use super::{ids, rename_done, show_folders, take_name, tree, waiting};
use crate::error::{Error, Result, UiError};
use crate::rebase::folders::{Change, FolderOp, Tree, compact};
use crate::remote::MailboxName;
use crate::store::{Store, id, ops, removals};
use crate::view::Id;
use std::collections::HashMap;

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
                removals::remove_folder(&mut tx, account, folder).await?;
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
            removals::remove_folder(&mut tx, account, *folder).await?;
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
