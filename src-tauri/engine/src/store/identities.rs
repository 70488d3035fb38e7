//! Who one writes as. Every account has at least one of its own: the store makes it with the account (migration 0007).

use super::{Store, id};
use crate::error::{Error, Result};
use crate::view::{Id, Identity};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

const IDENTITY: &str =
    "SELECT i.id, i.account, i.name, i.email, i.reply_to, i.signature, i.signature_above, i.bcc, i.is_default, i.catch_all, i.sent_folder
     FROM identity i JOIN account a ON a.id = i.account";

fn identity(r: &SqliteRow) -> Result<Identity> {
    Ok(Identity {
        id: id(r.try_get("id")?),
        account: id(r.try_get("account")?),
        name: r.try_get("name")?,
        email: r.try_get("email")?,
        reply_to: r.try_get("reply_to")?,
        signature: r.try_get("signature")?,
        signature_above: r.try_get::<i64, _>("signature_above")? != 0,
        bcc: r.try_get("bcc")?,
        is_default: r.try_get::<i64, _>("is_default")? != 0,
        catch_all: r.try_get("catch_all")?,
        sent_folder: r.try_get::<Option<i64>, _>("sent_folder")?.map(id),
    })
}

impl Store {
    /// All of them, in the accounts' order, each account's default first.
    pub(crate) async fn identities(&self) -> Result<Vec<Identity>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{IDENTITY} WHERE i.removed = 0 ORDER BY a.position, a.id, i.is_default DESC, i.id"
        ));
        sqlx::query(sql).fetch_all(self.read()).await?.iter().map(identity).collect()
    }

    /// One of them; also one that was removed and that a draft still names.
    pub(crate) async fn identity(&self, identity_id: Id) -> Result<Identity> {
        let sql = sqlx::AssertSqlSafe(format!("{IDENTITY} WHERE i.id = ?1"));
        let row = sqlx::query(sql).bind(identity_id).fetch_optional(self.read()).await?;
        row.as_ref().map(identity).transpose()?.ok_or_else(|| Error::Gone("identity".into()))
    }

    /// Keeps one; id 0 = a new one. There is one default for each account.
    pub(crate) async fn save_identity(&self, wanted: &Identity) -> Result<Identity> {
        self.account(wanted.account).await?;
        if let Some(folder) = wanted.sent_folder {
            let folder = self.folder(folder).await?;
            if folder.account != wanted.account || !folder.selectable {
                return Err(Error::Invalid("sentFolder"));
            }
        }
        let mut tx = self.write_durably().await?;
        let kept: Option<i64> = if wanted.id == 0 {
            Some(
                sqlx::query_scalar("INSERT INTO identity (account, name, email) VALUES (?1, '', '') RETURNING id")
                    .bind(wanted.account)
                    .fetch_one(&mut *tx)
                    .await?,
            )
        } else {
            sqlx::query_scalar("SELECT id FROM identity WHERE id = ?1 AND account = ?2 AND removed = 0")
                .bind(wanted.id)
                .bind(wanted.account)
                .fetch_optional(&mut *tx)
                .await?
        };
        let kept = kept.ok_or_else(|| Error::Gone("identity".into()))?;
        sqlx::query(
            "UPDATE identity SET name = ?2, email = ?3, reply_to = ?4, signature = ?5, signature_above = ?6, bcc = ?7,
                 catch_all = ?8, sent_folder = ?9 WHERE id = ?1",
        )
        .bind(kept)
        .bind(&wanted.name)
        .bind(&wanted.email)
        .bind(&wanted.reply_to)
        .bind(&wanted.signature)
        .bind(wanted.signature_above)
        .bind(&wanted.bcc)
        .bind(&wanted.catch_all)
        .bind(wanted.sent_folder)
        .execute(&mut *tx)
        .await?;
        if wanted.is_default {
            sqlx::query("UPDATE identity SET is_default = (id = ?1) WHERE account = ?2")
                .bind(kept)
                .bind(wanted.account)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit_beside_lists().await?;
        self.identity(id(kept)).await
    }

    /// Removes one. The last of an account stays.
    pub(crate) async fn remove_identity(&self, identity: Id) -> Result<()> {
        let account = self.identity(identity).await?.account;
        let mut tx = self.write_durably().await?;
        let others: Option<i64> =
            sqlx::query_scalar("SELECT min(id) FROM identity WHERE account = ?1 AND id <> ?2 AND removed = 0")
                .bind(account)
                .bind(identity)
                .fetch_one(&mut *tx)
                .await?;
        let Some(next) = others else { return Err(Error::Invalid("identity")) };
        let was: i64 = sqlx::query_scalar("SELECT is_default FROM identity WHERE id = ?1")
            .bind(identity)
            .fetch_one(&mut *tx)
            .await?;
        sqlx::query("UPDATE identity SET removed = 1, is_default = 0 WHERE id = ?1")
            .bind(identity)
            .execute(&mut *tx)
            .await?;
        if was != 0 {
            sqlx::query("UPDATE identity SET is_default = 1 WHERE id = ?1").bind(next).execute(&mut *tx).await?;
        }
        tx.commit_beside_lists().await
    }
}
