//! The tree from the message itself, where the server's BODYSTRUCTURE cannot be used. The one place that knows mail-parser.

use super::{DEPTH, Encoding, PARTS, Part};
use crate::words;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// Attached messages that mail-parser is trusted with: it recurses into each (30,000 of them overflow a stack).
const MESSAGES: usize = 100;

impl Part {
    /// The tree of a whole raw message. What is nested too deep, or is too much, is left out.
    pub fn of_message(raw: &[u8]) -> Self {
        let whole =
            || Self { section: "1".into(), mime: "text/plain".into(), size: raw.len() as u64, ..Self::default() };
        if attached_messages(raw) > MESSAGES {
            return whole();
        }
        let Some(message) = MessageParser::default().parse(raw) else { return whole() };
        let mut left = PARTS;
        let mut part = of(&message, 0, "", DEPTH, &mut left).unwrap_or_else(whole);
        part.limit();
        part
    }
}

/// The bytes of the part of that IMAP section in a whole raw message, in their transfer encoding: what `BODY[section]` gives. None
/// where there is no such part, and for parts of an attached message that is itself encoded.
pub fn body<'a>(raw: &'a [u8], section: &str) -> Option<&'a [u8]> {
    if attached_messages(raw) > MESSAGES {
        return (section == "1").then_some(raw);
    }
    let message = MessageParser::default().parse(raw)?;
    let mut message = &message;
    let mut id = 0;
    let numbers: Vec<usize> = section.split('.').map(|n| n.parse().ok()).collect::<Option<_>>()?;
    for (at, number) in numbers.iter().enumerate() {
        let mut part = message.part(id)?;
        // Below an attached message its own parts are counted.
        if at > 0
            && let PartType::Message(inner) = &part.body
        {
            if part.encoding != mail_parser::Encoding::None {
                return None;
            }
            message = inner;
            part = message.part(0)?;
            id = 0;
        }
        match &part.body {
            PartType::Multipart(children) => id = *children.get(number.checked_sub(1)?)?,
            _ if *number == 1 => {}
            _ => return None,
        }
    }
    let part = message.part(id)?;
    raw.get(usize::try_from(part.offset_body).ok()?..usize::try_from(part.offset_end).ok()?)
}

/// At most so many attached messages can be in there: counted as the letters `message/` at a place where a type may stand.
fn attached_messages(raw: &[u8]) -> usize {
    raw.windows(8).filter(|w| w.eq_ignore_ascii_case(b"message/")).count()
}

/// Recursion is bounded by `depth`.
fn of(message: &Message<'_>, id: u32, section: &str, depth: usize, left: &mut usize) -> Option<Part> {
    let source = message.part(id)?;
    *left = left.checked_sub(1)?;
    let depth = depth.checked_sub(1)?;
    let mut part = leaf(source);
    match &source.body {
        PartType::Multipart(children) => {
            if !part.is_multipart() {
                part.mime = "multipart/mixed".into();
            }
            part.section = section.to_owned();
            for (at, child) in children.iter().enumerate() {
                part.parts.extend(of(message, *child, &below(section, at + 1), depth, left));
            }
        }
        PartType::Message(inner) => {
            part.section = own(section);
            if part.name.is_none() {
                part.name = inner
                    .header_raw("Subject")
                    .map(|s| words::decode(s.as_bytes()))
                    .filter(|s| !s.is_empty())
                    .map(|s| s + ".eml");
            }
            if !part.is_message() {
                part.mime = "message/rfc822".into();
            }
            let body = if inner.part(0).is_some_and(|p| matches!(p.body, PartType::Multipart(_))) {
                of(inner, 0, &part.section, depth, left).map(|body| Part { section: String::new(), ..body })
            } else {
                of(inner, 0, &below(&part.section, 1), depth, left)
            };
            part.parts.extend(body);
        }
        _ => part.section = own(section),
    }
    Some(part)
}

fn below(section: &str, number: usize) -> String {
    if section.is_empty() { number.to_string() } else { format!("{section}.{number}") }
}

/// The only part of a message is its part 1.
fn own(section: &str) -> String {
    if section.is_empty() { "1".into() } else { section.to_owned() }
}

/// Everything but place and children.
fn leaf(source: &MessagePart<'_>) -> Part {
    let kind = source.content_type();
    let attribute = |name: &str| kind.and_then(|k| k.attribute(name)).map(str::to_owned);
    let mime = kind.map(|k| format!("{}/{}", k.c_type, k.c_subtype.as_deref().unwrap_or("plain")).to_ascii_lowercase());
    let fallback = match &source.body {
        PartType::Html(_) => "text/html",
        PartType::Text(_) => "text/plain",
        PartType::Message(_) => "message/rfc822",
        PartType::Multipart(_) => "multipart/mixed",
        PartType::Binary(_) | PartType::InlineBinary(_) => "application/octet-stream",
    };
    let disposition = source.content_disposition();
    let name = disposition.and_then(|d| d.attribute("filename")).or_else(|| kind.and_then(|k| k.attribute("name")));
    Part {
        section: String::new(),
        mime: mime.unwrap_or_else(|| fallback.to_owned()),
        charset: attribute("charset"),
        encoding: source.content_transfer_encoding().map(Encoding::of).unwrap_or_default(),
        size: u64::from(source.offset_end.saturating_sub(source.offset_body)),
        name: name.map(|n| words::decode(n.as_bytes())).filter(|n| !n.is_empty()),
        attachment: disposition.map(|d| !d.c_type.eq_ignore_ascii_case("inline")),
        cid: source.content_id().map(|id| id.trim_matches(['<', '>', ' ']).to_owned()).filter(|id| !id.is_empty()),
        flowed: attribute("format")
            .filter(|f| f.eq_ignore_ascii_case("flowed"))
            .map(|_| attribute("delsp").is_some_and(|d| d.eq_ignore_ascii_case("yes"))),
        parts: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_imap_does() {
        let raw = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
            --b\r\n\r\nplain\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b--\r\n--a\r\nContent-Type: message/rfc822\r\n\r\n\
            Subject: inner\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c\r\nContent-Type: message/rfc822\r\n\r\nSubject: z\r\n\r\ny\r\n--c--\r\n--a--\r\n";
        let part = Part::of_message(raw);
        let found: Vec<String> = part.walk().map(|p| format!("{}:{}", p.section, p.mime)).collect();
        assert_eq!(
            found,
            [
                ":multipart/mixed",
                "1:multipart/alternative",
                "1.1:text/plain",
                "1.2:text/html",
                "2:message/rfc822",
                ":multipart/mixed",
                "2.1:text/plain",
                "2.2:message/rfc822",
                "2.2.1:text/plain"
            ]
        );
        for (section, bytes) in [("1.1", "plain"), ("1.2", "<p>"), ("2.1", "x"), ("2.2.1", "y")] {
            assert_eq!(body(raw, section).map(|b| b.trim_ascii()), Some(bytes.as_bytes()), "{section}");
        }
        assert_eq!((body(raw, "3"), body(raw, "1.3"), body(raw, "0"), body(raw, "x")), (None, None, None, None));
        assert_eq!(part.find("2").and_then(|p| p.name.as_deref()), Some("inner.eml"));
        assert_eq!(Part::of_message(b"Subject: x\r\n\r\nhello").section, "1");
    }

    #[test]
    fn bombs_are_defused() {
        let nested = "Content-Type: message/rfc822\r\n\r\n".repeat(40_000);
        assert!(Part::of_message(nested.as_bytes()).walk().count() <= PARTS);
        let deep: String =
            (0..5_000).map(|n| format!("Content-Type: multipart/mixed; boundary=\"b{n}\"\r\n\r\n--b{n}\r\n")).collect();
        assert!(Part::of_message(deep.as_bytes()).walk().count() <= DEPTH + 1);
        let wide = format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", "--b\r\n\r\nx\r\n".repeat(30_000));
        assert!(Part::of_message(wide.as_bytes()).walk().count() <= PARTS);
    }
}
