//! Addresses of people: lists of them as header fields hold them (RFC 5322 §3.4, and what senders make of it), how to show one
//! without being fooled, and what is odd about a sender.
//!
//! [`Address`] keeps what the message says. A window shows [`Address::shown_name`], [`Address::shown_email`] or
//! [`Address::display`], which leave out characters that hide or turn text.

mod domain;
mod list;
mod warning;

pub use domain::shown_domain;
pub use list::{parse, parse_into};
pub use warning::{Warning, warnings};

use serde::{Deserialize, Serialize};

/// A name and an address, as the message has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    /// Display name, decoded; may be empty.
    #[serde(rename = "n", default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// `local@domain`; empty where none could be read, and for an empty group.
    #[serde(rename = "e", default, skip_serializing_if = "String::is_empty")]
    pub email: String,
}

impl Address {
    /// The name without characters that hide or turn text; may be empty.
    pub fn shown_name(&self) -> String {
        visible(&self.name)
    }

    /// The address without such characters, its domain decoded only where that cannot mislead.
    pub fn shown_email(&self) -> String {
        let email = visible(&self.email);
        match email.rsplit_once('@') {
            Some((local, domain)) => format!("{local}@{}", shown_domain(domain)),
            None => email,
        }
    }

    /// `Name <address>`, or whichever there is.
    pub fn display(&self) -> String {
        match (self.shown_name(), self.shown_email()) {
            (name, email) if name.is_empty() => email,
            (name, email) if email.is_empty() => name,
            (name, email) => format!("{name} <{email}>"),
        }
    }

    /// The name, else the address: for a row of a list.
    pub fn who(&self) -> String {
        let name = self.shown_name();
        if name.is_empty() { self.shown_email() } else { name }
    }
}

/// `text` without control characters and without those that take no room or turn the direction; white space collapsed.
pub fn visible(text: &str) -> String {
    if text.bytes().all(|b| (b'!'..=b'~').contains(&b)) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|&c| !is_hidden(c)) {
        if c.is_whitespace() || c.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Characters that are there without being seen, or that turn the direction of others. Joiners are spared: emoji and
/// several scripts need them.
pub fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}
