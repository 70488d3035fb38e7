//! The Dovecot fixture: starts, is filled, is seen, stops, and leaves nothing.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use testkit::imap::Imap;
use testkit::{BUSY, Dovecot, Options, wait_for};

const LETTER: &[u8] = b"From: a@example.com\r\nSubject: Hello\r\n\r\n.one\r\nlast\r\n";

fn processes_of(group: u32) -> usize {
    let stats = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let text = std::fs::read_to_string(entry.ok()?.path().join("stat")).ok()?;
        let after_name = text.rsplit_once(')')?.1.to_owned();
        after_name.split_whitespace().nth(2)?.parse::<u32>().ok()
    });
    stats.filter(|&of| of == group).count()
}

#[test]
fn delivers_is_seen_and_leaves_nothing() {
    let mut server = Dovecot::start(Options::default()).unwrap();
    let eye = server.eye();
    eye.deliver("alice", LETTER).unwrap();
    assert_eq!(eye.search("alice", &["mailbox", "INBOX", "subject", "hello"]).unwrap(), [1]);
    eye.add_flag("alice", "\\Flagged", &["mailbox", "INBOX", "uid", "1"]).unwrap();
    assert_eq!(eye.flags("alice", "INBOX", 1).unwrap(), "\\Flagged");
    eye.create("alice", "Projekte/Gewächshaus").unwrap();
    assert!(eye.mailboxes("alice").unwrap().contains(&"Projekte/Gewächshaus".to_owned()));
    assert_eq!(eye.status("alice", "INBOX").unwrap().messages, 1);

    let mut client = Imap::connect_tls(server.ports().imaps, server.authority()).unwrap();
    client.login("alice", "pw-alice").unwrap();
    client.run("SELECT INBOX").unwrap();
    let body = client.run("FETCH 1 BODY.PEEK[TEXT]").unwrap().text();
    assert!(body.contains(".one\r\nlast"), "{body}");
    assert!(client.weigh("FETCH 1 BODY.PEEK[TEXT]").unwrap().bytes > 12);
    client.append("INBOX", "\\Seen", 1_000_000_000, LETTER).unwrap();
    assert_eq!(eye.search("alice", &["mailbox", "INBOX", "seen"]).unwrap(), [2]);

    let ports = server.ports();
    server.stop().unwrap();
    assert!(Imap::connect(ports.imap).is_err());
    server.start_again().unwrap();
    assert_eq!(server.ports(), ports);
    assert_eq!(eye.status("alice", "INBOX").unwrap().messages, 2);

    let (folder, group) = (server.folder().to_owned(), server.group().unwrap());
    assert!(processes_of(group) > 1);
    drop(server);
    assert!(!folder.exists());
    wait_for("all processes gone", BUSY, || (processes_of(group) == 0).then_some(())).unwrap();
}

#[test]
fn capabilities_can_be_taken_away() {
    let mut server = Dovecot::start(Options::with_capability("IMAP4rev1 IDLE")).unwrap();
    let capability = |server: &Dovecot| {
        let mut client = Imap::connect(server.ports().imap).unwrap();
        client.login("bob", "pw-bob").unwrap();
        client.run("CAPABILITY").unwrap().text()
    };
    assert_eq!(capability(&server).trim(), "* CAPABILITY IMAP4rev1 IDLE");
    server.restart_with(|options| options.capability = None).unwrap();
    assert!(capability(&server).contains("QRESYNC"));
    server.eye().deliver("bob", LETTER).unwrap();
    server.eye().set_uidvalidity("bob", "INBOX", 77).unwrap();
    assert_eq!(server.eye().status("bob", "INBOX").unwrap().uidvalidity, 77);
}
