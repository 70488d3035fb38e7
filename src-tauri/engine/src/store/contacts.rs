//! Whom one wrote to, and who wrote: gathered from the headers of mail that is here.
//!
//! - `book`: those the person keeps, changes, removes; the list
//! - `words`: how they are found
//! - `cards`: in and out as vCard

mod book;
mod cards;
mod words;

use super::Store;
use crate::error::Result;
use crate::view::Recipient;

/// Messages looked at in one transaction.
const TOGETHER: i64 = 2_000;

/// Up to which message contacts were gathered.
const GATHERED: &str = "contacts";

impl Store {
    /// Gathers contacts from messages that came since the last time. True: there are more.
    pub(crate) async fn gather_contacts(&self) -> Result<bool> {
        const LAST: &str = "SELECT max(id) FROM (SELECT id FROM message WHERE id > ?1 ORDER BY id LIMIT ?2)";
        let from: i64 = self.setting(GATHERED).await?.unwrap_or(0);
        let last: Option<i64> = sqlx::query_scalar(LAST).bind(from).bind(TOGETHER).fetch_one(self.read()).await?;
        if last.is_none() {
            return Ok(false);
        }
        let mut tx = self.write().await?;
        // Another account may have done the same meanwhile.
        let from: Option<String> = sqlx::query_scalar("SELECT value FROM setting WHERE name = ?1")
            .bind(GATHERED)
            .fetch_optional(&mut *tx)
            .await?;
        let from: i64 = from.and_then(|f| f.parse().ok()).unwrap_or(0);
        let last: Option<i64> = sqlx::query_scalar(LAST).bind(from).bind(TOGETHER).fetch_one(&mut *tx).await?;
        let Some(last) = last else { return Ok(false) };
        // Of what one sent, all who got it; of the rest, who wrote it, but for what is junk.
        for (fields, column, which) in
            [("'$.t', '$.c', '$.b'", "written", "f.role = 3"), ("'$.f'", "heard", "f.role NOT IN (2, 3, 6, 7)")]
        {
            // What was removed comes back when one writes to it after that, and not before.
            let back = if column == "written" {
                "CASE WHEN excluded.last > contact.removed THEN NULL ELSE contact.removed END"
            } else {
                "contact.removed"
            };
            let sql = format!(
                "INSERT INTO contact (email, name, {column}, last)
                 SELECT w.value ->> 1, max(w.value ->> 0), count(*), max(m.date)
                 FROM message m JOIN (SELECT value AS path FROM json_each(json_array({fields}))) AS field
                 JOIN json_each(m.people, field.path) AS w
                 WHERE m.id > ?1 AND m.id <= ?2 AND json_valid(m.people) AND w.type = 'array'
                     AND instr(w.value ->> 1, '@') > 1
                     AND EXISTS (SELECT 1 FROM placement p JOIN folder f ON f.id = p.folder WHERE p.message = m.id AND {which})
                 GROUP BY lower(w.value ->> 1)
                 ON CONFLICT (email) DO UPDATE SET {column} = {column} + excluded.{column}, removed = {back},
                     name = CASE WHEN kept = 0 AND excluded.name <> '' AND (contact.name = '' OR excluded.last >= contact.last)
                         THEN excluded.name ELSE contact.name END,
                     last = max(last, excluded.last)"
            );
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(from).bind(last).execute(&mut *tx).await?;
        }
        sqlx::query("INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2")
            .bind(GATHERED)
            .bind(last.to_string())
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await?;
        self.index_contacts().await?;
        Ok(true)
    }

    /// Somebody is being written to: known from now on; counted once the message is seen in Sent.
    pub(super) async fn meet(tx: &mut super::Write, people: &[Recipient]) -> Result<()> {
        for one in people.iter().filter(|p| !p.wrong) {
            sqlx::query(
                "INSERT INTO contact (email, name, written, last) VALUES (?1, ?2, 1, ?3)
                 ON CONFLICT (email) DO UPDATE SET written = max(written, 1), last = max(last, ?3), removed = NULL,
                     name = CASE WHEN ?2 <> '' AND kept = 0 THEN ?2 ELSE name END",
            )
            .bind(&one.email)
            .bind(&one.name)
            .bind(super::now())
            .execute(&mut **tx)
            .await?;
        }
        Ok(())
    }
}
