//! Mail comes, changes and goes on the server; the store follows.

use crate::room::{PATIENCE, Room, mail};
use engine::view::*;
use std::time::{Duration, Instant};
use testkit::Options;

/// Everything a server may do or not do, one switched off at a time, and all.
const CAPABILITIES: &[&str] = &[
    "IMAP4rev1 SASL-IR LITERAL+ IDLE NAMESPACE UIDPLUS ESEARCH CONDSTORE QRESYNC LIST-EXTENDED LIST-STATUS SPECIAL-USE MOVE ENABLE PREVIEW=FUZZY",
    "IMAP4rev1 SASL-IR LITERAL+ IDLE NAMESPACE UIDPLUS ESEARCH CONDSTORE LIST-EXTENDED LIST-STATUS SPECIAL-USE MOVE ENABLE",
    "IMAP4rev1 SASL-IR LITERAL+ IDLE NAMESPACE UIDPLUS LIST-EXTENDED LIST-STATUS SPECIAL-USE MOVE",
    "IMAP4rev1 IDLE UIDPLUS ESEARCH CONDSTORE QRESYNC ENABLE",
    "IMAP4rev1 IDLE",
    "IMAP4rev1",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn follows_the_server_whatever_it_can_do() {
    let mut room = Room::new(Options::default()).await;
    for (i, capability) in CAPABILITIES.iter().enumerate() {
        room.server.restart_with(|o| o.capability = Some((*capability).to_owned())).unwrap();
        let user = if i % 2 == 0 { "alice" } else { "bob" };
        let eye = room.server.eye();
        for mailbox in ["INBOX", "Sent", "Projekte/Größe", "New/Name"] {
            eye.expunge(user, &["mailbox", mailbox, "ALL"]).ok();
            eye.delete(user, mailbox).ok();
        }
        eye.create(user, "Projekte/Größe").unwrap();
        for n in 0..70 {
            eye.save(user, "INBOX", &mail(user, &format!("Mail {n}"))).unwrap();
        }
        eye.save(user, "Projekte/Größe", &mail(user, "Glas for the north bay")).unwrap();
        eye.save(user, "Sent", &mail(user, "Sent by another")).unwrap();
        let account = room.add(user).await;
        room.up_to_date(account).await;
        room.equal(account, user).await;
        let sent = room.folder(account, "Sent").await;
        assert_eq!(sent.role, Role::Sent, "{capability}");

        // Another client: flags, removals, a copy, folders.
        eye.add_flag(user, "\\Seen", &["mailbox", "INBOX", "uid", "1:20"]).unwrap();
        eye.add_flag(user, "\\Flagged", &["mailbox", "INBOX", "uid", "3,70"]).unwrap();
        eye.expunge(user, &["mailbox", "INBOX", "uid", "5:9,66"]).unwrap();
        eye.move_to(user, "Projekte/Größe", &["mailbox", "INBOX", "uid", "40"]).unwrap();
        eye.rename(user, "Projekte/Größe", "New/Name").unwrap();
        room.deliver(user, "Came meanwhile");
        let start = Instant::now();
        // Two LISTs have to agree before a folder goes, so look more than once.
        while room.here(account).await != room.there(user) && start.elapsed() < PATIENCE {
            room.engine.retry_now(account).await.unwrap();
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        room.equal(account, user).await;
        room.engine.remove_account(account).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_mail_comes_by_itself_and_is_announced() {
    let room = Room::new(Options::default()).await;
    room.deliver("alice", "Before");
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    for n in 0..3 {
        let subject = format!("By itself {n}");
        room.deliver("alice", &subject);
        let row = room.row(account, &subject).await;
        assert!(row.unread);
    }
    // Said after the row is there.
    let desktop = room.desktop.clone();
    let told = room
        .wait("three announcements", |_| {
            let told = desktop.0.lock().unwrap().clone();
            async move { (told.len() == 3).then_some(told) }
        })
        .await;
    assert_eq!(
        told.iter().map(|t| t.subject.as_str()).collect::<Vec<_>>(),
        ["By itself 0", "By itself 1", "By itself 2"]
    );
    assert_eq!((told[0].from.as_str(), told[0].count), ("Inès Caron", 1));
    // Flags and removals are pushed as well.
    let eye = room.server.eye();
    eye.add_flag("alice", "\\Seen", &["mailbox", "INBOX", "uid", "1"]).unwrap();
    eye.expunge("alice", &["mailbox", "INBOX", "uid", "2"]).unwrap();
    room.equal(account, "alice").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_connections_are_rebuilt_and_nothing_is_missed() {
    let mut room = Room::new(Options::default()).await;
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    // Cut.
    room.proxy.drop_all();
    room.deliver("alice", "While cut");
    room.row(account, "While cut").await;
    // The server goes away and comes back.
    room.server.stop().unwrap();
    room.wait("offline", |e| async move {
        matches!(e.accounts().await.unwrap()[0].state, AccountState::Offline { .. }).then_some(())
    })
    .await;
    room.server.start_again().unwrap();
    room.deliver("alice", "After the break");
    room.engine.retry_now(account).await.unwrap();
    room.row(account, "After the break").await;
    // Silence: the connection looks open and nothing comes through. A look proves it dead.
    room.up_to_date(account).await;
    let before = room.proxy.meter().connections();
    room.proxy.meter().freeze();
    room.deliver("alice", "Into the silence");
    room.engine.retry_now(account).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    room.proxy.drop_all();
    room.proxy.meter().thaw();
    room.row(account, "Into the silence").await;
    assert!(room.proxy.meter().connections() > before);
    room.equal(account, "alice").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_uidvalidity_keeps_what_was_read() {
    let mut room = Room::new(Options::default()).await;
    for n in 0..60 {
        room.deliver("alice", &format!("Mail {n}"));
    }
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    let row = room.row(account, "Mail 7").await;
    room.engine.open_message(row.message).await.unwrap();
    ready(&room, row.message).await;
    room.server.eye().set_uidvalidity("alice", "INBOX", 4_000_000).unwrap();
    room.engine.retry_now(account).await.unwrap();
    room.proxy.drop_all();
    room.wait("the new numbers", |e| async move {
        let folders = e.folders().await.unwrap();
        folders.iter().any(|f| f.role == Role::Inbox && f.here == 60).then_some(())
    })
    .await;
    room.deliver("alice", "After it");
    room.row(account, "After it").await;
    room.equal(account, "alice").await;
    room.server.stop().unwrap();
    let again = room.row(account, "Mail 7").await;
    assert_eq!((again.id, again.message), (row.id, row.message));
    let view = room.engine.open_message(row.message).await.unwrap();
    assert!(matches!(view.body, BodyView::Ready { .. }), "{:?}", view.body);
}

/// Waits for a text.
pub async fn ready(room: &Room, message: Id) -> MessageView {
    room.wait("the text", |e| async move {
        let view = e.message(message).await.unwrap();
        matches!(view.body, BodyView::Ready { .. }).then_some(view)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_changed_costs_next_to_nothing() {
    let room = Room::new(Options::default()).await;
    let eye = room.server.eye();
    for n in 0..30 {
        eye.create("alice", &format!("Folder {n}")).unwrap();
        eye.save("alice", &format!("Folder {n}"), &mail("alice", &format!("In {n}"))).unwrap();
    }
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    room.equal(account, "alice").await;
    room.proxy.meter().reset();
    let before = room.proxy.meter().connections();
    room.engine.retry_now(account).await.unwrap();
    let synced = room.engine.health().await.unwrap()[0].last_sync;
    room.wait("another look", |e| async move {
        let h = e.health().await.unwrap();
        (h[0].last_sync > synced).then_some(())
    })
    .await;
    assert_eq!(room.proxy.meter().connections(), before, "no new connection");
    // LIST with STATUS of 36 folders, and IDLE renewed; the bodies of folders are not opened one by one.
    assert!(room.proxy.meter().total() < 12_000, "{} bytes", room.proxy.meter().total());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_is_opened_is_looked_at() {
    let room = Room::new(Options::default()).await;
    room.server.eye().create("alice", "Lists").unwrap();
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    room.equal(account, "alice").await;
    let folder = room.folder(account, "Lists").await;
    let inbox = room.folder(account, "INBOX").await;
    room.rows(ListKey::Folder { id: inbox.id }).await;
    // Filed by the server, where nothing is pushed.
    room.server.eye().save("alice", "Lists", &mail("alice", "Filed by a rule")).unwrap();
    room.wait("the filed mail", |e| async move {
        let page = e.list_page(List::of(ListKey::Folder { id: folder.id }), 0, 10).await.unwrap();
        page.rows.iter().any(|r| r.subject == "Filed by a rule").then_some(())
    })
    .await;
}
