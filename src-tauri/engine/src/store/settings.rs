//! Small values by name, as JSON.

use super::Store;
use crate::error::{Error, Result};
use crate::view::Settings;
use serde::{Serialize, de::DeserializeOwned};

impl Store {
    /// The person's choices; what is unknown or unreadable is as shipped.
    pub(crate) async fn settings(&self) -> Result<Settings> {
        Ok(self.setting("settings").await?.unwrap_or_default())
    }

    /// Keeps the person's choices.
    pub(crate) async fn set_settings(&self, settings: &Settings) -> Result<()> {
        self.set_setting("settings", settings).await
    }

    /// A value by name; none where there is none or it cannot be read.
    pub(crate) async fn setting<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let text: Option<String> = sqlx::query_scalar("SELECT value FROM setting WHERE name = ?1")
            .bind(name)
            .fetch_optional(self.read())
            .await?;
        Ok(text.and_then(|t| serde_json::from_str(&t).ok()))
    }

    /// Keeps a value by name.
    pub(crate) async fn set_setting<T: Serialize>(&self, name: &str, value: &T) -> Result<()> {
        let text = serde_json::to_string(value).map_err(|e| Error::Internal(e.to_string()))?;
        let mut tx = self.write().await?;
        sqlx::query("INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2")
            .bind(name)
            .bind(text)
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await?;
        self.keep_copy().await;
        Ok(())
    }
}
