//! Searching, as the shell sees it.

use super::Engine;
use crate::error::UiError;
use crate::store::search::MOST_FILES;
use crate::topics::Topic;
use crate::view::*;

impl Engine {
    /// Begins a search over all mail on this computer. Its rows are the list [`ListKey::Search`] of its id; the topic `search:ID` tells
    /// when there are others.
    pub async fn begin_search(&self, query: String) -> Result<SearchView, UiError> {
        self.house.store.noted(self.searches.open(&query).await)
    }

    /// A search as it stands now.
    pub async fn search(&self, id: Id) -> Result<SearchView, UiError> {
        self.house.store.noted(self.searches.view(id).await)
    }

    /// Goes on with a search on the servers, where not everything is here. What they find comes into the same list.
    pub async fn search_on_servers(&self, id: Id) -> Result<(), UiError> {
        self.house.store.noted(self.searches.ask_servers(id).await)
    }

    /// Ends a search.
    pub async fn end_search(&self, id: Id) -> Result<(), UiError> {
        self.searches.close(id);
        Ok(())
    }

    /// What could stand at the caret of a search field; `caret` in UTF-16 units.
    pub async fn complete_query(&self, text: String, caret: u32) -> Result<Vec<Completion>, UiError> {
        self.house.store.noted(self.searches.complete(&text, caret).await)
    }

    /// Searches that are kept, in the person's order.
    pub async fn saved_searches(&self) -> Result<Vec<SavedSearch>, UiError> {
        self.house.store.noted(self.house.store.saved_searches().await)
    }

    /// Keeps a search under a name.
    pub async fn save_search(&self, name: String, query: String) -> Result<SavedSearch, UiError> {
        let saved = self.house.store.save_search(&name, &query).await?;
        self.house.topics.tell([Topic::Searches]);
        Ok(saved)
    }

    /// Changes a kept search.
    pub async fn edit_search(&self, saved: SavedSearch) -> Result<(), UiError> {
        self.house.store.edit_search(&saved).await?;
        self.house.topics.tell([Topic::Searches]);
        Ok(())
    }

    /// Forgets a kept search.
    pub async fn remove_search(&self, id: Id) -> Result<(), UiError> {
        self.house.store.remove_search(id).await?;
        self.house.topics.tell([Topic::Searches]);
        Ok(())
    }

    /// Sets the order of the kept searches.
    pub async fn order_searches(&self, ids: Vec<Id>) -> Result<(), UiError> {
        self.house.store.order_searches(&ids).await?;
        self.house.topics.tell([Topic::Searches]);
        Ok(())
    }

    /// A stretch of the cabinet of attachments; `limit` is cut at 500.
    pub async fn files_page(&self, ask: FilesAsk, offset: u32, limit: u32) -> Result<FilesPage, UiError> {
        Ok(self.house.store.files_page(&ask, offset, limit.min(MOST_FILES)).await?)
    }

    /// Mail and people, for the palette; at most 50 of each.
    pub async fn find(&self, text: String, limit: u32) -> Result<Found, UiError> {
        self.house.store.noted(self.searches.palette(&text, limit).await)
    }
}
