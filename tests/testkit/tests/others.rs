//! Cyrus and Courier: each starts, lets its users in, is filled, is seen, pushes, and leaves nothing; and the eye on them
//! sees what the eye on Dovecot sees.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(target_os = "linux")]

use std::time::Duration;
use testkit::imap::Imap;
use testkit::{Authority, Courier, Cyrus, Dovecot, Look, Options, wait_for};

const PATIENCE: Duration = Duration::from_secs(30);

fn letter(subject: &str) -> Vec<u8> {
    format!("From: a@example.com\r\nSubject: {subject}\r\nMessage-ID: <{subject}@example.com>\r\n\r\n.one\r\nlast\r\n")
        .into_bytes()
}

fn processes_of(group: u32) -> usize {
    let stats = std::fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let text = std::fs::read_to_string(entry.ok()?.path().join("stat")).ok()?;
        let after_name = text.rsplit_once(')')?.1.to_owned();
        after_name.split_whitespace().nth(2)?.parse::<u32>().ok()
    });
    stats.filter(|&of| of == group).count()
}

/// Each user signs in over TLS, a wrong password does not; returns what the server says that it can do.
fn sign_in(port: u16, authority: &Authority) -> String {
    for (user, password) in [("alice", "pw-alice"), ("bob", "pw-bob")] {
        let mut client = Imap::connect_tls(port, authority).unwrap();
        assert!(client.login(user, "wrong").is_err());
        client.login(user, password).unwrap();
        client.run("SELECT INBOX").unwrap();
        client.run("LOGOUT").unwrap();
    }
    let mut client = Imap::connect_tls(port, authority).unwrap();
    // RFC 4616: NUL, user, NUL, password.
    let tag = client.send("AUTHENTICATE PLAIN").unwrap();
    assert!(client.response().unwrap().starts_with(b"+"));
    client.line_out("AGJvYgBwdy1ib2I=").unwrap();
    while !client.response().unwrap().starts_with(format!("{tag} OK").as_bytes()) {}
    let stranger = Authority::new().unwrap();
    assert!(Imap::connect_tls(port, &stranger).is_err());
    client.run("CAPABILITY").unwrap().text().trim().to_owned()
}

/// The same story for every server, told to its eye and read with its eye.
fn is_filled_and_seen(eye: &dyn Look) {
    let inbox = |words: &[&'static str]| [&["mailbox", "INBOX"], words].concat();
    for n in 1..=4 {
        eye.save("alice", "INBOX", &letter(&format!("Hello-{n}"))).unwrap();
    }
    assert_eq!(eye.search("alice", &inbox(&["subject", "hello-2"])).unwrap(), [2]);
    assert_eq!(eye.search("bob", &inbox(&["ALL"])).unwrap(), [0; 0]);

    eye.add_flag("alice", "\\Flagged", &inbox(&["uid", "1:2"])).unwrap();
    eye.add_flag("alice", "\\Seen", &inbox(&["uid", "2"])).unwrap();
    eye.add_flag("alice", "$Label", &inbox(&["uid", "4"])).unwrap();
    eye.remove_flag("alice", "\\Flagged", &inbox(&["uid", "1"])).unwrap();
    let flags = [1, 2, 4].map(|uid| eye.flags("alice", "INBOX", uid).unwrap());
    assert_eq!(flags, ["", "\\Flagged \\Seen", "$Label"]);
    let found = eye.fetch("alice", "uid flags hdr.subject", &inbox(&["flagged"])).unwrap();
    // Dovecot's eye tells of \Recent as well.
    assert_eq!(found.join("\n").replace(" \\Recent", ""), "2\t\\Flagged \\Seen\tHello-2");

    eye.create("alice", "Projekte/Süd & West").unwrap();
    eye.copy_to("alice", "Projekte/Süd & West", &inbox(&["uid", "2"])).unwrap();
    eye.move_to("alice", "Projekte/Süd & West", &inbox(&["uid", "3"])).unwrap();
    eye.expunge("alice", &inbox(&["uid", "1"])).unwrap();
    eye.rename("alice", "Projekte/Süd & West", "Kleinere Größe").unwrap();
    let there = ["mailbox", "Kleinere Größe", "ALL"];
    let mut found = eye.fetch("alice", "hdr.subject hdr.from", &there).unwrap();
    // Courier numbers a folder anew when it is renamed.
    found.sort();
    assert_eq!(found, ["Hello-2\ta@example.com", "Hello-3\ta@example.com"]);
    let names = eye.mailboxes("alice").unwrap();
    for name in ["INBOX", "Drafts", "Sent", "Junk", "Trash", "Archive", "Kleinere Größe"] {
        assert!(names.iter().any(|n| n == name), "{name}: {names:?}");
    }
    assert!(!names.contains(&"Projekte/Süd & West".to_owned()));
    eye.delete("alice", "Kleinere Größe").unwrap();
    assert!(!eye.mailboxes("alice").unwrap().contains(&"Kleinere Größe".to_owned()));

    eye.deliver("alice", &letter("Delivered")).unwrap();
    let status = eye.status("alice", "INBOX").unwrap();
    assert_eq!((status.messages, status.unseen, status.uidnext), (3, 2, 6));
    assert!(status.uidvalidity > 0);
    assert_eq!(eye.search("alice", &inbox(&["unseen"])).unwrap(), [4, 5]);
    assert!(eye.search("alice", &["mailbox", "nowhere", "ALL"]).is_err());
}

/// Mail that comes, and a flag that somebody sets, are told to who waits.
fn pushes(eye: &dyn Look, port: u16, authority: &Authority) {
    eye.deliver("bob", &letter("Before")).unwrap();
    let mut client = Imap::connect_tls(port, authority).unwrap();
    client.login("bob", "pw-bob").unwrap();
    client.run("SELECT INBOX").unwrap();
    client.send("IDLE").unwrap();
    assert!(client.response().unwrap().starts_with(b"+"));
    eye.deliver("bob", &letter("Pushed")).unwrap();
    while client.response().unwrap() != b"* 2 EXISTS" {}
    eye.add_flag("bob", "\\Flagged", &["mailbox", "INBOX", "uid", "1"]).unwrap();
    while !String::from_utf8_lossy(&client.response().unwrap()).contains("\\Flagged") {}
}

fn leaves_nothing(folder: &std::path::Path, group: u32) {
    assert!(!folder.exists());
    wait_for("all processes gone", PATIENCE, || (processes_of(group) == 0).then_some(())).unwrap();
}

#[test]
fn cyrus_does_what_it_is_asked_and_leaves_nothing() {
    let start = std::time::Instant::now();
    let server = Cyrus::start().unwrap();
    println!("Cyrus started in {:?}", start.elapsed());
    let capability = sign_in(server.ports().imaps, server.authority());
    println!("{capability}");
    for word in ["CONDSTORE", "QRESYNC", "MOVE", "UIDPLUS", "IDLE", "SPECIAL-USE", "LIST-STATUS", "OBJECTID"] {
        assert!(capability.split(' ').any(|c| c == word), "{word}: {capability}");
    }
    is_filled_and_seen(&server.eye());
    assert!(server.eye().status("alice", "INBOX").unwrap().highestmodseq > 0);
    pushes(&server.eye(), server.ports().imaps, server.authority());

    let (folder, group) = (server.folder().to_owned(), server.group().unwrap());
    assert!(processes_of(group) > 1);
    drop(server);
    leaves_nothing(&folder, group);
}

#[test]
fn courier_does_what_it_is_asked_and_leaves_nothing() {
    let start = std::time::Instant::now();
    let server = Courier::start().unwrap();
    println!("Courier started in {:?}", start.elapsed());
    let capability = sign_in(server.ports().imaps, server.authority());
    println!("{capability}");
    for word in ["UIDPLUS", "IDLE", "NAMESPACE"] {
        assert!(capability.split(' ').any(|c| c == word), "{word}: {capability}");
    }
    for word in ["MOVE", "CONDSTORE", "SPECIAL-USE", "LITERAL+"] {
        assert!(!capability.split(' ').any(|c| c == word), "{word}: {capability}");
    }
    let mut client = Imap::connect(server.ports().imap).unwrap();
    assert!(client.run("CAPABILITY").unwrap().text().trim().starts_with(&capability), "{capability}");
    is_filled_and_seen(&server.eye());
    pushes(&server.eye(), server.ports().imaps, server.authority());

    // A session that is open when its server goes.
    client.login("bob", "pw-bob").unwrap();
    let (folder, group) = (server.folder().to_owned(), server.group().unwrap());
    assert!(processes_of(group) > 1);
    drop(server);
    assert!(client.run("NOOP").is_err());
    leaves_nothing(&folder, group);
}

#[test]
fn dovecots_eye_has_the_same_words() {
    let server = Dovecot::start(Options::default()).unwrap();
    is_filled_and_seen(&server.eye());
}

#[test]
fn two_of_each_stand_side_by_side() {
    let (cyrus, courier) =
        ([Cyrus::start().unwrap(), Cyrus::start().unwrap()], [Courier::start().unwrap(), Courier::start().unwrap()]);
    let eyes: Vec<_> = cyrus.iter().map(Cyrus::eye).chain(courier.iter().map(Courier::eye)).collect();
    for (n, eye) in eyes.iter().enumerate() {
        eye.save("alice", "INBOX", &letter(&format!("On-{n}"))).unwrap();
    }
    for (n, eye) in eyes.iter().enumerate() {
        let seen = eye.fetch("alice", "hdr.subject", &["mailbox", "INBOX", "ALL"]).unwrap();
        assert_eq!(seen, [format!("On-{n}")]);
    }
}
