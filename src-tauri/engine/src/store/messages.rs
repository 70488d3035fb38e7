//! One message: its headers, shape, and where it is.

use super::snoozed::SLEEPS;
use super::{Store, count, id, number, threads};
use crate::error::{Error, Result};
use crate::remote::MailboxName;
use crate::view::{AddressView, Id};
use letter::address::Address;
use letter::structure::Part;
use serde::{Deserialize, Serialize};
use sqlx::Row;

/// The people of a message, as stored: short keys, since every message has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct People {
    #[serde(rename = "f", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) from: Vec<(String, String)>,
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) reply_to: Vec<(String, String)>,
    #[serde(rename = "t", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) to: Vec<(String, String)>,
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) cc: Vec<(String, String)>,
    #[serde(rename = "b", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) bcc: Vec<(String, String)>,
    /// Who wants to hear that it was read.
    #[serde(rename = "d", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) receipt_to: Vec<(String, String)>,
    /// How many From fields the header had, where it is not one.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub(crate) from_fields: Option<u32>,
}

/// A message as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: Id,
    pub(crate) account: Id,
    pub(crate) subject: String,
    pub(crate) date: f64,
    pub(crate) size: i64,
    pub(crate) list_id: Option<String>,
    pub(crate) people: People,
    pub(crate) structure: Option<Part>,
    /// On this computer alone.
    pub(crate) muted: bool,
    /// Its conversation; 0: not joined yet.
    pub(crate) thread: Id,
    /// Where it is, shown places first.
    pub(crate) places: Vec<Place>,
}

/// A place of a message.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Where it is shown.
    pub(crate) folder: Id,
    /// Where the server has it.
    pub(crate) mailbox: MailboxName,
    pub(crate) uidvalidity: Option<u32>,
    /// None under an older UIDVALIDITY: the message cannot be fetched from there now.
    pub(crate) uid: Option<u32>,
    pub(crate) flags: i64,
    pub(crate) keywords: String,
    pub(crate) hidden: bool,
    /// Snoozed until then, where it can sleep.
    pub(crate) due: Option<i64>,
    /// In a folder of this computer alone.
    pub(crate) local: bool,
}

impl Message {
    /// It is here as a whole, and on no server.
    pub(crate) fn is_local(&self) -> bool {
        self.places.iter().any(|p| p.local)
    }

    /// A place to fetch it from.
    pub(crate) fn reachable(&self) -> Option<(&Place, u32)> {
        self.places.iter().filter(|p| !p.local).find_map(|p| p.uid.map(|u| (p, u)))
    }
}

/// Stored addresses as `letter` knows them.
pub(crate) fn addresses(list: &[(String, String)]) -> Vec<Address> {
    list.iter().map(|(name, email)| Address { name: name.clone(), email: email.clone() }).collect()
}

/// Addresses for the window: what hides or turns text left out, domains decoded only where that cannot mislead.
pub(crate) fn address_views(list: &[(String, String)]) -> Vec<AddressView> {
    addresses(list).iter().map(|a| AddressView { name: a.shown_name(), email: a.shown_email() }).collect()
}

impl Store {
    /// One message with its places.
    pub(crate) async fn message(&self, message: Id) -> Result<Message> {
        let r = sqlx::query(
            "SELECT id, account, subject, date, size, list_id, people, structure, muted, thread FROM message WHERE id = ?1",
        )
        .bind(message)
        .fetch_optional(self.read())
        .await?
        .ok_or_else(|| Error::Gone("message".into()))?;
        let places = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT p.folder, f.mailbox, f.uidvalidity, p.uid, p.flags, p.hidden, p.keywords,
                    CASE WHEN s.role IN {SLEEPS} THEN p.due END, f.local FROM placement p
             JOIN folder f ON f.id = coalesce(p.server_folder, p.folder) LEFT JOIN folder s ON s.id = p.folder
             WHERE p.message = ?1 ORDER BY p.hidden, f.role = 0, p.id"
        )))
        .bind(message)
        .fetch_all(self.read())
        .await?;
        let people: String = r.try_get("people")?;
        let structure: Option<String> = r.try_get("structure")?;
        Ok(Message {
            id: id(r.try_get("id")?),
            account: id(r.try_get("account")?),
            subject: r.try_get("subject")?,
            date: number(r.try_get("date")?),
            size: r.try_get("size")?,
            list_id: r.try_get("list_id")?,
            people: serde_json::from_str(&people).unwrap_or_default(),
            structure: structure.and_then(|s| serde_json::from_str(&s).ok()),
            muted: r.try_get::<i64, _>("muted")? != 0,
            thread: id(r.try_get("thread")?),
            places: places
                .iter()
                .map(|p| {
                    Ok(Place {
                        folder: id(p.try_get(0)?),
                        mailbox: MailboxName(p.try_get(1)?),
                        uidvalidity: p.try_get::<Option<i64>, _>(2)?.map(count),
                        uid: Some(p.try_get::<i64, _>(3)?).filter(|u| *u > 0).map(count),
                        flags: p.try_get(4)?,
                        hidden: p.try_get::<i64, _>(5)? != 0,
                        keywords: p.try_get(6)?,
                        due: p.try_get(7)?,
                        local: p.try_get::<i64, _>(8)? != 0,
                    })
                })
                .collect::<Result<_>>()?,
        })
    }

    /// Keeps a message's shape, learnt later than its headers.
    pub(crate) async fn set_structure(&self, message: Id, structure: &Part, attachments: u32) -> Result<()> {
        let json = serde_json::to_string(structure).map_err(|e| Error::Internal(e.to_string()))?;
        let mut tx = self.write().await?;
        sqlx::query("UPDATE message SET structure = ?2, attachments = ?3 WHERE id = ?1")
            .bind(message)
            .bind(json)
            .bind(attachments)
            .execute(&mut *tx)
            .await?;
        sqlx::query("UPDATE placement SET files = ?2 WHERE message = ?1")
            .bind(message)
            .bind(i64::from(attachments > 0))
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    /// Keeps previews: message and first words. Those known already stay. Gives the folders whose lists changed.
    pub(crate) async fn set_previews(&self, previews: &[(Id, String)]) -> Result<Vec<Id>> {
        let mut tx = self.write().await?;
        let mut folders = Vec::new();
        for (message, preview) in previews {
            let done = sqlx::query("UPDATE message SET preview = ?2 WHERE id = ?1 AND preview IS NULL")
                .bind(message)
                .bind(preview)
                .execute(&mut *tx)
                .await?;
            if done.rows_affected() > 0 {
                let places: Vec<i64> = sqlx::query_scalar("SELECT folder FROM placement WHERE message = ?1")
                    .bind(message)
                    .fetch_all(&mut *tx)
                    .await?;
                folders.extend(places.into_iter().map(id));
            }
        }
        tx.commit_beside_lists().await?;
        folders.sort_unstable();
        folders.dedup();
        Ok(folders)
    }

    /// Of these messages, those without a preview: account, folder, UID, message.
    pub(crate) async fn without_preview(&self, messages: &[Id]) -> Result<Vec<(Id, Id, u32, Id)>> {
        let json = serde_json::to_string(messages).map_err(|e| Error::Internal(e.to_string()))?;
        let rows: Vec<(i64, i64, i64, i64)> = sqlx::query_as(
            "SELECT m.account, p.server_folder, p.uid, m.id FROM json_each(?1) AS w CROSS JOIN message m ON m.id = w.value
             JOIN placement p ON p.message = m.id
             WHERE m.preview IS NULL AND p.uid > 0 AND p.server_folder IN (SELECT id FROM folder WHERE local = 0)",
        )
        .bind(json)
        .fetch_all(self.read())
        .await?;
        Ok(rows.into_iter().map(|(a, f, u, m)| (id(a), id(f), count(u), id(m))).collect())
    }

    /// Messages of a folder that came after `since` and whose text is not here: UID and message, newest first.
    pub(crate) async fn without_body(&self, folder: Id, since: i64, limit: u32) -> Result<Vec<(u32, Id)>> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT p.uid, p.message FROM placement p WHERE p.folder = ?1 AND p.server_folder = ?1 AND p.hidden = 0
             AND p.date >= ?2 AND p.uid > 0 AND NOT EXISTS (SELECT 1 FROM body b WHERE b.message = p.message) ORDER BY p.date DESC, p.id DESC LIMIT ?3",
        )
        .bind(folder)
        .bind(since)
        .bind(limit)
        .fetch_all(self.read())
        .await?;
        Ok(rows.into_iter().map(|(u, m)| (count(u), id(m))).collect())
    }

    /// Messages of an account whose rows could not be read whole.
    pub(crate) async fn damaged(&self, account: Id) -> Result<u32> {
        let n: i64 = sqlx::query_scalar("SELECT count(*) FROM message WHERE damaged = 1 AND account = ?1")
            .bind(account)
            .fetch_one(self.read())
            .await?;
        Ok(count(n))
    }

    /// Removes messages that have had no place for `age` seconds, with their bodies. Gives the files to delete.
    pub(crate) async fn remove_orphans(&self, age: i64) -> Result<Vec<String>> {
        const OLD: &str = "SELECT o.message FROM orphan o WHERE o.since <= ?1
            AND NOT EXISTS (SELECT 1 FROM placement p WHERE p.message = o.message)
            AND NOT EXISTS (SELECT 1 FROM op WHERE op.message = o.message)";
        let before = super::now() - age;
        let mut tx = self.write().await?;
        let run = |sql: String| sqlx::query(sqlx::AssertSqlSafe(sql)).bind(before);
        let files: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "SELECT file FROM part WHERE message IN ({OLD})
             UNION SELECT file FROM image WHERE file IS NOT NULL AND message IN ({OLD})"
        )))
        .bind(before)
        .fetch_all(&mut *tx)
        .await?;
        for table in ["body", "part", "image"] {
            run(format!("DELETE FROM {table} WHERE message IN ({OLD})")).execute(&mut *tx).await?;
        }
        let leaving = threads::leaving(&mut tx, &format!("m.id IN ({OLD})"), before).await?;
        run(format!("DELETE FROM message WHERE id IN ({OLD})")).execute(&mut *tx).await?;
        threads::leave(&mut tx, leaving).await?;
        run(
            "DELETE FROM orphan WHERE since <= ?1 AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = orphan.message)"
                .to_owned(),
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(files)
    }
}
