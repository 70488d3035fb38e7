//! Opening, saving, keeping: what travels, and what is here afterwards.

use crate::room::{Room, mail, now, open};
use crate::syncing::ready;
use engine::error::Code;
use engine::view::*;
use testkit::Options;
use testkit::mail::kinds::{self, Occasion};
use testkit::mail::{Letter, Part, Person, Random, files};

fn me() -> Person {
    Person::new("Alice Moreau", "alice@example.org")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_travels_alone_and_is_readable_without_the_server() {
    let mut room = Room::new(Options::default()).await;
    let mut random = Random::new(7);
    let large = kinds::large(Occasion { to: &me(), at: now(), random: &mut random }, 20_000_000);
    room.server.eye().deliver("alice", &large.bytes()).unwrap();
    room.deliver("alice", "Never opened");
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    let row = room.row(account, "The whole survey").await;
    assert_eq!(row.attachments, 1);

    room.proxy.meter().reset();
    let view = room.engine.open_message(row.message).await.unwrap();
    assert!(matches!(view.body, BodyView::Coming { .. }));
    assert_eq!(view.attachments[0].name, "survey.tif");
    assert!((19_900_000.0..20_100_000.0).contains(&view.attachments[0].size), "{}", view.attachments[0].size);
    ready(&room, row.message).await;
    let travelled = room.proxy.meter().total();
    assert!(travelled < 20_000, "{travelled} bytes for 3 KB of text");
    let html = room.engine.frame_body(row.message, false).await.unwrap().html;
    assert!(html.contains("Here is the survey as one file"), "{html}");

    // Without the server: what was read is here, the list is here, what was not read says so, and comes later.
    let unread = room.row(account, "Never opened").await;
    room.server.stop().unwrap();
    room.engine.close().await;
    room.engine = open(room.profile.path(), room.desktop.clone()).await;
    let view = room.engine.open_message(row.message).await.unwrap();
    assert!(matches!(view.body, BodyView::Ready { .. }));
    assert!(room.engine.frame_body(row.message, false).await.unwrap().html.contains("Here is the survey"));
    room.engine.open_message(unread.message).await.unwrap();
    let failed = room
        .wait("not here", |e| async move {
            match e.message(unread.message).await.unwrap().body {
                BodyView::Failed { error } => Some(error),
                _ => None,
            }
        })
        .await;
    assert_eq!(failed.code, Code::NotHere);
    room.server.start_again().unwrap();
    // A server that has just started may say "later"; nothing else.
    while let Err(e) = room.engine.sign_in(account, "pw-alice".into()).await {
        assert!(e.retry, "{e:?}");
    }
    room.engine.retry_body(unread.message).await.unwrap();
    ready(&room, unread.message).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attachments_travel_when_asked_for_and_are_whole() {
    let mut room = Room::new(Options::default()).await;
    let mut random = Random::new(3);
    let big =
        files::File::new("../../survey of the\u{202e}bay.bin", "application/octet-stream", random.bytes(3_500_000));
    let small = files::File::new("notes.txt", "text/plain", b"twelve panes\n".to_vec());
    let body = Part::mixed(vec![
        Part::text("See the files.\n"),
        Part::attached(&big),
        Part::attached(&small),
        Part::attached(&small),
    ]);
    let letter = Letter::new(&Person::new("Tomás", "tomas@vidal.example"), &me(), "Three files", now(), body);
    room.server.eye().deliver("alice", &letter.bytes()).unwrap();
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    let row = room.row(account, "Three files").await;
    let view = room.engine.open_message(row.message).await.unwrap();
    assert_eq!(view.attachments.len(), 3);
    assert!(!view.attachments[0].name.contains(['/', '\u{202e}']), "{}", view.attachments[0].name);

    let out = tempfile::tempdir().unwrap();
    let path = out.path().join("saved.bin");
    let id = room.engine.save_part(row.message, view.attachments[0].part.clone(), path.clone()).await.unwrap();
    let state = room
        .wait("saved", |e| async move {
            let all = e.transfers().await.unwrap();
            all.into_iter().find(|t| t.id == id).map(|t| t.state).filter(|s| *s != TransferState::Running)
        })
        .await;
    assert!(matches!(state, TransferState::Done { .. }), "{state:?}");
    assert_eq!(std::fs::read(&path).unwrap(), big.bytes);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let view = room.engine.message(row.message).await.unwrap();
    assert_eq!(view.attachments.iter().map(|a| a.here).collect::<Vec<_>>(), [true, false, false]);

    // All of them, names made unique.
    assert_eq!(room.engine.save_all(row.message, out.path().to_owned()).await.unwrap(), 3);
    room.wait("all saved", |e| async move {
        let all = e.transfers().await.unwrap();
        all.iter().all(|t| matches!(t.state, TransferState::Done { .. })).then_some(())
    })
    .await;
    let mut names: Vec<String> =
        std::fs::read_dir(out.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(names.iter().filter(|n| n.starts_with("notes")).count() == 2, "{names:?}");

    // Cancelled: nothing is left of it.
    room.proxy.meter().set(|f| f.latency = std::time::Duration::from_millis(200));
    let whole = out.path().join("whole.eml");
    let id = room.engine.save_part(row.message, String::new(), whole.clone()).await.unwrap();
    room.engine.cancel_transfer(id).await.unwrap();
    room.wait("cancelled", |e| async move {
        let all = e.transfers().await.unwrap();
        all.iter().any(|t| t.id == id && t.state == TransferState::Cancelled).then_some(())
    })
    .await;
    assert!(!whole.exists());
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 4);
    room.proxy.meter().set(|f| f.latency = std::time::Duration::ZERO);

    // What was fetched opens without the server.
    room.server.stop().unwrap();
    let file = room.engine.part_file(row.message, view.attachments[0].part.clone()).await.unwrap();
    assert_eq!(std::fs::read(file).unwrap(), big.bytes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_mail_opens() {
    let room = Room::new(Options::default()).await;
    let all = kinds::all(&me(), now(), 11);
    for (_, letter) in &all {
        room.server.eye().deliver("alice", &letter.bytes()).unwrap();
    }
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    let inbox = room.folder(account, "INBOX").await;
    let rows = room.rows(ListKey::Folder { id: inbox.id }).await;
    assert_eq!(rows.len(), all.len());
    for row in rows {
        assert!(!row.who.is_empty() && !row.subject.is_empty() && !row.preview.contains('\u{fffd}'), "{row:?}");
        assert!(!row.subject.contains('\u{fffd}') && !row.who.contains('\u{fffd}'), "{row:?}");
        room.engine.open_message(row.message).await.unwrap();
        let view = ready(&room, row.message).await;
        let BodyView::Ready { has_html, has_plain, images, .. } = &view.body else { panic!("{:?}", view.body) };
        let html = room.engine.frame_body(row.message, false).await.unwrap().html;
        assert!(html.len() > 10 && !html.contains('\u{fffd}'), "{}: {html}", row.subject);
        if *has_html && *has_plain {
            let plain = room.engine.frame_body(row.message, true).await.unwrap();
            assert!(!plain.is_html && !plain.html.is_empty(), "{}", row.subject);
        }
        // Held until the person says so.
        assert_eq!(images.state, ImagesState::Held);
        for n in 0..html.matches("cid/").count().min(2) {
            let picture = room.engine.inline_picture(row.message, u32::try_from(n).unwrap()).await.unwrap();
            assert!(picture.mime.starts_with("image/"));
        }
    }
    // Once opened, every row has its first words, whatever the server could make of them.
    for row in room.rows(ListKey::Folder { id: inbox.id }).await {
        assert!(!row.preview.is_empty() && !row.preview.contains('\u{fffd}'), "{row:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_days_are_kept_here_when_asked() {
    let mut room = Room::new(Options::default()).await;
    for n in 0..8 {
        room.server.eye().save("alice", "INBOX", &mail("alice", &format!("Kept {n}"))).unwrap();
    }
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    let inbox = room.folder(account, "INBOX").await;
    room.engine.keep_offline(inbox.id, Some(30)).await.unwrap();
    let rows = room.rows(ListKey::Folder { id: inbox.id }).await;
    for row in &rows {
        ready(&room, row.message).await;
    }
    room.server.stop().unwrap();
    for row in &rows {
        let view = room.engine.open_message(row.message).await.unwrap();
        assert!(matches!(view.body, BodyView::Ready { .. }));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn raw_views_and_gone_messages() {
    let room = Room::new(Options::default()).await;
    room.deliver("alice", "Here and gone");
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    let row = room.row(account, "Here and gone").await;
    room.engine.open_message(row.message).await.unwrap();
    ready(&room, row.message).await;
    let headers = room.engine.message_headers(row.message).await.unwrap();
    assert!(headers.contains("Subject: Here and gone") && !headers.contains("the panes arrive"), "{headers}");
    let source = room.engine.message_source(row.message).await.unwrap();
    assert!(source.contains("the panes arrive on Thursday"), "{source}");
    room.server.eye().expunge("alice", &["mailbox", "INBOX", "ALL"]).unwrap();
    let view = room
        .wait("gone", |e| async move {
            let view = e.message(row.message).await.unwrap();
            view.gone.then_some(view)
        })
        .await;
    assert!(matches!(view.body, BodyView::Ready { .. }), "what is open stays readable");
    assert!(room.engine.message_source(row.message).await.is_err());
}
