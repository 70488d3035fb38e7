//! Sending through a real outgoing server and filing on a real Dovecot, seen by `doveadm` and by what the outgoing server kept.

use crate::room::{PATIENCE, Room};
use engine::error::Code;
use engine::view::*;
use std::path::PathBuf;
use testkit::smtp::{Deed, Rule, Stage};
use testkit::{Authority, Options, Smtp};

struct Post {
    room: Room,
    smtp: Smtp,
    account: Id,
}

const USER: &str = "alice";

impl Post {
    async fn new() -> Self {
        let room = Room::new(Options::with_users(&[USER])).await;
        let identity = Authority::new().unwrap().issue(&["localhost"]).unwrap();
        let smtp = Smtp::start(&[(USER.into(), format!("pw-{USER}"))], &identity).unwrap();
        let mut form = room.form(USER);
        form.outgoing = Some(ServerSettings {
            host: "localhost".into(),
            port: smtp.tls_port(),
            security: Security::Tls,
            user: USER.into(),
            accepted_certificate: Some(identity.fingerprint.clone()),
            allow_clear_text: false,
        });
        let account = room.engine.add_account(form).await.unwrap();
        room.up_to_date(account).await;
        Self { room, smtp, account }
    }

    fn script(&self, stage: Stage, containing: &str, deed: Deed) {
        self.smtp.script(Rule { stage, containing: containing.into(), deed, times: Some(1) });
    }

    async fn write(&self, to: &str, subject: &str) -> Draft {
        let engine = &self.room.engine;
        let draft = engine.compose(Compose::New { account: Some(self.account) }).await.unwrap();
        let change = DraftChange {
            to: Some(engine.parse_recipients(to.into()).await.unwrap()),
            subject: Some(subject.into()),
            html: Some("<div>The panes arrive on <b>Thursday</b>.</div>".into()),
            ..DraftChange::default()
        };
        engine.save_draft(draft.id, draft.version, change).await.unwrap();
        engine.draft(draft.id).await.unwrap()
    }

    async fn state(&self, id: Id, what: &str, wanted: fn(&SendState) -> bool) -> SendState {
        self.room
            .wait(what, |e| async move {
                let all = e.outgoing().await.unwrap();
                all.into_iter().find(|o| o.id == id).map(|o| o.state).filter(wanted)
            })
            .await
    }

    fn subjects(&self, mailbox: &str) -> Vec<String> {
        if !self.room.server.eye().mailboxes(USER).unwrap().iter().any(|m| m == mailbox) {
            return Vec::new();
        }
        let lines = self.room.server.eye().fetch(USER, "hdr.subject", &["mailbox", mailbox, "ALL"]).unwrap();
        lines.iter().map(|l| l.trim().to_owned()).collect()
    }

    /// Waits until a mailbox has exactly these, by `doveadm`.
    fn until(&self, mailbox: &str, subjects: &[&str]) {
        testkit::wait_for(&format!("{subjects:?} in {mailbox}"), PATIENCE, || {
            (self.subjects(mailbox) == subjects).then_some(())
        })
        .unwrap();
    }
}

fn is_sent(state: &SendState) -> bool {
    matches!(state, SendState::Sent { .. })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn written_sent_and_filed() {
    let post = Post::new().await;
    let draft = post.write("Ann <ann@example.net>, bob@example.net", "Panes").await;
    let file = post.room.profile.path().join("plan.pdf");
    std::fs::write(&file, b"%PDF-1.4 plan").unwrap();
    let files: Vec<PathBuf> = vec![file];
    post.room.engine.attach_paths(draft.id, files).await.unwrap();
    // Its copy is in Drafts after a while of quiet, attachment and all.
    post.until("Drafts", &["Panes"]);
    let text = post.room.server.eye().fetch(USER, "text", &["mailbox", "Drafts", "ALL"]).unwrap().join("\n");
    assert!(text.contains("plan.pdf") && text.contains("Thursday"), "{text}");
    assert!(post.room.engine.check_draft(draft.id).await.unwrap().is_empty());

    let sent = post.room.engine.send_draft(draft.id, Some(0.0)).await.unwrap();
    post.state(sent.id, "sent", is_sent).await;
    post.until("Sent", &["Panes"]);
    post.until("Drafts", &[]);
    let kept = post.smtp.kept();
    assert_eq!((kept.len(), kept[0].to.len()), (1, 2));
    let flags = post.room.server.eye().fetch(USER, "flags", &["mailbox", "Sent", "ALL"]).unwrap().join(" ");
    assert!(flags.contains("\\Seen"), "{flags}");
    let there = post.room.server.eye().fetch(USER, "hdr.message-id", &["mailbox", "Sent", "ALL"]).unwrap().join("");
    let id = there.trim().trim_start_matches('<').trim_end_matches('>');
    assert_eq!(post.smtp.count(id), 1, "{there}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_was_lost_is_unknown_and_never_repeated() {
    let post = Post::new().await;
    post.script(Stage::Message, "", Deed::HangUp);
    let draft = post.write("ann@example.net", "Panes").await;
    let sent = post.room.engine.send_draft(draft.id, Some(0.0)).await.unwrap();
    post.state(sent.id, "unknown", |s| matches!(s, SendState::Unknown { .. })).await;
    post.room.engine.retry_sending(sent.id).await.unwrap();
    assert_eq!(post.room.engine.cancel_sending(sent.id).await.unwrap_err().code, Code::TooLate);
    // A second one goes its way beside it.
    let other = post.write("ann@example.net", "Frames").await;
    let other = post.room.engine.send_draft(other.id, Some(0.0)).await.unwrap();
    post.state(other.id, "sent", is_sent).await;
    post.until("Sent", &["Frames"]);
    assert_eq!(post.smtp.kept().len(), 2);
    // The provider files it after all.
    let first = post.smtp.kept()[0].message.clone();
    post.room.server.eye().save(USER, "Sent", &first).unwrap();
    post.state(sent.id, "found in Sent", is_sent).await;
    assert_eq!((post.smtp.kept().len(), post.subjects("Sent").len()), (2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handed_over_without_a_network_and_sent_once_after_a_new_start() {
    let mut post = Post::new().await;
    // Nobody there: it says goodbye before it greets, again and again.
    post.smtp.script(Rule { stage: Stage::Greeting, containing: String::new(), deed: Deed::HangUp, times: None });
    let draft = post.write("ann@example.net", "Panes").await;
    let sent = post.room.engine.send_draft(draft.id, Some(0.0)).await.unwrap();
    let waits = |s: &SendState| matches!(s, SendState::Waiting { error: Some(_), .. });
    post.state(sent.id, "waiting, and why", waits).await;
    post.room.reopen().await;
    post.smtp.behave();
    post.room.sign_in(post.account, USER).await;
    post.room.engine.retry_sending(sent.id).await.unwrap();
    post.state(sent.id, "sent", is_sent).await;
    post.until("Sent", &["Panes"]);
    post.room.reopen().await;
    post.room.sign_in(post.account, USER).await;
    post.room.up_to_date(post.account).await;
    assert_eq!((post.smtp.kept().len(), post.subjects("Sent")), (1, vec!["Panes".to_owned()]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_are_told_one_by_one() {
    let post = Post::new().await;
    post.script(Stage::To, "bob@", Deed::Say("550 5.1.1 no such user".into()));
    let draft = post.write("ann@example.net, bob@example.net", "Panes").await;
    let sent = post.room.engine.send_draft(draft.id, Some(0.0)).await.unwrap();
    let failed = post.state(sent.id, "failed", |s| matches!(s, SendState::Failed { .. })).await;
    let SendState::Failed { recipients, error } = failed else { panic!("{failed:?}") };
    assert_eq!(error.code, Code::NoSuchRecipient);
    let told: Vec<(&str, bool)> = recipients.iter().map(|r| (r.email.as_str(), r.error.is_some())).collect();
    assert_eq!(told, [("ann@example.net", false), ("bob@example.net", true)]);
    post.until("Sent", &["Panes"]);
    let again = post.room.engine.send_again(sent.id).await.unwrap();
    assert_eq!(again.to.len(), 1);
    let sent = post.room.engine.send_draft(again.id, Some(0.0)).await.unwrap();
    post.state(sent.id, "sent", is_sent).await;
    let to: Vec<Vec<String>> = post.smtp.kept().into_iter().map(|k| k.to).collect();
    assert_eq!(to, [vec!["ann@example.net".to_owned()], vec!["bob@example.net".to_owned()]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undone_before_its_time() {
    let post = Post::new().await;
    let draft = post.write("ann@example.net", "Panes").await;
    // The seconds of undoing are long enough for this.
    let settings = Settings { undo_seconds: 30, ..post.room.engine.settings().await.unwrap() };
    post.room.engine.set_settings(settings).await.unwrap();
    let sent = post.room.engine.send_draft(draft.id, None).await.unwrap();
    assert!(sent.undoable);
    let back = post.room.engine.cancel_sending(sent.id).await.unwrap();
    assert_eq!((back.id, back.subject.as_str()), (draft.id, "Panes"));
    assert!(post.room.engine.outgoing().await.unwrap().is_empty());
    assert!(post.smtp.kept().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_of_another_client_with_its_attachment() {
    let post = Post::new().await;
    let theirs = "From: alice@example.org\r\nTo: ann@example.net\r\nSubject: Half a letter\r\nMessage-ID: <theirs@x.org>\r\n\
                  MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n\
                  <p>Half a <b>letter</b></p><script>x</script>\r\n--b\r\nContent-Type: text/csv; name=a.csv\r\n\
                  Content-Disposition: attachment; filename=a.csv\r\nContent-Transfer-Encoding: base64\r\n\r\nYTtiDQo=\r\n--b--\r\n";
    if !post.room.server.eye().mailboxes(USER).unwrap().iter().any(|m| m == "Drafts") {
        post.room.server.eye().create(USER, "Drafts").unwrap();
    }
    post.room.server.eye().save(USER, "Drafts", theirs.as_bytes()).unwrap();
    post.room.engine.retry_now(post.account).await.unwrap();
    let row = post.room.row(post.account, "Half a letter").await;
    let draft = post.room.engine.compose(Compose::Take { message: row.message }).await.unwrap();
    assert!(draft.html.contains("<b>letter</b>") && !draft.html.contains("script"), "{}", draft.html);
    assert_eq!((draft.files.len(), draft.files[0].name.as_str(), draft.files[0].remote), (1, "a.csv", false));
    let change = DraftChange { subject: Some("A whole letter".into()), ..DraftChange::default() };
    post.room.engine.save_draft(draft.id, draft.version, change).await.unwrap();
    post.until("Drafts", &["A whole letter"]);
    let text = post.room.server.eye().fetch(USER, "text", &["mailbox", "Drafts", "ALL"]).unwrap().join("\n");
    assert!(text.contains("a.csv") && text.contains("YTtiDQo="), "{text}");
}

/// Whoever writes a line and closes the program finds it on the server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_written_is_on_the_server_when_the_program_ends() {
    let post = Post::new().await;
    post.write("ann@example.net", "Half a letter").await;
    post.room.engine.close().await;
    assert_eq!(post.subjects("Drafts"), ["Half a letter"]);
}

/// The files of a forwarded mail are in the copy of a draft that was closed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_draft_takes_its_forwarded_files_along() {
    let post = Post::new().await;
    let mail = "From: Ann <ann@example.net>\r\nTo: alice@example.org\r\nSubject: Plan\r\nMessage-ID: <plan@x.org>\r\nMIME-Version: 1.0\r\n\
                Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee there\r\n--b\r\nContent-Type: text/csv; name=a.csv\r\n\
                Content-Disposition: attachment; filename=a.csv\r\nContent-Transfer-Encoding: base64\r\n\r\nYTtiDQo=\r\n--b--\r\n";
    post.room.server.eye().deliver(USER, mail.as_bytes()).unwrap();
    let row = post.room.row(post.account, "Plan").await;
    let how = AnswerKind::Forward;
    let engine = &post.room.engine;
    let draft = engine.compose(Compose::Answer { message: row.message, how, selection: None }).await.unwrap();
    assert!(draft.files.iter().all(|f| f.remote), "{:?}", draft.files);
    let change = DraftChange { html: Some("<div>For you</div>".into()), ..DraftChange::default() };
    engine.save_draft(draft.id, draft.version, change).await.unwrap();
    engine.close_draft(draft.id).await.unwrap();
    testkit::wait_for("the copy with its file", PATIENCE, || {
        let there = post.room.server.eye().fetch(USER, "text", &["mailbox", "Drafts", "ALL"]).ok()?.join("\n");
        there.contains("YTtiDQo=").then_some(())
    })
    .unwrap();
    post.until("Drafts", &["Fwd: Plan"]);
}
