//! What changes mail, on a real Dovecot: with all it can do, and with what is switched off; looked at with `doveadm`.

use crate::live::settings;
use engine::error::Error;
use engine::remote::imap::Imap;
use engine::remote::{Copied, MailboxName, Network, Remote, UidSet, Window};
use engine::view::Security;
use std::path::Path;
use testkit::{Dovecot, Eye, Options};
use tokio::sync::mpsc;

const USER: &str = "alice";
const ODD: &str = "Bücher/Süd & \"West\"";
const ODD_RAW: &str = "B&APw-cher/S&APw-d &- \"West\"";

async fn sign_in(server: &Dovecot) -> Imap {
    Network::new().unwrap().sign_in(&settings(server, Security::Tls), "pw-alice").await.unwrap()
}

fn name(name: &str) -> MailboxName {
    MailboxName(name.into())
}

fn words(text: &str) -> Vec<String> {
    text.split_ascii_whitespace().map(str::to_owned).collect()
}

fn mail(number: u32) -> String {
    format!(
        "From: Ann <ann@example.org>\r\nSubject: Number {number}\r\nMessage-ID: <{number}@example.org>\r\n\r\nWords\r\n"
    )
}

/// Flags of one message in order of the alphabet.
fn flags(eye: &Eye, mailbox: &str, uid: u32) -> String {
    let mut flags = words(&eye.flags(USER, mailbox, uid).unwrap());
    flags.sort();
    flags.join(" ")
}

/// UID and subject of all messages of a mailbox.
fn subjects(eye: &Eye, mailbox: &str) -> Vec<(u32, String)> {
    let rows = eye.fetch(USER, "uid hdr.subject", &["mailbox", mailbox, "all"]).unwrap();
    rows.iter().filter_map(|row| row.split_once('\t')).map(|(uid, s)| (uid.parse().unwrap(), s.to_owned())).collect()
}

fn subscribed(eye: &Eye) -> Vec<String> {
    words(&eye.doveadm(&["mailbox", "list", "-s", "-8", "-u", USER]).unwrap())
}

fn refusal<T: std::fmt::Debug>(ended: Result<T, Error>) -> String {
    match ended {
        Err(Error::Refused { code, .. }) => code.unwrap_or_default(),
        other => panic!("{other:?}"),
    }
}

async fn received(remote: &mut Imap, uid: u32) -> Option<i64> {
    let (to, mut from) = mpsc::channel(4);
    remote.headers(Window::Uids(UidSet::range(uid, uid)), false, to).await.unwrap();
    from.recv().await.unwrap()[0].internal_date
}

/// What was told about new places is true; told or not, the messages are there.
fn assert_there(eye: &Eye, mailbox: &str, told: &Copied, expected: &[(u32, u32)]) {
    let there = subjects(eye, mailbox);
    let numbers: Vec<String> = expected.iter().map(|(n, _)| format!("Number {n}")).collect();
    assert_eq!(there.iter().map(|(_, subject)| subject.as_str()).collect::<Vec<_>>(), numbers);
    if let Some(uidvalidity) = told.uidvalidity {
        assert_eq!(uidvalidity, eye.status(USER, mailbox).unwrap().uidvalidity);
        assert_eq!(told.uids, expected);
        assert_eq!(
            there.iter().map(|(uid, _)| *uid).collect::<Vec<_>>(),
            told.uids.iter().map(|p| p.1).collect::<Vec<_>>()
        );
    }
}

async fn messages(server: &Dovecot, remote: &mut Imap) {
    let eye = server.eye();
    let selected = remote.select(&name("INBOX"), None).await.unwrap();
    let lasting = selected.permanent.unwrap();
    assert!(!selected.read_only && selected.new_keywords);
    assert!(
        ["\\seen", "\\flagged", "\\answered", "\\draft", "\\deleted"].iter().all(|f| lasting.iter().any(|l| l == f))
    );

    // Deltas: what others set stays. UIDs that are not there are passed over.
    eye.add_flag(USER, "\\Flagged", &["mailbox", "INBOX", "uid", "1:2"]).unwrap();
    let some = UidSet::from_ranges([(1, 2), (900, 901)]);
    remote.store(&some, &words("\\Seen \\Answered $label1"), &[]).await.unwrap();
    assert_eq!(flags(&eye, "INBOX", 1), "$label1 \\Answered \\Flagged \\Seen");
    remote.store(&some, &words("$Forwarded"), &words("\\Answered $label1 \\Draft")).await.unwrap();
    assert_eq!(flags(&eye, "INBOX", 2), "$Forwarded \\Flagged \\Seen");
    assert_eq!(flags(&eye, "INBOX", 3), "");

    let copied = remote.copy_to(&some, &name(ODD_RAW)).await.unwrap();
    assert_there(&eye, ODD, &copied, &[(1, 1), (2, 2)]);
    assert_eq!(flags(&eye, ODD, 1), "$Forwarded \\Flagged \\Seen");
    assert_eq!(refusal(remote.copy_to(&some, &name("No such")).await), "TRYCREATE");

    if remote.can_move() {
        let moved = remote.move_to(&UidSet::range(2, 3), &name("Archive")).await.unwrap();
        assert_there(&eye, "Archive", &moved, &[(2, 1), (3, 2)]);
        assert_eq!(flags(&eye, "Archive", 1), "$Forwarded \\Flagged \\Seen");
        assert_eq!(subjects(&eye, "INBOX").iter().map(|s| s.0).collect::<Vec<_>>(), [1, 4, 5, 6]);
        assert_eq!(refusal(remote.move_to(&some, &name("No such")).await), "TRYCREATE");
    } else {
        assert_eq!(refusal(remote.move_to(&some, &name("Archive")).await), "CANNOT");
        assert!(subjects(&eye, "Archive").is_empty());
    }

    // What others have marked stays, and so does what is not marked.
    eye.add_flag(USER, "\\Deleted", &["mailbox", "INBOX", "uid", "5"]).unwrap();
    remote.store(&UidSet::range(4, 4), &words("\\Deleted"), &[]).await.unwrap();
    let ended = remote.expunge(&UidSet::from_ranges([(1, 1), (4, 4)])).await;
    let there: Vec<u32> = subjects(&eye, "INBOX").iter().map(|s| s.0).collect();
    if remote.can_expunge() {
        ended.unwrap();
        assert!(there.ends_with(&[5, 6]) && there.contains(&1) && !there.contains(&4), "{there:?}");
    } else {
        assert_eq!(refusal(ended), "CANNOT");
        assert!(there.ends_with(&[4, 5, 6]), "{there:?}");
    }
}

async fn files(server: &Dovecot, remote: &mut Imap, folder: &Path) {
    let eye = server.eye();
    let path = folder.join("mail.eml");
    let long: String = (0..20_000).map(|line| format!("Line {line} of it\r\n")).collect();
    for (uid, text) in [(1, mail(1)), (2, mail(2) + &long), (3, mail(3) + &"x".repeat(4096 - mail(3).len()))] {
        std::fs::write(&path, &text).unwrap();
        let told = remote.append(&name("Sent"), &words("\\Seen $mine"), 1_000_000_000 + i64::from(uid), &path).await;
        if let Some(place) = told.unwrap() {
            assert_eq!(place, (eye.status(USER, "Sent").unwrap().uidvalidity, uid));
        }
        remote.select(&name("Sent"), None).await.unwrap();
        assert_eq!(subjects(&eye, "Sent").last(), Some(&(uid, format!("Number {uid}"))));
        assert_eq!(flags(&eye, "Sent", uid), "$mine \\Seen");
        assert_eq!(remote.part(uid, "", 0, 1 << 20).await.unwrap(), text.as_bytes());
        assert_eq!(received(remote, uid).await, Some(1_000_000_000 + i64::from(uid)));
    }
    assert_eq!(refusal(remote.append(&name("No such"), &[], 0, &path).await), "TRYCREATE");
    remote.noop().await.unwrap();
    assert!(!eye.mailboxes(USER).unwrap().iter().any(|m| m == "No such"));
}

async fn mailboxes(server: &Dovecot, remote: &mut Imap) {
    let eye = server.eye();
    let there = |name: &str| eye.mailboxes(USER).unwrap().iter().any(|m| m == name);
    remote.create(&name("Neu&AOQ-")).await.unwrap();
    assert!(there("Neuä") && !subscribed(&eye).contains(&"Neuä".to_owned()));
    assert_eq!(refusal(remote.create(&name("Neu&AOQ-")).await), "ALREADYEXISTS");
    remote.subscribe(&name("Neu&AOQ-"), true).await.unwrap();
    assert!(subscribed(&eye).contains(&"Neuä".to_owned()));
    remote.subscribe(&name("Neu&AOQ-"), false).await.unwrap();
    assert!(!subscribed(&eye).contains(&"Neuä".to_owned()));

    remote.create(&name("Neu&AOQ-/below")).await.unwrap();
    eye.save(USER, "Neuä/below", mail(7).as_bytes()).unwrap();
    remote.rename(&name("Neu&AOQ-"), &name("A \"new\" one")).await.unwrap();
    assert!(there("A \"new\" one") && !there("Neuä"));
    assert_eq!(subjects(&eye, "A \"new\" one/below"), [(1, "Number 7".to_owned())]);
    assert_eq!(refusal(remote.rename(&name("A \"new\" one"), &name("Sent")).await), "ALREADYEXISTS");
    assert_eq!(refusal(remote.rename(&name("No such"), &name("x")).await), "NONEXISTENT");

    remote.delete(&name("A \"new\" one/below")).await.unwrap();
    remote.delete(&name("A \"new\" one")).await.unwrap();
    assert!(!there("A \"new\" one") && !there("A \"new\" one/below"));
    assert_eq!(refusal(remote.delete(&name("A \"new\" one")).await), "NONEXISTENT");
    refusal(remote.delete(&name("INBOX")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_made_whatever_the_server_can_do() {
    let sets = [
        None,
        Some("IMAP4rev1 SASL-IR LITERAL+ ENABLE CONDSTORE QRESYNC MOVE"),
        Some("IMAP4rev1 SASL-IR LITERAL- ENABLE CONDSTORE UIDPLUS"),
        Some("IMAP4rev1"),
    ];
    for set in sets {
        let server = Dovecot::start(set.map_or_else(Options::default, Options::with_capability)).unwrap();
        let eye = server.eye();
        eye.create(USER, ODD).unwrap();
        for number in 1..=6 {
            eye.save(USER, "INBOX", mail(number).as_bytes()).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let mut remote = sign_in(&server).await;
        assert_eq!(remote.can_move(), set.is_none_or(|s| s.contains("MOVE")));
        assert_eq!(remote.can_expunge(), set.is_none_or(|s| s.contains("UIDPLUS")));
        messages(&server, &mut remote).await;
        files(&server, &mut remote, folder.path()).await;
        mailboxes(&server, &mut remote).await;
        remote.logout().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_mailbox_refuses_and_goes_on() {
    let quota = "protocol imap {\n  mail_plugins = $mail_plugins quota\n}\nplugin {\n  quota = maildir:User quota\n  quota_rule = *:storage=20K\n}\n";
    for capability in [None, Some("IMAP4rev1 UIDPLUS".to_owned())] {
        let server = Dovecot::start(Options { capability, extra: quota.into(), ..Options::default() }).unwrap();
        server.eye().save(USER, "INBOX", (mail(1) + &"x".repeat(15_000)).as_bytes()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mail.eml");
        let mut remote = sign_in(&server).await;
        remote.select(&name("INBOX"), None).await.unwrap();
        std::fs::write(&path, mail(2) + &"x".repeat(300_000)).unwrap();
        assert_eq!(refusal(remote.append(&name("Sent"), &[], 0, &path).await), "OVERQUOTA");
        assert_eq!(refusal(remote.copy_to(&UidSet::range(1, 1), &name("Sent")).await), "OVERQUOTA");
        std::fs::write(&path, mail(3)).unwrap();
        remote.append(&name("Sent"), &[], 0, &path).await.unwrap();
        assert_eq!(subjects(&server.eye(), "Sent").len(), 1);
    }
}
