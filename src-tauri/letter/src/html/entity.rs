//! Character references (`&amp;`, `&#x61;`) in attribute values and in text.

use html5ever::data::NAMED_ENTITIES;

/// Longest name of a reference.
const NAME: usize = 32;

/// The value with its references decoded, by the rules for attributes. NULs become U+FFFD.
pub(crate) fn decode(raw: &str) -> String {
    if !raw.contains(['&', '\0']) {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let after = reference.get(1..).unwrap_or_default();
        rest = match after.strip_prefix('#') {
            Some(number) => numeric(number, &mut out),
            None => named(after, &mut out),
        }
        .unwrap_or_else(|| {
            out.push('&');
            after
        });
    }
    out.push_str(rest);
    if out.contains('\0') { out.replace('\0', "\u{FFFD}") } else { out }
}

fn numeric<'a>(raw: &'a str, out: &mut String) -> Option<&'a str> {
    let (digits, radix) = match raw.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16),
        None => (raw, 10),
    };
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    let (number, rest) = digits.split_at_checked(end)?;
    if number.is_empty() {
        return None;
    }
    // Too long for a number is too big for a character.
    let code = u32::from_str_radix(number, radix).unwrap_or(u32::MAX);
    let c = match code {
        // Windows-1252 in disguise, as browsers read it.
        0x80..=0x9F => encoding_rs::WINDOWS_1252.decode(&[u8::try_from(code).unwrap_or(b'?')]).0.chars().next(),
        0 => None,
        _ => char::from_u32(code),
    };
    out.push(c.unwrap_or('\u{FFFD}'));
    Some(rest.strip_prefix(';').unwrap_or(rest))
}

fn named<'a>(raw: &'a str, out: &mut String) -> Option<&'a str> {
    let end = raw.bytes().take(NAME).position(|b| !b.is_ascii_alphanumeric()).unwrap_or(raw.len().min(NAME));
    let name = raw.get(..end)?;
    let rest = raw.get(end..)?;
    if rest.starts_with(';')
        && let Some(with) = raw.get(..=end)
        && push(with, out)
    {
        return rest.get(1..);
    }
    // Old names work without a semicolon, but not in front of `=`: `?a=1&copy=2`.
    (!rest.starts_with('=') && push(name, out)).then_some(rest)
}

fn push(name: &str, out: &mut String) -> bool {
    match NAMED_ENTITIES.get(name) {
        Some(&(first, second)) if first != 0 => {
            out.extend(char::from_u32(first));
            if second != 0 {
                out.extend(char::from_u32(second));
            }
            true
        }
        _ => false,
    }
}

/// `text` for an attribute in double quotes, or for text.
pub(crate) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\0' => {}
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        let table = [
            ("a&amp;b", "a&b"),
            ("a&ampb", "a&ampb"),
            ("?a=1&copy=2", "?a=1&copy=2"),
            ("&copy 2026", "© 2026"),
            ("&Eacute;t&eacute;", "Été"),
            ("javascript&colon;x", "javascript:x"),
            ("&#106;&#x61;&#0106", "jaj"),
            ("&#0;&#x110000;&#xD800;", "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ("&#150;", "–"),
            ("&Tab;&NewLine;", "\t\n"),
            ("&nosuch; &; &#; &#x;", "&nosuch; &; &#; &#x;"),
            ("&", "&"),
        ];
        for (raw, expected) in table {
            assert_eq!(decode(raw), expected, "{raw}");
        }
    }
}
