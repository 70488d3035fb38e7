//! FETCH: the hot path. A row is read item by item; an item that cannot be read costs itself where its end can be found,
//! else the rest of its row.

use super::token::{Cursor, Garbled, Read};
use super::{DEPTH, date, structure};
use crate::remote::Flags;
use letter::structure::Part;
use std::borrow::Cow;

/// One row of FETCH.
#[derive(Debug, Default)]
pub struct Fetch<'a> {
    /// Sequence number.
    pub sequence: u32,
    /// UID, never 0.
    pub uid: Option<u32>,
    /// FLAGS.
    pub flags: Option<Flags>,
    /// MODSEQ.
    pub modseq: Option<u64>,
    /// INTERNALDATE, Unix seconds.
    pub internal_date: Option<i64>,
    /// RFC822.SIZE.
    pub size: Option<u64>,
    /// BODYSTRUCTURE.
    pub structure: Option<Part>,
    /// PREVIEW.
    pub preview: Option<String>,
    /// EMAILID or X-GM-MSGID, prefixed.
    pub email_id: Option<String>,
    /// THREADID or X-GM-THRID, prefixed.
    pub thread_id: Option<String>,
    /// `BODY[…]`, and RFC822 items under their modern names.
    pub bodies: Vec<Body<'a>>,
    /// Something could not be read.
    pub damaged: bool,
}

/// `BODY[section]<origin>`.
#[derive(Debug)]
pub struct Body<'a> {
    /// What stands in the brackets.
    pub section: &'a [u8],
    /// Where the bytes begin, where a part was asked for.
    pub origin: Option<u64>,
    /// The bytes; none = NIL.
    pub data: Option<Cow<'a, [u8]>>,
}

/// Items of `BODY[…]` in one row.
const BODIES: usize = 64;
/// Keywords of one message.
const KEYWORDS: usize = 500;

pub(super) fn fetch<'a>(sequence: u32, cursor: &mut Cursor<'a>) -> Fetch<'a> {
    let mut row = Fetch { sequence, ..Fetch::default() };
    cursor.spaces();
    if !cursor.eat(b'(') {
        row.damaged = true;
        return row;
    }
    // Domino puts items in parentheses of their own.
    let mut extra = 0usize;
    loop {
        cursor.spaces();
        match cursor.peek() {
            Some(b'(') if extra < DEPTH => {
                cursor.eat(b'(');
                extra += 1;
            }
            Some(b')') if extra > 0 => {
                cursor.eat(b')');
                extra -= 1;
            }
            Some(b')') => return row,
            None => {
                row.damaged = true;
                return row;
            }
            Some(_) => {
                if item(&mut row, cursor).is_err() {
                    row.damaged = true;
                    return row;
                }
            }
        }
    }
}

/// One item with its value. An error means that its end is not known.
fn item<'a>(row: &mut Fetch<'a>, cursor: &mut Cursor<'a>) -> Read<()> {
    let (name, section) = item_name(cursor)?;
    let origin = if section.is_some() && cursor.eat(b'<') {
        let origin = cursor.number()?;
        cursor.expect(b'>')?;
        Some(origin)
    } else {
        None
    };
    cursor.spaces();
    if let Some(section) = section {
        // Yandex leaves out the value of a part without content.
        let empty = cursor.peek() == Some(b')');
        let data = if empty { Some(Cow::Borrowed(&b""[..])) } else { cursor.nstring()? };
        push(row, Body { section, origin, data });
        return Ok(());
    }
    let mut upper = [0u8; 24];
    let Some(upper) = upper.get_mut(..name.len()) else { return cursor.skip().map(drop) };
    upper.copy_from_slice(name);
    upper.make_ascii_uppercase();
    match &*upper {
        b"RFC822" | b"RFC822.HEADER" | b"RFC822.TEXT" => {
            let section: &[u8] = match &*upper {
                b"RFC822" => b"",
                b"RFC822.HEADER" => b"HEADER",
                _ => b"TEXT",
            };
            let data = cursor.nstring()?;
            push(row, Body { section, origin: None, data });
            return Ok(());
        }
        b"ENVELOPE" | b"BODY" => return cursor.skip().map(drop),
        _ => {}
    }
    // The value's end is found first, so that what is wrong inside costs this item alone.
    let mut value = Cursor::new(cursor.skip()?);
    let read = match &*upper {
        b"UID" => number(&mut value).map(|n| row.uid = u32::try_from(n).ok().filter(|u| *u > 0)),
        b"FLAGS" => flags(&mut value).map(|f| row.flags = Some(f)),
        b"MODSEQ" => in_list(&mut value, modseq).map(|n| row.modseq = n),
        b"RFC822.SIZE" => number(&mut value).map(|n| row.size = Some(n)),
        b"INTERNALDATE" => value.nstring().map(|text| match text {
            None => {}
            Some(text) => {
                row.internal_date = date::unix(&text);
                row.damaged |= row.internal_date.is_none();
            }
        }),
        b"BODYSTRUCTURE" => structure::structure(&mut value).map(|part| row.structure = part),
        b"PREVIEW" | b"SNIPPET" => preview(&mut value).map(|text| row.preview = text),
        b"EMAILID" => in_list(&mut value, text).map(|id| row.email_id = Some(format!("m:{id}"))),
        b"X-GM-MSGID" => number(&mut value).map(|id| row.email_id = Some(format!("g:{id}"))),
        b"THREADID" if value.nil() => Ok(()),
        b"THREADID" => in_list(&mut value, text).map(|id| row.thread_id = Some(format!("t:{id}"))),
        b"X-GM-THRID" => number(&mut value).map(|id| row.thread_id = Some(format!("g:{id}"))),
        _ => Ok(()),
    };
    row.damaged |= read.is_err();
    Ok(())
}

fn push<'a>(row: &mut Fetch<'a>, body: Body<'a>) {
    if row.bodies.len() < BODIES {
        row.bodies.push(body);
    } else {
        row.damaged = true;
    }
}

/// `UID`, or `BODY` with what stands in its brackets (in which parentheses, quotes and spaces may stand).
fn item_name<'a>(cursor: &mut Cursor<'a>) -> Read<(&'a [u8], Option<&'a [u8]>)> {
    let rest = cursor.rest();
    let end = rest
        .iter()
        .position(|b| matches!(b, b' ' | b'(' | b')' | b'[' | b'"' | b'{' | b'<' | 0..=31))
        .unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    if name.is_empty() {
        return Err(Garbled);
    }
    let is_body = [&b"BODY"[..], b"BODY.PEEK", b"BINARY", b"BINARY.PEEK", b"BINARY.SIZE"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known));
    if after.first() != Some(&b'[') {
        *cursor = Cursor::new(after);
        return Ok((name, None));
    }
    let close = memchr::memchr(b']', after).ok_or(Garbled)?;
    let section = after.get(1..close).ok_or(Garbled)?;
    *cursor = Cursor::new(after.get(close + 1..).unwrap_or_default());
    if is_body && !name.eq_ignore_ascii_case(b"BINARY.SIZE") {
        return Ok((name, Some(section)));
    }
    Ok((b"", None))
}

/// A number, perhaps in quotes (some servers).
fn number(value: &mut Cursor<'_>) -> Read<u64> {
    let quoted = value.eat(b'"');
    let number = value.number()?;
    if quoted {
        value.expect(b'"')?;
    }
    if value.peek().is_some() { Err(Garbled) } else { Ok(number) }
}

/// A mod-sequence; none for the `-1` that Zoho gives.
fn modseq(value: &mut Cursor<'_>) -> Read<Option<u64>> {
    let negative = value.eat(b'-');
    let number = value.number()?;
    Ok(Some(number).filter(|_| !negative))
}

fn in_list<'a, T>(value: &mut Cursor<'a>, read: impl FnOnce(&mut Cursor<'a>) -> Read<T>) -> Read<T> {
    let list = value.eat(b'(');
    let out = read(value)?;
    if list {
        value.expect(b')')?;
    }
    Ok(out)
}

fn text(value: &mut Cursor<'_>) -> Read<String> {
    Ok(String::from_utf8_lossy(&value.astring()?).into_owned())
}

/// `"text"`, NIL, or the draft's `(FUZZY "text")`.
fn preview(value: &mut Cursor<'_>) -> Read<Option<String>> {
    if value.eat(b'(') {
        value.atom()?;
        value.spaces();
        let text = value.nstring()?;
        value.expect(b')')?;
        return Ok(text.map(|t| String::from_utf8_lossy(&t).into_owned()));
    }
    Ok(value.nstring()?.map(|t| String::from_utf8_lossy(&t).into_owned()))
}

/// `(\Seen $label1)`. A flag that is no atom ends the reading.
pub(super) fn flags(value: &mut Cursor<'_>) -> Read<Flags> {
    let mut out = Flags::default();
    value.expect(b'(')?;
    loop {
        value.spaces();
        if value.eat(b')') {
            out.keywords.sort_unstable();
            out.keywords.dedup();
            return Ok(out);
        }
        let flag = value.atom()?;
        match flag {
            f if f.eq_ignore_ascii_case(b"\\Seen") => out.seen = true,
            f if f.eq_ignore_ascii_case(b"\\Flagged") => out.flagged = true,
            f if f.eq_ignore_ascii_case(b"\\Answered") => out.answered = true,
            f if f.eq_ignore_ascii_case(b"\\Draft") => out.draft = true,
            f if f.eq_ignore_ascii_case(b"\\Deleted") => out.deleted = true,
            [b'\\', ..] => {}
            keyword if out.keywords.len() < KEYWORDS => {
                out.keywords.push(String::from_utf8_lossy(keyword).into_owned());
            }
            _ => {}
        }
    }
}

/// Names of flags one by one, as PERMANENTFLAGS lists them: system flags in lower case, `\*` among them; none where it is no
/// list.
pub fn flag_names(list: &[u8]) -> Option<Vec<String>> {
    let mut cursor = Cursor::new(list);
    let mut out = Vec::new();
    cursor.spaces();
    cursor.expect(b'(').ok()?;
    loop {
        cursor.spaces();
        if cursor.eat(b')') {
            return Some(out);
        }
        let name = String::from_utf8_lossy(cursor.atom().ok()?);
        if out.len() < KEYWORDS {
            out.push(if name.starts_with('\\') { name.to_ascii_lowercase() } else { name.into_owned() });
        }
    }
}
