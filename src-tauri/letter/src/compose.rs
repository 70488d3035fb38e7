//! Writing mail: from what a person typed to the bytes that go out, and everything that may be decided on the way without asking
//! anyone.
//!
//! - [`Draft`] is what is written. [`recipient`] reads addresses as people paste them, [`mailto`](mailto()) what a link asks for.
//! - [`answer`](answer()) begins an answer, or passes something on: to whom ([`recipients`]), from whom ([`identity`]), about what ([`subject`]), in
//!   which conversation ([`thread`]), with which quote ([`quote`]).
//! - [`outgoing`](outgoing()) cleans HTML on every way into a text and out of it. Nothing in it loads anything.
//! - [`check`](check()) says what a person should be asked before it goes.
//! - [`build`](build()) makes the [`Message`], which knows its size before a byte of an attachment was read, and is written to whatever takes
//!   bytes. [`redirect`](redirect()) passes a message on as it is, [`receipt`](receipt()) says that one was read.
//!
//! What would differ from run to run is given: date, offset from UTC, the token of the Message-ID, the seed of boundaries. So the
//! same draft gives the same bytes, and a message that was frozen can be made again.
//!
//! **mail-builder writes header fields, not messages**: its parts hold all of their bytes at once, its date knows no offset, and it
//! draws boundaries from the clock. The frame around is a page of code, and attachments stream through it.

mod answer;
mod build;
mod check;
mod draft;
mod field;
pub mod identity;
mod mailto;
mod message;
mod original;
mod outgoing;
mod own;
mod plain;
pub mod quote;
mod receipt;
pub mod recipient;
mod redirect;
pub mod subject;
pub mod thread;
mod twin;
mod visible;

pub use answer::{Answer, Kind, Manner, Recipients, answer, recipients};
pub use build::{Stamp, Wire, build};
pub use check::{Code, Context, check};
pub use draft::{Attachment, Draft, Shape, ShapeFinder};
pub use identity::{Identity, Place, Sender, Signature};
pub use mailto::{Mailto, parse as mailto};
pub use message::{Message, Open};
pub use original::Original;
pub use outgoing::{Outgoing, outgoing};
pub use own::{Own, own_html, own_plain, turned};
pub use quote::Source;
pub use receipt::{Receipt, receipt};
pub use redirect::{Resent, redirect};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A field of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Field {
    /// From.
    From,
    /// Reply-To.
    ReplyTo,
    /// To.
    To,
    /// Cc.
    Cc,
    /// Bcc.
    Bcc,
    /// Subject.
    Subject,
    /// The text.
    Text,
    /// An attachment.
    Attachment,
}

/// Why no bytes can be made of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// An address that cannot stand in a field.
    #[error("an address cannot be written to: {why}")]
    Address {
        /// Where.
        field: Field,
        /// Which of the field's.
        at: usize,
        /// Why.
        why: recipient::Wrong,
    },
    /// An address has letters beyond ASCII before its `@`, and the server does not take them (RFC 6531).
    #[error("the server cannot take addresses with such letters")]
    SmtpUtf8,
    /// A NUL.
    #[error("there is a character in it that no mail can hold")]
    Nul(Field),
    /// The token or the seed that was given cannot stand in a message.
    #[error("the stamp of the message is not possible")]
    Stamp,
    /// A message to pass on as it is has bytes that cannot go over this wire as they are.
    #[error("the message cannot be passed on as it is")]
    Shape,
}
