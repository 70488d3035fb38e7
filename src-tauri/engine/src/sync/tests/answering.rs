//! Answers: what they do to their original, as whom they are written, and where they go, with a server and without.

use super::post::Post;
use super::sending::header;
use super::*;
use crate::sync::bodies::Want;
use crate::view::*;

/// The only message there is.
async fn only(post: &Post) -> Id {
    let message: i64 = sqlx::query_scalar("SELECT id FROM message").fetch_one(post.store().read()).await.unwrap();
    u32::try_from(message).unwrap()
}

#[test]
fn an_answer_marks_its_original_and_comes_from_whom_it_was_written_to() {
    run(async {
        for (how, flag) in [(AnswerKind::Reply, 4), (AnswerKind::Forward, 32)] {
            let post = Post::new(&["UIDPLUS"]).await;
            post.store()
                .save_identity(&Identity {
                    account: post.room.account,
                    name: "Shop".into(),
                    email: "shop@example.org".into(),
                    ..Identity::default()
                })
                .await
                .unwrap();
            let mail = "From: Ann <ann@example.net>\r\nTo: shop@example.org\r\nSubject: Panes\r\n\
                        Message-ID: <one@example.net>\r\n\r\nWhen?\r\n";
            post.room.server.lock().put("INBOX", mail.as_bytes());
            post.look().await;
            let message = only(&post).await;
            let answer = Compose::Answer { message, how, selection: None };
            let draft = post.composing.compose(answer).await.unwrap();
            assert_eq!(post.store().identity(draft.identity).await.unwrap().email, "shop@example.org");
            assert!(draft.html.contains("When?"), "{}", draft.html);
            let change = (how == AnswerKind::Forward).then(|| crate::compose::parse_recipients("bob@example.net"));
            let change = DraftChange { to: change, ..DraftChange::default() };
            post.composing.save(draft.id, draft.version, &change).await.unwrap();
            let id = post.send(draft.id).await;
            post.deliver().await;
            assert!(matches!(post.state(id).await, SendState::Sent { .. }));
            let kept = post.kept();
            assert!(
                kept[0].text.contains("<one@example.net>")
                    && header(&kept[0].text, "From").contains("<shop@example.org>"),
                "{}",
                kept[0].text
            );
            let flags: i64 = sqlx::query_scalar("SELECT flags FROM placement WHERE message = ?1")
                .bind(message)
                .fetch_one(post.store().read())
                .await
                .unwrap();
            assert_eq!(flags & flag, flag, "{how:?}");
            post.file(None).await.unwrap();
            let flags = post.room.server.lock().boxes["INBOX"].mails[&1].flags.clone();
            match how {
                AnswerKind::Reply => assert!(flags.answered),
                _ => assert_eq!(flags.keywords, ["$Forwarded"]),
            }
            let timeline = post.store().timeline("", None, 10).await.unwrap();
            assert!(timeline.is_empty(), "nobody did that by hand: {timeline:?}");
        }
    });
}

/// To its writer or to its list, and from where it was delivered.
async fn assert_answers(post: &Post, message: Id) {
    for (how, to) in [(AnswerKind::Reply, "ann@example.net"), (AnswerKind::ReplyList, "panes@lists.example")] {
        let draft = post.composing.compose(Compose::Answer { message, how, selection: None }).await.unwrap();
        assert_eq!(draft.to.iter().map(|p| p.email.as_str()).collect::<Vec<_>>(), [to], "{how:?}");
        assert_eq!(post.store().identity(draft.identity).await.unwrap().email, "shop@example.org", "{how:?}");
    }
}

#[test]
fn without_network_an_answer_goes_where_the_original_wants_it_and_comes_from_where_it_was_delivered() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let shop = Identity {
            account: post.room.account,
            name: "Shop".into(),
            email: "shop@example.org".into(),
            ..Identity::default()
        };
        post.store().save_identity(&shop).await.unwrap();
        let mail = "Delivered-To: shop@example.org\r\nFrom: Ann <ann@example.net>\r\nTo: panes@lists.example\r\n\
                    Mail-Followup-To: panes@lists.example\r\nList-Post: <mailto:panes@lists.example>\r\n\
                    Subject: Panes\r\nMessage-ID: <one@example.net>\r\n\r\nWhen?\r\n";
        post.room.server.lock().put("INBOX", mail.as_bytes());
        post.look().await;
        let message = only(&post).await;
        // Opened, and later only its plain text fetched again: what came with it stays.
        post.account.fetch_body(message, Want::Best).await.unwrap();
        post.account.fetch_body(message, Want::Plain).await.unwrap();
        assert!(!post.account.is_online());
        assert_answers(&post, message).await;

        // A text from before they came with it: the server is asked, once.
        post.sql("UPDATE body SET fields = NULL").await;
        post.account.signed_in.send_replace(true);
        assert_answers(&post, message).await;
        post.account.signed_in.send_replace(false);
        assert_answers(&post, message).await;
    });
}
