//! Folders: what LIST said, how far each is synced, and what the sidebar shows.

use super::{Store, Write, count, id, now};
use crate::error::{Error, Result};
use crate::remote::{MailboxName, Status, UidSet};
use crate::sync::plan::Held;
use crate::view::{FolderView, Id, Role};
use sqlx::Row;
use std::collections::HashMap;

/// A folder as LIST tells it, with its role decided.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Listing {
    pub(crate) mailbox: MailboxName,
    pub(crate) path: String,
    pub(crate) delimiter: Option<char>,
    pub(crate) role: Role,
    pub(crate) selectable: bool,
    pub(crate) subscribed: bool,
    pub(crate) status: Option<Status>,
}

/// How far a folder is synced.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Folder {
    pub(crate) id: Id,
    pub(crate) account: Id,
    pub(crate) mailbox: MailboxName,
    pub(crate) role: Role,
    pub(crate) selectable: bool,
    /// None = never opened.
    pub(crate) uidvalidity: Option<u32>,
    pub(crate) uidnext: Option<u32>,
    pub(crate) modseq: Option<u64>,
    /// UIDs the server named whose headers are not here yet.
    pub(crate) todo: UidSet,
    pub(crate) keep_days: Option<u32>,
    /// Still to be made on the server.
    pub(crate) waiting: bool,
}

/// Roles as numbers in the store.
pub(crate) fn role_number(role: Role) -> i64 {
    match role {
        Role::None => 0,
        Role::Inbox => 1,
        Role::Drafts => 2,
        Role::Sent => 3,
        Role::Archive => 4,
        Role::All => 5,
        Role::Junk => 6,
        Role::Trash => 7,
        Role::Flagged => 8,
        Role::Recovered => 9,
    }
}

fn role_of(number: i64) -> Role {
    match number {
        1 => Role::Inbox,
        2 => Role::Drafts,
        3 => Role::Sent,
        4 => Role::Archive,
        5 => Role::All,
        6 => Role::Junk,
        7 => Role::Trash,
        8 => Role::Flagged,
        9 => Role::Recovered,
        _ => Role::None,
    }
}

/// Order of roles in the sidebar.
fn rank(role: Role) -> u8 {
    match role {
        Role::Inbox => 0,
        Role::Recovered => 1,
        Role::Drafts => 2,
        Role::Sent => 3,
        Role::Archive => 4,
        Role::All => 5,
        Role::Junk => 6,
        Role::Trash => 7,
        Role::Flagged => 8,
        Role::None => 9,
    }
}

const FOLDER: &str =
    "SELECT id, account, mailbox, role, selectable, uidvalidity, uidnext, modseq, todo, keep_days, waiting FROM folder";

fn folder(r: &sqlx::sqlite::SqliteRow) -> Result<Folder> {
    let todo: String = r.try_get("todo")?;
    Ok(Folder {
        id: id(r.try_get("id")?),
        account: id(r.try_get("account")?),
        mailbox: MailboxName(r.try_get("mailbox")?),
        role: role_of(r.try_get("role")?),
        selectable: r.try_get::<i64, _>("selectable")? != 0,
        uidvalidity: r.try_get::<Option<i64>, _>("uidvalidity")?.map(count),
        uidnext: r.try_get::<Option<i64>, _>("uidnext")?.map(count),
        modseq: r.try_get::<Option<i64>, _>("modseq")?.and_then(|m| u64::try_from(m).ok()).filter(|m| *m > 0),
        todo: UidSet::parse(&todo).unwrap_or_default(),
        keep_days: r.try_get::<Option<i64>, _>("keep_days")?.map(count),
        waiting: r.try_get::<i64, _>("waiting")? != 0,
    })
}

impl Store {
    /// One folder.
    pub(crate) async fn folder(&self, folder_id: Id) -> Result<Folder> {
        let row = sqlx::query("SELECT id, account, mailbox, role, selectable, uidvalidity, uidnext, modseq, todo, keep_days, waiting FROM folder WHERE id = ?1")
            .bind(folder_id)
            .fetch_optional(self.read())
            .await?
            .ok_or_else(|| Error::Gone("folder".into()))?;
        folder(&row)
    }

    /// A folder's name for the eye, with those above it.
    pub(crate) async fn folder_path(&self, folder: Id) -> Result<String> {
        let path: Option<String> = sqlx::query_scalar("SELECT path FROM folder WHERE id = ?1")
            .bind(folder)
            .fetch_optional(self.read())
            .await?;
        path.ok_or_else(|| Error::Gone("folder".into()))
    }

    /// The folders of an account that the server names, inbox first, then by role, then by name.
    pub(crate) async fn folders_of(&self, account: Id) -> Result<Vec<Folder>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{FOLDER} WHERE account = ?1 AND missing_since IS NULL AND local = 0 ORDER BY path"
        ));
        let rows = sqlx::query(sql).bind(account).fetch_all(self.read()).await?;
        let mut all: Vec<Folder> = rows.iter().map(folder).collect::<Result<_>>()?;
        all.sort_by_key(|f| rank(f.role));
        Ok(all)
    }

    /// Takes over what LIST said: new folders come, those not named are marked, and removed with their places when a second
    /// LIST does not name them either. True where the sidebar looks different now.
    pub(crate) async fn set_folders(&self, account: Id, listing: &[Listing]) -> Result<bool> {
        let mut tx = self.write().await?;
        // What was renamed is the same folder: this comes before anything is new or missing.
        super::folder_ops::listed(&mut tx, account, listing).await?;
        let mut changed = false;
        for l in listing {
            let status = l.status.clone().unwrap_or_default();
            let done = sqlx::query(
                "INSERT INTO folder (account, mailbox, path, delimiter, role, selectable, server_total, server_unread, subscribed,
                     server_path, server_subscribed, mailbox_id)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, coalesce(?7, 0), coalesce(?8, 0), ?9, ?3, ?9, ?10)
                 ON CONFLICT (account, mailbox) DO UPDATE SET server_path = ?3, delimiter = ?4, role = coalesce(chosen_role, ?5),
                     selectable = ?6, server_total = coalesce(?7, server_total),
                     server_unread = coalesce(?8, server_unread), missing_since = NULL, server_subscribed = ?9, waiting = 0,
                     mailbox_id = coalesce(?10, mailbox_id)
                 WHERE server_path <> ?3 OR delimiter IS NOT ?4 OR role <> coalesce(chosen_role, ?5) OR selectable <> ?6
                     OR server_subscribed <> ?9 OR waiting <> 0 OR server_total <> coalesce(?7, server_total) OR server_unread <> coalesce(?8, server_unread)
                     OR missing_since IS NOT NULL OR mailbox_id IS NOT coalesce(?10, mailbox_id)",
            )
            .bind(account)
            .bind(&l.mailbox.0)
            .bind(&l.path)
            .bind(l.delimiter.map(String::from))
            .bind(role_number(l.role))
            .bind(i64::from(l.selectable))
            .bind(status.messages)
            .bind(status.unseen)
            .bind(l.subscribed)
            .bind(&status.mailbox_id)
            .execute(&mut *tx)
            .await?;
            changed |= done.rows_affected() > 0;
        }
        let named: Vec<&str> = listing.iter().map(|l| l.mailbox.0.as_str()).collect();
        let named = serde_json::to_string(&named).map_err(|e| Error::Internal(e.to_string()))?;
        // A second LIST agrees: gone. Its places go, with their cause; messages stay for a day.
        let gone: Vec<i64> = sqlx::query_scalar(
            "SELECT id FROM folder WHERE account = ?1 AND missing_since IS NOT NULL AND waiting = 0 AND local = 0
             AND mailbox NOT IN (SELECT value FROM json_each(?2))",
        )
        .bind(account)
        .bind(&named)
        .fetch_all(&mut *tx)
        .await?;
        for g in gone {
            super::removals::remove_folder(&mut tx, account, id(g)).await?;
            changed = true;
        }
        let marked = sqlx::query(
            "UPDATE folder SET missing_since = ?3 WHERE account = ?1 AND missing_since IS NULL AND waiting = 0 AND local = 0
             AND mailbox NOT IN (SELECT value FROM json_each(?2))",
        )
        .bind(account)
        .bind(&named)
        .bind(now())
        .execute(&mut *tx)
        .await?;
        changed |= marked.rows_affected() > 0;
        changed |= super::folder_ops::show_folders(&mut tx, account).await?;
        // A role that the person gave to one folder is not another's as well.
        sqlx::query(
            "UPDATE folder SET role = 0 WHERE account = ?1 AND chosen_role IS NULL AND role <> 0
             AND role IN (SELECT chosen_role FROM folder WHERE account = ?1 AND chosen_role > 0)",
        )
        .bind(account)
        .execute(&mut *tx)
        .await?;
        // The inbox of a list is decided by its folder's role.
        sqlx::query(
            "UPDATE placement SET inbox = (SELECT role = 1 FROM folder f WHERE f.id = placement.folder)
             WHERE folder IN (SELECT f.id FROM folder f WHERE f.account = ?1
                 AND EXISTS (SELECT 1 FROM placement p WHERE p.folder = f.id AND p.inbox <> (f.role = 1) LIMIT 1))",
        )
        .bind(account)
        .execute(&mut *tx)
        .await?;
        super::snoozed::roles_changed(&mut tx, account).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// What is held of each folder of an account, in numbers.
    pub(crate) async fn held(&self, account: Id) -> Result<HashMap<Id, Held>> {
        let rows: Vec<(i64, i64, i64, i64)> = sqlx::query_as(
            "SELECT p.server_folder, count(*), sum((p.server_flags & 1) = 0), count(p.gone) FROM placement p
             WHERE p.server_folder IN (SELECT id FROM folder WHERE account = ?1) AND p.uid > 0 GROUP BY p.server_folder",
        )
        .bind(account)
        .fetch_all(self.read())
        .await?;
        let held = |(f, r, u, g)| (id(f), Held { rows: count(r), unseen: count(u), gone: count(g) });
        Ok(rows.into_iter().map(held).collect())
    }

    /// Rows of an account that are here, and on the server.
    pub(crate) async fn progress(&self, account: Id) -> Result<(u32, u32)> {
        let (here, there): (i64, i64) = sqlx::query_as(
            "SELECT coalesce(sum(total), 0),
                    coalesce(sum(CASE WHEN uidnext IS NOT NULL AND todo = '' THEN total ELSE max(total, server_total) END), 0)
             FROM folder
             WHERE account = ?1 AND selectable = 1 AND missing_since IS NULL",
        )
        .bind(account)
        .fetch_one(self.read())
        .await?;
        Ok((count(here), count(there)))
    }

    /// What STATUS says now.
    pub(crate) async fn set_status(&self, folder: Id, total: Option<u32>, unread: Option<u32>) -> Result<()> {
        let mut tx = self.write().await?;
        sqlx::query(
            "UPDATE folder SET server_total = coalesce(?2, server_total), server_unread = coalesce(?3, server_unread) WHERE id = ?1",
        )
        .bind(folder)
        .bind(total)
        .bind(unread)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    /// Keeps the bodies of the last `days` here; gives the folder's account.
    pub(crate) async fn set_keep_days(&self, folder: Id, days: Option<u32>) -> Result<Id> {
        let mut tx = self.write().await?;
        let account: Option<i64> =
            sqlx::query_scalar("UPDATE folder SET keep_days = ?2 WHERE id = ?1 RETURNING account")
                .bind(folder)
                .bind(days)
                .fetch_optional(&mut *tx)
                .await?;
        tx.commit().await?;
        account.map(id).ok_or_else(|| Error::Gone("folder".into()))
    }

    /// The sidebar: folders of all accounts, in tree order.
    pub(crate) async fn folder_views(&self) -> Result<Vec<FolderView>> {
        let rows = sqlx::query(
            "SELECT f.id, f.account, f.path, f.delimiter, f.role, f.selectable, f.keep_days, f.total, f.unread,
                    f.server_total, f.server_unread, f.waiting, f.subscribed, f.favourite, f.new_keywords,
                    f.uidnext IS NOT NULL AND f.todo = '' AS complete
             FROM folder f JOIN account a ON a.id = f.account
             WHERE f.missing_since IS NULL AND f.leaving = 0 AND (f.local = 0 OR f.total > 0) ORDER BY a.position, a.id, f.path",
        )
        .fetch_all(self.read())
        .await?;
        let mut flat = Vec::with_capacity(rows.len());
        for r in &rows {
            let (total, unread): (i64, i64) = (r.try_get("total")?, r.try_get("unread")?);
            let (there, unread_there): (i64, i64) = (r.try_get("server_total")?, r.try_get("server_unread")?);
            // Until all headers are here, the server's own count is nearer to the truth.
            let complete = r.try_get::<i64, _>("complete")? != 0;
            let path: String = r.try_get("path")?;
            let delimiter: Option<String> = r.try_get("delimiter")?;
            flat.push(Node {
                delimiter: delimiter.and_then(|d| d.chars().next()),
                view: FolderView {
                    id: id(r.try_get("id")?),
                    account: id(r.try_get("account")?),
                    parent: None,
                    name: path.clone(),
                    role: role_of(r.try_get("role")?),
                    unread: count(if complete { unread } else { unread_there.max(unread) }),
                    total: count(if complete { total } else { there.max(total) }),
                    here: count(total),
                    selectable: r.try_get::<i64, _>("selectable")? != 0,
                    keep_days: r.try_get::<Option<i64>, _>("keep_days")?.map(count),
                    depth: 0,
                    hidden: r.try_get::<i64, _>("subscribed")? == 0,
                    favourite: r.try_get::<Option<i64>, _>("favourite")?.map(count),
                    waiting: r.try_get::<i64, _>("waiting")? != 0,
                    labels: r.try_get::<i64, _>("new_keywords")? != 0,
                },
                path,
            });
        }
        Ok(tree(flat))
    }
}

struct Node {
    path: String,
    delimiter: Option<char>,
    view: FolderView,
}

/// Puts folders under their parents: accounts in the order given, roles first, then by name, children below.
fn tree(mut nodes: Vec<Node>) -> Vec<FolderView> {
    let known: HashMap<(Id, String), Id> =
        nodes.iter().map(|n| ((n.view.account, n.path.clone()), n.view.id)).collect();
    let inboxes: HashMap<Id, Id> =
        nodes.iter().filter(|n| n.view.role == Role::Inbox).map(|n| (n.view.account, n.view.id)).collect();
    for n in &mut nodes {
        let Some(d) = n.delimiter else { continue };
        if let Some((above, last)) = n.path.rsplit_once(d)
            && let Some(parent) = known.get(&(n.view.account, above.to_owned()))
        {
            n.view.name = last.to_owned();
            // "INBOX.Sent": some servers keep every folder under the inbox; it is no child in a person's eye.
            n.view.parent = (inboxes.get(&n.view.account) != Some(parent)).then_some(*parent);
        }
    }
    let mut accounts: Vec<Id> = Vec::new();
    for n in &nodes {
        if !accounts.contains(&n.view.account) {
            accounts.push(n.view.account);
        }
    }
    let mut children: HashMap<(Id, Option<Id>), Vec<FolderView>> = HashMap::new();
    for n in nodes {
        children.entry((n.view.account, n.view.parent)).or_default().push(n.view);
    }
    for list in children.values_mut() {
        list.sort_by_key(|f| (rank(f.role), f.name.to_lowercase()));
    }
    let mut out = Vec::new();
    for account in accounts {
        // A stack rather than recursion: names come from a server, and nothing bounds their depth.
        let mut stack: Vec<FolderView> = children.remove(&(account, None)).unwrap_or_default();
        stack.reverse();
        while let Some(f) = stack.pop() {
            let below = children.remove(&(account, Some(f.id))).unwrap_or_default();
            let depth = f.depth + 1;
            out.push(f);
            stack.extend(below.into_iter().rev().map(|mut c| {
                c.depth = depth;
                c
            }));
        }
    }
    out
}

/// Sets the checkpoint of a folder in the transaction that writes what it stands for: arrivals from `uidnext` on, changes
/// after `modseq`. Another connection may have come further meanwhile, so `uidnext` only grows, unless the visit started over
/// (`restart`).
pub(crate) async fn checkpoint(
    tx: &mut Write,
    folder: Id,
    uidnext: Option<u32>,
    restart: bool,
    modseq: Option<u64>,
) -> Result<()> {
    sqlx::query(
        "UPDATE folder SET uidnext = CASE WHEN ?3 THEN ?2 ELSE max(coalesce(?2, uidnext), coalesce(uidnext, ?2)) END,
                modseq = ?4 WHERE id = ?1",
    )
    .bind(folder)
    .bind(uidnext)
    .bind(restart)
    .bind(modseq.and_then(|m| i64::try_from(m).ok()))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Sets which headers are still to be fetched.
pub(crate) async fn set_todo(tx: &mut Write, folder: Id, todo: &UidSet) -> Result<()> {
    sqlx::query("UPDATE folder SET todo = ?2 WHERE id = ?1")
        .bind(folder)
        .bind(todo.to_string())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
