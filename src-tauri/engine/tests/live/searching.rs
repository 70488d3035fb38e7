//! A word that stands in a text on the server alone is found there, and its message opened; meanwhile mail arrives.

use crate::room::Room;
use engine::view::*;
use testkit::Options;

/// Subjects of what a search has found by now.
async fn subjects(engine: &engine::engine::Engine, search: Id) -> Vec<String> {
    let page = engine.list_page(List::of(ListKey::Search { id: search }), 0, 500).await.unwrap();
    page.rows.into_iter().map(|r| r.subject).collect()
}

fn letter(n: u32, text: &str) -> Vec<u8> {
    format!(
        "From: Inès Caron <ines@example.org>\r\nTo: alice@example.org\r\nSubject: Letter {n}\r\nMessage-ID: <s{n}@example.org>\r\n\
         Date: Mon, 2 Nov 2026 09:{n:02}:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
    )
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_only_on_the_server_is_found_there_and_opened() {
    for capability in [None, Some("IMAP4rev1 IDLE"), Some("IMAP4rev1 IDLE ESEARCH LITERAL+")] {
        let room = Room::new(Options { capability: capability.map(str::to_owned), ..Options::default() }).await;
        let eye = room.server.eye();
        for n in 0..20 {
            let text =
                if n == 7 { "Das Gewächshaus in Zürich".to_owned() } else { format!("nothing of interest {n}") };
            eye.save("alice", "INBOX", &letter(n, &text)).unwrap();
        }
        eye.create("alice", "Elsewhere").unwrap();
        eye.save("alice", "Elsewhere", &letter(30, "Noch ein Gewächshaus")).unwrap();
        let account = room.add("alice").await;
        room.up_to_date(account).await;
        room.row(account, "Letter 30").await;

        // Headers are found here, while one types, by the beginning of a word and without its marks.
        let here = room.engine.begin_search("ines lett".into()).await.unwrap();
        room.wait("headers learnt", |e| async move { (subjects(&e, here.id).await.len() == 21).then_some(()) }).await;
        let found = subjects(&room.engine, here.id).await;
        assert_eq!((found.len(), found[0].as_str()), (21, "Letter 30"), "the newest first");

        // The text is on the server alone.
        let search = room.engine.begin_search("Gewächshaus".into()).await.unwrap();
        assert_eq!((search.total, search.words.as_slice()), (0, &["gewachshaus".to_owned()][..]));
        room.engine.search_on_servers(search.id).await.unwrap();
        let view = room
            .wait("the server asked", |e| async move {
                let view = e.search(search.id).await.unwrap();
                (view.coverage.servers[0].state == ServerSearch::Done && view.total == 2).then_some(view)
            })
            .await;
        let server = &view.coverage.servers[0];
        assert_eq!((server.found, server.done, server.waiting), (2, server.folders, 0), "{capability:?}");
        assert_eq!(subjects(&room.engine, search.id).await, ["Letter 30", "Letter 7"]);

        // Opened, it is known here too; and what arrives while a search is open comes into it.
        let row = room.row(account, "Letter 7").await;
        room.wait("its text", |e| async move {
            matches!(e.open_message(row.message).await.unwrap().body, BodyView::Ready { .. }).then_some(())
        })
        .await;
        let local = room.engine.begin_search("gewachshaus zuri".into()).await.unwrap();
        room.wait("its text learnt", |e| async move { (subjects(&e, local.id).await == ["Letter 7"]).then_some(()) })
            .await;
        eye.deliver("alice", &letter(40, "late")).unwrap();
        room.wait("what came later", |e| async move {
            (subjects(&e, here.id).await.first().map(String::as_str) == Some("Letter 40")).then_some(())
        })
        .await;

        // All that a search found can be acted upon at once.
        let list = List::of(ListKey::Search { id: here.id });
        let newest = room.engine.list_page(list.clone(), 0, 1).await.unwrap().newest;
        let whole = Target::List { list, spans: Vec::new(), newest };
        let act = room.engine.act(Intent::Flag { on: true }, whole).await.unwrap();
        assert_eq!(act.count, 22);
        room.told(account).await;
        for id in [here.id, search.id, local.id] {
            room.engine.end_search(id).await.unwrap();
        }
        assert!(room.engine.search(here.id).await.is_err());
    }
}
