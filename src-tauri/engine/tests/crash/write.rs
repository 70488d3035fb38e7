//! Killed while a person writes: a receipt is answered, a template is kept and used, a draft is left alone and copied to the server.
//! Nothing that was acknowledged is lost, nothing is there twice, and no receipt goes out twice.

use crate::check;
use crate::scene::{Ended, FIRST, Hand, Orders, Run, Scene};
use crate::send::{Post, files, states};
use engine::view::*;
use testkit::imap::Imap;

/// Kills when not all steps are asked for.
const FEW: u64 = 8;
/// Wants a receipt.
const ASKS: &str = "Please confirm";
/// The draft that becomes a template, and the one that the template is put into.
const MODEL: &str = "Model";
const LETTER: &str = "Letter";
/// The template.
const NAME: &str = "Greeting";
/// Its words, and its file.
const WORDS: &str = "Dear glaziers of the bay,";
const FILE: &str = "c29tZSBwYW5lcw==";

/// A draft of this subject, made where it is not there yet.
async fn draft(hand: &Hand, subject: &str, text: &str) -> Draft {
    let engine = &hand.engine;
    if let Some(draft) = engine.drafts().await.unwrap().into_iter().find(|d| d.subject == subject) {
        return draft;
    }
    let draft = engine.compose(Compose::New { account: Some(hand.alice) }).await.unwrap();
    let change = DraftChange { subject: Some(subject.into()), html: Some(text.into()), ..DraftChange::default() };
    engine.save_draft(draft.id, draft.version, change).await.unwrap();
    engine.draft(draft.id).await.unwrap()
}

/// Does what is not done yet, and waits until all of it is where it belongs.
pub async fn perform(orders: &Orders) {
    let hand = Hand::open(orders).await;
    if orders.acknowledged().is_none() {
        hand.up_to_date().await;
        orders.acknowledge(0);
    }
    let engine = &hand.engine;
    let done = orders.acknowledged().unwrap_or(0);
    // What was acknowledged is never asked for again; what was not may have been done.
    let ours = |step: usize, there: bool, what: &str| {
        assert!(there || step > done, "{what} was acknowledged, and is forgotten");
        !there
    };

    let row = hand.shown(hand.alice, "INBOX").await.into_iter().find(|r| r.subject == ASKS).unwrap();
    let answered = engine.message(row.message).await.unwrap().receipt.is_none();
    if ours(1, answered, "the receipt") {
        engine.answer_receipt(row.message, true).await.unwrap();
        orders.acknowledge(1);
    }

    let model = draft(&hand, MODEL, &format!("<div>{WORDS}</div>")).await;
    if ours(2, !model.files.is_empty(), "the file") {
        engine.attach_bytes(model.id, "panes.txt".into(), "text/plain".into(), FILE.into(), false).await.unwrap();
        orders.acknowledge(2);
    }
    let known = engine.templates().await.unwrap();
    if ours(3, known.iter().any(|t| t.name == NAME), "the template") {
        engine.save_template(model.id, NAME.into()).await.unwrap();
        orders.acknowledge(3);
    }
    let template = engine.templates().await.unwrap().into_iter().find(|t| t.name == NAME).unwrap();
    let letter = draft(&hand, LETTER, "<div><br></div>").await;
    if ours(4, letter.html.contains(WORDS), "what came of the template") {
        engine.use_template(letter.id, template.id).await.unwrap();
        orders.acknowledge(4);
    }
    let letter = engine.draft(letter.id).await.unwrap();
    if ours(5, letter.cc.iter().any(|r| r.email == "ann@example.net"), "the last change") {
        let cc = engine.parse_recipients("ann@example.net".into()).await.unwrap();
        let change = DraftChange { cc: Some(cc), ..DraftChange::default() };
        engine.save_draft(letter.id, letter.version, change).await.unwrap();
        orders.acknowledge(5);
    }
    // Left alone, both: their copies are on the server at once.
    for id in [model.id, letter.id] {
        engine.close_draft(id).await.unwrap();
    }
    hand.wait("the copies", || async {
        let there = hand.shown(hand.alice, "Drafts").await;
        let of = |subject: &str| there.iter().filter(|r| r.subject == subject).count();
        (of(MODEL) == 1 && of(LETTER) == 1).then_some(())
    })
    .await;
    hand.wait("the receipt sent, or unknown", || async {
        let all = engine.outgoing().await.unwrap();
        let over = |o: &Outgoing| matches!(o.state, SendState::Sent { .. } | SendState::Unknown { .. });
        all.iter().all(over).then_some(())
    })
    .await;
    hand.quiet().await;
    let seen = (engine.outgoing().await.unwrap(), engine.drafts().await.unwrap(), engine.templates().await.unwrap());
    std::fs::write(states(orders), serde_json::to_vec(&seen).unwrap()).unwrap();
    hand.engine.close().await;
}

fn check(scene: &Scene, post: &Post, run: &Run, why: &str) {
    let seen = std::fs::read(states(&run.orders)).unwrap();
    let (outgoing, drafts, templates): (Vec<Outgoing>, Vec<Draft>, Vec<Template>) =
        serde_json::from_slice(&seen).unwrap();
    let user = &run.orders.users[0];

    // One receipt, and nothing else. One that had begun when we died may have been sent: nobody is asked about it, and it is let go.
    let kept = post.kept(run);
    let receipts = kept.iter().filter(|k| k.contains("disposition-notification")).count();
    assert!(kept.len() == receipts && receipts <= 1, "{why}: {kept:?}");
    let flags = scene.server.eye().fetch(user, "flags", &["mailbox", "INBOX", "subject", ASKS]).unwrap();
    assert!(flags.len() == 1 && flags[0].contains("$MDNSent"), "{why}: {flags:?}");

    // One template, and in the letter what it says, once, with its file.
    let names: Vec<&str> = templates.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, [NAME], "{why}");
    for (subject, cc) in [(MODEL, 0), (LETTER, 1)] {
        let all: Vec<&Draft> = drafts.iter().filter(|d| d.subject == subject).collect();
        let [draft] = all[..] else { panic!("{why}: {subject}: {drafts:?}") };
        assert_eq!(
            (draft.html.matches(WORDS).count(), draft.files.len(), draft.cc.len()),
            (1, 1, cc),
            "{why}: {draft:?}"
        );
        // And so on the server, once.
        let query = ["mailbox", "Drafts", "subject", subject];
        let flags = scene.server.eye().fetch(user, "flags", &query).unwrap();
        assert!(flags.len() == 1 && flags[0].contains("\\Draft"), "{why}: {subject}: {flags:?}");
        let copy = scene.server.eye().fetch(user, "text", &query).unwrap().join("\n");
        let counts = (copy.matches(WORDS).count(), copy.matches(FILE).count(), copy.contains("ann@example.net"));
        assert_eq!(counts, (2, 1, cc == 1), "{why}: {copy}");
    }
    assert_eq!(scene.server.eye().status(user, "Drafts").unwrap().messages, 2, "{why}");

    // No file is left that nothing needs: one of each draft, one of the template.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (prefix, count) in [("copy-", 0), ("template-", 1), ("draft-", 2)] {
        let left = files(&run.orders.profile, prefix);
        assert_eq!(left.len(), count, "{why}: {left:?}");
    }
    runtime.block_on(async {
        let store = check::open(&run.orders.profile).await;
        check::sound(&store, why).await;
        // 2 is sent, 5 let go; what was over when a run began is forgotten then.
        let all = "SELECT group_concat(state) FROM outgoing WHERE draft = 0";
        let state: Option<String> = check::one(&store, all).await;
        let right = match state.as_deref() {
            None | Some("5") => true,
            Some("2") => receipts == 1,
            Some(_) => false,
        };
        assert!(right, "{why}: {state:?}, and the server has {receipts}; {outgoing:?}");
        store.close().await;
    });
}

/// A run with a mail that asks for a receipt.
fn asked(scene: &Scene, post: &Post) -> Run {
    let mut run = post.run(scene);
    run.orders.writes = true;
    let user = &run.orders.users[0];
    let mut client = Imap::connect(run.orders.port).unwrap();
    client.login(user, &format!("pw-{user}")).unwrap();
    let mail = format!(
        "From: Ann <ann@example.net>\r\nTo: {user}@example.org\r\nSubject: {ASKS}\r\nMessage-ID: <asks@example.net>\r\n\
         Disposition-Notification-To: Ann <ann@example.net>\r\nDate: Fri, 27 Nov 2026 10:00:00 +0000\r\n\r\nDid it come?\r\n"
    );
    client.append("INBOX", "", FIRST, mail.as_bytes()).unwrap();
    run
}

#[test]
fn nothing_is_lost_and_nothing_is_there_twice_wherever_it_is_killed() {
    let all = std::env::var_os("RESTANTE_CRASH_ALL").is_some();
    let scene = Scene::new(crate::kill::FULL, if all { 500 } else { 40 });
    let post = Post::new();
    let run = asked(&scene, &post);
    let steps = run.counted();
    check(&scene, &post, &run, "without a kill");
    run.to_the_end();
    check(&scene, &post, &run, "once more");

    // Before the mail was here nothing was written.
    let first = if all { 0 } else { run.orders.passed(0).min(steps - 1) };
    crate::kill::at_steps((first, steps), FEW, Post::new, |post, n, why| {
        let run = asked(&scene, post);
        let mut command = run.command(&[]);
        command.env("RESTANTE_CRASH_AT", n.to_string());
        let died = run.end(&mut run.start(command)) == Ended::Killed;
        run.to_the_end();
        check(&scene, post, &run, why);
        died
    });
}
