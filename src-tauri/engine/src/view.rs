//! The window's words: plain data, built by queries of their own, never database rows. Everything that crosses to the UI is
//! here; TypeScript is generated from it. Times are Unix seconds as `f64` (JavaScript has no 64-bit integer), sizes are
//! bytes as `f64`, ids are `u32`. No field holds a secret, a UID, or a path chosen by a server.

mod account;
mod act;
mod compose;
mod contact;
mod conversation;
mod health;
mod list;
mod message;
mod search;
mod settings;

pub use account::{
    AccountEdit, AccountForm, AccountState, AccountView, Advice, CertificateView, Check, Discovered, Security,
    ServerSettings, Source, Trial,
};
pub use act::{
    ActState, ActView, EventView, Happening, Intent, LabelView, PersonCount, Preview, Span, Target, TimelineView,
};
pub use compose::{
    Answer, AnswerKind, Compose, Concern, Draft, DraftChange, DraftFile, DraftVersion, Identity, Outgoing, Recipient,
    RecipientResult, SendState,
};
pub use contact::{Contact, ContactsPage, Imported, Template};
pub use conversation::{ListCounts, ListView, TalkMessage};
pub use health::HealthView;
pub use list::{Filter, FolderView, List, ListKey, ListPage, ListRow, Order, OrderBy, Role};
pub use message::{
    AddressView, AttachmentView, BodyView, ImagesState, MessageView, RemoteImages, SenderWarning, TransferState,
    TransferView,
};
pub use search::{
    AccountCoverage, Completion, CompletionKind, Coverage, FaultKind, FileKind, FileOrder, FileRow, FilesAsk,
    FilesPage, Found, QueryFault, SavedSearch, SearchView, ServerSearch,
};
pub use settings::{AfterAct, Density, SecretsChoice, SecretsState, Settings, StartView, Theme};

/// Identifies an account, folder, message or row in the store; never reused.
pub type Id = u32;
