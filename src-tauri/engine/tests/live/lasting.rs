//! A folder in which a real server keeps no keywords, and says OK to them all the same: Dovecot, where its access control gives no
//! right to write flags (RFC 4314 §4).

use crate::room::{Room, mail};
use crate::serves::{Mail, Serves, assert_same, shown};
use engine::error::Code;
use engine::view::*;
use testkit::Options;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn labels_are_refused_where_they_would_not_last() {
    let extra = "mail_plugins = acl\nprotocol imap {\n  mail_plugins = acl\n}\nplugin {\n  acl = vfile\n}\n";
    let room = Room::new(Options { extra: extra.into(), ..Options::default() }).await;
    let eye = room.server.eye();
    eye.create("alice", "Shelf").unwrap();
    room.server.fill("alice", "Shelf", ["1", "2"].map(|s| ("$label2", mail("alice", s))));
    // All rights but that to write flags: seen (s) and deleted (t) are others.
    let rights =
        ["lookup", "read", "write-seen", "write-deleted", "insert", "post", "expunge", "create", "delete", "admin"];
    eye.doveadm(&[&["acl", "set", "-u", "alice", "Shelf", "owner"][..], &rights].concat()).unwrap();
    let mut client = room.server.client("alice");
    let said = client.run("SELECT Shelf").unwrap().text();
    assert!(said.contains("PERMANENTFLAGS") && !said.contains("\\*"), "{said}");
    client.run("UID STORE 1 +FLAGS.SILENT ($label1)").unwrap();
    assert_same(
        &shown(&room.server.all("alice")),
        &["1", "2"].map(|s| Mail::new("Shelf", s, "$label2")),
        "yes, and no",
    );

    let account = room.add("alice").await;
    room.up_to_date(account).await;
    room.equal(account, "alice").await;
    room.wait("not offered", |e| async move {
        let folders = e.folders().await.unwrap();
        folders.iter().all(|f| f.labels == (f.name != "Shelf")).then_some(())
    })
    .await;
    let rows: Vec<Id> = room.shown(account, None).await.0.into_iter().map(|(_, row)| row.id).collect();
    let target = || Target::Rows { rows: rows.clone() };
    let mut refused = Vec::new();
    for intent in [
        Intent::Label { keyword: "$label1".into(), on: true },
        Intent::Label { keyword: "$label2".into(), on: false },
        Intent::Flag { on: true },
    ] {
        refused.push(room.engine.act(intent, target()).await.unwrap().id);
    }
    let read = room.engine.act(Intent::Read { on: true }, target()).await.unwrap().id;
    room.told(account).await;
    for act in &refused {
        let view = room.act(*act).await;
        assert_eq!(
            (view.state, view.refused, view.error.map(|e| e.code)),
            (ActState::Refused, 2, Some(Code::NotAllowed))
        );
    }
    assert_eq!(room.act(read).await.state, ActState::Done);
    let there = shown(&room.equal(account, "alice").await);
    assert_same(&there, &["1", "2"].map(|s| Mail::new("Shelf", s, "\\Seen $label2")), "what lasts was done");
    // Moved to where they last.
    let archived = room.engine.act(Intent::Archive, target()).await.unwrap().id;
    room.told(account).await;
    assert_eq!(room.act(archived).await.state, ActState::Done);
    let labelled = room.engine.act(Intent::Label { keyword: "$label1".into(), on: true }, target()).await.unwrap().id;
    room.told(account).await;
    assert_eq!(room.act(labelled).await.state, ActState::Done);
    let there = shown(&room.equal(account, "alice").await);
    assert_same(&there, &["1", "2"].map(|s| Mail::new("Archive", s, "\\Seen $label1 $label2")), "elsewhere they last");
}
