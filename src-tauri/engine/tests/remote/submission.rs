//! Handing a message over: what travels, what each refusal means, and that it is never in doubt without being said so.

use engine::error::Code;
use engine::error::Error;
use engine::remote::{Connect, Envelope, Network, Submit, Undelivered};
use engine::view::{Security, ServerSettings};
use std::path::PathBuf;
use std::time::Duration;
use testkit::smtp::{Deed, Rule, Stage};
use testkit::{Authority, Smtp};

struct Post {
    server: Smtp,
    settings: ServerSettings,
    network: Network,
    folder: tempfile::TempDir,
}

impl Post {
    fn new() -> Self {
        let identity = Authority::new().unwrap().issue(&["localhost"]).unwrap();
        let server = Smtp::start(&[("ann".into(), "secret".into())], &identity).unwrap();
        let settings = ServerSettings {
            host: "localhost".into(),
            port: server.tls_port(),
            security: Security::Tls,
            user: "ann".into(),
            accepted_certificate: Some(identity.fingerprint.clone()),
            allow_clear_text: false,
        };
        Self { server, settings, network: Network::new().unwrap(), folder: tempfile::tempdir().unwrap() }
    }

    async fn connect(&self) -> Box<dyn Submit> {
        self.network.submission(&self.settings, &"secret".into()).await.unwrap()
    }

    fn message(&self, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join("message");
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn script(&self, stage: Stage, containing: &str, deed: Deed) {
        self.server.behave();
        self.server.script(Rule { stage, containing: containing.into(), deed, times: None });
    }
}

fn envelope(to: &[&str]) -> Envelope {
    Envelope {
        from: "ann@restante.test".into(),
        to: to.iter().map(|t| (*t).to_owned()).collect(),
        size: 100,
        utf8: false,
        eight_bit: false,
        report: None,
    }
}

const LETTER: &[u8] = b"Subject: x\r\n\r\n.dot\r\n..two\r\nend";

#[tokio::test(flavor = "multi_thread")]
async fn a_message_travels_as_it_is_with_and_without_extensions() {
    let post = Post::new();
    for offers in [&["PIPELINING", "SIZE 1000", "8BITMIME", "SMTPUTF8"][..], &["SIZE"], &[]] {
        post.server.offer(offers);
        let mut connection = post.connect().await;
        // Two on one connection, the second to more than are told at once.
        let many: Vec<String> = (0..230).map(|n| format!("r{n}@x.test")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        for to in [&["bob@x.test"][..], &many] {
            let before = post.server.kept().len();
            assert!(connection.envelope(&envelope(to)).await.unwrap().iter().all(Option::is_none));
            let words = connection.data(&post.message(LETTER)).await.unwrap();
            assert!(words.starts_with("250"), "{words}");
            let kept = post.server.kept();
            assert_eq!(kept.len(), before + 1);
            let kept = kept.last().unwrap();
            assert_eq!((kept.from.as_str(), kept.to.len()), ("ann@restante.test", to.len()));
            assert_eq!(String::from_utf8_lossy(&kept.message), "Subject: x\r\n\r\n.dot\r\n..two\r\nend\r\n");
        }
        connection.quit().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_line_end_smuggles_a_second_message() {
    let post = Post::new();
    let mut connection = post.connect().await;
    let smuggled = "MAIL FROM:<evil@x.test>\r\nRCPT TO:<bob@x.test>\r\nDATA\r\nfrom evil";
    let ends = ["\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r\n", "\r.\r\n", "\n.\r", "\r\n.\r", "\r.\n"];
    for end in ends {
        let before = post.server.kept().len();
        connection.envelope(&envelope(&["bob@x.test"])).await.unwrap();
        let letter = format!("Subject: x\r\n\r\nfirst{end}{smuggled}");
        connection.data(&post.message(letter.as_bytes())).await.unwrap();
        let kept = post.server.kept();
        assert_eq!(kept.len(), before + 1, "{end:?}");
        let raw = &kept.last().unwrap().raw;
        assert_eq!(raw.windows(5).filter(|w| w == b"\r\n.\r\n").count(), 1, "{end:?}");
        let lone = |at: usize| match raw[at] {
            b'\n' => at == 0 || raw[at - 1] != b'\r',
            b'\r' => raw.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        assert!(!(0..raw.len()).any(lone), "{end:?}: {}", String::from_utf8_lossy(raw));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_of_whom_and_why() {
    let post = Post::new();
    for offers in [&["PIPELINING", "SIZE 1000"][..], &["SIZE 1000"]] {
        post.server.offer(offers);
        let mut connection = post.connect().await;
        // One of three.
        post.script(Stage::To, "nobody@", Deed::Say("550 5.1.1 no such user".into()));
        let told = connection.envelope(&envelope(&["bob@x.test", "nobody@x.test", "cy@x.test"])).await.unwrap();
        let refused: Vec<_> =
            told.iter().map(|t| t.as_ref().map(|d| (d.code, d.status.clone(), d.meaning()))).collect();
        assert_eq!(refused, [None, Some((550, Some("5.1.1".into()), Code::NoSuchRecipient)), None]);
        connection.data(&post.message(LETTER)).await.unwrap();
        assert_eq!(post.server.kept().last().unwrap().to, ["bob@x.test", "cy@x.test"]);
        // All of them; then the connection still serves.
        let told = connection.envelope(&envelope(&["nobody@x.test"])).await.unwrap();
        assert!(told[0].is_some());
        // The sender.
        post.script(Stage::From, "", Deed::Say("553 5.1.8 not yours".into()));
        let refused = connection.envelope(&envelope(&["bob@x.test"])).await.unwrap_err();
        assert!(matches!(&refused, Error::Declined(d) if d.meaning() == Code::SenderRefused), "{refused:?}");
        assert!(!refused.is_temporary());
        // The message, at DATA and after it; temporary ones say so.
        for (stage, words, temporary) in [
            (Stage::Data, "451 4.3.0 later", true),
            (Stage::Data, "554 5.5.1 no", false),
            (Stage::Message, "550 5.7.1 spam", false),
            (Stage::Message, "452 4.3.1 full", true),
        ] {
            let before = post.server.kept().len();
            post.script(stage, "", Deed::Say(words.into()));
            connection.envelope(&envelope(&["bob@x.test"])).await.unwrap();
            match connection.data(&post.message(LETTER)).await {
                Err(Undelivered::Not(e @ Error::Declined(_))) => assert_eq!(e.is_temporary(), temporary, "{words}"),
                other => panic!("{words}: {other:?}"),
            }
            assert_eq!(post.server.kept().len(), before, "{words}");
        }
        post.server.behave();
        connection.envelope(&envelope(&["bob@x.test"])).await.unwrap();
        connection.data(&post.message(LETTER)).await.unwrap();
        // What the server has said it cannot do is not tried.
        let large = Envelope { size: 1001, ..envelope(&["bob@x.test"]) };
        assert!(
            matches!(connection.envelope(&large).await, Err(Error::Declined(d)) if d.meaning() == Code::MessageTooLarge)
        );
        let utf8 = Envelope { utf8: true, ..envelope(&["köln@x.test"]) };
        assert!(
            matches!(connection.envelope(&utf8).await, Err(Error::Declined(d)) if d.meaning() == Code::AddressScript)
        );
        for address in ["a b@x", "a>\r\nRCPT TO:<evil@x", "a@x\n", "", "nobody", "\"a\"@x"] {
            let wrong = connection.envelope(&envelope(&[address])).await;
            assert!(matches!(wrong, Err(Error::Invalid("address"))), "{address:?}: {wrong:?}");
        }
        connection.envelope(&envelope(&["bob@x.test"])).await.unwrap();
        connection.data(&post.message(LETTER)).await.unwrap();
        connection.quit().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_before_the_dot_is_no_and_after_it_is_unknown() {
    let post = Post::new();
    // More than the buffers of a connection hold: a server that hangs up in the middle is noticed there.
    let line = [vec![b'a'; 990], b"\r\n".to_vec()].concat();
    let large = [b"Subject: x\r\n\r\n".to_vec(), line.repeat(16_000)].concat();
    for (stage, unknown) in [(Stage::Data, false), (Stage::Body, false), (Stage::Message, true)] {
        let before = post.server.kept().len();
        post.server.behave();
        let mut connection = post.connect().await;
        post.script(stage, "", Deed::HangUp);
        connection.envelope(&envelope(&["bob@x.test"])).await.unwrap();
        match (connection.data(&post.message(&large)).await, unknown) {
            (Err(Undelivered::Not(_)), false) => assert_eq!(post.server.kept().len(), before),
            (Err(Undelivered::Unknown(_)), true) => assert_eq!(post.server.kept().len(), before + 1),
            (other, _) => panic!("{stage:?}: {other:?}"),
        }
    }
    // Slow is not cut.
    post.script(Stage::Message, "", Deed::Wait(Duration::from_millis(300)));
    let mut connection = post.connect().await;
    connection.envelope(&envelope(&["bob@x.test"])).await.unwrap();
    connection.data(&post.message(&large)).await.unwrap();
}

/// Reports of delivery are asked for where the server has them (RFC 3461), and nowhere else.
#[tokio::test(flavor = "multi_thread")]
async fn reports_are_asked_for_where_there_are_any() {
    let post = Post::new();
    let asked = Envelope { report: Some("a+b@x.test".into()), ..envelope(&["a+b=c@x.test"]) };
    let nobody = Envelope { from: String::new(), ..envelope(&["bob@x.test"]) };
    for (offers, envelope, stage, line) in [
        (&["DSN"][..], &asked, Stage::From, "MAIL FROM:<ann@restante.test> RET=HDRS ENVID=a+2Bb@x.test"),
        (
            &["DSN"],
            &asked,
            Stage::To,
            "RCPT TO:<a+b=c@x.test> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;a+2Bb+3Dc@x.test",
        ),
        (&[], &asked, Stage::To, "RCPT TO:<a+b=c@x.test>"),
        (&["DSN"], &nobody, Stage::From, "MAIL FROM:<>"),
    ] {
        post.server.offer(offers);
        let mut connection = post.connect().await;
        assert_eq!(connection.reports(), !offers.is_empty());
        // Said back by a server that refuses exactly this line.
        post.script(stage, line, Deed::Say("550 5.0.0 heard".into()));
        let told = match connection.envelope(envelope).await {
            Ok(answers) => answers.into_iter().flatten().next().map(|d| d.text),
            Err(Error::Declined(declined)) => Some(declined.text),
            Err(e) => panic!("{e}"),
        };
        assert_eq!(told.as_deref(), Some("550 5.0.0 heard"), "{line}");
        // And nothing more than that stood in it.
        post.script(stage, &format!("{line} "), Deed::Say("550 5.0.0 more".into()));
        assert!(connection.envelope(envelope).await.unwrap().iter().all(Option::is_none), "{line}");
        connection.quit().await;
    }
}
