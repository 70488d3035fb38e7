//! Conversations as they are read, how lists are shown, and the numbers of lists over all accounts.

use super::list::Order;
use super::{AddressView, Id};
use serde::{Deserialize, Serialize};

/// One mail of a conversation, wherever its copies are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TalkMessage {
    /// The message.
    pub message: Id,
    /// The row to act on; none where it stands nowhere any more.
    pub row: Option<Id>,
    /// The account that row is of.
    pub account: Id,
    /// The folder that row stands in; 0 where it stands nowhere.
    pub folder: Id,
    /// Further folders in which it, or a copy of it, stands.
    pub places: Vec<Id>,
    /// Who wrote it.
    pub who: AddressView,
    /// To whom, Cc behind.
    pub to: Vec<AddressView>,
    /// Written from an address of one's own.
    pub mine: bool,
    /// Date of the message.
    pub date: f64,
    /// First words, may be empty.
    pub preview: String,
    /// Not read.
    pub unread: bool,
    /// Flagged.
    pub flagged: bool,
    /// How many attachments.
    pub attachments: u32,
    /// Unfinished.
    pub draft: bool,
    /// Keywords of its labels, in the order of the labels.
    pub labels: Vec<String>,
}

/// How one list is shown, where that is not as everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ListView {
    /// Conversations, or single messages.
    pub conversations: bool,
    /// In which order.
    pub order: Order,
}

/// Numbers of the lists over all accounts; a mail with several copies counts once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ListCounts {
    /// Unread mails in the inboxes.
    pub inboxes_unread: u32,
    /// Unread mails.
    pub unread: u32,
    /// Flagged mails.
    pub flagged: u32,
    /// Drafts.
    pub drafts: u32,
    /// Messages on their way out, or held up.
    pub outbox: u32,
    /// Mails asleep.
    pub snoozed: u32,
}
