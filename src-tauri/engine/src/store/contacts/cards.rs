//! Contacts in and out as vCard (RFC 6350). A card with several addresses is several contacts here, and one card again on the way out.

use super::book::of_address;
use crate::error::{Error, Result};
use crate::store::Store;
use crate::view::Imported;
use letter::compose::recipient;
use letter::vcard::{self, Email, Version};
use sqlx::Row;

impl Store {
    /// Takes cards up as the person's own contacts, all or none. What a card says wins over what is here.
    pub(crate) async fn import_cards(&self, cards: Vec<vcard::Contact>) -> Result<Imported> {
        let mut told = Imported::default();
        let mut tx = self.write_durably().await?;
        for mut card in cards {
            let emails: Vec<Email> = std::mem::take(&mut card.emails);
            let emails: Vec<Email> = emails.into_iter().filter(|e| recipient::check(&e.email).is_ok()).collect();
            if emails.is_empty() {
                told.unreadable += 1;
                continue;
            }
            if card.uid.is_empty() {
                card.uid = format!("urn:uuid:{:032x}", rand::random::<u128>());
            }
            for email in emails {
                let before = of_address(&mut tx, &email.email, 0).await?;
                let one =
                    vcard::Contact { emails: vec![Email { email: String::new(), ..email.clone() }], ..card.clone() };
                let json = serde_json::to_string(&one).map_err(|e| Error::Internal(e.to_string()))?;
                let done = sqlx::query(
                    "INSERT INTO contact (email, name, kept, card) VALUES (?1, ?2, 1, ?3)
                     ON CONFLICT (email) DO UPDATE SET name = CASE WHEN ?2 <> '' THEN ?2 ELSE name END, kept = 1, removed = NULL, card = ?3
                         WHERE kept = 0 OR removed IS NOT NULL OR (?2 <> '' AND name <> ?2)
                             OR json_remove(coalesce(card, '{}'), '$.uid') <> json_remove(?3, '$.uid')",
                )
                .bind(&email.email)
                .bind(&card.name)
                .bind(json)
                .execute(&mut *tx)
                .await?;
                match before {
                    _ if done.rows_affected() == 0 => {}
                    None => told.added += 1,
                    Some(_) => told.changed += 1,
                }
            }
        }
        tx.commit_beside_lists().await?;
        Ok(told)
    }

    /// Those the person keeps or has written to, as cards, by name.
    pub(crate) async fn export_cards(&self) -> Result<String> {
        self.index_contacts().await?;
        let rows = sqlx::query(
            "SELECT name, email, card FROM contact WHERE removed IS NULL AND (kept <> 0 OR written > 0) ORDER BY sorted, id",
        )
        .fetch_all(self.read())
        .await?;
        let mut cards: Vec<vcard::Contact> = Vec::with_capacity(rows.len());
        let mut by_uid = std::collections::HashMap::new();
        for r in &rows {
            let (name, email): (&str, &str) = (r.try_get("name")?, r.try_get("email")?);
            let card: Option<&str> = r.try_get("card")?;
            let mut card: vcard::Contact = card.and_then(|c| serde_json::from_str(c).ok()).unwrap_or_default();
            let mut own = card.emails.pop().unwrap_or_default();
            email.clone_into(&mut own.email);
            let name = letter::address::visible(if name.is_empty() { email } else { name });
            if name != card.name {
                // Changed here: its parts are not known any more.
                (card.family, card.given) = (String::new(), String::new());
                card.name = name;
            }
            let known = by_uid.get(&card.uid).and_then(|at: &usize| cards.get_mut(*at)).filter(|c| c.name == card.name);
            if let Some(known) = known {
                known.emails.push(own);
                continue;
            }
            if !card.uid.is_empty() && by_uid.insert(card.uid.clone(), cards.len()).is_some() {
                // Two people by now.
                card.uid = format!("urn:uuid:{:032x}", rand::random::<u128>());
            }
            card.emails = vec![own];
            cards.push(card);
        }
        for card in &mut cards {
            card.emails.sort_by_key(|e| !e.preferred);
        }
        // Programs that know 4.0 read 3.0 too; not all know 4.0.
        Ok(vcard::write(&cards, Version::V3))
    }
}
