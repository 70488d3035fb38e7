//! Sending against a server in memory that refuses, hangs up and forgets: each message arrives once, or is shown as unknown.

use super::post::{Fault, Post};
use super::*;
use crate::error::{Code, Error};
use crate::store::now;
use crate::view::*;

pub(super) fn header(text: &str, name: &str) -> String {
    let begins = format!("{}:", name.to_lowercase());
    text.lines().find(|l| l.to_lowercase().starts_with(&begins)).unwrap_or_default().to_owned()
}

fn message_id(text: &str) -> String {
    let line = header(text, "Message-ID");
    line.split_once('<').unwrap().1.trim_end_matches('>').to_owned()
}

#[test]
fn sent_once_and_filed_once() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let draft = post.write("Ann <ann@example.net>, bob@example.net", "Panes").await;
        let change =
            DraftChange { bcc: Some(crate::compose::parse_recipients("secret@example.net")), ..DraftChange::default() };
        post.composing.save(draft.id, draft.version, &change).await.unwrap();
        let id = post.send(draft.id).await;
        assert!(matches!(post.state(id).await, SendState::Waiting { error: None, tries: 0, .. }));
        assert!(post.store().drafts().await.unwrap().is_empty(), "it is not written on");
        post.deliver().await;
        post.deliver().await;
        assert!(matches!(post.state(id).await, SendState::Sent { .. }));
        let kept = post.kept();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].to, ["ann@example.net", "bob@example.net", "secret@example.net"]);
        assert!(!kept[0].text.contains("secret@"), "a blind copy is seen by nobody");
        assert!(kept[0].text.contains("Subject: Panes\r\n") && !kept[0].text.contains("Bcc"));

        // Looked for before it is put there, and a moment later again.
        for round in 0..6 {
            post.file(None).await.unwrap();
            assert_eq!(post.there("Sent").len(), usize::from(round >= 2), "round {round}");
        }
        let sent = post.there("Sent");
        assert_eq!(message_id(&sent[0]), message_id(&kept[0].text));
        assert!(header(&sent[0], "Bcc").contains("secret@example.net"), "one's own copy says who got it: {}", sent[0]);
        assert!(post.room.server.lock().boxes["Sent"].mails.values().all(|m| m.flags.seen));
        assert_eq!(post.store().next_filing(post.room.account).await.unwrap(), None);
    });
}

#[test]
fn a_provider_that_files_by_itself() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let draft = post.write("ann@example.net", "Panes").await;
        post.send(draft.id).await;
        post.deliver().await;
        post.file(None).await.unwrap();
        // It takes a moment, and rewrites what it files.
        let text = post.kept()[0].text.replace("Subject: Panes", "X-Filed: yes\r\nSubject: Panes");
        post.room.server.lock().put("Sent", text.as_bytes());
        for _ in 0..5 {
            post.file(None).await.unwrap();
        }
        assert_eq!(post.there("Sent"), [text]);
    });
}

#[test]
fn what_may_have_been_sent_is_never_sent_again() {
    for reached in [true, false] {
        run(async {
            let post = Post::new(&["UIDPLUS"]).await;
            let draft = post.write("ann@example.net", "Panes").await;
            let id = post.send(draft.id).await;
            post.fault(vec![Fault::Silent(reached)]);
            for _ in 0..4 {
                post.deliver().await;
                post.file(None).await.unwrap();
            }
            assert!(matches!(post.state(id).await, SendState::Unknown { .. }));
            assert_eq!(post.kept().len(), usize::from(reached));
            assert!(post.there("Sent").is_empty(), "nothing says that it was sent");
            assert!(post.store().cancel_outgoing(id).await.is_err());
            if reached {
                // The provider files it, late.
                let text = post.kept()[0].text.clone();
                post.room.server.lock().put("Sent", text.as_bytes());
                post.file(None).await.unwrap();
                assert!(matches!(post.state(id).await, SendState::Sent { .. }));
                post.file(None).await.unwrap();
                assert_eq!((post.kept().len(), post.there("Sent").len()), (1, 1));
            } else {
                // The person knows better; or writes on.
                post.composing.confirm(id).await.unwrap();
                assert!(matches!(post.state(id).await, SendState::Sent { .. }));
                for _ in 0..5 {
                    post.file(None).await.unwrap();
                }
                assert_eq!((post.kept().len(), post.there("Sent").len()), (0, 1));
            }
        });
    }
}

#[test]
fn nobody_looks_for_ever() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let draft = post.write("ann@example.net", "Panes").await;
        let id = post.send(draft.id).await;
        post.fault(vec![Fault::Silent(false)]);
        post.deliver().await;
        for _ in 0..12 {
            post.file(None).await.unwrap();
        }
        assert_eq!(post.store().next_filing(post.room.account).await.unwrap(), None);
        let again = post.store().outgoing_again(id).await.unwrap();
        assert_eq!(again, draft.id);
        assert_eq!(post.store().drafts().await.unwrap().len(), 1);
    });
}

#[test]
fn what_had_begun_when_we_died_is_unknown() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let draft = post.write("ann@example.net", "Panes").await;
        let id = post.send(draft.id).await;
        assert!(post.store().begin_outgoing(id, &[]).await.unwrap());
        assert!(!post.store().begin_outgoing(id, &[]).await.unwrap(), "begun once");
        post.store().outgoing_unknown().await.unwrap();
        post.deliver().await;
        assert!(matches!(post.state(id).await, SendState::Unknown { .. }));
        assert!(post.kept().is_empty());
    });
}

#[test]
fn what_surely_was_not_sent_is_tried_again() {
    let later: [(Vec<Fault>, bool); 6] = [
        (vec![Fault::NoConnection], false),
        (vec![Fault::Cut], false),
        (vec![Fault::Mail(451)], true),
        (vec![Fault::Data(452)], true),
        (vec![Fault::Recipient("ann", 450)], true),
        (vec![Fault::Mail(421)], true),
    ];
    for (faults, refusal) in later {
        run(async {
            let post = Post::new(&["UIDPLUS"]).await;
            let draft = post.write("ann@example.net", "Panes").await;
            let id = post.send(draft.id).await;
            for tries in 1..4 {
                post.fault(faults.clone());
                post.deliver().await;
                let SendState::Waiting { at, error: Some(error), tries: told } = post.state(id).await else {
                    panic!("{faults:?}: {:?}", post.state(id).await)
                };
                assert_eq!(told, tries, "{faults:?}");
                assert!(error.retry, "{error:?}");
                #[expect(clippy::cast_possible_truncation, reason = "seconds")]
                let wait = at as i64 - now();
                assert!(wait >= if refusal { 59 } else { 4 }, "{faults:?}: {wait} s");
                assert!(post.kept().is_empty());
            }
            post.deliver().await;
            assert!(matches!(post.state(id).await, SendState::Sent { .. }), "{faults:?}");
            assert_eq!(post.kept().len(), 1, "{faults:?}");
            if refusal {
                // After days of "later" it has failed.
                let draft = post.write("ann@example.net", "Panes").await;
                let id = post.send(draft.id).await;
                post.fault(faults.clone());
                post.deliver().await;
                post.sql("UPDATE outgoing SET refused = refused - 300000").await;
                post.fault(faults.clone());
                post.deliver().await;
                assert!(matches!(post.state(id).await, SendState::Failed { .. }), "{faults:?}");
            }
        });
    }
}

#[test]
fn what_is_refused_has_failed_and_says_for_whom() {
    run(async {
        for fault in [Fault::Mail(550), Fault::Data(554), Fault::Recipient("", 550)] {
            let post = Post::new(&["UIDPLUS"]).await;
            let draft = post.write("ann@example.net, bob@example.net", "Panes").await;
            let id = post.send(draft.id).await;
            post.fault(vec![fault.clone()]);
            post.deliver().await;
            post.deliver().await;
            let SendState::Failed { recipients, .. } = post.state(id).await else { panic!("{fault:?}") };
            assert!(recipients.len() == 2 && recipients.iter().all(|r| r.error.is_some()), "{recipients:?}");
            assert!(post.kept().is_empty());
            post.file(None).await.unwrap();
            assert!(post.there("Sent").is_empty());
            // Back to a draft, whole.
            let again = post.store().outgoing_again(id).await.unwrap();
            let again = post.composing.draft(again).await.unwrap();
            assert_eq!((again.id, again.to.len()), (draft.id, 2));
        }
    });
}

#[test]
fn some_are_refused_some_put_off_and_each_gets_it_once() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let draft = post.write("ann@example.net, bob@example.net, cy@example.net", "Panes").await;
        let id = post.send(draft.id).await;
        post.fault(vec![Fault::Recipient("bob", 550), Fault::Recipient("cy", 450)]);
        post.deliver().await;
        assert!(matches!(post.state(id).await, SendState::Waiting { tries: 1, .. }));
        assert!(post.store().cancel_outgoing(id).await.is_err(), "one has it already");
        post.deliver().await;
        let SendState::Failed { recipients, error } = post.state(id).await else { panic!() };
        let told: Vec<(&str, bool)> = recipients.iter().map(|r| (r.email.as_str(), r.error.is_some())).collect();
        assert_eq!(told, [("ann@example.net", false), ("bob@example.net", true), ("cy@example.net", false)]);
        assert_eq!(error.code, Code::NoSuchRecipient);
        for _ in 0..5 {
            post.file(None).await.unwrap();
        }
        assert_eq!(post.there("Sent").len(), 1);

        // Corrected, and sent to that one alone.
        let again = post.composing.reopened(post.store().outgoing_again(id).await.unwrap()).await.unwrap();
        assert_eq!(again.to.iter().map(|r| r.email.as_str()).collect::<Vec<_>>(), ["bob@example.net"]);
        let change =
            DraftChange { to: Some(crate::compose::parse_recipients("rob@example.net")), ..DraftChange::default() };
        post.composing.save(again.id, again.version, &change).await.unwrap();
        let second = post.send(again.id).await;
        post.deliver().await;
        assert!(matches!(post.state(second).await, SendState::Sent { .. }));
        let mut all: Vec<String> = post.kept().into_iter().flat_map(|k| k.to).collect();
        all.sort();
        assert_eq!(all, ["ann@example.net", "cy@example.net", "rob@example.net"]);
    });
}

#[test]
fn too_large_is_told_before_a_byte_travels() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        post.sink.state.lock().unwrap().most = Some(100);
        let draft = post.write("ann@example.net", "Panes").await;
        let id = post.send(draft.id).await;
        post.deliver().await;
        let SendState::Failed { error, .. } = post.state(id).await else { panic!() };
        assert_eq!(error.code, Code::MessageTooLarge);
        // From now on it is known before sending.
        post.store().outgoing_again(id).await.unwrap();
        assert_eq!(post.composing.check(draft.id).await.unwrap(), [Concern::TooLarge]);
    });
}

#[test]
fn taken_back_or_sent_and_told_truthfully() {
    run(async {
        for late in [false, true] {
            let post = Post::new(&["UIDPLUS"]).await;
            let draft = post.write("ann@example.net", "Panes").await;
            let id = post.send(draft.id).await;
            let answer = Arc::new(Mutex::new(None));
            {
                let (store, answer) = (post.store().clone(), answer.clone());
                let hook: Box<dyn FnOnce() -> futures::future::BoxFuture<'static, ()> + Send> = Box::new(move || {
                    Box::pin(async move {
                        let said = store.cancel_outgoing(id).await.is_ok();
                        *answer.lock().unwrap() = Some(said);
                    })
                });
                let mut state = post.sink.state.lock().unwrap();
                if late {
                    state.at_data = Some(hook);
                } else {
                    state.at_envelope = Some(hook);
                }
            }
            post.deliver().await;
            post.deliver().await;
            assert_eq!(*answer.lock().unwrap(), Some(!late));
            assert_eq!(post.kept().len(), usize::from(late));
            assert_eq!(post.store().drafts().await.unwrap().len(), usize::from(!late));
        }
    });
}

#[test]
fn an_account_that_only_receives_says_so() {
    run(async {
        let post = Post::of(&["UIDPLUS"], false).await;
        let draft = post.write("ann@example.net", "Panes").await;
        assert_eq!(post.composing.check(draft.id).await.unwrap(), [Concern::NoOutgoingServer]);
        let refused = post.composing.outbox.send(draft.id, None).await.unwrap_err();
        assert!(matches!(&refused, Error::Ui(ui) if ui.code == Code::NoOutgoing), "{refused:?}");
        assert_eq!(post.store().drafts().await.unwrap().len(), 1);
    });
}

/// Wherever the connection ends while the copy is put into Sent, done or not done: there is one copy in the end.
#[test]
fn one_copy_in_sent_wherever_the_wire_is_cut() {
    run(async {
        for lose_answer in [false, true] {
            for capabilities in [&["UIDPLUS"][..], &[]] {
                for cut in 0..14 {
                    let post = Post::new(capabilities).await;
                    let draft = post.write("ann@example.net", "Panes").await;
                    post.send(draft.id).await;
                    post.deliver().await;
                    post.file(None).await.unwrap();
                    post.file(None).await.unwrap();
                    post.room.server.lock().lose_answer = lose_answer;
                    let _ = post.file(Some(cut)).await;
                    post.room.server.lock().lose_answer = false;
                    for _ in 0..6 {
                        post.file(None).await.unwrap();
                    }
                    assert_eq!(post.there("Sent").len(), 1, "cut after {cut}, {lose_answer}, {capabilities:?}");
                    assert_eq!(post.kept().len(), 1);
                }
            }
        }
    });
}

#[test]
fn a_full_mailbox_costs_the_copy_some_time_and_nobody_a_second_mail() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        post.room.server.lock().refuse.insert("Sent".into(), "OVERQUOTA".into());
        let draft = post.write("ann@example.net", "Panes").await;
        let id = post.send(draft.id).await;
        post.deliver().await;
        for _ in 0..5 {
            post.file(None).await.unwrap();
        }
        assert!(matches!(post.state(id).await, SendState::Sent { .. }));
        assert!(post.there("Sent").is_empty());
        post.room.server.lock().refuse.clear();
        post.composing.retry(id).await.unwrap();
        for _ in 0..4 {
            post.file(None).await.unwrap();
        }
        assert_eq!((post.kept().len(), post.there("Sent").len()), (1, 1));
    });
}
