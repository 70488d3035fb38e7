//! `mailto:` (RFC 6068), from links in mail and from the system: hostile either way. What it may say is who, about what, and
//! which words; never a file, a sender or any other field. A window always opens for review.

use super::recipient::{self, Entry};
use super::thread;
use crate::address::is_hidden;

/// Most bytes of a URI that are looked at.
const LENGTH: usize = 512 * 1024;
/// Most characters of a subject and of a text.
const SUBJECT: usize = 1_000;
const BODY: usize = 100_000;
/// Most addresses of one field.
const ADDRESSES: usize = 500;

/// What a `mailto:` URI asks to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mailto {
    /// To; those that are wrong are marked.
    pub to: Vec<Entry>,
    /// Cc.
    pub cc: Vec<Entry>,
    /// Bcc. To be shown: a page must not be able to send copies unseen.
    pub bcc: Vec<Entry>,
    /// Subject, one line; may be empty.
    pub subject: String,
    /// The text, lines ended by `\n`; may be empty. It is plain text, never markup.
    pub body: String,
    /// Message-ID that is answered, without angle brackets.
    pub in_reply_to: Option<String>,
}

/// Reads a `mailto:` URI; nothing where it is none. Fields that are not known are left out without a word (RFC 6068 §4).
pub fn parse(uri: &str) -> Option<Mailto> {
    let uri = uri.trim();
    let uri = uri.get(..uri.floor_char_boundary(LENGTH)).unwrap_or(uri);
    let scheme = uri.get(.."mailto:".len())?;
    if !scheme.eq_ignore_ascii_case("mailto:") {
        return None;
    }
    let rest = uri.get(scheme.len()..)?;
    let rest = rest.split('#').next().unwrap_or_default();
    let (to, fields) = rest.split_once('?').unwrap_or((rest, ""));
    let mut found = Mailto::default();
    addresses(to, &mut found.to);
    for field in fields.split('&') {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        match percent(name).to_ascii_lowercase().as_str() {
            "to" => addresses(value, &mut found.to),
            "cc" => addresses(value, &mut found.cc),
            "bcc" => addresses(value, &mut found.bcc),
            "subject" if found.subject.is_empty() => found.subject = line(&percent(value)),
            "body" if found.body.is_empty() => found.body = text(&percent(value)),
            "in-reply-to" if found.in_reply_to.is_none() => {
                found.in_reply_to = thread::id(percent(value).trim().trim_start_matches('<').trim_end_matches('>'));
            }
            _ => {}
        }
    }
    Some(found)
}

/// Commas part addresses before they are decoded: `%2C` belongs to one.
fn addresses(raw: &str, found: &mut Vec<Entry>) {
    for one in raw.split(',').filter(|one| !one.is_empty()) {
        if found.len() >= ADDRESSES {
            return;
        }
        let decoded = percent(one);
        // A line end inside an address is an attack on someone's headers, not an address.
        if decoded.chars().any(char::is_control) {
            continue;
        }
        let room = ADDRESSES - found.len();
        found.extend(recipient::parse(&decoded).into_iter().take(room));
    }
}

fn line(value: &str) -> String {
    let flat: String = value.chars().filter(|&c| !is_hidden(c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    flat.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SUBJECT).collect()
}

fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len().min(BODY));
    let mut after_cr = false;
    for c in value.chars().filter(|&c| !is_hidden(c)).take(BODY) {
        match c {
            '\n' if std::mem::take(&mut after_cr) => {}
            '\r' | '\n' => out.push('\n'),
            '\t' => out.push('\t'),
            _ if c.is_control() => {}
            _ => out.push(c),
        }
        after_cr = c == '\r';
    }
    out
}

/// Undoes percent encoding; what is no UTF-8 then becomes U+FFFD. A plus is a plus (RFC 6068 §5).
fn percent(raw: &str) -> String {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let Some((&b, tail)) = rest.split_first() {
        rest = tail;
        if b == b'%'
            && let [high, low, after @ ..] = tail
            && let (Some(high), Some(low)) = (char::from(*high).to_digit(16), char::from(*low).to_digit(16))
        {
            bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
            rest = after;
        } else {
            bytes.push(b);
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}
