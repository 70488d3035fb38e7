//! What is odd about a sender.

use super::{Address, domain, is_hidden};
use serde::{Deserialize, Serialize};

/// Something about the sender that a reader should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Warning {
    /// From names several people, or is there more than once.
    SeveralFrom,
    /// From is missing or holds no address.
    Unreadable,
    /// The display name is, or holds, another address.
    NameIsAnotherAddress,
    /// The domain mixes scripts or imitates another.
    MixedScript,
    /// There are characters that hide or turn text.
    HiddenCharacters,
}

/// What is odd about `from`, the addresses of the `from_fields` From fields of a message.
pub fn warnings(from: &[Address], from_fields: u32) -> Vec<Warning> {
    let mut found = Vec::new();
    if from.len() > 1 || from_fields > 1 {
        found.push(Warning::SeveralFrom);
    }
    if from.is_empty() || from.iter().any(|a| !is_readable(&a.email)) {
        found.push(Warning::Unreadable);
    }
    if from.iter().any(names_another) {
        found.push(Warning::NameIsAnotherAddress);
    }
    if from.iter().any(|a| a.email.rsplit_once('@').is_some_and(|(_, d)| domain::misleads(d))) {
        found.push(Warning::MixedScript);
    }
    if from.iter().any(|a| a.name.chars().chain(a.email.chars()).any(is_deceptive)) {
        found.push(Warning::HiddenCharacters);
    }
    found
}

/// A mark of direction stands in many honest Hebrew and Arabic names; the other hidden characters don't.
fn is_deceptive(c: char) -> bool {
    is_hidden(c) && !matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{FEFF}' | '\u{00AD}')
}

fn is_readable(email: &str) -> bool {
    email
        .rsplit_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !email.contains(char::is_control))
}

/// The name holds an address whose domain is not that of the real one.
fn names_another(address: &Address) -> bool {
    let real = address.email.rsplit_once('@').map_or("", |(_, domain)| domain).to_lowercase();
    let name = super::visible(&address.name).to_lowercase().replace(['\u{FF20}', '\u{FE6B}'], "@");
    let words = name.split(|c: char| {
        c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | '"' | '\'' | ',' | ';' | ':')
    });
    words.filter_map(|w| w.trim_matches('.').split_once('@')).any(|(local, domain)| {
        // `Ann @ Example` and handles are no addresses.
        !local.is_empty()
            && domain.contains('.')
            && domain != real
            && !real.ends_with(&format!(".{domain}"))
            && !domain.ends_with(&format!(".{real}"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use Warning::*;

    #[test]
    fn senders() {
        let table: &[(&str, u32, &[Warning])] = &[
            ("Ann <a@x.org>", 1, &[]),
            ("a@x.org", 1, &[]),
            ("Ann <a@x.org>, Bo <b@x.org>", 1, &[SeveralFrom]),
            ("Ann <a@x.org>", 2, &[SeveralFrom]),
            ("", 0, &[Unreadable]),
            ("Ann <>", 1, &[Unreadable]),
            ("just words here", 1, &[Unreadable]),
            ("\"ceo@bank.example\" <x@evil.example>", 1, &[NameIsAnotherAddress]),
            ("\"The CEO (ceo@bank.example)\" <x@evil.example>", 1, &[NameIsAnotherAddress]),
            ("\"ceo＠bank.example\" <x@evil.example>", 1, &[NameIsAnotherAddress]),
            ("ann@x.org <ann@x.org>", 1, &[]),
            ("ann@mail.x.org <ann@x.org>", 1, &[]),
            ("Ann @ Work <ann@x.org>", 1, &[]),
            ("Ann <a@p\u{0430}ypal.com>", 1, &[MixedScript]),
            ("Ann <a@xn--pypal-4ve.com>", 1, &[MixedScript]),
            ("Ann <a@xn--mnchen-3ya.de>", 1, &[]),
            ("A\u{200B}nn <a@x.org>", 1, &[HiddenCharacters]),
            ("=?utf-8?q?A=E2=80=8Bnn?= <a@x.org>", 1, &[HiddenCharacters]),
            ("Ann <a\u{2060}@x.org>", 1, &[HiddenCharacters]),
            ("Ann \u{202e}nnA <a@x.org>", 1, &[HiddenCharacters]),
        ];
        for (from, fields, expected) in table {
            assert_eq!(warnings(&parse(from.as_bytes()), *fields), *expected, "{from}");
        }
    }
}
