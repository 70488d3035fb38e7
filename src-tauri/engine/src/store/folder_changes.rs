//! Folders that the person makes, renames, moves, deletes, and what they are for by the person's word.

use super::folders::role_number;
use super::{Store, Write, folder_names, id};
use crate::error::{Code, Error, Result, UiError};
use crate::remote::MailboxName;
use crate::view::{Id, Role};

/// A folder by its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) id: Id,
    /// As the server writes it.
    pub(crate) mailbox: MailboxName,
    /// For the eye.
    pub(crate) path: String,
    pub(crate) delimiter: Option<char>,
    pub(crate) selectable: bool,
    pub(crate) waiting: bool,
}

/// All folders of an account that are there.
async fn known(tx: &mut Write, account: Id) -> Result<Vec<Known>> {
    let rows: Vec<(i64, String, String, Option<String>, i64, i64)> = sqlx::query_as(
        "SELECT id, mailbox, path, delimiter, selectable, waiting FROM folder WHERE account = ?1 AND missing_since IS NULL",
    )
    .bind(account)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(n, mailbox, path, delimiter, selectable, waiting)| Known {
            id: id(n),
            mailbox: MailboxName(mailbox),
            path,
            delimiter: delimiter.and_then(|d| d.chars().next()),
            selectable: selectable != 0,
            waiting: waiting != 0,
        })
        .collect())
}

/// What a folder of this name under `parent` (or at the top) is called, by both its names.
fn named(all: &[Known], parent: Option<Id>, name: &str) -> Result<(MailboxName, String, Option<char>)> {
    let above = match parent {
        Some(parent) => Some(all.iter().find(|k| k.id == parent).ok_or_else(|| Error::Gone("folder".into()))?),
        None => None,
    };
    let delimiter = all.iter().find_map(|k| k.delimiter);
    let name = folder_names::checked(name, delimiter)?;
    // Some servers keep everything under the inbox: a folder at the top goes where the others are.
    let personal = all.len() > 1
        && all.iter().all(|k| {
            let upper = k.mailbox.0.to_ascii_uppercase();
            upper == "INBOX" || k.delimiter.is_some_and(|d| upper.starts_with(&format!("INBOX{d}")))
        });
    let (before, before_path) = match (above, delimiter) {
        (Some(above), Some(d)) => (format!("{}{d}", above.mailbox.0), format!("{}{d}", above.path)),
        (Some(_), None) => return Err(Error::Ui(Box::new(UiError::new(Code::NotAllowed)))),
        (None, Some(d)) if personal => (format!("INBOX{d}"), format!("INBOX{d}")),
        (None, _) => (String::new(), String::new()),
    };
    let mailbox = format!("{before}{}", letter::mailbox_name::encode(&name));
    Ok((MailboxName(mailbox), format!("{before_path}{name}"), delimiter))
}

fn exists(path: &str) -> Error {
    Error::Ui(Box::new(UiError::new(Code::FolderExists).with("folder", path)))
}

/// Makes a folder here, to be made on the server as soon as it can be reached: under `parent`, or at the top. For a role, a folder
/// that has the name already serves.
pub(crate) async fn make(
    tx: &mut Write,
    account: Id,
    parent: Option<Id>,
    name: &str,
    role: Option<Role>,
) -> Result<Id> {
    let all = known(tx, account).await?;
    let (mailbox, path, delimiter) = named(&all, parent, name)?;
    if let Some(same) = all.iter().find(|k| folder_names::alike(&k.path, &path)) {
        return if role.is_some() && same.selectable { Ok(same.id) } else { Err(exists(&same.path)) };
    }
    let made: i64 = sqlx::query_scalar(
        "INSERT INTO folder (account, mailbox, path, delimiter, role, chosen_role, waiting)
         VALUES (?1, ?2, ?3, ?4, coalesce(?5, 0), ?5, 1)
         ON CONFLICT (account, mailbox) DO UPDATE SET missing_since = NULL, waiting = 1, path = ?3 RETURNING id",
    )
    .bind(account)
    .bind(mailbox.0)
    .bind(path)
    .bind(delimiter.map(String::from))
    .bind(role.map(role_number))
    .fetch_one(&mut **tx)
    .await?;
    Ok(id(made))
}

impl Store {
    /// Makes a folder that the person named.
    pub(crate) async fn create_folder(&self, account: Id, parent: Option<Id>, name: &str) -> Result<Id> {
        let mut tx = self.write_durably().await?;
        let made = make(&mut tx, account, parent, name, None).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// What a folder will be called with another name, or under another parent.
    pub(crate) async fn renamed(&self, folder: Id, name: Option<&str>, parent: Option<Option<Id>>) -> Result<Known> {
        let account = self.folder(folder).await?.account;
        let mut tx = self.write().await?;
        let all = known(&mut tx, account).await?;
        drop(tx);
        let own = all.iter().find(|k| k.id == folder).ok_or_else(|| Error::Gone("folder".into()))?;
        let (above, last) = match own.delimiter.and_then(|d| own.path.rsplit_once(d)) {
            Some((above, last)) => (all.iter().find(|k| k.path == above).map(|k| k.id), last),
            None => (None, own.path.as_str()),
        };
        let parent = parent.unwrap_or(above);
        if let (Some(parent), Some(d)) = (parent, own.delimiter)
            && let Some(parent) = all.iter().find(|k| k.id == parent)
            && (parent.id == folder || parent.mailbox.0.starts_with(&format!("{}{d}", own.mailbox.0)))
        {
            // Under itself.
            return Err(Error::Ui(Box::new(UiError::new(Code::NotAllowed))));
        }
        let (mailbox, path, delimiter) = named(&all, parent, name.unwrap_or(last))?;
        // Another writing of its own name is no other folder.
        if let Some(same) = all.iter().find(|k| k.id != folder && folder_names::alike(&k.path, &path)) {
            return Err(exists(&same.path));
        }
        Ok(Known { mailbox, path, delimiter, ..own.clone() })
    }

    /// Folders below one, of whatever depth.
    pub(crate) async fn folders_below(&self, folder: Id) -> Result<Vec<Known>> {
        let own = self.folder(folder).await?;
        let mut tx = self.write().await?;
        let all = known(&mut tx, own.account).await?;
        drop(tx);
        Ok(all
            .into_iter()
            .filter(|k| k.delimiter.is_some_and(|d| k.mailbox.0.starts_with(&format!("{}{d}", own.mailbox.0))))
            .collect())
    }

    /// The server has renamed a folder, with these below it: rows and what waits stay.
    pub(crate) async fn folder_renamed(&self, folder: Id, to: &Known, below: &[Known]) -> Result<()> {
        let own = self.folder(folder).await?;
        let path = self.folder_path(folder).await?;
        let mut tx = self.write().await?;
        let mut rename = vec![(folder, to.mailbox.0.clone(), to.path.clone())];
        for k in below {
            let mailbox = format!("{}{}", to.mailbox.0, k.mailbox.0.strip_prefix(&own.mailbox.0).unwrap_or(""));
            let below_path = format!("{}{}", to.path, k.path.strip_prefix(&path).unwrap_or(""));
            rename.push((k.id, mailbox, below_path));
        }
        for (one, mailbox, path) in rename {
            // A look meanwhile may have found it under its new name already, as another, with the same messages.
            let found: Vec<i64> = sqlx::query_scalar(
                "SELECT p.id FROM placement p JOIN folder f ON f.id = p.server_folder
                 WHERE f.account = ?1 AND f.mailbox = ?2 AND f.id <> ?3",
            )
            .bind(own.account)
            .bind(&mailbox)
            .bind(one)
            .fetch_all(&mut *tx)
            .await?;
            super::ops::remove_places(&mut tx, &found).await?;
            sqlx::query("DELETE FROM folder WHERE account = ?1 AND mailbox = ?2 AND id <> ?3")
                .bind(own.account)
                .bind(&mailbox)
                .bind(one)
                .execute(&mut *tx)
                .await?;
            sqlx::query("UPDATE folder SET mailbox = ?2, path = ?3, missing_since = NULL WHERE id = ?1")
                .bind(one)
                .bind(mailbox)
                .bind(path)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await
    }

    /// The server has deleted these folders.
    pub(crate) async fn folders_deleted(&self, account: Id, folders: &[Id]) -> Result<()> {
        let mut tx = self.write_durably().await?;
        for folder in folders {
            super::removals::remove_folder(&mut tx, account, *folder).await?;
        }
        tx.commit().await
    }

    /// Whether a folder is subscribed.
    pub(crate) async fn set_subscribed(&self, folder: Id, on: bool) -> Result<()> {
        let mut tx = self.write().await?;
        sqlx::query("UPDATE folder SET subscribed = ?2 WHERE id = ?1").bind(folder).bind(on).execute(&mut *tx).await?;
        tx.commit().await
    }

    /// Folders of an account that are still to be made on the server, outer ones first.
    pub(crate) async fn folders_to_make(&self, account: Id) -> Result<Vec<(Id, MailboxName)>> {
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT id, mailbox FROM folder WHERE account = ?1 AND waiting = 1 ORDER BY length(mailbox), id",
        )
        .bind(account)
        .fetch_all(self.read())
        .await?;
        Ok(rows.into_iter().map(|(f, m)| (id(f), MailboxName(m))).collect())
    }

    /// The server has made it, or had it already.
    pub(crate) async fn folder_made(&self, folder: Id) -> Result<()> {
        let mut tx = self.write().await?;
        sqlx::query("UPDATE folder SET waiting = 0 WHERE id = ?1").bind(folder).execute(&mut *tx).await?;
        tx.commit().await
    }

    /// The server will not make it: what was to go there comes back to where it was, and the folder goes.
    pub(crate) async fn folder_refused(&self, folder: Id, why: &UiError) -> Result<()> {
        let mut tx = self.write_durably().await?;
        let ops: Vec<i64> = sqlx::query_scalar("SELECT id FROM op WHERE state = 0 AND target = ?1")
            .bind(folder)
            .fetch_all(&mut *tx)
            .await?;
        super::ops::refused(&mut tx, &ops, why, true).await?;
        sqlx::query("DELETE FROM folder WHERE id = ?1 AND waiting = 1").bind(folder).execute(&mut *tx).await?;
        tx.commit().await
    }

    /// What a folder is for, by the person's word; none of its account keeps that role beside it.
    pub(crate) async fn set_folder_role(&self, folder: Id, role: Role) -> Result<()> {
        let number = role_number(role);
        let mut tx = self.write().await?;
        if role != Role::None {
            sqlx::query(
                "UPDATE folder SET role = 0, chosen_role = CASE WHEN chosen_role = ?2 THEN NULL ELSE chosen_role END
                 WHERE role = ?2 AND account = (SELECT account FROM folder WHERE id = ?1)",
            )
            .bind(folder)
            .bind(number)
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query("UPDATE folder SET role = ?2, chosen_role = ?2 WHERE id = ?1 AND role <> 1")
            .bind(folder)
            .bind(number)
            .execute(&mut *tx)
            .await?;
        let account: Option<i64> = sqlx::query_scalar("SELECT account FROM folder WHERE id = ?1")
            .bind(folder)
            .fetch_optional(&mut *tx)
            .await?;
        if let Some(account) = account {
            super::snoozed::roles_changed(&mut tx, super::id(account)).await?;
        }
        tx.commit().await
    }

    /// Among the favourites at this place, or not among them. The others make room.
    pub(crate) async fn set_favourite(&self, folder: Id, place: Option<u32>) -> Result<()> {
        let mut tx = self.write().await?;
        sqlx::query("UPDATE folder SET favourite = NULL WHERE id = ?1").bind(folder).execute(&mut *tx).await?;
        let others: Vec<i64> =
            sqlx::query_scalar("SELECT id FROM folder WHERE favourite IS NOT NULL ORDER BY favourite, id")
                .fetch_all(&mut *tx)
                .await?;
        let mut order = others;
        if let Some(place) = place {
            let at = usize::try_from(place).unwrap_or(usize::MAX).min(order.len());
            order.insert(at, i64::from(folder));
        }
        for (n, one) in order.iter().enumerate() {
            sqlx::query("UPDATE folder SET favourite = ?2 WHERE id = ?1")
                .bind(one)
                .bind(i64::try_from(n).unwrap_or(i64::MAX))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await
    }

    /// Whether new keywords may be made in a folder, as SELECT told. True where that is news.
    pub(crate) async fn set_new_keywords(&self, folder: Id, may: bool) -> Result<bool> {
        let known: Option<bool> = sqlx::query_scalar("SELECT new_keywords FROM folder WHERE id = ?1")
            .bind(folder)
            .fetch_optional(self.read())
            .await?;
        if known.is_none_or(|known| known == may) {
            return Ok(false);
        }
        let mut tx = self.write().await?;
        sqlx::query("UPDATE folder SET new_keywords = ?2 WHERE id = ?1")
            .bind(folder)
            .bind(may)
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await.map(|()| true)
    }
}
