//! The fault proxy and the submission server.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use base64::Engine as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;
use testkit::imap::Imap;
use testkit::proxy::Way;
use testkit::smtp::{Deed, Rule, Stage};
use testkit::{Authority, Dovecot, Options, Proxy, Smtp, wait_for};

// Sends back whatever it gets.
fn echo() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut out = stream.try_clone().unwrap();
                let _ = std::io::copy(&mut stream, &mut out);
            });
        }
    });
    port
}

#[test]
fn cuts_at_the_byte() {
    for (way, ends_with_error) in [(Way::Close, false), (Way::Reset, true)] {
        let proxy = Proxy::to(echo()).unwrap();
        proxy.meter().set(|fault| {
            fault.cut_down = Some(1_000);
            fault.way = way;
            fault.latency = Duration::from_millis(5);
        });
        let mut stream = TcpStream::connect(("127.0.0.1", proxy.port())).unwrap();
        stream.write_all(&[7; 2_000]).unwrap();
        let mut got = Vec::new();
        let mut buffer = [0; 4_096];
        let end = loop {
            match stream.read(&mut buffer) {
                Ok(0) => break false,
                Ok(n) => got.extend_from_slice(buffer.get(..n).unwrap()),
                Err(_) => break true,
            }
        };
        assert_eq!(end, ends_with_error, "{way:?}");
        assert!(got.len() == 1_000 || ends_with_error, "{}", got.len());
        assert_eq!(proxy.meter().up(), 2_000);
        assert_eq!(proxy.meter().connections(), 1);
    }
}

#[test]
fn stalls_freezes_and_refuses() {
    let proxy = Proxy::to(echo()).unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", proxy.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let mut byte = [0; 1];
    proxy.meter().freeze();
    stream.write_all(b"x").unwrap();
    assert!(stream.read(&mut byte).is_err());
    proxy.meter().thaw();
    stream.set_read_timeout(None).unwrap();
    stream.read_exact(&mut byte).unwrap();
    proxy.meter().set(|fault| fault.refuse = true);
    let mut refused = TcpStream::connect(("127.0.0.1", proxy.port())).unwrap();
    assert!(matches!(refused.read(&mut byte), Ok(0) | Err(_)));
    proxy.drop_all();
    assert!(matches!(stream.read(&mut byte), Ok(0) | Err(_)));
    wait_for("closed", Duration::from_secs(5), || (proxy.meter().open() == 0).then_some(())).unwrap();
}

#[test]
fn reads_along_through_tls() {
    let server = Dovecot::start(Options::default()).unwrap();
    let proxy = Proxy::reading(server.ports().imaps, server.identity(), server.authority()).unwrap();
    let mut client = Imap::connect_tls(proxy.port(), server.authority()).unwrap();
    client.login("alice", "pw-alice").unwrap();
    client.run("SELECT INBOX").unwrap();
    assert!(proxy.transcript().contains("C: tk2 SELECT INBOX"), "{}", proxy.transcript());
    assert!(proxy.transcript().contains("UIDVALIDITY"));
    assert_eq!(proxy.meter().round_trips(), 2);
    // More than any buffer between, both ways.
    let large = vec![b'x'; 3_000_000];
    client.append("INBOX", "", 0, &[b"Subject: large\r\n\r\n", large.as_slice()].concat()).unwrap();
    let back = client.run("FETCH 1 BODY[]").unwrap();
    assert!(back.untagged.iter().any(|line| line.len() > 3_000_000));
}

struct Talk(rustls::StreamOwned<rustls::ClientConnection, TcpStream>);

impl Talk {
    fn say(&mut self, line: &str) -> String {
        self.0.write_all(line.as_bytes()).unwrap();
        let mut answer = vec![0; 4_096];
        let read = self.0.read(&mut answer).unwrap_or_default();
        String::from_utf8_lossy(answer.get(..read).unwrap()).into_owned()
    }
}

#[test]
fn submission_keeps_and_refuses() {
    let authority = Authority::new().unwrap();
    let identity = authority.issue(&["localhost"]).unwrap();
    let smtp = Smtp::start(&[("alice".into(), "secret".into())], &identity).unwrap();
    let mut plain = TcpStream::connect(("127.0.0.1", smtp.starttls_port())).unwrap();
    let mut buffer = [0; 1_024];
    let mut exchange = |line: &str| {
        plain.write_all(line.as_bytes()).unwrap();
        let read = plain.read(&mut buffer).unwrap();
        String::from_utf8_lossy(buffer.get(..read).unwrap()).into_owned()
    };
    assert!(exchange("").starts_with("220"));
    assert!(exchange("EHLO test\r\n").contains("STARTTLS"));
    assert!(exchange("AUTH PLAIN AGE=\r\n").starts_with("538"));
    assert!(exchange("STARTTLS\r\n").starts_with("220"));
    let name = rustls::pki_types::ServerName::try_from("localhost").unwrap();
    let connection = rustls::ClientConnection::new(authority.client().unwrap(), name).unwrap();
    let mut talk = Talk(rustls::StreamOwned::new(connection, plain));
    let plain = |user: &str| base64::engine::general_purpose::STANDARD.encode(format!("\0{user}\0secret"));
    assert!(talk.say("EHLO test\r\n").contains("AUTH PLAIN LOGIN"));
    assert!(talk.say(&format!("AUTH PLAIN {}\r\n", plain("mallory"))).starts_with("535"));
    assert!(talk.say(&format!("AUTH PLAIN {}\r\n", plain("alice"))).starts_with("235"));
    smtp.script(Rule {
        stage: Stage::To,
        containing: "nobody@".into(),
        deed: Deed::Say("550 5.1.1 no such user".into()),
        times: None,
    });
    assert!(talk.say("MAIL FROM:<a@example.com> SIZE=10\r\n").starts_with("250"));
    assert!(talk.say("RCPT TO:<nobody@example.com>\r\n").starts_with("550"));
    assert!(talk.say("RCPT TO:<b@example.com>\r\n").starts_with("250"));
    assert!(talk.say("DATA\r\n").starts_with("354"));
    assert!(talk.say("Message-ID: <1@x>\r\n\r\n..dot\r\n.\r\n").starts_with("250"));
    let kept = smtp.wait(1, Duration::from_secs(1)).unwrap();
    let first = kept.first().unwrap();
    assert_eq!((first.from.as_str(), first.to.as_slice()), ("a@example.com", ["b@example.com".to_owned()].as_slice()));
    assert!(first.message.ends_with(b"\r\n.dot\r\n"));
    assert_eq!((smtp.count("1@x"), smtp.count("2@x")), (1, 0));
}
