//! Addresses as people type and paste them, and as they go over the wire.

use crate::address::{self, Address};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Most bytes of a pasted list that are looked at.
const PASTED: usize = 512 * 1024;
/// Longest local part and domain (RFC 5321 §4.5.3.1).
const LOCAL: usize = 64;
const DOMAIN: usize = 255;

/// One address of a field, as the composer shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Name and address as typed.
    pub address: Address,
    /// Why it cannot be sent to; nothing where it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<Wrong>,
    /// Its local part has letters beyond ASCII, so every server on the way must know SMTPUTF8 (RFC 6531).
    pub smtp_utf8: bool,
}

impl Entry {
    /// Judges an address.
    pub fn new(address: Address) -> Self {
        let judged = check(&address.email);
        let smtp_utf8 = judged.as_ref().is_ok_and(|w| w.smtp_utf8);
        Self { wrong: judged.err(), smtp_utf8, address }
    }
}

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum Wrong {
    /// Only a name.
    #[error("there is no address")]
    Missing,
    /// No `@`.
    #[error("the address has no @")]
    NoAt,
    /// Nothing before the `@`, too much, or a character that cannot stand there.
    #[error("what stands before the @ is not possible")]
    Local,
    /// The domain is empty, too long, or no domain.
    #[error("what stands after the @ is no domain")]
    Domain,
    /// A domain without a dot. Almost always a slip; a window may let it pass where someone insists.
    #[error("the domain has no dot")]
    NoDot,
}

/// An address as SMTP and header fields have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wire {
    /// `local@domain`, the domain in ASCII (punycode).
    pub email: String,
    /// Needs SMTPUTF8.
    pub smtp_utf8: bool,
}

/// As [`wire`], and the domain has a dot.
pub fn check(email: &str) -> Result<Wire, Wrong> {
    let wire = wire(email)?;
    match wire.email.rsplit_once('@') {
        Some((_, domain)) if domain.contains('.') || domain.starts_with('[') => Ok(wire),
        _ => Err(Wrong::NoDot),
    }
}

/// The form for the wire (RFC 5321 §4.1.2), or why there is none. Nothing that passes can end a line or a bracket.
pub fn wire(email: &str) -> Result<Wire, Wrong> {
    if email.is_empty() {
        return Err(Wrong::Missing);
    }
    let (local, domain) = email.rsplit_once('@').ok_or(Wrong::NoAt)?;
    let domain = self::domain(domain)?;
    let local = self::local(local)?;
    Ok(Wire { smtp_utf8: !local.is_ascii(), email: format!("{local}@{domain}") })
}

fn local(local: &str) -> Result<String, Wrong> {
    let inside = match local.strip_prefix('"').and_then(|l| l.strip_suffix('"')) {
        Some(quoted) => unescaped(quoted).ok_or(Wrong::Local)?,
        None if local.contains(['"', '\\']) => return Err(Wrong::Local),
        None if local.chars().all(|c| is_atom(c) || c == '.') => local.to_owned(),
        None => return Err(Wrong::Local),
    };
    if inside.is_empty() || local.len() > LOCAL || inside.chars().any(|c| c.is_control() || address::is_hidden(c)) {
        return Err(Wrong::Local);
    }
    if inside.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom)) {
        return Ok(inside);
    }
    // Dots side by side are allowed in quotes only; there are people with such addresses.
    Ok(format!("\"{}\"", inside.replace('\\', "\\\\").replace('"', "\\\"")))
}

fn unescaped(quoted: &str) -> Option<String> {
    let mut out = String::with_capacity(quoted.len());
    let mut chars = quoted.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(chars.next()?),
            '"' => return None,
            _ => out.push(c),
        }
    }
    Some(out)
}

/// A character of an atom (RFC 5322 §3.2.3, RFC 6532 §3.2).
fn is_atom(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || "!#$%&'*+-/=?^_`{|}~".contains(c)
        || (!c.is_ascii() && !c.is_control() && !c.is_whitespace() && c != '\u{FFFD}')
}

fn domain(domain: &str) -> Result<String, Wrong> {
    if let Some(literal) = domain.strip_prefix('[').and_then(|d| d.strip_suffix(']')) {
        let v6 = literal.get(..5).filter(|p| p.eq_ignore_ascii_case("IPv6:")).and_then(|_| literal.get(5..));
        let sound = match v6 {
            Some(v6) => v6.parse::<core::net::Ipv6Addr>().is_ok(),
            None => literal.parse::<core::net::Ipv4Addr>().is_ok(),
        };
        return if sound { Ok(domain.to_owned()) } else { Err(Wrong::Domain) };
    }
    let ascii = if domain.is_ascii() {
        domain.to_owned()
    } else {
        if domain.chars().any(address::is_hidden) {
            return Err(Wrong::Domain);
        }
        idna::domain_to_ascii(domain).map_err(|_| Wrong::Domain)?
    };
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let sound = ascii.len() <= DOMAIN && ascii.split('.').all(label);
    // An address of numbers alone is a slip for `[1.2.3.4]`.
    let numeric = ascii.rsplit('.').next().is_some_and(|top| top.bytes().all(|b| b.is_ascii_digit()));
    if sound && !numeric { Ok(ascii) } else { Err(Wrong::Domain) }
}

/// The addresses of what someone typed or pasted: names with commas, quotes, groups, lists by comma, semicolon, line or space,
/// whole header fields.
pub fn parse(text: &str) -> Vec<Entry> {
    let text = text.get(..text.floor_char_boundary(PASTED)).unwrap_or(text);
    let mut tidy = String::with_capacity(text.len() + 16);
    let mut segment = String::new();
    let mut chars = text.chars().peekable();
    let mut inside = Inside::default();
    while let Some(c) = chars.next() {
        if c == '\0' || (address::is_hidden(c) && !c.is_whitespace()) {
            continue;
        }
        if !inside.step(c) && inside.nothing() {
            let line = matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{85}');
            if line && goes_on(&segment, chars.clone()) {
                segment.push(' ');
                continue;
            }
            if line || matches!(c, ',' | ';' | '\t' | '，' | '；' | '、' | '،') {
                tidy.push_str(&bracketed(&segment));
                segment.clear();
                // A semicolon may end a group.
                tidy.push(if matches!(c, ';' | '；') { ';' } else { ',' });
                continue;
            }
        }
        segment.push(if c.is_control() { ' ' } else { c });
    }
    tidy.push_str(&bracketed(&segment));
    address::parse(tidy.as_bytes())
        .into_iter()
        .filter(|a| !(a.name.is_empty() && a.email.is_empty()))
        // Empty groups send to nobody.
        .filter(|a| !(a.email.is_empty() && a.name.eq_ignore_ascii_case("undisclosed-recipients")))
        .map(|mut a| {
            a.email.truncate(a.email.trim_end_matches(['.', ':', '>']).len());
            // One word is read as a local address; here it is a name that was not completed.
            Entry::new(a)
        })
        .collect()
}

/// What is open at a place of a list.
#[derive(Default)]
struct Inside {
    quotes: bool,
    angle: bool,
    comments: usize,
    escaped: bool,
}

impl Inside {
    fn nothing(&self) -> bool {
        !self.quotes && !self.angle && self.comments == 0
    }

    /// Takes a character; whether it opened, closed or escaped something.
    fn step(&mut self, c: char) -> bool {
        if std::mem::take(&mut self.escaped) {
            return true;
        }
        match c {
            '\\' => self.escaped = true,
            '"' if self.comments == 0 => self.quotes = !self.quotes,
            // What was left open ends with its line.
            '\n' => *self = Self::default(),
            _ if self.quotes => return false,
            '(' => self.comments += 1,
            ')' => self.comments = self.comments.saturating_sub(1),
            '<' => self.angle = true,
            '>' => self.angle = false,
            _ => return false,
        }
        c != '\n'
    }
}

/// A name whose address stands on the next line, or a folded field.
fn goes_on(segment: &str, rest: impl Iterator<Item = char>) -> bool {
    let next = rest.take(200).find(|c| !c.is_whitespace());
    next == Some('<') && !segment.contains(['@', '<']) && !segment.trim().is_empty()
}

/// One entry without brackets made fit for a header field: `a@x b@x` is two, `Ann a@x` is a name and an address.
fn bracketed(segment: &str) -> String {
    let is_address = |w: &&str| w.find('@').is_some_and(|at| at > 0 && at + 1 < w.len());
    if segment.contains(['<', '"', '(']) || !segment.contains('@') {
        return segment.to_owned();
    }
    // A group's or a field's name stays in front.
    let (label, list) = match segment.split_once(':') {
        Some((label, list)) if !label.contains('@') && !label.trim().eq_ignore_ascii_case("mailto") => {
            (Some(label), list)
        }
        _ => (None, segment),
    };
    let words: Vec<&str> = list.split_whitespace().collect();
    let addresses = words.iter().filter(|w| is_address(w)).count();
    let made = match (words.as_slice(), addresses) {
        (words, n) if n >= 2 => words.join(","),
        ([address, names @ ..] | [names @ .., address], 1) if !names.is_empty() && is_address(address) => {
            format!(
                "\"{}\" <{}>",
                names.join(" ").replace('\\', "\\\\"),
                address.trim_matches(['[', ']', '\'', '|', ','])
            )
        }
        _ => list.to_owned(),
    };
    match label {
        Some(label) => format!("{label}:{made}"),
        None => made,
    }
}

/// Addresses as one text for a field that a person edits; [`parse`] gives them back.
pub fn format(list: &[Address]) -> String {
    let mut out = String::new();
    for address in list {
        if !out.is_empty() {
            out.push_str(", ");
        }
        if address.name.is_empty() {
            out.push_str(&address.email);
            continue;
        }
        out.push_str(&phrase(&address.name));
        if !address.email.is_empty() {
            out.push_str(" <");
            out.push_str(&address.email);
            out.push('>');
        }
    }
    out
}

fn phrase(name: &str) -> String {
    if super::field::looks_encoded(name) {
        return super::field::words(name).replace("\r\n", "");
    }
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '\''))
        && name.trim() == name
        && !name.contains("  ");
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Vec<String> {
        parse(text)
            .into_iter()
            .map(|e| {
                let wrong = e.wrong.map(|w| format!(" !{w:?}")).unwrap_or_default();
                let utf8 = if e.smtp_utf8 { " utf8" } else { "" };
                format!("{}|{}{wrong}{utf8}", e.address.name, e.address.email)
            })
            .collect()
    }

    #[test]
    fn pasted() {
        let table: &[(&str, &[&str])] = &[
            ("", &[]),
            (" , ;\n", &[]),
            ("a@x.org", &["|a@x.org"]),
            ("a@x.org, b@x.org", &["|a@x.org", "|b@x.org"]),
            ("a@x.org; b@x.org;", &["|a@x.org", "|b@x.org"]),
            ("a@x.org\nb@x.org\r\nc@x.org\n", &["|a@x.org", "|b@x.org", "|c@x.org"]),
            ("a@x.org b@x.org\tc@x.org", &["|a@x.org", "|b@x.org", "|c@x.org"]),
            ("Ann <a@x.org>\nBo <b@x.org>", &["Ann|a@x.org", "Bo|b@x.org"]),
            ("\"Cee, Ann\" <a@x.org>, Bo <b@x.org>", &["Cee, Ann|a@x.org", "Bo|b@x.org"]),
            ("Cee, Ann <a@x.org>; Dee, Bo <b@x.org>", &["Cee, Ann|a@x.org", "Dee, Bo|b@x.org"]),
            ("Ann Cee a@x.org", &["Ann Cee|a@x.org"]),
            ("a@x.org Ann Cee", &["Ann Cee|a@x.org"]),
            ("Ann Cee\n<a@x.org>", &["Ann Cee|a@x.org"]),
            ("Ann 'the' Cee [a@x.org]", &["Ann 'the' Cee|a@x.org"]),
            ("friends: a@x.org, Bo <b@x.org>; c@x.org", &["|a@x.org", "Bo|b@x.org", "|c@x.org"]),
            ("To: Ann <a@x.org>,\r\n Bo <b@x.org>", &["Ann|a@x.org", "Bo|b@x.org"]),
            ("To: a@x.org b@x.org", &["|a@x.org", "|b@x.org"]),
            ("undisclosed-recipients:;", &[]),
            ("mailto:a@x.org", &["|a@x.org"]),
            ("<mailto:a@x.org>", &["|a@x.org"]),
            ("a@x.org.", &["|a@x.org"]),
            ("a@x.org，b@x.org；c@x.org、d@x.org", &["|a@x.org", "|b@x.org", "|c@x.org", "|d@x.org"]),
            ("Jürgen <j@münchen.example>", &["Jürgen|j@münchen.example"]),
            ("用户@例子.example", &["|用户@例子.example utf8"]),
            ("=?utf-8?q?J=C3=BCrgen?= <j@x.org>", &["Jürgen|j@x.org"]),
            ("\"Ann <a@x.org>\nBo <b@x.org>", &["Ann|a@x.org", "Bo|b@x.org"]),
            ("Ann (at work) <a@x.org>", &["Ann|a@x.org"]),
            ("a@x.org (Ann, at work)", &["Ann, at work|a@x.org"]),
            ("a\u{200b}@x.org\u{202e}", &["|a@x.org"]),
            ("\"odd local\"@x.org", &["|\"odd local\"@x.org"]),
            ("a..b@x.org", &["|a..b@x.org"]),
            ("a@[192.0.2.1]", &["|a@[192.0.2.1]"]),
            // wrong, and why
            ("Ann", &["|Ann !NoAt"]),
            ("Ann Cee", &["Ann Cee| !Missing"]),
            ("Ann <>", &["Ann| !Missing"]),
            ("ann@", &["|ann@ !Domain"]),
            ("@x.org", &["|@x.org !Local"]),
            ("ann@gmail", &["|ann@gmail !NoDot"]),
            ("ann@x..org", &["|ann@x..org !Domain"]),
            ("ann@-x.org", &["|ann@-x.org !Domain"]),
            ("ann@x.org/", &["|ann@x.org/ !Domain"]),
            ("ann@1.2.3.4", &["|ann@1.2.3.4 !Domain"]),
            ("a@b@x.org", &["|a@b@x.org !Local"]),
            ("a@[x]", &["|a@[x] !Domain"]),
            ("Ann <a@x.org, Bo <b@x.org>", &["Ann|a@x.org,Bob@x.org !Local"]),
        ];
        for (text, expected) in table {
            assert_eq!(shown(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn over_the_wire() {
        let long = format!("{}@x.org", "a".repeat(65));
        type Judged<'a> = Result<(&'a str, bool), Wrong>;
        let table: &[(&str, Judged<'_>)] = &[
            ("a@x.org", Ok(("a@x.org", false))),
            ("a@MÜNCHEN.example", Ok(("a@xn--mnchen-3ya.example", false))),
            ("ü@x.org", Ok(("ü@x.org", true))),
            // Such people exist; dots like these are allowed in quotes.
            ("a..b@x.org", Ok(("\"a..b\"@x.org", false))),
            (".a@x.org", Ok(("\".a\"@x.org", false))),
            ("\"a b\"@x.org", Ok(("\"a b\"@x.org", false))),
            ("\"ab\"@x.org", Ok(("ab@x.org", false))),
            ("\"a\\\"b\"@x.org", Ok(("\"a\\\"b\"@x.org", false))),
            ("\"a\r\nRCPT TO:<b@x>\"@x.org", Err(Wrong::Local)),
            ("a>b@x.org", Err(Wrong::Local)),
            ("a@x.org\r\nDATA", Err(Wrong::Domain)),
            ("a@x.org>", Err(Wrong::Domain)),
            ("a@x\u{202e}y.org", Err(Wrong::Domain)),
            ("a\u{200b}@x.org", Err(Wrong::Local)),
            ("a@host", Ok(("a@host", false))),
            ("a@[IPv6:::1]", Ok(("a@[IPv6:::1]", false))),
            ("a@[::1]", Err(Wrong::Domain)),
            (&long, Err(Wrong::Local)),
            ("", Err(Wrong::Missing)),
        ];
        for (email, expected) in table {
            let found = wire(email);
            assert_eq!(found.as_ref().map(|w| (w.email.as_str(), w.smtp_utf8)).map_err(|e| *e), *expected, "{email:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "(\\PC|[\r\n\t<>\"(),:;@\\\\ ]){0,120}") {
            for entry in parse(&text) {
                if let Ok(wire) = wire(&entry.address.email) {
                    let bad = wire.email.contains(|c: char| c.is_control() || address::is_hidden(c));
                    prop_assert!(!bad, "{:?}", wire);
                }
            }
        }

        /// What a field shows can be edited as text and read back.
        #[test]
        fn there_and_back(list in proptest::collection::vec(("\\PC{0,30}", "[a-z0-9.+_\\-]{1,20}@[a-zü]{1,10}\\.org"), 0..6)) {
            let list: Vec<Address> = list
                .into_iter()
                .map(|(name, email)| Address { name: address::visible(&name), email: email.replace("..", ".") })
                .collect();
            let back: Vec<Address> = parse(&format(&list)).into_iter().map(|e| e.address).collect();
            prop_assert_eq!(back, list);
        }
    }
}
