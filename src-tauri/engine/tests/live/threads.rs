//! Conversations: real mail threaded as the server itself threads it; a whole conversation filed; and one that is muted, on two
//! computers.

use crate::room::{Room, now, open};
use crate::serves::Serves;
use engine::view::*;
use letter::header::Header;
use letter::thread::references::{Forest, Mail};
use std::path::Path;
use std::sync::Arc;
use testkit::mail::{Letter, Part, Person};
use testkit::{Dovecot, Options};

/// Mail that people sent each other, without the line that an mbox puts before it.
fn real() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/real");
    let mut files: Vec<_> = ["ham", "spam"]
        .iter()
        .filter_map(|kind| std::fs::read_dir(folder.join(kind)).ok())
        .flat_map(|entries| entries.map(|e| e.unwrap().path()))
        .collect();
    files.sort();
    let bytes = |path: &std::path::PathBuf| {
        let raw = std::fs::read(path).unwrap();
        let from = raw.strip_prefix(b"From ").and_then(|rest| rest.iter().position(|b| *b == b'\n'));
        let rest = from.map_or(raw.as_slice(), |at| &raw[at + 6..]);
        // No server takes this octet.
        rest.iter().copied().filter(|b| *b != 0).collect()
    };
    files.iter().map(bytes).collect()
}

/// Messages that stand together, of what THREAD answers: indexes, each thread in order, threads by their first.
fn groups(answer: &str) -> Vec<Vec<usize>> {
    let (mut groups, mut group, mut depth, mut number) = (Vec::new(), Vec::new(), 0, String::new());
    for c in answer.chars() {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        if !number.is_empty() {
            group.push(number.parse::<usize>().unwrap() - 1);
            number.clear();
        }
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if depth == 0 && !group.is_empty() {
            group.sort_unstable();
            groups.push(std::mem::take(&mut group));
        }
    }
    groups.sort_unstable();
    groups
}

#[test]
fn real_mail_is_threaded_as_the_server_does() {
    let mails = real();
    if mails.is_empty() {
        eprintln!("not run: there is no ../shared/corpora/real");
        return;
    }
    let server = Dovecot::start(Options { compress: false, ..Options::default() }).unwrap();
    let mut client = server.client("alice");
    let came = 1_000_000_000;
    for raw in &mails {
        client.append("INBOX", "", came, raw).unwrap();
    }
    client.run("SELECT INBOX").unwrap();
    let answer = client.run("UID THREAD REFERENCES UTF-8 ALL").unwrap().text();
    let answer = answer.lines().find_map(|l| l.strip_prefix("* THREAD ")).unwrap();
    let ours: Vec<Mail> = mails.iter().map(|raw| Mail::of(&Header::parse(raw), came)).collect();
    let forest = Forest::of(&ours);
    let (theirs, ours) = (groups(answer), forest.groups());
    let several = theirs.iter().filter(|g| g.len() > 1).count();
    assert!(several > 200, "only {several} threads have answers");
    for group in &ours {
        assert!(theirs.contains(group), "not so on the server: {group:?}");
    }
    assert_eq!(ours.len(), theirs.len());
}

fn person(name: &str) -> Person {
    Person::new(name, &format!("{name}@example.org"))
}

/// A letter to alice, or an answer of hers.
fn letter(from: &str, to: &str, subject: &str) -> Letter {
    Letter::new(&person(from), &person(to), subject, now(), Part::text("The panes arrive on Thursday.\n"))
}

/// Subjects with this flag on the server, by doveadm.
fn marked(room: &Room, flag: &str) -> Vec<String> {
    let mut all: Vec<String> = room
        .server
        .all("alice")
        .into_iter()
        .filter(|m| m.has(flag))
        .map(|m| format!("{} in {}", m.subject, m.folder))
        .collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_filed_whole_and_muted_everywhere() {
    let room = Room::new(Options::default()).await;
    let first = letter("ines", "alice", "Glass");
    let mine = letter("alice", "ines", "Re: Glass").answering(&first);
    let theirs = letter("ines", "alice", "RE: Glass").answering(&mine);
    let other = letter("ines", "alice", "Wood");
    room.server.fill("alice", "INBOX", [&first, &theirs, &other].map(|l| ("", l.bytes())));
    room.server.fill("alice", "Sent", [("\\Seen", mine.bytes())]);
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    room.equal(account, "alice").await;

    let muted = room.row(account, "RE: Glass").await.id;
    let act = room.engine.act(Intent::Mute { on: true }, Target::Rows { rows: vec![muted] }).await.unwrap();
    assert_eq!((act.count, act.only_here), (3, false));
    room.told(account).await;
    let all = ["RE: Glass in INBOX", "Glass in INBOX", "Re: Glass in Sent"];
    let sorted = |list: &[&str]| {
        let mut list: Vec<String> = list.iter().map(|s| (*s).to_owned()).collect();
        list.sort();
        list
    };
    assert_eq!(marked(&room, "$muted"), sorted(&all));
    assert_eq!(marked(&room, "\\seen"), sorted(&all));

    // A second computer of the same person learns it from the mailbox.
    let profile = tempfile::tempdir().unwrap();
    let desktop = Arc::new(crate::room::Recorder::default());
    let second = open(profile.path(), desktop.clone()).await;
    let there = second.add_account(room.form("alice")).await.unwrap();
    let rows = |engine: engine::engine::Engine| async move {
        let page = engine.list_page(List::of(ListKey::Inboxes), 0, 100).await.unwrap();
        let mut all: Vec<(String, bool, bool)> =
            page.rows.into_iter().map(|r| (r.subject, r.muted, r.unread)).collect();
        all.sort();
        all
    };
    let expected =
        |list: &[(&str, bool, bool)]| list.iter().map(|(s, m, u)| ((*s).to_owned(), *m, *u)).collect::<Vec<_>>();
    let known = expected(&[("Glass", true, false), ("RE: Glass", true, false), ("Wood", false, true)]);
    room.wait("the second computer", |_| {
        let (second, known) = (second.clone(), known.clone());
        async move {
            let pushed = second
                .health()
                .await
                .unwrap()
                .iter()
                .any(|h| h.account == there && h.push && h.state == AccountState::UpToDate);
            (pushed && rows(second).await == known).then_some(())
        }
    })
    .await;

    // An answer comes: read and muted by both, told by nobody. A mail beside it is told of.
    let late = letter("ines", "alice", "Re: RE: Glass").answering(&theirs);
    room.server.eye().deliver("alice", &late.bytes()).unwrap();
    let eye_sees = |what: &'static str, flag: &'static str, expected: Vec<String>| {
        let room = &room;
        async move {
            room.wait(what, |_| {
                let so = marked(room, flag) == expected;
                async move { so.then_some(()) }
            })
            .await;
        }
    };
    let with_late = sorted(&[&all[..], &["Re: RE: Glass in INBOX"]].concat());
    eye_sees("the answer is muted", "$muted", with_late.clone()).await;
    eye_sees("the answer is read", "\\seen", with_late).await;
    room.server.eye().deliver("alice", &letter("ines", "alice", "Stone").bytes()).unwrap();
    let known = expected(&[
        ("Glass", true, false),
        ("RE: Glass", true, false),
        ("Re: RE: Glass", true, false),
        ("Stone", false, true),
        ("Wood", false, true),
    ]);
    for (engine, desktop) in [(room.engine.clone(), room.desktop.clone()), (second.clone(), desktop.clone())] {
        room.wait("both show it, and tell of the other mail alone", |_| {
            let (engine, known, desktop) = (engine.clone(), known.clone(), desktop.clone());
            async move {
                let told: Vec<String> = desktop.0.lock().unwrap().iter().map(|m| m.subject.clone()).collect();
                (rows(engine).await == known && told == ["Stone"]).then_some(())
            }
        })
        .await;
    }

    // Unmuted, and archived whole: what is in Sent stays there.
    let row = room.row(account, "Glass").await.id;
    room.engine.act(Intent::Mute { on: false }, Target::Rows { rows: vec![row] }).await.unwrap();
    let target = Target::Conversations { rows: vec![row], key: None };
    assert_eq!(room.engine.act_preview(target.clone()).await.unwrap().count, 3);
    let archived = room.engine.act(Intent::Archive, target).await.unwrap();
    assert_eq!(archived.count, 3);
    room.told(account).await;
    assert_eq!(marked(&room, "$muted"), Vec::<String>::new());
    let expected =
        sorted(&["Glass in Archive", "RE: Glass in Archive", "Re: RE: Glass in Archive", "Re: Glass in Sent"]);
    assert_eq!(marked(&room, "\\seen"), expected);
    room.equal(account, "alice").await;
    second.close().await;
}
