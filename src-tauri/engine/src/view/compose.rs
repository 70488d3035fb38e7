//! Writing and sending, in the window's words.

use super::Id;
use crate::error::UiError;
use serde::{Deserialize, Serialize};

/// Somebody a message is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Recipient {
    /// Display name; may be empty.
    pub name: String,
    /// Address; what was typed, where it is none.
    pub email: String,
    /// It cannot be sent to.
    pub wrong: bool,
}

/// Who one writes as.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// 0 = to be made.
    pub id: Id,
    /// Whose outgoing server sends.
    pub account: Id,
    /// Name in From.
    pub name: String,
    /// Address in From.
    pub email: String,
    /// Reply-To; empty = none.
    pub reply_to: String,
    /// Cleaned HTML.
    pub signature: String,
    /// Above the quote, rather than below it.
    pub signature_above: bool,
    /// Always in Bcc: addresses with a comma between.
    pub bcc: String,
    /// The one a new message of the account is written as.
    pub is_default: bool,
    /// Where copies of what it sends are kept; none = the account's Sent.
    pub sent_folder: Option<Id>,
    /// Other addresses whose mail arrives here, with a comma between: `*@my.example`, `shop-*@my.example`. An answer to such mail comes
    /// from the address it was written to.
    pub catch_all: String,
}

/// A file that goes with a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftFile {
    /// In the draft.
    pub id: Id,
    /// Name.
    pub name: String,
    /// Bytes; nearly, while it is `remote`.
    pub size: f64,
    /// Type.
    pub mime: String,
    /// Content-ID of an inline picture.
    pub cid: Option<String>,
    /// Of a forwarded mail, and still on its server: fetched when sending needs it.
    pub remote: bool,
}

/// How a message is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum AnswerKind {
    /// To whom it says answers go.
    Reply,
    /// To all who got it.
    ReplyAll,
    /// To the mailing list.
    ReplyList,
    /// Its text below one's own.
    Forward,
    /// As an attachment.
    ForwardAttached,
    /// Written once more.
    EditAsNew,
}

/// What a draft answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// The message.
    pub message: Id,
    /// How.
    pub kind: AnswerKind,
}

/// What somebody is writing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// Its id.
    pub id: Id,
    /// Whose outgoing server sends.
    pub account: Id,
    /// Who it is from.
    pub identity: Id,
    /// To.
    pub to: Vec<Recipient>,
    /// Cc.
    pub cc: Vec<Recipient>,
    /// Bcc.
    pub bcc: Vec<Recipient>,
    /// Subject.
    pub subject: String,
    /// The text with quote and signature: cleaned, pictures as `cid:`; empty where it is plain.
    pub html: String,
    /// The same, where it is plain.
    pub text: String,
    /// Plain text.
    pub plain: bool,
    /// Files.
    pub files: Vec<DraftFile>,
    /// What it answers.
    pub answer: Option<Answer>,
    /// A receipt is asked for.
    pub receipt: bool,
    /// Reports of its delivery are asked for, where the server has them.
    pub delivery_report: bool,
    /// A message that is passed on as it is: only From, To, Cc and Bcc can be set. `answer` names it.
    pub redirect: bool,
    /// When it was saved last.
    pub changed: f64,
    /// Grows with each save.
    pub version: u32,
}

/// What to write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Compose {
    /// Something new.
    New {
        /// From this account; none = the first.
        account: Option<Id>,
    },
    /// What a `mailto:` address asks for.
    Mailto {
        /// The address.
        url: String,
    },
    /// An answer.
    Answer {
        /// To this message.
        message: Id,
        /// How.
        how: AnswerKind,
        /// HTML of the passage that is selected: it alone is quoted.
        selection: Option<String>,
    },
    /// A message, passed on as it is.
    Redirect {
        /// Which.
        message: Id,
    },
    /// A draft of this computer.
    Open {
        /// Which.
        draft: Id,
    },
    /// A message in Drafts, whoever wrote it there.
    Take {
        /// Which.
        message: Id,
    },
}

/// What changed in a draft; none = as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftChange {
    /// Who it is from.
    pub identity: Option<Id>,
    /// To.
    pub to: Option<Vec<Recipient>>,
    /// Cc.
    pub cc: Option<Vec<Recipient>>,
    /// Bcc.
    pub bcc: Option<Vec<Recipient>>,
    /// Subject.
    pub subject: Option<String>,
    /// Text as HTML.
    pub html: Option<String>,
    /// Text where it is plain.
    pub text: Option<String>,
    /// Plain text.
    pub plain: Option<bool>,
    /// A receipt is asked for.
    pub receipt: Option<bool>,
    /// Reports of its delivery are asked for.
    pub delivery_report: Option<bool>,
}

/// A version of a draft that can be brought back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftVersion {
    /// Its number.
    pub version: u32,
    /// When it was saved.
    pub changed: f64,
    /// Its subject.
    pub subject: String,
    /// Words in its text.
    pub words: u32,
}

/// What should be looked at before sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Concern {
    /// Nobody to send to.
    NoRecipient,
    /// A recipient that cannot be sent to.
    WrongRecipient,
    /// No subject.
    NoSubject,
    /// The text speaks of an attachment, and there is none.
    AttachmentForgotten,
    /// The message that is answered came to another address.
    UnusualSender,
    /// Larger than the server said it takes.
    TooLarge,
    /// The account can only receive.
    NoOutgoingServer,
    /// Reports of delivery are asked for, and the server is known not to have them.
    NoDeliveryReport,
}

/// What became of a message for one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RecipientResult {
    /// Whose.
    pub email: String,
    /// Why not; none = it was accepted.
    pub error: Option<UiError>,
}

/// How it stands with a message on its way out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum SendState {
    /// It is tried at this time.
    Waiting {
        /// When.
        at: f64,
        /// Why not before.
        error: Option<UiError>,
        /// How often it was tried.
        tries: u32,
    },
    /// It is being sent.
    Sending,
    /// It was sent.
    Sent {
        /// When.
        at: f64,
    },
    /// It was refused, for these recipients or for all.
    Failed {
        /// Why.
        error: UiError,
        /// One by one.
        recipients: Vec<RecipientResult>,
    },
    /// It may have been sent: looked for in Sent, never sent again by itself.
    Unknown {
        /// What happened.
        error: UiError,
    },
}

/// A message on its way out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Outgoing {
    /// Its id.
    pub id: Id,
    /// Whose server sends it.
    pub account: Id,
    /// The draft it was made from.
    pub draft: Id,
    /// To, or Cc or Bcc where there is none.
    pub to: Vec<Recipient>,
    /// Subject.
    pub subject: String,
    /// When it was handed over.
    pub queued: f64,
    /// How it stands.
    pub state: SendState,
    /// Not a byte of it has been sent: it can be taken back.
    pub undoable: bool,
}
