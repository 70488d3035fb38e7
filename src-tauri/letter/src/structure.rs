//! The shape of a message: a tree of parts, as BODYSTRUCTURE (RFC 3501 §7.4.2) tells it or as the message itself does, and
//! what of it is text to show, a picture inside the text, or an attachment.

use serde::{Deserialize, Serialize};

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

impl Encoding {
    fn is_none(&self) -> bool {
        *self == Self::None
    }
}
