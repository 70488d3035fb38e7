//! Servers that name conversations themselves: asked for with the headers, and read whatever they answer.

use crate::script::{connect, serve, signed_in};
use engine::remote::{MailboxName, Remote, UidSet, Window};
use tokio::sync::mpsc;

const ITEMS: &str = "UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE FROM SENDER REPLY-TO TO CC BCC SUBJECT MESSAGE-ID IN-REPLY-TO REFERENCES LIST-ID CONTENT-TYPE DISPOSITION-NOTIFICATION-TO)] BODYSTRUCTURE";

#[tokio::test]
async fn names_of_conversations_are_asked_for_where_a_server_has_them() {
    let gmail = "S: * 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] \"\" X-GM-MSGID 1278455344230334865 X-GM-THRID 1266894439832287888)
S: * 2 FETCH (UID 2 BODY[HEADER.FIELDS (SUBJECT)] \"\" X-GM-THRID 18446744073709551615 X-GM-MSGID 7)
S: * 3 FETCH (UID 3 BODY[HEADER.FIELDS (SUBJECT)] \"\" X-GM-THRID gone X-GM-MSGID 8)\n";
    let objects =
        "S: * 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] \"\" EMAILID (M6d99ac3275bb4e) THREADID (T64b478a75b7ea9))
S: * 2 FETCH (UID 2 BODY[HEADER.FIELDS (SUBJECT)] \"\" EMAILID (M5fdc09b49ea703) THREADID NIL)
S: * 3 FETCH (UID 3 BODY[HEADER.FIELDS (SUBJECT)] \"\" THREADID () EMAILID (M7))\n";
    let name = |id: &str| Some(id.to_owned());
    for (capabilities, asks, answers, right) in [
        (
            "X-GM-EXT-1",
            " X-GM-MSGID X-GM-THRID",
            gmail,
            [name("g:1266894439832287888"), name("g:18446744073709551615"), None],
        ),
        ("OBJECTID", " EMAILID THREADID", objects, [name("t:T64b478a75b7ea9"), None, None]),
        (
            "X-GM-EXT-1 OBJECTID",
            " X-GM-MSGID X-GM-THRID",
            "S: * 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] \"\")\nS: * 2 FETCH (UID 2 BODY[HEADER.FIELDS (SUBJECT)] \"\")\nS: * 3 FETCH (UID 3 BODY[HEADER.FIELDS (SUBJECT)] \"\")\n",
            [None, None, None],
        ),
        (
            "",
            "",
            "S: * 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT)] \"\")\nS: * 2 FETCH (UID 2 BODY[HEADER.FIELDS (SUBJECT)] \"\")\nS: * 3 FETCH (UID 3 BODY[HEADER.FIELDS (SUBJECT)] \"\")\n",
            [None, None, None],
        ),
    ] {
        let script = format!(
            "C: A0002 SELECT \"INBOX\"\nS: * 3 EXISTS\nS: * OK [UIDVALIDITY 7] v\nS: * OK [UIDNEXT 4] n\nS: A0002 OK done\n\
             C: A0003 UID FETCH 1:3 ({ITEMS}{asks})\n{answers}S: A0003 OK done\n"
        );
        let (stream, server) = serve(&signed_in(capabilities, &script));
        let mut remote = connect(stream).await.unwrap();
        remote.select(&MailboxName("INBOX".into()), None).await.unwrap();
        let (to, mut from) = mpsc::channel(100);
        remote.headers(Window::Uids(UidSet::range(1, 3)), false, to).await.unwrap();
        let mut rows = Vec::new();
        while let Some(batch) = from.recv().await {
            rows.extend(batch);
        }
        let names: Vec<_> = rows.iter().map(|r| r.thread_id.clone()).collect();
        assert_eq!(names, right, "{capabilities}");
        assert_eq!(server.await.unwrap(), None, "{capabilities}");
    }
}
