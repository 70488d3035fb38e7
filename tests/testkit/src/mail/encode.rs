//! How mail carries what is not ASCII: charsets, base64, quoted-printable, encoded words, RFC 2231.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

/// `text` in a charset of the web's names (`windows-1251`, `iso-2022-jp`, `gb18030`); UTF-8 where the name is unknown.
pub fn charset(name: &str, text: &str) -> Vec<u8> {
    let encoding = encoding_rs::Encoding::for_label(name.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    encoding.encode(text).0.into_owned()
}

/// Base64 in lines of 76 characters (RFC 2045).
pub fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(bytes.len() / 57 * 78 + 80);
    let mut line = [0; 76];
    for chunk in bytes.chunks(57) {
        let length = STANDARD.encode_slice(chunk, &mut line).unwrap_or_default();
        lines.extend_from_slice(line.get(..length).unwrap_or_default());
        lines.extend_from_slice(b"\r\n");
    }
    lines
}

/// Quoted-printable (RFC 2045) of text whose line ends are CRLF.
pub fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = String::with_capacity(bytes.len() * 3 / 2);
    for line in bytes.split(|&b| b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut width = 0;
        for (at, &byte) in line.iter().enumerate() {
            let last = at + 1 == line.len();
            let plain = matches!(byte, 33..=60 | 62..=126) || (byte == b' ' && !last);
            let cost = if plain { 1 } else { 3 };
            if width + cost > 75 {
                out.push_str("=\r\n");
                width = 0;
            }
            if plain {
                out.push(char::from(byte));
            } else {
                let _ = write!(out, "={byte:02X}");
            }
            width += cost;
        }
        out.push_str("\r\n");
    }
    // The last line end is that of the last line, or one more than there was.
    out.truncate(out.len() - 2);
    out.into_bytes()
}

/// A header's text (RFC 2047): as it is where it is ASCII, else as encoded words of at most 75 characters, each holding
/// whole characters.
pub fn words(text: &str, charset_name: &str) -> String {
    if text.is_ascii() {
        return fold(text);
    }
    let mut encoded = Vec::new();
    let mut piece = String::new();
    let word = |piece: &str| format!("=?{charset_name}?B?{}?=", STANDARD.encode(charset(charset_name, piece)));
    for c in text.chars() {
        piece.push(c);
        if word(&piece).len() > 72 {
            piece.pop();
            encoded.push(word(&piece));
            piece = c.to_string();
        }
    }
    encoded.push(word(&piece));
    encoded.join("\r\n ")
}

/// Long ASCII text in lines of some seventy characters, each but the first beginning with a space.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut width = 0;
    for word in text.split(' ') {
        if width > 0 {
            let turn = width + word.len() > 70;
            out.push_str(if turn { "\r\n " } else { " " });
            width = if turn { 0 } else { width + 1 };
        }
        out.push_str(word);
        width += word.len().max(1);
    }
    out
}

/// A parameter of a header (`filename`), as RFC 2231 wants it where it is not ASCII, in pieces where it is long.
pub fn parameter(name: &str, value: &str) -> String {
    if value.is_ascii() {
        return format!("{name}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
    }
    let mut escaped = String::new();
    for &byte in value.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    if escaped.len() <= 50 {
        return format!("{name}*=utf-8''{escaped}");
    }
    // Cut between escapes, never inside of one.
    let mut pieces: Vec<String> = vec![String::new()];
    let mut rest = escaped.chars().peekable();
    while let Some(c) = rest.next() {
        let mut unit = c.to_string();
        if c == '%' {
            unit.extend(rest.by_ref().take(2));
        }
        match pieces.last_mut() {
            Some(piece) if piece.len() + unit.len() <= 50 => piece.push_str(&unit),
            _ => pieces.push(unit),
        }
    }
    let numbered = pieces.iter().enumerate().map(|(n, piece)| {
        let charset = if n == 0 { "utf-8''" } else { "" };
        format!("{name}*{n}*={charset}{piece}")
    });
    numbered.collect::<Vec<_>>().join(";\r\n\t")
}

/// Turns every line end into CRLF.
pub fn crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_printable_lines() {
        for (text, expect) in
            [("caf\u{e9}\r\n", "caf=C3=A9\r\n"), ("end \r\nx", "end=20\r\nx"), ("a=b", "a=3Db"), ("", "")]
        {
            assert_eq!(String::from_utf8_lossy(&quoted_printable(text.as_bytes())), expect);
        }
        let long = quoted_printable("ü".repeat(100).as_bytes());
        assert!(long.split(|&b| b == b'\n').all(|line| line.len() <= 77));
    }

    #[test]
    fn parameters() {
        assert_eq!(parameter("name", "a\"b"), "name=\"a\\\"b\"");
        assert_eq!(parameter("name", "ü"), "name*=utf-8''%C3%BC");
        assert!(parameter("name", &"ü".repeat(20)).contains("name*1*=%C3"));
    }
}
