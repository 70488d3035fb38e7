//! Folders and lists.

use super::Id;
use serde::{Deserialize, Serialize};

/// What a folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Where new mail comes.
    Inbox,
    /// Unfinished mail.
    Drafts,
    /// What was sent.
    Sent,
    /// Done with.
    Archive,
    /// All mail (Gmail).
    All,
    /// Unwanted.
    Junk,
    /// Deleted.
    Trash,
    /// Flagged (Gmail's starred).
    Flagged,
    /// Of no server: messages that could be stored nowhere else.
    Recovered,
    /// A folder of the person's own.
    None,
}

/// One folder of an account, in tree order (parents before children, roles first).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct FolderView {
    /// Its id.
    pub id: Id,
    /// Its account.
    pub account: Id,
    /// The folder it stands under.
    pub parent: Option<Id>,
    /// Last part of its name, decoded.
    pub name: String,
    /// Role; the window shows the person's own word for it.
    pub role: Role,
    /// Unread messages.
    pub unread: u32,
    /// Messages on the server.
    pub total: u32,
    /// Whose headers are here.
    pub here: u32,
    /// False: exists only to hold others (\Noselect).
    pub selectable: bool,
    /// Bodies of the last so many days are kept here; none = only what was opened.
    pub keep_days: Option<u32>,
    /// Depth in the tree, 0 at the top.
    pub depth: u32,
    /// Not shown in the sidebar unless asked for (not subscribed).
    pub hidden: bool,
    /// Among the favourites, at this place.
    pub favourite: Option<u32>,
    /// It is still to be made on the server.
    pub waiting: bool,
    /// Labels of one's own can be put on messages in it (`\\*` in PERMANENTFLAGS).
    pub labels: bool,
}

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum ListKey {
    /// One folder.
    Folder {
        /// Its id.
        id: Id,
    },
    /// The inboxes of all accounts.
    Inboxes,
    /// Whatever is flagged, all accounts.
    Flagged,
    /// What sleeps until a time, all accounts, the soonest first.
    Snoozed,
}

/// Which rows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Filter {
    /// All.
    All,
    /// Unread.
    Unread,
    /// With attachments.
    Files,
}

/// A stretch of a list, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ListPage {
    /// Rows in the whole list under this filter.
    pub total: u32,
    /// Unread rows in the whole list.
    pub unread: u32,
    /// Index of the first row given.
    pub offset: u32,
    /// The row that came last, wherever it stands: a later one has a greater id.
    pub newest: Id,
    /// The rows.
    pub rows: Vec<ListRow>,
}

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ListRow {
    /// The row: a message in a place. Stays the same while it is there.
    pub id: Id,
    /// The message.
    pub message: Id,
    /// Its account.
    pub account: Id,
    /// The folder it stands in.
    pub folder: Id,
    /// Who to show: the sender, or the recipients in Sent and Drafts.
    pub who: String,
    /// Subject, may be empty.
    pub subject: String,
    /// First words, may be empty.
    pub preview: String,
    /// When it came.
    pub date: f64,
    /// Not read.
    pub unread: bool,
    /// Flagged.
    pub flagged: bool,
    /// Answered.
    pub answered: bool,
    /// Forwarded.
    pub forwarded: bool,
    /// How many attachments.
    pub attachments: u32,
    /// In a muted conversation.
    pub muted: bool,
    /// Keywords of its labels, in the order of the labels.
    pub labels: Vec<String>,
    /// Snoozed until then; a time that is over: it has come back.
    pub due: Option<f64>,
}
