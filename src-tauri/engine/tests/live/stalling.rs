//! A connection falls silent in the middle of a command: no byte, no end, as when a laptop has changed its network. It is noticed, and
//! what was asked is done once. Patience is short here; how long it is else is `engine::remote::tap`'s to say.

use crate::room::{Room, hasty, mail, reading};
use crate::serves::{Mail, Serves, assert_same, shown};
use engine::view::*;
use testkit::proxy::{Cut, Way};
use testkit::{Dovecot, Options};

async fn room(options: Options) -> Room {
    let server = Dovecot::start(Options { compress: false, ..options }).unwrap();
    let proxy = reading(&server);
    Room::with(server, proxy, hasty()).await
}

/// Silence at each of these, one after the other, while all of a folder is flagged and then moved, and something is deleted.
async fn silent_at(options: Options, cuts: &[Cut]) {
    let room = room(options).await;
    for folder in ["Source", "Target"] {
        room.server.eye().create("alice", folder).unwrap();
    }
    room.server.fill("alice", "Source", ["1", "2", "3", "gone"].map(|s| ("\\Seen", mail("alice", s))));
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    room.equal(account, "alice").await;
    let [source, target] = [room.folder(account, "Source").await.id, room.folder(account, "Target").await.id];
    let rows = room.rows(ListKey::Folder { id: source }).await;
    let of = |gone: bool| Target::Rows {
        rows: rows.iter().filter(|r| (r.subject == "gone") == gone).map(|r| r.id).collect(),
    };
    // Nothing is said before the silence has been prepared.
    room.proxy.meter().freeze();
    let before = room.proxy.meter().connections();
    for (intent, gone) in
        [(Intent::Flag { on: true }, false), (Intent::Move { folder: target }, false), (Intent::Delete, true)]
    {
        room.engine.act(intent, of(gone)).await.unwrap();
    }
    for cut in cuts {
        room.proxy.meter().cut_by(Way::Stall, *cut, None);
    }
    room.proxy.meter().thaw();
    room.told(account).await;
    assert_eq!(room.proxy.meter().cuts_left(), 0, "not all were silent");
    assert!(room.proxy.meter().connections() >= before + u32::try_from(cuts.len()).unwrap());
    let expected = ["1", "2", "3"].map(|s| Mail::new("Target", s, "\\Seen \\Flagged"));
    assert_same(&shown(&room.equal(account, "alice").await), &expected, "done once");
    assert!(room.engine.refusals().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_the_middle_of_a_store_or_a_move() {
    let answers = ["UID STORE", "UID MOVE", "UID EXPUNGE"].map(Cut::Answer);
    silent_at(Options::default(), &[&answers[..], &[Cut::Up(30)]].concat()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_the_middle_of_a_copy() {
    let answers = ["UID COPY", "+FLAGS.SILENT (\\Deleted)", "UID EXPUNGE"].map(Cut::Answer);
    silent_at(Options::with_capability("IMAP4rev1 IDLE UIDPLUS"), &answers).await;
}

/// To another account: in the middle of the message, and after all of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_the_middle_of_an_append() {
    let room = room(Options::default()).await;
    let long = |subject: &str| {
        let mut bytes = mail("alice", subject);
        bytes.extend(b"All the panes, one by one, with their measures.\r\n".repeat(600));
        bytes
    };
    room.server.fill("alice", "INBOX", ["1", "2"].map(|s| ("\\Seen", long(s))));
    let [alice, bob] = [room.add("alice").await, room.add("bob").await];
    for account in [alice, bob] {
        room.up_to_date(account).await;
    }
    room.equal(alice, "alice").await;
    let [from, to] = [room.folder(alice, "INBOX").await.id, room.folder(bob, "Archive").await.id];
    let meter = room.proxy.meter();
    // No other connection has so much to say.
    meter.cut_by(Way::Stall, Cut::Up(12_000), None);
    let rows = room.rows(ListKey::Folder { id: from }).await.iter().map(|r| r.id).collect();
    room.engine.act(Intent::Move { folder: to }, Target::Rows { rows }).await.unwrap();
    room.wait("silence in the message", |_| async { (meter.cuts_left() == 0).then_some(()) }).await;
    meter.cut_by(Way::Stall, Cut::Answer("APPEND"), None);
    room.told(alice).await;
    assert_eq!(meter.cuts_left(), 0);
    assert_same(&room.equal(alice, "alice").await, &[], "none here");
    let expected = ["1", "2"].map(|s| Mail::new("Archive", s, "\\Seen"));
    assert_same(&shown(&room.equal(bob, "bob").await), &expected, "each once");
    assert!(room.engine.refusals().await.unwrap().is_empty());
}
