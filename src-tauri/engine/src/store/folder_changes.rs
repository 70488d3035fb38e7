//! Folders that the person makes, renames, moves, deletes, and what they are for by the person's word.

use super::acts::{self, Filed};
use super::folders::role_number;
use super::{Store, Write, folder_names, folder_ops, id};
use crate::error::{Code, Error, Result, UiError};
use crate::rebase::folders::{Change, Named, Spot, Tree};
use crate::view::{Id, Intent, Role};

/// A folder as it is shown, by its names.
struct Known {
    id: Id,
    /// As the server writes it, or will.
    mailbox: String,
    /// For the eye.
    path: String,
    delimiter: Option<char>,
    selectable: bool,
}

/// All folders of an account that are shown.
async fn known(tx: &mut Write, account: Id) -> Result<Vec<Known>> {
    let rows: Vec<(i64, String, String, Option<String>, i64)> = sqlx::query_as(
        "SELECT id, coalesce(wanted, mailbox), path, delimiter, selectable FROM folder
         WHERE account = ?1 AND missing_since IS NULL AND leaving = 0 AND local = 0",
    )
    .bind(account)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(n, mailbox, path, delimiter, selectable)| Known {
            id: id(n),
            mailbox,
            path,
            delimiter: delimiter.and_then(|d| d.chars().next()),
            selectable: selectable != 0,
        })
        .collect())
}

/// Where a folder of this name is to stand: under `parent`, or at the top.
fn spot(all: &[Known], parent: Option<Id>, name: &str) -> Result<(Spot, Option<char>)> {
    let delimiter = all.iter().find_map(|k| k.delimiter);
    if let Some(parent) = parent {
        all.iter().find(|k| k.id == parent).ok_or_else(|| Error::Gone("folder".into()))?;
    }
    let name = folder_names::checked(name, delimiter)?;
    // Some servers keep everything under the inbox: a folder at the top goes where the others are.
    let personal = all.len() > 1
        && all.iter().all(|k| {
            let upper = k.mailbox.to_ascii_uppercase();
            upper == "INBOX" || k.delimiter.is_some_and(|d| upper.starts_with(&format!("INBOX{d}")))
        });
    let above = match (parent, delimiter) {
        (Some(_), None) => return Err(not_allowed()),
        (None, Some(d)) if personal => format!("INBOX{d}"),
        _ => String::new(),
    };
    Ok((Spot { parent, above, name }, delimiter))
}

/// The tree that is shown.
fn shown(all: &[Known]) -> Tree {
    let named = |k: &Known| (k.id, Named { mailbox: k.mailbox.clone(), path: k.path.clone(), subscribed: true });
    Tree { folders: all.iter().map(named).collect(), delimiter: all.iter().find_map(|k| k.delimiter) }
}

fn not_allowed() -> Error {
    Error::Ui(Box::new(UiError::new(Code::NotAllowed)))
}

fn gone() -> Error {
    Error::Gone("folder".into())
}

fn exists(path: &str) -> Error {
    Error::Ui(Box::new(UiError::new(Code::FolderExists).with("folder", path)))
}

/// Makes a folder here, to be made on the server as soon as it can be reached: under `parent`, or at the top. For a role, a folder
/// that has the name already serves. `act`: what the person did.
pub(crate) async fn make(
    tx: &mut Write,
    account: Id,
    parent: Option<Id>,
    name: &str,
    role: Option<Role>,
    act: Option<i64>,
) -> Result<Id> {
    let all = known(tx, account).await?;
    let (to, delimiter) = spot(&all, parent, name)?;
    let (mailbox, path) = shown(&all).names(&to).ok_or_else(gone)?;
    if let Some(same) = all.iter().find(|k| folder_names::alike(&k.path, &path)) {
        return if role.is_some() && same.selectable { Ok(same.id) } else { Err(exists(&same.path)) };
    }
    // The name may still be another's on the server, who is on the way to another name: until then it stands in `wanted` alone.
    let taken: i64 =
        sqlx::query_scalar("SELECT count(*) FROM folder WHERE account = ?1 AND mailbox = ?2 AND missing_since IS NULL")
            .bind(account)
            .bind(&mailbox)
            .fetch_one(&mut **tx)
            .await?;
    let held = if taken > 0 { unheard_of(tx).await? } else { mailbox.clone() };
    let made: i64 = sqlx::query_scalar(
        "INSERT INTO folder (account, mailbox, path, server_path, delimiter, role, chosen_role, waiting, wanted)
         VALUES (?1, ?2, ?3, ?3, ?4, coalesce(?5, 0), ?5, 1, ?6)
         ON CONFLICT (account, mailbox) DO UPDATE SET missing_since = NULL, waiting = 1, path = ?3, server_path = ?3, wanted = ?6
         RETURNING id",
    )
    .bind(account)
    .bind(held)
    .bind(path)
    .bind(delimiter.map(String::from))
    .bind(role.map(role_number))
    .bind(mailbox)
    .fetch_one(&mut **tx)
    .await?;
    if let Some(act) = act {
        folder_ops::insert(tx, act, account, id(made), &Change::Make { to }).await?;
    }
    Ok(id(made))
}

/// A mailbox that no server has: a new line cannot be in a name that can be written.
async fn unheard_of(tx: &mut Write) -> Result<String> {
    let next: i64 = sqlx::query_scalar("SELECT coalesce(max(id), 0) + 1 FROM folder").fetch_one(&mut **tx).await?;
    Ok(format!("\n{next}"))
}

/// What a person does to a folder that is there.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// Another name, at most.
    Rename(String),
    /// Under another, or at the top.
    Move(Option<Id>),
    /// Gone, with what is in it and below it.
    Delete,
    /// Out of the sidebar, or back.
    Hide(bool),
    /// Where it was, under the name it had.
    Back(Spot),
}

/// Files what is done to a folder, as far as it changes anything.
async fn file(tx: &mut Write, act: i64, folder: Id, deed: Deed) -> Result<bool> {
    let (account, role): (i64, i64) =
        sqlx::query_as("SELECT account, role FROM folder WHERE id = ?1 AND leaving = 0 AND missing_since IS NULL")
            .bind(folder)
            .fetch_optional(&mut **tx)
            .await?
            .ok_or_else(gone)?;
    let account = id(account);
    let all = known(tx, account).await?;
    let tree = shown(&all);
    let own = tree.folders.get(&folder).ok_or_else(not_allowed)?;
    let change = match deed {
        Deed::Hide(hidden) => {
            let on: i64 = sqlx::query_scalar("SELECT subscribed FROM folder WHERE id = ?1")
                .bind(folder)
                .fetch_one(&mut **tx)
                .await?;
            if (on == 0) == hidden {
                return Ok(false);
            }
            Change::Subscribe { on: !hidden, instead: None }
        }
        _ if role == role_number(Role::Inbox) => return Err(not_allowed()),
        Deed::Delete => deletion(tx, &tree, folder).await?,
        Deed::Rename(_) | Deed::Move(_) | Deed::Back(_) => {
            let from = tree.spot(folder).ok_or_else(gone)?;
            let to = match deed {
                Deed::Rename(name) => {
                    let name = folder_names::checked(&name, tree.delimiter)?;
                    Spot { name, ..from.clone() }
                }
                Deed::Move(parent) => {
                    // What the server calls it is not to be judged again.
                    let (to, _) = spot(&all, parent, "x")?;
                    Spot { name: from.name.clone(), ..to }
                }
                Deed::Back(to) => to,
                Deed::Delete | Deed::Hide(_) => return Ok(false),
            };
            let change = Change::Rename { from, to: to.clone() };
            let (mailbox, path) = tree.names(&to).ok_or_else(gone)?;
            if mailbox == own.mailbox {
                return Ok(false);
            }
            // Another writing of its own name is no other folder.
            if let Some(same) = all.iter().find(|k| k.id != folder && folder_names::alike(&k.path, &path)) {
                return Err(exists(&same.path));
            }
            tree.clone().apply(folder, &change).map_err(|e| Error::Ui(Box::new(e)))?;
            change
        }
    };
    folder_ops::insert(tx, act, account, folder, &change).await?;
    if matches!(change, Change::Delete { .. }) {
        leave(tx, act, account, &tree.family(folder)).await?;
    }
    folder_ops::show_folders(tx, account).await?;
    Ok(true)
}

/// What is known of a folder that is to be deleted: only that is meant.
async fn deletion(tx: &mut Write, tree: &Tree, folder: Id) -> Result<Change> {
    let family = folder_ops::ids(&tree.family(folder))?;
    let known: Vec<(i64, Option<i64>)> =
        sqlx::query_as("SELECT id, uidnext FROM folder WHERE id IN (SELECT value FROM json_each(?1)) AND waiting = 0")
            .bind(&family)
            .fetch_all(&mut **tx)
            .await?;
    let newest: i64 = sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM placement").fetch_one(&mut **tx).await?;
    let first: Vec<i64> = sqlx::query_scalar(
        "SELECT o.id FROM op o JOIN placement p ON p.id = CASE WHEN o.kind = 3 THEN o.other ELSE o.placement END
         WHERE o.state = 0 AND o.kind IN (2, 3, 6) AND p.server_folder IN (SELECT value FROM json_each(?1))
             AND coalesce(o.target, 0) NOT IN (SELECT value FROM json_each(?1))",
    )
    .bind(&family)
    .fetch_all(&mut **tx)
    .await?;
    Ok(Change::Delete { known: known.into_iter().map(|(f, n)| (id(f), n.map(super::count))).collect(), newest, first })
}

/// What is shown in these folders is shown nowhere as long as they are to be deleted.
async fn leave(tx: &mut Write, act: i64, account: Id, folders: &[Id]) -> Result<()> {
    let places: Vec<i64> = sqlx::query_scalar(
        "INSERT INTO op (act, account, placement, message, kind, source)
         SELECT ?1, ?2, id, message, 6, folder FROM placement WHERE folder IN (SELECT value FROM json_each(?3)) RETURNING placement",
    )
    .bind(act)
    .bind(account)
    .bind(folder_ops::ids(folders)?)
    .fetch_all(&mut **tx)
    .await?;
    super::ops::show(tx, &places).await.map(drop)
}

/// Files the opposite of what was done to folders in an act.
pub(super) async fn opposites(tx: &mut Write, act: Id, new: i64) -> Result<Vec<Id>> {
    let done: Vec<(i64, Option<String>)> = sqlx::query_as(
        "SELECT source, change FROM op WHERE act = ?1 AND placement = 0 AND (state = 1 OR (state = 0 AND begun IS NOT NULL))",
    )
    .bind(act)
    .fetch_all(&mut **tx)
    .await?;
    let mut folders = Vec::new();
    for (folder, change) in done {
        let change: Option<Change> = change.and_then(|c| serde_json::from_str(&c).ok());
        let deed = match change {
            Some(Change::Rename { from, .. }) => Deed::Back(from),
            Some(Change::Subscribe { on, instead: None }) => Deed::Hide(on),
            _ => continue,
        };
        let (folder, before): (Id, String) = match folder_path(tx, folder).await? {
            Some(path) => (id(folder), path),
            None => continue,
        };
        if file(tx, new, folder, deed).await? {
            folder_ops::close(tx, new, folder, &before).await?;
            folders.push(folder);
        }
    }
    Ok(folders)
}

async fn folder_path(tx: &mut Write, folder: i64) -> Result<Option<String>> {
    let path = sqlx::query_scalar("SELECT path FROM folder WHERE id = ?1 AND leaving = 0 AND missing_since IS NULL");
    Ok(path.bind(folder).fetch_optional(&mut **tx).await?)
}

impl Store {
    /// Makes a folder that the person named.
    pub(crate) async fn create_folder(&self, account: Id, parent: Option<Id>, name: &str) -> Result<Id> {
        let mut tx = self.write_durably().await?;
        let act = acts::open(&mut tx, &Intent::MakeFolder, false, None).await?;
        let made = make(&mut tx, account, parent, name, None, Some(act)).await?;
        folder_ops::close(&mut tx, act, made, "").await?;
        tx.commit().await?;
        Ok(made)
    }

    /// Does something to a folder. None: it is so already.
    pub(crate) async fn file_folder(&self, folder: Id, deed: Deed) -> Result<Option<Filed>> {
        let intent = match &deed {
            Deed::Rename(_) => Intent::RenameFolder,
            Deed::Move(_) | Deed::Back(_) => Intent::MoveFolder,
            Deed::Delete => Intent::DeleteFolder,
            Deed::Hide(on) => Intent::HideFolder { on: *on },
        };
        let mut tx = self.write_durably().await?;
        let before = folder_path(&mut tx, i64::from(folder)).await?.ok_or_else(gone)?;
        let act = acts::open(&mut tx, &intent, false, None).await?;
        if !file(&mut tx, act, folder, deed).await? {
            return Ok(None);
        }
        folder_ops::close(&mut tx, act, folder, &before).await?;
        tx.commit().await?;
        Ok(Some(Filed { act: id(act), folders: vec![folder] }))
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
