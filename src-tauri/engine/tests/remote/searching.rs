//! UID SEARCH as servers take it, by script: charsets, literals, answers in both forms, Gmail's own language.

use crate::script::{connect, exactly, hear, say, serve, signed_in};
use engine::error::Error;
use engine::remote::imap::Imap;
use engine::remote::{FoundIn, MailboxName, Remote, SearchField, SearchKey, UidSet};
use tokio::task::JoinHandle;

const SELECT: &str =
    "C: A0002 SELECT \"INBOX\"\nS: * 9 EXISTS\nS: * OK [UIDVALIDITY 7] v\nS: * OK [UIDNEXT 10] n\nS: A0002 OK done\n";

async fn open(capabilities: &str, rest: &str) -> (Imap, JoinHandle<Option<String>>) {
    let (stream, server) = serve(&signed_in(capabilities, &[SELECT, rest].concat()));
    let mut remote = connect(stream).await.unwrap();
    remote.select(&MailboxName("INBOX".into()), None).await.unwrap();
    (remote, server)
}

fn body(text: &str) -> SearchKey {
    SearchKey::Text(SearchField::Body, text.to_owned())
}

fn uids(all: &[u32]) -> UidSet {
    all.iter().copied().collect()
}

#[tokio::test]
async fn answers_are_read_in_both_forms() {
    for (capabilities, script, found) in [
        ("", "C: A0003 UID SEARCH BODY \"x\"\nS: * SEARCH 3 1 8\nS: A0003 OK done\n", vec![1, 3, 8]),
        (
            "",
            "C: A0003 UID SEARCH BODY \"x\"\nS: * SEARCH 3\nS: * SEARCH 0 4 (MODSEQ 7)\nS: A0003 OK done\n",
            vec![3, 4],
        ),
        ("", "C: A0003 UID SEARCH BODY \"x\"\nS: * SEARCH\nS: A0003 OK done\n", vec![]),
        ("", "C: A0003 UID SEARCH BODY \"x\"\nS: A0003 OK nothing\n", vec![]),
        (
            "ESEARCH",
            "C: A0003 UID SEARCH RETURN (ALL) BODY \"x\"\nS: * ESEARCH (TAG \"A0003\") UID ALL 2:4,9\nS: A0003 OK done\n",
            vec![2, 3, 4, 9],
        ),
        (
            "ESEARCH",
            "C: A0003 UID SEARCH RETURN (ALL) BODY \"x\"\nS: * ESEARCH (TAG \"A0003\") UID\nS: A0003 OK done\n",
            vec![],
        ),
        // Asked for one form, some give the other.
        ("ESEARCH", "C: A0003 UID SEARCH RETURN (ALL) BODY \"x\"\nS: * SEARCH 5\nS: A0003 OK done\n", vec![5]),
    ] {
        let (mut remote, server) = open(capabilities, script).await;
        assert_eq!(remote.search(&body("x")).await.unwrap(), uids(&found), "{script}");
        assert_eq!(server.await.unwrap(), None, "{script}");
    }
}

#[tokio::test]
async fn an_answer_that_is_none_is_an_error() {
    for script in [
        "C: A0003 UID SEARCH RETURN (ALL) BODY \"x\"\nS: A0003 OK nothing said\n",
        "C: A0003 UID SEARCH RETURN (ALL) BODY \"x\"\nS: * ESEARCH (TAG \"A0003\") UID ALL x:y\nS: A0003 OK done\n",
    ] {
        let (mut remote, _server) = open("ESEARCH", script).await;
        assert!(matches!(remote.search(&body("x")).await, Err(Error::Protocol(_))), "{script}");
    }
    let (mut remote, _server) = open("", "C: A0003 UID SEARCH BODY \"x\"\nS: A0003 NO [LIMIT] too many\n").await;
    assert!(matches!(remote.search(&body("x")).await, Err(Error::Refused { code: Some(c), .. }) if c == "LIMIT"));
}

#[tokio::test]
async fn texts_travel_in_a_charset_that_the_server_knows() {
    let select = || {
        [
            hear("A0002 SELECT \"INBOX\"\r\n"),
            say("* 9 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n* OK [UIDNEXT 10] n\r\nA0002 OK done\r\n"),
        ]
    };
    // UTF-8 first; ISO-8859-1 where that is not known and the text can be written in it.
    let acts = select().into_iter().chain([
        hear("A0003 UID SEARCH CHARSET UTF-8 BODY {4}\r\n"),
        say("+ go\r\n"),
        hear("M\u{fc}x\r\n"),
        say("A0003 NO [BADCHARSET (US-ASCII ISO-8859-1)] what is that\r\n"),
        hear("A0004 UID SEARCH CHARSET ISO-8859-1 BODY {3}\r\n"),
        say("+ go\r\n"),
        hear(b"M\xfcx\r\n".to_vec()),
        say("* SEARCH 4\r\nA0004 OK done\r\n"),
    ]);
    let (mut remote, server) = exactly("", acts.collect()).await;
    remote.select(&MailboxName("INBOX".into()), None).await.unwrap();
    assert_eq!(remote.search(&body("M\u{fc}x")).await.unwrap(), uids(&[4]));
    drop(remote);
    assert_eq!(server.await.unwrap(), None);

    // What cannot be written in it is said, not passed over.
    let acts = select().into_iter().chain([
        hear("A0003 UID SEARCH CHARSET UTF-8 BODY {6+}\r\n東京\r\n"),
        say("A0003 NO [BADCHARSET] what is that\r\n"),
    ]);
    let (mut remote, server) = exactly("LITERAL+", acts.collect()).await;
    remote.select(&MailboxName("INBOX".into()), None).await.unwrap();
    let ended = remote.search(&body("東京")).await;
    assert!(matches!(ended, Err(Error::Refused { code: Some(c), .. }) if c.starts_with("BADCHARSET")));
    drop(remote);
    assert_eq!(server.await.unwrap(), None);
}

#[tokio::test]
async fn gmail_is_asked_in_its_own_language() {
    let script = "C: A0003 UID SEARCH RETURN (ALL) X-GM-RAW \"(\\\"annual report\\\" has:attachment)\"\n\
                  S: * ESEARCH (TAG \"A0003\") UID ALL 3\nS: A0003 OK done\n";
    let (mut remote, server) = open("ESEARCH X-GM-EXT-1", script).await;
    let key = SearchKey::Gmail("(\"annual report\" has:attachment)".into());
    assert_eq!(remote.search(&key).await.unwrap(), uids(&[3]));
    assert_eq!(server.await.unwrap(), None);
}

/// What several mailboxes answer: name, UIDVALIDITY, UIDs.
fn found_in(all: &[FoundIn]) -> Vec<(&str, u32, Vec<u32>)> {
    all.iter().map(|one| (one.mailbox.0.as_str(), one.uidvalidity, one.uids.iter().collect())).collect()
}

const SEVERAL: &str = "C: A0002 ESEARCH IN (mailboxes (\"INBOX\" \"Sent Mail\" \"a\\\"b\")) RETURN (ALL) BODY \"x\"\n";

async fn ask_several(answer: &str) -> (Imap, engine::error::Result<Vec<FoundIn>>, JoinHandle<Option<String>>) {
    let (stream, server) = serve(&signed_in("ESEARCH MULTISEARCH", &[SEVERAL, answer].concat()));
    let mut remote = connect(stream).await.unwrap();
    assert!(remote.can_search_mailboxes());
    let names = ["INBOX", "Sent Mail", "a\"b"].map(|name| MailboxName(name.into()));
    let found = remote.search_mailboxes(&names, &body("x")).await;
    (remote, found, server)
}

#[tokio::test]
async fn several_mailboxes_are_searched_in_one_command() {
    // RFC 7377 §2.1: each by itself, those without a hit not at all.
    for (answer, found) in [
        (
            "S: * ESEARCH (TAG \"A0002\" MAILBOX \"Sent Mail\" UIDVALIDITY 503) UID ALL 1:3,9\n\
             S: * ESEARCH (TAG \"A0002\" MAILBOX inbox UIDVALIDITY 7) UID ALL 4\nS: A0002 OK done\n",
            vec![("Sent Mail", 503, vec![1, 2, 3, 9]), ("INBOX", 7, vec![4])],
        ),
        (
            "S: * ESEARCH (MAILBOX \"a\\\"b\" UIDVALIDITY 1 TAG \"A0002\") UID COUNT 1 ALL 5\nS: A0002 OK done\n",
            vec![("a\"b", 1, vec![5])],
        ),
        // A count of none from one that should have been silent.
        ("S: * ESEARCH (TAG \"A0002\" MAILBOX \"INBOX\" UIDVALIDITY 7) UID COUNT 0\nS: A0002 OK done\n", vec![]),
        ("S: * 3 EXISTS\nS: A0002 OK nothing\n", vec![]),
    ] {
        let (remote, all, server) = ask_several(answer).await;
        assert_eq!(found_in(&all.unwrap()), found, "{answer}");
        assert!(remote.can_search_mailboxes(), "{answer}");
        assert_eq!(server.await.unwrap(), None, "{answer}");
    }
}

#[tokio::test]
async fn what_does_not_say_where_it_was_found_is_not_believed() {
    for answer in [
        "S: A0002 BAD what is that\n",
        "S: * ESEARCH (TAG \"A0002\") UID ALL 1:3\nS: A0002 OK done\n",
        "S: * ESEARCH (TAG \"A0002\" MAILBOX \"INBOX\") UID ALL 1:3\nS: A0002 OK done\n",
        "S: * ESEARCH (TAG \"A0002\" MAILBOX \"INBOX\" UIDVALIDITY 0) UID ALL 1:3\nS: A0002 OK done\n",
        "S: * ESEARCH (TAG \"A0002\" MAILBOX \"Other\" UIDVALIDITY 7) UID ALL 1:3\nS: A0002 OK done\n",
        "S: * ESEARCH (TAG \"A0002\" MAILBOX \"INBOX\" UIDVALIDITY 7) ALL 1:3\nS: A0002 OK done\n",
        "S: * ESEARCH (TAG \"A0002\" MAILBOX \"INBOX\" UIDVALIDITY 7) UID ALL x\nS: A0002 OK done\n",
        "S: * ESEARCH (TAG \"A0002\" MAILBOX \"INBOX UIDVALIDITY 7) UID ALL 1\nS: A0002 OK done\n",
        "S: * SEARCH 1 2\nS: A0002 OK done\n",
    ] {
        // The connection goes on, and this way is not tried again on it.
        let (mut remote, found, server) = ask_several(&[answer, "C: A0003 NOOP\nS: A0003 OK\n"].concat()).await;
        assert!(matches!(found, Err(Error::Protocol(_))), "{answer}");
        assert!(!remote.can_search_mailboxes(), "{answer}");
        let again = remote.search_mailboxes(&[MailboxName("INBOX".into())], &body("x")).await;
        assert!(matches!(again, Err(Error::Refused { code: Some(c), .. }) if c == "CANNOT"), "{answer}");
        remote.noop().await.unwrap();
        assert_eq!(server.await.unwrap(), None, "{answer}");
    }
    // A refusal is of that search alone; a server that has not announced it is not asked.
    let (remote, found, _server) = ask_several("S: A0002 NO [LIMIT] too many\n").await;
    assert!(
        matches!(found, Err(Error::Refused { code: Some(c), .. }) if c == "LIMIT") && remote.can_search_mailboxes()
    );
    let (remote, server) = exactly("ESEARCH", vec![]).await;
    assert!(!remote.can_search_mailboxes());
    drop(remote);
    assert_eq!(server.await.unwrap(), None);
}

#[tokio::test]
async fn several_mailboxes_are_asked_in_a_charset_that_the_server_knows() {
    let acts = vec![
        hear("A0002 ESEARCH IN (mailboxes (\"INBOX\" \"Sent\")) RETURN (ALL) CHARSET UTF-8 BODY {4+}\r\nM\u{fc}x\r\n"),
        say("A0002 NO [BADCHARSET (ISO-8859-1)] what is that\r\n"),
        hear(b"A0003 ESEARCH IN (mailboxes (\"INBOX\" \"Sent\")) RETURN (ALL) CHARSET ISO-8859-1 BODY {3+}\r\nM\xfcx\r\n".to_vec()),
        say("* ESEARCH (TAG \"A0003\" MAILBOX \"Sent\" UIDVALIDITY 3) UID ALL 8\r\nA0003 OK done\r\n"),
    ];
    let (mut remote, server) = exactly("MULTISEARCH LITERAL+", acts).await;
    let names = ["INBOX", "Sent"].map(|name| MailboxName(name.into()));
    let found = remote.search_mailboxes(&names, &body("M\u{fc}x")).await.unwrap();
    assert_eq!(found_in(&found), [("Sent", 3, vec![8])]);
    drop(remote);
    assert_eq!(server.await.unwrap(), None);
}
