//! Writing cards.

use super::Contact;

/// Longest line in octets, its end aside (RFC 6350 §3.2).
const LINE: usize = 75;

/// Which vCard is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// 4.0 (RFC 6350).
    #[default]
    V4,
    /// 3.0 (RFC 2426), for programs that stopped there.
    V3,
}

/// Contacts as one file in UTF-8.
pub fn write(contacts: &[Contact], version: Version) -> String {
    let mut out = String::new();
    for contact in contacts {
        line("BEGIN:VCARD", &mut out);
        line(if version == Version::V4 { "VERSION:4.0" } else { "VERSION:3.0" }, &mut out);
        text("UID", &contact.uid, &mut out);
        line(&format!("FN:{}", escaped(&contact.name)), &mut out);
        if version == Version::V3 || !(contact.family.is_empty() && contact.given.is_empty()) {
            line(&format!("N:{};{};;;", escaped(&contact.family), escaped(&contact.given)), &mut out);
        }
        text("NICKNAME", &contact.nickname, &mut out);
        text("ORG", &contact.organization, &mut out);
        for email in &contact.emails {
            let kind = match email.kind.as_deref() {
                Some(kind @ ("home" | "work")) => format!(";TYPE={kind}"),
                _ => String::new(),
            };
            let preferred = match (email.preferred, version) {
                (false, _) => "",
                (true, Version::V4) => ";PREF=1",
                (true, Version::V3) => ";TYPE=pref",
            };
            line(&format!("EMAIL{kind}{preferred}:{}", escaped(&email.email)), &mut out);
        }
        text("NOTE", &contact.note, &mut out);
        line("END:VCARD", &mut out);
    }
    out
}

fn text(name: &str, value: &str, out: &mut String) {
    if !value.is_empty() {
        line(&format!("{name}:{}", escaped(value)), out);
    }
}

/// Line ends, commas, semicolons and backslashes escaped; other control characters left out.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.replace("\r\n", "\n").chars() {
        match c {
            '\n' | '\r' => out.push_str("\\n"),
            '\\' | ',' | ';' => {
                out.push('\\');
                out.push(c);
            }
            _ if c.is_control() => {}
            _ => out.push(c),
        }
    }
    out
}

/// One line, folded between characters.
fn line(text: &str, out: &mut String) {
    let mut rest = text;
    let mut room = LINE;
    loop {
        let (now, later) = rest.split_at_checked(rest.floor_char_boundary(room)).unwrap_or((rest, ""));
        out.push_str(now);
        out.push_str("\r\n");
        if later.is_empty() {
            return;
        }
        out.push(' ');
        rest = later;
        room = LINE - 1;
    }
}
