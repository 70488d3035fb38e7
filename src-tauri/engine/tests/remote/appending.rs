//! APPEND, byte for byte: literals in their three forms, refusals at every moment, servers and files that end in the middle.

use crate::script::{Act, exactly, exactly_with, hear, limits, part, say};
use engine::error::{Error, Result};
use engine::remote::imap::Imap;
use engine::remote::tap::Limits;
use engine::remote::{MailboxName, Remote};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A file that goes with its folder.
struct File {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn file(bytes: &[u8]) -> File {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mail.eml");
    std::fs::write(&path, bytes).unwrap();
    File { _folder: folder, path }
}

/// A file of this length that takes no room.
fn hollow(length: u64) -> File {
    let file = file(b"");
    std::fs::OpenOptions::new().write(true).open(&file.path).unwrap().set_len(length).unwrap();
    file
}

/// Bytes of every kind, with no period that fits a buffer's.
fn mail(length: usize) -> Vec<u8> {
    let mut bytes = b"Subject: odd\r\n\r\nnul \0 bare \n and \r, {3}\r\n) A0009 OK\r\n".to_vec();
    bytes.extend((0..length.saturating_sub(bytes.len())).map(|i| (i % 251) as u8));
    bytes.truncate(length);
    bytes
}

async fn append(remote: &mut Imap, path: &Path) -> Result<Option<(u32, u32)>> {
    remote.append(&MailboxName("a".into()), &[], 0, path).await
}

const LINE: &str = "A0002 APPEND \"a\" \"01-Jan-1970 00:00:00 +0000\" ";

#[tokio::test]
async fn a_message_goes_as_the_server_takes_it() {
    // Capabilities, bytes of the message, how they are announced, whether it waits.
    let table: &[(&str, usize, &str, bool)] = &[
        ("", 60, "{60}", true),
        ("", 200_000, "{200000}", true),
        ("LITERAL+", 0, "{0+}", false),
        ("LITERAL+", 1, "{1+}", false),
        ("LITERAL+", 65_536, "{65536+}", false),
        ("LITERAL+", 200_000, "{200000+}", false),
        ("LITERAL-", 4096, "{4096+}", false),
        ("LITERAL-", 4097, "{4097}", true),
        ("IMAP4REV2", 4096, "{4096+}", false),
        ("IMAP4REV2", 70_000, "{70000}", true),
    ];
    for (capabilities, length, announced, waits) in table {
        let bytes = mail(*length);
        let mut acts = vec![hear(format!("{LINE}{announced}\r\n"))];
        if *waits {
            acts.push(say("* 4 EXISTS\r\n+ go on\r\n"));
        }
        acts.extend([
            hear(bytes.clone()),
            hear("\r\n"),
            say("* 5 EXISTS\r\nA0002 OK [APPENDUID 38505 3955] done\r\n"),
            hear("A0003 NOOP\r\n"),
            say("A0003 OK\r\n"),
        ]);
        let (mut remote, server) = exactly(capabilities, acts).await;
        assert_eq!(append(&mut remote, &file(&bytes).path).await.unwrap(), Some((38505, 3955)), "{announced}");
        remote.noop().await.unwrap();
        part(remote, server).await;
    }
}

#[tokio::test]
async fn flags_date_and_name_go_before_it() {
    let bytes = mail(60);
    let table: &[(&str, &str, &[&str], i64, &str)] = &[
        (
            "Sent",
            "LITERAL+",
            &["\\Seen", "$Forwarded"],
            1_795_435_200,
            "\"Sent\" (\\Seen $Forwarded) \"23-Nov-2026 12:00:00 +0000\" {60+}\r\n",
        ),
        ("a\"b", "LITERAL+", &[], -1, "\"a\\\"b\" \"31-Dec-1969 23:59:59 +0000\" {60+}\r\n"),
        (
            "f\u{fc}r",
            "LITERAL+",
            &["\\Draft"],
            i64::MAX,
            "{4+}\r\nf\u{fc}r (\\Draft) \"31-Dec-9999 23:59:59 +0000\" {60+}\r\n",
        ),
    ];
    for (name, capabilities, flags, received, line) in table {
        let acts = vec![hear(format!("A0002 APPEND {line}")), hear(bytes.clone()), hear("\r\n"), say("A0002 OK\r\n")];
        let (mut remote, server) = exactly(capabilities, acts).await;
        let flags: Vec<String> = flags.iter().map(|f| (*f).to_owned()).collect();
        let told = remote.append(&MailboxName((*name).into()), &flags, *received, &file(&bytes).path).await.unwrap();
        assert_eq!(told, None);
        part(remote, server).await;
    }
    // Name and message both wait.
    let acts = vec![
        hear("A0002 APPEND {4}\r\n"),
        say("+\r\n"),
        hear("f\u{fc}r \"01-Jan-1970 00:00:00 +0000\" {60}\r\n"),
        say("+ more\r\n"),
        hear(bytes.clone()),
        hear("\r\n"),
        say("A0002 OK [APPENDUID 1 0] garbled\r\n"),
    ];
    let (mut remote, server) = exactly("", acts).await;
    let told = remote.append(&MailboxName("f\u{fc}r".into()), &[], 0, &file(&bytes).path).await.unwrap();
    assert_eq!(told, None);
    part(remote, server).await;
}

#[tokio::test]
async fn a_refusal_leaves_the_connection_usable() {
    for code in ["TRYCREATE", "OVERQUOTA", "TOOBIG", "NOPERM"] {
        let refused = |e: Error| match e {
            Error::Refused { code: told, text } => assert_eq!((told.as_deref(), text.as_str()), (Some(code), "no")),
            other => panic!("{other}"),
        };
        // Before the literal: not a byte of two gigabytes is read or sent.
        let (mut remote, server) = exactly(
            "LITERAL-",
            vec![
                hear(format!("{LINE}{{2147483648}}\r\n")),
                say(format!("A0002 NO [{code}] no\r\n")),
                hear("A0003 NOOP\r\n"),
                say("A0003 OK\r\n"),
            ],
        )
        .await;
        refused(append(&mut remote, &hollow(1 << 31).path).await.unwrap_err());
        remote.noop().await.unwrap();
        part(remote, server).await;
        // After it, or while it comes: what was promised is sent to its end.
        for early in [false, true] {
            let bytes = mail(150_000);
            let no = say(format!("* NO see\r\nA0002 NO [{code}] no\r\n"));
            let (first, rest) = bytes.split_at(1000);
            let line = hear(format!("{LINE}{{150000+}}\r\n"));
            let end = [hear("\r\n"), hear("A0003 NOOP\r\n"), say("A0003 OK\r\n")];
            let [end, ask, answer] = end;
            let acts = if early {
                vec![line, hear(first), no, hear(rest), end, ask, answer]
            } else {
                vec![line, hear(first), hear(rest), end, no, ask, answer]
            };
            let (mut remote, server) = exactly("LITERAL+", acts).await;
            refused(append(&mut remote, &file(&bytes).path).await.unwrap_err());
            remote.noop().await.unwrap();
            part(remote, server).await;
        }
    }
    for answer in ["A0002 BAD what?\r\n", "A0002 OK without it\r\n", "A0009 NO other\r\n", "* BYE\r\n"] {
        let (mut remote, server) = exactly("", vec![hear(format!("{LINE}{{60}}\r\n")), say(answer)]).await;
        assert!(append(&mut remote, &file(&mail(60)).path).await.unwrap_err().breaks_connection(), "{answer}");
        part(remote, server).await;
    }
}

#[tokio::test]
async fn a_server_that_goes_in_the_middle_is_an_error() {
    let bytes = mail(300_000);
    let line = || hear(format!("{LINE}{{300000+}}\r\n"));
    for heard in [0, 1, 100_000, 299_999, 300_000] {
        let acts = vec![line(), hear(&bytes[..heard]), Act::Leave];
        let (mut remote, server) = exactly("LITERAL+", acts).await;
        let e = append(&mut remote, &file(&bytes).path).await.unwrap_err();
        assert!(matches!(e, Error::Network(_)), "{heard}: {e}");
        assert!(remote.noop().await.unwrap_err().breaks_connection());
        part(remote, server).await;
    }
    // Its last words are worth more than that it went.
    let acts = vec![line(), hear(&bytes[..1000]), say("* 4 EXISTS\r\nA0002 NO [TOOBIG] no\r\n"), Act::Leave];
    let (mut remote, server) = exactly("LITERAL+", acts).await;
    match append(&mut remote, &file(&bytes).path).await.unwrap_err() {
        Error::Refused { code, .. } => assert_eq!(code.as_deref(), Some("TOOBIG")),
        other => panic!("{other}"),
    }
    assert!(remote.noop().await.unwrap_err().breaks_connection());
    part(remote, server).await;
    let acts = vec![line(), hear(&bytes[..1000]), say("* BYE [TOOBIG] no\r\n"), Act::Leave];
    let (mut remote, server) = exactly("LITERAL+", acts).await;
    assert!(matches!(append(&mut remote, &file(&bytes).path).await.unwrap_err(), Error::Bye(_)));
    part(remote, server).await;
}

#[tokio::test]
async fn a_server_that_takes_nothing_more_is_given_up() {
    let hasty = Limits { patience: Duration::from_millis(500), ..limits() };
    let bytes = mail(300_000);
    // It reads the line and no more; it invites nobody; it never answers.
    for (capabilities, acts) in [
        ("LITERAL+", vec![hear(format!("{LINE}{{300000+}}\r\n")), Act::Stay]),
        ("", vec![hear(format!("{LINE}{{300000}}\r\n")), Act::Stay]),
        ("LITERAL+", vec![hear(format!("{LINE}{{300000+}}\r\n")), hear(bytes.clone()), hear("\r\n"), Act::Stay]),
    ] {
        let (mut remote, _server) = exactly_with(capabilities, acts, hasty).await;
        assert!(matches!(append(&mut remote, &file(&bytes).path).await, Err(Error::Timeout(_))));
        assert!(remote.noop().await.unwrap_err().breaks_connection());
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_whole_costs_the_connection_and_no_more() {
    // Before anything is sent: nothing is.
    let (mut remote, server) = exactly("", vec![hear("A0002 NOOP\r\n"), say("A0002 OK\r\n")]).await;
    let gone = file(b"");
    std::fs::remove_file(&gone.path).unwrap();
    assert!(matches!(append(&mut remote, &gone.path).await, Err(Error::Io(_))));
    assert!(matches!(append(&mut remote, gone.path.parent().unwrap()).await, Err(Error::Io(_))));
    assert!(matches!(append(&mut remote, &hollow(1 << 32).path).await, Err(Error::TooLarge(_))));
    remote.noop().await.unwrap();
    part(remote, server).await;
    // After it was announced, and after some of it was sent.
    for left in [0, 1, 100_000] {
        let bytes = mail(200_000);
        let shrinking = file(&bytes);
        let path = shrinking.path.clone();
        let cut = move || std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(left).unwrap();
        let acts = vec![
            hear(format!("{LINE}{{200000}}\r\n")),
            Act::Do(Box::new(cut)),
            say("+ go\r\n"),
            hear(&bytes[..usize::try_from(left).unwrap()]),
        ];
        let (mut remote, server) = exactly("", acts).await;
        let e = append(&mut remote, &shrinking.path).await.unwrap_err();
        assert!(e.breaks_connection(), "{e}");
        // Nothing may follow what the server takes for the message.
        assert!(remote.noop().await.unwrap_err().breaks_connection());
        part(remote, server).await;
    }
    // One that grows is sent as it was.
    let growing = file(&mail(100));
    let path = growing.path.clone();
    let acts = vec![
        hear(format!("{LINE}{{100}}\r\n")),
        Act::Do(Box::new(move || std::fs::write(&path, mail(5000)).unwrap())),
        say("+ go\r\n"),
        hear(mail(100)),
        hear("\r\n"),
        say("A0002 OK\r\n"),
    ];
    let (mut remote, server) = exactly("", acts).await;
    append(&mut remote, &growing.path).await.unwrap();
    part(remote, server).await;
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl tracing::field::Visit for Log {
    fn record_debug(&mut self, _field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        self.0.lock().unwrap().push_str(&format!("{value:?}\n"));
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, _metadata: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _span: &tracing::span::Id, _values: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _span: &tracing::span::Id, _follows: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut self.clone());
    }
    fn enter(&self, _span: &tracing::span::Id) {}
    fn exit(&self, _span: &tracing::span::Id) {}
}

#[tokio::test]
async fn no_mail_stands_in_the_log() {
    let log = Log::default();
    let _kept = tracing::subscriber::set_default(log.clone());
    let bytes = b"Subject: secret matter\r\n\r\nsecret words\r\n";
    let acts = vec![
        hear(format!("{LINE}{{{}+}}\r\n", bytes.len())),
        hear(*bytes),
        hear("\r\n"),
        say("A0002 OK\r\n"),
        hear("A0003 NOOP\r\n"),
        say("A0003 OK\r\n"),
    ];
    let (mut remote, server) = exactly("LITERAL+", acts).await;
    append(&mut remote, &file(bytes).path).await.unwrap();
    remote.noop().await.unwrap();
    part(remote, server).await;
    let log = log.0.lock().unwrap();
    assert!(log.contains("APPEND") && log.contains("NOOP") && !log.contains("secret"), "{log}");
}
