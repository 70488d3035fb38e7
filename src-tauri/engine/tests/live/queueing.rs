//! What waits for the server: while it cannot be reached, in few commands when it can, and beside what other clients do meanwhile.

use crate::room::{Room, mail};
use crate::serves::{Mail, Serves, assert_same, shown};
use engine::view::*;
use testkit::mail::Random;
use testkit::{Courier, Cyrus, Dovecot, Options};

const FOLDERS: [&str; 5] = ["INBOX", "Archive", "Trash", "Junk", "Projects"];

fn id_of(folders: &[FolderView], name: &str) -> Id {
    folders.iter().find(|f| f.name.eq_ignore_ascii_case(name)).unwrap().id
}

fn rows(rows: &[Id]) -> Target {
    Target::Rows { rows: rows.to_vec() }
}

/// What an intent makes of a message, and whether there is anything to do.
fn apply(mail: &Mail, intent: &Intent, to: &str) -> Option<Vec<Mail>> {
    let flagged = |flag: &str, on: bool| {
        let flags: Vec<&str> = mail.flags.split(' ').filter(|f| *f != flag).chain(on.then_some(flag)).collect();
        Some(vec![Mail::new(&mail.folder, &mail.subject, &flags.join(" "))])
    };
    let there = |folder: &str| vec![Mail::new(folder, &mail.subject, &mail.flags)];
    let done = match intent {
        Intent::Read { on } => flagged("\\seen", *on),
        Intent::Flag { on } => flagged("\\flagged", *on),
        Intent::Label { keyword, on } => flagged(keyword, *on),
        Intent::Archive => Some(there("Archive")),
        Intent::Trash => Some(there("Trash")),
        // Nothing moves, and the words for junk filters do.
        Intent::Junk => return Some(there("Junk")),
        Intent::NotJunk => return Some(there("INBOX")),
        Intent::Move { .. } => Some(there(to)),
        Intent::Copy { .. } if mail.folder == to => None,
        Intent::Copy { .. } => Some([there(to), vec![mail.clone()]].concat()),
        Intent::Delete => Some(Vec::new()),
        // Out of the lists that are compared here: `snoozing` has its own.
        Intent::Snooze { .. } => Some(Vec::new()),
        Intent::Unsnooze => None,
        Intent::MakeFolder
        | Intent::RenameFolder
        | Intent::MoveFolder
        | Intent::DeleteFolder
        | Intent::HideFolder { .. } => panic!("not about a message: {intent:?}"),
        Intent::Mute { on } => {
            let mut flags: Vec<&str> = mail.flags.split(' ').filter(|f| *f != "$muted").collect();
            flags.extend(if *on { &["$muted", "\\seen"][..] } else { &[] });
            flags.sort_unstable();
            flags.dedup();
            Some(vec![Mail::new(&mail.folder, &mail.subject, &flags.join(" "))])
        }
        Intent::Answered => flagged("\\answered", true),
        Intent::Forwarded => flagged("$forwarded", true),
    };
    done.filter(|done| *done != [mail.clone()])
}

fn intent(random: &mut Random, folders: &[FolderView]) -> (Intent, &'static str) {
    let to = random.one(&FOLDERS);
    let folder = id_of(folders, to);
    let on = random.percent(60);
    let label = |keyword: &str| Intent::Label { keyword: keyword.to_owned(), on };
    let intent = match random.below(15) {
        0 => Intent::Read { on },
        1 => Intent::Flag { on },
        2 => label("$label1"),
        3 => label("bezahlt"),
        4 | 5 => Intent::Archive,
        6 => Intent::Trash,
        7 => Intent::Junk,
        8 => Intent::NotJunk,
        9 | 10 => Intent::Move { folder },
        11 | 12 => Intent::Copy { folder },
        13 => Intent::Mute { on },
        _ => Intent::Delete,
    };
    (intent, to)
}

/// Acts of all kinds, one on the other, with undoing among them; the list is always right, and so is the server in the end.
async fn away(room: &mut Room, seed: u64) {
    let (account, user) = (room.add("alice").await, "alice");
    room.up_to_date(account).await;
    let mut expected = shown(&room.equal(account, user).await);
    room.sever(account).await;
    room.server.stop().unwrap();
    let mut random = Random::new(seed);
    let mut history = Vec::new();
    let mut acts = 0;
    while acts < 40 {
        let folders = room.engine.folders().await.unwrap();
        let (here, miscounted) = room.shown(account, None).await;
        let mails: Vec<Mail> = here.iter().map(|(mail, _)| mail.clone()).collect();
        assert_same(&mails, &expected, &format!("seed {seed}, after {acts} acts"));
        assert!(miscounted.is_empty(), "{miscounted:?}");
        if random.percent(15) {
            let undone = room.engine.undo(None).await.unwrap();
            match history.pop() {
                Some(before) => expected = before,
                None => assert_eq!(undone, None),
            }
            continue;
        }
        let Some((mail, row)) = here.get(random.below(here.len().max(1))) else { break };
        let (intent, to) = intent(&mut random, &folders);
        let Some(then) = apply(mail, &intent, to) else { continue };
        let act = room.engine.act(intent.clone(), rows(&[row.id])).await.unwrap();
        if act.count == 0 {
            // Junk that was junk before.
            assert!(matches!(intent, Intent::Junk | Intent::NotJunk) && then == [mail.clone()], "{intent:?} {mail:?}");
            continue;
        }
        history.push(expected.clone());
        if matches!(intent, Intent::Mute { .. }) {
            // The whole conversation: here, a message with its copies.
            for one in expected.iter_mut().filter(|m| m.subject == mail.subject) {
                *one = apply(one, &intent, to).and_then(|then| then.into_iter().next()).unwrap_or_else(|| one.clone());
            }
        } else {
            expected.remove(expected.iter().position(|m| m == mail).unwrap());
            expected.extend(then);
        }
        acts += 1;
        if acts % 15 == 0 {
            room.reopen().await;
        }
    }
    room.reopen().await;
    room.server.start_again().unwrap();
    room.mend(account).await;
    room.sign_in(account, user).await;
    room.told(account).await;
    let all = room.equal(account, user).await;
    assert_same(&shown(&all), &expected, &format!("seed {seed}, on the server"));
    assert!(room.engine.refusals().await.unwrap().is_empty());
    room.engine.remove_account(account).await.unwrap();
}

fn fill(server: &Dovecot, user: &str, folder: &str, subjects: &[&str]) {
    server.fill(user, folder, subjects.iter().map(|s| ("", mail(user, s))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_while_the_server_is_away_arrives() {
    for (options, seeds) in [(Options::default(), [1, 2, 11]), (Options::with_capability("IMAP4rev1"), [4, 5, 6])] {
        let mut room = Room::new(options).await;
        room.engine.make_label("Bezahlt".into(), "#00aa00".into()).await.unwrap();
        room.server.eye().create("alice", "Projects").unwrap();
        fill(&room.server, "alice", "INBOX", &["1", "2", "3", "4", "5", "6"]);
        fill(&room.server, "alice", "Junk", &["7"]);
        for seed in seeds {
            away(&mut room, seed).await;
        }
    }
}

/// So many commands that change mail, and not many others.
#[track_caller]
fn assert_few(transcript: &str, changes: usize) {
    let lines = transcript.lines().filter_map(|l| l.strip_prefix("C: "));
    let said: Vec<&str> = lines.filter(|l| !l.ends_with("IDLE") && !l.ends_with("NOOP") && *l != "DONE").collect();
    let changing = said.iter().filter(|l| ["UID STORE", "UID MOVE"].iter().any(|verb| l.contains(verb))).count();
    assert!(changing == changes && said.len() < 20, "{said:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_messages_are_a_handful_of_commands() {
    let room = Room::reading(Options::default()).await;
    let names: Vec<String> = (0..1_000).map(|n| format!("Mail {n}")).collect();
    room.server.fill("alice", "INBOX", names.iter().map(|n| ("", mail("alice", n))));
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    room.equal(account, "alice").await;
    let key = ListKey::Folder { id: room.folder(account, "INBOX").await.id };
    let newest = room.engine.list_page(List::of(key), 0, 1).await.unwrap().newest;
    let all = Target::List { list: List::of(key), spans: Vec::new(), newest };
    room.up_to_date(account).await;
    room.proxy.meter().reset();
    let flagged = room.engine.act(Intent::Flag { on: true }, all.clone()).await.unwrap();
    let archived = room.engine.act(Intent::Archive, all).await.unwrap();
    assert_eq!((flagged.count, archived.count), (1_000, 1_000));
    room.told(account).await;
    assert_few(&room.proxy.transcript(), 2);
    let there = shown(&room.equal(account, "alice").await);
    assert!(there.len() == 1_000 && there.iter().all(|m| m.folder == "Archive" && m.flags == "\\flagged"));
    // And back.
    room.proxy.meter().reset();
    for act in [archived.id, flagged.id] {
        room.engine.undo(Some(act)).await.unwrap().unwrap();
    }
    room.told(account).await;
    assert_few(&room.proxy.transcript(), 2);
    let there = shown(&room.equal(account, "alice").await);
    assert!(there.len() == 1_000 && there.iter().all(|m| m.folder == "INBOX" && m.flags.is_empty()));
    // One by one, with gaps between: as many ranges as a line can take in each.
    room.up_to_date(account).await;
    room.proxy.meter().reset();
    let every_other: Vec<Id> = room.rows(key).await.iter().map(|r| r.id).filter(|id| id % 2 == 0).collect();
    assert_eq!(every_other.len(), 500);
    room.engine.act(Intent::Read { on: true }, rows(&every_other)).await.unwrap();
    room.told(account).await;
    assert_few(&room.proxy.transcript(), 2);
    let there = shown(&room.equal(account, "alice").await);
    assert_eq!(there.iter().filter(|m| m.flags == "\\seen").count(), 500);
}

/// Mails that are the same to the byte are as many as they are.
async fn twins<S: Serves>(room: Room<S>) {
    room.server.fill("alice", "INBOX", (0..4).map(|_| ("", mail("alice", "Twin"))));
    room.server.fill("alice", "Archive", [("\\Seen", mail("alice", "Twin"))]);
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    room.equal(account, "alice").await;
    let [inbox, archive] = [room.folder(account, "INBOX").await.id, room.folder(account, "Archive").await.id];
    let of: Vec<Id> = room.rows(ListKey::Folder { id: inbox }).await.iter().map(|r| r.id).collect();
    let engine = &room.engine;
    let moved = engine.act(Intent::Archive, rows(&of[..1])).await.unwrap();
    engine.act(Intent::Delete, rows(&of[1..2])).await.unwrap();
    let copied = engine.act(Intent::Copy { folder: archive }, rows(&of[2..3])).await.unwrap();
    engine.act(Intent::Flag { on: true }, rows(&of[3..])).await.unwrap();
    let expect = async |all: &[(&str, &str)], why: &str| {
        room.told(account).await;
        let expected: Vec<Mail> = all.iter().map(|(folder, flags)| Mail::new(folder, "Twin", flags)).collect();
        assert_same(&shown(&room.equal(account, "alice").await), &expected, why);
    };
    let inbox = [("INBOX", ""), ("INBOX", "\\Flagged")];
    let archive = [("Archive", ""), ("Archive", ""), ("Archive", "\\Seen")];
    expect(&[&inbox[..], &archive].concat(), "done").await;
    engine.undo(Some(copied.id)).await.unwrap();
    expect(&[&inbox[..], &archive[1..]].concat(), "one copy less").await;
    engine.undo(Some(moved.id)).await.unwrap();
    expect(&[&inbox[..], &inbox[..1], &archive[2..]].concat(), "one back").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_mails_are_as_many_as_they_are() {
    twins(Room::new(Options::default()).await).await;
    twins(Room::new(Options::with_capability("IMAP4rev1 UIDPLUS")).await).await;
    twins(Room::new(Options::with_capability("IMAP4rev1")).await).await;
    twins(Room::before(Cyrus::start().unwrap()).await).await;
    twins(Room::before(Courier::start().unwrap()).await).await;
}
