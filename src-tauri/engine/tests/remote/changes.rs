//! What changes mail, byte for byte: what is sent for each call, and what is made of the answers.

use crate::script::{exactly, hear, part, say};
use engine::error::{Error, Result};
use engine::remote::imap::Imap;
use engine::remote::reader::token::raw_text;
use engine::remote::{Copied, MailboxName, Remote, UidSet, Woken};
use std::time::Duration;
use tokio::sync::Notify;

fn name(name: &str) -> MailboxName {
    MailboxName(name.into())
}

fn words(text: &str) -> Vec<String> {
    text.split_ascii_whitespace().map(str::to_owned).collect()
}

fn set(text: &str) -> UidSet {
    UidSet::parse(text).unwrap()
}

fn code(e: &Error) -> Option<&str> {
    match e {
        Error::Refused { code, .. } => code.as_deref(),
        _ => None,
    }
}

/// One call, as a value.
#[derive(Clone, Copy, Debug)]
enum Call<'a> {
    Store(&'a str, &'a str, &'a str),
    Move(&'a str, &'a str),
    Copy(&'a str, &'a str),
    Expunge(&'a str),
    Create(&'a str),
    Rename(&'a str, &'a str),
    Delete(&'a str),
    Subscribe(&'a str, bool),
}

async fn call(remote: &mut Imap, call: Call<'_>) -> Result<Copied> {
    match call {
        Call::Store(uids, add, remove) => {
            remote.store(&set(uids), &words(add), &words(remove)).await.map(|_| Copied::default())
        }
        Call::Move(uids, to) => remote.move_to(&set(uids), &name(to)).await,
        Call::Copy(uids, to) => remote.copy_to(&set(uids), &name(to)).await,
        Call::Expunge(uids) => remote.expunge(&set(uids)).await.map(|()| Copied::default()),
        Call::Create(one) => remote.create(&name(one)).await.map(|()| Copied::default()),
        Call::Rename(from, to) => remote.rename(&name(from), &name(to)).await.map(|()| Copied::default()),
        Call::Delete(one) => remote.delete(&name(one)).await.map(|()| Copied::default()),
        Call::Subscribe(one, on) => remote.subscribe(&name(one), on).await.map(|()| Copied::default()),
    }
}

const ALL: &str = "LITERAL+ UIDPLUS MOVE";

#[tokio::test]
async fn each_call_is_one_line() {
    let latin = raw_text(b"f\xfcr");
    let table: &[(Call<'_>, &[u8])] = &[
        (Call::Store("1:3,9", "\\Seen $label1", ""), b"A0002 UID STORE 1:3,9 +FLAGS.SILENT (\\Seen $label1)\r\n"),
        (Call::Store("4294967295", "", "\\flagged"), b"A0002 UID STORE 4294967295 -FLAGS.SILENT (\\flagged)\r\n"),
        (Call::Move("1,3", "Trash"), b"A0002 UID MOVE 1,3 \"Trash\"\r\n"),
        (Call::Copy("1:3", "a\"b\\c d"), b"A0002 UID COPY 1:3 \"a\\\"b\\\\c d\"\r\n"),
        (Call::Copy("7", "B&APw-cher"), b"A0002 UID COPY 7 \"B&APw-cher\"\r\n"),
        (Call::Copy("7", "f\u{fc}r"), b"A0002 UID COPY 7 {4+}\r\nf\xc3\xbcr\r\n"),
        (Call::Move("7", &latin), b"A0002 UID MOVE 7 {3+}\r\nf\xfcr\r\n"),
        (Call::Expunge("1:2,4"), b"A0002 UID EXPUNGE 1:2,4\r\n"),
        (Call::Create("Projects/2026"), b"A0002 CREATE \"Projects/2026\"\r\n"),
        (Call::Create(""), b"A0002 CREATE \"\"\r\n"),
        (Call::Rename("a \"b\"", "*"), b"A0002 RENAME \"a \\\"b\\\"\" \"*\"\r\n"),
        (Call::Rename("\u{e4}", "\u{f6}"), b"A0002 RENAME {2+}\r\n\xc3\xa4 {2+}\r\n\xc3\xb6\r\n"),
        (Call::Delete("INBOX/{3}"), b"A0002 DELETE \"INBOX/{3}\"\r\n"),
        (Call::Subscribe("a", true), b"A0002 SUBSCRIBE \"a\"\r\n"),
        (Call::Subscribe("\u{e4}", false), b"A0002 UNSUBSCRIBE {2+}\r\n\xc3\xa4\r\n"),
    ];
    for (asked, sent) in table {
        let (mut remote, server) = exactly(ALL, vec![hear(*sent), say("A0002 OK done\r\n")]).await;
        assert_eq!(call(&mut remote, *asked).await.unwrap(), Copied::default(), "{asked:?}");
        part(remote, server).await;
        // A refusal is told with its code, and costs nothing else.
        let no = [hear(*sent), say("A0002 NO [NOPERM] no\r\n"), hear("A0003 NOOP\r\n"), say("A0003 OK\r\n")];
        let (mut remote, server) = exactly(ALL, no.into()).await;
        let e = call(&mut remote, *asked).await.unwrap_err();
        assert_eq!(code(&e), Some("NOPERM"), "{asked:?}: {e}");
        remote.noop().await.unwrap();
        assert!(remote.can_move());
        part(remote, server).await;
    }
}

#[tokio::test]
async fn names_wait_for_their_turn_where_literals_must() {
    let (mut remote, server) = exactly(
        "MOVE",
        vec![
            hear("A0002 UID MOVE 7 {4}\r\n"),
            say("* 3 EXPUNGE\r\n+ go\r\n"),
            hear("f\u{fc}r\r\n"),
            say("A0002 OK [COPYUID 1 7 9] done\r\n"),
            hear("A0003 RENAME {2}\r\n"),
            say("A0003 NO [CANNOT] not this one\r\n"),
            hear("A0004 CREATE \"a\"\r\n"),
            say("A0004 OK\r\n"),
        ],
    )
    .await;
    assert_eq!(call(&mut remote, Call::Move("7", "f\u{fc}r")).await.unwrap().uids, [(7, 9)]);
    // Refused in place of the invitation: what was to follow is not sent.
    let e = call(&mut remote, Call::Rename("\u{e4}", "b")).await.unwrap_err();
    assert_eq!(code(&e), Some("CANNOT"));
    call(&mut remote, Call::Create("a")).await.unwrap();
    part(remote, server).await;
}

#[tokio::test]
async fn flags_come_and_go_together() {
    let lines =
        "A0002 UID STORE 1:3 +FLAGS.SILENT (\\Seen)\r\nA0003 UID STORE 1:3 -FLAGS.SILENT (\\Flagged $label1)\r\n";
    let asked = Call::Store("1:3", "\\Seen", "\\Flagged $label1");
    for (answer, refused) in [
        ("A0002 OK\r\nA0003 OK\r\n", false),
        ("A0002 NO [NOPERM] no\r\nA0003 OK\r\n", true),
        ("A0003 OK\r\nA0002 NO [NOPERM] no\r\n", true),
        ("A0002 OK\r\nA0003 NO [NOPERM] no\r\n", true),
    ] {
        let acts = vec![hear(lines), say(answer), hear("A0004 NOOP\r\n"), say("A0004 OK\r\n")];
        let (mut remote, server) = exactly("", acts).await;
        assert_eq!(call(&mut remote, asked).await.is_err(), refused, "{answer}");
        remote.noop().await.unwrap();
        part(remote, server).await;
    }
}

#[tokio::test]
async fn what_is_not_to_be_sent_is_not_sent() {
    let bare = "LITERAL+";
    let (mut remote, server) = exactly(bare, vec![]).await;
    assert!(!remote.can_move() && !remote.can_expunge());
    for asked in [Call::Move("1", "a"), Call::Expunge("1"), Call::Expunge("1:4294967295"), Call::Expunge("")] {
        assert_eq!(code(&call(&mut remote, asked).await.unwrap_err()), Some("CANNOT"), "{asked:?}");
    }
    part(remote, server).await;

    let (mut remote, server) = exactly("IMAP4REV2", vec![]).await;
    assert!(remote.can_move() && remote.can_expunge());
    // Nothing is asked for.
    for asked in [
        Call::Store("", "\\Seen", "\\Flagged"),
        Call::Store("1:3", "", ""),
        Call::Move("", "a"),
        Call::Copy("", "a"),
        Call::Expunge(""),
    ] {
        assert_eq!(call(&mut remote, asked).await.unwrap(), Copied::default(), "{asked:?}");
    }
    // No flag, no name.
    for flag in
        ["", "a b", "a)", "(", "*", "\\", "\\*", "\\Recent", "\"a\"", "a\r\nA9 DELETE INBOX", "f\u{fc}r", "{3}", "a]"]
    {
        let flags = ["\\Seen".to_owned(), flag.to_owned()];
        for (add, remove) in [(&flags[..], &[][..]), (&[], &flags), (&flags[..1], &flags)] {
            let e = remote.store(&set("1"), add, remove).await.unwrap_err();
            assert!(matches!(e, Error::Invalid("label")), "{flag:?}: {e}");
        }
        let e = remote.append(&name("a"), &flags, 0, "Cargo.toml".as_ref()).await.unwrap_err();
        assert!(matches!(e, Error::Invalid("label")), "{flag:?}: {e}");
    }
    for hostile in ["a\r\nA9 DELETE INBOX", "a\nb", "a\0b"] {
        for asked in
            [Call::Copy("1", hostile), Call::Create(hostile), Call::Rename("a", hostile), Call::Delete(hostile)]
        {
            assert!(matches!(call(&mut remote, asked).await, Err(Error::Invalid(_))), "{asked:?}");
        }
        assert!(matches!(remote.append(&name(hostile), &[], 0, "Cargo.toml".as_ref()).await, Err(Error::Invalid(_))));
    }
    part(remote, server).await;
}

#[tokio::test]
async fn where_messages_went_is_told_in_one_way_or_the_other() {
    let table: &[(&str, &[(u32, u32)])] = &[
        ("A0002 OK [COPYUID 38505 304,319:320 3956:3958] done\r\n", &[(304, 3956), (319, 3957), (320, 3958)]),
        ("A0002 OK [copyuid 38505 320:319,304 3956:3958] done\r\n", &[(319, 3956), (320, 3957), (304, 3958)]),
        ("* OK [COPYUID 38505 304 3956] moved\r\n* 3 EXPUNGE\r\nA0002 OK done\r\n", &[(304, 3956)]),
        (
            "* VANISHED 304\r\n* OK [COPYUID 38505 304 3956] .\r\nA0002 OK [COPYUID 38505 304 3956] done\r\n",
            &[(304, 3956)],
        ),
        (
            "* OK [COPYUID 38505 304 1] .\r\n* OK [COPYUID 38505 319:320 2:3] .\r\nA0002 OK .\r\n",
            &[(304, 1), (319, 2), (320, 3)],
        ),
        ("* OK [COPYUID 38505 304 x] garbled\r\nA0002 OK [COPYUID 38505 304 7] done\r\n", &[(304, 7)]),
        ("A0002 OK done\r\n", &[]),
        ("A0002 OK [COPYUID 38505 304,319 3956:3958] lengths differ\r\n", &[]),
        ("A0002 OK [COPYUID 38505 304] garbled\r\n", &[]),
        ("A0002 OK [COPYUID 38505 304,319: 3956] garbled\r\n", &[]),
        ("A0002 OK [COPYUID 0 304 3956] garbled\r\n", &[]),
        ("A0002 OK [COPYUID 38505 305 3956] not asked\r\n", &[]),
        ("A0002 OK [COPYUID 38505 304,304 1:2] twice\r\n", &[]),
        ("A0002 OK [COPYUID 38505 1:4294967295 1:4294967295] too long\r\n", &[]),
    ];
    for (answer, expected) in table {
        for (asked, verb) in [(Call::Move("304,319:320", "a"), "MOVE"), (Call::Copy("304,319:320", "a"), "COPY")] {
            let line = format!("A0002 UID {verb} 304,319:320 \"a\"\r\n");
            let (mut remote, server) = exactly(ALL, vec![hear(line), say(*answer)]).await;
            let told = call(&mut remote, asked).await.unwrap();
            assert_eq!(told.uids, *expected, "{answer}");
            assert_eq!(told.uidvalidity, (!expected.is_empty()).then_some(38505), "{answer}");
            part(remote, server).await;
        }
    }
}

#[tokio::test]
async fn a_move_that_is_only_claimed_is_tried_once() {
    let (mut remote, server) = exactly(
        "MOVE",
        vec![
            hear("A0002 UID MOVE 1 \"a\"\r\n"),
            say("* 2 EXISTS\r\nA0002 BAD what?\r\n"),
            hear("A0003 UID COPY 1 \"a\"\r\n"),
            say("A0003 OK [COPYUID 1 1 5] done\r\n"),
        ],
    )
    .await;
    assert!(remote.can_move());
    assert!(matches!(call(&mut remote, Call::Move("1", "a")).await, Err(Error::Protocol(_))));
    assert!(!remote.can_move() && remote.capabilities().has("MOVE"));
    assert_eq!(code(&call(&mut remote, Call::Move("1", "a")).await.unwrap_err()), Some("CANNOT"));
    assert_eq!(call(&mut remote, Call::Copy("1", "a")).await.unwrap().uids, [(1, 5)]);
    part(remote, server).await;

    // An answer out of turn says nothing about MOVE, and the connection is done for.
    let late = vec![hear("A0002 UID MOVE 1 \"a\"\r\n"), say("A0009 BAD what?\r\n")];
    let early = vec![hear("A0002 NOOP\r\n"), say("A0002 OK\r\nA0003 BAD what?\r\n")];
    for (first, acts) in [(false, late), (true, early)] {
        let (mut remote, server) = exactly("MOVE", acts).await;
        if first {
            remote.noop().await.unwrap();
        }
        let e = call(&mut remote, Call::Move("1", "a")).await.unwrap_err();
        assert!(matches!(e, Error::Protocol(_)), "{e}");
        assert!(remote.can_move());
        assert!(remote.noop().await.unwrap_err().breaks_connection());
        part(remote, server).await;
    }
}

#[tokio::test]
async fn news_beside_a_change_is_not_lost_and_its_echo_is_none() {
    let store = Call::Store("1:2", "\\Seen", "");
    let table: &[(Call<'_>, &str, Woken)] = &[
        (store, "", Woken::Interrupted),
        (store, "* 1 FETCH (UID 1 MODSEQ (12))\r\n* 2 FETCH (MODSEQ (12) UID 2)\r\n", Woken::Interrupted),
        (store, "* 1 FETCH (UID 1 MODSEQ (12) FLAGS (\\Seen \\Flagged))\r\n", Woken::News),
        (store, "* 3 FETCH (UID 3 MODSEQ (12))\r\n", Woken::News),
        (store, "* 1 FETCH (FLAGS (\\Seen))\r\n", Woken::News),
        (store, "* 10 EXISTS\r\n", Woken::News),
        (store, "* VANISHED 7\r\n", Woken::News),
        (Call::Move("1", "a"), "* 1 EXPUNGE\r\n", Woken::News),
        (Call::Copy("1", "a"), "* 9 EXISTS\r\n* 9 RECENT\r\n", Woken::Interrupted),
        (Call::Copy("1", "a"), "* 1 FETCH (FLAGS ())\r\n", Woken::News),
        (Call::Expunge("1"), "* VANISHED 1\r\n", Woken::News),
    ];
    for (asked, beside, expected) in table {
        let line = match asked {
            Call::Store(..) => "A0003 UID STORE 1:2 +FLAGS.SILENT (\\Seen)\r\n",
            Call::Move(..) => "A0003 UID MOVE 1 \"a\"\r\n",
            Call::Copy(..) => "A0003 UID COPY 1 \"a\"\r\n",
            _ => "A0003 UID EXPUNGE 1\r\n",
        };
        let mut acts = vec![
            hear("A0002 SELECT \"INBOX\"\r\n"),
            say("* 9 EXISTS\r\nA0002 OK\r\n"),
            hear(line),
            say(format!("{beside}A0003 OK\r\n")),
        ];
        if *expected == Woken::Interrupted {
            acts.extend([hear("A0004 NOOP\r\n"), say("A0004 OK\r\n")]);
        }
        let (mut remote, server) = exactly(ALL, acts).await;
        remote.select(&name("INBOX"), None).await.unwrap();
        call(&mut remote, *asked).await.unwrap();
        let interrupt = Notify::new();
        interrupt.notify_one();
        assert_eq!(remote.wait(Duration::from_secs(60), &interrupt).await.unwrap(), *expected, "{asked:?} {beside}");
        part(remote, server).await;
    }
}

#[tokio::test]
async fn what_lasts_in_a_mailbox_is_told_by_select() {
    type Told = (bool, Option<&'static [&'static str]>, bool);
    let table: &[(&str, &str, Told)] = &[
        ("", "", (false, None, true)),
        ("", "[READ-WRITE] ", (false, None, true)),
        ("", "[READ-ONLY] ", (true, None, true)),
        ("* OK [READ-ONLY] .\r\n", "", (true, None, true)),
        (
            "* OK [PERMANENTFLAGS (\\Answered \\Seen $Label1 \\*)] .\r\n",
            "[READ-WRITE] ",
            (false, Some(&["\\answered", "\\seen", "$Label1"]), true),
        ),
        ("* OK [PERMANENTFLAGS (\\Seen junk)] .\r\n", "", (false, Some(&["\\seen", "junk"]), false)),
        ("* OK [PERMANENTFLAGS ()] .\r\n", "[read-only] ", (true, Some(&[]), false)),
        ("* OK [PERMANENTFLAGS \\Seen] .\r\n", "", (false, None, true)),
        ("* OK [PERMANENTFLAGS (\\Seen] .\r\n", "", (false, None, true)),
        // Of the mailbox selected before.
        (
            "* OK [READ-ONLY] .\r\n* OK [PERMANENTFLAGS ()] .\r\n* OK [CLOSED] .\r\n* 1 EXISTS\r\n",
            "",
            (false, None, true),
        ),
    ];
    for (lines, tagged, (read_only, permanent, new_keywords)) in table {
        let answer = format!("* 1 EXISTS\r\n{lines}A0002 OK {tagged}done\r\n");
        let (mut remote, server) = exactly("", vec![hear("A0002 SELECT \"a\"\r\n"), say(answer)]).await;
        let selected = remote.select(&name("a"), None).await.unwrap();
        let permanent = permanent.map(|names| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            (selected.read_only, selected.permanent, selected.new_keywords),
            (*read_only, permanent, *new_keywords),
            "{lines}{tagged}"
        );
        part(remote, server).await;
    }
}
