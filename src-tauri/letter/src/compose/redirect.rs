//! Passing a message on as it is (RFC 5322 §3.6.6): its own fields and text unchanged, and above them who sent it on.

use super::draft::{LINE, Shape};
use super::message::{Message, Piece};
use super::{Error, Field, Stamp, Wire, field, recipient};
use crate::address::Address;

/// Who passes a message on, and to whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resent {
    /// Resent-From.
    pub from: Address,
    /// Resent-To.
    pub to: Vec<Address>,
    /// Resent-Cc.
    pub cc: Vec<Address>,
    /// Gets it, and stands nowhere.
    pub bcc: Vec<Address>,
}

/// What is not passed on: it says who got blind copies, or how the message came here, and servers take some of it for a loop.
const DROPPED: &[&str] = &[
    "bcc",
    "resent-bcc",
    "return-path",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
];

/// Puts the fields of passing on above the fields of the original. `header` is its whole block of fields, with or without the empty line
/// at the end; its text has `size` octets of that `shape`, and is read as attachment 0.
pub fn redirect(
    header: &[u8],
    size: u64,
    shape: Shape,
    resent: &Resent,
    stamp: &Stamp<'_>,
    wire: Wire,
) -> Result<Message, Error> {
    stamp.check()?;
    let mut out = Vec::new();
    let mut smtp_utf8 = field::addresses("Resent-From", std::slice::from_ref(&resent.from), Field::From, &mut out)?;
    smtp_utf8 |= field::addresses("Resent-To", &resent.to, Field::To, &mut out)?;
    smtp_utf8 |= field::addresses("Resent-Cc", &resent.cc, Field::Cc, &mut out)?;
    if resent.to.is_empty() && resent.cc.is_empty() {
        field::raw("Resent-To", "undisclosed-recipients:;", &mut out);
    }
    field::raw("Resent-Date", &field::date(stamp.date, stamp.offset), &mut out);
    let sender = recipient::wire(&resent.from.email).map(|w| w.email).unwrap_or_default();
    let id = format!("{}@{}", stamp.token, sender.rsplit_once('@').map_or("localhost", |(_, domain)| domain));
    field::ids("Resent-Message-ID", std::iter::once(id.as_str()), &mut out);
    let mut recipients = Vec::new();
    for (which, list) in [(Field::To, &resent.to), (Field::Cc, &resent.cc), (Field::Bcc, &resent.bcc)] {
        for (at, address) in list.iter().enumerate() {
            let to = recipient::wire(&address.email).map_err(|why| Error::Address { field: which, at, why })?;
            smtp_utf8 |= to.smtp_utf8;
            if !recipients.contains(&to.email) {
                recipients.push(to.email);
            }
        }
    }
    if smtp_utf8 && !wire.smtp_utf8 {
        return Err(Error::SmtpUtf8);
    }
    original(header, &mut out)?;
    let eight_bit = shape == Shape::EightBit || !out.is_ascii();
    if shape == Shape::Binary || (eight_bit && !wire.eight_bit) {
        return Err(Error::Shape);
    }
    out.extend_from_slice(b"\r\n");
    let body = Piece::AsIs { attachment: 0, size, shape, boundary: String::new() };
    Ok(Message { id, sender, recipients, eight_bit, smtp_utf8, pieces: vec![Piece::Bytes(out), body] })
}

/// The fields of the original, byte for byte, but for line ends and what is dropped.
fn original(header: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
    let mut keeps = false;
    for line in header.split(|&b| b == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        if line.len() > LINE || line.contains(&b'\0') || line.contains(&b'\r') {
            return Err(Error::Shape);
        }
        if !matches!(line.first(), Some(b' ' | b'\t')) {
            let name = line.split(|&b| b == b':').next().unwrap_or_default().trim_ascii();
            // A line without a colon is no field: the "From " line of an mbox.
            keeps = name.len() < line.len()
                && name.iter().all(u8::is_ascii_graphic)
                && !DROPPED.iter().any(|d| name.eq_ignore_ascii_case(d.as_bytes()));
        }
        if keeps {
            out.extend_from_slice(line);
            out.extend_from_slice(b"\r\n");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that fails should stop")]

    use super::*;

    fn resent() -> Resent {
        let address = |email: &str| Address { name: String::new(), email: email.into() };
        Resent { from: address("ann@x.org"), to: vec![address("bo@y.org")], cc: vec![], bcc: vec![address("cy@z.org")] }
    }

    const STAMP: Stamp<'_> = Stamp { date: 0, offset: 0, token: "token00000000000", seed: "seed000000000000" };

    #[test]
    fn as_it_is() {
        let header =
            b"From mbox line\r\nReturn-Path: <x@y>\r\nReceived: by a\r\n\tfor b\nBcc: secret@x.org,\r\n more@x.org\r\n\
                       DKIM-Signature: v=1;  b=abc\r\nSubject:  two  spaces \r\n\r\nBcc: in the text";
        let body = b"Hello\r\n.\r\n";
        let message = redirect(header, body.len() as u64, Shape::SevenBit, &resent(), &STAMP, Wire::default()).unwrap();
        assert_eq!(message.recipients, ["bo@y.org", "cy@z.org"]);
        let mut out = Vec::new();
        message.write(&mut out, &mut |_| Ok(Box::new(&body[..]))).unwrap();
        assert_eq!(message.size(), out.len() as u64);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "Resent-From: <ann@x.org>\r\nResent-To: <bo@y.org>\r\nResent-Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n\
             Resent-Message-ID: <token00000000000@x.org>\r\nReceived: by a\r\n\tfor b\r\nDKIM-Signature: v=1;  b=abc\r\n\
             Subject:  two  spaces \r\n\r\nHello\r\n.\r\n"
        );
    }

    #[test]
    fn what_cannot_go_as_it_is() {
        let with =
            |header: &[u8], shape, wire| redirect(header, 0, shape, &resent(), &STAMP, wire).map(|m| m.eight_bit);
        let eight = Wire { eight_bit: true, ..Wire::default() };
        assert_eq!(with(b"A: b\r\n", Shape::Binary, eight), Err(Error::Shape));
        assert_eq!(with(b"A: b\r\n", Shape::EightBit, Wire::default()), Err(Error::Shape));
        assert_eq!(with(b"A: b\r\n", Shape::EightBit, eight), Ok(true));
        assert_eq!(with("A: é\r\n".as_bytes(), Shape::SevenBit, Wire::default()), Err(Error::Shape));
        assert_eq!(with(b"A: b\rBcc: x@y\r\n", Shape::SevenBit, eight), Err(Error::Shape));
        assert_eq!(with(b"A: \0\r\n", Shape::SevenBit, eight), Err(Error::Shape));
    }
}
