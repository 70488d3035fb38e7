//! Reads the value of an address field: names, angle brackets, quoted strings, comments, groups, and their damaged kin.

use super::Address;
use crate::words;

/// Most addresses of one field that are kept.
const ADDRESSES: usize = 5_000;
/// Most bytes of a name or of an address.
const LENGTH: usize = 1_000;

/// The addresses of a field's raw value (folded, encoded).
pub fn parse(value: &[u8]) -> Vec<Address> {
    let mut found = Vec::new();
    parse_into(value, &mut found);
    found
}

/// As [`parse`], appended to `found`.
pub fn parse_into(value: &[u8], found: &mut Vec<Address>) {
    let mut entry = Entry::default();
    let mut group: Option<(Vec<u8>, usize)> = None;
    let mut rest = value;
    while let Some((&b, tail)) = rest.split_first() {
        rest = tail;
        match b {
            b'"' => {
                let (text, after) = quoted(tail);
                rest = after;
                entry.quoted(&text);
            }
            b'(' => rest = comment(tail, &mut entry.comment),
            b'<' => {
                let (inside, after) = angle(tail);
                rest = after;
                entry.angle = entry.angle.or_else(|| Some(email(inside)));
            }
            b',' | b';' => {
                entry.end(b == b',', found);
                entry = Entry { orphan: entry.orphan, ..Entry::default() };
                if b == b';'
                    && let Some((name, before)) = group.take()
                    && before == found.len()
                {
                    // `undisclosed-recipients:;`
                    found.push(Address { name: words::decode(&name), email: String::new() });
                }
            }
            b':' if entry.angle.is_none() && !entry.at && group.is_none() => {
                group = Some((std::mem::take(&mut entry.phrase), found.len()));
                entry = Entry::default();
            }
            b'>' => {}
            _ if b.is_ascii_whitespace() => entry.gap = true,
            _ => entry.word(b),
        }
        if found.len() >= ADDRESSES {
            return;
        }
    }
    entry.end(false, found);
}

/// One address while it is read.
#[derive(Default)]
struct Entry {
    /// Words outside brackets and comments, quoted strings unescaped, one space between.
    phrase: Vec<u8>,
    /// The same words as they stand, without spaces: an address that has no brackets.
    bare: Vec<u8>,
    /// An `@` outside quotes: an address has begun.
    at: bool,
    /// How many words, as white space tells them.
    words: usize,
    comment: Vec<u8>,
    angle: Option<Vec<u8>>,
    /// White space since the last word.
    gap: bool,
    /// The address before was a bare word that a comma ended: `Doe, John <j@x>`.
    orphan: bool,
}

impl Entry {
    fn separate(&mut self) {
        if self.phrase.is_empty() || std::mem::take(&mut self.gap) {
            self.words += 1;
            if !self.phrase.is_empty() {
                self.phrase.push(b' ');
            }
        }
        self.gap = false;
    }

    fn word(&mut self, b: u8) {
        self.separate();
        self.at |= b == b'@';
        if self.phrase.len() < LENGTH * 4 {
            self.phrase.push(b);
            self.bare.push(b);
        }
    }

    fn quoted(&mut self, text: &[u8]) {
        self.separate();
        if self.phrase.len() < LENGTH * 4 {
            self.phrase.extend_from_slice(text);
            self.bare.push(b'"');
            self.bare.extend_from_slice(text);
            self.bare.push(b'"');
        }
    }

    fn end(&mut self, comma: bool, found: &mut Vec<Address>) {
        let orphan = std::mem::take(&mut self.orphan);
        let comment = || words::decode(&self.comment);
        let address = match &self.angle {
            Some(email) => {
                let name = words::decode(&self.phrase);
                Address { name: if name.is_empty() { comment() } else { name }, email: text(email) }
            }
            None if self.phrase.is_empty() => return,
            None if self.bare.contains(&b'@') || self.words == 1 => {
                self.orphan = comma && !self.bare.contains(&b'@');
                Address { name: comment(), email: text(&email(&self.bare)) }
            }
            None => {
                self.orphan = comma;
                Address { name: words::decode(&self.phrase), email: String::new() }
            }
        };
        // An unquoted comma inside a name: the bare word before belongs to it.
        if orphan && self.angle.is_some() && !address.name.is_empty() {
            if let Some(before) = found.pop() {
                let surname = if before.name.is_empty() { before.email } else { before.name };
                found.push(cut(Address { name: format!("{surname}, {}", address.name), email: address.email }));
            }
            return;
        }
        found.push(cut(address));
    }
}

fn cut(mut address: Address) -> Address {
    for text in [&mut address.name, &mut address.email] {
        // What turns the direction of text is kept as a sign that turns nothing, so that [`super::warnings`] still finds it.
        if !text.is_ascii() && text.contains(words::is_bidi_control) {
            *text = text.replace(words::is_bidi_control, "\u{2060}");
        }
        if text.len() > LENGTH {
            text.truncate(text.floor_char_boundary(LENGTH));
        }
    }
    address
}

fn text(raw: &[u8]) -> String {
    String::from_utf8(raw.to_vec()).unwrap_or_else(|_| crate::decode::charset::guess(raw))
}

/// The text of a quoted string whose opening quote is behind, and what follows it. An unclosed one ends at the first comma
/// or bracket after an address might begin, so that one stray quote does not swallow a list.
fn quoted(raw: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut out = Vec::new();
    let mut rest = raw;
    while let Some((&b, tail)) = rest.split_first() {
        rest = tail;
        match b {
            b'"' => return (out, rest),
            b'\\' => {
                if let Some((&escaped, tail)) = rest.split_first() {
                    rest = tail;
                    out.push(escaped);
                }
            }
            b'\r' | b'\n' => {}
            _ => out.push(b),
        }
    }
    let end = raw.iter().position(|b| matches!(b, b'<' | b',')).unwrap_or(raw.len());
    let (inside, after) = raw.split_at(end);
    (inside.to_vec(), after)
}

/// Skips a comment (they nest) whose opening parenthesis is behind; keeps the text of the outermost.
fn comment<'a>(raw: &'a [u8], text: &mut Vec<u8>) -> &'a [u8] {
    if !text.is_empty() {
        text.push(b' ');
    }
    let mut depth = 1usize;
    let mut rest = raw;
    while let Some((&b, tail)) = rest.split_first() {
        rest = tail;
        match b {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return rest;
                }
            }
            b'\\' => {
                if let Some((&escaped, tail)) = rest.split_first() {
                    rest = tail;
                    text.push(escaped);
                }
                continue;
            }
            _ => {}
        }
        if text.len() < LENGTH {
            text.push(b);
        }
    }
    rest
}

/// What stands in angle brackets, and what follows. A bracket inside a quoted local part does not close.
fn angle(raw: &[u8]) -> (&[u8], &[u8]) {
    let mut inside_quotes = false;
    let mut escaped = false;
    for (at, &b) in raw.iter().enumerate() {
        match b {
            _ if std::mem::take(&mut escaped) => {}
            b'\\' => escaped = true,
            b'"' => inside_quotes = !inside_quotes,
            b'>' if !inside_quotes => {
                return (raw.get(..at).unwrap_or_default(), raw.get(at + 1..).unwrap_or_default());
            }
            _ => {}
        }
    }
    let end = raw.iter().position(|b| matches!(b, b'>' | b',')).unwrap_or(raw.len());
    let (inside, after) = raw.split_at(end);
    (inside, after.strip_prefix(b">").unwrap_or(after))
}

/// An address as it stands in brackets: without route, comments and white space outside quotes.
fn email(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    let mut ignored = Vec::new();
    while let Some((&b, tail)) = rest.split_first() {
        rest = tail;
        match b {
            b'"' => {
                let (text, after) = quoted(tail);
                rest = after;
                // Quotes that are not needed are left out.
                if text.iter().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(b))
                    && !text.is_empty()
                {
                    out.extend_from_slice(&text);
                } else {
                    out.push(b'"');
                    out.extend(
                        text.iter().flat_map(|&b| if matches!(b, b'"' | b'\\') { vec![b'\\', b] } else { vec![b] }),
                    );
                    out.push(b'"');
                }
            }
            b'(' => rest = comment(tail, &mut ignored),
            // `@a,@b:user@c`: everything up to the colon is a route.
            b':' if out.first() == Some(&b'@') => out.clear(),
            b':' if out.eq_ignore_ascii_case(b"mailto") => out.clear(),
            b'<' | b'>' => {}
            _ if b.is_ascii_whitespace() || b.is_ascii_control() => {}
            _ => out.push(b),
        }
        if out.len() > LENGTH {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        let table: &[(&str, &[(&str, &str)])] = &[
            ("a@x.org", &[("", "a@x.org")]),
            ("<a@x.org>", &[("", "a@x.org")]),
            ("Ann <a@x.org>", &[("Ann", "a@x.org")]),
            ("Ann B. Cee <a@x.org>, b@x.org", &[("Ann B. Cee", "a@x.org"), ("", "b@x.org")]),
            ("\"Cee, Ann\" <a@x.org>", &[("Cee, Ann", "a@x.org")]),
            ("\"A \\\"quoted\\\" one\" <a@x.org>", &[("A \"quoted\" one", "a@x.org")]),
            ("a@x.org (Ann)", &[("Ann", "a@x.org")]),
            ("a@x.org (Ann (of Green Gables))", &[("Ann (of Green Gables)", "a@x.org")]),
            ("Ann (the one) <a@x.org>", &[("Ann", "a@x.org")]),
            ("(the one) <a@x.org>", &[("the one", "a@x.org")]),
            ("=?utf-8?q?J=C3=BCrgen?= =?utf-8?q?_K?= <j@x>", &[("Jürgen K", "j@x")]),
            ("\"=?utf-8?q?J=C3=BCrgen?=\" <j@x>", &[("Jürgen", "j@x")]),
            ("Jürgen <j@x>", &[("Jürgen", "j@x")]),
            ("friends: a@x, Bo <b@x>;", &[("", "a@x"), ("Bo", "b@x")]),
            ("friends: a@x;, c@x", &[("", "a@x"), ("", "c@x")]),
            ("undisclosed-recipients:;", &[("undisclosed-recipients", "")]),
            ("\"a@x\":;, b@x", &[("a@x", ""), ("", "b@x")]),
            ("undisclosed-recipients: ;", &[("undisclosed-recipients", "")]),
            ("a@x; b@x", &[("", "a@x"), ("", "b@x")]),
            ("a@x,, ,b@x,", &[("", "a@x"), ("", "b@x")]),
            ("Doe, John <j@x>", &[("Doe, John", "j@x")]),
            ("Doe, John <j@x>, Roe, Jane <r@x>", &[("Doe, John", "j@x"), ("Roe, Jane", "r@x")]),
            ("root, admin", &[("", "root"), ("", "admin")]),
            ("<@relay,@other:a@x>", &[("", "a@x")]),
            ("<\"odd local\"@x>", &[("", "\"odd local\"@x")]),
            ("<\"plain\"@x>", &[("", "plain@x")]),
            ("\"odd local\"@x.org", &[("", "\"odd local\"@x.org")]),
            ("<\"a>b\"@x>", &[("", "\"a>b\"@x")]),
            ("Ann <a@x", &[("Ann", "a@x")]),
            ("\"Ann <a@x>", &[("Ann ", "a@x")]),
            ("Ann <a @ x . org>", &[("Ann", "a@x.org")]),
            ("Ann <a@x.org> <b@evil.org>", &[("Ann", "a@x.org")]),
            ("Ann <>", &[("Ann", "")]),
            ("just some words", &[("just some words", "")]),
            ("", &[]),
            ("<>", &[("", "")]),
            ("Ann\r\n <a@x>,\r\n\tBo <b@x>", &[("Ann", "a@x"), ("Bo", "b@x")]),
            ("ann@x.org <ann@x.org>", &[("ann@x.org", "ann@x.org")]),
            ("support@bank.example <x@evil.example>", &[("support@bank.example", "x@evil.example")]),
            ("mailto:a@x.org", &[("", "a@x.org")]),
            ("a(c)b@x(d).org(e)", &[("c d e", "ab@x.org")]),
        ];
        for (raw, expected) in table {
            let found: Vec<(String, String)> = parse(raw.as_bytes()).into_iter().map(|a| (a.name, a.email)).collect();
            let expected: Vec<(String, String)> =
                expected.iter().map(|(n, e)| (n.trim().to_string(), e.to_string())).collect();
            assert_eq!(found, expected, "{raw}");
        }
    }

    #[test]
    fn limits_hold() {
        let many = "a@x,".repeat(20_000);
        assert_eq!(parse(many.as_bytes()).len(), ADDRESSES);
        let long = format!("{} <{}@x>", "n".repeat(50_000), "l".repeat(50_000));
        assert!(parse(long.as_bytes()).iter().all(|a| a.name.len() <= LENGTH && a.email.len() <= LENGTH));
        parse("(".repeat(60_000).as_bytes());
        parse("\"".repeat(60_001).as_bytes());
        parse("<".repeat(60_000).as_bytes());
    }
}
