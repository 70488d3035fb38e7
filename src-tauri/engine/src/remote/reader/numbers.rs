//! SEARCH, ESEARCH and VANISHED: answers that are long lists of numbers.

use super::Response;
use super::token::{Cursor, Garbled, Read};
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

/// `* ESEARCH (TAG "A1") UID ALL 1:3,5 COUNT 4 MODSEQ 9`.
pub(super) fn esearch<'a>(cursor: &mut Cursor<'a>) -> Response<'a> {
    let mut tag = None;
    let mut all = None;
    let mut garbled = false;
    if cursor.peek() == Some(b'(') {
        match cursor.skip() {
            Ok(correlator) => tag = tag_of(correlator),
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
    Response::Esearch { tag, all, garbled }
}

fn tag_of(correlator: &[u8]) -> Option<&[u8]> {
    let inner = correlator.strip_prefix(b"(")?.strip_suffix(b")")?;
    let mut cursor = Cursor::new(inner);
    cursor.word().eq_ignore_ascii_case(b"TAG").then_some(())?;
    let rest = cursor.rest();
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    Some(rest.strip_prefix(b"\"").and_then(|r| r.strip_suffix(b"\"")).unwrap_or(rest))
}

/// `* VANISHED (EARLIER) 300:310,405`.
pub(super) fn vanished<'a>(cursor: &mut Cursor<'a>) -> Read<Response<'a>> {
    let earlier = cursor.peek() == Some(b'(') && cursor.skip()?.eq_ignore_ascii_case(b"(EARLIER)");
    cursor.spaces();
    let text = std::str::from_utf8(cursor.word()).map_err(|_| Garbled)?;
    Ok(Response::Vanished { earlier, uids: UidSet::parse(text).ok_or(Garbled)? })
}
