//! What is needed to know a folder again that another program has renamed: those that LIST does not name any more, and samples of
//! their mail. What is found then follows its folder ([`Store::follow_renaming`]).

use super::{Store, folder_ops, id};
use crate::error::{Error, Result};
use crate::remote::MailboxName;
use crate::store::folders::Listing;
use crate::view::Id;
use std::collections::HashSet;

/// A folder that was there, and is not named by LIST.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Vanished {
    pub(crate) id: Id,
    pub(crate) mailbox: String,
    pub(crate) delimiter: Option<char>,
    /// None = never opened.
    pub(crate) uidvalidity: Option<u32>,
    pub(crate) uidnext: Option<u32>,
    /// Messages, as far as they are known by UID.
    pub(crate) messages: u64,
    /// OBJECTID of the mailbox (RFC 8474), where the server told.
    pub(crate) mailbox_id: Option<String>,
    /// Another folder of the account has the same UIDVALIDITY: on this server it tells little.
    pub(crate) shared: bool,
}

type Row = (i64, String, Option<String>, Option<i64>, Option<i64>, String, Option<String>, i64, bool);

impl Store {
    /// The folders of an account that this listing does not name, outer ones first. What our own renamings explain is not among them.
    pub(crate) async fn vanished(&self, account: Id, listing: &[Listing]) -> Result<Vec<Vanished>> {
        let named: Vec<&str> = listing.iter().map(|l| l.mailbox.0.as_str()).collect();
        let named = serde_json::to_string(&named).map_err(|e| Error::Internal(e.to_string()))?;
        if self.unnamed(account, &named).await?.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.write().await?;
        folder_ops::listed(&mut tx, account, listing).await?;
        tx.commit().await?;
        let rows = self.unnamed(account, &named).await?;
        let small = |n: Option<i64>| n.and_then(|n| u32::try_from(n).ok());
        let vanished = |(n, mailbox, delimiter, validity, next, todo, mailbox_id, rows, shared): Row| Vanished {
            id: id(n),
            mailbox,
            delimiter: delimiter.and_then(|d| d.chars().next()),
            uidvalidity: small(validity),
            uidnext: small(next),
            messages: u64::try_from(rows).unwrap_or(0)
                + crate::remote::UidSet::parse(&todo).map_or(0, |todo| todo.len()),
            mailbox_id,
            shared,
        };
        Ok(rows.into_iter().map(vanished).collect())
    }

    async fn unnamed(&self, account: Id, named: &str) -> Result<Vec<Row>> {
        Ok(sqlx::query_as(
            "SELECT f.id, f.mailbox, f.delimiter, f.uidvalidity, f.uidnext, f.todo, f.mailbox_id,
                 (SELECT count(*) FROM placement p WHERE p.server_folder = f.id AND p.uid > 0 AND p.gone IS NULL),
                 EXISTS (SELECT 1 FROM folder o WHERE o.account = f.account AND o.id <> f.id AND o.uidvalidity = f.uidvalidity)
             FROM folder f WHERE f.account = ?1 AND f.waiting = 0 AND f.local = 0
                 AND f.mailbox NOT IN (SELECT value FROM json_each(?2)) ORDER BY length(f.mailbox), f.id",
        )
        .bind(account)
        .bind(named)
        .fetch_all(self.read())
        .await?)
    }

    /// Names of an account's folders that are no news: opened before, or made by the person here.
    pub(crate) async fn known_mailboxes(&self, account: Id) -> Result<HashSet<String>> {
        let known: Vec<String> = sqlx::query_scalar(
            "SELECT mailbox FROM folder WHERE account = ?1 AND (uidvalidity IS NOT NULL OR waiting = 1 OR selectable = 0)",
        )
        .bind(account)
        .fetch_all(self.read())
        .await?;
        Ok(known.into_iter().collect())
    }

    /// UID and identity of some messages of a folder: the newest, the oldest, and one between.
    pub(crate) async fn samples(&self, folder: Id) -> Result<Vec<(u32, i64)>> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "WITH some AS (SELECT min(uid) AS low, max(uid) AS high FROM placement WHERE server_folder = ?1 AND uid > 0 AND gone IS NULL)
             SELECT DISTINCT p.uid, m.identity FROM placement p JOIN message m ON m.id = p.message, some
             WHERE p.server_folder = ?1 AND m.damaged = 0 AND p.uid IN (low, high,
                 (SELECT max(q.uid) FROM placement q WHERE q.server_folder = ?1 AND q.gone IS NULL AND q.uid <= (low + high) / 2))",
        )
        .bind(folder)
        .fetch_all(self.read())
        .await?;
        Ok(rows.into_iter().filter_map(|(uid, identity)| Some((u32::try_from(uid).ok()?, identity))).collect())
    }

    /// A folder is under this name now, by another's doing: its rows, what waits, and what the person has said of it stay with it.
    pub(crate) async fn follow_renaming(&self, account: Id, folder: Id, to: &MailboxName) -> Result<()> {
        let mut tx = self.write().await?;
        folder_ops::take_name(&mut tx, account, folder, &to.0).await?;
        sqlx::query("UPDATE folder SET mailbox = ?2, server_path = ?3, missing_since = NULL WHERE id = ?1")
            .bind(folder)
            .bind(&to.0)
            .bind(letter::mailbox_name::decode(to.0.as_bytes()))
            .execute(&mut *tx)
            .await?;
        folder_ops::show_folders(&mut tx, account).await?;
        tx.commit().await
    }
}
