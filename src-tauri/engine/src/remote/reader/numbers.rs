//! SEARCH, ESEARCH and VANISHED: answers that are long lists of numbers.

use super::Response;
use super::token::{Cursor, Garbled, Read, raw_text};
use crate::remote::UidSet;

/// `* SEARCH 1 2 3 (MODSEQ 4)`. What is no number ends the list.
pub(super) fn search(cursor: &mut Cursor<'_>) -> Vec<u32> {
    let mut out = Vec::new();
    loop {
        cursor.spaces();
        match cursor.number().map(u32::try_from) {
            Ok(Ok(n)) => out.push(n),
            Ok(Err(_)) => {}
            Err(Garbled) => return out,
        }
    }
}

/// `* ESEARCH (TAG "A1") UID ALL 1:3,5 COUNT 4 MODSEQ 9`; of several mailboxes (RFC 7377):
/// `* ESEARCH (TAG "A1" MAILBOX "Archive" UIDVALIDITY 7) UID ALL 1:3`.
pub(super) fn esearch<'a>(cursor: &mut Cursor<'a>) -> Response<'a> {
    let mut correlator = Correlator::default();
    let mut all = None;
    let mut by_uid = false;
    let mut garbled = false;
    if cursor.peek() == Some(b'(') {
        match cursor.skip().and_then(correlated) {
            Ok(read) => correlator = read,
            Err(Garbled) => garbled = true,
        }
    }
    while !garbled {
        cursor.spaces();
        if cursor.peek().is_none() {
            break;
        }
        let item = cursor.word();
        if item.eq_ignore_ascii_case(b"UID") {
            by_uid = true;
            continue;
        }
        cursor.spaces();
        if item.eq_ignore_ascii_case(b"ALL") {
            let text = cursor.word();
            all = std::str::from_utf8(text).ok().and_then(UidSet::parse);
            garbled = all.is_none();
        } else {
            garbled = item.is_empty() || cursor.skip().is_err();
        }
    }
    let Correlator { tag, mailbox, uidvalidity } = correlator;
    Response::Esearch { tag, mailbox, uidvalidity, by_uid, all, garbled }
}

/// What an answer is about.
#[derive(Default)]
struct Correlator<'a> {
    tag: Option<&'a [u8]>,
    mailbox: Option<String>,
    uidvalidity: Option<u32>,
}

fn correlated(list: &[u8]) -> Read<Correlator<'_>> {
    let inner = list.strip_prefix(b"(").and_then(|l| l.strip_suffix(b")")).ok_or(Garbled)?;
    let mut cursor = Cursor::new(inner);
    let mut read = Correlator::default();
    loop {
        cursor.spaces();
        if cursor.peek().is_none() {
            return Ok(read);
        }
        let item = cursor.atom()?;
        cursor.spaces();
        if item.eq_ignore_ascii_case(b"TAG") {
            let tag = cursor.skip()?;
            read.tag = Some(tag.strip_prefix(b"\"").and_then(|t| t.strip_suffix(b"\"")).unwrap_or(tag));
        } else if item.eq_ignore_ascii_case(b"MAILBOX") {
            read.mailbox = Some(raw_text(&cursor.astring()?));
        } else if item.eq_ignore_ascii_case(b"UIDVALIDITY") {
            read.uidvalidity = u32::try_from(cursor.number()?).ok().filter(|v| *v > 0);
        } else {
            cursor.skip()?;
        }
    }
}

/// `* VANISHED (EARLIER) 300:310,405`.
pub(super) fn vanished<'a>(cursor: &mut Cursor<'a>) -> Read<Response<'a>> {
    let earlier = cursor.peek() == Some(b'(') && cursor.skip()?.eq_ignore_ascii_case(b"(EARLIER)");
    cursor.spaces();
    let text = std::str::from_utf8(cursor.word()).map_err(|_| Garbled)?;
    Ok(Response::Vanished { earlier, uids: UidSet::parse(text).ok_or(Garbled)? })
}
