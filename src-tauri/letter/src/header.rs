//! The header fields that a mail program lists by: read from raw bytes, in one pass, once per message of a whole mailbox.
//!
//! This is the hottest code of the crate (100,000 blocks in one sync), so fields are split in place and only those known here
//! are decoded, by our own readers (`words`, `address`, `date`) rather than by a parser of whole messages.

pub mod date;
mod unsubscribe;

pub use unsubscribe::Unsubscribe;

use crate::address::{self, Address};
use crate::words;
use serde::{Deserialize, Serialize};

/// Most bytes of a header block that are looked at.
const BLOCK: usize = 1024 * 1024;
/// Most fields of one message.
const FIELDS: usize = 2_000;
/// Most bytes of one field.
const FIELD: usize = 64 * 1024;
/// Most characters of a subject, a list's name or a message id that are kept.
const TEXT: usize = 2_000;
/// Most references that are kept: the first, and the newest.
const REFERENCES: usize = 100;

/// What the fields of one message say. Absent or unreadable fields are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Header {
    /// Date, in seconds since 1970 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<i64>,
    /// From. Several fields of that name are read one after another; see `from_fields`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<Address>,
    /// Sender.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sender: Vec<Address>,
    /// Reply-To.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reply_to: Vec<Address>,
    /// To.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<Address>,
    /// Cc.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cc: Vec<Address>,
    /// Bcc.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bcc: Vec<Address>,
    /// Subject; the first, if there are several.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// Message-ID without angle brackets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// In-Reply-To, without angle brackets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub in_reply_to: Vec<String>,
    /// References, oldest first, without angle brackets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// List-Id (RFC 2919) without its description and angle brackets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_id: Option<String>,
    /// Disposition-Notification-To: who wants to hear that it was read (RFC 8098 §2.1).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub receipt_to: Vec<Address>,
    /// List-Unsubscribe (RFC 2369) and List-Unsubscribe-Post (RFC 8058).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsubscribe: Option<Unsubscribe>,
    /// How many From fields there are; anything but one is odd.
    pub from_fields: u32,
}

impl Header {
    /// Reads a block of header fields, up to the first empty line. Line ends may be CRLF or LF. Never fails: what cannot be
    /// read is left out.
    pub fn parse(raw_block: &[u8]) -> Self {
        let mut header = Self::default();
        let mut one_click = false;
        for (name, value) in fields(raw_block) {
            header.take(name, value, &mut one_click);
        }
        if let Some(unsubscribe) = &mut header.unsubscribe {
            unsubscribe.one_click = one_click && unsubscribe.https.is_some();
        }
        header
    }

    fn take(&mut self, name: &[u8], value: &[u8], one_click: &mut bool) {
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted.as_bytes());
        // By length first: most fields of a full block are none of ours.
        match name.len() {
            2 if is("To") => address::parse_into(value, &mut self.to),
            2 if is("Cc") => address::parse_into(value, &mut self.cc),
            3 if is("Bcc") => address::parse_into(value, &mut self.bcc),
            4 if is("From") => {
                self.from_fields = self.from_fields.saturating_add(1);
                address::parse_into(value, &mut self.from);
            }
            4 if is("Date") && self.date.is_none() => self.date = date::parse(value),
            6 if is("Sender") && self.sender.is_empty() => address::parse_into(value, &mut self.sender),
            7 if is("Subject") && self.subject.is_empty() => self.subject = cut(words::decode(value)),
            7 if is("List-Id") && self.list_id.is_none() => self.list_id = list_id(value),
            8 if is("Reply-To") => address::parse_into(value, &mut self.reply_to),
            10 if is("Message-ID") && self.message_id.is_none() => self.message_id = message_id(value),
            10 if is("References") => ids(value, &mut self.references),
            11 if is("In-Reply-To") => ids(value, &mut self.in_reply_to),
            16 if is("List-Unsubscribe") && self.unsubscribe.is_none() => self.unsubscribe = Unsubscribe::parse(value),
            21 if is("List-Unsubscribe-Post") => *one_click |= unsubscribe::is_one_click(value),
            27 if is("Disposition-Notification-To") => address::parse_into(value, &mut self.receipt_to),
            _ => {}
        }
    }
}

/// The fields of a block, names and raw values (still folded), in order. Lines that are no field are skipped.
pub fn fields(raw_block: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    Fields(raw_block.get(..BLOCK).unwrap_or(raw_block)).take(FIELDS)
}

struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.0.is_empty() || self.0.starts_with(b"\n") || self.0.starts_with(b"\r\n") {
                return None;
            }
            let (field, rest) = self.0.split_at(field_end(self.0));
            self.0 = rest;
            let Some(colon) = field.iter().position(|&b| b == b':' || b == b'\n') else { continue };
            let (name, value) = field.split_at(colon);
            let name = name.trim_ascii();
            if !value.starts_with(b":") || name.is_empty() || name.iter().any(u8::is_ascii_whitespace) {
                continue;
            }
            let value = value.get(1..).unwrap_or_default();
            return Some((name, value.get(..FIELD).unwrap_or(value).trim_ascii()));
        }
    }
}

/// Where the field at the start of `raw` ends: after the first line that no folded line follows.
fn field_end(raw: &[u8]) -> usize {
    let mut end = 0;
    loop {
        let Some(rest) = raw.get(end..) else { return raw.len() };
        match rest.iter().position(|&b| b == b'\n') {
            None => return raw.len(),
            Some(newline) => end += newline + 1,
        }
        if !matches!(raw.get(end), Some(b' ' | b'\t')) {
            return end;
        }
    }
}

fn cut(mut text: String) -> String {
    // A subject must not turn the rest of a row around.
    if !text.is_ascii() {
        text.retain(|c| !words::is_bidi_control(c));
    }
    match text.char_indices().nth(TEXT) {
        Some((at, _)) => text.get(..at).unwrap_or_default().to_owned(),
        None => text,
    }
}

fn message_id(value: &[u8]) -> Option<String> {
    let mut found = Vec::new();
    ids(value, &mut found);
    found.into_iter().next().or_else(|| {
        let bare = id_text(value);
        (!bare.is_empty()).then_some(bare)
    })
}

/// Message ids of a field: what stands in angle brackets; where there are none, words with an `@`.
fn ids(value: &[u8], found: &mut Vec<String>) {
    let before = found.len();
    let mut rest = value;
    while let Some(open) = rest.iter().position(|&b| b == b'<') {
        let inside = rest.get(open + 1..).unwrap_or_default();
        let Some(close) = inside.iter().position(|&b| b == b'>' || b == b'<') else { break };
        let (id, after) = inside.split_at(close);
        let id = id_text(id);
        if !id.is_empty() && after.starts_with(b">") {
            found.push(id);
        }
        rest = after;
    }
    if found.len() == before {
        let words = value.split(u8::is_ascii_whitespace).filter(|w| w.contains(&b'@'));
        found.extend(words.map(id_text).filter(|id| !id.is_empty()));
    }
    if found.len() > REFERENCES {
        found.drain(1..=found.len() - REFERENCES);
    }
}

fn id_text(raw: &[u8]) -> String {
    let clean: Vec<u8> = raw.iter().copied().filter(|b| b.is_ascii_graphic() || !b.is_ascii()).take(TEXT).collect();
    String::from_utf8(clean).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

fn list_id(value: &[u8]) -> Option<String> {
    let inside = value.iter().rposition(|&b| b == b'<').and_then(|at| value.get(at + 1..));
    let id = match inside {
        Some(inside) => id_text(inside.split(|&b| b == b'>').next().unwrap_or_default()),
        None => cut(words::decode(value)),
    };
    (!id.is_empty()).then_some(id)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that fails should stop")]

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_usual_block() {
        let h = Header::parse(
            b"Date: Mon, 2 Nov 2026 09:30:00 +0100\r\nFrom: =?utf-8?q?J=C3=BCrgen?= <j@example.org>\r\nTo: a@x.org,\r\n \"B, C\" <b@x.org>\r\n\
              Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n aus Wien\r\nMessage-ID: <1@x>\r\nReferences: <0@x>\r\n <00@x>\r\nIn-Reply-To: <00@x>\r\n\
              List-Id: The list <list.example.org>\r\nList-Unsubscribe: <mailto:u@x.org>, <https://x.org/u>\r\n\
              List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nFrom: not@a.header\r\n",
        );
        assert_eq!(h.date, Some(1_793_608_200));
        assert_eq!(h.from, [Address { name: "Jürgen".into(), email: "j@example.org".into() }]);
        assert_eq!(h.to.iter().map(Address::display).collect::<Vec<_>>(), ["a@x.org", "B, C <b@x.org>"]);
        assert_eq!((h.subject.as_str(), h.from_fields), ("Grüße aus Wien", 1));
        assert_eq!(
            (h.message_id.as_deref(), h.in_reply_to, h.references),
            (Some("1@x"), vec!["00@x".into()], vec!["0@x".into(), "00@x".into()])
        );
        assert_eq!(h.list_id.as_deref(), Some("list.example.org"));
        let u = h.unsubscribe.unwrap();
        assert_eq!(
            (u.one_click, u.https.as_deref(), u.mailto.as_deref()),
            (true, Some("https://x.org/u"), Some("mailto:u@x.org"))
        );
    }

    #[test]
    fn odd_blocks() {
        let table: &[(&[u8], &str, u32, Option<&str>)] = &[
            (b"", "", 0, None),
            (b"\r\nSubject: body\r\n", "", 0, None),
            (b"subject:no space\nmessage-id: x@y\n", "no space", 0, Some("x@y")),
            (b"garbage line\r\nSubject : spaced\r\n", "spaced", 0, None),
            (b"From: a@b\r\nFrom: c@d\r\nSubject: two", "two", 2, None),
            (b" folded nothing\r\nSubject: x\r\n", "x", 0, None),
            (b"Message-ID: <a@b\r\nSubject: s\r\n", "s", 0, Some("<a@b")),
            (b"Subject:\r\n\r\n", "", 0, None),
            (b"Subject: first\r\nSubject: second\r\n", "first", 0, None),
        ];
        for (raw, subject, from_fields, id) in table {
            let h = Header::parse(raw);
            assert_eq!(
                (h.subject.as_str(), h.from_fields, h.message_id.as_deref()),
                (*subject, *from_fields, *id),
                "{}",
                String::from_utf8_lossy(raw)
            );
        }
    }

    #[test]
    fn limits_hold() {
        let many = format!("References: {}\r\nSubject: {}\r\n", "<a@b> ".repeat(9_000), "x".repeat(100_000));
        let h = Header::parse(many.as_bytes());
        assert_eq!((h.references.len(), h.subject.len()), (REFERENCES, TEXT));
        let fields = format!("{}Subject: too late\r\n", "X: y\r\n".repeat(FIELDS));
        assert_eq!(Header::parse(fields.as_bytes()).subject, "");
    }

    proptest! {
        #[test]
        fn never_panics(raw in proptest::collection::vec(any::<u8>(), 0..600)) {
            Header::parse(&raw);
        }

        #[test]
        fn never_panics_in_fields(
            name in prop_oneof![Just("From"), Just("Date"), Just("Subject"), Just("References"), Just("List-Id"), Just("List-Unsubscribe")],
            value in "[ -~\\n\\t<>\"(),:;@=?\\\\\u{202e}é]{0,80}"
        ) {
            Header::parse(format!("{name}: {value}\r\n\r\n").as_bytes());
        }
    }
}
