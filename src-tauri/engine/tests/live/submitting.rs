//! Submission to a real Postfix: over TLS and after STARTTLS, an envelope in one breath, reports of delivery, refusals one by one, and
//! nothing that is larger than it takes. What arrives is seen by `doveadm`.

use crate::room::{PATIENCE, Room};
use engine::error::Code;
use engine::view::*;
use testkit::postfix::Beside;
use testkit::{Authority, Options, Postfix, Proxy};

const USERS: [&str; 3] = ["alice", "bob", "carol"];
/// The largest message that is taken.
const SIZE: u64 = 1 << 20;

async fn send(room: &Room, account: Id, to: &str, subject: &str, file: Option<Vec<u8>>) -> (Vec<Concern>, SendState) {
    let engine = &room.engine;
    let draft = engine.compose(Compose::New { account: Some(account) }).await.unwrap();
    let change = DraftChange {
        to: Some(engine.parse_recipients(to.into()).await.unwrap()),
        subject: Some(subject.into()),
        html: Some("<div>The panes arrive on <b>Thursday</b>.</div><div>.</div>".into()),
        delivery_report: Some(true),
        ..DraftChange::default()
    };
    engine.save_draft(draft.id, draft.version, change).await.unwrap();
    if let Some(bytes) = file {
        let path = room.profile.path().join("panes.bin");
        std::fs::write(&path, bytes).unwrap();
        engine.attach_paths(draft.id, vec![path]).await.unwrap();
    }
    let concerns = engine.check_draft(draft.id).await.unwrap();
    let sent = engine.send_draft(draft.id, Some(0.0)).await.unwrap();
    let ended = |state: &SendState| matches!(state, SendState::Sent { .. } | SendState::Failed { .. });
    let state = room.wait(subject, |e| async move {
        let all = e.outgoing().await.unwrap();
        all.into_iter().find(|o| o.id == sent.id).map(|o| o.state).filter(ended)
    });
    (concerns, state.await)
}

/// Waits until somebody's inbox has so many of a subject, and gives what they say.
fn arrived(room: &Room, user: &str, subject: &str, count: usize) -> String {
    testkit::wait_for(&format!("{count} of {subject} at {user}"), PATIENCE, || {
        let query = ["mailbox", "INBOX", "subject", subject];
        (room.server.eye().search(user, &query).unwrap().len() == count).then_some(())
    })
    .unwrap();
    room.server.eye().fetch(user, "text", &["mailbox", "INBOX", "subject", subject]).unwrap().join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn to_a_postfix_over_tls_and_after_starttls() {
    let (mut beside, options) = Beside::options(Options::with_users(&USERS), &["example.org"]).unwrap();
    beside.size = SIZE;
    let room = Room::new(options).await;
    let postfix = Postfix::start(&room.server, &beside).unwrap();
    let shown = Authority::new().unwrap().issue(&["localhost"]).unwrap();
    let wire = Proxy::reading(postfix.tls_port(), &shown, postfix.authority()).unwrap();
    let server = |port: u16, security: Security, fingerprint: &str| ServerSettings {
        host: "localhost".into(),
        port,
        security,
        user: "alice".into(),
        accepted_certificate: Some(fingerprint.into()),
        allow_clear_text: false,
    };
    let mut form = room.form("alice");
    form.outgoing = Some(server(wire.port(), Security::Tls, &shown.fingerprint));
    let account = room.engine.add_account(form).await.unwrap();
    room.up_to_date(account).await;

    // The envelope is said in one breath, as Postfix has PIPELINING, with what it has for sizes and reports.
    wire.meter().reset();
    let (concerns, state) = send(&room, account, "bob@example.org, carol@example.org", "Panes", None).await;
    assert!(concerns.is_empty() && matches!(state, SendState::Sent { .. }), "{concerns:?} {state:?}");
    let said = wire.transcript();
    let lines: Vec<&str> = said.lines().collect();
    let at = lines.iter().position(|line| line.starts_with("C: MAIL FROM:<alice@example.org> SIZE=")).unwrap();
    let [mail, bob, carol, answer, ..] = lines[at..] else { panic!("{said}") };
    assert!(mail.contains(" RET=HDRS ENVID="), "{mail}");
    for (line, who) in [(bob, "bob"), (carol, "carol")] {
        let expected =
            format!("C: RCPT TO:<{who}@example.org> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;{who}@example.org");
        assert_eq!(line, expected);
    }
    assert!(answer.starts_with("S: 250"), "{said}");
    for user in ["bob", "carol"] {
        let there = arrived(&room, user, "Panes", 1);
        assert!(there.contains("Thursday") && there.contains("alice@example.org"), "{there}");
    }
    // Each delivery is reported to whoever asked for that, and comes into the list like any mail.
    arrived(&room, "alice", "Successful Mail Delivery Report", 1);
    room.row(account, "Successful Mail Delivery Report").await;

    // Whom the server refuses is told; the others have it.
    let (_, state) = send(&room, account, "bob@example.org, dora@elsewhere.example", "Frames", None).await;
    let SendState::Failed { recipients, .. } = state else { panic!("{state:?}") };
    let told: Vec<(&str, bool)> = recipients.iter().map(|r| (r.email.as_str(), r.error.is_some())).collect();
    assert_eq!(told, [("bob@example.org", false), ("dora@elsewhere.example", true)]);
    arrived(&room, "bob", "Frames", 1);

    // What is larger than it takes is known to be before a byte of it travels.
    wire.meter().reset();
    let large = vec![b'x'; usize::try_from(SIZE).unwrap()];
    let (concerns, state) = send(&room, account, "bob@example.org", "Too much", Some(large)).await;
    assert_eq!(concerns, [Concern::TooLarge]);
    let SendState::Failed { error, .. } = state else { panic!("{state:?}") };
    assert_eq!(error.code, Code::MessageTooLarge);
    assert!(wire.meter().up() < SIZE / 10 && !wire.transcript().contains("C: MAIL FROM"), "{}", wire.transcript());

    // The other door: clear text until STARTTLS, and no word of the person's before it.
    let door = server(postfix.starttls_port(), Security::StartTls, postfix.fingerprint());
    room.engine.edit_outgoing(account, Some(door), None).await.unwrap();
    let (_, state) = send(&room, account, "carol@example.org", "Putty", None).await;
    assert!(matches!(state, SendState::Sent { .. }), "{state:?}");
    arrived(&room, "carol", "Putty", 1);
    for (user, subject, count) in [("bob", "Panes", 1), ("bob", "Frames", 1), ("bob", "Too much", 0)] {
        arrived(&room, user, subject, count);
    }
    assert!(!postfix.log().contains("fatal") && !postfix.log().contains("panic"), "{}", postfix.log());
}
