//! Names of folders as IMAP spells them: modified UTF-7 (RFC 3501 §5.1.3). The server's own spelling is the key; what is
//! decoded here is for eyes, and what is encoded here is for folders that a person makes.

use crate::decode::charset::push_utf16;

/// The name as it may be shown. What is no valid modified UTF-7 stays as the server wrote it; control characters and those
/// that turn or hide text are shown as `\u{…}`.
pub fn decode(raw: &[u8]) -> String {
    let text = strict(raw).unwrap_or_else(|| String::from_utf8_lossy(raw).into_owned());
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || crate::address::is_hidden(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// The spelling of a name that a person gave.
pub fn encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut wide: Vec<u8> = Vec::new();
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            flush(&mut wide, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            wide.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    flush(&mut wide, &mut out);
    out
}

fn flush(wide: &mut Vec<u8>, out: &mut String) {
    use base64::Engine;
    if !wide.is_empty() {
        out.push('&');
        out.push_str(&base64::engine::general_purpose::STANDARD_NO_PAD.encode(&wide).replace('/', ","));
        out.push('-');
        wide.clear();
    }
}

fn strict(raw: &[u8]) -> Option<String> {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&b, tail)) = rest.split_first() {
        if !b.is_ascii() {
            // A server that speaks UTF-8 (RFC 6855), or one that never learned the rule.
            return std::str::from_utf8(raw).ok().map(str::to_owned);
        }
        rest = tail;
        if b != b'&' {
            out.push(char::from(b));
            continue;
        }
        let end = rest.iter().position(|&b| b == b'-')?;
        let (encoded, after) = rest.split_at(end);
        rest = after.get(1..)?;
        if encoded.is_empty() {
            out.push('&');
            continue;
        }
        if !encoded.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b',')) {
            return None;
        }
        let standard: Vec<u8> = encoded.iter().map(|&b| if b == b',' { b'/' } else { b }).collect();
        let before = out.len();
        push_utf16(&standard, &mut out);
        if out.get(before..).is_none_or(|new| new.is_empty() || new.contains('\u{FFFD}')) {
            return None;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names() {
        let table: &[(&[u8], &str)] = &[
            (b"INBOX", "INBOX"),
            (b"Entw&APw-rfe", "Entwürfe"),
            (b"&U,BTFw-", "台北"),
            (b"~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
            (b"A &- B", "A & B"),
            (b"&2D3eAA-", "😀"),
            (b"bad&APw", "bad&APw"),
            (b"bad&*-x", "bad&*-x"),
            (b"lone &2D0-", "lone &2D0-"),
            ("raw ü".as_bytes(), "raw ü"),
            (b"latin \xfc", "latin \u{FFFD}"),
            (b"nul\0cr\r", "nul\\u{0}cr\\u{d}"),
            (b"&IC4-gpj", "\\u{202e}gpj"),
            (b"&", "&"),
            (b"", ""),
        ];
        for (raw, expected) in table {
            assert_eq!(decode(raw), *expected, "{}", String::from_utf8_lossy(raw));
        }
    }

    proptest! {
        #[test]
        fn round_trip(name in "\\PC{0,30}") {
            prop_assume!(!name.contains('\u{FFFD}') && !name.chars().any(crate::address::is_hidden));
            prop_assert_eq!(decode(encode(&name).as_bytes()), name);
        }

        #[test]
        fn never_panics(raw in proptest::collection::vec(any::<u8>(), 0..80)) {
            decode(&raw);
        }
    }
}
