//! What a person does, filed, told to the window, and handed to the accounts whose servers are to know.

use super::Accounts;
use crate::error::{Code, Error, Result, UiError};
use crate::store::acts::Filed;
use crate::store::number;
use crate::topics::Topic;
use crate::view::{ActState, ActView, Id, Intent, Target};

impl Accounts {
    /// Files an intent. What was to be done and is so already is an act of no message.
    pub(crate) async fn act(&self, intent: Intent, target: &Target) -> Result<ActView> {
        match self.house.store.file(&intent, target).await? {
            Some(filed) => self.filed(filed).await,
            None => Ok(nothing(intent)),
        }
    }

    /// Marks an opened message as read.
    pub(crate) async fn mark_opened(&self, message: Id) -> Result<()> {
        let folders = self.house.store.file_opened(message).await?;
        if !folders.is_empty() {
            self.changed(folders);
            self.house.topics.tell([Topic::Message(message)]);
        }
        Ok(())
    }

    /// Undoes an act, or the last that can be undone.
    pub(crate) async fn undo(&self, act: Option<Id>) -> Result<Option<ActView>> {
        let act = match act {
            Some(act) => act,
            None => match self.house.store.last_undoable().await? {
                Some(act) => act,
                None => return Ok(None),
            },
        };
        let filed = self.house.store.file_undo(act).await?;
        self.filed(filed).await.map(Some)
    }

    /// Something was filed that follows from something else: lists look different, and servers are to be told.
    pub(crate) fn filed_quietly(&self, folders: Vec<Id>) {
        if !folders.is_empty() {
            self.changed(folders);
        }
    }

    pub(super) async fn filed(&self, filed: Filed) -> Result<ActView> {
        let messages = self.house.store.messages_of(filed.act).await?;
        self.changed(filed.folders);
        self.house.topics.tell(messages.into_iter().map(Topic::Message));
        self.house.store.act(filed.act).await?.ok_or_else(|| Error::Ui(Box::new(UiError::new(Code::TooLate))))
    }

    /// Lists look different, and servers are to be told.
    pub(super) fn changed(&self, folders: Vec<Id>) {
        self.house.topics.tell(folders.into_iter().map(Topic::List));
        self.house.topics.tell([Topic::Acts, Topic::Folders, Topic::Inboxes, Topic::Flagged, Topic::Snoozed]);
        for account in self.all() {
            account.tell_server();
        }
    }
}

pub(super) fn nothing(intent: Intent) -> ActView {
    ActView {
        id: 0,
        at: number(crate::store::now()),
        intent,
        count: 0,
        subject: String::new(),
        who: String::new(),
        account: None,
        to: None,
        state: ActState::Done,
        waiting: 0,
        refused: 0,
        error: None,
        undoable: false,
        undoes: None,
        only_marked: false,
        only_here: false,
    }
}
