//! Acts: what the person did, filed in one transaction with what it changes here and what it means for the server.

mod filing;

use super::ops::list;
use super::receipts::TOLD;
use super::{Store, Write, id};
use crate::error::{Code, Error, Result, UiError};
use crate::rebase::bit;
use crate::store::folders::role_number;
use crate::view::{Id, Intent, Role};
pub(crate) use filing::{file_copy, file_delete, file_flags, file_keyword, file_move};
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
