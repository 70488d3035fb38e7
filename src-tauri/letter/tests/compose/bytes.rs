//! Bytes that go out: line ends, Bcc, pictures, attached messages, sizes, and nothing of this machine.

use super::read::{STAMP, bytes, names, read, sound, unflowed, written};
use letter::address::Address;
use letter::compose::recipient::Wrong;
use letter::compose::{Attachment, Draft, Error, Field, Shape, Stamp, Wire, build};
use std::io::{Read as _, Write};

fn address(name: &str, email: &str) -> Address {
    Address { name: name.into(), email: email.into() }
}

fn draft() -> Draft {
    Draft {
        from: address("Ann", "ann@münchen.example"),
        to: vec![address("", "bo@x.org")],
        subject: "Hello".into(),
        plain: Some("Hi".into()),
        ..Draft::default()
    }
}

const EIGHT: Wire = Wire { bcc: false, unfinished: false, eight_bit: true, smtp_utf8: true };

#[test]
fn the_simplest() {
    let raw = bytes(&draft(), Wire::default(), &[]).unwrap();
    assert_eq!(
        String::from_utf8(raw).unwrap(),
        "From: \"Ann\" <ann@xn--mnchen-3ya.example>\r\nTo: <bo@x.org>\r\nSubject: Hello\r\nDate: Mon, 2 Nov 2026 09:30:00 +0100\r\n\
         Message-ID: <token0123456789abcdef@xn--mnchen-3ya.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=\"utf-8\"; format=\"flowed\"\r\nContent-Transfer-Encoding: 7bit\r\n\r\nHi\r\n"
    );
}

/// Ways to end a line around a dot, in text and in HTML: only CRLF comes out, and nothing that a server could take for the end.
#[test]
fn only_crlf_comes_out() {
    let ends = ["\n", "\r", "\r\n", "\n\r", "\r\r\n", "\r\n\n", "\u{85}", "\u{2028}", "\u{b}", "\u{c}", ""];
    let mut seen = 0;
    for before in ends {
        for after in ends {
            let text = format!("one{before}.{after}two{before}.{after}{after}MAIL FROM:<evil@x.org>{before}");
            for wire in [Wire::default(), EIGHT] {
                let plain = Draft { plain: Some(text.clone()), subject: text.clone(), ..draft() };
                let html = Draft {
                    html: Some(format!("<pre>é{text}</pre><p title=\"{text}\">{text}</p>")),
                    plain: None,
                    ..plain.clone()
                };
                for draft in [plain, html] {
                    let raw = bytes(&draft, wire, &[]).unwrap();
                    sound(&raw, wire.eight_bit);
                    seen += 1;
                    let found = read(&raw);
                    let lines = unflowed(&found.plain.unwrap());
                    let breaks = |end: &str| end.contains(['\n', '\r']);
                    let dot = lines.iter().any(|l| l == ".");
                    assert_eq!(
                        dot && draft.html.is_none(),
                        breaks(before) && breaks(after) && draft.html.is_none(),
                        "{text:?} {lines:?}"
                    );
                }
            }
        }
    }
    assert_eq!(seen, ends.len() * ends.len() * 4);
}

#[test]
fn nul_is_refused() {
    let with = |f: &dyn Fn(&mut Draft)| {
        let mut draft = draft();
        f(&mut draft);
        bytes(&draft, EIGHT, &[]).unwrap_err()
    };
    assert_eq!(with(&|d| d.subject = "a\0b".into()), Error::Nul(Field::Subject));
    assert_eq!(with(&|d| d.plain = Some("a\0b".into())), Error::Nul(Field::Text));
    assert_eq!(with(&|d| d.html = Some("a\0b".into())), Error::Nul(Field::Text));
    assert_eq!(with(&|d| d.from.name = "\0".into()), Error::Nul(Field::From));
    assert_eq!(
        with(&|d| d.attachments = vec![Attachment { name: "\0".into(), ..Attachment::default() }]),
        Error::Nul(Field::Attachment)
    );
}

#[test]
fn addresses_that_break_a_field_are_refused() {
    for email in
        ["a@x.org\r\nBcc: b@x.org", "\"a\r\nb\"@x.org", "a@x.org>", "a b@x.org", "a@x.org, b@x.org", "", "a", "a@"]
    {
        let mut odd = draft();
        odd.cc = vec![address("", "fine@x.org"), address("N", email)];
        let found = bytes(&odd, EIGHT, &[]).unwrap_err();
        assert!(matches!(found, Error::Address { field: Field::Cc, at: 1, .. }), "{email}: {found:?}");
    }
    let mut odd = draft();
    odd.bcc = vec![address("", "b@")];
    assert_eq!(bytes(&odd, EIGHT, &[]).unwrap_err(), Error::Address { field: Field::Bcc, at: 0, why: Wrong::Domain });
}

#[test]
fn blind_copies_stay_blind() {
    let mut draft = draft();
    draft.bcc = vec![address("Secret", "secret@x.org"), address("", "bo@x.org")];
    let message = build(&draft, &STAMP, Wire::default()).unwrap();
    assert_eq!(message.recipients, ["bo@x.org", "secret@x.org"]);
    assert_eq!(message.sender, "ann@xn--mnchen-3ya.example");
    let raw = String::from_utf8(written(&message, &[])).unwrap();
    assert!(!raw.to_lowercase().contains("secret") && !raw.to_lowercase().contains("bcc"));
    let kept = bytes(&draft, Wire { bcc: true, ..Wire::default() }, &[]).unwrap();
    assert_eq!(read(&kept).header.bcc.len(), 2);
    draft.to.clear();
    let alone = bytes(&draft, Wire::default(), &[]).unwrap();
    assert!(String::from_utf8(alone).unwrap().contains("\r\nTo: undisclosed-recipients:;\r\n"));
}

#[test]
fn addresses_with_such_letters() {
    let mut draft = draft();
    draft.to = vec![address("用户", "用户@例子.example")];
    assert_eq!(build(&draft, &STAMP, Wire::default()).unwrap_err(), Error::SmtpUtf8);
    let message = build(&draft, &STAMP, EIGHT).unwrap();
    assert!(message.smtp_utf8 && message.eight_bit);
    assert_eq!(message.recipients, ["用户@xn--fsqu00a.example"]);
    let raw = written(&message, &[]);
    sound(&raw, true);
    assert_eq!(read(&raw).header.to, [address("用户", "用户@xn--fsqu00a.example")]);
}

#[test]
fn a_draft_may_be_unfinished() {
    let odd = Draft {
        from: Address::default(),
        to: vec![address("", "bo@x.org"), address("Cy", "cy@"), address("", "=?x?="), address("D, E", "d@x.org")],
        bcc: vec![address("", "secret@x.org")],
        ..draft()
    };
    let wire = Wire { unfinished: true, bcc: true, ..Wire::default() };
    let raw = bytes(&odd, wire, &[]).unwrap();
    sound(&raw, false);
    assert_eq!(names(&raw)[..2], ["To", "Bcc"]);
    let to: Vec<String> = read(&raw).header.to.iter().map(Address::display).collect();
    assert_eq!(to, ["bo@x.org", "Cy cy@", "=?x?=", "D, E <d@x.org>"]);
}

/// A real picture of one point.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

#[test]
fn pictures_inside_the_text() {
    let png = letter::decode::bytes(PNG.as_bytes(), letter::structure::Encoding::Base64);
    let picture = |name: &str, cid: &str| Attachment {
        name: name.into(),
        mime: "image/png".into(),
        size: png.len() as u64,
        cid: Some(cid.into()),
        ..Attachment::default()
    };
    let draft = Draft {
        html: Some(format!(
            "<p>Look:<img src=\"cid:one@x\" alt=\"One\"><img src=\"cid:gone@x\" alt=\"Gone\"><img src=\"data:image/png;base64,{PNG}\"> \
             <img src=\"http://x.org/\" alt=\"Far\"></p>"
        )),
        attachments: vec![
            picture("one.png", "one@x"),
            picture("two.png", "two@x"),
            picture("bad.png", "b ad"),
            picture("again.png", "one@x"),
        ],
        ..draft()
    };
    let raw = bytes(&draft, Wire::default(), &vec![png.clone(); 4]).unwrap();
    sound(&raw, false);
    let part = letter::structure::Part::of_message(&raw);
    let shape: Vec<String> = part.walk().map(|p| format!("{} {}", p.section, p.mime)).collect();
    assert_eq!(
        shape,
        [
            " multipart/mixed",
            "1 multipart/alternative",
            "1.1 text/plain",
            "1.2 multipart/related",
            "1.2.1 text/html",
            "1.2.2 image/png",
            "1.2.3 image/png",
            "2 image/png",
            "3 image/png",
            "4 image/png",
        ]
    );
    let found = read(&raw);
    let html = found.html.unwrap();
    let embedded = "1.token0123456789abcdef@xn--mnchen-3ya.example";
    assert!(
        html.contains(&format!(
            "Look:<img src=\"cid:one@x\" alt=\"One\">Gone<img src=\"cid:{embedded}\" alt=\"\"> Far</p>"
        )),
        "{html}"
    );
    assert_eq!(found.plain.as_deref().map(str::trim_end), Some("Look:[One]Gone Far"));
    let cids: Vec<&str> = found.files.iter().map(|f| f.cid.as_deref().unwrap_or("-")).collect();
    assert_eq!(cids, ["one@x", embedded, "two@x", "-", "one@x"]);
    assert!(found.files.iter().all(|f| f.bytes == png));
}

#[test]
fn attached_messages_are_not_encoded() {
    let inner = b"Subject: inner\r\n\r\n--=_x\r\nText\r\n".to_vec();
    let with = |bytes: &[u8], shape| Draft {
        attachments: vec![Attachment {
            name: "inner.eml".into(),
            mime: "message/rfc822".into(),
            size: bytes.len() as u64,
            shape,
            ..Attachment::default()
        }],
        ..draft()
    };
    let raw = bytes(&with(&inner, Some(Shape::SevenBit)), Wire::default(), std::slice::from_ref(&inner)).unwrap();
    sound(&raw, false);
    let part = letter::structure::Part::of_message(&raw);
    assert_eq!(part.find("2").map(|p| p.mime.as_str()), Some("message/rfc822"));
    assert!(String::from_utf8(raw).unwrap().contains(std::str::from_utf8(&inner).unwrap()));
    // What cannot go as it is goes as a file, and arrives as it was.
    let eight = "Subject: é\r\n\r\né\r\n".as_bytes().to_vec();
    let binary = b"Subject: x\n\n\0".to_vec();
    for (bytes_in, shape, wire, encoded) in [
        (&eight, Some(Shape::EightBit), EIGHT, false),
        (&eight, Some(Shape::EightBit), Wire::default(), true),
        (&binary, Some(Shape::Binary), EIGHT, true),
        (&inner, None, EIGHT, true),
    ] {
        let raw = bytes(&with(bytes_in, shape), wire, std::slice::from_ref(bytes_in)).unwrap();
        sound(&raw, wire.eight_bit);
        let part = letter::structure::Part::of_message(&raw);
        let mime = part.find("2").map(|p| p.mime.as_str());
        assert_eq!(mime, Some(if encoded { "application/octet-stream" } else { "message/rfc822" }));
        if encoded {
            assert_eq!(&read(&raw).files[0].bytes, bytes_in);
        }
    }
}

/// What can be sent as it is, and what must be encoded.
#[test]
fn encodings() {
    let long = "word ".repeat(300);
    let table = [
        ("plain", false, "7bit"),
        ("café", false, "quoted-printable"),
        ("こんにちは世界こんにちは世界", false, "base64"),
        ("café", true, "8bit"),
        (long.as_str(), false, "quoted-printable"),
    ];
    for (text, eight_bit, encoding) in table {
        let wire = Wire { eight_bit, ..Wire::default() };
        let message = build(&Draft { plain: Some(text.into()), ..draft() }, &STAMP, wire).unwrap();
        let raw = String::from_utf8(written(&message, &[])).unwrap();
        assert!(raw.contains(&format!("Content-Transfer-Encoding: {encoding}\r\n")), "{raw}");
        assert_eq!(message.eight_bit, encoding == "8bit");
    }
}

#[test]
fn stamps() {
    for (token, seed) in [
        ("short", STAMP.seed),
        (STAMP.token, "short"),
        ("token\r\nBcc: x@y.org", STAMP.seed),
        (STAMP.token, "seed seed seed seed"),
    ] {
        assert_eq!(build(&draft(), &Stamp { token, seed, ..STAMP }, EIGHT).unwrap_err(), Error::Stamp);
    }
    // A text that holds the seed could hold a boundary.
    let text = Draft { plain: Some(format!("--=_{}_1", STAMP.seed)), ..draft() };
    assert_eq!(build(&text, &STAMP, EIGHT).unwrap_err(), Error::Stamp);
}

/// Counts what it is given, and never keeps it.
struct Sink(u64, usize);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        self.1 = self.1.max(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// An attachment larger than memory would be read and written in slices, its size told before.
#[test]
fn attachments_stream() {
    const SIZE: u64 = 25 * 1024 * 1024 + 1;
    let draft = Draft {
        attachments: vec![Attachment {
            name: "big.bin".into(),
            mime: "a/b".into(),
            size: SIZE,
            ..Attachment::default()
        }],
        ..draft()
    };
    let message = build(&draft, &STAMP, Wire::default()).unwrap();
    let mut sink = Sink(0, 0);
    message.write(&mut sink, &mut |_| Ok(Box::new(std::io::repeat(7).take(SIZE)))).unwrap();
    assert_eq!(sink.0, message.size());
    assert!(sink.1 < 64 * 1024, "a slice of {} octets", sink.1);
}
