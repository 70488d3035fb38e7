//! Snooze between two computers of one person, with `doveadm` as the eye: keywords on the server, and nothing else.

use crate::room::{PATIENCE, Recorder, Room, form, mail, now, open};
use crate::serves::Serves;
use engine::engine::Engine;
use engine::view::*;
use std::sync::Arc;
use std::time::Instant;
use testkit::{Cyrus, Options};

/// Waits until these are the subjects of a list, in its order.
async fn shows(engine: &Engine, key: impl AsyncFn(&Engine) -> Option<ListKey>, subjects: &[&str]) -> Vec<ListRow> {
    let start = Instant::now();
    loop {
        let page = match key(engine).await {
            Some(key) => engine.list_page(List::of(key), 0, 100).await.unwrap().rows,
            None => Vec::new(),
        };
        let are: Vec<&str> = page.iter().map(|r| r.subject.as_str()).collect();
        if are == subjects {
            return page;
        }
        assert!(start.elapsed() < PATIENCE, "{are:?}, not {subjects:?}; {:?}", engine.health().await);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

async fn inbox(engine: &Engine) -> Option<ListKey> {
    let folders = engine.folders().await.unwrap();
    folders.iter().find(|f| f.role == Role::Inbox).map(|f| ListKey::Folder { id: f.id })
}

async fn snoozed(_: &Engine) -> Option<ListKey> {
    Some(ListKey::Snoozed)
}

/// The keywords of a due time, as any program can make them: quarters of an hour since 2025, bit by bit.
fn keywords(due: i64) -> Vec<String> {
    let units = (due - 1_735_689_600) / 900;
    let bits = (0..19).filter(|bit| (units >> bit) & 1 == 1).map(|bit| format!("$snz{bit}"));
    let mut all: Vec<String> = bits.chain(["$snoozed".to_owned()]).collect();
    all.sort();
    all
}

/// Those of them that the server has on a message.
fn there<S: Serves>(room: &Room<S>, subject: &str) -> Vec<String> {
    let found = room.server.look().fetch("alice", "flags hdr.subject", &["mailbox", "INBOX", "ALL"]).unwrap();
    let line = found.iter().find(|line| line.split_once('\t').is_some_and(|(_, s)| s == subject)).unwrap();
    let flags = line.split_once('\t').unwrap().0;
    let mut all: Vec<String> = flags.split(' ').map(str::to_lowercase).filter(|f| f.starts_with("$sn")).collect();
    all.sort();
    all
}

async fn two_computers<S: Serves>(room: Room<S>) {
    let old = now() - 40 * 86_400;
    let mut client = room.server.client("alice");
    for (n, subject) in ["one", "two", "three"].into_iter().enumerate() {
        client.append("INBOX", "", old + i64::try_from(n).unwrap(), &mail("alice", subject)).unwrap();
    }
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    let profile = tempfile::tempdir().unwrap();
    let other = open(profile.path(), Arc::new(Recorder::default())).await;
    other.add_account(form("alice", room.proxy.port(), room.server.certificate())).await.unwrap();
    shows(&other, inbox, &["three", "two", "one"]).await;
    let rows = shows(&room.engine, inbox, &["three", "two", "one"]).await;

    // Here at once, on the server as keywords, on the other computer with its next look.
    let until = (now() / 900 + 100) * 900;
    let asked = Intent::Snooze { until: (until - 5) as f64 };
    let act = room.engine.act(asked, Target::Rows { rows: vec![rows[1].id, rows[2].id] }).await.unwrap();
    assert_eq!((act.count, act.intent), (2, Intent::Snooze { until: until as f64 }));
    shows(&room.engine, inbox, &["three"]).await;
    room.told(account).await;
    assert_eq!((there(&room, "two"), there(&room, "one")), (keywords(until), keywords(until)));
    shows(&other, inbox, &["three"]).await;
    let asleep = shows(&other, snoozed, &["two", "one"]).await;
    assert!(asleep.iter().all(|r| r.due == Some(until as f64)), "{asleep:?}");
    let folders = other.folders().await.unwrap();
    assert_eq!(folders.iter().find(|f| f.role == Role::Inbox).map(|f| (f.total, f.unread)), Some((1, 1)));

    // The other computer wakes one; it is back on both, where it was.
    other.act(Intent::Unsnooze, Target::Rows { rows: vec![asleep[0].id] }).await.unwrap();
    for engine in [&room.engine, &other] {
        shows(engine, inbox, &["three", "two"]).await;
        shows(engine, snoozed, &["one"]).await;
    }
    assert_eq!(there(&room, "two"), Vec::<String>::new());
    assert_eq!(there(&room, "one"), keywords(until));

    // A time that is over, said by a third program: on top, with nothing said to the server by anyone.
    let due = (now() / 900 - 8) * 900;
    let stale = keywords(until).join(" ");
    client.run("SELECT INBOX").unwrap();
    client.run(&format!("STORE 1 -FLAGS.SILENT ({stale})")).unwrap();
    client.run(&format!("STORE 1 +FLAGS.SILENT ({})", keywords(due).join(" "))).unwrap();
    for engine in [&room.engine, &other] {
        let rows = shows(engine, inbox, &["one", "three", "two"]).await;
        assert_eq!((rows[0].due, rows[0].date), (Some(due as f64), old as f64));
        shows(engine, snoozed, &[]).await;
    }
    // Archived it is awake for good.
    let top = shows(&room.engine, inbox, &["one", "three", "two"]).await[0].id;
    room.engine.act(Intent::Archive, Target::Rows { rows: vec![top] }).await.unwrap();
    room.told(account).await;
    let archived = room.server.look().fetch("alice", "flags hdr.subject", &["mailbox", "Archive", "ALL"]).unwrap();
    assert_eq!(archived.len(), 1);
    assert!(!archived[0].to_lowercase().contains("$sn"), "{archived:?}");
    other.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_computer_sees_what_is_snoozed() {
    two_computers(Room::new(Options::default()).await).await;
    two_computers(Room::before(Cyrus::start().unwrap()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_sleeps_on_after_a_restart_without_a_server() {
    let mut room = Room::new(Options::default()).await;
    let old = now() - 86_400;
    let mut client = room.server.client("alice");
    for (n, subject) in ["one", "two"].into_iter().enumerate() {
        client.append("INBOX", "\\Seen", old + i64::try_from(n).unwrap(), &mail("alice", subject)).unwrap();
    }
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    let rows = shows(&room.engine, inbox, &["two", "one"]).await;
    let until = (now() / 900 + 2) * 900;
    let asked = Intent::Snooze { until: until as f64 };
    room.engine.act(asked, Target::Rows { rows: vec![rows[1].id] }).await.unwrap();
    room.told(account).await;
    room.server.stop().unwrap();
    room.reopen().await;
    shows(&room.engine, inbox, &["two"]).await;
    shows(&room.engine, snoozed, &["one"]).await;
}
