//! A message or a page with everything that is made of it, as text that a person can judge.

use crate::invariants;
use letter::address::{Address, warnings};
use letter::header::Header;
use letter::html::{self, Cleaned};
use letter::structure::{Part, body};
use letter::{decode, filename, text};
use std::fmt::Write;

/// Everything about a message.
pub fn message(raw: &[u8]) -> String {
    let header = Header::parse(raw);
    let mut out = String::new();
    let list = |people: &[Address]| people.iter().map(Address::display).collect::<Vec<_>>().join(" | ");
    writeln!(out, "subject: {}\ndate: {:?}", header.subject, header.date).unwrap();
    for (name, people) in [
        ("from", &header.from),
        ("sender", &header.sender),
        ("reply-to", &header.reply_to),
        ("to", &header.to),
        ("cc", &header.cc),
        ("bcc", &header.bcc),
    ] {
        if !people.is_empty() {
            writeln!(out, "{name}: {}", list(people)).unwrap();
        }
    }
    writeln!(out, "ids: {:?} {:?} {:?} {:?}", header.message_id, header.in_reply_to, header.references, header.list_id)
        .unwrap();
    if let Some(unsubscribe) = &header.unsubscribe {
        writeln!(out, "unsubscribe: {unsubscribe:?}").unwrap();
    }
    writeln!(out, "warnings: {:?}\n", warnings(&header.from, header.from_fields)).unwrap();
    let part = Part::of_message(raw);
    for p in part.walk() {
        writeln!(
            out,
            "{:6} {} {:?}{}",
            p.section,
            p.mime,
            p.encoding,
            p.name.as_ref().map(|n| format!(" {n:?}")).unwrap_or_default()
        )
        .unwrap();
    }
    let texts = part.texts();
    let sections = |parts: &[&Part]| parts.iter().map(|p| p.section.clone()).collect::<Vec<_>>().join(" ");
    writeln!(out, "html: {}; plain: {}", sections(&texts.html), sections(&texts.plain)).unwrap();
    let mut cids = Vec::new();
    for p in texts.html.iter().chain(texts.plain.iter().filter(|p| !texts.html.contains(p))) {
        let cleaned = shown(raw, p);
        cids.extend(cleaned.cids.clone());
        writeln!(out, "\n--- {} ---\n{}", p.section, page(&cleaned)).unwrap();
    }
    writeln!(out, "attachments:").unwrap();
    for p in part.attachments_beside(&cids) {
        let name = filename::safe(p.name.as_deref().unwrap_or_default(), &p.mime);
        writeln!(
            out,
            "{} {name:?} {}{}",
            p.section,
            p.mime,
            if filename::dangerous(&name, &p.mime) { " dangerous" } else { "" }
        )
        .unwrap();
    }
    out
}

/// Everything about a cleaned text.
pub fn page(cleaned: &Cleaned) -> String {
    let mut out = String::new();
    // A line per element keeps differences readable.
    writeln!(out, "{}", cleaned.html.replace("><", ">\n<").replace('}', "}\n")).unwrap();
    for (n, remote) in cleaned.remote.iter().enumerate() {
        writeln!(out, "remote/{n}: {} [{}]{}", remote.url, remote.host, if remote.tracker { " tracker" } else { "" })
            .unwrap();
    }
    for (n, cid) in cleaned.cids.iter().enumerate() {
        writeln!(out, "cid/{n}: {cid}").unwrap();
    }
    writeln!(out, "quoted: {}, cut: {}\npreview: {}", cleaned.quoted, cleaned.cut, text::preview(&cleaned.plain))
        .unwrap();
    out
}

/// The way of a message through the crate, checked but not compared.
pub fn check_message(raw: &[u8], name: &str) {
    let part = Part::of_message(raw);
    let json = serde_json::to_string(&part).unwrap();
    assert_eq!(serde_json::from_str::<Part>(&json).unwrap(), part, "{name}");
    let texts = part.texts();
    for p in texts.html.iter().chain(&texts.plain) {
        let cleaned = shown(raw, p);
        if p.mime == "text/html" {
            invariants::check(&cleaned, name);
        } else {
            invariants::check_text(&cleaned, name);
        }
        assert!(text::preview(&cleaned.plain).chars().count() <= 140, "{name}");
    }
    for p in part.attachments() {
        let safe = filename::safe(p.name.as_deref().unwrap_or_default(), &p.mime);
        assert!(!safe.is_empty() && safe.len() <= 200 && !safe.contains(['/', '\\', ':', '\0']), "{name}: {safe:?}");
    }
}

fn shown(raw: &[u8], part: &Part) -> Cleaned {
    let bytes = decode::bytes(body(raw, &part.section).unwrap_or_default(), part.encoding);
    if part.mime == "text/html" {
        html::clean(&decode::html(&bytes, part.charset.as_deref()))
    } else {
        text::to_html(&decode::text(&bytes, part.charset.as_deref()), part.flowed)
    }
}
