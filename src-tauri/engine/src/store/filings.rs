//! Copies in Sent: what is to be looked for there, and what is to be put there.

use super::folders::{Folder, role_number};
use super::{Store, count, folder_changes, id, now};
use crate::error::Result;
use crate::view::{Id, Role};
use sqlx::Row;

/// What is to be looked for in Sent, or put there.
#[derive(Clone, Debug)]
pub(crate) struct Filing {
    pub(crate) id: Id,
    pub(crate) message_id: String,
    /// Sent for sure; else it is only looked for.
    pub(crate) sent: bool,
    pub(crate) looks: u32,
    pub(crate) queued: i64,
    pub(crate) ended: i64,
    pub(crate) file: String,
    /// Where its copy goes, where that is not the account's Sent.
    pub(crate) folder: Option<Id>,
}

impl Store {
    /// What an account has to look for in Sent by now, or to put there.
    pub(crate) async fn filings_due(&self, account: Id) -> Result<Vec<Filing>> {
        let rows = sqlx::query(
            "SELECT id, message_id, ended IS NOT NULL AS sent, looks, queued, coalesce(ended, queued) AS ended,
                    coalesce(copy_file, file, '') AS file, sent_folder
             FROM outgoing WHERE account = ?1 AND look_at <= ?2 ORDER BY look_at, id LIMIT 50",
        )
        .bind(account)
        .bind(now())
        .fetch_all(self.read())
        .await?;
        rows.iter()
            .map(|r| {
                Ok(Filing {
                    id: id(r.try_get("id")?),
                    message_id: r.try_get("message_id")?,
                    sent: r.try_get::<i64, _>("sent")? != 0,
                    looks: count(r.try_get("looks")?),
                    queued: r.try_get("queued")?,
                    ended: r.try_get("ended")?,
                    file: r.try_get("file")?,
                    folder: r.try_get::<Option<i64>, _>("sent_folder")?.map(id),
                })
            })
            .collect()
    }

    /// When the next is due.
    pub(crate) async fn next_filing(&self, account: Id) -> Result<Option<i64>> {
        Ok(sqlx::query_scalar("SELECT min(look_at) FROM outgoing WHERE account = ?1 AND look_at IS NOT NULL")
            .bind(account)
            .fetch_one(self.read())
            .await?)
    }

    /// It is in Sent. Gives the files that nobody needs any more.
    pub(crate) async fn filed(&self, outgoing: Id) -> Result<Vec<String>> {
        self.set_filing(outgoing, 0, None, false).await?;
        let row: Option<(Option<String>, Option<String>)> =
            sqlx::query_as("SELECT file, copy_file FROM outgoing WHERE id = ?1 AND state = 2")
                .bind(outgoing)
                .fetch_optional(self.read())
                .await?;
        Ok(row.map(|(file, copy)| file.into_iter().chain(copy).collect()).unwrap_or_default())
    }

    /// Not found: looked for again after so many seconds, or never (none).
    pub(crate) async fn look_later(&self, outgoing: Id, wait: Option<i64>) -> Result<()> {
        self.set_filing(outgoing, 1, wait.map(|w| now() + w), true).await
    }

    /// An APPEND is about to be sent.
    pub(crate) async fn begin_filing(&self, outgoing: Id) -> Result<()> {
        self.set_filing(outgoing, 2, Some(now()), false).await
    }

    async fn set_filing(&self, outgoing: Id, filing: i64, look_at: Option<i64>, looked: bool) -> Result<()> {
        let mut tx = self.write_durably().await?;
        // After an APPEND whose answer is lost the looking begins anew.
        sqlx::query("UPDATE outgoing SET filing = ?2, look_at = ?3, looks = CASE ?2 WHEN 2 THEN 0 ELSE looks + ?4 END WHERE id = ?1")
            .bind(outgoing)
            .bind(filing)
            .bind(look_at)
            .bind(looked)
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await
    }

    /// The account's folder of a role; made, where there is none and its name is free. It may still have to be made on the server.
    pub(crate) async fn folder_of_role(&self, account: Id, role: Role, name: &str) -> Result<Folder> {
        let found = |all: Vec<Folder>| all.into_iter().find(|f| f.role == role && f.selectable);
        if let Some(folder) = found(self.folders_of(account).await?) {
            return Ok(folder);
        }
        let mut tx = self.write_durably().await?;
        let made = folder_changes::make(&mut tx, account, None, name, Some(role), None).await?;
        sqlx::query("UPDATE folder SET role = ?2, chosen_role = ?2 WHERE id = ?1 AND role = 0")
            .bind(made)
            .bind(role_number(role))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        self.folder(made).await
    }
}
