//! Folders made, renamed, moved, deleted, hidden: filed, shown at once, and told to the server when it can be reached.

use super::Accounts;
use crate::error::{Code, Error, Result, UiError};
use crate::store::folder_changes::Deed;
use crate::topics::Topic;
use crate::view::{ActView, Id, Intent, Role};

impl Accounts {
    pub(crate) async fn create_folder(&self, account: Id, parent: Option<Id>, name: &str) -> Result<Id> {
        let folder = self.house.store.create_folder(account, parent, name).await?;
        self.changed(Vec::new());
        Ok(folder)
    }

    /// Files what is done to a folder. What is so already is an act of nothing.
    pub(crate) async fn change_folder(&self, folder: Id, deed: Deed, intent: Intent) -> Result<ActView> {
        match self.house.store.file_folder(folder, deed).await? {
            Some(filed) => self.filed(filed).await,
            None => Ok(super::acting::nothing(intent)),
        }
    }

    pub(crate) async fn set_folder_role(&self, folder: Id, role: Role) -> Result<()> {
        if matches!(role, Role::Inbox | Role::All | Role::Flagged | Role::Recovered) {
            return Err(Error::Ui(Box::new(UiError::new(Code::NotAllowed))));
        }
        self.house.store.set_folder_role(folder, role).await?;
        self.house.topics.tell([Topic::Folders, Topic::Inboxes, Topic::List(folder), Topic::Snoozed]);
        Ok(())
    }

    pub(crate) async fn favourite_folder(&self, folder: Id, place: Option<u32>) -> Result<()> {
        self.house.store.set_favourite(folder, place).await?;
        self.house.topics.tell([Topic::Folders]);
        Ok(())
    }
}
