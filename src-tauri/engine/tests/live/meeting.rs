//! Another client does something else with the same messages while we cannot reach the server: flags are merged one by one, what
//! was moved or deleted elsewhere is told truthfully, and a UID that is another message's by now is left alone.

use crate::room::{Room, mail};
use crate::serves::{Mail, Serves, assert_same, shown};
use engine::error::Code;
use engine::view::*;
use testkit::{Cyrus, Options};

/// A room with these messages, in folders of its own.
struct Meeting<S> {
    room: Room<S>,
    account: Id,
}

/// Folder, flags, subjects.
type Filled<'a> = (&'a str, &'a str, &'a [&'a str]);

impl<S: Serves> Meeting<S> {
    async fn new(room: Room<S>, filled: &[Filled<'_>]) -> Self {
        for folder in ["Lists", "Projects"] {
            room.server.look().create("alice", folder).unwrap();
        }
        for (folder, flags, subjects) in filled {
            room.server.fill("alice", folder, subjects.iter().map(|s| (*flags, mail("alice", s))));
        }
        let account = room.add("alice").await;
        room.up_to_date(account).await;
        room.equal(account, "alice").await;
        Self { room, account }
    }

    async fn rows(&self, subjects: &[&str]) -> Target {
        let (all, _) = self.room.shown(self.account, None).await;
        let rows: Vec<Id> =
            all.iter().filter(|(m, _)| subjects.contains(&m.subject.as_str())).map(|(_, r)| r.id).collect();
        assert_eq!(rows.len(), subjects.len(), "{subjects:?}");
        Target::Rows { rows }
    }

    async fn act(&self, intent: Intent, subjects: &[&str]) -> Id {
        self.room.engine.act(intent, self.rows(subjects).await).await.unwrap().id
    }

    async fn folder(&self, name: &str) -> Id {
        self.room.folder(self.account, name).await.id
    }

    /// State and refused messages of an act, and why.
    async fn end(&self, act: Id) -> (ActState, u32, Option<Code>) {
        let view = self.room.act(act).await;
        (view.state, view.refused, view.error.map(|e| e.code))
    }

    async fn told(&self) -> Vec<Id> {
        let mut told: Vec<Id> = self.room.engine.refusals().await.unwrap().iter().map(|a| a.id).collect();
        told.sort_unstable();
        told
    }

    async fn settled(&self, expected: &[Mail], why: &str) {
        self.room.told(self.account).await;
        // What the server has lost is believed at the second look.
        assert_same(&shown(&self.room.equal(self.account, "alice").await), expected, why);
    }
}

fn mails(all: &[(&str, &str, &str)]) -> Vec<Mail> {
    all.iter().map(|(folder, subject, flags)| Mail::new(folder, subject, flags)).collect()
}

fn one(subject: &str) -> [&str; 4] {
    ["mailbox", "INBOX", "subject", subject]
}

async fn flags_of_both<S: Serves>(room: Room<S>) {
    let filled: [Filled<'_>; 2] =
        [("INBOX", "", &["a", "b", "c"]), ("INBOX", "\\Flagged \\Seen $label1", &["d", "e", "f"])];
    let m = Meeting::new(room, &filled).await;
    m.room.sever(m.account).await;
    m.act(Intent::Flag { on: true }, &["a", "b"]).await;
    m.act(Intent::Label { keyword: "$label1".into(), on: false }, &["d", "e"]).await;
    m.act(Intent::Read { on: false }, &["f"]).await;
    let eye = m.room.server.look();
    for (on, flag, subjects) in [
        (true, "\\Seen", &["a", "c"][..]),
        (true, "\\Flagged", &["b"]),
        (true, "$label2", &["a", "d"]),
        (false, "\\Flagged", &["d", "f"]),
        (false, "$label1", &["e", "f"]),
    ] {
        for subject in subjects {
            if on { eye.add_flag("alice", flag, &one(subject)) } else { eye.remove_flag("alice", flag, &one(subject)) }
                .unwrap();
        }
    }
    m.room.mend(m.account).await;
    let expected = mails(&[
        ("INBOX", "a", "\\Flagged \\Seen $label2"),
        ("INBOX", "b", "\\Flagged"),
        ("INBOX", "c", "\\Seen"),
        ("INBOX", "d", "\\Seen $label2"),
        ("INBOX", "e", "\\Flagged \\Seen"),
        ("INBOX", "f", ""),
    ]);
    m.settled(&expected, "merged").await;
    assert!(m.told().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flags_are_merged_one_by_one() {
    flags_of_both(Room::new(Options::default()).await).await;
    flags_of_both(Room::new(Options::with_capability("IMAP4rev1")).await).await;
    flags_of_both(Room::before(Cyrus::start().unwrap()).await).await;
}

async fn moved_by_both<S: Serves>(room: Room<S>) {
    let filled: [Filled<'_>; 1] =
        [("INBOX", "\\Seen", &["here", "moved", "deleted", "flagged", "to be deleted", "to be copied"])];
    let m = Meeting::new(room, &filled).await;
    let projects = m.folder("Projects").await;
    m.room.sever(m.account).await;
    let archived = m.act(Intent::Archive, &["here", "moved", "deleted"]).await;
    let flagged = m.act(Intent::Flag { on: true }, &["flagged"]).await;
    let deleted = m.act(Intent::Delete, &["to be deleted"]).await;
    let copied = m.act(Intent::Copy { folder: projects }, &["to be copied"]).await;
    let eye = m.room.server.look();
    for subject in ["moved", "flagged", "to be deleted"] {
        eye.move_to("alice", "Projects", &one(subject)).unwrap();
    }
    for subject in ["deleted", "to be copied"] {
        eye.expunge("alice", &one(subject)).unwrap();
    }
    m.room.mend(m.account).await;
    let expected = mails(&[
        ("Archive", "here", "\\Seen"),
        ("Projects", "moved", "\\Seen"),
        ("Projects", "flagged", "\\Seen"),
        ("Projects", "to be deleted", "\\Seen"),
    ]);
    m.settled(&expected, "moved elsewhere").await;
    assert_eq!(m.end(archived).await, (ActState::Refused, 2, Some(Code::Elsewhere)));
    assert_eq!(m.end(copied).await, (ActState::Refused, 1, Some(Code::Elsewhere)));
    // A server says yes to flags and deletions of what it does not have.
    for act in [flagged, deleted] {
        assert!(matches!(m.end(act).await.0, ActState::Done | ActState::Refused));
    }
    // Of a flag on a message that is not there any more nobody has to know.
    assert_eq!(m.told().await, [archived, copied]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_was_faster_with_is_told() {
    moved_by_both(Room::new(Options::default()).await).await;
    moved_by_both(Room::new(Options::with_capability("IMAP4rev1 UIDPLUS")).await).await;
    moved_by_both(Room::new(Options::with_capability("IMAP4rev1")).await).await;
    moved_by_both(Room::before(Cyrus::start().unwrap()).await).await;
}

const LISTS: [&str; 6] = ["plain", "flag", "archive", "delete", "copy", "label"];

/// What is left of a folder when other numbers count in it.
enum Renumbered {
    /// The same numbers under another UIDVALIDITY.
    Same,
    /// Made anew, in another order and with strangers among them.
    Shuffled,
    /// Made anew, with strangers alone.
    Strangers,
    /// The same under another name.
    Renamed,
}

async fn numbers_changed(capability: Option<&str>, how: Renumbered) {
    let options = Options { capability: capability.map(str::to_owned), ..Options::default() };
    let m = Meeting::new(Room::new(options).await, &[("Lists", "\\Seen", &LISTS)]).await;
    let projects = m.folder("Projects").await;
    m.room.sever(m.account).await;
    let acts = [
        m.act(Intent::Flag { on: true }, &["flag"]).await,
        m.act(Intent::Archive, &["archive"]).await,
        m.act(Intent::Delete, &["delete"]).await,
        m.act(Intent::Copy { folder: projects }, &["copy"]).await,
        m.act(Intent::Label { keyword: "$label3".into(), on: true }, &["label"]).await,
    ];
    let eye = m.room.server.eye();
    let strangers = ["s1", "s2", "s3", "s4", "s5", "s6", "s7"];
    let anew = |subjects: &[&str]| {
        eye.delete("alice", "Lists").unwrap();
        eye.create("alice", "Lists").unwrap();
        m.room.server.fill("alice", "Lists", subjects.iter().map(|s| ("\\Seen", mail("alice", s))));
    };
    match how {
        Renumbered::Same => eye.set_uidvalidity("alice", "Lists", 4_000_000).unwrap(),
        Renumbered::Shuffled => anew(&["copy", "s1", "label", "delete", "s2", "flag", "archive", "plain"]),
        Renumbered::Strangers => anew(&strangers),
        Renumbered::Renamed => eye.rename("alice", "Lists", "Listen").unwrap(),
    }
    m.room.mend(m.account).await;
    let name = if matches!(how, Renumbered::Renamed) { "Listen" } else { "Lists" };
    let done = mails(&[
        (name, "plain", "\\Seen"),
        (name, "flag", "\\Seen \\Flagged"),
        ("Archive", "archive", "\\Seen"),
        (name, "copy", "\\Seen"),
        ("Projects", "copy", "\\Seen"),
        (name, "label", "\\Seen $label3"),
    ]);
    let [.., archived, _, copied, _] = acts;
    match how {
        Renumbered::Same => m.settled(&done, "the same").await,
        Renumbered::Shuffled => {
            let strangers = mails(&[("Lists", "s1", "\\Seen"), ("Lists", "s2", "\\Seen")]);
            m.settled(&[done, strangers].concat(), "shuffled").await;
        }
        Renumbered::Strangers => {
            m.settled(&strangers.map(|s| Mail::new("Lists", s, "\\Seen")), "strangers").await;
            assert_eq!(m.told().await, [archived, copied]);
            for act in [archived, copied] {
                assert_eq!(m.end(act).await, (ActState::Refused, 1, Some(Code::Elsewhere)));
            }
            return;
        }
        Renumbered::Renamed => m.settled(&done, "renamed").await,
    }
    for act in acts {
        assert_eq!(m.room.act(act).await.state, ActState::Done);
    }
    assert!(m.told().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_numbers_are_other_messages() {
    use Renumbered::{Renamed, Same, Shuffled, Strangers};
    for how in [Same, Shuffled, Strangers, Renamed] {
        numbers_changed(None, how).await;
    }
    for how in [Same, Shuffled, Strangers] {
        numbers_changed(Some("IMAP4rev1"), how).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_it_was_to_go_is_gone() {
    for capability in [None, Some("IMAP4rev1")] {
        let options = Options { capability: capability.map(str::to_owned), ..Options::default() };
        let m = Meeting::new(Room::new(options).await, &[("INBOX", "", &["move", "copy", "other"])]).await;
        let projects = m.folder("Projects").await;
        m.room.sever(m.account).await;
        let moved = m.act(Intent::Move { folder: projects }, &["move"]).await;
        let copied = m.act(Intent::Copy { folder: projects }, &["copy"]).await;
        let archived = m.act(Intent::Archive, &["other"]).await;
        m.room.server.eye().delete("alice", "Projects").unwrap();
        m.room.mend(m.account).await;
        let expected = mails(&[("INBOX", "move", ""), ("INBOX", "copy", ""), ("Archive", "other", "")]);
        m.settled(&expected, "back").await;
        for act in [moved, copied] {
            assert_eq!(m.end(act).await, (ActState::Refused, 1, Some(Code::NoSuchFolder)));
        }
        assert_eq!(m.end(archived).await, (ActState::Done, 0, None));
        assert_eq!(m.told().await, [moved, copied]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_it_was_to_go_has_another_name() {
    for capability in [None, Some("IMAP4rev1 UIDPLUS")] {
        let options = Options { capability: capability.map(str::to_owned), ..Options::default() };
        let filled: [Filled<'_>; 2] = [("INBOX", "", &["move", "copy"]), ("Projects", "", &["there"])];
        let m = Meeting::new(Room::new(options).await, &filled).await;
        let projects = m.folder("Projects").await;
        m.room.sever(m.account).await;
        let moved = m.act(Intent::Move { folder: projects }, &["move"]).await;
        let copied = m.act(Intent::Copy { folder: projects }, &["copy"]).await;
        m.room.server.eye().rename("alice", "Projects", "Plans").unwrap();
        m.room.mend(m.account).await;
        let expected =
            mails(&[("INBOX", "copy", ""), ("Plans", "move", ""), ("Plans", "copy", ""), ("Plans", "there", "")]);
        m.settled(&expected, "under its new name").await;
        for act in [moved, copied] {
            assert_eq!(m.end(act).await, (ActState::Done, 0, None), "{capability:?}");
        }
        assert_eq!((m.folder("Plans").await, m.told().await), (projects, Vec::new()), "{capability:?}");
    }
}
