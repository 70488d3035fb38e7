//! Undone while the server is being told: what `undo` has answered is what must be so in the end, whichever was faster.

use crate::check;
use crate::kill::{BARE, FULL, NO_MOVE, seed};
use crate::scene::{Hand, Scene, letter};
use engine::error::Code;
use engine::view::*;
use std::time::Duration;
use testkit::imap::Imap;
use testkit::mail::Random;

/// Acts that are undone, one mail each.
const ACTS: usize = 40;
/// X-Test-Ids of their mails begin here.
const IDS: usize = 100;

async fn in_the_middle(capability: Option<&str>, random: &mut Random) {
    let scene = Scene::new(capability, 1);
    let run = scene.run();
    let mut client = Imap::connect(run.orders.port).unwrap();
    client.login(&run.orders.users[0], &format!("pw-{}", run.orders.users[0])).unwrap();
    for n in 0..ACTS {
        let (mail, at) = letter(IDS + n, &format!("Race {n}"));
        client.append("INBOX", "", at, &mail).unwrap();
    }
    let hand = Hand::open(&run.orders).await;
    hand.up_to_date().await;
    let project = hand.folder(hand.alice, "Project").await;
    let abroad = hand.folder(hand.bob, "Archive").await;
    let mut expected = Vec::new();
    for n in 0..ACTS {
        let subject = format!("Race {n}");
        let row = hand.shown(hand.alice, "INBOX").await.into_iter().find(|r| r.subject == subject).unwrap();
        let intent = match random.below(6) {
            0 => Intent::Flag { on: true },
            1 => Intent::Trash,
            2 => Intent::Delete,
            3 => Intent::Copy { folder: project },
            4 => Intent::Move { folder: abroad },
            _ => Intent::Label { keyword: "$label3".into(), on: true },
        };
        let act = hand.engine.act(intent.clone(), Target::Rows { rows: vec![row.id] }).await.unwrap();
        // The moment is the subject.
        let longest = random.one(&[2_000, 12_000, 120_000]);
        tokio::time::sleep(Duration::from_micros(random.below(longest) as u64)).await;
        match hand.engine.undo(Some(act.id)).await {
            Ok(_) => expected.push(("INBOX", subject, "")),
            // Only what is deleted for ever cannot be undone once it has begun.
            Err(e) if e.code == Code::TooLate && intent == Intent::Delete => {}
            Err(e) => panic!("{intent:?}: {e:?}"),
        }
        // Mostly one after the other, sometimes many at once.
        if random.percent(60) {
            hand.nothing_waits().await;
        }
    }
    hand.quiet().await;
    hand.engine.close().await;
    expected.sort();
    let users = &run.orders.users;
    let raced = |p: &&check::Place| p.2.starts_with("Race") && !p.3.contains("\\Deleted");
    let there = [check::there(&scene, &users[0]), check::there(&scene, &users[1])];
    let mut found: Vec<(&str, String, &str)> =
        there.iter().flatten().filter(raced).map(|p| (&*p.0, p.2.clone(), &*p.3)).collect();
    found.sort();
    let only: Vec<_> = found.iter().filter(|f| !expected.contains(f)).collect();
    let lacking: Vec<_> = expected.iter().filter(|e| !found.contains(e)).collect();
    assert!(only.is_empty() && lacking.is_empty(), "{capability:?}: not undone: {only:?}; missing: {lacking:?}");
    assert_eq!(found.len(), expected.len(), "{capability:?}: {found:?}");
    let store = check::open(&run.orders.profile).await;
    for (user, there) in users.iter().zip(&there) {
        assert_eq!(&check::here(&store, user).await, there, "{capability:?}: the store of {user} and the server");
    }
    check::sound(&store, "undone").await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_it_is_told() {
    let mut random = Random::new(seed());
    for capability in [FULL, NO_MOVE, BARE] {
        in_the_middle(capability, &mut random).await;
    }
}
