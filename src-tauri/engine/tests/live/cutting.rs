//! The connection is cut anywhere while a move, a copy, and a deletion are told: at bytes of either direction, and where a command
//! has been sent and its answer is lost. Afterwards nothing is lost, nothing is doubled, and what was undone is undone.

use crate::room::{Room, mail};
use crate::serves::{Mail, Serves, assert_same, shown};
use engine::error::Code;
use engine::view::*;
use testkit::Options;
use testkit::proxy::{Cut, Way};

/// Messages for each kind of act.
const KINDS: [&str; 3] = ["move", "copy", "delete"];

/// One cut after the other, on fresh messages each.
async fn survives(options: Options, way: Way, cuts: &[Cut]) {
    let room = Room::reading(options).await;
    room.proxy.meter().set(|fault| fault.way = way);
    // Not in the inbox, where another connection listens.
    for folder in ["Source", "Other"] {
        room.server.eye().create("alice", folder).unwrap();
    }
    let subjects: Vec<String> = (0..cuts.len()).flat_map(|n| KINDS.map(|k| format!("{k} {n}"))).collect();
    room.server.fill("alice", "Source", subjects.iter().map(|s| ("\\Seen", mail("alice", s))));
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    let mut expected = shown(&room.equal(account, "alice").await);
    let [source, other] = [room.folder(account, "Source").await.id, room.folder(account, "Other").await.id];
    let rows = room.rows(ListKey::Folder { id: source }).await;
    let row =
        |subject: &str| Target::Rows { rows: rows.iter().filter(|r| r.subject == subject).map(|r| r.id).collect() };
    let engine = &room.engine;
    let mut unused = 0;
    for (n, cut) in cuts.iter().enumerate() {
        let why = format!("{cut:?}");
        let [moved, copied, deleted] = KINDS.map(|k| format!("{k} {n}"));
        room.up_to_date(account).await;
        room.proxy.meter().freeze();
        let mut acts = Vec::new();
        for (intent, subject) in [
            (Intent::Move { folder: other }, &moved),
            (Intent::Copy { folder: other }, &copied),
            (Intent::Delete, &deleted),
        ] {
            acts.push(engine.act(intent, row(subject)).await.unwrap().id);
        }
        room.proxy.meter().cut(*cut, None);
        room.proxy.meter().thaw();
        expected.retain(|m| ![&moved, &deleted].contains(&&m.subject));
        expected.extend([&moved, &copied].map(|s| Mail::new("Other", s, "\\Seen")));
        // Every third time the person thinks better of it while nobody knows what the server has done.
        if n % 3 == 2 {
            let wire = room.proxy.meter();
            room.wait("cut, or all told", |e| async move {
                (wire.cuts_left() == 0 || e.health().await.unwrap()[0].waiting == 0).then_some(())
            })
            .await;
            expected.retain(|m| ![&moved, &copied].contains(&&m.subject));
            expected.extend([&moved, &copied].map(|s| Mail::new("Source", s, "\\Seen")));
            for act in &acts[..2] {
                engine.undo(Some(*act)).await.unwrap();
            }
            match engine.undo(Some(acts[2])).await {
                Ok(_) => expected.push(Mail::new("Source", &deleted, "\\Seen")),
                Err(e) => assert_eq!(e.code, Code::TooLate),
            }
        }
        room.told(account).await;
        unused += room.proxy.meter().cuts_left();
        room.proxy.meter().cut_no_more();
        assert_same(&room.there("alice"), &expected, &why);
    }
    assert_same(&shown(&room.equal(account, "alice").await), &expected, "in the end");
    assert!(engine.refusals().await.unwrap().is_empty());
    // Some are beyond what is said.
    assert!(unused * 3 < cuts.len(), "{unused} of {} cuts did not happen", cuts.len());
}

/// Bytes at which to cut, and commands whose answers are lost.
fn cuts(up: impl Iterator<Item = u64>, down: impl Iterator<Item = u64>, words: &[&'static str]) -> Vec<Cut> {
    let words = words.iter().flat_map(|w| [Cut::Answer(w); 3]);
    up.map(Cut::Up).chain(down.map(Cut::Down)).chain(words).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_move_and_uidplus() {
    let words = ["UID MOVE", "UID COPY", "UID STORE", "UID EXPUNGE", "SELECT", "STATUS"];
    survives(Options::default(), Way::Close, &cuts((0..480).step_by(23), (0..1_800).step_by(83), &words)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_move() {
    let options = Options::with_capability("IMAP4rev1 LITERAL+ IDLE UIDPLUS ESEARCH");
    let words = ["UID COPY", "UID STORE", "UID EXPUNGE"];
    survives(options, Way::Reset, &cuts((0..500).step_by(37), (0..1_800).step_by(157), &words)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_nothing() {
    let words = ["UID COPY", "UID STORE", "UID FETCH"];
    survives(
        Options::with_capability("IMAP4rev1"),
        Way::Close,
        &cuts((0..500).step_by(37), (0..1_800).step_by(157), &words),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_move_alone() {
    let options = Options::with_capability("IMAP4rev1 IDLE MOVE CONDSTORE ENABLE QRESYNC");
    survives(options, Way::Reset, &cuts((0..400).step_by(59), (0..1_500).step_by(257), &["UID MOVE", "UID COPY"]))
        .await;
}
