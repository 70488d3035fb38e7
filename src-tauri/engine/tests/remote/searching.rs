//! UID SEARCH as servers take it, by script: charsets, literals, answers in both forms, Gmail's own language.

use crate::script::{connect, exactly, hear, say, serve, signed_in};
use engine::error::Error;
use engine::remote::imap::Imap;
use engine::remote::{MailboxName, Remote, SearchField, SearchKey, UidSet};
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
