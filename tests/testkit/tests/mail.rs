//! The mail maker: the same for the same seed, well formed, and taken by a server.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Instant;
use testkit::authority::sha256_hex;
use testkit::imap::Imap;
use testkit::mail::{Person, kinds};
use testkit::{Dovecot, Options, bulk, demo};

const NOW: i64 = 1_795_430_600;

#[test]
fn the_same_seed_makes_the_same_bytes() {
    let me = Person::new("Alice Meadows", "alice@meadow.example");
    let hash = |seed| sha256_hex(&kinds::all(&me, NOW, seed).iter().flat_map(|(_, l)| l.bytes()).collect::<Vec<u8>>());
    assert_eq!(hash(1), hash(1));
    assert_ne!(hash(1), hash(2));
    for (kind, letter) in kinds::all(&me, NOW, 7) {
        let bytes = letter.bytes();
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        let head = bytes.get(..end).unwrap();
        assert!(head.is_ascii(), "{kind}: headers are ASCII");
        assert!(head.split(|&b| b == b'\n').all(|line| line.len() < 200), "{kind}: header lines are short");
        // Line ends are CRLF everywhere.
        let bare = bytes.windows(2).any(|two| two.ends_with(b"\n") && two != b"\r\n");
        assert!(!bare, "{kind}: a bare line feed");
    }
}

#[test]
fn a_server_understands_the_demo() {
    let server = Dovecot::start(demo::options()).unwrap();
    let start = Instant::now();
    demo::fill(&server, 1, NOW).unwrap();
    println!("demo filled in {:?}", start.elapsed());
    let eye = server.eye();
    assert!(eye.mailboxes(demo::ALICE).unwrap().contains(&"Projects/Orchard survey".to_owned()));
    assert!(eye.status(demo::MOREAU, "Clients/Hôtel du Lac").unwrap().messages > 10);
    let subjects = eye.fetch(demo::MOREAU, "hdr.subject.utf8", &["mailbox", "INBOX", "since", "2026-11-23"]).unwrap();
    assert!(subjects.iter().any(|s| s.contains("会議の議事録")), "{subjects:?}");
    let mut client = Imap::connect(server.ports().imap).unwrap();
    client.login(demo::ALICE, &format!("pw-{}", demo::ALICE)).unwrap();
    client.run("EXAMINE INBOX").unwrap();
    let found = client.run("FETCH 1:* (BODYSTRUCTURE)").unwrap().text();
    assert!(found.contains("\"ticket.pdf\"") && found.contains("utf-8''Gew%C3%A4chshaus"), "{found}");
}

#[test]
fn bulk_mail_is_in_order_and_read() {
    let server = Dovecot::start(Options::default()).unwrap();
    bulk::fill(&server, "alice", 3_000, 1).unwrap();
    let eye = server.eye();
    assert_eq!(eye.status("alice", "INBOX").unwrap().messages, 3_000);
    let mut client = Imap::connect(server.ports().imap).unwrap();
    client.login("alice", "pw-alice").unwrap();
    client.run("EXAMINE INBOX").unwrap();
    for (uid, number) in [(1, "0"), (3_000, "2999")] {
        let answer = client.run(&format!("UID FETCH {uid} (BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")).unwrap().text();
        assert!(answer.contains(&format!("<{number}.1@bulk.example>")), "{answer}");
    }
    let weight = client.weigh("FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)").unwrap();
    let each = weight.bytes / 3_000;
    assert!((600..1_600).contains(&each), "{each} bytes each");
}
