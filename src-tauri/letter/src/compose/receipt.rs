//! A receipt: that a message was shown to the person who got it, told because they wanted it told (RFC 8098).

use super::message::{Message, Piece};
use super::{Error, Field, Stamp, field, recipient, thread};
use crate::address::Address;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What a receipt says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Who answers: the address that the message came to.
    pub from: Address,
    /// Who asked for it.
    pub to: Address,
    /// Its subject.
    pub subject: String,
    /// A sentence for a person.
    pub text: String,
    /// Message-ID of the message it is about.
    pub about: Option<String>,
}

/// Makes the bytes, all of them ASCII. Its sender is the null address (RFC 8098 §3): a receipt is never answered by a machine.
///
/// # Errors
/// `Address` where one of the two cannot be written to, or, being beyond ASCII, cannot stand in a report.
pub fn receipt(receipt: &Receipt, stamp: &Stamp<'_>) -> Result<Message, Error> {
    stamp.check()?;
    let wire = |address: &Address, which| {
        let wire = recipient::wire(&address.email).map_err(|why| Error::Address { field: which, at: 0, why })?;
        if wire.smtp_utf8 { Err(Error::SmtpUtf8) } else { Ok(wire.email) }
    };
    let (own, to) = (wire(&receipt.from, Field::From)?, wire(&receipt.to, Field::To)?);
    let mut out = Vec::new();
    field::addresses("From", std::slice::from_ref(&receipt.from), Field::From, &mut out)?;
    field::addresses("To", std::slice::from_ref(&receipt.to), Field::To, &mut out)?;
    field::text("Subject", &field::line(&receipt.subject, Field::Subject)?, &mut out);
    field::raw("Date", &field::date(stamp.date, stamp.offset), &mut out);
    let id = format!("{}@{}", stamp.token, own.rsplit_once('@').map_or("localhost", |(_, domain)| domain));
    field::ids("Message-ID", std::iter::once(id.as_str()), &mut out);
    let about = receipt.about.as_deref().and_then(thread::id);
    if let Some(about) = &about {
        field::ids("In-Reply-To", std::iter::once(about.as_str()), &mut out);
        field::ids("References", std::iter::once(about.as_str()), &mut out);
    }
    field::raw("MIME-Version", "1.0", &mut out);
    let boundary = format!("r{}", stamp.seed);
    let kind = format!("multipart/report; report-type=disposition-notification;\r\n boundary=\"{boundary}\"");
    field::raw("Content-Type", &kind, &mut out);

    out.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
    field::raw("Content-Type", "text/plain; charset=utf-8", &mut out);
    field::raw("Content-Transfer-Encoding", "base64", &mut out);
    out.extend_from_slice(b"\r\n");
    let text = STANDARD.encode(format!("{}\r\n", receipt.text.replace("\r\n", "\n").replace('\n', "\r\n")));
    for line in text.as_bytes().chunks(76) {
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
    field::raw("Content-Type", "message/disposition-notification", &mut out);
    out.extend_from_slice(b"\r\n");
    // Which program of which computer this is, is nobody's business: Reporting-UA may be left out.
    field::raw("Final-Recipient", &format!("rfc822;{own}"), &mut out);
    if let Some(about) = &about {
        field::raw("Original-Message-ID", &format!("<{about}>"), &mut out);
    }
    field::raw("Disposition", "manual-action/MDN-sent-manually; displayed", &mut out);
    out.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    let (sender, recipients) = (String::new(), vec![to]);
    Ok(Message { id, sender, recipients, eight_bit: false, smtp_utf8: false, pieces: vec![Piece::Bytes(out)] })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that fails should stop")]

    use super::*;

    const STAMP: Stamp<'_> = Stamp { date: 0, offset: 0, token: "token00000000000", seed: "seed000000000000" };

    fn address(name: &str, email: &str) -> Address {
        Address { name: name.into(), email: email.into() }
    }

    #[test]
    fn says_that_it_was_shown_and_nothing_else() {
        let receipt = Receipt {
            from: address("Jürgen", "me@münchen.example"),
            to: address("Ann\r\nBcc: x@y.org", "ann@x.org"),
            subject: "Gelesen: Grüße\r\nBcc: x@y.org".into(),
            text: "Gelesen.".into(),
            about: Some("q@x.org".into()),
        };
        let message = super::receipt(&receipt, &STAMP).unwrap();
        assert_eq!((message.sender.as_str(), message.recipients.as_slice()), ("", &["ann@x.org".to_owned()][..]));
        let mut out = Vec::new();
        message.write(&mut out, &mut |_| Err(std::io::ErrorKind::NotFound.into())).unwrap();
        assert_eq!(message.size(), out.len() as u64);
        let text = String::from_utf8(out).unwrap();
        assert!(text.is_ascii() && !text.contains("\nBcc"), "{text}");
        let report = text.split("message/disposition-notification\r\n\r\n").nth(1).unwrap();
        assert_eq!(
            report,
            "Final-Recipient: rfc822;me@xn--mnchen-3ya.example\r\nOriginal-Message-ID: <q@x.org>\r\n\
             Disposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--rseed000000000000--\r\n"
        );
        let header = crate::header::Header::parse(text.as_bytes());
        assert_eq!((header.in_reply_to.as_slice(), header.to.len()), (&["q@x.org".to_owned()][..], 1));
    }

    #[test]
    fn needs_two_addresses() {
        let ok = Receipt { from: address("", "me@x.org"), to: address("", "ann@x.org"), ..Receipt::default() };
        assert!(super::receipt(&ok, &STAMP).is_ok());
        for (from, to) in [("", "a@x.org"), ("a@x.org", "no"), ("ü@x.org", "a@x.org"), ("a@x.org", "ü@x.org")] {
            let wrong = Receipt { from: address("", from), to: address("", to), ..Receipt::default() };
            assert!(super::receipt(&wrong, &STAMP).is_err(), "{from} {to}");
        }
    }
}
