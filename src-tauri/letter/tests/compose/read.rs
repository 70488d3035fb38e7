//! A message that was built, read by our own reader.

use letter::compose::{Draft, Error, Message, Stamp, Wire, build};
use letter::header::{Header, fields};
use letter::structure::{Part, body};
use std::io::Cursor;

pub const STAMP: Stamp<'_> =
    Stamp { date: 1_793_608_200, offset: 60, token: "token0123456789abcdef", seed: "seed0123456789abcdef" };

/// The bytes of a draft; attachment n has the bytes `files[n]`.
pub fn bytes(draft: &Draft, wire: Wire, files: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    let message = build(draft, &STAMP, wire)?;
    Ok(written(&message, files))
}

pub fn written(message: &Message, files: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    message.write(&mut out, &mut |n| Ok(Box::new(Cursor::new(files[n].clone())))).unwrap();
    assert_eq!(message.size(), out.len() as u64, "the size was not known before");
    out
}

/// What must hold for all bytes that go out.
pub fn sound(raw: &[u8], eight_bit: bool) {
    let text = String::from_utf8_lossy(raw);
    assert!(raw.ends_with(b"\r\n"), "{text}");
    for line in raw.split_inclusive(|&b| b == b'\n') {
        assert!(line.ends_with(b"\r\n"), "a lone line feed: {text}");
        let line = &line[..line.len() - 2];
        assert!(!line.contains(&b'\r') && !line.contains(&0), "a lone return, or NUL: {text}");
        assert!(line.len() <= 998, "{} octets: {text}", line.len());
        assert!(eight_bit || line.is_ascii(), "{text}");
    }
}

/// Names of the fields, in order.
pub fn names(raw: &[u8]) -> Vec<String> {
    fields(raw).map(|(name, _)| String::from_utf8_lossy(name).into_owned()).collect()
}

#[derive(Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub cid: Option<String>,
    pub bytes: Vec<u8>,
}

pub struct Read {
    pub header: Header,
    pub plain: Option<String>,
    pub html: Option<String>,
    pub files: Vec<File>,
}

pub fn read(raw: &[u8]) -> Read {
    let part = Part::of_message(raw);
    let decoded = |part: &Part| letter::decode::bytes(body(raw, &part.section).unwrap_or_default(), part.encoding);
    let text = |part: &Part| letter::decode::text(&decoded(part), part.charset.as_deref());
    let texts = part.texts();
    let is_text = |p: &Part| texts.html.iter().chain(&texts.plain).any(|t| t.section == p.section);
    Read {
        header: Header::parse(raw),
        plain: part.text_plain().map(text),
        html: part.text_html().map(text),
        files: part
            .leaves()
            .filter(|p| !is_text(p))
            .map(|p| File { name: p.name.clone().unwrap_or_default(), cid: p.cid.clone(), bytes: decoded(p) })
            .collect(),
    }
}

/// Lines of format=flowed text put together again: a second reading, after RFC 3676 §4.2.
pub fn unflowed(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open: Option<usize> = None;
    for line in text.strip_suffix("\r\n").unwrap_or(text).split("\r\n") {
        let content = line.trim_start_matches('>');
        let depth = line.len() - content.len();
        let content = content.strip_prefix(' ').unwrap_or(content);
        let signature = content == "-- ";
        if open == Some(depth) && !signature {
            out.last_mut().unwrap().push_str(content);
        } else {
            out.push(format!("{}{content}", ">".repeat(depth)));
        }
        open = (content.ends_with(' ') && !signature).then_some(depth);
    }
    out
}
