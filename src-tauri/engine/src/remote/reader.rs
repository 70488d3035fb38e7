//! Reads the server's responses (RFC 3501 §7 and the extensions we ask for) straight from the bytes, without copying what
//! is not kept. Total over all input: what cannot be read is [`Response::Unknown`], or an item that is missing and a row
//! marked damaged. Nesting is followed to [`DEPTH`] and skipped beyond, without recursion.

pub mod date;
pub mod fetch;
pub mod mailbox;
pub mod numbers;
mod params;
pub mod structure;
pub mod token;
pub mod uidplus;

use crate::remote::{Flags, Status as MailboxNumbers, UidSet};
pub use fetch::{Body, Fetch, flag_names};
pub use mailbox::{Namespace, Row};
use token::Cursor;

/// How deep parentheses are followed.
pub const DEPTH: usize = 50;

/// One response.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a hundred thousand rows of FETCH are read in place, not in boxes")]
pub enum Response<'a> {
    /// `A0001 OK …`.
    Tagged {
        /// The tag.
        tag: &'a [u8],
        /// What it says.
        status: Status<'a>,
    },
    /// `+ …`, with what follows.
    Continue(&'a [u8]),
    /// `* OK …`, and NO, BAD, BYE, PREAUTH.
    Status(Status<'a>),
    /// CAPABILITY, upper case.
    Capability(Vec<String>),
    /// ENABLED, upper case.
    Enabled(Vec<String>),
    /// EXISTS.
    Exists(u32),
    /// RECENT.
    Recent(u32),
    /// EXPUNGE, a sequence number.
    Expunge(u32),
    /// VANISHED (RFC 7162 §3.2.10).
    Vanished {
        /// Tells of the time before, and changes no sequence number.
        earlier: bool,
        /// Which.
        uids: UidSet,
    },
    /// FETCH.
    Fetch(Fetch<'a>),
    /// LIST, with extended data.
    List(Row),
    /// LSUB.
    Lsub(Row),
    /// STATUS of the mailbox with this raw name.
    MailboxStatus(String, MailboxNumbers),
    /// NAMESPACE: personal, other people's, shared.
    Namespace([Vec<Namespace>; 3]),
    /// SEARCH: numbers in the server's order.
    Search(Vec<u32>),
    /// ESEARCH (RFC 4731).
    Esearch {
        /// Tag of the command it answers.
        tag: Option<&'a [u8]>,
        /// Raw name of the mailbox it is about, where several were searched (RFC 7377).
        mailbox: Option<String>,
        /// UIDVALIDITY of that mailbox.
        uidvalidity: Option<u32>,
        /// The numbers are UIDs.
        by_uid: bool,
        /// ALL; none where nothing was found.
        all: Option<UidSet>,
        /// An item of it could not be read: the answer must not be taken for a whole one.
        garbled: bool,
    },
    /// FLAGS of the mailbox.
    Flags(Flags),
    /// Anything else, also ID.
    Unknown,
}

impl Response<'_> {
    /// Whether it tells of a change in the selected mailbox.
    pub fn is_news(&self) -> bool {
        matches!(self, Self::Exists(_) | Self::Recent(_) | Self::Expunge(_) | Self::Fetch(_) | Self::Vanished { .. })
    }
}

/// The word of a status response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusKind {
    /// OK.
    Ok,
    /// NO.
    No,
    /// BAD.
    Bad,
    /// BYE.
    Bye,
    /// PREAUTH.
    Preauth,
}

/// A status response without its tag.
#[derive(Clone, Copy, Debug)]
pub struct Status<'a> {
    /// Its word.
    pub kind: StatusKind,
    /// What stands in brackets.
    pub code: Option<&'a [u8]>,
    /// What follows, in whatever charset.
    pub words: &'a [u8],
}

impl<'a> Status<'a> {
    /// The words for a person.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.words).trim().to_owned()
    }
    /// First word of the code, upper case.
    pub fn code_name(&self) -> Option<String> {
        let code = self.code?;
        let end = code.iter().position(|b| *b == b' ').unwrap_or(code.len());
        Some(String::from_utf8_lossy(code.get(..end)?).to_ascii_uppercase())
    }
    /// What follows the code's first word.
    pub fn code_rest(&self) -> &'a [u8] {
        let code = self.code.unwrap_or_default();
        code.iter().position(|b| *b == b' ').and_then(|i| code.get(i + 1..)).unwrap_or_default()
    }
    /// The code's number, where it is `name` with one (`UIDNEXT 17`).
    pub fn code_number(&self, name: &str) -> Option<u64> {
        if self.code_name()? != name {
            return None;
        }
        Cursor::new(self.code_rest()).number().ok()
    }
    /// Capabilities, where the code tells them.
    pub fn capabilities(&self) -> Option<Vec<String>> {
        (self.code_name()? == "CAPABILITY").then(|| words(self.code_rest()))
    }
}

/// Reads one response; `bytes` is the line with its literals and its line break.
pub fn response(bytes: &[u8]) -> Response<'_> {
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if let Some(rest) = line.strip_prefix(b"+") {
        return Response::Continue(rest.strip_prefix(b" ").unwrap_or(rest));
    }
    let Some(space) = line.iter().position(|b| *b == b' ') else { return Response::Unknown };
    let (tag, rest) = line.split_at(space);
    let mut cursor = Cursor::new(rest.get(1..).unwrap_or_default());
    if tag == b"*" {
        return untagged(&mut cursor).unwrap_or(Response::Unknown);
    }
    match status(&mut cursor) {
        Some(status) if matches!(status.kind, StatusKind::Ok | StatusKind::No | StatusKind::Bad) => {
            Response::Tagged { tag, status }
        }
        _ => Response::Unknown,
    }
}

fn untagged<'a>(cursor: &mut Cursor<'a>) -> Option<Response<'a>> {
    let start = cursor.clone();
    let word = cursor.word();
    if word.first().is_some_and(u8::is_ascii_digit) {
        let number = Cursor::new(word).number().ok()?;
        let number = u32::try_from(number).ok()?;
        cursor.spaces();
        let word = cursor.word();
        return Some(if word.eq_ignore_ascii_case(b"FETCH") {
            Response::Fetch(fetch::fetch(number, cursor))
        } else if word.eq_ignore_ascii_case(b"EXISTS") {
            Response::Exists(number)
        } else if word.eq_ignore_ascii_case(b"EXPUNGE") {
            Response::Expunge(number)
        } else if word.eq_ignore_ascii_case(b"RECENT") {
            Response::Recent(number)
        } else {
            Response::Unknown
        });
    }
    if let Some(status) = status(&mut start.clone()) {
        return Some(Response::Status(status));
    }
    cursor.spaces();
    let mut upper = [0u8; 16];
    let upper = upper.get_mut(..word.len())?;
    upper.copy_from_slice(word);
    upper.make_ascii_uppercase();
    Some(match &*upper {
        b"CAPABILITY" => Response::Capability(words(cursor.rest())),
        b"ENABLED" => Response::Enabled(words(cursor.rest())),
        b"LIST" | b"XLIST" => Response::List(mailbox::row(cursor).ok()?),
        b"LSUB" => Response::Lsub(mailbox::row(cursor).ok()?),
        b"STATUS" => {
            let (name, numbers) = mailbox::status(cursor).ok()?;
            Response::MailboxStatus(name, numbers)
        }
        b"NAMESPACE" => Response::Namespace(mailbox::namespaces(cursor).ok()?),
        b"SEARCH" => Response::Search(numbers::search(cursor)),
        b"ESEARCH" => numbers::esearch(cursor),
        b"VANISHED" => numbers::vanished(cursor).ok()?,
        b"FLAGS" => Response::Flags(fetch::flags(cursor).ok()?),
        _ => Response::Unknown,
    })
}

fn status<'a>(cursor: &mut Cursor<'a>) -> Option<Status<'a>> {
    let word = cursor.word();
    let kind = if word.eq_ignore_ascii_case(b"OK") {
        StatusKind::Ok
    } else if word.eq_ignore_ascii_case(b"NO") {
        StatusKind::No
    } else if word.eq_ignore_ascii_case(b"BAD") {
        StatusKind::Bad
    } else if word.eq_ignore_ascii_case(b"BYE") {
        StatusKind::Bye
    } else if word.eq_ignore_ascii_case(b"PREAUTH") {
        StatusKind::Preauth
    } else {
        return None;
    };
    cursor.spaces();
    let rest = cursor.rest();
    let (code, words) = split_code(rest);
    Some(Status { kind, code, words })
}

/// `[CODE with "quoted ]" things] words` apart. A bracket that is not closed is words.
fn split_code(rest: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let Some(inner) = rest.strip_prefix(b"[") else { return (None, rest) };
    let mut quoted = false;
    let mut escaped = false;
    let mut depth = 1usize;
    for (i, b) in inner.iter().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' if !quoted => depth += 1,
            b']' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return (inner.get(..i), inner.get(i + 1..).unwrap_or_default());
                }
            }
            _ => {}
        }
    }
    (None, rest)
}

/// Words apart, upper case.
fn words(rest: &[u8]) -> Vec<String> {
    rest.split(|b| *b == b' ')
        .filter(|w| !w.is_empty())
        .take(1000)
        .map(|w| String::from_utf8_lossy(w).to_ascii_uppercase())
        .collect()
}
