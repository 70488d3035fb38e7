//! Answers to odd messages, and what is built of odd drafts. Each file under `answer` is a message; the first part of its name says what is
//! done with it.

use super::files::{expect, own};
use super::read::{STAMP, read, sound, written};
use letter::address::Address;
use letter::compose::{Answer, Draft, Identity, Kind, Manner, Original, Place, Signature, Source, Wire, answer, build};
use letter::structure::{Part, body};
use std::fmt::Write as _;

fn me() -> Vec<Identity> {
    let of = |name: &str, email: &str, place| Identity {
        address: Address { name: name.into(), email: email.into() },
        patterns: vec!["*@catch.example".into()],
        signature: Signature { html: format!("<b>{name}</b><br>Écrit par {name}"), place, ..Signature::default() },
        ..Identity::default()
    };
    vec![of("Ann Cee", "ann@home.example", Place::Above), of("A. Cee", "a.cee@work.example", Place::Below)]
}

/// Begins what the file's name says.
fn begun(name: &str, raw: &[u8]) -> Option<Answer> {
    let kind = [
        ("reply-all", Kind::ReplyAll),
        ("reply-list", Kind::ReplyList),
        ("reply", Kind::Reply),
        ("forward", Kind::Forward),
        ("again", Kind::EditAsNew),
    ];
    let kind = kind.into_iter().find(|(prefix, _)| name.starts_with(prefix)).unwrap().1;
    let part = Part::of_message(raw);
    let text = |p: &Part| {
        let decoded = letter::decode::bytes(body(raw, &p.section).unwrap_or_default(), p.encoding);
        letter::decode::text(&decoded, p.charset.as_deref())
    };
    let (html, plain) = (part.text_html().map(text), part.text_plain().map(text));
    let passage = "<p>only <b>this</b></p>".to_owned();
    let selected = name.contains("selected");
    let source = Source {
        html: if selected { Some(&passage) } else { html.as_deref() },
        text: plain.as_deref().filter(|_| !selected),
        flowed: part.text_plain().and_then(|p| p.flowed),
    };
    let head = [
        ("---------- Weitergeleitete Nachricht ----------".to_owned(), String::new()),
        ("Von".to_owned(), Original::parse(raw).header.from.first().map(Address::display).unwrap_or_default()),
        ("Betreff".to_owned(), Original::parse(raw).header.subject),
    ];
    let manner = Manner {
        reply_prefix: "Re",
        forward_prefix: "Fwd",
        attribution: "On 2 Nov 2026, <Bo & Cy> wrote:",
        forward_head: &head,
        cursor: if name.contains("below") { Place::Below } else { Place::Above },
        plain_only: name.contains("plain"),
    };
    let begun = answer(kind, &Original::parse(raw), &source, &me(), 0, &manner);
    let fields = Original::parse(&alone(raw, &Original::FIELDS));
    assert_eq!(answer(kind, &fields, &source, &me(), 0, &manner), begun, "{name}: by its fields alone");
    begun
}

/// The fields of these names, as a server gives them when it is asked for no others.
fn alone(raw: &[u8], names: &[&str]) -> Vec<u8> {
    let mut fields = Vec::new();
    let mut wanted = false;
    for line in raw.split_inclusive(|b| *b == b'\n').take_while(|line| *line != b"\r\n" && *line != b"\n") {
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = line.split(|b| *b == b':').next().unwrap();
            wanted = names.iter().any(|n| n.as_bytes().eq_ignore_ascii_case(name));
        }
        if wanted {
            fields.extend_from_slice(line);
        }
    }
    [fields, b"\r\n".to_vec()].concat()
}

fn shown(draft: &Draft, answer: &Answer) -> String {
    let mut out = String::new();
    let list = |list: &[Address]| list.iter().map(Address::display).collect::<Vec<_>>().join(" | ");
    writeln!(out, "identity: {}{}", answer.identity, if answer.unusual { ", unusual" } else { "" }).unwrap();
    writeln!(out, "from: {}", draft.from.display()).unwrap();
    for (name, people) in [("to", &draft.to), ("cc", &draft.cc), ("bcc", &draft.bcc)] {
        if !people.is_empty() {
            writeln!(out, "{name}: {}", list(people)).unwrap();
        }
    }
    writeln!(out, "subject: {}", draft.subject).unwrap();
    writeln!(out, "in reply to: {:?}\nreferences: {:?}\ncids: {:?}", draft.in_reply_to, draft.references, answer.cids)
        .unwrap();
    let blocks = ["<div>", "<div ", "<p>", "<blockquote", "<table", "<tr", "<li>", "</blockquote>"];
    let mut html = draft.html.clone().unwrap_or_default();
    for block in blocks {
        html = html.replace(block, &format!("\n{block}"));
    }
    writeln!(out, "\n--- html ---{html}\n\n--- plain ---\n{}", draft.plain.as_deref().unwrap_or_default()).unwrap();
    out
}

#[test]
fn odd_answers() {
    let messages = own("answer", "eml");
    assert!(messages.len() >= 12);
    for path in messages {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let raw = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n").replace('\n', "\r\n").into_bytes();
        let Some(answer) = begun(&name, &raw) else { panic!("{name}: nothing to answer") };
        let mut out = shown(&answer.draft, &answer);
        let mut draft = answer.draft.clone();
        if draft.to.is_empty() {
            draft.to.push(Address { name: String::new(), email: "to@x.example".into() });
        }
        let message = build(&draft, &STAMP, Wire::default()).unwrap();
        let bytes = written(&message, &[]);
        sound(&bytes, false);
        // What is built reads as it was written.
        assert_eq!(read(&bytes).header.subject, draft.subject);
        writeln!(out, "--- bytes ---\n{}", String::from_utf8(bytes).unwrap().replace("\r\n", "\n")).unwrap();
        // Lines keep their white space at the end, which editors take away.
        let out: String = out
            .split_inclusive('\n')
            .map(|l| if l.ends_with(" \n") { l.replace(" \n", " ⏎\n") } else { l.to_owned() })
            .collect();
        expect(&path, &out);
    }
}
