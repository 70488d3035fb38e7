//! What [`super::ImapEye`] must read of IMAP's answers, and write into its commands.

use crate::eye::Status;
use crate::imap::Answer;
use crate::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;

// The order in which Dovecot names them, so that the answers of both eyes compare.
const FLAGS: [&str; 5] = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"];

/// A message as FETCH tells of it.
pub(super) struct Mail {
    uid: String,
    flags: Vec<String>,
    header: String,
}

impl Mail {
    /// None for what is no whole answer to our FETCH, such as a flag that changed meanwhile.
    pub fn parse(response: &[u8]) -> Option<Self> {
        // The header is the only literal, and what stands in it must not be taken for the rest.
        let (rest, header) = match literal(response) {
            Some((open, start, end)) => {
                let around = [response.get(..open)?, response.get(end..)?].concat();
                (around, response.get(start..end)?)
            }
            None => (response.to_vec(), [].as_slice()),
        };
        let (rest, header) = (String::from_utf8_lossy(&rest), String::from_utf8_lossy(header).into_owned());
        let (_, items) = rest.split_once(" FETCH (")?;
        let (_, flags) = items.split_once("FLAGS (")?;
        let (flags, _) = flags.split_once(')')?;
        let (_, uid) = items.split_once("UID ")?;
        let uid = uid.chars().take_while(char::is_ascii_digit).collect();
        let mut flags: Vec<String> =
            flags.split_whitespace().filter(|&flag| flag != "\\Recent").map(str::to_owned).collect();
        flags.sort_by_key(|flag| FLAGS.iter().position(|known| known == flag).unwrap_or(FLAGS.len()));
        Some(Self { uid, flags, header })
    }

    /// What `doveadm` would print for this field.
    pub fn field(&self, name: &str) -> Result<String> {
        match name {
            "uid" => Ok(self.uid.clone()),
            "flags" => Ok(self.flags.join(" ")),
            _ => self.header(name.strip_prefix("hdr.").context(format!("a field called {name}"))?),
        }
    }

    fn header(&self, name: &str) -> Result<String> {
        let unfolded = self.header.replace("\r\n ", " ").replace("\r\n\t", " ");
        let mut fields = unfolded.lines().filter_map(|line| line.split_once(':'));
        let found = fields.find(|(field, _)| field.eq_ignore_ascii_case(name));
        Ok(found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default())
    }
}

// Where the first literal of a response begins, with its length before it; where its bytes begin; and where they end.
fn literal(response: &[u8]) -> Option<(usize, usize, usize)> {
    let close = response.windows(3).position(|three| three == b"}\r\n")?;
    let open = response.get(..close)?.iter().rposition(|&b| b == b'{')?;
    let length: usize = std::str::from_utf8(response.get(open + 1..close)?).ok()?.parse().ok()?;
    Some((open, close + 3, close + 3 + length))
}

/// The numbers of a SEARCH, in order.
pub(super) fn numbers(answer: &Answer) -> Vec<u32> {
    let text = answer.text();
    let lines = text.lines().filter_map(|line| line.strip_prefix("* SEARCH"));
    let mut found: Vec<u32> = lines.flat_map(str::split_whitespace).filter_map(|n| n.parse().ok()).collect();
    found.sort_unstable();
    found
}

/// A sequence set of these numbers.
pub(super) fn set(numbers: &[u32]) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

/// The name in an answer to LIST, in UTF-8; none where it is no folder that one can open.
pub(super) fn listed(response: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(response).into_owned();
    let (attributes, rest) = text.strip_prefix("* LIST (")?.split_once(") ")?;
    let attributes = attributes.to_lowercase();
    if ["\\noselect", "\\nonexistent"].iter().any(|closed| attributes.split(' ').any(|a| a == *closed)) {
        return None;
    }
    // The separator, then the name: an atom, a quoted string or a literal.
    let (_, name) = rest.split_once(' ')?;
    let name = match name.split_once("}\r\n") {
        Some((_, literal)) => literal.to_owned(),
        None => match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
            Some(quoted) => quoted.replace("\\\"", "\"").replace("\\\\", "\\"),
            None => name.to_owned(),
        },
    };
    Some(from_modified_utf7(&name))
}

/// The counts in an answer to STATUS.
pub(super) fn status(text: &str) -> Status {
    // The name may have brackets of its own; the counts are the last.
    let items = text.rsplit_once('(').map_or("", |(_, items)| items).split(')').next().unwrap_or_default();
    let mut words = items.split_whitespace();
    let mut status = Status::default();
    while let Some((key, value)) = words.next().zip(words.next()) {
        let number: u64 = value.parse().unwrap_or_default();
        let small = u32::try_from(number).unwrap_or(u32::MAX);
        match key {
            "MESSAGES" => status.messages = small,
            "UNSEEN" => status.unseen = small,
            "UIDNEXT" => status.uidnext = small,
            "UIDVALIDITY" => status.uidvalidity = small,
            "HIGHESTMODSEQ" => status.highestmodseq = number,
            _ => {}
        }
    }
    status
}

/// A quoted string.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A word of a SEARCH: a key, a number, a set as it is, all else in quotes.
pub(super) fn atom_or_quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || ":,*-".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { quoted(word) }
}

/// A folder's name as IMAP carries it (RFC 3501 §5.1.3).
pub(crate) fn modified_utf7(name: &str) -> String {
    let mut out = String::new();
    let mut waiting: Vec<u8> = Vec::new();
    let close = |waiting: &mut Vec<u8>, out: &mut String| {
        if !waiting.is_empty() {
            out.push_str(&format!("&{}-", BASE64.encode(&waiting).replace('/', ",")));
            waiting.clear();
        }
    };
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            close(&mut waiting, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0; 2];
            waiting.extend(c.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    close(&mut waiting, &mut out);
    out
}

// And back. What is not well formed stays as it is: a test will show it.
fn from_modified_utf7(name: &str) -> String {
    let mut parts = name.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (encoded, plain) = part.split_once('-').unwrap_or((part, ""));
        let bytes = BASE64.decode(encoded.replace(',', "/")).unwrap_or_default();
        let units = bytes.chunks_exact(2).filter_map(|two| two.try_into().ok().map(u16::from_be_bytes));
        let text = if encoded.is_empty() {
            "&".to_owned()
        } else {
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        };
        out.push_str(&text);
        out.push_str(plain);
    }
    out
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn folder_names() {
        for (name, wire) in
            [("INBOX", "INBOX"), ("Entwürfe", "Entw&APw-rfe"), ("A & B", "A &- B"), ("日本語", "&ZeVnLIqe-")]
        {
            assert_eq!(modified_utf7(name), wire);
            assert_eq!(from_modified_utf7(wire), name);
        }
    }

    #[test]
    fn answers() {
        let mail = Mail::parse(
            b"* 3 FETCH (FLAGS (\\Seen \\Recent $Label \\Answered) UID 17 BODY[HEADER.FIELDS (SUBJECT)] {25}\r\nSubject: FLAGS (x)\r\n\ty\r\n)",
        );
        let mail = mail.unwrap();
        let fields = ["uid", "flags", "hdr.subject"].map(|field| mail.field(field).unwrap());
        assert_eq!(fields, ["17", "\\Answered \\Seen $Label", "FLAGS (x) y"]);
        assert!(Mail::parse(b"* 3 FETCH (MODSEQ (5))").is_none());
        assert_eq!(listed(b"* LIST (\\HasNoChildren) \".\" \"INBOX.S&APw-d\"").unwrap(), "INBOX.Süd");
        assert_eq!(listed(b"* LIST () \"/\" {3}\r\na\"b").unwrap(), "a\"b");
        assert!(listed(b"* LIST (\\Noselect) \"/\" above").is_none());
        let status = status("* STATUS \"a (b)\" (MESSAGES 2 UIDNEXT 5 HIGHESTMODSEQ 99)\n");
        assert_eq!((status.messages, status.uidnext, status.highestmodseq), (2, 5, 99));
    }
}
