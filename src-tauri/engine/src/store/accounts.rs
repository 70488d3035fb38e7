//! Accounts: who, where, in which order. No secret is ever in here.

use super::{Store, id, threads};
use crate::error::{Error, Result};
use crate::view::{AccountEdit, AccountForm, Id, ServerSettings};
use sqlx::Row;

/// An account as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Account {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) label: String,
    pub(crate) color: String,
    pub(crate) signed_out: bool,
    /// In the lists over all accounts.
    pub(crate) in_all: bool,
    pub(crate) incoming: ServerSettings,
    pub(crate) outgoing: Option<ServerSettings>,
    /// The outgoing server has a secret of its own.
    pub(crate) own_login: bool,
}

/// Colours given to new accounts in turn: chips of the design, distinct in light and dark.
const COLORS: [&str; 6] = ["#7b61c4", "#2c8c6b", "#b5653a", "#3a7ca5", "#a8457a", "#7d7a2c"];

fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::Internal(e.to_string()))
}

impl Store {
    /// All accounts in the person's order.
    pub(crate) async fn accounts(&self) -> Result<Vec<Account>> {
        let rows = sqlx::query(
            "SELECT id, name, email, label, color, signed_out, in_all, incoming, outgoing, own_login FROM account
             ORDER BY position, id",
        )
        .fetch_all(self.read())
        .await?;
        rows.iter()
            .map(|r| {
                let incoming: String = r.try_get("incoming")?;
                let outgoing: Option<String> = r.try_get("outgoing")?;
                Ok(Account {
                    id: id(r.try_get("id")?),
                    name: r.try_get("name")?,
                    email: r.try_get("email")?,
                    label: r.try_get("label")?,
                    color: r.try_get("color")?,
                    signed_out: r.try_get::<i64, _>("signed_out")? != 0,
                    in_all: r.try_get::<i64, _>("in_all")? != 0,
                    incoming: serde_json::from_str(&incoming).map_err(|e| Error::Internal(e.to_string()))?,
                    outgoing: outgoing.and_then(|o| serde_json::from_str(&o).ok()),
                    own_login: r.try_get::<Option<i64>, _>("own_login")?.is_some_and(|n| n != 0),
                })
            })
            .collect()
    }

    /// One account.
    pub(crate) async fn account(&self, account: Id) -> Result<Account> {
        self.accounts().await?.into_iter().find(|a| a.id == account).ok_or_else(|| Error::Gone("account".into()))
    }

    /// Adds an account at the end.
    pub(crate) async fn add_account(&self, form: &AccountForm) -> Result<Id> {
        let mut tx = self.write().await?;
        let n: i64 = sqlx::query_scalar("SELECT count(*) FROM account").fetch_one(&mut *tx).await?;
        let taken: Vec<String> = sqlx::query_scalar("SELECT color FROM account").fetch_all(&mut *tx).await?;
        let turn = usize::try_from(n).unwrap_or(0) % COLORS.len();
        let color = COLORS
            .iter()
            .find(|c| !taken.iter().any(|t| t == *c))
            .or_else(|| COLORS.get(turn))
            .copied()
            .unwrap_or("#7b61c4");
        let row = sqlx::query(
            "INSERT INTO account (position, name, email, label, color, incoming, outgoing, own_login)
             VALUES ((SELECT coalesce(max(position), 0) + 1 FROM account), ?1, ?2, ?2, ?3, ?4, ?5, ?6) RETURNING id",
        )
        .bind(&form.name)
        .bind(&form.email)
        .bind(color)
        .bind(json(&form.incoming)?)
        .bind(form.outgoing.as_ref().map(json).transpose()?)
        .bind(form.outgoing.is_some() && form.outgoing_password.is_some())
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        self.keep_copy().await;
        Ok(id(row.try_get(0)?))
    }

    /// Changes name, label and colour.
    pub(crate) async fn edit_account(&self, account: Id, edit: &AccountEdit) -> Result<()> {
        let mut tx = self.write().await?;
        sqlx::query("UPDATE account SET name = ?2, label = ?3, color = ?4 WHERE id = ?1")
            .bind(account)
            .bind(&edit.name)
            .bind(&edit.label)
            .bind(&edit.color)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        self.keep_copy().await;
        Ok(())
    }

    /// Changes the servers.
    pub(crate) async fn set_servers(
        &self,
        account: Id,
        incoming: &ServerSettings,
        outgoing: Option<&ServerSettings>,
    ) -> Result<()> {
        let mut tx = self.write().await?;
        sqlx::query("UPDATE account SET incoming = ?2, outgoing = ?3 WHERE id = ?1")
            .bind(account)
            .bind(json(incoming)?)
            .bind(outgoing.map(json).transpose()?)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        self.keep_copy().await;
        Ok(())
    }

    /// Changes the outgoing server, and whether it has a secret of its own.
    pub(crate) async fn set_outgoing(
        &self,
        account: Id,
        server: Option<&ServerSettings>,
        own_login: bool,
    ) -> Result<()> {
        let mut tx = self.write_durably().await?;
        sqlx::query("UPDATE account SET outgoing = ?2, own_login = ?3 WHERE id = ?1")
            .bind(account)
            .bind(server.map(json).transpose()?)
            .bind(own_login)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        self.keep_copy().await;
        Ok(())
    }

    /// Marks an account as signed out, or in.
    pub(crate) async fn set_signed_out(&self, account: Id, signed_out: bool) -> Result<()> {
        let mut tx = self.write().await?;
        sqlx::query("UPDATE account SET signed_out = ?2 WHERE id = ?1")
            .bind(account)
            .bind(i64::from(signed_out))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        self.keep_copy().await;
        Ok(())
    }

    /// Sets the order; accounts not named keep theirs, behind.
    pub(crate) async fn order_accounts(&self, accounts: &[Id]) -> Result<()> {
        let mut tx = self.write().await?;
        sqlx::query("UPDATE account SET position = position + 1000000").execute(&mut *tx).await?;
        for (i, a) in accounts.iter().enumerate() {
            sqlx::query("UPDATE account SET position = ?2 WHERE id = ?1")
                .bind(a)
                .bind(i64::try_from(i).unwrap_or(i64::MAX))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        self.keep_copy().await;
        Ok(())
    }

    /// Removes an account and every row that belongs to it, and gives back the space. Gives the files to delete.
    pub(crate) async fn remove_account(&self, account: Id) -> Result<Vec<String>> {
        let mut tx = self.write().await?;
        super::recovered::kept::account_leaves(&mut tx, account).await?;
        let mut files: Vec<String> = sqlx::query_scalar(
            "SELECT file FROM part WHERE message IN (SELECT id FROM message WHERE account = ?1)
             UNION ALL SELECT file FROM image WHERE file IS NOT NULL AND message IN (SELECT id FROM message WHERE account = ?1)
             UNION ALL SELECT file FROM draft_file WHERE file IS NOT NULL AND draft IN (SELECT id FROM draft WHERE account = ?1)
             UNION ALL SELECT file FROM outgoing WHERE file IS NOT NULL AND account = ?1
             UNION ALL SELECT copy_file FROM outgoing WHERE copy_file IS NOT NULL AND account = ?1",
        )
        .bind(account)
        .fetch_all(&mut *tx)
        .await?;
        let leaving = threads::leaving(&mut tx, threads::SHARED, i64::from(account)).await?;
        for sql in [
            "DELETE FROM recovered WHERE placement IN (SELECT p.id FROM placement p JOIN folder f ON f.id = p.server_folder WHERE f.account = ?1)",
            "DELETE FROM placement WHERE folder IN (SELECT id FROM folder WHERE account = ?1)
                OR server_folder IN (SELECT id FROM folder WHERE account = ?1)",
            "DELETE FROM op WHERE account = ?1 OR message IN (SELECT id FROM message WHERE account = ?1)",
            "DELETE FROM act WHERE account = ?1",
            "DELETE FROM body WHERE message IN (SELECT id FROM message WHERE account = ?1)",
            "DELETE FROM part WHERE message IN (SELECT id FROM message WHERE account = ?1)",
            "DELETE FROM image WHERE message IN (SELECT id FROM message WHERE account = ?1)",
            "DELETE FROM orphan WHERE message IN (SELECT id FROM message WHERE account = ?1)",
            "DELETE FROM message WHERE account = ?1",
            "DELETE FROM ledger WHERE account = ?1",
            "DELETE FROM trusted_sender WHERE account = ?1",
            "DELETE FROM draft_version WHERE draft IN (SELECT id FROM draft WHERE account = ?1)",
            "DELETE FROM draft_file WHERE draft IN (SELECT id FROM draft WHERE account = ?1)",
            "DELETE FROM draft WHERE account = ?1",
            "DELETE FROM outgoing_recipient WHERE outgoing IN (SELECT id FROM outgoing WHERE account = ?1)",
            "DELETE FROM outgoing WHERE account = ?1",
            "DELETE FROM identity WHERE account = ?1",
            "DELETE FROM folder WHERE account = ?1",
            "DELETE FROM account WHERE id = ?1",
        ] {
            sqlx::query(sql).bind(account).execute(&mut *tx).await?;
        }
        threads::leave(&mut tx, leaving).await?;
        sqlx::query(threads::NOBODY).execute(&mut *tx).await?;
        tx.commit().await?;
        self.keep_copy().await;
        // "Find no trace of it": free pages still hold the old bytes until the file is written anew.
        sqlx::query("VACUUM").execute(&self.writer).await?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.writer).await?;
        files.dedup();
        Ok(files)
    }
}
