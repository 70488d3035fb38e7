//! Postfix takes mail over TLS and over STARTTLS from whoever signs in with a password of Dovecot's, delivers it there, and takes
//! nothing else.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(target_os = "linux")]

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::sync::Arc;
use testkit::postfix::Beside;
use testkit::{BUSY, Dovecot, Options, Postfix, wait_for};

/// Says a line, and gives back the last line of the answer.
fn say(stream: &mut BufReader<impl std::io::Read + std::io::Write>, line: &str) -> String {
    if !line.is_empty() {
        stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).unwrap();
    }
    loop {
        let mut answer = String::new();
        stream.read_line(&mut answer).unwrap();
        if answer.as_bytes().get(3) != Some(&b'-') {
            return answer;
        }
    }
}

#[test]
fn takes_from_those_who_sign_in_and_delivers() {
    let (beside, options) = Beside::options(Options::default(), &["meadow.example"]).unwrap();
    let dovecot = Dovecot::start(options).unwrap();
    let postfix = Postfix::start(&dovecot, &beside).unwrap();
    let name = || rustls::pki_types::ServerName::try_from("localhost").unwrap();
    let config = postfix.authority().client().unwrap();
    for (port, starttls, user) in [(postfix.tls_port(), false, "alice"), (postfix.starttls_port(), true, "bob")] {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        if starttls {
            let mut clear = BufReader::new(&stream);
            assert!(say(&mut clear, "").starts_with("220"));
            assert!(say(&mut clear, "EHLO there").starts_with("250"));
            assert!(say(&mut clear, "AUTH PLAIN AGJvYgBwdy1ib2I=").starts_with("5"), "not in clear text");
            assert!(say(&mut clear, "STARTTLS").starts_with("220"));
        }
        let mut tls = rustls::ClientConnection::new(Arc::clone(&config), name()).unwrap();
        let mut stream = BufReader::new(rustls::Stream::new(&mut tls, &mut stream));
        if !starttls {
            assert!(say(&mut stream, "").starts_with("220"));
        }
        assert!(say(&mut stream, "EHLO there").starts_with("250"));
        assert!(say(&mut stream, "MAIL FROM:<alice@meadow.example>").starts_with("250"));
        assert!(say(&mut stream, "RCPT TO:<bob@meadow.example>").starts_with("554"), "nobody has signed in");
        assert!(say(&mut stream, "RSET").starts_with("250"));
        assert!(say(&mut stream, "AUTH PLAIN AGJvYgB3cm9uZw==").starts_with("535"));
        // RFC 4616: NUL, user, NUL, password.
        let right = if user == "bob" { "AGJvYgBwdy1ib2I=" } else { "AGFsaWNlAHB3LWFsaWNl" };
        assert!(say(&mut stream, &format!("AUTH PLAIN {right}")).starts_with("235"));
        assert!(say(&mut stream, "MAIL FROM:<alice@meadow.example>").starts_with("250"));
        assert!(say(&mut stream, &format!("RCPT TO:<{user}+post@meadow.example>")).starts_with("250"));
        assert!(say(&mut stream, "RCPT TO:<bob@elsewhere.example>").starts_with('5'), "nothing leaves this machine");
        assert!(say(&mut stream, "DATA").starts_with("354"));
        assert!(say(&mut stream, "Subject: Hello\r\n\r\n..dot\r\n.").starts_with("250"));
        let fields = "hdr.subject hdr.delivered-to body";
        let there = wait_for("delivery", BUSY, || {
            let found = dovecot.eye().fetch(user, fields, &["mailbox", "INBOX", "ALL"]).unwrap().join("\n");
            (!found.is_empty()).then_some(found)
        });
        let there = there.map_err(|e| format!("{e}\n{}", postfix.log())).unwrap();
        assert!(there.contains(&format!("{user}+post@meadow.example")), "{there}");
        assert!(there.contains("Hello") && there.contains(".dot") && !there.contains("..dot"), "{there}");
    }
    assert!(!postfix.log().contains("fatal"), "{}", postfix.log());
}
