//! Searches, what they cover, what completes them; the cabinet of attachments; what the palette finds.

use super::Id;
use super::contact::Contact;
use super::list::ListRow;
use crate::error::UiError;
use serde::{Deserialize, Serialize};

/// A search that is open: a list like others, under its id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct SearchView {
    /// Its id: [`super::ListKey::Search`].
    pub id: Id,
    /// As it was typed.
    pub query: String,
    /// Folded words to mark in what is found.
    pub words: Vec<String>,
    /// What was not understood and left out.
    pub fault: Option<QueryFault>,
    /// Rows found so far.
    pub total: u32,
    /// These are all that this computer knows.
    pub done: bool,
    /// What was looked through.
    pub coverage: Coverage,
}

/// Something in a query that was not understood. Places count as JavaScript counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct QueryFault {
    /// Where it begins.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum FaultKind {
    /// Quotes that do not end.
    OpenQuote,
    /// A bracket without its other half.
    Bracket,
    /// Not a date.
    Date,
    /// Not a size.
    Size,
    /// Not a state, nor a kind of file.
    Value,
    /// Too much for one query.
    TooLong,
}

/// What a search looked through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// Messages whose headers are on this computer.
    pub headers: f64,
    /// Messages whose texts were searched here.
    pub texts: f64,
    /// Of the headers, those that are in the index by now.
    pub indexed: f64,
    /// The servers.
    pub servers: Vec<AccountCoverage>,
}

/// How far a server is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountCoverage {
    /// The account.
    pub account: Id,
    /// Folders in which not everything is here.
    pub folders: u32,
    /// Of them, asked by now.
    pub done: u32,
    /// Messages that the server named and whose headers are on their way.
    pub waiting: u32,
    /// Messages that the server named.
    pub found: u32,
    /// How it stands.
    pub state: ServerSearch,
    /// Why it failed; of single folders, the last.
    pub error: Option<UiError>,
    /// The server reads the query in its own language (X-GM-RAW).
    pub gm_raw: bool,
}

/// How it stands with the search on a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum ServerSearch {
    /// Not asked.
    Idle,
    /// Being asked.
    Asking,
    /// Asked.
    Done,
    /// Could not be asked in some folders, or at all.
    Failed,
    /// Cannot be reached now.
    Offline,
}

/// Something that could stand in a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Completion {
    /// What it replaces begins here, in UTF-16 units.
    pub start: u32,
    /// And ends here.
    pub end: u32,
    /// What is put there.
    pub text: String,
    /// What it is.
    pub kind: CompletionKind,
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum CompletionKind {
    /// `from:` and the like.
    Operator,
    /// An address.
    Person,
    /// A folder.
    Folder,
    /// An account.
    Account,
    /// A label.
    Label,
    /// A word that an operator knows.
    Value,
}

/// A search that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct SavedSearch {
    /// Its id.
    pub id: Id,
    /// Its name in the sidebar.
    pub name: String,
    /// What it looks for.
    pub query: String,
}

/// What a file is, for those who look for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum FileKind {
    /// Any; of a file itself: none of the others.
    All,
    /// Pictures.
    Image,
    /// Texts.
    Document,
    /// Tables.
    Sheet,
    /// Presentations.
    Slides,
    /// PDF.
    Pdf,
    /// Sound.
    Audio,
    /// Films.
    Video,
    /// Files of files.
    Archive,
    /// Invitations.
    Invite,
    /// Whatever else.
    Other,
}

impl FileKind {
    /// As the window says it.
    pub(crate) fn of(kind: letter::query::FileKind) -> Self {
        use letter::query::FileKind as Kind;
        match kind {
            Kind::Image => Self::Image,
            Kind::Document => Self::Document,
            Kind::Sheet => Self::Sheet,
            Kind::Slides => Self::Slides,
            Kind::Pdf => Self::Pdf,
            Kind::Audio => Self::Audio,
            Kind::Video => Self::Video,
            Kind::Archive => Self::Archive,
            Kind::Invite => Self::Invite,
            Kind::Other => Self::Other,
        }
    }

    /// As files are sorted; none = all of them.
    pub(crate) fn kind(self) -> Option<letter::query::FileKind> {
        letter::query::KINDS.iter().map(|(kind, _)| *kind).find(|kind| Self::of(*kind) == self)
    }
}

/// What the cabinet is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum FileOrder {
    /// When the message came.
    Date,
    /// The file's name.
    Name,
    /// Its size.
    Size,
}

/// Which attachments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct FilesAsk {
    /// Words in the name, the sender, or the subject; may be empty.
    pub text: String,
    /// Of this kind.
    pub kind: FileKind,
    /// From this sender: part of a name or address.
    pub person: Option<String>,
    /// Of this account.
    pub account: Option<Id>,
    /// In this order.
    pub order: FileOrder,
    /// The smallest first.
    pub ascending: bool,
}

/// A stretch of the cabinet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct FilesPage {
    /// Files that were asked for, all in all.
    pub total: u32,
    /// Some of them.
    pub rows: Vec<FileRow>,
}

/// An attachment in the cabinet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct FileRow {
    /// Its message.
    pub message: Id,
    /// Its part: for `save_attachment` and `open_attachment`.
    pub part: String,
    /// A safe name.
    pub name: String,
    /// Its type.
    pub mime: String,
    /// What it is.
    pub kind: FileKind,
    /// About how large, in octets.
    pub size: f64,
    /// Who sent it.
    pub who: String,
    /// Subject of its message.
    pub subject: String,
    /// When it came.
    pub date: f64,
    /// Account of its message.
    pub account: Id,
    /// It has been fetched.
    pub here: bool,
    /// Of a type that can do harm when opened.
    pub dangerous: bool,
}

/// What the palette finds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// Mail, the newest first.
    pub mail: Vec<ListRow>,
    /// People.
    pub people: Vec<Contact>,
}
