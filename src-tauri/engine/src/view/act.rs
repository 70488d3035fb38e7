//! What a person does to mail, and what became of it.

use super::Id;
use super::list::{List, ListKey};
use crate::error::UiError;
use serde::{Deserialize, Serialize};

/// What a person can ask to be done to messages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Intent {
    /// Read, or unread.
    Read {
        /// Read.
        on: bool,
    },
    /// Flagged, or not.
    Flag {
        /// Flagged.
        on: bool,
    },
    /// A label on, or off.
    Label {
        /// Its keyword.
        keyword: String,
        /// On.
        on: bool,
    },
    /// To the archive of each message's account.
    Archive,
    /// To the trash of each message's account.
    Trash,
    /// To the junk folder of each message's account.
    Junk,
    /// Out of the junk folder, back to the inbox.
    NotJunk,
    /// To this folder, of whatever account.
    Move {
        /// Where to.
        folder: Id,
    },
    /// A copy in this folder of the same account.
    Copy {
        /// Where to.
        folder: Id,
    },
    /// For ever. The window has asked before.
    Delete,
    /// The whole conversation is muted, wherever its messages are: read, and what comes later too. Or no more.
    Mute {
        /// Muted.
        on: bool,
    },
    /// Out of sight until a time, then on top of its list.
    Snooze {
        /// The time: Unix seconds, made the next quarter of an hour.
        until: f64,
    },
    /// Snoozed no longer: where it was.
    Unsnooze,
    /// A folder was made. This and the next are no messages' and cannot be asked for in this way: folders have commands of their own.
    MakeFolder,
    /// A folder got another name.
    RenameFolder,
    /// A folder was put under another, or at the top.
    MoveFolder,
    /// A folder was deleted, with what was in it and below it.
    DeleteFolder,
    /// A folder was hidden, or shown again.
    HideFolder {
        /// Hidden.
        on: bool,
    },
    /// Marked as answered: an answer was sent.
    Answered,
    /// Marked as forwarded.
    Forwarded,
}

/// A stretch of a list, as the person marked it: both ends included, in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Span {
    /// Row at the upper end.
    pub first: Id,
    /// Row at the lower end.
    pub last: Id,
}

/// Which messages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Target {
    /// These rows.
    Rows {
        /// Their ids.
        rows: Vec<Id>,
    },
    /// The mails that these rows stand for in a list over several folders: every copy of them that the list holds.
    Mails {
        /// Their ids.
        rows: Vec<Id>,
        /// The list.
        key: ListKey,
    },
    /// The conversations that these rows are of: all their messages in the folder of each row, or in a list.
    Conversations {
        /// Their ids.
        rows: Vec<Id>,
        /// The list; none = the folder of each row.
        #[serde(default)]
        key: Option<ListKey>,
    },
    /// An open message that no row stands for (a clicked announcement): in its inbox, else where it is.
    Message {
        /// Its id.
        message: Id,
    },
    /// Stretches of a list, whether their rows were ever loaded or not.
    List {
        /// The list; of conversations, these are meant whole.
        list: List,
        /// Stretches; none at all = the whole list.
        spans: Vec<Span>,
        /// [`super::ListPage::newest`] when it was marked: what came later is not meant.
        newest: Id,
    },
}

/// What an intent would touch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// Messages.
    pub count: u32,
    /// Of them, unread.
    pub unread: u32,
    /// The people who sent most of them, with how many, most first; at most eight.
    pub people: Vec<PersonCount>,
    /// Further people.
    pub more_people: u32,
    /// The accounts they are in.
    pub accounts: Vec<Id>,
    /// When the oldest came.
    pub oldest: f64,
    /// When the newest came.
    pub newest: f64,
}

/// How many messages a person sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct PersonCount {
    /// Name or address.
    pub who: String,
    /// Messages.
    pub count: u32,
}

/// What became of something that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum ActState {
    /// Done here, and on its way to the server.
    Waiting,
    /// The server has confirmed all of it.
    Done,
    /// The server refused some or all of it; that part is as it was before.
    Refused,
    /// Undone.
    Undone,
}

/// Something that was done: an entry of the timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ActView {
    /// Its id.
    pub id: Id,
    /// When.
    pub at: f64,
    /// What.
    pub intent: Intent,
    /// Messages it touched.
    pub count: u32,
    /// Subject of the first of them. Of a folder: its name, with those above it, before.
    pub subject: String,
    /// Who the first of them is from.
    pub who: String,
    /// The account of the first of them.
    pub account: Option<Id>,
    /// Where they went, in words: the name of the folder. Of a folder: its name, with those above it, afterwards.
    pub to: Option<String>,
    /// What became of it.
    pub state: ActState,
    /// How many of its messages still wait for the server.
    pub waiting: u32,
    /// How many the server refused.
    pub refused: u32,
    /// Why, and what can be done.
    pub error: Option<UiError>,
    /// Whether it can still be undone.
    pub undoable: bool,
    /// It undid this one.
    pub undoes: Option<Id>,
    /// The server can only mark them as deleted (no UIDPLUS): hidden here, and still there until it cleans up.
    pub only_marked: bool,
    /// Some of it is kept on this computer alone: their folder takes no new keywords.
    pub only_here: bool,
}

/// What happened to a message, or why a row left the view.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct EventView {
    /// When.
    pub at: f64,
    /// The message.
    pub message: Id,
    /// Its subject.
    pub subject: String,
    /// Who it is from.
    pub who: String,
    /// The folder it was in, in words.
    pub folder: String,
    /// What happened.
    pub what: Happening,
}

/// See [`EventView`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Happening {
    /// The person did something to it, in this program.
    Act {
        /// What.
        intent: Intent,
        /// Where to, in words.
        to: Option<String>,
        /// What became of it.
        state: ActState,
        /// Why it was refused.
        error: Option<UiError>,
    },
    /// The server no longer names it there: another program moved or deleted it.
    Elsewhere,
    /// The folder is gone from the server.
    FolderGone,
    /// The folder was made anew on the server, and this message is not in it any more.
    Renumbered,
    /// The server has not named it since then; it is kept here until a second look agrees.
    Missing,
}

/// A line of the timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum TimelineView {
    /// Something the person did.
    Act {
        /// It.
        act: ActView,
    },
    /// A message left the view by another's doing.
    Event {
        /// It.
        event: EventView,
    },
}

/// A label: an IMAP keyword with a name and a colour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct LabelView {
    /// The keyword, as it stands on the server (`$label1`).
    pub keyword: String,
    /// Its name; empty for the five that every client knows, which the window names in the person's language.
    pub name: String,
    /// `#rrggbb`.
    pub color: String,
}
