//! The bytes of a draft.

use super::draft::{Attachment, Draft, Shape};
use super::message::{Message, Piece};
use super::plain::{self, Line};
use super::twin::twin;
use super::{Error, Field, field, outgoing, recipient, thread};
use crate::address::Address;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_builder::headers::content_type::ContentType;
use mail_builder::mime::MimePart;

/// What differs from one message to the next, and is not the draft's. Kept with a message that was frozen.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// Seconds since 1970 UTC.
    pub date: i64,
    /// Minutes east of Greenwich that the date is shown in; 0 tells nothing about where one is.
    pub offset: i32,
    /// Left side of the Message-ID: random, 16 to 64 letters and digits. The right side is the sender's domain.
    pub token: &'a str,
    /// Where boundaries come from: random, 16 to 40 letters and digits, none of which may stand in the text in that order.
    pub seed: &'a str,
}

impl Stamp<'_> {
    /// Whether token and seed can stand where they go.
    pub(super) fn check(&self) -> Result<(), Error> {
        let sound =
            |text: &str, most| (16..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if sound(self.token, 64) && sound(self.seed, 40) { Ok(()) } else { Err(Error::Stamp) }
    }
}

/// What the bytes are for, and what the way can carry.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wire {
    /// Bcc stands in the bytes: for the copy in Sent (if its owner wants that) and in Drafts. Never for what goes out.
    pub bcc: bool,
    /// A draft: addresses that are wrong are kept as names, and there may be no sender.
    pub unfinished: bool,
    /// 8BITMIME was offered.
    pub eight_bit: bool,
    /// SMTPUTF8 was offered.
    pub smtp_utf8: bool,
}

/// Makes the bytes. The same draft, stamp and wire give the same bytes.
pub fn build(draft: &Draft, stamp: &Stamp<'_>, wire: Wire) -> Result<Message, Error> {
    stamp.check()?;
    // Nothing that is sent as it is may hold a boundary.
    if [&draft.html, &draft.plain].into_iter().flatten().any(|text| text.contains(stamp.seed)) {
        return Err(Error::Stamp);
    }
    let mut out = Vec::new();
    let mut smtp_utf8 = false;
    let lists = [
        ("From", Field::From, std::slice::from_ref(&draft.from)),
        ("Reply-To", Field::ReplyTo, &draft.reply_to),
        ("To", Field::To, &draft.to),
        ("Cc", Field::Cc, &draft.cc),
        ("Bcc", Field::Bcc, if wire.bcc { &draft.bcc } else { &[] }),
    ];
    for (name, which, list) in lists {
        if wire.unfinished {
            smtp_utf8 |= field::addresses_or_names(name, list, which, &mut out)?;
        } else {
            smtp_utf8 |= field::addresses(name, list, which, &mut out)?;
        }
    }
    if !wire.unfinished && draft.to.is_empty() && draft.cc.is_empty() {
        field::raw("To", "undisclosed-recipients:;", &mut out);
    }
    let subject = field::line(&draft.subject, Field::Subject)?;
    if !subject.is_empty() {
        field::text("Subject", &subject, &mut out);
    }
    field::raw("Date", &field::date(stamp.date, stamp.offset), &mut out);
    let sender = recipient::wire(&draft.from.email).map(|w| w.email).unwrap_or_default();
    let domain = sender.rsplit_once('@').map_or("localhost", |(_, domain)| domain).to_owned();
    let id = format!("{}@{domain}", stamp.token);
    field::ids("Message-ID", std::iter::once(id.as_str()), &mut out);
    if let Some(parent) = draft.in_reply_to.as_deref().and_then(thread::id) {
        field::ids("In-Reply-To", std::iter::once(parent.as_str()), &mut out);
    }
    let references = thread::cut(draft.references.iter().filter_map(|r| thread::id(r)).collect());
    if !references.is_empty() {
        field::ids("References", references.iter().map(String::as_str), &mut out);
    }
    if draft.receipt && !sender.is_empty() {
        let bare = Address { name: String::new(), email: draft.from.email.clone() };
        field::addresses("Disposition-Notification-To", &[bare], Field::From, &mut out)?;
    }
    field::raw("MIME-Version", "1.0", &mut out);

    let mut recipients = Vec::new();
    for (which, list) in [(Field::To, &draft.to), (Field::Cc, &draft.cc), (Field::Bcc, &draft.bcc)] {
        for (at, address) in list.iter().enumerate() {
            match recipient::wire(&address.email) {
                Ok(to) => {
                    smtp_utf8 |= to.smtp_utf8;
                    if !recipients.contains(&to.email) {
                        recipients.push(to.email);
                    }
                }
                Err(_) if wire.unfinished => {}
                Err(why) => return Err(Error::Address { field: which, at, why }),
            }
        }
    }
    if smtp_utf8 && !wire.smtp_utf8 {
        return Err(Error::SmtpUtf8);
    }
    let mut body = Body { stamp, wire, domain, out, pieces: Vec::new(), boundaries: 0, eight_bit: smtp_utf8 };
    body.message(draft)?;
    body.pieces.push(Piece::Bytes(body.out));
    let eight_bit = body.eight_bit;
    Ok(Message { id, sender, recipients, eight_bit, smtp_utf8, pieces: body.pieces })
}

/// The body while it is made.
struct Body<'a> {
    stamp: &'a Stamp<'a>,
    wire: Wire,
    domain: String,
    /// Bytes since the last piece.
    out: Vec<u8>,
    pieces: Vec<Piece>,
    boundaries: usize,
    eight_bit: bool,
}

impl Body<'_> {
    /// Everything from Content-Type on.
    fn message(&mut self, draft: &Draft) -> Result<(), Error> {
        if [&draft.html, &draft.plain].into_iter().flatten().any(|t| t.contains('\0')) {
            return Err(Error::Nul(Field::Text));
        }
        let html = draft.html.as_deref().filter(|_| !draft.plain_only);
        let pictures = pictures(&draft.attachments);
        let there: Vec<&str> = pictures.iter().filter_map(|&(_, a)| a.cid.as_deref()).collect();
        let made = html.map(|html| outgoing::sent(&tidy(html), &there));
        let named = made.as_ref().map(|m| m.cids.as_slice()).unwrap_or_default();
        let inside: Vec<usize> = pictures
            .iter()
            .filter(|(_, a)| a.cid.as_ref().is_some_and(|cid| named.contains(cid)))
            .map(|&(at, _)| at)
            .collect();
        let files: Vec<usize> = (0..draft.attachments.len()).filter(|at| !inside.contains(at)).collect();
        let text = |body: &mut Self| match &made {
            Some(made) => body.alternative(&made.html, &inside, &draft.attachments),
            None => {
                body.plain(&lines(draft));
                Ok(())
            }
        };
        if files.is_empty() {
            return text(self);
        }
        let boundary = self.begin("multipart/mixed", &[]);
        self.part(&boundary);
        text(self)?;
        for at in files {
            self.part(&boundary);
            self.file(at, &draft.attachments, false)?;
        }
        self.end(&boundary);
        Ok(())
    }

    fn alternative(&mut self, html: &str, inside: &[usize], attachments: &[Attachment]) -> Result<(), Error> {
        let lines = twin(html, false);
        let (html, embedded) = self.embedded(html);
        let document =
            format!("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n{}\n</body></html>\n", html);
        let boundary = self.begin("multipart/alternative", &[]);
        self.part(&boundary);
        self.plain(&lines);
        self.part(&boundary);
        if inside.is_empty() && embedded.is_empty() {
            self.text("text/html", &[], &crlf(&document));
        } else {
            let related = self.begin("multipart/related", &[("type", "text/html")]);
            self.part(&related);
            self.text("text/html", &[], &crlf(&document));
            for &at in inside {
                self.part(&related);
                self.file(at, attachments, true)?;
            }
            for picture in &embedded {
                self.part(&related);
                field::content("Content-Type", &picture.mime, &[], &mut self.out);
                field::raw("Content-Transfer-Encoding", "base64", &mut self.out);
                field::content("Content-Disposition", "inline", &[], &mut self.out);
                field::ids("Content-ID", std::iter::once(picture.cid.as_str()), &mut self.out);
                self.out.extend_from_slice(b"\r\n");
                for (at, line) in picture.base64.as_bytes().chunks(76).enumerate() {
                    if at > 0 {
                        self.out.extend_from_slice(b"\r\n");
                    }
                    self.out.extend_from_slice(line);
                }
            }
            self.end(&related);
        }
        self.end(&boundary);
        Ok(())
    }

    /// `data:` pictures as parts of their own: most programs show no others.
    fn embedded(&self, html: &str) -> (String, Vec<Embedded>) {
        const SOURCE: &str = " src=\"data:";
        let mut found: Vec<Embedded> = Vec::new();
        let mut out = String::with_capacity(html.len().min(1 << 20));
        // A quotation mark in text or in a value is written as a reference, so this is always an attribute.
        let mut pieces = html.split(SOURCE);
        out.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let Some((url, rest)) = piece.split_once('"') else { continue };
            let (mime, base64) = url.split_once(";base64,").unwrap_or(("application/octet-stream", ""));
            // Written anew: what was given may be damaged at its end.
            let base64 = STANDARD.encode(crate::decode::bytes(base64.as_bytes(), crate::structure::Encoding::Base64));
            let cid = match found.iter().find(|e| e.base64 == base64) {
                Some(same) => same.cid.clone(),
                None => {
                    let cid = format!("{}.{}@{}", found.len() + 1, self.stamp.token, self.domain);
                    found.push(Embedded { mime: mime.to_owned(), cid: cid.clone(), base64 });
                    cid
                }
            };
            out.push_str(&format!(" src=\"cid:{cid}\"{rest}"));
        }
        (out, found)
    }

    fn plain(&mut self, lines: &[Line]) {
        let mut text = plain::flowed(lines);
        if text.is_empty() {
            text.push_str("\r\n");
        }
        self.text("text/plain", &[("format", "flowed")], &crlf(&text));
    }

    /// A part of text in UTF-8, whose lines end in CRLF.
    fn text(&mut self, mime: &'static str, parameters: &[(&'static str, &'static str)], text: &str) {
        let mut kind = ContentType::new(mime).attribute("charset", "utf-8");
        for (key, value) in parameters {
            kind = kind.attribute(*key, *value);
        }
        let mut part = MimePart::new(kind, text);
        if self.wire.eight_bit && !text.is_ascii() && Shape::of(text.as_bytes()) <= Shape::EightBit {
            part = part.transfer_encoding("8bit");
            self.eight_bit = true;
        }
        part.write_part(&mut self.out);
    }

    /// An attachment: its head, and the place of its bytes.
    fn file(&mut self, at: usize, attachments: &[Attachment], inside: bool) -> Result<(), Error> {
        let Some(attachment) = attachments.get(at) else { return Ok(()) };
        if attachment.name.contains('\0') {
            return Err(Error::Nul(Field::Attachment));
        }
        let mut mime = media_type(&attachment.mime);
        let name = crate::filename::safe(&attachment.name, &mime);
        let shape = attachment.shape.filter(|shape| mime == "message/rfc822" && self.carries(*shape));
        if mime.starts_with("message/") && shape.is_none() {
            // It must not be encoded, and cannot go as it is: as a file it arrives whole.
            mime = "application/octet-stream".into();
        }
        field::content_of_file(&mime, &name, &mut self.out);
        let encoding = match shape {
            None => "base64",
            Some(Shape::SevenBit) => "7bit",
            Some(_) => "8bit",
        };
        field::raw("Content-Transfer-Encoding", encoding, &mut self.out);
        let disposition = if inside { "inline" } else { "attachment" };
        field::content("Content-Disposition", disposition, &[("filename", &name)], &mut self.out);
        if let Some(cid) = attachment.cid.as_deref().and_then(thread::id) {
            field::ids("Content-ID", std::iter::once(cid.as_str()), &mut self.out);
        }
        self.out.extend_from_slice(b"\r\n");
        self.pieces.push(Piece::Bytes(std::mem::take(&mut self.out)));
        let size = attachment.size;
        self.pieces.push(match shape {
            None => Piece::Base64 { attachment: at, size },
            Some(shape) => {
                self.eight_bit |= shape == Shape::EightBit;
                let boundary = format!("--=_{}", self.stamp.seed);
                Piece::AsIs { attachment: at, size, shape, boundary }
            }
        });
        Ok(())
    }

    fn carries(&self, shape: Shape) -> bool {
        shape == Shape::SevenBit || (shape == Shape::EightBit && self.wire.eight_bit)
    }

    /// Begins a multipart. An `=` and what follows stand neither in base64 nor in quoted-printable.
    fn begin(&mut self, mime: &str, parameters: &[(&str, &str)]) -> String {
        self.boundaries += 1;
        let boundary = format!("=_{}_{}", self.stamp.seed, self.boundaries);
        let mut all = parameters.to_vec();
        all.push(("boundary", &boundary));
        field::content("Content-Type", mime, &all, &mut self.out);
        // What holds parts in 8bit must say so (RFC 2045 §6.4), and which they are shows only later.
        if self.wire.eight_bit {
            field::raw("Content-Transfer-Encoding", "8bit", &mut self.out);
            self.eight_bit = true;
        }
        boundary
    }

    fn part(&mut self, boundary: &str) {
        self.out.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
    }

    fn end(&mut self, boundary: &str) {
        self.out.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    }
}

struct Embedded {
    mime: String,
    cid: String,
    base64: String,
}

/// The lines of a draft without HTML, or of one that is to be plain.
fn lines(draft: &Draft) -> Vec<Line> {
    let mut lines = match (&draft.plain, &draft.html) {
        (Some(text), _) => plain::of_text(&tidy(text), None),
        (None, Some(html)) => twin(&outgoing::sent(&tidy(html), &[]).html, false),
        (None, None) => Vec::new(),
    };
    while lines.last().is_some_and(|l| l.depth == 0 && l.text.trim().is_empty()) {
        lines.pop();
    }
    lines
}

/// Text without control characters other than tabs and line ends; those that are a kind of space become one.
fn tidy(text: &str) -> String {
    let kept = |c: char| match c {
        '\t' | '\n' | '\r' => Some(c),
        _ if c.is_control() => c.is_whitespace().then_some(' '),
        _ => Some(c),
    };
    text.chars().filter_map(kept).collect()
}

/// Attachments that may stand inside the text: with a Content-ID of their own that can be written.
fn pictures(attachments: &[Attachment]) -> Vec<(usize, &Attachment)> {
    let mut found: Vec<(usize, &Attachment)> = Vec::new();
    for (at, attachment) in attachments.iter().enumerate() {
        let Some(cid) = attachment.cid.as_deref().and_then(thread::id) else { continue };
        let taken = found.iter().any(|(_, a)| a.cid.as_deref() == Some(cid.as_str()));
        if !taken && media_type(&attachment.mime).starts_with("image/") {
            found.push((at, attachment));
        }
    }
    found
}

/// A media type that can stand in a field (RFC 6838 §4.2), and is one of a single part.
fn media_type(mime: &str) -> String {
    let mime = mime.trim().to_ascii_lowercase();
    let token = |t: &str| {
        (1..=127).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    match mime.split_once('/') {
        Some((kind, sub)) if token(kind) && token(sub) && kind != "multipart" => mime,
        _ => "application/octet-stream".into(),
    }
}

/// Every line end as CRLF, without control characters other than tabs.
fn crlf(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    let mut after_cr = false;
    for c in text.chars() {
        match c {
            '\n' if after_cr => {}
            '\r' | '\n' => out.push_str("\r\n"),
            '\t' => out.push('\t'),
            _ if c.is_control() => {}
            _ => out.push(c),
        }
        after_cr = c == '\r';
    }
    if !out.ends_with("\r\n") {
        out.push_str("\r\n");
    }
    out
}
