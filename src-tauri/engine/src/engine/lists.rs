//! Lists and conversations, as the window reads them.

use super::Engine;
use crate::error::UiError;
use crate::topics::Topic;
use crate::view::*;

/// Views of lists, by name in the store.
const VIEWS: &str = "list_views";

impl Engine {
    /// Rows `offset..offset + limit` of a list in its order; `limit` is cut at 500.
    pub async fn list_page(&self, list: List, offset: u32, limit: u32) -> Result<ListPage, UiError> {
        self.accounts.listing(list.key).await;
        let page = self.house.store.noted(self.house.store.list_page(&list, offset, limit.min(500)).await)?;
        self.accounts.want_previews(&page.rows);
        Ok(page)
    }

    /// Where a row stands in a list now; in a list of conversations, where the conversation of its message does.
    pub async fn list_index(&self, list: List, row: Id) -> Result<Option<u32>, UiError> {
        self.house.store.noted(self.house.store.list_index(&list, row).await)
    }

    /// Numbers of the lists over all accounts.
    pub async fn list_counts(&self) -> Result<ListCounts, UiError> {
        self.house.store.noted(self.house.store.list_counts().await)
    }

    /// The conversation of a message over all folders, the oldest first, each mail once.
    pub async fn conversation(&self, message: Id) -> Result<Vec<TalkMessage>, UiError> {
        self.house.store.noted(self.house.store.conversation(message).await)
    }

    /// Lists that are not shown as all others are.
    pub async fn list_views(&self) -> Result<Vec<(ListKey, ListView)>, UiError> {
        Ok(self.house.store.setting(VIEWS).await?.unwrap_or_default())
    }

    /// Keeps how a list is shown; none = as all others.
    pub async fn set_list_view(&self, key: ListKey, view: Option<ListView>) -> Result<(), UiError> {
        let mut views = self.list_views().await?;
        views.retain(|(k, _)| *k != key);
        views.extend(view.map(|v| (key, v)));
        self.house.store.set_setting(VIEWS, &views).await?;
        self.house.topics.tell([Topic::ListViews]);
        Ok(())
    }
}
