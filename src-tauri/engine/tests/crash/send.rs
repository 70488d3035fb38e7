//! Killed while it sends: at every numbered step, and started again. Each message is at the server once, and in Sent once, or is shown
//! as one that may have been sent; what was handed over is never forgotten, and nothing goes out twice.

use crate::scene::{Ended, Hand, Orders, Run, Scene};
use engine::view::*;
use std::path::{Path, PathBuf};
use testkit::smtp::{Deed, Rule, Stage};
use testkit::{Authority, Smtp};

/// Kills when not all steps are asked for.
const FEW: u64 = 8;
/// Messages of a script; the second is answered with "later" once.
const SUBJECTS: [&str; 3] = ["First pane", "Second pane", "Third pane"];

pub fn states(orders: &Orders) -> PathBuf {
    orders.profile.with_extension("states")
}

fn of<'a>(all: &'a [Outgoing], subject: &str) -> Vec<&'a Outgoing> {
    all.iter().filter(|o| o.subject == subject).collect()
}

/// Writes and sends what is not written and sent yet, waits until nothing waits, and writes down what became of it.
pub async fn perform(orders: &Orders) {
    let hand = Hand::open(orders).await;
    if orders.acknowledged().is_none() {
        hand.up_to_date().await;
        orders.acknowledge(0);
    }
    let engine = &hand.engine;
    let done = orders.acknowledged().unwrap_or(0);
    for (step, subject) in SUBJECTS.iter().enumerate() {
        let known = engine.outgoing().await.unwrap();
        if !of(&known, subject).is_empty() {
            continue;
        }
        assert!(step >= done, "{subject} was handed over, and is forgotten: {known:?}");
        let drafts = engine.drafts().await.unwrap();
        let draft = match drafts.iter().find(|d| d.subject == *subject) {
            Some(draft) => draft.clone(),
            None => {
                let draft = engine.compose(Compose::New { account: Some(hand.alice) }).await.unwrap();
                let change = DraftChange {
                    to: Some(engine.parse_recipients("ann@example.net".into()).await.unwrap()),
                    subject: Some((*subject).to_owned()),
                    html: Some(format!("<div>About the {subject}.</div>")),
                    ..DraftChange::default()
                };
                engine.save_draft(draft.id, draft.version, change).await.unwrap();
                draft
            }
        };
        engine.send_draft(draft.id, Some(0.0)).await.unwrap();
        orders.acknowledge(step + 1);
    }
    hand.wait("everything is sent, or unknown", || async {
        let all = engine.outgoing().await.unwrap();
        for one in &all {
            // Nobody waits a minute for "later" here.
            if matches!(one.state, SendState::Waiting { error: Some(_), .. }) {
                engine.retry_sending(one.id).await.unwrap();
            }
        }
        let over = |o: &Outgoing| matches!(o.state, SendState::Sent { .. } | SendState::Unknown { .. });
        (all.len() >= SUBJECTS.len() && all.iter().all(over)).then_some(())
    })
    .await;
    let all = engine.outgoing().await.unwrap();
    let sent = all.iter().filter(|o| matches!(o.state, SendState::Sent { .. })).count();
    hand.wait("the copies in Sent", || async { (hand.shown(hand.alice, "Sent").await.len() >= sent).then_some(()) })
        .await;
    hand.quiet().await;
    std::fs::write(states(orders), serde_json::to_vec(&all).unwrap()).unwrap();
    hand.engine.close().await;
}

fn check(scene: &Scene, post: &Post, run: &Run, why: &str) {
    let all: Vec<Outgoing> = serde_json::from_slice(&std::fs::read(states(&run.orders)).unwrap()).unwrap();
    let user = &run.orders.users[0];
    let sent = in_sent(scene, user);
    let kept = post.kept(run);
    for subject in SUBJECTS {
        let line = format!("Subject: {subject}\r\n");
        let reached = kept.iter().filter(|k| k.contains(&line)).count();
        let filed = sent.iter().filter(|s| *s == subject).count();
        let [one] = of(&all, subject)[..] else { panic!("{why}: {subject}: {all:?}") };
        match one.state {
            SendState::Sent { .. } => assert_eq!((reached, filed), (1, 1), "{why}: {subject}: sent, and filed"),
            SendState::Unknown { .. } => assert!(reached <= 1 && filed == 0, "{why}: {subject}: {reached}, {filed}"),
            _ => panic!("{why}: {one:?}"),
        }
    }
    assert!(kept.len() <= SUBJECTS.len() && sent.len() <= SUBJECTS.len(), "{why}: {} {sent:?}", kept.len());
    let left = files(&run.orders.profile, "copy-");
    assert!(left.is_empty(), "{why}: {left:?}");
}

pub fn files(profile: &Path, prefix: &str) -> Vec<PathBuf> {
    let all = std::fs::read_dir(profile.join("files")).into_iter().flatten().map(|f| f.unwrap().path());
    all.filter(|p| p.file_name().unwrap().to_string_lossy().starts_with(prefix)).collect()
}

fn in_sent(scene: &Scene, user: &str) -> Vec<String> {
    if !scene.server.eye().mailboxes(user).unwrap().iter().any(|m| m == "Sent") {
        return Vec::new();
    }
    let lines = scene.server.eye().fetch(user, "hdr.subject", &["mailbox", "Sent", "ALL"]).unwrap();
    lines.iter().map(|line| line.trim().to_owned()).collect()
}

/// An outgoing server of one's own, for these many runs.
pub struct Post {
    pub smtp: Smtp,
    pub fingerprint: String,
}

impl Post {
    pub fn new() -> Self {
        let identity = Authority::new().unwrap().issue(&["localhost"]).unwrap();
        let users: Vec<(String, String)> = (0..500)
            .flat_map(|n| [format!("alice{n}"), format!("bob{n}")])
            .map(|u| (u.clone(), format!("pw-{u}")))
            .collect();
        Self { smtp: Smtp::start(&users, &identity).unwrap(), fingerprint: identity.fingerprint }
    }

    /// A run that sends through it.
    pub fn run(&self, scene: &Scene) -> Run {
        let mut run = scene.run();
        run.orders.smtp = Some((self.smtp.tls_port(), self.fingerprint.clone()));
        run
    }

    /// What it has of the one who writes.
    pub fn kept(&self, run: &Run) -> Vec<String> {
        let of = self.smtp.kept().into_iter().filter(|k| k.user == run.orders.users[0]);
        of.map(|k| String::from_utf8_lossy(&k.message).into_owned()).collect()
    }
}

#[test]
fn each_message_once_wherever_it_is_killed() {
    let all = std::env::var_os("RESTANTE_CRASH_ALL").is_some();
    let scene = Scene::new(crate::kill::FULL, if all { 500 } else { 40 });
    let post = Post::new();
    let run = post.run(&scene);
    let steps = run.counted();
    check(&scene, &post, &run, "without a kill");
    run.to_the_end();
    check(&scene, &post, &run, "once more");

    // Before the mail was here there is nothing to send.
    let first = if all { 0 } else { run.orders.passed(0).min(steps - 1) };
    crate::kill::at_steps((first, steps), FEW, Post::new, |post, n, why| {
        let run = post.run(&scene);
        post.smtp.behave();
        post.smtp.script(Rule {
            stage: Stage::To,
            containing: "ann@".into(),
            deed: Deed::Say("450 4.7.1 later".into()),
            times: Some(1),
        });
        let mut command = run.command(&[]);
        command.env("RESTANTE_CRASH_AT", n.to_string());
        let died = run.end(&mut run.start(command)) == Ended::Killed;
        run.to_the_end();
        check(&scene, post, &run, why);
        died
    });
}
