//! What a person is writing, as data: nothing in it is encoded, checked or cleaned yet.

use crate::address::Address;
use serde::{Deserialize, Serialize};

/// A message that is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// Who writes (From).
    pub from: Address,
    /// Where answers should go (Reply-To); empty for `from`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reply_to: Vec<Address>,
    /// To.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<Address>,
    /// Cc.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cc: Vec<Address>,
    /// Bcc. Never among the bytes that go out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bcc: Vec<Address>,
    /// Subject, one line.
    pub subject: String,
    /// The text as HTML. It is cleaned whenever bytes are made of it, so it may come from anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// The text as plain text, one line per paragraph; lines that begin with `>` are quoted. Used where there is no `html`, and
    /// for a message that is plain text only; else the plain twin is made from `html`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plain: Option<String>,
    /// Send plain text only.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub plain_only: bool,
    /// Attachments, and pictures inside the text, in the order in which they are sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The message that this one answers (In-Reply-To), without angle brackets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// References, oldest first, without angle brackets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// Ask for a receipt when the message is read (Disposition-Notification-To, RFC 8098).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub receipt: bool,
}

/// A file that goes with a message. Its bytes are read when the message is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attachment {
    /// File name, in any script. A path is cut off when bytes are made.
    pub name: String,
    /// Media type; one that is none is sent as `application/octet-stream`.
    pub mime: String,
    /// How many bytes it has, exactly.
    pub size: u64,
    /// Content-ID without angle brackets: a picture that the HTML names as `cid:…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cid: Option<String>,
    /// Where the caller finds the bytes; nothing here reads it.
    pub source: String,
    /// What the bytes look like on the wire, see [`Shape::of`]. Only needed for `message/rfc822`, which must not be encoded (RFC
    /// 2046 §5.2.1); without it such a message goes as a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<Shape>,
}

impl Attachment {
    /// A message that is passed on as an attachment, named by its subject.
    pub fn of_message(header: &crate::header::Header, size: u64, shape: Shape, source: &str) -> Self {
        let subject = super::subject::bare(&header.subject);
        let stem = if subject.is_empty() { "message" } else { &subject };
        Self {
            // A point in a subject is no extension, so the name is made safe before it gets one.
            name: format!("{}.eml", crate::filename::safe(stem, "message/rfc822").trim_end_matches('.')),
            mime: "message/rfc822".into(),
            size,
            shape: Some(shape),
            source: source.to_owned(),
            cid: None,
        }
    }
}

/// Whether bytes can stand in a message as they are (RFC 2045 §2.7–2.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Shape {
    /// ASCII without NUL, lines of at most 998 octets, ended by CRLF.
    SevenBit,
    /// The same, with octets above 127.
    EightBit,
    /// Anything else.
    Binary,
}

/// Longest line, without its CRLF (RFC 5322 §2.1.1).
pub(super) const LINE: usize = 998;

/// Finds the [`Shape`] of bytes that come in slices.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShapeFinder {
    line: usize,
    after_cr: bool,
    eight: bool,
    binary: bool,
}

impl ShapeFinder {
    /// Takes the next slice.
    pub fn push(&mut self, bytes: &[u8]) {
        for &b in bytes {
            let after_cr = std::mem::replace(&mut self.after_cr, b == b'\r');
            self.eight |= b >= 0x80;
            // A CR stands before an LF, an LF after a CR, and nowhere else.
            self.binary |= b == 0 || after_cr != (b == b'\n');
            self.line = match b {
                b'\n' => 0,
                b'\r' => self.line,
                _ => self.line + 1,
            };
            self.binary |= self.line > LINE;
        }
    }

    /// The shape of what came, as far as it shows: a CR at the end may yet be half of a line end.
    pub(super) fn so_far(self) -> Shape {
        Self { after_cr: false, ..self }.shape()
    }

    /// The shape of all of them.
    pub fn shape(self) -> Shape {
        match (self.binary || self.after_cr, self.eight) {
            (true, _) => Shape::Binary,
            (false, true) => Shape::EightBit,
            (false, false) => Shape::SevenBit,
        }
    }
}

impl Shape {
    /// The shape of bytes that are here.
    pub fn of(bytes: &[u8]) -> Self {
        let mut finder = ShapeFinder::default();
        finder.push(bytes);
        finder.shape()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that fails should stop")]

    use super::*;

    #[test]
    fn shapes() {
        let long = format!("{}\r\n", "x".repeat(LINE));
        let longer = format!("{}\r\n", "x".repeat(LINE + 1));
        let table: &[(&[u8], Shape)] = &[
            (b"", Shape::SevenBit),
            (b"a\r\nb\r\n", Shape::SevenBit),
            (b"no end", Shape::SevenBit),
            ("é\r\n".as_bytes(), Shape::EightBit),
            (b"a\nb", Shape::Binary),
            (b"a\rb", Shape::Binary),
            (b"\na", Shape::Binary),
            (b"a\r", Shape::Binary),
            (b"a\r\r\n", Shape::Binary),
            (b"a\0", Shape::Binary),
            (long.as_bytes(), Shape::SevenBit),
            (longer.as_bytes(), Shape::Binary),
        ];
        for (bytes, shape) in table {
            assert_eq!(Shape::of(bytes), *shape, "{}", String::from_utf8_lossy(bytes));
            let mut finder = ShapeFinder::default();
            bytes.iter().for_each(|b| finder.push(&[*b]));
            assert_eq!(finder.shape(), *shape);
        }
    }

    #[test]
    fn messages_are_named_by_their_subject() {
        let named = |subject: &str| {
            let header = crate::header::Header { subject: subject.into(), ..Default::default() };
            Attachment::of_message(&header, 1, Shape::SevenBit, "").name
        };
        assert_eq!(named("Re: Mittag v1.2"), "Mittag v1.2.eml");
        assert_eq!(named("a/b"), "b.eml");
        assert_eq!(named(""), "message.eml");
    }

    #[test]
    fn a_draft_is_stored_and_comes_back() {
        let draft = Draft {
            from: Address { name: "Ann".into(), email: "a@x.org".into() },
            to: vec![Address { name: String::new(), email: "b@x.org".into() }],
            subject: "Grüße".into(),
            html: Some("<p>Hallo</p>".into()),
            receipt: true,
            attachments: vec![Attachment {
                name: "ü.pdf".into(),
                size: 3,
                shape: Some(Shape::EightBit),
                ..Attachment::default()
            }],
            ..Draft::default()
        };
        let json = serde_json::to_string(&draft).unwrap();
        assert_eq!(serde_json::from_str::<Draft>(&json).unwrap(), draft);
        assert_eq!(serde_json::from_str::<Draft>("{}").unwrap(), Draft::default());
    }
}
