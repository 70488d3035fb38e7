//! The list of contacts, and what a person does to them.

use super::words;
use crate::error::{Code, Error, Result, UiError};
use crate::store::{Store, Write, count, id, now, number};
use crate::view::{Contact, ContactsPage, Id};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

/// Columns of a contact `c`.
const CONTACT: &str = "SELECT c.id, c.name, c.email, c.written, c.heard, c.last, c.kept FROM contact c";
/// Longest name.
const NAME: usize = 200;

fn contact(r: &SqliteRow) -> Result<Contact> {
    let last: i64 = r.try_get("last")?;
    Ok(Contact {
        id: id(r.try_get("id")?),
        name: letter::address::visible(r.try_get("name")?),
        email: r.try_get("email")?,
        written: count(r.try_get("written")?),
        heard: count(r.try_get("heard")?),
        last: (last > 0).then(|| number(last)),
        kept: r.try_get::<i64, _>("kept")? != 0,
    })
}

/// Who has this address, beside this contact: its id, and whether it is the person's own and there.
pub(super) async fn of_address(tx: &mut Write, email: &str, but: i64) -> Result<Option<(i64, bool)>> {
    Ok(sqlx::query_as("SELECT id, kept <> 0 AND removed IS NULL FROM contact WHERE email = ?1 AND id <> ?2")
        .bind(email)
        .bind(but)
        .fetch_optional(&mut **tx)
        .await?)
}

impl Store {
    /// Those one may mean: whose address, or a word of whose name or address, begins so; those one wrote to most first.
    pub(crate) async fn suggest(&self, text: &str, limit: u32) -> Result<Vec<Contact>> {
        let asked = words::asked(text);
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        self.index_contacts().await?;
        let sql = sqlx::AssertSqlSafe(format!("{} LIMIT ?1", suggestion(&asked)));
        let mut query = sqlx::query(sql).bind(limit);
        for bound in asked.iter().flat_map(|w| words::bounds(w)) {
            query = query.bind(bound);
        }
        query.fetch_all(self.read()).await?.iter().map(contact).collect()
    }

    /// Contacts by name from `offset` on, of those that have these words.
    pub(crate) async fn contacts(&self, text: &str, offset: u32, limit: u32) -> Result<ContactsPage> {
        let asked = words::asked(text);
        if asked.is_empty() && !text.trim().is_empty() {
            return Ok(ContactsPage::default());
        }
        self.index_contacts().await?;
        let condition = words::condition(&asked, 1);
        let count_sql = format!("SELECT count(*) FROM contact c WHERE c.removed IS NULL{condition}");
        let mut total = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(count_sql));
        for bound in asked.iter().flat_map(|w| words::bounds(w)) {
            total = total.bind(bound);
        }
        let total = count(total.fetch_one(self.read()).await?);
        let mut page = sqlx::query(sqlx::AssertSqlSafe(listing(&asked))).bind(limit).bind(offset);
        for bound in asked.iter().flat_map(|w| words::bounds(w)) {
            page = page.bind(bound);
        }
        let contacts = page.fetch_all(self.read()).await?.iter().map(contact).collect::<Result<_>>()?;
        Ok(ContactsPage { total, contacts })
    }

    /// One contact.
    async fn contact(&self, contact_id: i64) -> Result<Contact> {
        let sql = sqlx::AssertSqlSafe(format!("{CONTACT} WHERE c.id = ?1 AND c.removed IS NULL"));
        let row = sqlx::query(sql).bind(contact_id).fetch_optional(self.read()).await?;
        row.as_ref().map(contact).transpose()?.ok_or_else(|| Error::Gone("contact".into()))
    }

    /// Keeps one as the person's own; id 0 = a new one. What was gathered under its address becomes part of it.
    ///
    /// # Errors
    /// `Invalid("email")`; `ContactExists` where another of the person's own has the address.
    pub(crate) async fn save_contact(&self, wanted: &Contact) -> Result<Contact> {
        let email = wanted.email.trim();
        if letter::compose::recipient::check(email).is_err() {
            return Err(Error::Invalid("email"));
        }
        let name: String = letter::address::visible(&wanted.name).chars().take(NAME).collect();
        let name = name.trim();
        let mut tx = self.write_durably().await?;
        let this = i64::from(wanted.id);
        let there = sqlx::query_scalar::<_, i64>("SELECT id FROM contact WHERE id = ?1 AND removed IS NULL")
            .bind(this)
            .fetch_optional(&mut *tx)
            .await?;
        if this != 0 && there.is_none() {
            return Err(Error::Gone("contact".into()));
        }
        let other = of_address(&mut tx, email, this).await?;
        if matches!(other, Some((_, true))) {
            return Err(Error::Ui(Box::new(UiError::new(Code::ContactExists).with("email", email))));
        }
        let kept = match (there, other) {
            (None, Some((other, _))) => other,
            (None, None) => {
                sqlx::query_scalar("INSERT INTO contact (email, name) VALUES (?1, '') RETURNING id")
                    .bind(email)
                    .fetch_one(&mut *tx)
                    .await?
            }
            (Some(this), Some((other, _))) => {
                sqlx::query(
                    "UPDATE contact SET written = contact.written + o.written, heard = contact.heard + o.heard,
                         last = max(contact.last, o.last) FROM contact o WHERE contact.id = ?1 AND o.id = ?2",
                )
                .bind(this)
                .bind(other)
                .execute(&mut *tx)
                .await?;
                sqlx::query("DELETE FROM contact WHERE id = ?1").bind(other).execute(&mut *tx).await?;
                this
            }
            (Some(this), None) => this,
        };
        sqlx::query("UPDATE contact SET email = ?2, name = ?3, kept = 1, removed = NULL WHERE id = ?1")
            .bind(kept)
            .bind(email)
            .bind(name)
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await?;
        self.contact(kept).await
    }

    /// Removes one. Its address is not gathered again until one writes to it.
    pub(crate) async fn remove_contact(&self, contact: Id) -> Result<()> {
        let mut tx = self.write_durably().await?;
        sqlx::query(
            "UPDATE contact SET removed = ?2, kept = 0, name = '', written = 0, heard = 0, card = NULL
             WHERE id = ?1 AND removed IS NULL",
        )
        .bind(contact)
        .bind(now())
        .execute(&mut *tx)
        .await?;
        tx.commit_beside_lists().await
    }
}

/// Those with these beginnings, best first; bounds from `?2` on.
fn suggestion(asked: &[String]) -> String {
    format!(
        "{CONTACT} WHERE c.removed IS NULL{} ORDER BY c.written > 0 DESC, c.written DESC, c.kept DESC, c.heard DESC, c.last DESC, c.email",
        words::condition(asked, 2)
    )
}

/// A page by name; bounds from `?3` on.
fn listing(asked: &[String]) -> String {
    format!(
        "{CONTACT} WHERE c.removed IS NULL{} ORDER BY c.sorted, c.id LIMIT ?1 OFFSET ?2",
        words::condition(asked, 3)
    )
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// Nothing reads all contacts to find some.
    #[test]
    fn contacts_are_found_by_an_index() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(folder.path()).await.unwrap();
            let one = ["ann".to_owned()];
            for (sql, needs) in [
                (suggestion(&one), "contact_word USING PRIMARY KEY"),
                (listing(&one), "contact_word USING PRIMARY KEY"),
                (listing(&[]), "contact_sorted"),
            ] {
                let plan: Vec<(i64, i64, i64, String)> =
                    sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
                        .fetch_all(store.read())
                        .await
                        .unwrap();
                let plan: Vec<String> = plan.into_iter().map(|p| p.3).collect();
                assert!(plan.iter().any(|p| p.contains(needs)), "{sql}: {plan:?}");
                assert!(!plan.iter().any(|p| p == "SCAN c"), "{sql}: {plan:?}");
            }
            store.close().await;
        });
    }
}
