//! From one account to another: the same bytes there, and gone here only afterwards, whatever goes wrong on either side.

use crate::room::{PATIENCE, Room, form, mail, now};
use crate::serves::{Mail, Serves, assert_same, shown};
use engine::error::Code;
use engine::view::*;
use testkit::imap::Imap;
use testkit::mail::kinds::{self, Occasion};
use testkit::mail::{Letter, Part, Person, Random};
use testkit::proxy::{Cut, Way};
use testkit::{Dovecot, Options, Proxy};

/// A message as its server gives it out: flags, when it came, its bytes.
type Raw = (String, String, Vec<u8>);

/// Two servers, each with a wire that is read along: alice on the one, bob on the other.
struct Two {
    room: Room,
    other: Dovecot,
    wire: Proxy,
    alice: Id,
    bob: Id,
    inbox: Id,
    glass: Id,
}

impl Two {
    async fn new(here: Options, there: Options, mails: &[(&str, i64, Vec<u8>)]) -> Self {
        let room = Room::reading(here).await;
        let other = Dovecot::start(Options { compress: false, ..there }).unwrap();
        let wire = Proxy::reading(other.ports().imaps, other.identity(), other.authority()).unwrap();
        other.eye().create("bob", "Glass").unwrap();
        let mut client = room.server.client("alice");
        for (flags, arrived, bytes) in mails {
            client.append("INBOX", flags, *arrived, bytes).unwrap();
        }
        let alice = room.add("alice").await;
        let bob = room.engine.add_account(form("bob", wire.port(), other.fingerprint())).await.unwrap();
        for account in [alice, bob] {
            room.up_to_date(account).await;
        }
        let (inbox, glass) = (room.folder(alice, "INBOX").await.id, room.folder(bob, "Glass").await.id);
        Self { room, other, wire, alice, bob, inbox, glass }
    }

    /// With short messages of these subjects.
    async fn short(here: Options, there: Options, subjects: &[&str]) -> Self {
        let mails: Vec<_> = subjects.iter().map(|s| ("\\Seen", now(), mail("alice", s))).collect();
        Self::new(here, there, &mails).await
    }

    async fn drag(&self, from: Id, to: Id) -> ActView {
        let rows = self.room.rows(ListKey::Folder { id: from }).await;
        let target = Target::Rows { rows: rows.iter().map(|r| r.id).collect() };
        let act = self.room.engine.act(Intent::Move { folder: to }, target).await.unwrap();
        assert_eq!(act.count as usize, rows.len());
        assert!(self.room.rows(ListKey::Folder { id: from }).await.is_empty(), "gone from here at once");
        assert_eq!(self.room.rows(ListKey::Folder { id: to }).await.len(), rows.len(), "there at once");
        act
    }

    async fn told(&self) {
        self.room.told(self.alice).await;
        self.room.told(self.bob).await;
    }

    /// Nothing waits in either account, and both are shown as they are.
    async fn settled(&self, why: &str) -> (Vec<Mail>, Vec<Mail>) {
        self.told().await;
        let here = shown(&self.room.equal(self.alice, "alice").await);
        (here, self.others(why).await)
    }

    /// What the window and the other server have of bob.
    async fn others(&self, why: &str) -> Vec<Mail> {
        let start = std::time::Instant::now();
        loop {
            let there = shown(&self.other.all("bob"));
            let here = self.room.here(self.bob).await;
            if here == there {
                return there;
            }
            if start.elapsed() > PATIENCE {
                assert_same(&here, &there, why);
            }
            tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        }
    }
}

/// All of a folder by a raw client, in the order of the alphabet.
fn raw(server: &Dovecot, user: &str, folder: &str) -> Vec<Raw> {
    let query = ["mailbox", folder, "undeleted"];
    let rows = server.eye().fetch(user, "uid flags date.received.unixtime", &query).unwrap();
    let mut client: Imap = server.client(user);
    client.run(&format!("EXAMINE \"{folder}\"")).unwrap();
    let one = |row: &String| {
        let mut fields = row.split('\t');
        let (uid, flags, date) = (fields.next().unwrap(), fields.next().unwrap(), fields.next().unwrap());
        let mut flags: Vec<&str> = flags.split(' ').filter(|f| *f != "\\Recent").collect();
        flags.sort_unstable();
        let answer = client.run(&format!("UID FETCH {uid} (BODY.PEEK[])")).unwrap();
        let response = answer.untagged.into_iter().find(|r| r.windows(5).any(|w| w == b"BODY[")).unwrap();
        let start = response.windows(3).position(|w| w == b"}\r\n").unwrap() + 3;
        (flags.join(" "), date.to_owned(), response[start..response.len() - 1].to_vec())
    };
    let mut all: Vec<Raw> = rows.iter().map(one).collect();
    all.sort();
    all
}

fn assert_equal_bytes(are: &[Raw], expected: &[Raw]) {
    assert_eq!(are.len(), expected.len());
    for (a, b) in are.iter().zip(expected) {
        let text = |raw: &Raw| String::from_utf8_lossy(&raw.2).chars().take(300).collect::<String>();
        assert_eq!((&a.0, &a.1), (&b.0, &b.1), "{} {}", text(a), text(b));
        assert!(a.2 == b.2, "{} bytes, not {}: {}", a.2.len(), b.2.len(), text(a));
    }
}

/// Every kind of mail, a large one, and ones whose size is where a slice ends; each with other flags and from another day.
fn mails() -> Vec<(&'static str, i64, Vec<u8>)> {
    const FLAGS: [&str; 6] =
        ["", "\\Seen", "\\Flagged \\Answered", "$label1 \\Seen", "own $label2", "$Forwarded \\Draft"];
    let me = Person::new("Alice Moreau", "alice@example.org");
    let mut random = Random::new(5);
    let mut all: Vec<Vec<u8>> = kinds::all(&me, now(), 11).iter().map(|(_, letter)| letter.bytes()).collect();
    all.push(kinds::large(Occasion { to: &me, at: now(), random: &mut random }, 2_000_000).bytes());
    for size in [512 * 1024, 1024 * 1024] {
        let mut bytes = Letter::new(&me, &me, &format!("{size} bytes"), now(), Part::text("")).bytes();
        let line = b"The quick brown fox jumps over the lazy dog, and then again, and again, and again.\r\n";
        while bytes.len() + line.len() + 2 < size {
            bytes.extend_from_slice(line);
        }
        bytes.resize(size - 2, b'.');
        bytes.extend_from_slice(b"\r\n");
        all.push(bytes);
    }
    all.push(b"From: nobody\r\nSubject: no text\r\n\r\n".to_vec());
    all.push(b"\r\nno header at all\r\n".to_vec());
    all.push(b"From: x@y.example\r\nSubject: 8 bits\r\n\r\n\xff\xfe caf\xe9 without a line end".to_vec());
    let day = |n: usize| 1_500_000_000 + i64::try_from(n).unwrap() * 86_461;
    all.into_iter().enumerate().map(|(n, bytes)| (FLAGS[n % FLAGS.len()], day(n), bytes)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_bytes_there_and_back() {
    let nothing = || Options::with_capability("IMAP4rev1");
    for (here, there) in [(Options::default(), Options::default()), (nothing(), nothing())] {
        let two = Two::new(here, there, &mails()).await;
        let before = raw(&two.room.server, "alice", "INBOX");
        let act = two.drag(two.inbox, two.glass).await;
        two.told().await;
        assert_equal_bytes(&raw(&two.other, "bob", "Glass"), &before);
        assert!(raw(&two.room.server, "alice", "INBOX").is_empty());
        assert_eq!(two.room.act(act.id).await.state, ActState::Done);
        assert_eq!(two.room.rows(ListKey::Folder { id: two.glass }).await.len(), before.len());
        // And back.
        assert_eq!(two.room.engine.undo(Some(act.id)).await.unwrap().unwrap().state, ActState::Undone);
        two.told().await;
        assert_equal_bytes(&raw(&two.room.server, "alice", "INBOX"), &before);
        assert!(raw(&two.other, "bob", "Glass").is_empty());
        assert_eq!(two.room.rows(ListKey::Folder { id: two.inbox }).await.len(), before.len());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_mailbox_takes_nothing_and_nothing_is_lost() {
    let extra = "mail_plugins = quota\nprotocol imap {\n  mail_plugins = quota imap_quota\n}\nplugin {\n  quota = count:User quota\n  \
                 quota_vsizes = yes\n  quota_rule = *:storage=4K\n}\n";
    let there = Options { extra: extra.into(), ..Options::default() };
    let mut random = Random::new(9);
    let me = Person::new("Alice Moreau", "alice@example.org");
    let large = kinds::large(Occasion { to: &me, at: now(), random: &mut random }, 50_000).bytes();
    let mails = [("\\Flagged", now(), large), ("", now(), mail("alice", "Small"))];
    let two = Two::new(Options::default(), there, &mails).await;
    let act = two.drag(two.inbox, two.glass).await;
    let (here, there) = two.settled("full").await;
    assert_same(&here, &[Mail::new("INBOX", "The whole survey", "\\Flagged")], "stays here");
    assert_same(&there, &[Mail::new("Glass", "Small", "")], "what there was room for");
    let refused = two.room.engine.refusals().await.unwrap();
    assert_eq!(
        refused.iter().map(|r| (r.id, r.state, r.refused, r.count)).collect::<Vec<_>>(),
        [(act.id, ActState::Refused, 1, 2)]
    );
    assert_eq!(refused[0].error.as_ref().unwrap().code, Code::Quota, "{refused:?}");
    two.room.engine.dismiss_refusal(act.id).await.unwrap();
    assert!(two.room.engine.refusals().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waits_for_the_other_server() {
    let mut two = Two::short(Options::default(), Options::default(), &["1", "2", "3"]).await;
    let before = two.room.server.all("alice");
    // Undone before it was sent.
    two.other.stop().unwrap();
    let act = two.drag(two.inbox, two.glass).await;
    two.room.engine.undo(Some(act.id)).await.unwrap().unwrap();
    assert_eq!(two.room.here(two.alice).await, shown(&before));
    assert!(two.room.here(two.bob).await.is_empty());
    // Into a folder that is made there at the same time; the program ends before the server is back.
    let new = two.room.engine.create_folder(two.bob, Some(two.glass), "New".into()).await.unwrap();
    let act = two.drag(two.inbox, new).await;
    two.room.wait("tried", |e| async move { (e.health().await.unwrap()[0].waiting > 0).then_some(()) }).await;
    two.room.reopen().await;
    assert_eq!(two.room.act(act.id).await.state, ActState::Waiting);
    two.room.sign_in(two.alice, "alice").await;
    two.room.up_to_date(two.alice).await;
    assert_same(&two.room.server.all("alice"), &before, "nothing is taken off before it has arrived");
    assert_eq!(two.room.rows(ListKey::Folder { id: new }).await.len(), 3);
    two.other.start_again().unwrap();
    two.room.sign_in(two.bob, "bob").await;
    let (here, there) = two.settled("arrived").await;
    assert_same(&here, &[], "gone here");
    let expected = ["1", "2", "3"].map(|s| Mail::new("Glass/New", s, "\\Seen"));
    assert_same(&there, &expected, "arrived");
    assert!(two.room.engine.refusals().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waits_for_a_folder_that_is_still_to_be_made() {
    let two = Two::short(Options::default(), Options::default(), &["1", "2"]).await;
    // Connections that are open say nothing more, so the folder is not made; others are well.
    let meter = two.wire.meter();
    meter.set(|f| f.way = Way::Stall);
    let last = meter.chunks().iter().map(|c| c.connection).max().unwrap();
    (1..=last).for_each(|connection| meter.cut(Cut::Up(0), Some(connection)));
    let new = two.room.engine.create_folder(two.bob, None, "New".into()).await.unwrap();
    let act = two.drag(two.inbox, new).await;
    // Another connection for it, if it is tried at all.
    testkit::wait_for("a try", std::time::Duration::from_millis(500), || {
        (meter.chunks().last()?.connection > last + 1).then_some(())
    })
    .ok();
    let view = two.room.act(act.id).await;
    assert_eq!((view.state, view.error), (ActState::Waiting, None));
    assert_eq!(two.room.server.all("alice").len(), 2);
    meter.set(|f| f.way = Way::Close);
    meter.cut_no_more();
    two.wire.drop_all();
    let (here, there) = two.settled("made, and arrived").await;
    assert_same(&here, &[], "gone here");
    assert_same(&there, &["1", "2"].map(|s| Mail::new("New", s, "\\Seen")), "arrived");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_stays_within_its_account() {
    let two = Two::short(Options::default(), Options::default(), &["1"]).await;
    let rows = two.room.rows(ListKey::Folder { id: two.inbox }).await.iter().map(|r| r.id).collect();
    let copied = two.room.engine.act(Intent::Copy { folder: two.glass }, Target::Rows { rows }).await;
    assert_eq!(copied.unwrap_err().code, Code::NotAllowed);
    assert_eq!(two.room.here(two.alice).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_anywhere_on_the_way() {
    let bare = || Options::with_capability("IMAP4rev1 IDLE");
    for (here, there) in [(Options::default(), Options::default()), (bare(), bare())] {
        let subjects: Vec<String> = (0..30).map(|n| n.to_string()).collect();
        let names: Vec<&str> = subjects.iter().map(String::as_str).collect();
        let two = Two::short(here, there, &names).await;
        // Each message has a connection of its own to the other server, and each of them is cut elsewhere.
        let last = two.wire.meter().chunks().iter().map(|c| c.connection).max().unwrap();
        for (connection, n) in (last + 1..).zip(0..30) {
            let cut = match n {
                0..14 => Cut::Up(60 + 45 * n),
                14..27 => Cut::Down(150 + 90 * (n - 14)),
                _ => Cut::Answer("APPEND"),
            };
            two.wire.meter().cut(cut, Some(connection));
        }
        // Here as well, three times.
        for words in ["BODY.PEEK[]", "+FLAGS.SILENT (\\Deleted)", "EXPUNGE"] {
            two.room.proxy.meter().cut(Cut::Answer(words), None);
        }
        two.drag(two.inbox, two.glass).await;
        let (here, there) = two.settled("cut").await;
        let expected: Vec<Mail> = names.iter().map(|s| Mail::new("Glass", s, "\\Seen")).collect();
        assert_same(&there, &expected, "each once");
        assert_same(&here, &[], "none here");
        assert!(two.wire.meter().cuts_left() < 15, "{} cuts did not happen", two.wire.meter().cuts_left());
        assert!(two.room.engine.refusals().await.unwrap().is_empty());
    }
}
