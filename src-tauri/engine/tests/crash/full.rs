//! The disk is full: what cannot be kept is not acknowledged, nothing is damaged, and all goes on once there is space.
//!
//! The child's profile is on a disk of a few megabytes, in a mount namespace of its own that ends with it.

use crate::check;
use crate::kill::FULL;
use crate::scene::{Ended, Hand, MAILS, Orders, Scene, letter};
use engine::error::Code;
use engine::view::*;
use std::io::Write as _;
use std::path::Path;
use testkit::imap::Imap;

/// Comes while the disk is full.
const MEANWHILE: &str = "Meanwhile";

#[test]
fn acknowledges_nothing_and_loses_nothing() {
    let scene = Scene::new(FULL, 1);
    let mut run = scene.run();
    let (disk, kept) = (run.folder.path().join("disk"), run.folder.path().join("kept"));
    for folder in [&disk, &kept] {
        std::fs::create_dir(folder).unwrap();
    }
    run.orders.profile = disk.join("profile");
    run.orders.disk = Some((disk.clone(), kept.clone()));
    let small = "mount -t tmpfs -o size=4m,mode=700 none \"$0\" && exec \"$@\"";
    let through = ["unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-c", small, disk.to_str().unwrap()];
    let ended = run.end(&mut run.start(run.command(&through)));
    assert_eq!(ended, Ended::Well);

    let there = check::there(&scene, &run.orders.users[0]);
    let of = |subject: &str| there.iter().filter(|p| p.2 == subject).map(|p| (&*p.0, &*p.3)).collect::<Vec<_>>();
    assert_eq!(there.len(), MAILS.len() + 1);
    assert_eq!(of("Flag"), [("INBOX", "\\Flagged")]);
    assert_eq!(of("Archive 1"), [("Archive", "")]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = check::open(&kept).await;
        assert_eq!(check::here(&store, &run.orders.users[0]).await, there);
        check::sound(&store, "after a full disk").await;
        store.close().await;
    });
}

/// The child's part.
pub async fn perform(orders: &Orders) {
    let (disk, kept) = orders.disk.as_ref().unwrap();
    let hand = Hand::open(orders).await;
    hand.up_to_date().await;
    let filler = disk.join("filler");
    fill(&filler);

    let before = hand.shown(hand.alice, "INBOX").await;
    let row = |subject: &str| before.iter().find(|r| r.subject == subject).unwrap().id;
    let (project, abroad) = (hand.folder(hand.alice, "Project").await, hand.folder(hand.bob, "Archive").await);
    for (subject, intent) in [
        ("Flag", Intent::Flag { on: true }),
        ("Label", Intent::Label { keyword: "$label1".into(), on: true }),
        ("Archive 1", Intent::Archive),
        ("Move 1", Intent::Move { folder: project }),
        ("Copy", Intent::Copy { folder: project }),
        ("Carry", Intent::Move { folder: abroad }),
        ("Delete", Intent::Delete),
    ] {
        let error = hand.engine.act(intent, Target::Rows { rows: vec![row(subject)] }).await.unwrap_err();
        assert!(matches!(error.code, Code::Store | Code::Disk), "{subject}: {error:?}");
    }
    assert_eq!(hand.engine.undo(None).await.unwrap(), None);
    assert_eq!(hand.shown(hand.alice, "INBOX").await, before);
    hand.nothing_waits().await;

    // News cannot be kept, and the account says so.
    let mut client = Imap::connect(orders.port).unwrap();
    client.login(&orders.users[0], &format!("pw-{}", orders.users[0])).unwrap();
    let (mail, at) = letter(MAILS.len() + 1, MEANWHILE);
    client.append("INBOX", "", at, &mail).unwrap();
    hand.wait("offline", || async {
        let health = hand.engine.health().await.unwrap();
        health.iter().any(|h| matches!(&h.state, AccountState::Offline { error: Some(_) })).then_some(())
    })
    .await;

    // Space: acts are taken again, and both they and the news get through without a word of the person.
    std::fs::remove_file(&filler).unwrap();
    for (subject, intent) in [("Flag", Intent::Flag { on: true }), ("Archive 1", Intent::Archive)] {
        hand.engine.act(intent, Target::Rows { rows: vec![row(subject)] }).await.unwrap();
    }
    hand.nothing_waits().await;
    hand.wait(MEANWHILE, || async {
        let shown = hand.shown(hand.alice, "INBOX").await;
        shown.iter().any(|r| r.subject == MEANWHILE).then_some(())
    })
    .await;
    hand.quiet().await;
    hand.engine.close().await;
    check::put_away(&orders.profile).await;
    std::fs::copy(orders.profile.join("mail.sqlite"), kept.join("mail.sqlite")).unwrap();
}

/// Writes until not a byte more fits.
fn fill(path: &Path) {
    let mut file = std::fs::File::create(path).unwrap();
    for size in [65_536, 1] {
        while file.write(&vec![0; size]).is_ok_and(|n| n > 0) {}
    }
}
