//! One message, its text, its attachments, and files on their way.

use super::Id;
use crate::error::UiError;
use serde::{Deserialize, Serialize};

/// A name and an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct AddressView {
    /// Display name, may be empty.
    pub name: String,
    /// Address as it should be shown (IDN decoded only where that cannot mislead).
    pub email: String,
}

/// An opened message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    /// Its id.
    pub id: Id,
    /// Its account.
    pub account: Id,
    /// The folders it is in.
    pub folders: Vec<Id>,
    /// Keywords of its labels.
    pub labels: Vec<String>,
    /// Subject, may be empty.
    pub subject: String,
    /// From; more than one is suspicious.
    pub from: Vec<AddressView>,
    /// Reply-To, where it differs from From.
    pub reply_to: Vec<AddressView>,
    /// To.
    pub to: Vec<AddressView>,
    /// Cc.
    pub cc: Vec<AddressView>,
    /// Bcc.
    pub bcc: Vec<AddressView>,
    /// Date of the message.
    pub date: f64,
    /// Size on the server.
    pub size: f64,
    /// Not read.
    pub unread: bool,
    /// Flagged.
    pub flagged: bool,
    /// In a muted conversation.
    pub muted: bool,
    /// Its conversation; 0: not joined yet.
    pub thread: Id,
    /// List-Id without brackets.
    pub list: Option<String>,
    /// Snoozed until then; a time that is over: it has come back.
    pub due: Option<f64>,
    /// Who wants to hear that it was read, and was not answered yet.
    pub receipt: Option<AddressView>,
    /// What is odd about the sender.
    pub warnings: Vec<SenderWarning>,
    /// Its text.
    pub body: BodyView,
    /// Its attachments.
    pub attachments: Vec<AttachmentView>,
    /// The server no longer has it; shown from this computer.
    pub gone: bool,
    /// Why it is among the recovered ones, on this computer alone.
    pub note: Option<UiError>,
}

/// What is odd about the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum SenderWarning {
    /// From names several people or is repeated.
    SeveralFrom,
    /// From cannot be read.
    Unreadable,
    /// The display name is another address.
    NameIsAnotherAddress,
    /// The domain mixes scripts.
    MixedScript,
    /// Invisible or direction-changing characters were removed.
    HiddenCharacters,
}

/// The text of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum BodyView {
    /// Here.
    #[serde(rename_all = "camelCase")]
    Ready {
        /// There is HTML.
        has_html: bool,
        /// There is plain text.
        has_plain: bool,
        /// Remote images that the HTML names.
        images: RemoteImages,
        /// The text was cut at the limit.
        cut: bool,
    },
    /// Asked for; the topic `message:<id>` tells when it is here.
    Coming {
        /// When it was asked for.
        since: f64,
    },
    /// It could not be had.
    Failed {
        /// Why.
        error: UiError,
    },
    /// The message has no text at all.
    Empty,
}

/// Remote images of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RemoteImages {
    /// How many.
    pub count: u32,
    /// How many of them look like trackers.
    pub trackers: u32,
    /// Hosts they would be fetched from.
    pub hosts: Vec<String>,
    /// Held back, coming, or shown.
    pub state: ImagesState,
}

/// State of a message's remote images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum ImagesState {
    /// Not fetched.
    Held,
    /// Being fetched.
    Loading,
    /// Fetched, as far as they could be.
    Shown,
}

/// One attachment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentView {
    /// Which part of the message (`2`, `1.3`).
    pub part: String,
    /// Safe name.
    pub name: String,
    /// `image/png`.
    pub mime: String,
    /// Size in bytes, decoded as far as it can be known.
    pub size: f64,
    /// On this computer.
    pub here: bool,
    /// A type that can run.
    pub dangerous: bool,
}

/// A file on its way from the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TransferView {
    /// Its id.
    pub id: Id,
    /// The message.
    pub message: Id,
    /// The part; empty for the whole message.
    pub part: String,
    /// Name.
    pub name: String,
    /// Bytes so far.
    pub done: f64,
    /// Bytes in all, as far as known.
    pub total: f64,
    /// How it goes.
    pub state: TransferState,
}

/// How a transfer goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum TransferState {
    /// On its way.
    Running,
    /// Written.
    Done {
        /// Where, for the person's eye.
        path: String,
    },
    /// It could not be had or written; nothing half-written is left.
    Failed {
        /// Why.
        error: UiError,
    },
    /// Cancelled by the person.
    Cancelled,
}
