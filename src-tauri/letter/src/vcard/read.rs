//! Reading cards: hostile like everything that comes from elsewhere.

use super::{Contact, Email};
use crate::address::visible;
use crate::decode;
use crate::structure::Encoding;

/// Most bytes that are looked at, most cards, most lines of one, most addresses of one.
const SIZE: usize = 32 * 1024 * 1024;
const CARDS: usize = 20_000;
const LINES: usize = 2_000;
const EMAILS: usize = 200;
/// Longest line that is kept (a photo is longer, and not wanted), and longest value.
const LINE: usize = 16 * 1024;
const VALUE: usize = 2_000;

/// The contacts of a file. Cards without name and address are left out. Never fails.
pub fn parse(raw: &[u8]) -> Vec<Contact> {
    let raw = raw.get(..SIZE).unwrap_or(raw);
    let raw = raw.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(raw);
    let mut found = Vec::new();
    let mut card: Option<Card> = None;
    for line in Lines(raw) {
        let Some(property) = Property::read(&line) else { continue };
        let value = property.value.trim_ascii();
        match property.name.as_str() {
            "BEGIN" if value.eq_ignore_ascii_case(b"VCARD") => {
                if let Some(open) = card.replace(Card::default()) {
                    found.extend(open.contact());
                }
            }
            "END" if value.eq_ignore_ascii_case(b"VCARD") => {
                found.extend(card.take().and_then(Card::contact));
            }
            _ => {
                if let Some(card) = &mut card {
                    card.take(&property);
                }
            }
        }
        if found.len() >= CARDS {
            return found;
        }
    }
    found.extend(card.and_then(Card::contact));
    found
}

/// Lines, unfolded; quoted-printable ones of 2.1 too.
struct Lines<'a>(&'a [u8]);

impl Iterator for Lines<'_> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        if self.0.is_empty() {
            return None;
        }
        let mut line = Vec::new();
        loop {
            let end = self.0.iter().position(|&b| b == b'\n').unwrap_or(self.0.len());
            let (piece, rest) = self.0.split_at(end);
            self.0 = rest.get(1..).unwrap_or_default();
            let piece = piece.strip_suffix(b"\r").unwrap_or(piece);
            let room = LINE.saturating_sub(line.len());
            line.extend_from_slice(piece.get(..room).unwrap_or(piece));
            match self.0.first() {
                Some(b' ' | b'\t') => self.0 = self.0.get(1..).unwrap_or_default(),
                Some(_) if line.ends_with(b"=") && is_quoted_printable(&line) => {
                    line.pop();
                }
                _ => return Some(line),
            }
        }
    }
}

fn is_quoted_printable(line: &[u8]) -> bool {
    let head = line.split(|&b| b == b':').next().unwrap_or_default();
    String::from_utf8_lossy(head).to_ascii_uppercase().contains("QUOTED-PRINTABLE")
}

struct Property {
    name: String,
    /// Names in upper case, values as they are; a value alone (2.1) has the name TYPE.
    parameters: Vec<(String, String)>,
    value: Vec<u8>,
}

impl Property {
    /// `group.NAME;PARAM=a,"b":value`.
    fn read(line: &[u8]) -> Option<Self> {
        let mut quoted = false;
        let colon = line.iter().position(|&b| {
            quoted ^= b == b'"';
            b == b':' && !quoted
        });
        // A quote that was never closed swallows nothing.
        let colon = colon.or_else(|| line.iter().position(|&b| b == b':'))?;
        let (head, value) = line.split_at(colon);
        let head = String::from_utf8_lossy(head);
        let mut parts = pieces(&head, ';');
        let name = parts.next()?;
        let name = name.rsplit('.').next().unwrap_or_default().trim().to_ascii_uppercase();
        let parameters = parts
            .take(50)
            .map(|p| match p.split_once('=') {
                Some((key, value)) => (key.trim().to_ascii_uppercase(), value.trim().trim_matches('"').to_owned()),
                None => ("TYPE".to_owned(), p.trim().to_owned()),
            })
            .collect();
        Some(Self { name, parameters, value: value.get(1..).unwrap_or_default().to_vec() })
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    fn types(&self) -> impl Iterator<Item = String> {
        self.parameters
            .iter()
            .filter(|(name, _)| name == "TYPE")
            .flat_map(|(_, value)| value.split(','))
            .map(|t| t.trim_matches(['"', ' ']).to_ascii_lowercase())
    }

    /// The value as text, still escaped.
    fn text(&self) -> String {
        let encoding = self.parameter("ENCODING").unwrap_or_default().to_ascii_uppercase();
        let quoted = encoding == "QUOTED-PRINTABLE" || self.types().any(|t| t == "quoted-printable");
        let bytes = if quoted { decode::bytes(&self.value, Encoding::QuotedPrintable) } else { self.value.clone() };
        decode::text(&bytes, self.parameter("CHARSET").or(Some("utf-8")))
    }
}

/// The pieces between `at` outside quotes.
fn pieces(text: &str, at: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == at && !quoted
    })
}

#[derive(Default)]
struct Card {
    contact: Contact,
    /// Preference and order of the addresses.
    order: Vec<u32>,
    lines: usize,
}

impl Card {
    fn take(&mut self, property: &Property) {
        self.lines += 1;
        if self.lines > LINES {
            return;
        }
        let contact = &mut self.contact;
        let first = |field: &mut String, value: String| {
            if field.is_empty() {
                *field = value;
            }
        };
        match property.name.as_str() {
            "FN" => first(&mut contact.name, line(&unescaped(&property.text()))),
            "N" => {
                let text = property.text();
                let mut parts = components(&text, ';').map(|p| line(&unescaped(p)));
                first(&mut contact.family, parts.next().unwrap_or_default());
                first(&mut contact.given, parts.next().unwrap_or_default());
            }
            "NICKNAME" => {
                first(
                    &mut contact.nickname,
                    line(&unescaped(components(&property.text(), ',').next().unwrap_or_default())),
                );
            }
            "ORG" => {
                first(
                    &mut contact.organization,
                    line(&unescaped(components(&property.text(), ';').next().unwrap_or_default())),
                );
            }
            "UID" => first(&mut contact.uid, line(&unescaped(&property.text()))),
            "NOTE" => {
                let note: String = unescaped(&property.text()).split('\n').map(line).collect::<Vec<_>>().join("\n");
                first(&mut contact.note, cut(note.trim()));
            }
            "EMAIL" if contact.emails.len() < EMAILS => self.email(property),
            _ => {}
        }
    }

    fn email(&mut self, property: &Property) {
        let text = line(&unescaped(&property.text()));
        let text = match text.get(..7) {
            Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => text.get(7..).unwrap_or_default().to_owned(),
            _ => text,
        };
        let email: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if email.is_empty() || self.contact.emails.iter().any(|e| e.email == email) {
            return;
        }
        let preferred = property.types().any(|t| t == "pref");
        let order = match property.parameter("PREF").and_then(|p| p.parse::<u32>().ok()) {
            Some(n) => n.min(1_000),
            None if preferred => 1,
            None => 2_000,
        };
        let kind = property.types().find(|t| matches!(t.as_str(), "home" | "work"));
        self.contact.emails.push(Email { email, kind, preferred: order == 1 });
        self.order.push(order);
    }

    fn contact(self) -> Option<Contact> {
        let mut contact = self.contact;
        let mut emails: Vec<(u32, Email)> = self.order.into_iter().zip(contact.emails).collect();
        emails.sort_by_key(|(order, _)| *order);
        contact.emails = emails.into_iter().map(|(_, email)| email).collect();
        if contact.name.is_empty() {
            let whole = format!("{} {}", contact.given, contact.family);
            contact.name = [whole.trim(), &contact.nickname, &contact.organization]
                .into_iter()
                .find(|n| !n.is_empty())
                .unwrap_or_default()
                .to_owned();
        }
        (!contact.name.is_empty() || !contact.emails.is_empty()).then_some(contact)
    }
}

/// The components between `at` that is not escaped.
fn components(text: &str, at: char) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    text.split(move |c| {
        let parts = c == at && !escaped;
        escaped = c == '\\' && !escaped;
        parts
    })
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            _ => out.push(c),
        }
    }
    out
}

fn line(text: &str) -> String {
    cut(&visible(text))
}

fn cut(text: &str) -> String {
    text.get(..text.floor_char_boundary(VALUE)).unwrap_or(text).trim_end().to_owned()
}
