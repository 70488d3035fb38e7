//! The shape of a message: a tree of parts, as BODYSTRUCTURE (RFC 3501 §7.4.2) tells it or as the message itself does, and
//! what of it is text to show, a picture inside the text, or an attachment.

//!
//! [`texts`](Part::texts) follows the rules of RFC 8621 §4.1.4. [`of_message`](Part::of_message) builds the tree that a server
//! should have told, with IMAP's section numbers: the parts of a multipart count from 1 below it, a message's only part is
//! `1`, and the multipart that is the body of an (attached) message has no number of its own.

mod message;
mod roles;

pub use message::body;
pub use roles::Texts;

use serde::{Deserialize, Serialize};

/// Deepest nesting of parts.
pub const DEPTH: usize = 100;
/// Most parts of one message.
pub const PARTS: usize = 1_000;
/// Most bytes of a file name.
pub const NAME: usize = 1_000;

/// One MIME part. Field names are short because a tree is stored for every message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// IMAP section (`1`, `2.1`); empty for a multipart at the top.
    #[serde(rename = "p", default, skip_serializing_if = "String::is_empty")]
    pub section: String,
    /// `text/html`, lower case.
    #[serde(rename = "t", default, skip_serializing_if = "String::is_empty")]
    pub mime: String,
    /// Charset parameter as written.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub charset: Option<String>,
    /// Content-Transfer-Encoding.
    #[serde(rename = "e", default, skip_serializing_if = "Encoding::is_none")]
    pub encoding: Encoding,
    /// Octets in the transfer encoding.
    #[serde(rename = "s", default)]
    pub size: u64,
    /// File name, decoded (RFC 2047, RFC 2231), not yet made safe.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `attachment` = true, `inline` = false, absent = none.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<bool>,
    /// Content-ID without angle brackets.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub cid: Option<String>,
    /// `format=flowed` (RFC 3676), and whether `delsp=yes`.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub flowed: Option<bool>,
    /// Parts of a multipart, or of an attached message.
    #[serde(rename = "k", default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// Content-Transfer-Encoding (RFC 2045 §6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// 7bit, 8bit, binary, or unknown.
    #[default]
    #[serde(rename = "n")]
    None,
    /// base64.
    #[serde(rename = "b")]
    Base64,
    /// quoted-printable.
    #[serde(rename = "q")]
    QuotedPrintable,
    /// x-uuencode.
    #[serde(rename = "u")]
    Uuencode,
}

impl Part {
    /// This part and all below it, parents first.
    pub fn walk(&self) -> Walk<'_> {
        Walk { stack: vec![self] }
    }

    /// All parts that hold none, in order; those of attached messages included.
    pub fn leaves(&self) -> impl Iterator<Item = &Part> {
        self.walk().filter(|p| p.parts.is_empty() && !p.is_multipart())
    }

    /// The part of that IMAP section.
    pub fn find(&self, section: &str) -> Option<&Part> {
        self.walk().find(|p| p.section == section)
    }

    /// Whether this is a `multipart/…`.
    pub fn is_multipart(&self) -> bool {
        self.mime.starts_with("multipart/")
    }

    /// Whether this is an attached message.
    pub fn is_message(&self) -> bool {
        matches!(self.mime.as_str(), "message/rfc822" | "message/global" | "message/news")
    }

    /// How big the content is once its transfer encoding is undone, as far as that can be told beforehand.
    pub fn decoded_size(&self) -> u64 {
        match self.encoding {
            // Four characters for three bytes, and a line end after each 76 of them.
            Encoding::Base64 => (self.size / 78 * 57).saturating_add((self.size % 78) / 4 * 3),
            Encoding::Uuencode => self.size / 63 * 45,
            Encoding::None | Encoding::QuotedPrintable => self.size,
        }
    }

    /// Cuts the tree to [`DEPTH`], [`PARTS`] and [`NAME`]; says whether anything was cut.
    pub fn limit(&mut self) -> bool {
        let mut left = PARTS;
        limit(self, DEPTH, &mut left)
    }
}

/// Recursion is bounded by `depth`.
fn limit(part: &mut Part, depth: usize, left: &mut usize) -> bool {
    let mut cut = false;
    for text in [&mut part.name, &mut part.cid, &mut part.charset].into_iter().flatten() {
        if text.len() > NAME {
            text.truncate(text.floor_char_boundary(NAME));
            cut = true;
        }
    }
    let room = if depth == 0 { 0 } else { part.parts.len().min(*left) };
    cut |= room < part.parts.len();
    part.parts.truncate(room);
    *left -= room;
    for child in &mut part.parts {
        cut |= limit(child, depth.saturating_sub(1), left);
    }
    cut
}

/// See [`Part::walk`].
#[derive(Debug)]
pub struct Walk<'a> {
    stack: Vec<&'a Part>,
}

impl<'a> Iterator for Walk<'a> {
    type Item = &'a Part;

    fn next(&mut self) -> Option<&'a Part> {
        let part = self.stack.pop()?;
        self.stack.extend(part.parts.iter().rev());
        Some(part)
    }
}

impl Encoding {
    /// What a Content-Transfer-Encoding names.
    pub fn of(name: &str) -> Self {
        match name.trim().to_ascii_lowercase().as_str() {
            "base64" => Self::Base64,
            "quoted-printable" => Self::QuotedPrintable,
            "x-uuencode" | "uuencode" | "x-uue" | "uue" => Self::Uuencode,
            _ => Self::None,
        }
    }

    fn is_none(&self) -> bool {
        *self == Self::None
    }
}
