//! What a person does: one table of acts, on servers that can do much and on servers that can do little, undone before it was
//! sent, while it is sent, and afterwards.

use crate::room::{Room, mail};
use crate::serves::{Mail, Serves, as_shown, assert_same, shown};
use engine::error::Code;
use engine::view::*;
use std::time::Duration;
use testkit::{Courier, Cyrus, Options};

const PROJECTS: &str = "Projekte/Größe & mehr";
const ROLES: [&str; 4] = ["INBOX", "Archive", "Trash", "Junk"];

/// What intents name.
struct Names {
    projects: Id,
    label: String,
}

/// Where messages with these flags are, what is asked for them, and where they are with which flags afterwards.
struct Act {
    name: &'static str,
    from: &'static str,
    flags: &'static str,
    intent: fn(&Names) -> Intent,
    then: &'static [(&'static str, &'static str)],
}

const fn act(
    name: &'static str,
    from: &'static str,
    flags: &'static str,
    intent: fn(&Names) -> Intent,
    then: &'static [(&'static str, &'static str)],
) -> Act {
    Act { name, from, flags, intent, then }
}

fn label(keyword: &str, on: bool) -> Intent {
    Intent::Label { keyword: keyword.to_owned(), on }
}

const ACTS: &[Act] = &[
    act("flag", "INBOX", "", |_| Intent::Flag { on: true }, &[("INBOX", "\\Flagged")]),
    act("unflag", "INBOX", "\\Flagged \\Seen", |_| Intent::Flag { on: false }, &[("INBOX", "\\Seen")]),
    act("read", "Archive", "\\Flagged", |_| Intent::Read { on: true }, &[("Archive", "\\Flagged \\Seen")]),
    act("unread", "INBOX", "\\Seen", |_| Intent::Read { on: false }, &[("INBOX", "")]),
    act("label", "INBOX", "$label2", |_| label("$label1", true), &[("INBOX", "$label1 $label2")]),
    act("unlabel", "INBOX", "$label1 \\Seen", |_| label("$label1", false), &[("INBOX", "\\Seen")]),
    act("own-label", "INBOX", "", |n| label(&n.label, true), &[("INBOX", "zu_zahlen")]),
    act("no-own-label", "INBOX", "zu_zahlen $label1", |n| label(&n.label, false), &[("INBOX", "$label1")]),
    act("archive", "INBOX", "\\Seen $label1", |_| Intent::Archive, &[("Archive", "\\Seen $label1")]),
    act("trash", "Archive", "\\Flagged", |_| Intent::Trash, &[("Trash", "\\Flagged")]),
    act("junk", "INBOX", "$NotJunk", |_| Intent::Junk, &[("Junk", "$junk")]),
    act("not-junk", "Junk", "$Junk", |_| Intent::NotJunk, &[("INBOX", "$notjunk")]),
    act("move", "INBOX", "\\Flagged", |n| Intent::Move { folder: n.projects }, &[(PROJECTS, "\\Flagged")]),
    act(
        "copy",
        "INBOX",
        "\\Seen",
        |n| Intent::Copy { folder: n.projects },
        &[("INBOX", "\\Seen"), (PROJECTS, "\\Seen")],
    ),
    act("delete", "Trash", "\\Seen", |_| Intent::Delete, &[]),
];

impl Act {
    fn subjects(&self, round: &str) -> [String; 2] {
        [1, 2].map(|n| format!("{} {round} {n}", self.name))
    }

    /// All mails of this act afterwards.
    fn after(&self, round: &str) -> Vec<Mail> {
        let mails = |subject: &String| {
            let of = |(folder, flags): &(&str, &str)| Mail::new(folder, subject, flags);
            self.then.iter().map(of).collect::<Vec<_>>()
        };
        sorted(self.subjects(round).iter().flat_map(mails).collect())
    }

    fn before(&self, round: &str) -> Vec<Mail> {
        sorted(self.subjects(round).iter().map(|s| Mail::new(self.from, s, self.flags)).collect())
    }

    fn leaves(&self) -> bool {
        !self.then.iter().any(|(folder, _)| *folder == self.from)
    }
}

fn sorted(mut mails: Vec<Mail>) -> Vec<Mail> {
    mails.sort();
    mails
}

/// A room in front of a server that is filled for the table.
struct Table<S> {
    room: Room<S>,
    account: Id,
    names: Names,
    /// What the server is to have, without what is marked as deleted.
    expected: Vec<Mail>,
    moves: bool,
    expunges: bool,
}

impl<S: Serves> Table<S> {
    async fn new(room: Room<S>) -> Self {
        let label = room.engine.make_label("Zu zahlen".into(), "#aa3300".into()).await.unwrap().keyword;
        room.server.look().create("alice", PROJECTS).unwrap();
        let mut expected = Vec::new();
        for folder in ROLES {
            // Marked by somebody else, first in its folder.
            let foreign = ("\\Deleted", mail("alice", &format!("Foreign in {folder}")));
            let rounds = ["after", "before", "between"];
            let acts = ACTS.iter().filter(|a| a.from == folder);
            let mails: Vec<(&str, String)> = acts
                .flat_map(|a| rounds.iter().flat_map(|round| a.subjects(round).map(|subject| (a.flags, subject))))
                .collect();
            expected.extend(mails.iter().filter_map(|(flags, subject)| as_shown(&Mail::new(folder, subject, flags))));
            let mails = mails.iter().map(|(flags, subject)| (*flags, mail("alice", subject)));
            room.server.fill("alice", folder, std::iter::once(foreign).chain(mails));
        }
        let account = room.add("alice").await;
        room.up_to_date(account).await;
        room.equal(account, "alice").await;
        let names = Names { projects: room.folder(account, "Größe & mehr").await.id, label };
        let capabilities = room.engine.health().await.unwrap()[0].capabilities.clone();
        let can = |name: &str| capabilities.iter().any(|c| c == name);
        let (moves, expunges) = (can("MOVE"), can("UIDPLUS"));
        Self { room, account, names, expected, moves, expunges }
    }

    /// What the window shows of an act's mails, in the folders that it is about.
    async fn shown(&self, act: &Act, round: &str) -> Vec<(Mail, ListRow)> {
        let folders: Vec<&str> = act.then.iter().map(|(folder, _)| *folder).chain([act.from]).collect();
        let (all, _) = self.room.shown(self.account, Some(&folders)).await;
        let subjects = act.subjects(round);
        all.into_iter().filter(|(mail, _)| subjects.contains(&mail.subject)).collect()
    }

    async fn rows(&self, act: &Act, round: &str) -> Vec<Id> {
        let mut rows: Vec<Id> = self.shown(act, round).await.into_iter().map(|(_, row)| row.id).collect();
        rows.sort_unstable();
        rows
    }

    async fn act(&self, act: &Act, round: &str) -> (ActView, Vec<Id>) {
        let rows = self.rows(act, round).await;
        assert_eq!(rows.len(), 2, "{}", act.name);
        let intent = (act.intent)(&self.names);
        let done = self.room.engine.act(intent, Target::Rows { rows: rows.clone() }).await.unwrap();
        assert_eq!((done.count, done.state), (2, ActState::Waiting), "{}", act.name);
        (done, rows)
    }

    async fn here(&self, act: &Act, round: &str) -> Vec<Mail> {
        self.shown(act, round).await.into_iter().map(|(mail, _)| mail).collect()
    }

    /// Nothing waits, the window shows what the server has, and the server has what is expected. Gives the mails of this act there,
    /// but for those that are marked as deleted.
    async fn settled(&self, act: &Act, round: &str, why: &str) -> Vec<Mail> {
        self.room.told(self.account).await;
        let all = self.room.equal(self.account, "alice").await;
        assert_same(&shown(&all), &self.expected, &format!("{}, {why}", act.name));
        let subjects = act.subjects(round);
        sorted(all.into_iter().filter(|m| subjects.contains(&m.subject) && !m.has("\\deleted")).collect())
    }

    fn expect(&mut self, act: &Act, round: &str, mails: &[Mail]) {
        let subjects = act.subjects(round);
        self.expected.retain(|m| !subjects.contains(&m.subject));
        self.expected.extend(shown(mails));
        self.expected.sort();
    }

    /// Done, seen on the server, and undone.
    async fn done_and_undone(&mut self, act: &Act) {
        let (name, round) = (act.name, "after");
        let (done, rows) = self.act(act, round).await;
        assert_eq!(self.here(act, round).await, shown(&act.after(round)), "{name}: at once here");
        self.expect(act, round, &act.after(round));
        // With the words for junk filters, which no row shows.
        assert_eq!(self.settled(act, round, "done").await, act.after(round), "{name}");
        if act.then.len() == 1 {
            assert_eq!(self.rows(act, round).await, rows, "{name}: the same rows");
        }
        let view = self.room.act(done.id).await;
        let marked = act.leaves() && !self.expunges && !(self.moves && name != "delete");
        assert_eq!((view.state, view.waiting, view.refused), (ActState::Done, 0, 0), "{name}");
        assert_eq!(view.only_marked, marked, "{name}");

        let undone = self.room.engine.undo(Some(done.id)).await;
        if name == "delete" {
            assert_eq!(undone.unwrap_err().code, Code::TooLate);
            return;
        }
        assert_eq!(undone.unwrap().unwrap().state, ActState::Undone, "{name}");
        assert_eq!(self.here(act, round).await, shown(&act.before(round)), "{name}: undone at once here");
        self.expect(act, round, &act.before(round));
        assert_eq!(self.settled(act, round, "undone").await, act.before(round), "{name}");
        assert_eq!(self.rows(act, round).await, rows, "{name}: the same rows");
        assert_eq!(self.room.engine.undo(Some(done.id)).await.unwrap_err().code, Code::TooLate, "{name}: twice");
    }

    /// Done and undone while the server cannot be reached: it never hears of it.
    async fn undone_before_it_was_sent(&self) {
        let round = "before";
        self.room.sever(self.account).await;
        for act in ACTS {
            let (done, rows) = self.act(act, round).await;
            assert_eq!(self.here(act, round).await, shown(&act.after(round)), "{}", act.name);
            let undone = self.room.engine.undo(None).await.unwrap().unwrap();
            assert_eq!((undone.id, undone.state), (done.id, ActState::Undone), "{}", act.name);
            assert_eq!(self.here(act, round).await, shown(&act.before(round)), "{}", act.name);
            assert_eq!(self.rows(act, round).await, rows, "{}", act.name);
            assert_eq!(self.room.engine.health().await.unwrap()[0].waiting, 0, "{}", act.name);
        }
        let all = self.room.server.all("alice");
        self.room.mend(self.account).await;
        self.room.up_to_date(self.account).await;
        assert_same(&self.room.equal(self.account, "alice").await, &all, "undone before it was sent");
    }

    /// Undone while the first word to the server is on its way.
    async fn undone_while_it_is_sent(&mut self) {
        let round = "between";
        for act in ACTS {
            self.room.proxy.meter().freeze();
            let (done, _) = self.act(act, round).await;
            tokio::time::sleep(Duration::from_millis(30)).await;
            let undone = self.room.engine.undo(Some(done.id)).await;
            let then = match undone {
                Ok(_) => act.before(round),
                Err(e) => {
                    assert_eq!((act.name, e.code), ("delete", Code::TooLate));
                    act.after(round)
                }
            };
            assert_eq!(self.here(act, round).await, shown(&then), "{}", act.name);
            self.room.proxy.meter().thaw();
            self.expect(act, round, &then);
            assert_eq!(self.settled(act, round, "undone while it was sent").await, then, "{}", act.name);
        }
    }

    fn what_others_have_marked_is_there(&self) {
        let all = self.room.server.all("alice");
        for folder in ROLES {
            let foreign = Mail::new(folder, &format!("Foreign in {folder}"), "\\Deleted");
            assert!(all.contains(&foreign), "{folder}");
        }
    }
}

async fn everything<S: Serves>(room: Room<S>) {
    let mut table = Table::new(room).await;
    for act in ACTS {
        table.done_and_undone(act).await;
    }
    table.what_others_have_marked_is_there();
    table.undone_before_it_was_sent().await;
    table.undone_while_it_is_sent().await;
    table.what_others_have_marked_is_there();
    assert!(table.room.engine.refusals().await.unwrap().is_empty());
}

/// Everything that Dovecot can do, without these words.
fn without(words: &[&str]) -> Options {
    const ALL: &str = "IMAP4rev1 SASL-IR LITERAL+ IDLE NAMESPACE UIDPLUS ESEARCH ENABLE CONDSTORE QRESYNC LIST-EXTENDED LIST-STATUS SPECIAL-USE MOVE";
    let kept: Vec<&str> = ALL.split(' ').filter(|w| !words.contains(w)).collect();
    Options::with_capability(&kept.join(" "))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dovecot_with_everything() {
    everything(Room::new(Options::default()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dovecot_with_nothing() {
    everything(Room::new(Options::with_capability("IMAP4rev1")).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dovecot_without_move_and_uidplus() {
    for words in [&["MOVE"][..], &["UIDPLUS"], &["LITERAL+"]] {
        everything(Room::new(without(words)).await).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dovecot_without_push_and_hints() {
    for words in [&["CONDSTORE", "QRESYNC", "ENABLE"][..], &["IDLE"], &["SPECIAL-USE", "LIST-EXTENDED"]] {
        everything(Room::new(without(words)).await).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cyrus() {
    everything(Room::before(Cyrus::start().unwrap()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn courier() {
    everything(Room::before(Courier::start().unwrap()).await).await;
}
