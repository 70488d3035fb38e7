//! The addresses that a person writes from, and which of them answers a message.

use super::Original;
use crate::address::Address;
use serde::{Deserialize, Serialize};

/// One way to write: an address with a name, and what goes with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// Name and address (From).
    pub address: Address,
    /// Reply-To; empty for none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reply_to: Vec<Address>,
    /// Who gets a blind copy of everything.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bcc: Vec<Address>,
    /// Other addresses whose mail arrives here: `*@example.org`, `shop-*@example.org`. The star stands for anything but an `@`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<String>,
    /// What is put under a text.
    pub signature: Signature,
}

/// What is put under a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Signature {
    /// As HTML; empty where only `plain` is set.
    pub html: String,
    /// As plain text; empty where it is to be made from `html`.
    pub plain: String,
    /// Where it stands in an answer.
    pub place: Place,
}

/// A place beside what is quoted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Before it.
    #[default]
    Above,
    /// After it.
    Below,
}

/// Who writes an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// Number of the identity in the list.
    pub identity: usize,
    /// From: the identity's name, and the address that the message came to.
    pub from: Address,
    /// The address is none that was set up: before sending, a person is told.
    pub unusual: bool,
}

/// Who answers: the identity, the address with a plus, or the address after a pattern that the message was written or delivered
/// to; where there is none, the identity number `default`. Nothing only where there is no identity at all.
pub fn sender(original: &Original, identities: &[Identity], default: usize) -> Option<Sender> {
    // An answer to one's own message comes from who wrote it.
    if let Some(own) = original.header.from.first().and_then(|from| exact(&from.email, identities)) {
        return Some(own);
    }
    let written = || original.header.to.iter().chain(&original.header.cc).map(|a| a.email.as_str());
    let delivered = || original.delivered_to.iter().map(String::as_str);
    written()
        .chain(delivered())
        .find_map(|email| exact(email, identities))
        // In a domain where everything arrives, others are written to as well: the envelope knows better.
        .or_else(|| delivered().chain(written()).find_map(|email| by_pattern(email, identities)))
        .or_else(|| {
            let identity = if default < identities.len() { default } else { 0 };
            let from = identities.get(identity)?.address.clone();
            Some(Sender { identity, from, unusual: false })
        })
}

/// Whether it is one of these addresses, with a plus or without. Patterns do not count: colleagues may match them.
pub fn is_own(email: &str, identities: &[Identity]) -> bool {
    exact(email, identities).is_some()
}

/// Whether an address is none that was set up, so that sending from it should be asked first.
pub fn is_unusual(email: &str, identities: &[Identity]) -> bool {
    !identities.iter().any(|i| same(&i.address.email, email))
}

/// Whether two addresses are one. Case does not count: no server in use tells `Ann@` from `ann@`.
pub fn same(one: &str, other: &str) -> bool {
    !one.is_empty() && normal(one) == normal(other)
}

fn normal(email: &str) -> String {
    let lower = email.trim().to_lowercase();
    match lower.rsplit_once('@') {
        Some((local, domain)) if !domain.is_ascii() => {
            idna::domain_to_ascii(domain).map(|ascii| format!("{local}@{ascii}")).unwrap_or(lower)
        }
        _ => lower,
    }
}

fn exact(email: &str, identities: &[Identity]) -> Option<Sender> {
    if let Some(identity) = identities.iter().position(|i| same(&i.address.email, email)) {
        let from = identities.get(identity)?.address.clone();
        return Some(Sender { identity, from, unusual: false });
    }
    let base = without_plus(email)?;
    let identity = identities.iter().position(|i| same(&i.address.email, &base))?;
    with(email, identity, identities)
}

fn by_pattern(email: &str, identities: &[Identity]) -> Option<Sender> {
    let wanted = normal(email);
    let identity = identities.iter().position(|i| i.patterns.iter().any(|p| matches(&normal(p), &wanted)))?;
    with(email, identity, identities)
}

fn with(email: &str, identity: usize, identities: &[Identity]) -> Option<Sender> {
    // What a stranger wrote must be an address before it is ours.
    super::recipient::wire(email).ok()?;
    let name = identities.get(identity)?.address.name.clone();
    Some(Sender { identity, from: Address { name, email: email.to_owned() }, unusual: true })
}

/// `ann+shop@x` is `ann@x` (RFC 5233).
fn without_plus(email: &str) -> Option<String> {
    let (local, domain) = email.rsplit_once('@')?;
    let (base, _) = local.split_once('+')?;
    (!base.is_empty()).then(|| format!("{base}@{domain}"))
}

/// Matches a pattern whose stars stand for anything but an `@`. Linear in practice: the pieces are looked for from left to right.
fn matches(pattern: &str, text: &str) -> bool {
    if !pattern.contains('*') {
        return pattern == text;
    }
    // A star must not reach over the `@`, so both sides are matched by themselves.
    match (pattern.rsplit_once('@'), text.rsplit_once('@')) {
        (Some((pl, pd)), Some((tl, td))) => glob(pl, tl) && glob(pd, td),
        _ => false,
    }
}

fn glob(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut last = None;
    for piece in pieces {
        if let Some(piece) = last.replace(piece) {
            let Some((_, after)) = rest.split_once(piece) else { return false };
            rest = after;
        }
    }
    match last {
        Some(last) => rest.ends_with(last),
        None => rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identities() -> Vec<Identity> {
        let of = |name: &str, email: &str, patterns: &[&str]| Identity {
            address: Address { name: name.into(), email: email.into() },
            patterns: patterns.iter().map(|p| (*p).to_owned()).collect(),
            ..Identity::default()
        };
        vec![
            of("Ann", "ann@home.example", &[]),
            of("Ann Cee", "a.cee@work.example", &["*@cee.example", "shop-*@work.example"]),
            of("Anna", "ann@münchen.example", &[]),
        ]
    }

    #[test]
    fn senders() {
        // The message's fields; who answers, from which address, and whether that is unusual.
        let table = [
            ("To: ann@home.example", (0, "ann@home.example", false)),
            ("To: ANN@Home.Example", (0, "ann@home.example", false)),
            ("To: x@y.example\r\nCc: a.cee@work.example", (1, "a.cee@work.example", false)),
            ("To: list@y.example\r\nDelivered-To: a.cee@work.example", (1, "a.cee@work.example", false)),
            ("To: list@y.example\r\nX-Original-To: a.cee@work.example", (1, "a.cee@work.example", false)),
            ("To: list@y.example\r\nEnvelope-To: <a.cee@work.example>", (1, "a.cee@work.example", false)),
            ("To: ann+shop@home.example", (0, "ann+shop@home.example", true)),
            ("To: ann+shop@home.example\r\nDelivered-To: ann@home.example", (0, "ann+shop@home.example", true)),
            ("To: any@cee.example", (1, "any@cee.example", true)),
            ("To: shop-27@work.example", (1, "shop-27@work.example", true)),
            ("To: bob@cee.example\r\nX-Original-To: me@cee.example", (1, "me@cee.example", true)),
            // A colleague in the catch-all domain, and oneself by name: oneself.
            ("To: bob@cee.example\r\nCc: ann@home.example", (0, "ann@home.example", false)),
            ("To: ann@xn--mnchen-3ya.example", (2, "ann@münchen.example", false)),
            ("To: undisclosed-recipients:;", (1, "a.cee@work.example", false)),
            ("From: Ann <ann@home.example>\r\nTo: a.cee@work.example", (0, "ann@home.example", false)),
            // Not ours, however it looks.
            ("To: \"*\"@cee.example.evil.example", (1, "a.cee@work.example", false)),
            ("Delivered-To: <a\"b@cee.example>\r\n", (1, "a.cee@work.example", false)),
        ];
        for (fields, (identity, email, unusual)) in table {
            let original = Original::parse(fields.as_bytes());
            let found = sender(&original, &identities(), 1);
            let found = found.as_ref().map(|s| (s.identity, s.from.email.as_str(), s.unusual));
            assert_eq!(found, Some((identity, email, unusual)), "{fields}");
        }
        assert_eq!(sender(&Original::default(), &[], 0), None);
        assert_eq!(sender(&Original::default(), &identities(), 9).map(|s| s.identity), Some(0));
    }

    #[test]
    fn patterns() {
        let table = [
            ("*@x.org", "a@x.org", true),
            ("*@x.org", "a@b@x.org", true),
            ("*@x.org", "a@y.x.org", false),
            ("*@*.x.org", "a@y.x.org", true),
            ("a*b@x.org", "ab@x.org", true),
            ("a*b@x.org", "aXbXb@x.org", true),
            ("a*b@x.org", "aXbX@x.org", false),
            ("a*b*c@x.org", "a-c-b-c@x.org", true),
            ("ab*ba@x.org", "aba@x.org", false),
            ("a@x.org", "a@x.org", true),
            ("*", "a@x.org", false),
        ];
        for (pattern, email, expected) in table {
            assert_eq!(matches(pattern, email), expected, "{pattern} {email}");
        }
        assert!(is_own("ann+x@home.example", &identities()) && !is_own("bob@cee.example", &identities()));
        assert!(is_unusual("ann+x@home.example", &identities()) && !is_unusual("Ann@home.example", &identities()));
    }
}
