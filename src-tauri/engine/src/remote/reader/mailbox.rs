//! LIST and LSUB rows (RFC 3501, RFC 5258), STATUS and NAMESPACE (RFC 2342).

use super::token::{Cursor, Garbled, Read, raw_text};
use crate::remote::Status;

/// One row of LIST or LSUB.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Raw name.
    pub name: String,
    /// Hierarchy delimiter.
    pub delimiter: Option<char>,
    /// Attributes, lower case with the backslash.
    pub attributes: Vec<String>,
}

/// One namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namespace {
    /// Raw prefix, perhaps with the delimiter at its end.
    pub prefix: String,
    /// Hierarchy delimiter.
    pub delimiter: Option<char>,
}

pub(super) fn row(cursor: &mut Cursor<'_>) -> Read<Row> {
    let mut attributes = Vec::new();
    cursor.expect(b'(')?;
    loop {
        cursor.spaces();
        if cursor.eat(b')') {
            break;
        }
        // More attributes than there are kinds is noise; it is read over.
        let attribute = cursor.atom()?;
        if attributes.len() < 100 {
            attributes.push(String::from_utf8_lossy(attribute).to_ascii_lowercase());
        }
    }
    cursor.spaces();
    let delimiter = delimiter(cursor)?;
    cursor.spaces();
    let name = name(cursor)?;
    // Extended data (CHILDINFO, OLDNAME, …) may follow; nothing of it is needed.
    Ok(Row { name, delimiter, attributes })
}

fn delimiter(cursor: &mut Cursor<'_>) -> Read<Option<char>> {
    let text = cursor.nstring()?;
    Ok(text.and_then(|t| std::str::from_utf8(&t).ok().and_then(|t| t.chars().next())))
}

/// A mailbox name as written. An unquoted one may hold what an atom may not, also spaces at the end of the line.
fn name(cursor: &mut Cursor<'_>) -> Read<String> {
    match cursor.peek() {
        Some(b'"' | b'{' | b'~') => Ok(raw_text(&cursor.string()?)),
        Some(_) => {
            let bytes = cursor.word();
            if bytes.is_empty() { Err(Garbled) } else { Ok(raw_text(bytes)) }
        }
        None => Err(Garbled),
    }
}

pub(super) fn status(cursor: &mut Cursor<'_>) -> Read<(String, Status)> {
    let name = status_name(cursor)?;
    cursor.spaces();
    cursor.expect(b'(')?;
    let mut out = Status::default();
    loop {
        cursor.spaces();
        if cursor.eat(b')') || cursor.peek().is_none() {
            return Ok((name, out));
        }
        let item = cursor.atom()?.to_ascii_uppercase();
        cursor.spaces();
        let raw = cursor.skip()?;
        let value = Cursor::new(raw).number().ok();
        let small = value.and_then(|v| u32::try_from(v).ok());
        match item.as_slice() {
            b"MESSAGES" => out.messages = small,
            b"UNSEEN" => out.unseen = small,
            b"UIDNEXT" => out.uidnext = small,
            b"UIDVALIDITY" => out.uidvalidity = small.filter(|v| *v > 0),
            b"HIGHESTMODSEQ" => out.highestmodseq = value.filter(|v| *v > 0),
            b"MAILBOXID" => out.mailbox_id = object_id(raw),
            _ => {}
        }
    }
}

/// `(objectid)`, RFC 8474 §7.
fn object_id(raw: &[u8]) -> Option<String> {
    let id = raw.trim_ascii().strip_prefix(b"(")?.strip_suffix(b")")?.trim_ascii();
    let fine =
        (1..=255).contains(&id.len()) && id.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    fine.then(|| String::from_utf8_lossy(id).into_owned())
}

/// The name in STATUS: some servers forget the quotes around one with spaces, so it ends where the list begins.
fn status_name(cursor: &mut Cursor<'_>) -> Read<String> {
    if matches!(cursor.peek(), Some(b'"' | b'{' | b'~')) {
        return Ok(raw_text(&cursor.string()?));
    }
    let rest = cursor.rest();
    let end = rest.windows(2).position(|w| w == b" (").ok_or(Garbled)?;
    let (name, list) = rest.split_at(end);
    *cursor = Cursor::new(list);
    let name = name.trim_ascii();
    if name.is_empty() { Err(Garbled) } else { Ok(raw_text(name)) }
}

pub(super) fn namespaces(cursor: &mut Cursor<'_>) -> Read<[Vec<Namespace>; 3]> {
    Ok([namespace(cursor)?, namespace(cursor)?, namespace(cursor)?])
}

fn namespace(cursor: &mut Cursor<'_>) -> Read<Vec<Namespace>> {
    cursor.spaces();
    let mut out = Vec::new();
    if cursor.nil() {
        return Ok(out);
    }
    cursor.expect(b'(')?;
    loop {
        cursor.spaces();
        if cursor.eat(b')') {
            return Ok(out);
        }
        cursor.expect(b'(')?;
        let prefix = raw_text(&cursor.string()?);
        cursor.spaces();
        let delimiter = delimiter(cursor)?;
        if out.len() < 100 {
            out.push(Namespace { prefix, delimiter });
        }
        loop {
            cursor.spaces();
            if cursor.eat(b')') {
                break;
            }
            cursor.skip()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_mailbox_stands_in_its_status() {
        for (words, id) in [
            ("(F2212ea87-6097_4256)", Some("F2212ea87-6097_4256")),
            ("( F1 )", Some("F1")),
            ("()", None),
            ("F1", None),
            ("(F 1)", None),
            ("(\"F1\")", None),
            ("NIL", None),
        ] {
            let line = format!("INBOX (MESSAGES 3 MAILBOXID {words} UIDNEXT 4)");
            let told = status(&mut Cursor::new(line.as_bytes())).ok().map(|(_, told)| told);
            let told = told.unwrap_or_default();
            assert_eq!((told.messages, told.uidnext, told.mailbox_id.as_deref()), (Some(3), Some(4), id), "{words}");
        }
        assert_eq!(object_id(format!("({})", "x".repeat(256)).as_bytes()), None);
    }
}
