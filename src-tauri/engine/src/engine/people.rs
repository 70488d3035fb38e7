//! Contacts and templates, as the shell sees them.

use super::Engine;
use crate::error::{Error, UiError};
use crate::topics::Topic;
use crate::view::*;

/// Longest file of cards, in octets.
const CARDS: usize = 32 * 1024 * 1024;

impl Engine {
    /// Those one may mean; those one wrote to most first. `limit` is cut at 50.
    pub async fn suggest(&self, text: String, limit: u32) -> Result<Vec<Contact>, UiError> {
        Ok(self.house.store.suggest(&text, limit.min(50)).await?)
    }

    /// Contacts by name, of those that have these words (none: all); `limit` is cut at 500.
    pub async fn contacts(&self, query: String, offset: u32, limit: u32) -> Result<ContactsPage, UiError> {
        Ok(self.house.store.contacts(&query, offset, limit.min(500)).await?)
    }

    /// Keeps a contact as the person's own; id 0 = a new one. What was gathered under its address becomes part of it.
    pub async fn save_contact(&self, contact: Contact) -> Result<Contact, UiError> {
        let kept = self.house.store.save_contact(&contact).await?;
        self.house.topics.tell([Topic::Contacts]);
        Ok(kept)
    }

    /// Removes a contact. Its address is not gathered again until one writes to it.
    pub async fn remove_contact(&self, contact: Id) -> Result<(), UiError> {
        self.house.store.remove_contact(contact).await?;
        self.house.topics.tell([Topic::Contacts]);
        Ok(())
    }

    /// Takes up a file of vCards (2.1, 3.0, 4.0), of at most 32 MiB.
    pub async fn import_vcards(&self, bytes: Vec<u8>) -> Result<Imported, UiError> {
        if bytes.len() > CARDS {
            return Err(Error::TooLarge("more than 32 MiB of cards".into()).into());
        }
        let read = tokio::task::spawn_blocking(move || letter::vcard::parse(&bytes)).await;
        let cards = read.map_err(|e| Error::Internal(e.to_string()))?;
        let told = self.house.store.import_cards(cards).await?;
        self.house.topics.tell([Topic::Contacts]);
        Ok(told)
    }

    /// Contacts that the person keeps or has written to, as a file of vCards (3.0).
    pub async fn export_vcards(&self) -> Result<Vec<u8>, UiError> {
        Ok(self.house.store.export_cards().await?.into_bytes())
    }

    /// Templates by name.
    pub async fn templates(&self) -> Result<Vec<Template>, UiError> {
        Ok(self.house.store.templates().await?)
    }

    /// Keeps what is one's own in a draft under a name; a template of that name is replaced. Waits for the server where a file of the
    /// draft is still there.
    pub async fn save_template(&self, draft: Id, name: String) -> Result<Template, UiError> {
        Ok(self.composing.save_template(draft, &name).await?)
    }

    /// Gives a template another name.
    pub async fn rename_template(&self, id: Id, name: String) -> Result<(), UiError> {
        Ok(self.composing.rename_template(id, &name).await?)
    }

    /// Removes a template.
    pub async fn remove_template(&self, id: Id) -> Result<(), UiError> {
        Ok(self.composing.remove_template(id).await?)
    }

    /// Puts a template into a draft: its text before signature and quote, its subject and its people where the draft has none.
    pub async fn use_template(&self, draft: Id, template: Id) -> Result<Draft, UiError> {
        Ok(self.composing.use_template(draft, template).await?)
    }
}
