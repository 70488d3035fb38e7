//! What the person does to messages, labels and folders: filed here, told by sync.

use super::Engine;
use crate::error::UiError;
use crate::store::folder_changes::Deed;
use crate::topics::Topic;
use crate::view::*;

impl Engine {
    /// Does something to messages: here at once, on the server soon, whether it can be reached now or not.
    pub async fn act(&self, intent: Intent, target: Target) -> Result<ActView, UiError> {
        self.house.store.noted(self.accounts.act(intent, &target).await)
    }

    /// What an intent on this target would touch.
    pub async fn act_preview(&self, target: Target) -> Result<Preview, UiError> {
        self.house.store.noted(self.house.store.preview(&target).await)
    }

    /// The message was opened and read: marks it so, without an entry in the timeline.
    pub async fn mark_opened(&self, message: Id) -> Result<(), UiError> {
        Ok(self.accounts.mark_opened(message).await?)
    }

    /// Undoes this act, or the last that can be undone; none where there is none. What was not sent yet is taken back; what was
    /// done gets its opposite.
    pub async fn undo(&self, act: Option<Id>) -> Result<Option<ActView>, UiError> {
        self.house.store.noted(self.accounts.undo(act).await)
    }

    /// What was done and what left the view in the last thirty days, latest first, from before a time on; `limit` is cut at 200.
    pub async fn timeline(&self, query: String, before: Option<f64>, limit: u32) -> Result<Vec<TimelineView>, UiError> {
        self.house.store.noted(self.house.store.timeline(&query, before, limit.min(200)).await)
    }

    /// What happened to a message, latest first.
    pub async fn history(&self, message: Id) -> Result<Vec<EventView>, UiError> {
        self.house.store.noted(self.house.store.history(message).await)
    }

    /// What the server refused, until the person has seen it.
    pub async fn refusals(&self) -> Result<Vec<ActView>, UiError> {
        self.house.store.noted(self.house.store.refusals().await)
    }

    /// The person has seen it.
    pub async fn dismiss_refusal(&self, act: Id) -> Result<(), UiError> {
        self.house.store.dismiss_refusal(act).await?;
        self.house.topics.tell([Topic::Acts]);
        Ok(())
    }

    // ---- labels ----

    /// Labels in the person's order.
    pub async fn labels(&self) -> Result<Vec<LabelView>, UiError> {
        self.house.store.noted(self.house.store.labels().await)
    }

    /// Makes a label.
    pub async fn make_label(&self, name: String, color: String) -> Result<LabelView, UiError> {
        let made = self.house.store.make_label(&name, &color).await?;
        self.house.topics.tell([Topic::Labels]);
        Ok(made)
    }

    /// Changes a label's name and colour; its keyword on the server stays.
    pub async fn edit_label(&self, label: LabelView) -> Result<(), UiError> {
        self.house.store.edit_label(&label).await?;
        self.house.topics.tell([Topic::Labels]);
        Ok(())
    }

    /// Sets the order of the labels.
    pub async fn order_labels(&self, keywords: Vec<String>) -> Result<(), UiError> {
        self.house.store.order_labels(&keywords).await?;
        self.house.topics.tell([Topic::Labels]);
        Ok(())
    }

    /// Takes a label out of this program; messages keep the keyword.
    pub async fn remove_label(&self, keyword: String) -> Result<(), UiError> {
        self.house.store.remove_label(&keyword).await?;
        self.house.topics.tell([Topic::Labels]);
        Ok(())
    }

    // ---- folders ----

    /// Makes a folder: here at once, on the server soon.
    pub async fn create_folder(&self, account: Id, parent: Option<Id>, name: String) -> Result<Id, UiError> {
        Ok(self.accounts.create_folder(account, parent, &name).await?)
    }

    /// Renames a folder.
    pub async fn rename_folder(&self, folder: Id, name: String) -> Result<ActView, UiError> {
        Ok(self.accounts.change_folder(folder, Deed::Rename(name), Intent::RenameFolder).await?)
    }

    /// Puts a folder under another, or at the top.
    pub async fn move_folder(&self, folder: Id, parent: Option<Id>) -> Result<ActView, UiError> {
        Ok(self.accounts.change_folder(folder, Deed::Move(parent), Intent::MoveFolder).await?)
    }

    /// Deletes a folder with what is in it and below it, for ever. The window has asked before.
    pub async fn delete_folder(&self, folder: Id) -> Result<ActView, UiError> {
        Ok(self.accounts.change_folder(folder, Deed::Delete, Intent::DeleteFolder).await?)
    }

    /// Hides a folder (unsubscribes), or shows it again.
    pub async fn hide_folder(&self, folder: Id, hidden: bool) -> Result<ActView, UiError> {
        Ok(self.accounts.change_folder(folder, Deed::Hide(hidden), Intent::HideFolder { on: hidden }).await?)
    }

    /// Says what a folder is for.
    pub async fn set_folder_role(&self, folder: Id, role: Role) -> Result<(), UiError> {
        Ok(self.accounts.set_folder_role(folder, role).await?)
    }

    /// Puts a folder among the favourites, or takes it out.
    pub async fn favourite_folder(&self, folder: Id, place: Option<u32>) -> Result<(), UiError> {
        Ok(self.accounts.favourite_folder(folder, place).await?)
    }
}
