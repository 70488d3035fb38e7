//! BODYSTRUCTURE (RFC 3501 §7.4.2) to [`Part`]. Servers get this wrong more than anything else: empty multiparts, `()` where
//! NIL belongs, fields left out, atoms for strings. What can be understood is; the rest is read over.

use super::DEPTH;
use super::token::{Cursor, Garbled, Read};
use letter::structure::{Encoding, Part};
use std::borrow::Cow;

/// Parts of one message.
const PARTS: usize = 1000;

/// The tree; none for NIL, and for what is nested beyond the limit or has too many parts.
pub(super) fn structure(cursor: &mut Cursor<'_>) -> Read<Option<Part>> {
    if cursor.nil() {
        return Ok(None);
    }
    let mut left = PARTS;
    part(cursor, "", DEPTH, &mut left).map(Some)
}

/// A part whose place is `section`; empty = the message itself, whose only part is `1`.
fn part(cursor: &mut Cursor<'_>, section: &str, depth: usize, left: &mut usize) -> Read<Part> {
    let depth = depth.checked_sub(1).ok_or(Garbled)?;
    *left = left.checked_sub(1).ok_or(Garbled)?;
    cursor.expect(b'(')?;
    cursor.spaces();
    let part = if cursor.peek() == Some(b'(') {
        multipart(cursor, section, depth, left)?
    } else {
        single(cursor, section, depth, left)?
    };
    // Extension data of later times.
    loop {
        cursor.spaces();
        if cursor.eat(b')') {
            return Ok(part);
        }
        cursor.skip()?;
    }
}

fn below(section: &str, number: usize) -> String {
    if section.is_empty() { number.to_string() } else { format!("{section}.{number}") }
}

fn multipart(cursor: &mut Cursor<'_>, section: &str, depth: usize, left: &mut usize) -> Read<Part> {
    let mut parts = Vec::new();
    while cursor.peek() == Some(b'(') {
        parts.push(part(cursor, &below(section, parts.len() + 1), depth, left)?);
        cursor.spaces();
    }
    let subtype = lower(word(cursor)?).unwrap_or_else(|| "mixed".to_owned());
    let mut out = Part { section: section.to_owned(), mime: format!("multipart/{subtype}"), parts, ..Part::default() };
    extension(cursor, &mut out, Params::default(), true)?;
    Ok(out)
}

fn single(cursor: &mut Cursor<'_>, section: &str, depth: usize, left: &mut usize) -> Read<Part> {
    // The only part of a message is its part 1.
    let section = if section.is_empty() { "1" } else { section };
    let mut out = Part { section: section.to_owned(), ..Part::default() };
    if cursor.peek() == Some(b')') {
        return Ok(out);
    }
    let kind = lower(word(cursor)?).unwrap_or_else(|| "text".to_owned());
    cursor.spaces();
    if matches!(cursor.peek(), Some(b')' | b'(')) {
        // A multipart without parts: its subtype, then the extension data.
        out.mime = format!("multipart/{kind}");
        out.section = if section == "1" { String::new() } else { section.to_owned() };
        extension(cursor, &mut out, Params::default(), true)?;
        return Ok(out);
    }
    let subtype = lower(word(cursor)?).unwrap_or_else(|| "plain".to_owned());
    out.mime = format!("{kind}/{subtype}");
    cursor.spaces();
    let params = params(cursor)?;
    out.cid = field(cursor)?.map(|id| {
        let id = String::from_utf8_lossy(&id);
        id.trim().trim_start_matches('<').trim_end_matches('>').to_owned()
    });
    field(cursor)?; // description
    out.encoding = field(cursor)?.map_or(Encoding::None, |e| encoding(&e));
    out.size = size(cursor)?;
    cursor.spaces();
    if kind == "message" && cursor.peek() == Some(b'(') {
        attached(cursor, &mut out, depth, left)?;
    } else if kind == "message" && cursor.clone().nil() {
        cursor.nil();
        cursor.spaces();
        if cursor.peek() == Some(b'(') {
            out.parts.push(part(cursor, &out.section.clone(), depth, left)?);
        } else {
            cursor.nil();
        }
    }
    cursor.spaces();
    if cursor.peek().is_some_and(|b| b.is_ascii_digit()) {
        cursor.number()?; // lines
    }
    extension(cursor, &mut out, params, false)?;
    Ok(out)
}

/// Envelope and structure of an attached message. Its own parts are numbered below it; one that is no multipart is `.1`.
fn attached(cursor: &mut Cursor<'_>, out: &mut Part, depth: usize, left: &mut usize) -> Read<()> {
    cursor.skip()?;
    cursor.spaces();
    if cursor.peek() != Some(b'(') {
        cursor.nil();
        return Ok(());
    }
    let inner = cursor.clone();
    let is_multipart = {
        let mut look = inner;
        look.expect(b'(')?;
        look.spaces();
        look.peek() == Some(b'(')
    };
    if is_multipart {
        let mut body = part(cursor, &out.section.clone(), depth, left)?;
        // A multipart that is a message's body has no number of its own.
        body.section = String::new();
        out.parts.push(body);
    } else {
        out.parts.push(part(cursor, &below(&out.section, 1), depth, left)?);
    }
    Ok(())
}

/// What may follow: MD5 (of a single part) or parameters (of a multipart), disposition, language, location.
fn extension(cursor: &mut Cursor<'_>, out: &mut Part, mut known: Params, multipart: bool) -> Read<()> {
    cursor.spaces();
    if multipart {
        if at_end(cursor) {
            return Ok(());
        }
        known = params(cursor)?;
    } else if !at_end(cursor) && cursor.peek() != Some(b'(') {
        cursor.skip()?; // MD5; some servers leave it out
    }
    cursor.spaces();
    let mut disposed = Params::default();
    if !at_end(cursor) && !cursor.nil() {
        if cursor.eat(b'(') {
            cursor.spaces();
            if cursor.peek() != Some(b')') {
                out.attachment = word(cursor)?.map(|kind| !kind.eq_ignore_ascii_case(b"inline"));
                cursor.spaces();
            }
            if cursor.peek() != Some(b')') {
                disposed = params(cursor)?;
            }
            loop {
                cursor.spaces();
                if cursor.eat(b')') {
                    break;
                }
                cursor.skip()?;
            }
        } else {
            out.attachment = word(cursor)?.map(|kind| !kind.eq_ignore_ascii_case(b"inline"));
        }
    }
    out.name = disposed.name("filename").or_else(|| known.name("name"));
    out.charset = known.plain("charset");
    if known.plain("format").is_some_and(|f| f.eq_ignore_ascii_case("flowed")) {
        out.flowed = Some(known.plain("delsp").is_some_and(|d| d.eq_ignore_ascii_case("yes")));
    }
    Ok(())
}

fn at_end(cursor: &Cursor<'_>) -> bool {
    matches!(cursor.peek(), None | Some(b')'))
}

/// A field that may be missing, NIL, a string, or an empty list for NIL.
fn field<'a>(cursor: &mut Cursor<'a>) -> Read<Option<Cow<'a, [u8]>>> {
    cursor.spaces();
    match cursor.peek() {
        None | Some(b')') => Ok(None),
        Some(b'(') => cursor.skip().map(|_| None),
        Some(_) => word(cursor),
    }
}

fn size(cursor: &mut Cursor<'_>) -> Read<u64> {
    Ok(field(cursor)?.and_then(|text| Cursor::new(&text).number().ok()).unwrap_or(0))
}

/// NIL, a string, or an atom where a string is owed.
fn word<'a>(cursor: &mut Cursor<'a>) -> Read<Option<Cow<'a, [u8]>>> {
    if cursor.nil() { Ok(None) } else { cursor.astring().map(Some) }
}

fn lower(text: Option<Cow<'_, [u8]>>) -> Option<String> {
    text.map(|t| String::from_utf8_lossy(&t).trim().to_ascii_lowercase()).filter(|t| !t.is_empty())
}

fn encoding(name: &[u8]) -> Encoding {
    match name.trim_ascii().to_ascii_lowercase().as_slice() {
        b"base64" => Encoding::Base64,
        b"quoted-printable" => Encoding::QuotedPrintable,
        b"x-uuencode" | b"uuencode" | b"x-uue" => Encoding::Uuencode,
        _ => Encoding::None,
    }
}

/// Parameters as they came: lower-case names, raw values.
#[derive(Default)]
struct Params(Vec<(String, Vec<u8>)>);

/// Parameters of one part: RFC 2231 may cut one into a hundred pieces.
const PARAMS: usize = 200;

impl Params {
    fn plain(&self, name: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(n, _)| n == name)?;
        Some(String::from_utf8_lossy(value).into_owned())
    }
    /// A file name, in whichever of the ways it is written.
    fn name(&self, name: &str) -> Option<String> {
        super::params::text(&self.0, name).filter(|n| !n.trim().is_empty())
    }
}

/// `("charset" "utf-8" "name" "a.txt")`, NIL, `()`, or nothing at all.
fn params(cursor: &mut Cursor<'_>) -> Read<Params> {
    let mut out = Params::default();
    if at_end(cursor) || cursor.nil() {
        return Ok(out);
    }
    if !cursor.eat(b'(') {
        word(cursor)?;
        return Ok(out);
    }
    loop {
        cursor.spaces();
        if cursor.eat(b')') {
            return Ok(out);
        }
        if cursor.peek() == Some(b'(') {
            cursor.skip()?;
            continue;
        }
        let name = word(cursor)?;
        cursor.spaces();
        if cursor.peek() == Some(b')') {
            continue;
        }
        let value = if cursor.peek() == Some(b'(') { cursor.skip().map(|_| None)? } else { word(cursor)? };
        if let (Some(name), Some(value)) = (lower(name), value)
            && out.0.len() < PARAMS
        {
            out.0.push((name, value.into_owned()));
        }
    }
}
