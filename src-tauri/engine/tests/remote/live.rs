//! The whole contract of [`Remote`] on a real Dovecot: with all it can do, and with extensions switched off one by one.

use engine::error::{Code, Error, UiError};
use engine::remote::imap::{Compression, Imap};
use engine::remote::{Connect, Fetched, MailboxName, Network, Remote, Resume, UidSet, Window, Woken};
use engine::view::{Security, ServerSettings};
use std::task::Poll;
use std::time::Duration;
use testkit::{Dovecot, Options};
use tokio::sync::{Notify, mpsc};

pub fn settings(server: &Dovecot, security: Security) -> ServerSettings {
    let ports = server.ports();
    ServerSettings {
        host: "localhost".into(),
        port: if security == Security::Tls { ports.imaps } else { ports.imap },
        security,
        user: "alice".into(),
        accepted_certificate: Some(server.fingerprint().to_owned()),
        allow_clear_text: false,
    }
}

async fn sign_in(server: &Dovecot) -> Imap {
    Network::new().unwrap().sign_in(&settings(server, Security::Tls), "pw-alice").await.unwrap()
}

fn inbox() -> MailboxName {
    MailboxName("INBOX".into())
}

async fn headers(remote: &mut dyn Remote, window: Window) -> Vec<Fetched> {
    let (to, mut from) = mpsc::channel(4);
    let (ended, rows) = tokio::join!(remote.headers(window, true, to), async {
        let mut rows = Vec::new();
        while let Some(batch) = from.recv().await {
            rows.extend(batch);
        }
        rows
    });
    ended.unwrap();
    rows
}

const MAIL: &str = "From: Ann <ann@example.org>\r\nTo: alice@example.org\r\nSubject: Number @\r\n\
    Message-ID: <@@example.org>\r\nDate: Tue, 3 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nWords of @\r\n\
    --b\r\nContent-Type: application/pdf; name=\"=?utf-8?q?f=C3=BCr.pdf?=\"\r\nContent-Disposition: attachment\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nQUJDREVGRw==\r\n--b--\r\n";

fn fill(server: &Dovecot, count: u32) {
    for n in 1..=count {
        server.eye().save("alice", "INBOX", MAIL.replace('@', &n.to_string()).as_bytes()).unwrap();
    }
}

/// Everything that sync asks, in the order in which it asks.
async fn contract(server: &Dovecot, remote: &mut Imap) {
    let eye = server.eye();
    let listed = remote.list().await.unwrap();
    let row = |name: &str| listed.iter().find(|l| l.display == name).unwrap_or_else(|| panic!("{name} in {listed:?}"));
    assert_eq!(row("INBOX").delimiter, Some('/'));
    assert_eq!(row("Bücher/Süd & West").name.0, "B&APw-cher/S&APw-d &- West");
    if remote.capabilities().has("SPECIAL-USE") {
        assert!(row("Sent").attributes.iter().any(|a| a == "\\sent"), "{listed:?}");
    }
    if remote.capabilities().has("LIST-STATUS") {
        assert_eq!(row("INBOX").status.as_ref().unwrap().messages, Some(5));
    }
    let odd = row("Bücher/Süd & West").name.clone();
    let told = remote.status(&[inbox(), odd.clone(), MailboxName("No such".into())]).await.unwrap();
    assert_eq!(told[0].as_ref().unwrap().messages, Some(5));
    assert_eq!(told[1].as_ref().unwrap().messages, Some(0));
    assert!(matches!(told[2], Err(Error::Refused { .. })), "{told:?}");

    assert!(matches!(remote.select(&MailboxName("No such".into()), None).await, Err(Error::Refused { .. })));
    assert_eq!(remote.select(&odd, None).await.unwrap().exists, 0);
    assert!(remote.uids().await.unwrap().is_empty());
    assert!(headers(remote, Window::Last { n: 50, exists: 0 }).await.is_empty());

    let selected = remote.select(&inbox(), None).await.unwrap();
    let truth = eye.status("alice", "INBOX").unwrap();
    assert_eq!((selected.exists, selected.uidvalidity, selected.uidnext), (5, Some(truth.uidvalidity), Some(6)));
    assert_eq!(remote.uids().await.unwrap().to_string(), "1:5");
    assert_eq!(remote.exist(&UidSet::range(3, 900)).await.unwrap().to_string(), "3:5");

    let rows = headers(remote, Window::Last { n: 2, exists: 5 }).await;
    assert_eq!(rows.iter().map(|r| r.uid).collect::<Vec<_>>(), [4, 5]);
    let rows = headers(remote, Window::Uids(UidSet::range(1, 3))).await;
    assert_eq!(rows.len(), 3);
    for row in &rows {
        assert!(!row.damaged);
        let header = String::from_utf8(row.header.clone()).unwrap();
        assert!(header.contains(&format!("Subject: Number {}", row.uid)), "{header}");
        assert_eq!(row.size, Some(MAIL.replace('@', &row.uid.to_string()).len() as u64));
        assert!(row.internal_date.is_some() && row.flags.is_some());
        let structure = row.structure.as_ref().unwrap();
        assert_eq!((structure.mime.as_str(), structure.section.as_str()), ("multipart/mixed", ""));
        let file = structure.find("2").unwrap();
        assert_eq!((file.name.as_deref(), file.attachment), (Some("für.pdf"), Some(true)));
        assert_eq!(row.modseq.is_some(), remote.capabilities().has("CONDSTORE"));
    }
    assert_eq!(headers(remote, Window::From(5)).await.len(), 1);
    assert!(headers(remote, Window::From(6)).await.is_empty());

    assert_eq!(remote.part(2, "1", 0, 1000).await.unwrap(), b"Words of 2");
    let (text, fields) = remote.text(2, "1", 5).await.unwrap();
    let fields = String::from_utf8(fields.unwrap()).unwrap();
    assert_eq!(text, b"Words");
    assert!(
        fields.contains("From: Ann") && !fields.contains("Content-Type") && fields.ends_with("\r\n\r\n"),
        "{fields}"
    );
    assert_eq!(remote.part(2, "1", 6, 2).await.unwrap(), b"of");
    assert_eq!(remote.part(2, "1", 600, 2).await.unwrap(), b"");
    assert_eq!(remote.part(2, "", 0, 100_000).await.unwrap(), MAIL.replace('@', "2").as_bytes());
    assert!(remote.part(2, "HEADER", 0, 1000).await.unwrap().starts_with(b"From: Ann"));
    assert!(matches!(remote.part(77, "1", 0, 10).await, Err(Error::Gone(_))));
    // A part that is not there is empty for one server, NIL for another.
    assert!(matches!(remote.part(2, "9", 0, 10).await, Err(Error::Gone(_)) | Ok(_)));
    assert!(matches!(remote.part(2, "1] FOO", 0, 10).await, Err(Error::Invalid(_))));
    assert_eq!(remote.structure(2).await.unwrap().unwrap().parts.len(), 2);
    assert!(matches!(remote.structure(77).await, Err(Error::Gone(_))));

    // Somebody else flags one message and deletes another.
    eye.add_flag("alice", "\\Seen $label1", &["mailbox", "INBOX", "uid", "4"]).unwrap();
    eye.expunge("alice", &["mailbox", "INBOX", "uid", "2"]).unwrap();
    remote.noop().await.unwrap();
    let since = selected.highestmodseq;
    let changes = remote.flags(&UidSet::range(1, 5), since).await.unwrap();
    let four = changes.flags.iter().find(|f| f.uid == 4).unwrap();
    assert!(four.flags.seen && four.flags.keywords == ["$label1"], "{changes:?}");
    if remote.capabilities().has("CONDSTORE") {
        assert_eq!(changes.flags.len(), 1, "{changes:?}");
    }
    let resync = remote.capabilities().has("QRESYNC") && remote.capabilities().has("ENABLE");
    if resync {
        assert_eq!(changes.vanished.to_string(), "2");
    }
    assert_eq!(remote.uids().await.unwrap().to_string(), "1,3:5");
    remote.select(&odd, None).await.unwrap();
    let resume = Resume { uidvalidity: truth.uidvalidity, modseq: since.unwrap_or(1) };
    let again = remote.select(&inbox(), Some(resume)).await.unwrap();
    assert_eq!(again.exists, 4);
    assert_eq!(again.since.is_some(), resync);
    if let Some(changes) = again.since {
        assert_eq!((changes.vanished.to_string().as_str(), changes.flags.len()), ("2", 1));
    }

    // News wakes the wait, an interrupt ends it, and so does the clock.
    let interrupt = Notify::new();
    let by_clock = remote.wait(Duration::from_millis(50), &interrupt).await.unwrap();
    assert_eq!(by_clock, Woken::Renew);
    interrupt.notify_one();
    assert_eq!(remote.wait(Duration::from_secs(60), &interrupt).await.unwrap(), Woken::Interrupted);
    let asked = Duration::from_secs(if remote.capabilities().has("IDLE") { 60 } else { 1 });
    let waiting = async {
        // Without IDLE it is asked for once a wait, which may have been before the mail came.
        for _ in 0..60 {
            if remote.wait(asked, &interrupt).await.unwrap() == Woken::News {
                return;
            }
        }
        panic!("no news");
    };
    tokio::join!(waiting, async {
        let eye = eye.clone();
        tokio::task::spawn_blocking(move || eye.deliver("alice", MAIL.as_bytes()).unwrap()).await.unwrap();
    });
    assert_eq!(headers(remote, Window::From(6)).await.len(), 1);
    let (received, sent) = remote.traffic();
    assert!(received > 1000 && sent > 500);
    remote.logout().await;
}

fn odd_server(options: Options) -> Dovecot {
    let server = Dovecot::start(options).unwrap();
    server.eye().create("alice", "Bücher/Süd & West").unwrap();
    fill(&server, 5);
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn keeps_its_contract_with_all_capabilities() {
    let server = odd_server(Options::default());
    let mut remote = sign_in(&server).await;
    for name in ["QRESYNC", "LIST-STATUS", "ESEARCH", "IDLE"] {
        assert!(remote.capabilities().has(name), "{:?}", remote.capabilities());
    }
    contract(&server, &mut remote).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keeps_its_contract_compressed() {
    let server = odd_server(Options::default());
    let network = Network::new().unwrap().compression(Compression::Always);
    let mut remote = network.sign_in(&settings(&server, Security::Tls), "pw-alice").await.unwrap();
    assert!(remote.is_compressed());
    contract(&server, &mut remote).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keeps_its_contract_with_each_capability_off() {
    const ALL: &str = "IMAP4rev1 SASL-IR LITERAL+ ID ENABLE IDLE NAMESPACE LIST-EXTENDED LIST-STATUS SPECIAL-USE \
        CONDSTORE QRESYNC ESEARCH UIDPLUS MOVE COMPRESS=DEFLATE";
    let mut sets: Vec<String> = ALL
        .split_ascii_whitespace()
        .skip(1)
        .map(|off| {
            let also = if off == "CONDSTORE" { "QRESYNC" } else { off };
            ALL.split_ascii_whitespace().filter(|c| *c != off && *c != also).collect::<Vec<_>>().join(" ")
        })
        .collect();
    sets.push("IMAP4rev1".into());
    for set in sets {
        let server = odd_server(Options::with_capability(&set));
        let mut remote = sign_in(&server).await;
        contract(&server, &mut remote).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signs_in_by_starttls_and_in_clear_text_on_this_machine() {
    let server = Dovecot::start(Options::default()).unwrap();
    for security in [Security::StartTls, Security::None] {
        let mut remote = Network::new().unwrap().imap(&settings(&server, security), &"pw-alice".into()).await.unwrap();
        remote.select(&inbox(), None).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_say_what_is_wrong() {
    let server = Dovecot::start(Options::default()).unwrap();
    let network = Network::new().unwrap();
    let right = settings(&server, Security::Tls);
    let code = |e: Error| UiError::from(e).code;

    assert_eq!(code(network.sign_in(&right, "wrong").await.unwrap_err()), Code::WrongPassword);
    for accepted in [None, Some("00".repeat(32))] {
        let unknown = ServerSettings { accepted_certificate: accepted, ..right.clone() };
        match network.sign_in(&unknown, "pw-alice").await.unwrap_err() {
            Error::Certificate(view) => {
                assert_eq!((view.host.as_str(), view.fingerprint.as_str()), ("localhost", server.fingerprint()));
            }
            other => panic!("{other}"),
        }
    }
    let plain_port = ServerSettings { port: server.ports().imap, ..right.clone() };
    assert_eq!(code(network.sign_in(&plain_port, "pw-alice").await.unwrap_err()), Code::WrongProtocol);
    let lmtp = ServerSettings { port: server.ports().lmtp, security: Security::StartTls, ..right.clone() };
    assert_eq!(code(network.sign_in(&lmtp, "pw-alice").await.unwrap_err()), Code::WrongProtocol);
    let nobody = testkit::Closed::new().unwrap();
    let closed = ServerSettings { port: nobody.port().unwrap(), ..right.clone() };
    assert_eq!(code(network.sign_in(&closed, "pw-alice").await.unwrap_err()), Code::Unreachable);
    let nowhere = ServerSettings { host: "no-such-host.invalid".into(), ..right.clone() };
    let e = code(network.sign_in(&nowhere, "pw-alice").await.unwrap_err());
    assert!(matches!(e, Code::NoSuchHost | Code::Unreachable), "{e:?}");
    for bad in ["a\r\nb", "a\0b"] {
        assert_eq!(code(network.sign_in(&right, bad).await.unwrap_err()), Code::Invalid);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_away_is_an_error_everywhere() {
    let mut server = Dovecot::start(Options::default()).unwrap();
    fill(&server, 3);
    let mut remote = sign_in(&server).await;
    remote.select(&inbox(), None).await.unwrap();
    let interrupt = Notify::new();
    let (woken, ()) = tokio::join!(remote.wait(Duration::from_secs(600), &interrupt), async {
        server.stop().unwrap();
    });
    assert!(woken.unwrap_err().breaks_connection());
    assert!(remote.uids().await.unwrap_err().breaks_connection());
    assert!(remote.noop().await.unwrap_err().breaks_connection());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_given_up_in_its_middle_ends_the_connection() {
    let server = Dovecot::start(Options::default()).unwrap();
    fill(&server, 3);
    let mut remote = sign_in(&server).await;
    remote.select(&inbox(), None).await.unwrap();
    // On a slow computer the answer may be there before it is looked for: then there was nothing to give up.
    while let Poll::Ready(answered) = futures::poll!(std::pin::pin!(remote.uids())) {
        answered.unwrap();
    }
    assert!(remote.uids().await.unwrap_err().breaks_connection());
}
