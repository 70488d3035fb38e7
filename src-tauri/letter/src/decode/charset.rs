//! Charsets: what the label says, unless it cannot be true; a guess where there is no label.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Bytes of a text part as text. `label` is the charset parameter as written, if there is one. NULs are removed.
pub fn text(bytes: &[u8], label: Option<&str>) -> String {
    let mut text = decode(bytes, label);
    if text.contains('\0') {
        text.retain(|c| c != '\0');
    }
    text
}

/// As [`text`], for HTML: where the part has no charset, the page's own `<meta charset>` counts.
pub fn html(bytes: &[u8], label: Option<&str>) -> String {
    if label.is_some_and(|l| !says_nothing(&normal(l))) || std::str::from_utf8(bytes).is_ok() {
        return text(bytes, label);
    }
    let meta = meta_charset(bytes);
    text(bytes, meta.as_deref().or(label))
}

fn decode(bytes: &[u8], label: Option<&str>) -> String {
    if let Some((encoding, skip)) = Encoding::for_bom(bytes) {
        return lossy(encoding, bytes.get(skip..).unwrap_or_default());
    }
    let label = label.map(normal).unwrap_or_default();
    if label == "utf-7" || label == "unicode-1-1-utf-7" {
        return utf7(bytes);
    }
    if says_nothing(&label) {
        return guess(bytes);
    }
    if let Some(wide) = utf16(&label, bytes) {
        return lossy(wide, bytes);
    }
    match Encoding::for_label_no_replacement(label.as_bytes()) {
        Some(encoding) if encoding == UTF_8 => utf8_or_guess(bytes),
        Some(encoding) => lossy(encoding, bytes),
        None => match mail_parser::decoders::charsets::map::charset_decoder(label.as_bytes()) {
            Some(decoder) => decoder(bytes),
            None => guess(bytes),
        },
    }
}

/// Labels that name no charset, or one that a text with 8-bit bytes cannot have.
fn says_nothing(label: &str) -> bool {
    matches!(
        label,
        "" | "us-ascii"
            | "ascii"
            | "ansi_x3.4-1968"
            | "unknown"
            | "unknown-8bit"
            | "x-unknown"
            | "default"
            | "8bit"
            | "binary"
            | "none"
            | "default_charset"
    )
}

fn normal(label: &str) -> String {
    let label = label.trim_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | ';' | '<' | '>'));
    let label = label.split_once('*').map_or(label, |(charset, _language)| charset);
    let label = label.to_ascii_lowercase().replace('_', "-");
    match label.as_str() {
        "utf8mb4" | "utf" | "utf-8-mac" | "x-utf-8" => "utf-8".into(),
        "cp932" | "ms932" | "windows-31j" => "shift_jis".into(),
        "cp936" | "ms936" | "gb2312-80" => "gbk".into(),
        "cp949" | "ms949" | "5601" => "euc-kr".into(),
        "cp950" => "big5".into(),
        "iso-2022-jp-1" | "iso-2022-jp-2" | "iso-2022-jp-3" | "iso-2022-jp-ms" | "cp50220" | "cp50221" => {
            "iso-2022-jp".into()
        }
        "ansi-x3.4-1968" => "us-ascii".into(),
        "shift-jis" => "shift_jis".into(),
        _ => match label
            .strip_prefix("cp125")
            .or_else(|| label.strip_prefix("win-125"))
            .or_else(|| label.strip_prefix("windows125"))
        {
            Some(digit) => format!("windows-125{digit}"),
            None => match label.strip_prefix("iso8859-").or_else(|| label.strip_prefix("8859-")) {
                Some(number) => format!("iso-8859-{number}"),
                None => label,
            },
        },
    }
}

fn utf16(label: &str, bytes: &[u8]) -> Option<&'static Encoding> {
    match label {
        "utf-16be" => Some(UTF_16BE),
        "utf-16le" | "unicode" | "ucs-2" => Some(UTF_16LE),
        // Without a mark RFC 2781 says big-endian; where the zeros stand tells better.
        "utf-16" | "iso-10646-ucs-2" | "csunicode" => {
            let zeros = |first| bytes.iter().skip(first).step_by(2).take(500).filter(|&&b| b == 0).count();
            Some(if zeros(1) > zeros(0) { UTF_16LE } else { UTF_16BE })
        }
        _ => None,
    }
}

fn lossy(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// A text that calls itself UTF-8 with a bad byte or two was cut; with many, it lied.
fn utf8_or_guess(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let (mut bad, mut foreign) = (0usize, 0usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        foreign += 1;
        bad += usize::from(c == '\u{FFFD}');
    }
    if bad * 3 > foreign && bad > 0 { guess(bytes) } else { text.into_owned() }
}

/// The most likely reading of bytes that nobody labelled.
pub fn guess(bytes: &[u8]) -> String {
    if !bytes.contains(&0x1b)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return text.to_owned();
    }
    lossy(detect(bytes), bytes)
}

/// The most likely charset of bytes that nobody labelled.
pub fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    // Enough to tell; a text does not change its charset half-way.
    detector.feed(bytes.get(..256 * 1024).unwrap_or(bytes), true);
    detector.guess(None, Utf8Detection::Allow)
}

fn meta_charset(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..2048).unwrap_or(bytes).to_ascii_lowercase();
    let at = head.windows(8).position(|w| w == b"charset=")?;
    let label: String = head
        .get(at + 8..)?
        .iter()
        .skip_while(|b| matches!(b, b'"' | b'\'' | b' '))
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'))
        .map(|&b| char::from(b))
        .collect();
    (!label.is_empty() && !label.starts_with("utf-16")).then_some(label)
}

/// UTF-7 (RFC 2152), as some old mail still is.
pub fn utf7(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&b, tail)) = rest.split_first() {
        rest = tail;
        if b != b'+' {
            out.push(if b.is_ascii() { char::from(b) } else { '\u{FFFD}' });
            continue;
        }
        let length =
            rest.iter().position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))).unwrap_or(rest.len());
        let (encoded, after) = rest.split_at(length);
        if encoded.is_empty() {
            out.push('+');
        } else {
            push_utf16(encoded, &mut out);
        }
        rest = after.strip_prefix(b"-").unwrap_or(after);
    }
    out
}

/// Base64 of big-endian UTF-16, appended as text.
pub(crate) fn push_utf16(encoded: &[u8], out: &mut String) {
    let wide = super::bytes(encoded, crate::structure::Encoding::Base64);
    let units = wide.chunks_exact(2).map(|pair| pair.iter().fold(0u16, |unit, &b| unit << 8 | u16::from(b)));
    out.extend(char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charsets() {
        let table: &[(&[u8], Option<&str>, &str)] = &[
            (b"caf\xe9", Some("iso-8859-1"), "café"),
            (b"caf\xe9", Some("\"ISO-8859-1\""), "café"),
            (b"caf\xc3\xa9", Some("utf-8"), "café"),
            (b"caf\xc3\xa9", None, "café"),
            (b"caf\xc3\xa9", Some("us-ascii"), "café"),
            (b"\x93quoted\x94", Some("cp1252"), "\u{201c}quoted\u{201d}"),
            (b"\xef\xbb\xbfbom", Some("iso-8859-1"), "bom"),
            (b"\xff\xfeh\0i\0", None, "hi"),
            (b"\0h\0i", Some("utf-16"), "hi"),
            (b"h\0i\0", Some("utf-16"), "hi"),
            (b"Hi Mom -+Jjo--!", Some("utf-7"), "Hi Mom -\u{263a}-!"),
            (b"1+-1=2", Some("UTF-7"), "1+1=2"),
            (b"\x1b$B$3$s\x1b(B", Some("iso-2022-jp"), "こん"),
            (b"\x1b$B$3$s$K$A$O\x1b(B", None, "こんにちは"),
            (b"\xc4\xe3\xba\xc3", Some("gb2312"), "你好"),
            (b"\xcf\xf0\xe8\xe2\xe5\xf2, \xea\xe0\xea \xe4\xe5\xeb\xe0", None, "Привет, как дела"),
            (b"a\0b", Some("utf-8"), "ab"),
            (b"caf\xe9 au lait tr\xe8s chaud", Some("utf-8"), "café au lait très chaud"),
            (b"plain", Some("no-such-charset"), "plain"),
            ("größe".as_bytes(), Some("unknown-8bit"), "größe"),
        ];
        for (bytes, label, expected) in table {
            assert_eq!(text(bytes, *label), *expected, "{label:?}");
        }
    }

    #[test]
    fn meta_counts_only_without_a_label() {
        let page = b"<meta http-equiv=Content-Type content=\"text/html; charset=koi8-r\">\xf0\xf2\xe9";
        assert!(html(page, None).ends_with("ПРИ"));
        assert!(html(page, Some("windows-1251")).ends_with("ртй"));
    }
}
