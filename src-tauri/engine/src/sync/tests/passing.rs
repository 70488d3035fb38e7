//! What goes out beside letters: messages passed on as they are, receipts; and with which secret, to which Sent.

use super::post::{Fault, Post};
use super::*;
use crate::error::{Code, Error, UiError};
use crate::secrets::Key;
use crate::sync::Accounts;
use crate::view::*;

const ORIGINAL: &str = "Return-Path: <ann@example.net>\r\nDelivered-To: me+shop@example.org\r\nReceived: by x\r\nFrom: Ann <ann@example.net>\r\n\
    To: me@example.org\r\nSubject: Gr\u{fc}\u{df}e\r\nMessage-ID: <orig@x.org>\r\nDisposition-Notification-To: Ann <ann@example.net>\r\n\
    MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\u{fc}ber  den Garten\r\n";

async fn only_message(post: &Post) -> Id {
    let message: i64 = sqlx::query_scalar("SELECT min(id) FROM message").fetch_one(post.store().read()).await.unwrap();
    u32::try_from(message).unwrap()
}

/// A message in the inbox.
async fn received(post: &Post, text: &str) -> Id {
    post.room.server.lock().put("INBOX", text.as_bytes());
    post.look().await;
    only_message(post).await
}

/// Puts the whole of it here, as somebody who saved it has.
async fn fetched(post: &Post, message: Id, text: &str) {
    let folder = crate::store::files::folder(&post.room.house.profile);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("whole"), text).unwrap();
    let mut tx = post.store().write().await.unwrap();
    sqlx::query("INSERT INTO part (message, section, file, size) VALUES (?1, '', 'whole', ?2)")
        .bind(message)
        .bind(i64::try_from(text.len()).unwrap())
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[test]
fn what_is_passed_on_stays_as_it_is() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let message = received(&post, ORIGINAL).await;
        fetched(&post, message, ORIGINAL).await;
        let draft = post.composing.compose(Compose::Redirect { message }).await.unwrap();
        assert!(draft.redirect && draft.to.is_empty() && draft.answer.is_some_and(|a| a.message == message));
        assert_eq!(post.composing.check(draft.id).await.unwrap(), [Concern::NoRecipient]);
        let change = DraftChange {
            to: Some(crate::compose::parse_recipients("Bo <bo@example.net>")),
            bcc: Some(crate::compose::parse_recipients("secret@example.net")),
            subject: Some("another".into()),
            html: Some("<div>mine</div>".into()),
            ..DraftChange::default()
        };
        post.composing.save(draft.id, draft.version, &change).await.unwrap();
        let now = post.composing.draft(draft.id).await.unwrap();
        assert_eq!((now.subject.as_str(), now.html.as_str(), now.to.len()), (draft.subject.as_str(), "", 1));
        let added = post.composing.attach_bytes(draft.id, "a".into(), String::new(), "SGVsbG8=", false).await;
        assert!(matches!(added, Err(Error::Invalid(_))), "nothing is added to it");
        post.file(None).await.unwrap();
        assert!(post.there("Drafts").is_empty(), "no copy of it in Drafts");

        let id = post.send(draft.id).await;
        post.deliver().await;
        let kept = post.kept();
        assert_eq!(kept[0].to, ["bo@example.net", "secret@example.net"]);
        let (resent, rest) = kept[0].text.split_once("Received: by x").unwrap();
        assert!(
            resent.contains("Resent-To: \"Bo\" <bo@example.net>") || resent.contains("Resent-To: Bo <bo@example.net>"),
            "{resent}"
        );
        for field in ["Resent-From: ", "Resent-Date: ", "Resent-Message-ID: "] {
            assert!(resent.contains(field), "{field}: {resent}");
        }
        assert!(!resent.contains("secret") && !resent.contains("Return-Path"), "{resent}");
        let (_, expected) = ORIGINAL.split_once("Received: by x").unwrap();
        assert_eq!(rest, expected);
        assert!(post.sink.state.lock().unwrap().envelopes[0].eight_bit);
        assert!(matches!(post.state(id).await, SendState::Sent { .. }));
        for _ in 0..6 {
            post.file(None).await.unwrap();
        }
        assert!(post.there("Sent").is_empty(), "its copy could not be told from the original");
        assert_eq!(post.kept().len(), 1);
        assert_eq!(post.store().next_filing(post.room.account).await.unwrap(), None);
        let server = post.room.server.lock();
        let marked = server.boxes["INBOX"].mails.values().any(|m| m.flags.keywords.iter().any(|k| k == "$Forwarded"));
        assert!(marked, "the original says that it was passed on");
    });
}

#[test]
fn what_was_passed_on_and_may_have_arrived_is_not_looked_for() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let message = received(&post, ORIGINAL).await;
        fetched(&post, message, ORIGINAL).await;
        let draft = post.composing.compose(Compose::Redirect { message }).await.unwrap();
        let to = DraftChange { to: Some(crate::compose::parse_recipients("bo@example.net")), ..DraftChange::default() };
        post.composing.save(draft.id, draft.version, &to).await.unwrap();
        let id = post.send(draft.id).await;
        post.fault(vec![Fault::Silent(true)]);
        for _ in 0..3 {
            post.deliver().await;
            post.file(None).await.unwrap();
        }
        assert!(matches!(post.state(id).await, SendState::Unknown { .. }));
        assert_eq!(post.kept().len(), 1, "never again by itself");
        post.composing.confirm(id).await.unwrap();
        for _ in 0..4 {
            post.file(None).await.unwrap();
        }
        assert!(matches!(post.state(id).await, SendState::Sent { .. }) && post.there("Sent").is_empty());
    });
}

async fn asks(post: &Post, message: Id) -> Option<String> {
    let m = post.store().message(message).await.unwrap();
    post.store().receipt_wanted(&m).await.unwrap().map(|a| a.email)
}

#[test]
fn a_receipt_is_answered_once_and_by_choice() {
    for send in [true, false] {
        run(async {
            let post = Post::new(&["UIDPLUS"]).await;
            let message = received(&post, ORIGINAL).await;
            assert_eq!(asks(&post, message).await.as_deref(), Some("ann@example.net"));
            post.composing.answer_receipt(message, send).await.unwrap();
            assert_eq!(asks(&post, message).await, None);
            let again = post.composing.answer_receipt(message, true).await;
            assert_eq!(UiError::from(again.unwrap_err()).code, Code::TooLate);
            post.deliver().await;
            post.deliver().await;
            for _ in 0..5 {
                post.file(None).await.unwrap();
            }
            let kept = post.kept();
            assert_eq!(kept.len(), usize::from(send));
            if let Some(report) = kept.first() {
                assert_eq!(report.to, ["ann@example.net"]);
                for words in [
                    "report-type=disposition-notification",
                    "Final-Recipient: rfc822;me@example.org",
                    "Original-Message-ID: <orig@x.org>",
                    "Disposition: manual-action/MDN-sent-manually; displayed",
                ] {
                    assert!(report.text.contains(words), "{words}: {}", report.text);
                }
                assert_eq!(post.sink.state.lock().unwrap().envelopes[0].from, "", "from nobody");
            }
            assert!(post.there("Sent").is_empty());
            let told = |post: &Post| {
                let server = post.room.server.lock();
                server.boxes["INBOX"].mails.values().all(|m| m.flags.keywords.iter().any(|k| k == "$MDNSent"))
            };
            assert!(told(&post), "every other program of the person knows");
            assert!(post.store().timeline("", None, 10).await.unwrap().is_empty(), "no act of its own");
        });
    }
}

#[test]
fn who_is_not_asked_for_a_receipt() {
    run(async {
        for (from, to) in [
            ("Disposition-Notification-To: Ann <ann@example.net>", "Disposition-Notification-To: not an address"),
            ("Disposition-Notification-To: Ann <ann@example.net>", "Disposition-Notification-To: me@example.org"),
            ("From: Ann <ann@example.net>", "From: me@example.org"),
            ("Received: by x", "List-Id: <l.example.net>"),
        ] {
            let post = Post::new(&["UIDPLUS"]).await;
            assert!(ORIGINAL.contains(from));
            let message = received(&post, &ORIGINAL.replace(from, to)).await;
            assert_eq!(asks(&post, message).await, None, "{to}");
        }
        for mailbox in ["Sent", "Drafts"] {
            let post = Post::new(&["UIDPLUS"]).await;
            post.room.server.lock().put(mailbox, ORIGINAL.as_bytes());
            post.look().await;
            assert_eq!(asks(&post, only_message(&post).await).await, None, "{mailbox}");
        }
        // Another program has answered.
        let post = Post::new(&["UIDPLUS"]).await;
        {
            let mut server = post.room.server.lock();
            server.put("INBOX", ORIGINAL.as_bytes());
            for mail in server.boxes.get_mut("INBOX").unwrap().mails.values_mut() {
                mail.flags.keywords.push("$mdnsent".into());
            }
        }
        post.look().await;
        assert_eq!(asks(&post, only_message(&post).await).await, None);
        // Nobody can answer who cannot send; that none is to be sent can be said.
        let post = Post::of(&["UIDPLUS"], false).await;
        let message = received(&post, ORIGINAL).await;
        let e = UiError::from(post.composing.answer_receipt(message, true).await.unwrap_err());
        assert_eq!(e.code, Code::NoOutgoing);
        assert!(asks(&post, message).await.is_some());
        post.composing.answer_receipt(message, false).await.unwrap();
        assert_eq!(asks(&post, message).await, None);
    });
}

#[test]
fn a_server_that_takes_nothing_from_nobody_gets_the_address_and_a_refusal_is_the_end() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let message = received(&post, ORIGINAL).await;
        post.composing.answer_receipt(message, true).await.unwrap();
        post.fault(vec![Fault::Mail(550)]);
        post.deliver().await;
        let from: Vec<String> = post.sink.state.lock().unwrap().envelopes.iter().map(|e| e.from.clone()).collect();
        assert_eq!((from, post.kept().len()), (vec![String::new(), "me@example.org".into()], 1));

        let post = Post::new(&["UIDPLUS"]).await;
        let message = received(&post, ORIGINAL).await;
        post.composing.answer_receipt(message, true).await.unwrap();
        let waiting = post.store().outgoing().await.unwrap();
        assert!(waiting.len() == 1 && !waiting[0].undoable, "there is no draft to go back to");
        assert!(post.store().cancel_outgoing(waiting[0].id).await.is_err());
        post.fault(vec![Fault::Recipient("ann", 550)]);
        post.deliver().await;
        assert!(post.store().outgoing().await.unwrap().is_empty(), "nobody is asked about it");
    });
}

#[test]
fn reports_of_delivery_are_asked_for_by_choice() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        for has in [false, true] {
            post.sink.state.lock().unwrap().reports = has;
            let draft = post.write("ann@example.net", "Panes").await;
            let change = DraftChange { delivery_report: Some(true), ..DraftChange::default() };
            post.composing.save(draft.id, draft.version, &change).await.unwrap();
            let known = post.composing.check(draft.id).await.unwrap();
            assert!(!known.contains(&Concern::NoDeliveryReport), "nothing is known of the server yet, or it has them");
            post.send(draft.id).await;
            post.deliver().await;
            let asked = post.sink.state.lock().unwrap().envelopes.last().unwrap().report.clone();
            assert!(asked.is_some_and(|id| post.kept().last().unwrap().text.contains(&id)));
            let next = post.write("ann@example.net", "Panes").await;
            post.composing.save(next.id, next.version, &change).await.unwrap();
            let known = post.composing.check(next.id).await.unwrap();
            assert_eq!(known.contains(&Concern::NoDeliveryReport), !has);
            if !has {
                post.sql("DELETE FROM setting WHERE name LIKE 'reports-%'").await;
            }
        }
        let plain = post.write("ann@example.net", "Panes").await;
        post.send(plain.id).await;
        post.deliver().await;
        assert_eq!(post.sink.state.lock().unwrap().envelopes.last().unwrap().report, None);
    });
}

#[test]
fn the_outgoing_server_has_its_own_secret_where_it_is_given_one() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let accounts = Accounts::new(post.room.house.clone());
        let (store, id) = (post.store(), post.room.account);
        let server = store.account(id).await.unwrap().outgoing.unwrap();
        let other = ServerSettings { host: "out.example.org".into(), allow_clear_text: true, ..server.clone() };
        let mut expected: Vec<&str> = Vec::new();
        for (server, password, own, secret) in [
            (Some(server.clone()), None, false, Some("pw")),
            (Some(server.clone()), Some("own"), true, Some("own")),
            (Some(other.clone()), None, true, Some("own")),
            (Some(other.clone()), Some(""), false, Some("pw")),
            (Some(other.clone()), Some("own"), true, Some("own")),
            (None, None, false, None),
        ] {
            accounts.edit_outgoing(id, server.clone(), password.map(str::to_owned)).await.unwrap();
            let account = store.account(id).await.unwrap();
            assert_eq!((account.outgoing.as_ref(), account.own_login), (server.as_ref(), own));
            let Some(secret) = secret else { continue };
            let draft = post.write("ann@example.net", "Panes").await;
            post.send(draft.id).await;
            post.deliver().await;
            expected.push(secret);
            assert_eq!(post.sink.state.lock().unwrap().secrets, expected);
        }
        assert!(post.room.house.secrets.get(Key::Outgoing(id)).await.is_err(), "what is not used is not kept");
        // What does not sign in changes nothing.
        let refused = accounts.edit_outgoing(id, Some(other), Some("wrong".into())).await.unwrap_err();
        assert_eq!(UiError::from(refused).code, Code::WrongPassword);
        assert!(store.account(id).await.unwrap().outgoing.is_none());
        let nowhere = ServerSettings { host: String::new(), ..server };
        assert!(matches!(accounts.edit_outgoing(id, Some(nowhere), None).await, Err(Error::Invalid("outgoingServer"))));
    });
}

#[test]
fn an_identity_files_where_it_wants_to() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        post.room.server.lock().mailbox("Work/Sent");
        post.look().await;
        let folder = post.room.folder("Work/Sent").await;
        let own = post.store().identities().await.unwrap()[0].clone();
        post.composing.save_identity(Identity { sent_folder: Some(folder), ..own.clone() }).await.unwrap();
        let draft = post.write("ann@example.net", "Panes").await;
        post.send(draft.id).await;
        post.deliver().await;
        for _ in 0..6 {
            post.file(None).await.unwrap();
        }
        assert_eq!((post.there("Work/Sent").len(), post.there("Sent").len()), (1, 0));
        // A provider that files by itself knows one Sent: none is put beside it.
        let draft = post.write("ann@example.net", "More panes").await;
        post.send(draft.id).await;
        post.deliver().await;
        let text = post.kept()[1].text.clone();
        post.room.server.lock().put("Sent", text.as_bytes());
        for _ in 0..6 {
            post.file(None).await.unwrap();
        }
        assert_eq!((post.there("Work/Sent").len(), post.there("Sent").len()), (1, 1));
        let nowhere = Identity { sent_folder: Some(9_999), ..own };
        assert!(post.composing.save_identity(nowhere).await.is_err());
    });
}

#[test]
fn mail_to_any_address_of_a_domain_is_answered_from_there() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let own = post.store().identities().await.unwrap()[0].clone();
        for wrong in ["*", "x", "@my.example", "*@*"] {
            let identity = Identity { catch_all: wrong.into(), ..own.clone() };
            assert!(matches!(post.composing.save_identity(identity).await, Err(Error::Invalid("catchAll"))), "{wrong}");
        }
        post.composing
            .save_identity(Identity { catch_all: "*@my.example, shop-*@x.example".into(), ..own })
            .await
            .unwrap();
        for (to, from) in [
            ("glass@my.example", "glass@my.example"),
            ("shop-1@x.example", "shop-1@x.example"),
            ("other@x.example", "me@example.org"),
        ] {
            let post = &post;
            let text = ORIGINAL
                .replace("To: me@example.org\r\nSub", &format!("To: {to}\r\nSub"))
                .replace("me+shop@example.org", to)
                .replace("orig@", &format!("{}@", to.len()));
            post.room.server.lock().put("INBOX", text.as_bytes());
            post.look().await;
            let message: i64 =
                sqlx::query_scalar("SELECT max(id) FROM message").fetch_one(post.store().read()).await.unwrap();
            let draft = post
                .composing
                .compose(Compose::Answer {
                    message: u32::try_from(message).unwrap(),
                    how: AnswerKind::Reply,
                    selection: Some("<b onclick=x()>pane</b><script>x()</script>".into()),
                })
                .await
                .unwrap();
            assert!(draft.html.contains("<b>pane</b>") && !draft.html.contains("onclick"), "{}", draft.html);
            assert!(
                !draft.html.contains("script") && !draft.html.contains("Garten"),
                "only the passage: {}",
                draft.html
            );
            let to =
                DraftChange { to: Some(crate::compose::parse_recipients("a@x.example")), ..DraftChange::default() };
            post.composing.save(draft.id, draft.version, &to).await.unwrap();
            post.send(draft.id).await;
            post.deliver().await;
            assert!(
                post.kept().last().unwrap().text.contains(&format!("<{from}>")),
                "{}",
                post.kept().last().unwrap().text
            );
        }
    });
}
