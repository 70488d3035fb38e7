//! Conversations as a whole, and those that are muted.

use super::acting::{Desk, WRITING};
use super::memory::Server;
use super::run;
use crate::view::{Id, Intent, Target, TimelineView};

/// A new mail, unseen, that answers the one of this name.
fn answer(server: &mut Server, mailbox: &str, to: u32) {
    let uid = server.deliver(mailbox, false);
    let mail = server.mailbox(mailbox).mails.get_mut(&uid).unwrap();
    mail.bytes = [format!("References: <{to}@example.org>\r\n").as_bytes(), &mail.bytes].concat().into();
}

/// Mail 1, its answers 2 and 4, and Mail 3 in the inbox; answer 5 in another folder.
async fn desk() -> Desk {
    let desk = Desk::new(WRITING).await;
    {
        let mut server = desk.room.server.lock();
        server.deliver("INBOX", false);
        answer(&mut server, "INBOX", 1);
        server.deliver("INBOX", false);
        answer(&mut server, "INBOX", 2);
        answer(&mut server, "Other", 4);
    }
    desk.quiet().await;
    desk
}

async fn row(desk: &Desk, mailbox: &str, name: u32) -> Id {
    let rows = desk.rows(mailbox).await;
    rows.iter().find(|r| r.subject == format!("Mail {name}")).unwrap().id
}

/// Name, read, keywords of all that the server has.
fn there(desk: &Desk) -> Vec<(u32, bool, String)> {
    let server = desk.room.server.lock();
    let mut all: Vec<(u32, bool, String)> = server
        .boxes
        .values()
        .flat_map(|b| b.mails.values().map(|m| (m.name, m.flags.seen, m.flags.keywords.join(" "))))
        .collect();
    all.sort();
    all
}

fn muted(names: &[u32], of: u32) -> Vec<(u32, bool, String)> {
    let one = |n| if names.contains(&n) { (n, true, "$Muted".to_owned()) } else { (n, false, String::new()) };
    (1..=of).map(one).collect()
}

async fn muted_rows(desk: &Desk) -> Vec<String> {
    let mut all = Vec::new();
    for mailbox in ["INBOX", "Archive", "Other"] {
        all.extend(desk.rows(mailbox).await.into_iter().filter(|r| r.muted).map(|r| r.subject));
    }
    all.sort();
    all
}

async fn acts(desk: &Desk) -> usize {
    let all = desk.room.house.store.timeline("", None, 100).await.unwrap();
    all.iter().filter(|t| matches!(t, TimelineView::Act { .. })).count()
}

#[test]
fn a_conversation_is_what_it_has_in_that_folder() {
    run(async {
        let desk = desk().await;
        let rows = vec![row(&desk, "INBOX", 2).await];
        let target = Target::Conversations { rows, key: None };
        assert_eq!(desk.room.house.store.preview(&target).await.unwrap().count, 3);
        let filed = desk.room.house.store.file(&Intent::Archive, &target).await.unwrap().unwrap();
        assert_eq!(desk.subjects("INBOX").await, ["Mail 3"]);
        assert_eq!(desk.subjects("Archive").await, ["Mail 1", "Mail 2", "Mail 4"]);
        assert_eq!(desk.subjects("Other").await, ["Mail 5"]);
        desk.quiet().await;
        desk.assert_equal().await;
        assert_eq!(desk.room.house.store.act(filed.act).await.unwrap().unwrap().count, 3);
        desk.room.house.store.file_undo(filed.act).await.unwrap();
        desk.quiet().await;
        assert_eq!(desk.subjects("INBOX").await, ["Mail 1", "Mail 2", "Mail 3", "Mail 4"]);
        desk.assert_equal().await;
    });
}

#[test]
fn a_muted_conversation_stays_quiet_on_two_computers() {
    run(async {
        let desk = desk().await;
        let act = desk.act(Intent::Mute { on: true }, &[row(&desk, "INBOX", 2).await]).await.unwrap();
        assert_eq!(muted_rows(&desk).await, ["Mail 1", "Mail 2", "Mail 4", "Mail 5"]);
        desk.room.assert_counts().await;
        desk.quiet().await;
        assert_eq!(there(&desk), muted(&[1, 2, 4, 5], 5));
        let other = desk.beside().await;
        other.quiet().await;
        assert_eq!(muted_rows(&other).await, ["Mail 1", "Mail 2", "Mail 4", "Mail 5"]);

        // Both hear of an answer before either has told the server, and of a mail beside it.
        answer(&mut desk.room.server.lock(), "INBOX", 5);
        desk.room.server.lock().deliver("INBOX", false);
        for one in [&desk, &other] {
            let mut c = one.room.server.connect(None);
            one.room.round(&mut c).await.unwrap();
            assert_eq!(muted_rows(one).await, ["Mail 1", "Mail 2", "Mail 4", "Mail 5", "Mail 6"]);
            assert!(one.rows("INBOX").await.iter().all(|r| r.unread != r.muted));
            let told: Vec<String> = one.room.desktop.0.lock().unwrap().iter().map(|m| m.subject.clone()).collect();
            assert_eq!(told, ["Mail 7"]);
            assert!(one.room.house.store.quiet_waits(one.room.account).await.unwrap());
            one.room.assert_counts().await;
        }
        let before = acts(&desk).await;
        for one in [&desk, &other, &desk, &other] {
            one.quiet().await;
            assert_eq!(one.waiting().await, 0);
        }
        assert_eq!(there(&desk), muted(&[1, 2, 4, 5, 6], 7));
        assert_eq!(acts(&desk).await, before, "what nobody did by hand is not in the timeline");
        // Nothing is said again and again.
        let modseq = |d: &Desk| d.room.server.lock().boxes.values().map(|b| format!("{b:?}")).collect::<String>();
        let calm = modseq(&desk);
        for one in [&desk, &other] {
            one.quiet().await;
        }
        assert_eq!(modseq(&desk), calm);

        // Another program takes the mark off one: nobody puts it back.
        desk.room.server.lock().set_flags("INBOX", 1, |f| f.keywords.clear());
        for one in [&desk, &other] {
            one.quiet().await;
            assert_eq!(muted_rows(one).await, ["Mail 2", "Mail 4", "Mail 5", "Mail 6"]);
        }

        // Undone, it is as it was: unread, and what comes is news. What came since is read, and muted no more.
        desk.room.house.store.file_undo(act).await.unwrap();
        assert!(muted_rows(&desk).await.is_empty());
        desk.quiet().await;
        other.quiet().await;
        assert!(there(&desk).iter().all(|m| m.2.is_empty()));
        assert_eq!(there(&desk).iter().filter(|m| m.1).map(|m| m.0).collect::<Vec<_>>(), [6]);
        answer(&mut desk.room.server.lock(), "INBOX", 6);
        for one in [&desk, &other] {
            one.quiet().await;
            assert!(muted_rows(one).await.is_empty());
            one.assert_equal().await;
        }
        assert_eq!(desk.room.desktop.0.lock().unwrap().last().unwrap().subject, "Mail 8");
    });
}

#[test]
fn where_no_keywords_can_be_made_it_is_kept_here() {
    run(async {
        let desk = desk().await;
        desk.room.server.lock().mailbox("INBOX").lasting =
            Some(&["\\seen", "\\flagged", "\\answered", "\\draft", "\\deleted"]);
        desk.quiet().await;
        let act = desk.act(Intent::Mute { on: true }, &[row(&desk, "INBOX", 1).await]).await.unwrap();
        let view = |desk: &Desk| {
            let store = desk.room.house.store.clone();
            async move { store.act(act).await.unwrap().unwrap() }
        };
        let shown = view(&desk).await;
        assert!(shown.only_here);
        desk.quiet().await;
        assert_eq!(muted_rows(&desk).await, ["Mail 1", "Mail 2", "Mail 4", "Mail 5"]);
        let keywords = |desk: &Desk| there(desk).into_iter().map(|m| m.2).collect::<Vec<_>>().concat();
        assert_eq!(keywords(&desk), "$Muted", "the copy in the other folder");
        assert_eq!((view(&desk).await.count, desk.waiting().await), (4, 0));

        answer(&mut desk.room.server.lock(), "INBOX", 1);
        desk.quiet().await;
        assert_eq!(muted_rows(&desk).await, ["Mail 1", "Mail 2", "Mail 4", "Mail 5", "Mail 6"]);
        assert!(desk.room.desktop.0.lock().unwrap().is_empty());

        let unmuted = desk.act(Intent::Mute { on: false }, &[row(&desk, "INBOX", 6).await]).await.unwrap();
        desk.quiet().await;
        assert!(muted_rows(&desk).await.is_empty());
        assert_eq!(keywords(&desk), "");
        desk.room.house.store.file_undo(unmuted).await.unwrap();
        desk.quiet().await;
        assert_eq!(muted_rows(&desk).await, ["Mail 1", "Mail 2", "Mail 4", "Mail 5", "Mail 6"]);
        desk.room.house.store.file_undo(act).await.unwrap();
        desk.quiet().await;
        assert!(muted_rows(&desk).await.is_empty());
        assert!(desk.rows("INBOX").await.iter().filter(|r| r.subject != "Mail 6").all(|r| r.unread));
    });
}
