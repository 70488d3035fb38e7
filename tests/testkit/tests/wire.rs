//! The fault proxy and the submission server.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use base64::Engine as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;
use testkit::imap::Imap;
use testkit::proxy::{Cut, Way};
use testkit::smtp::{Deed, Rule, Stage};
use testkit::{Authority, BUSY, Dovecot, Options, Proxy, Smtp, wait_for};

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

// What comes back of so many bytes, and whether it ended with an error, or not at all.
fn comes_back(stream: &mut TcpStream, sent: usize) -> (usize, Option<bool>) {
    let (mut got, mut buffer) = (0, [0; 4_096]);
    while got < sent {
        match stream.read(&mut buffer) {
            Ok(0) => return (got, Some(false)),
            Ok(n) => got += n,
            Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => return (got, None),
            Err(_) => return (got, Some(true)),
        }
    }
    (got, None)
}

// A planned cut happens once, from where the connection stood when it was planned, and no other connection is cut.
#[test]
fn cuts_once_and_where_it_was_planned() {
    for (way, end) in [(Way::Close, Some(false)), (Way::Reset, Some(true)), (Way::Stall, None)] {
        for (up, down) in [(Some(700), None), (None, Some(700))] {
            let proxy = Proxy::to(echo()).unwrap();
            let meter = proxy.meter();
            // One after the other: which is the second is seen when it has said something.
            let mut streams = [0, 1].map(|_| {
                let mut stream = TcpStream::connect(("127.0.0.1", proxy.port())).unwrap();
                stream.set_read_timeout(Some(BUSY)).unwrap();
                stream.write_all(&[7; 500]).unwrap();
                assert_eq!(comes_back(&mut stream, 500), (500, None));
                stream
            });
            // Both have said 500; the second alone is meant, and the way of the fault is not.
            let cut = up.map_or(Cut::Down(down.unwrap_or_default()), Cut::Up);
            meter.set(|fault| fault.way = if way == Way::Close { Way::Reset } else { Way::Close });
            meter.cut_by(way, cut, Some(2));
            let [first, second] = &mut streams;
            first.write_all(&[7; 2_000]).unwrap();
            assert_eq!((comes_back(first, 2_000), meter.cuts_left()), ((2_000, None), 1));
            second.write_all(&[7; 600]).unwrap();
            assert_eq!((comes_back(second, 600), meter.cuts_left()), ((600, None), 1), "{way:?} {cut:?}: too early");
            second.write_all(&[7; 600]).unwrap();
            if way == Way::Stall {
                // Nothing more can come: it is enough to look for a moment.
                second.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
            }
            let (got, ended) = comes_back(second, 600);
            assert_eq!((ended, meter.cuts_left()), (end, 0), "{way:?} {cut:?}");
            // An end does not overtake what was sent before it; a reset may.
            assert!(got == 100 || (got < 100 && way != Way::Stall), "{way:?} {cut:?}: {got}");
            first.write_all(&[7; 2_000]).unwrap();
            assert_eq!(comes_back(first, 2_000), (2_000, None), "once is enough");
            if way == Way::Stall {
                assert_eq!(meter.open(), 2, "open, and silent");
                proxy.drop_all();
            }
        }
    }
}

#[test]
fn loses_the_answer_to_what_was_asked() {
    let proxy = Proxy::to(echo()).unwrap();
    let meter = proxy.meter();
    meter.cut(Cut::Answer("UID MOVE"), None);
    let mut stream = TcpStream::connect(("127.0.0.1", proxy.port())).unwrap();
    stream.set_read_timeout(Some(BUSY)).unwrap();
    stream.write_all(b"a1 NOOP\r\n").unwrap();
    assert_eq!(comes_back(&mut stream, 9), (9, None), "another command is answered");
    let before = meter.up();
    stream.write_all(b"a2 UID MOVE 1 Other\r\n").unwrap();
    assert_eq!(comes_back(&mut stream, 21), (0, Some(false)));
    assert_eq!((meter.up() - before, meter.cuts_left()), (21, 0), "all of it was sent");
    meter.cut(Cut::Up(3), None);
    meter.cut_no_more();
    assert_eq!(meter.cuts_left(), 0);
}

#[test]
fn what_is_late_comes_in_its_order() {
    let proxy = Proxy::to(echo()).unwrap();
    proxy.meter().seed(3);
    proxy.meter().set(|fault| fault.jitter = Duration::from_millis(8));
    let mut stream = TcpStream::connect(("127.0.0.1", proxy.port())).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut out = stream.try_clone().unwrap();
    let said: Vec<u8> = (0..60).collect();
    let saying = std::thread::spawn(move || {
        for n in 0..60 {
            out.write_all(&[n]).unwrap();
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    let mut heard = vec![0; 60];
    stream.read_exact(&mut heard).unwrap();
    saying.join().unwrap();
    assert_eq!(heard, said);
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
    wait_for("closed", BUSY, || (proxy.meter().open() == 0).then_some(())).unwrap();
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
    let kept = smtp.wait(1, BUSY).unwrap();
    let first = kept.first().unwrap();
    assert_eq!((first.from.as_str(), first.to.as_slice()), ("a@example.com", ["b@example.com".to_owned()].as_slice()));
    assert!(first.message.ends_with(b"\r\n.dot\r\n"));
    assert_eq!((smtp.count("1@x"), smtp.count("2@x")), (1, 0));
}
