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

/// Which messages a list is of.
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
    /// Whatever is unread, all accounts, but not in Trash and Junk.
    Unread,
    /// Whatever is flagged, all accounts.
    Flagged,
    /// What sleeps until a time, all accounts, the soonest first.
    Snoozed,
    /// The Drafts of all accounts.
    Drafts,
    /// What was sent, all accounts.
    Sent,
    /// Everything, all accounts, but not what is in Trash and Junk.
    AllMail,
    /// What an open search has found. A row is one message, also where conversations are asked for.
    Search {
        /// The search.
        id: Id,
    },
}

/// Which of its rows: those that meet every condition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    /// Unread.
    pub unread: bool,
    /// Flagged.
    pub flagged: bool,
    /// With attachments.
    pub files: bool,
    /// From or to this address.
    pub person: Option<String>,
    /// These words in its subject, or in the name or address of one of its people.
    pub text: Option<String>,
}

/// What a list is sorted by; what is equal in it, by date, the newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum OrderBy {
    /// When it came; what sleeps, when it is due.
    #[default]
    Date,
    /// Who is shown.
    Sender,
    /// Its subject, without what answers put before it.
    Subject,
    /// Its size on the server.
    Size,
    /// Whether it has attachments.
    Files,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// By what.
    pub by: OrderBy,
    /// The least first (the oldest, A, the smallest); false: the greatest first. Snoozed: false is the soonest first.
    pub ascending: bool,
}

/// A list as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct List {
    /// Of which messages.
    pub key: ListKey,
    /// Which of them.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// A row is a conversation: all that stands together in this list. False: a row is one message.
    pub conversations: bool,
}

impl List {
    /// All of its messages, one by one, the newest first.
    #[must_use]
    pub fn of(key: ListKey) -> Self {
        Self { key, filter: Filter::default(), order: Order::default(), conversations: false }
    }

    /// All of its conversations, the newest first.
    #[must_use]
    pub fn conversations(key: ListKey) -> Self {
        Self { conversations: true, ..Self::of(key) }
    }

    /// Whether its rows are conversations. Of what a search has found, a row is the newest hit of its conversation, and stands for all
    /// of it.
    #[must_use]
    pub fn of_conversations(&self) -> bool {
        self.conversations
    }

    /// Whether it holds what a search has found.
    #[must_use]
    pub fn is_found(&self) -> bool {
        matches!(self.key, ListKey::Search { .. })
    }
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
    /// The row: a message in a place, of a conversation the newest in this list. Stays the same while it is there.
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
    /// Not read; of a conversation: something in it.
    pub unread: bool,
    /// Flagged; of a conversation: something in it.
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
    /// Messages of its conversation, each once, over all folders but Trash and Junk (unless this row is in one of them); 1 in a list
    /// of single messages.
    pub messages: u32,
    /// Those of them in this list that are unread.
    pub unread_messages: u32,
    /// Who takes part, each once, in the order in which they first wrote; in a list of single messages nobody.
    pub people: Vec<String>,
    /// Which of the people have written something that is unread.
    pub unread_people: Vec<u32>,
    /// Which of the people is oneself.
    pub me: Vec<u32>,
    /// Further folders in which the same message stands.
    pub places: Vec<Id>,
}
