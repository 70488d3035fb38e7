//! Whom one wrote to, and who wrote: gathered from the headers of mail that is here.

use super::{Store, count, id};
use crate::error::Result;
use crate::view::{Contact, Recipient};
use sqlx::Row;

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
            let sql = format!(
                "INSERT INTO contact (email, name, {column}, last)
                 SELECT w.value ->> 1, max(w.value ->> 0), count(*), max(m.date)
                 FROM message m JOIN (SELECT value AS path FROM json_each(json_array({fields}))) AS field
                 JOIN json_each(m.people, field.path) AS w
                 WHERE m.id > ?1 AND m.id <= ?2 AND json_valid(m.people) AND w.type = 'array'
                     AND instr(w.value ->> 1, '@') > 1
                     AND EXISTS (SELECT 1 FROM placement p JOIN folder f ON f.id = p.folder WHERE p.message = m.id AND {which})
                 GROUP BY lower(w.value ->> 1)
                 ON CONFLICT (email) DO UPDATE SET {column} = {column} + excluded.{column},
                     name = CASE WHEN excluded.name <> '' AND (contact.name = '' OR excluded.last >= contact.last)
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
        Ok(true)
    }

    /// Those one may mean: whose address, or a word of whose name, begins so; those one wrote to most first.
    pub(crate) async fn suggest(&self, text: &str, limit: u32) -> Result<Vec<Contact>> {
        let typed = text.trim();
        if typed.is_empty() {
            return Ok(Vec::new());
        }
        let begins: String = typed
            .chars()
            .take(100)
            .flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c]))
            .collect();
        let rows = sqlx::query(
            "SELECT id, name, email, written FROM contact
             WHERE email LIKE ?1 || '%' ESCAPE '\\' OR name LIKE ?1 || '%' ESCAPE '\\' OR name LIKE '% ' || ?1 || '%' ESCAPE '\\'
                 OR email LIKE '%@' || ?1 || '%' ESCAPE '\\' OR email LIKE '%.' || ?1 || '%@%' ESCAPE '\\'
             ORDER BY written > 0 DESC, written DESC, heard DESC, last DESC, email LIMIT ?2",
        )
        .bind(begins)
        .bind(limit)
        .fetch_all(self.read())
        .await?;
        rows.iter()
            .map(|r| {
                Ok(Contact {
                    id: id(r.try_get("id")?),
                    name: letter::address::visible(r.try_get("name")?),
                    email: r.try_get("email")?,
                    written: count(r.try_get("written")?),
                })
            })
            .collect()
    }

    /// Somebody is being written to: known from now on; counted once the message is seen in Sent.
    pub(super) async fn meet(tx: &mut super::Write, people: &[Recipient]) -> Result<()> {
        for one in people.iter().filter(|p| !p.wrong) {
            sqlx::query(
                "INSERT INTO contact (email, name, written, last) VALUES (?1, ?2, 1, ?3)
                 ON CONFLICT (email) DO UPDATE SET written = max(written, 1), last = max(last, ?3),
                     name = CASE WHEN ?2 <> '' THEN ?2 ELSE name END",
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
