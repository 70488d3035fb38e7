//! Servers that do what servers do, and servers that lie, by script.

use crate::script::{connect, connect_by, connect_with, limits, serve, signed_in};
use engine::error::{Code, Error, UiError};
use engine::remote::imap::Imap;
use engine::remote::tap::Limits;
use engine::remote::{Credential, Fetched, MailboxName, Remote, Resume, UidSet, Window, Woken};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;

async fn open(capabilities: &str, rest: &str) -> (Imap, JoinHandle<Option<String>>) {
    let (stream, server) = serve(&signed_in(capabilities, rest));
    (connect(stream).await.unwrap(), server)
}

async fn kept_to_script(server: JoinHandle<Option<String>>) {
    assert_eq!(server.await.unwrap(), None);
}

fn inbox() -> MailboxName {
    MailboxName("INBOX".into())
}

async fn headers(remote: &mut Imap, window: Window) -> (engine::error::Result<()>, Vec<Fetched>) {
    let (to, mut from) = mpsc::channel(100);
    let ended = remote.headers(window, false, to).await;
    let mut rows = Vec::new();
    while let Some(batch) = from.recv().await {
        rows.extend(batch);
    }
    (ended, rows)
}

const SELECT: &str =
    "C: A0002 SELECT \"INBOX\"\nS: * 9 EXISTS\nS: * OK [UIDVALIDITY 7] v\nS: * OK [UIDNEXT 10] n\nS: A0002 OK done\n";

#[tokio::test]
async fn rows_are_read_whatever_stands_between_them() {
    let (mut remote, server) = open("", &[SELECT, "C: A0003 UID FETCH 1:9 (*\n", r#"
S: * 1 FETCH (FLAGS (\Seen) UID 1 INTERNALDATE NIL RFC822.SIZE 10 BODYSTRUCTURE NIL BODY[HEADER.FIELDS ("DATE" FROM)] {14}
S: Subject: one
S: )
S: * 2 EXPUNGE
S: * OK [ALERT] the disk is {5}
S: * 3 FETCH (UID 0 FLAGS ())
S: * 4 FETCH (FLAGS (\Seen))
S: * 5 FETCH (UID 5 FLAGS (\Seen \Odd key "not an atom") RFC822.SIZE 5)
S: * 6 FETCH (UID 6 BODYSTRUCTURE (("TEXT" "PLAIN" garbage) BODY[HEADER.FIELDS (FROM)] "")
S: * 9 FETCH (UID 9 FLAGS (\Seen))
S: * 7 FETCH (UID 7 X-UNKNOWN (a (b "c)") {2}
S: ))) RFC822.SIZE 77 BODY[] NIL)
S: * XYZZY
S: garbage
S: * 8 FETCH (UID 8 INTERNALDATE "not a date" RFC822.SIZE 8 UID 8)
S: * 10 EXISTS
S: A0003 OK done
"#].concat()).await;
    remote.select(&inbox(), None).await.unwrap();
    let (ended, rows) = headers(&mut remote, Window::Uids(UidSet::range(1, 9))).await;
    ended.unwrap();
    let table: Vec<_> = rows.iter().map(|r| (r.uid, r.size, r.damaged)).collect();
    let expected =
        [(1, Some(10), false), (5, Some(5), true), (6, None, true), (7, Some(77), false), (8, Some(8), true)];
    assert_eq!(table, expected);
    assert_eq!(rows[0].header, b"Subject: one\r\n");
    assert!(rows[0].flags.as_ref().unwrap().seen && rows[1].flags.is_none());
    kept_to_script(server).await;
}

#[tokio::test]
async fn one_message_that_a_server_cannot_read_costs_one_row() {
    let row = |uid: u32| format!("S: * {uid} FETCH (UID {uid} RFC822.SIZE {uid})\n");
    let uids: String = (1..=4).map(|uid| format!("S: * {uid} FETCH (UID {uid})\n")).collect();
    let no = "NO [SERVERBUG] cannot read it";
    let script = [
        SELECT.to_owned(),
        format!("C: A0003 UID FETCH 1:4 (*\n{}S: A0003 {no}\n", row(1)),
        format!("C: A0004 UID FETCH 1:4 (UID)\n{uids}S: A0004 OK\n"),
        format!("C: A0005 UID FETCH 2:4 (*\nS: A0005 {no}\n"),
        format!("C: A0006 UID FETCH 4 (*\n{}S: A0006 OK\n", row(4)),
        format!("C: A0007 UID FETCH 2:3 (*\nS: A0007 {no}\n"),
        format!("C: A0008 UID FETCH 3 (*\nS: A0008 {no}\n"),
        format!("C: A0009 UID FETCH 2 (*\n{}S: A0009 OK\n", row(2)),
    ];
    let (mut remote, server) = open("", &script.concat()).await;
    remote.select(&inbox(), None).await.unwrap();
    let (ended, rows) = headers(&mut remote, Window::Uids(UidSet::range(1, 4))).await;
    ended.unwrap();
    let rows: Vec<_> = rows.iter().map(|r| (r.uid, r.damaged)).collect();
    assert_eq!(rows, [(1, false), (4, false), (3, true), (2, false)]);
    kept_to_script(server).await;
}

#[tokio::test]
async fn a_select_without_its_facts() {
    let (mut remote, _server) = open("", "C: A0002 SELECT \"INBOX\"\nS: A0002 OK done\n").await;
    assert!(matches!(remote.select(&inbox(), None).await, Err(Error::Protocol(_))));
    // UIDNEXT is asked for where SELECT does not tell.
    let (mut remote, server) = open("", "C: A0002 SELECT \"INBOX\"\nS: * 3 EXISTS\nS: * OK [UIDVALIDITY 7] v\nS: A0002 OK done\n\
        C: A0003 STATUS \"INBOX\" (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)\nS: * STATUS inbox (UIDNEXT 44 MESSAGES 3)\nS: A0003 OK done\n").await;
    assert_eq!(remote.select(&inbox(), None).await.unwrap().uidnext, Some(44));
    kept_to_script(server).await;
}

#[tokio::test]
async fn qresync_is_believed_with_care() {
    let resume = || Some(Resume { uidvalidity: 7, modseq: 100 });
    let facts = "S: * OK [CLOSED] .\nS: * 2 EXISTS\nS: * OK [UIDNEXT 9] n\n";
    let table = [
        (
            "S: * VANISHED (EARLIER) 3:4\nS: * 1 FETCH (UID 1 FLAGS (\\Seen) MODSEQ (101))\nS: * OK [UIDVALIDITY 7] .\nS: * OK [HIGHESTMODSEQ 101] .\n",
            true,
        ),
        // Another UIDVALIDITY, a smaller HIGHESTMODSEQ, none at all: nothing is known about what changed.
        ("S: * OK [UIDVALIDITY 8] .\nS: * OK [HIGHESTMODSEQ 101] .\n", false),
        ("S: * OK [UIDVALIDITY 7] .\nS: * OK [HIGHESTMODSEQ 99] .\n", false),
        ("S: * OK [UIDVALIDITY 7] .\nS: * OK [NOMODSEQ] .\n", false),
    ];
    for (lines, known) in table {
        let script = format!("S: * 999 EXISTS\n{facts}{lines}S: A0003 OK done\n");
        // ENABLE is answered before SELECT is sent: the client waits for it.
        let (mut remote, server) = open("ENABLE QRESYNC CONDSTORE", &format!("C: A0002 ENABLE QRESYNC\nS: * ENABLED QRESYNC\nS: A0002 OK on\nC: A0003 SELECT \"INBOX\" (QRESYNC (7 100))\n{script}")).await;
        let selected = remote.select(&inbox(), resume()).await.unwrap();
        assert_eq!((selected.exists, selected.since.is_some()), (2, known), "{lines}");
        kept_to_script(server).await;
    }
    // A server that only claims it.
    let (mut remote, server) = open("ENABLE QRESYNC CONDSTORE", "C: A0002 ENABLE QRESYNC\nS: * ENABLED QRESYNC\nS: A0002 OK on\n\
        C: A0003 SELECT \"INBOX\" (QRESYNC (7 100))\nS: A0003 BAD what?\nC: A0004 SELECT \"INBOX\" (CONDSTORE)\nS: * 1 EXISTS\nS: A0004 OK done\n").await;
    assert_eq!(remote.select(&inbox(), resume()).await.unwrap().exists, 1);
    kept_to_script(server).await;
    let (mut remote, server) = open("ENABLE QRESYNC CONDSTORE", "C: A0002 ENABLE QRESYNC\nS: A0002 NO\nC: A0003 SELECT \"INBOX\" (CONDSTORE)\nS: * 1 EXISTS\nS: A0003 OK done\n").await;
    assert_eq!(remote.select(&inbox(), resume()).await.unwrap().exists, 1);
    kept_to_script(server).await;
}

#[tokio::test]
async fn uids_are_whole_or_an_error() {
    let ask = "C: A0003 UID SEARCH RETURN (ALL) ALL\n";
    let table: [(&str, Result<&str, ()>); 6] = [
        ("S: * ESEARCH (TAG \"A0003\") UID ALL 5:3,9\nS: A0003 OK\n", Ok("3:5,9")),
        ("S: * ESEARCH (TAG A0003) UID MIN 1 ALL 1,2 MODSEQ 5\nS: A0003 OK\n", Ok("1:2")),
        ("S: * ESEARCH (TAG \"A0003\") UID\nS: A0003 OK\n", Ok("")),
        ("S: A0003 OK\n", Err(())),
        ("S: * ESEARCH (TAG \"A0003\") UID ALL 1:*\nS: A0003 OK\n", Err(())),
        ("S: * ESEARCH (TAG \"A0003\") UID ALL 1:x\nS: A0003 OK\n", Err(())),
    ];
    for (answer, expected) in table {
        let (mut remote, _server) = open("ESEARCH", &[SELECT, ask, answer].concat()).await;
        remote.select(&inbox(), None).await.unwrap();
        let found = remote.uids().await.map(|u| u.to_string()).map_err(|_| ());
        assert_eq!(found.as_deref(), expected.as_deref(), "{answer}");
    }
}

#[tokio::test]
async fn folders_are_listed_as_servers_write_them() {
    let (mut remote, server) = open(
        "NAMESPACE",
        r#"
C: A0002 NAMESPACE
C: A0003 LIST "" "*"
C: A0004 LSUB "" "*"
S: * NAMESPACE (("" "/")) (("Other Users/" "/" "TRANSLATION" ("x"))) NIL
S: A0002 OK
S: * LIST (\HasNoChildren) "/" INBOX
S: * LIST (\Noselect \HasChildren) "/" "[Gmail]"
S: * LIST () NIL {7}
S: a"b\c d
S: * LIST () "\\" "back\\slash"
S: * LIST (\NonExistent) "/" "gone" (CHILDINFO ("SUBSCRIBED") OLDNAME ("was"))
S: * LIST () "/" "&broken"
S: * LIST ((((( "/" hostile
S: * LIST () "/" "INBOX"
S: A0003 OK
S: * LSUB () "/" INBOX
S: A0004 OK
C: A0005 LIST "" "Other Users/*"
S: * LIST () "/" "Other Users/bob"
S: A0005 OK
C: A0006 SELECT "a\"b\\c d"
S: * 0 EXISTS
S: A0006 OK
"#,
    )
    .await;
    let listed = remote.list().await.unwrap();
    let rows: Vec<_> = listed.iter().map(|l| (l.name.0.as_str(), l.delimiter, l.subscribed)).collect();
    let slash = Some('/');
    let expected = [
        ("INBOX", slash, true),
        ("[Gmail]", slash, false),
        ("a\"b\\c d", None, false),
        ("back\\slash", Some('\\'), false),
        ("gone", slash, false),
        ("&broken", slash, false),
        ("Other Users/bob", slash, false),
    ];
    assert_eq!(rows, expected);
    assert_eq!(listed[1].attributes, ["\\noselect", "\\haschildren"]);
    remote.select(&listed[2].name, None).await.unwrap();
    kept_to_script(server).await;
}

#[tokio::test]
async fn idle_in_all_its_fates() {
    let long = Duration::from_secs(3600);
    let quiet = Notify::new();
    // Keepalives do not wake; news does.
    let (mut remote, server) = open("IDLE", &[SELECT, "C: A0003 IDLE\nS: + idling\nS: * OK Still here\nS: * 9 EXISTS\nC: DONE\nS: A0003 OK\nC: A0004 IDLE\nS: + idling\nS: * 10 EXISTS\nC: DONE\nS: * 11 EXISTS\nS: A0004 OK done\nC: A0005 NOOP\nS: A0005 OK\n"].concat()).await;
    remote.select(&inbox(), None).await.unwrap();
    assert_eq!(remote.wait(long, &quiet).await.unwrap(), Woken::News);
    remote.noop().await.unwrap();
    kept_to_script(server).await;
    // News before IDLE is not slept over.
    let (mut remote, _server) = open("IDLE", &[SELECT, "C: A0003 NOOP\nS: * 12 EXISTS\nS: A0003 OK\n"].concat()).await;
    remote.select(&inbox(), None).await.unwrap();
    remote.noop().await.unwrap();
    assert_eq!(remote.wait(long, &quiet).await.unwrap(), Woken::News);
    // A server that only claims IDLE is asked by NOOP, on the same connection.
    for word in ["NO", "BAD"] {
        let (mut remote, server) = open(
            "IDLE",
            &format!("{SELECT}C: A0003 IDLE\nS: A0003 {word} never\nC: A0004 NOOP\nS: * 10 EXISTS\nS: A0004 OK\n"),
        )
        .await;
        remote.select(&inbox(), None).await.unwrap();
        assert_eq!(remote.wait(Duration::from_millis(20), &quiet).await.unwrap(), Woken::News);
        kept_to_script(server).await;
    }
    // The end, however it comes, is an error.
    let ends = [
        "",
        "S: * BYE later\n",
        "S: + idling\n",
        "S: + idling\nS: * BYE too long\n",
        "S: + idling\nS: * 10 EXISTS\nC: DONE\n",
        "S: A0009 OK\n",
        "S: + idling\nS: A0009 OK\n",
    ];
    for end in ends {
        let (mut remote, _server) = open("IDLE", &format!("{SELECT}C: A0003 IDLE\n{end}")).await;
        remote.select(&inbox(), None).await.unwrap();
        assert!(remote.wait(long, &quiet).await.unwrap_err().breaks_connection(), "{end}");
        assert!(remote.noop().await.is_err());
    }
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    let long = Duration::from_secs(3600);
    let quiet = Notify::new();
    let hasty = Limits { patience: Duration::from_millis(500), ..limits() };
    let silent = async |rest: &str| {
        let (stream, _server) = serve(&signed_in("IDLE", &[SELECT, rest].concat()));
        let mut remote = connect_with(stream, false, hasty).await.unwrap();
        remote.select(&inbox(), None).await.unwrap();
        remote
    };
    // No answer to IDLE; none to DONE, after news; none to NOOP.
    let idles = ["C: A0003 IDLE\nC: never\n", "C: A0003 IDLE\nS: + idling\nS: * 10 EXISTS\nC: DONE\nC: never\n"];
    for idle in idles {
        assert!(matches!(silent(idle).await.wait(long, &quiet).await, Err(Error::Timeout(_))));
    }
    assert!(matches!(silent("C: A0003 NOOP\nC: never\n").await.noop().await, Err(Error::Timeout(_))));
}

#[tokio::test]
async fn compression_refused_is_no_harm() {
    let script = signed_in(
        "COMPRESS=DEFLATE ID",
        "C: A0002 ID *\nC: A0003 COMPRESS DEFLATE\nS: * ID NIL\nS: A0002 OK\nS: A0003 NO [COMPRESSIONACTIVE] no\nC: A0001 NOOP\nS: A0001 OK\n",
    );
    let (stream, server) = serve(&script);
    let mut remote = connect_with(stream, true, limits()).await.unwrap();
    assert!(!remote.is_compressed());
    remote.noop().await.unwrap();
    kept_to_script(server).await;
}

#[tokio::test]
async fn literals_wait_where_they_must() {
    for (capabilities, wire) in [
        ("", "C: A0002 SELECT {4}\nS: * 3 EXISTS\nS: + go\nC: für\nS: * 1 EXISTS\nS: A0002 OK\n"),
        ("LITERAL+", "C: A0002 SELECT {4+}\nC: für\nS: * 1 EXISTS\nS: A0002 OK\n"),
    ] {
        let (mut remote, server) = open(capabilities, wire).await;
        assert_eq!(remote.select(&MailboxName("für".into()), None).await.unwrap().exists, 1);
        kept_to_script(server).await;
    }
    let (mut remote, _server) = open("", "C: A0002 SELECT {4}\nS: A0002 NO [NONEXISTENT] none\n").await;
    assert!(matches!(remote.select(&MailboxName("für".into()), None).await, Err(Error::Refused { .. })));
    let (mut remote, _server) = open("", "C: never\n").await;
    let hostile = MailboxName("a\r\nA9 DELETE INBOX".into());
    assert!(matches!(remote.select(&hostile, None).await, Err(Error::Invalid(_))));
}

#[tokio::test]
async fn refused_sign_ins_say_what_to_do() {
    let plain = "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\nC: A0001 AUTHENTICATE PLAIN AHUAcA==\n";
    let table: &[(&str, Code)] = &[
        ("S: A0001 NO [AUTHENTICATIONFAILED] no", Code::WrongPassword),
        ("S: A0001 NO LOGIN failed", Code::WrongPassword),
        ("S: A0001 NO [ALERT] Application-specific password required: https://x", Code::AppPassword),
        (
            "S: * NO [WEBALERT https://x] Web login required.\nS: A0001 NO [ALERT] Please log in via your web browser: https://x",
            Code::BrowserSignIn,
        ),
        ("S: A0001 NO Basic authentication is disabled", Code::BrowserSignIn),
        ("S: A0001 NO [UNAVAILABLE] later", Code::Busy),
        ("S: A0001 NO [LIMIT] too many", Code::Busy),
        ("S: * BYE going down\nS: A0001 NO [UNAVAILABLE] later", Code::Busy),
        ("S: * BYE too many connections", Code::Unreachable),
        ("S: A0007 OK injected\nS: A0001 OK", Code::Protocol),
        // A mechanism that is not understood: the next.
        ("S: A0001 BAD what\nC: A0002 LOGIN \"u\" \"p\"\nS: A0002 NO [AUTHENTICATIONFAILED] no", Code::WrongPassword),
    ];
    for (answer, code) in table {
        let (stream, _server) = serve(&format!("{plain}{answer}\n"));
        let e = connect(stream).await.unwrap_err();
        assert_eq!(UiError::from(e).code, *code, "{answer}");
    }
    let greetings: &[(&str, Code)] = &[
        ("S: * PREAUTH welcome", Code::Protocol),
        ("S: * BYE full", Code::Unreachable),
        ("S: 220 smtp.example.org ESMTP", Code::WrongProtocol),
        ("S: HTTP/1.1 400 Bad Request", Code::WrongProtocol),
        ("S: +OK POP3 ready", Code::WrongProtocol),
        ("S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2] hi", Code::BrowserSignIn),
        ("S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI] hi", Code::Refused),
        ("S: * OK hi\nC: A0001 CAPABILITY\nS: A0001 BAD no", Code::Protocol),
    ];
    for (script, code) in greetings {
        let (stream, _server) = serve(script);
        let e = connect(stream).await.unwrap_err();
        assert_eq!(UiError::from(e).code, *code, "{script}");
    }
}

/// An access token goes out by the two mechanisms for it and by no other; a refusal says what to do, with the server's reason.
#[tokio::test]
async fn tokens_sign_in_and_are_refused() {
    let token = || Credential::Bearer("tok".to_owned().into());
    let x = "dXNlcj11AWF1dGg9QmVhcmVyIHRvawEB";
    let o = "bixhPXUsAWhvc3Q9aW1hcC5leGFtcGxlLm9yZwFwb3J0PTk5MwFhdXRoPUJlYXJlciB0b2sBAQ==";
    let json = "eyJzdGF0dXMiOiI0MDEifQ==";
    let hi = |capabilities: &str| format!("S: * OK [CAPABILITY IMAP4rev1 {capabilities}] hi\n");
    let taken = [
        (hi("SASL-IR AUTH=PLAIN AUTH=XOAUTH2"), format!("C: A0001 AUTHENTICATE XOAUTH2 {x}\n")),
        (hi("SASL-IR AUTH=XOAUTH2 AUTH=OAUTHBEARER"), format!("C: A0001 AUTHENTICATE OAUTHBEARER {o}\n")),
        (hi("AUTH=OAUTHBEARER"), format!("C: A0001 AUTHENTICATE OAUTHBEARER\nS: +\nC: {o}\n")),
    ];
    for (hi, said) in &taken {
        let (stream, server) = serve(&format!("{hi}{said}S: A0001 OK [CAPABILITY IMAP4rev1 X-A] in\n"));
        let remote = connect_by(stream, false, limits(), token()).await.unwrap();
        assert!(remote.capabilities().has("X-A"));
        kept_to_script(server).await;
    }
    let refused = [
        format!(
            "{}C: A0001 AUTHENTICATE XOAUTH2 {x}\nS: + {json}\nC: \nS: A0001 NO [AUTHENTICATIONFAILED] no\n",
            hi("SASL-IR AUTH=XOAUTH2")
        ),
        format!(
            "{}C: A0001 AUTHENTICATE OAUTHBEARER {o}\nS: + {json}\nC: AQ==\nS: A0001 NO no\n",
            hi("SASL-IR AUTH=OAUTHBEARER")
        ),
        format!(
            "{}C: A0001 AUTHENTICATE OAUTHBEARER\nS: +\nC: {o}\nS: + {json}\nC: AQ==\nS: A0001 NO no\n",
            hi("AUTH=OAUTHBEARER")
        ),
    ];
    for script in &refused {
        let (stream, server) = serve(script);
        let e = UiError::from(connect_by(stream, false, limits(), token()).await.unwrap_err());
        assert_eq!(e.code, Code::SignInExpired, "{script}");
        assert!(e.detail.as_deref().unwrap_or_default().ends_with("{\"status\":\"401\"}"), "{e:?}");
        assert!(!format!("{e:?}").contains("tok\u{1}"));
        kept_to_script(server).await;
    }
    let table = [
        (
            format!(
                "{}C: A0001 AUTHENTICATE XOAUTH2 {x}\nS: A0001 NO [UNAVAILABLE] later\n",
                hi("SASL-IR AUTH=XOAUTH2")
            ),
            Code::Busy,
        ),
        // Never as a password, whatever else the server has.
        (hi("SASL-IR AUTH=PLAIN"), Code::Refused),
    ];
    for (script, code) in &table {
        let (stream, server) = serve(script);
        let e = connect_by(stream, false, limits(), token()).await.unwrap_err();
        assert_eq!(UiError::from(e).code, *code, "{script}");
        kept_to_script(server).await;
    }
}

#[tokio::test]
async fn other_ways_to_sign_in() {
    let scripts = [
        "S: * OK hi\nC: A0001 CAPABILITY\nS: * CAPABILITY IMAP4rev1 AUTH=PLAIN\nS: A0001 OK\nC: A0002 AUTHENTICATE PLAIN\nS: +\nC: AHUAcA==\nS: * CAPABILITY IMAP4rev1 X-A\nS: A0002 OK in\n",
        "S: * OK hi\nC: A0001 CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: A0001 OK\nC: A0002 LOGIN \"u\" \"p\"\nS: A0002 OK in\nC: A0003 CAPABILITY\nS: * CAPABILITY IMAP4rev1 X-A\nS: A0003 OK\n",
    ];
    for script in scripts {
        let (stream, server) = serve(script);
        let remote = connect(stream).await.unwrap();
        assert!(remote.capabilities().has("X-A"));
        kept_to_script(server).await;
    }
}

#[tokio::test]
async fn no_and_bad_are_errors_for_every_command() {
    for (word, is_no) in [("NO [NONEXISTENT] no", true), ("BAD what", false)] {
        let sort = |e: Error| match e {
            Error::Refused { code, .. } => assert!(is_no && code.as_deref() == Some("NONEXISTENT")),
            Error::Protocol(_) => assert!(!is_no),
            other => panic!("{other}"),
        };
        let refused = |command: &str| format!("{SELECT}C: A0003 {command}*\nS: A0003 {word}\n");
        let set = UidSet::range(1, 5);
        let (mut remote, _s) = open("ESEARCH", &refused("UID SEARCH")).await;
        remote.select(&inbox(), None).await.unwrap();
        sort(remote.uids().await.unwrap_err());
        let (mut remote, _s) = open("ESEARCH", &refused("UID SEARCH")).await;
        remote.select(&inbox(), None).await.unwrap();
        sort(remote.exist(&set).await.unwrap_err());
        let (mut remote, _s) = open("", &refused("UID FETCH")).await;
        remote.select(&inbox(), None).await.unwrap();
        sort(remote.uids().await.unwrap_err());
        let (mut remote, _s) = open("", &refused("UID FETCH")).await;
        remote.select(&inbox(), None).await.unwrap();
        sort(remote.flags(&set, None).await.unwrap_err());
        let again = format!("{}C: A0004 FETCH 7:* (UID)\nS: A0004 {word}\n", refused("FETCH"));
        let (mut remote, _s) = open("", &again).await;
        remote.select(&inbox(), None).await.unwrap();
        sort(headers(&mut remote, Window::Last { n: 3, exists: 9 }).await.0.unwrap_err());
        let (mut remote, _s) = open("", &refused("UID FETCH")).await;
        remote.select(&inbox(), None).await.unwrap();
        sort(remote.part(1, "1", 0, 10).await.unwrap_err());
        let (mut remote, _s) = open("", &refused("UID FETCH")).await;
        remote.select(&inbox(), None).await.unwrap();
        sort(remote.structure(1).await.unwrap_err());
        let (mut remote, _s) = open("PREVIEW", &refused("UID FETCH")).await;
        remote.select(&inbox(), None).await.unwrap();
        sort(remote.previews(&set).await.unwrap_err());
        let (mut remote, _s) = open("", &refused("NOOP")).await;
        remote.select(&inbox(), None).await.unwrap();
        sort(remote.noop().await.unwrap_err());
        let (mut remote, _s) = open("LIST-EXTENDED", &format!("C: A0002 LIST*\nS: A0002 {word}\n")).await;
        sort(remote.list().await.unwrap_err());
        let (mut remote, _s) = open("", &format!("C: A0002 SELECT*\nS: A0002 {word}\n")).await;
        sort(remote.select(&inbox(), None).await.unwrap_err());
        let (mut remote, _s) = open("", &format!("C: A0002 STATUS*\nS: A0002 {word}\n")).await;
        sort(remote.status(&[inbox()]).await.unwrap().pop().unwrap().unwrap_err());
    }
}
