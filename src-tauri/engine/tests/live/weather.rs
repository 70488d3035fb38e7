//! Two computers of one person and another program at one mailbox of a real server, over wires that are late, cut, reset, silent and
//! frozen as chance will have it. After quiet the invariants I1, I2 and I4 to I7 hold, asked of the server by `doveadm` and of the
//! stores by SQLite. (I3 is about sending.)
//!
//! A history is chosen by a seed. Whose word comes first at the server is not: the same seed makes the same wishes and the same
//! weather, and nearly the same history.
//!
//! | variable | what for |
//! |---|---|
//! | `RESTANTE_CASES` | how many histories; 3 without it, 1,000 at night |
//! | `RESTANTE_SEED` | the histories of this number again; each run prints its own, and each history that of its own |

use crate::disk::{Place, in_order, on_disk};
use crate::room::{PATIENCE, Room, hasty, now, reading};
use crate::serves::{Serves, assert_same, shown};
use engine::view::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::imap::Imap;
use testkit::mail::{Letter, Part, Person, Random};
use testkit::proxy::{Cut, Fault, Way};
use testkit::{Dovecot, Options};

/// Histories when no number is given: one for each kind of server.
const FEW: u64 = 3;
/// What happens in each.
const EVENTS: usize = 60;
/// Mails at the start.
const MAILS: usize = 8;
const FOLDERS: [&str; 5] = ["INBOX", "Archive", "Trash", "Junk", "Projects"];
const SERVERS: [Option<&str>; 3] = [None, Some("IMAP4rev1 LITERAL+ IDLE UIDPLUS CONDSTORE ENABLE"), Some("IMAP4rev1")];
/// Who moved a mail: the computers have 0 and 1.
const PROGRAM: usize = 2;

/// A mail by its number, and when it came.
fn letter(id: usize) -> (Vec<u8>, i64) {
    let at = 1_790_000_000 + 60 * i64::try_from(id).unwrap();
    let (from, to) = (Person::new("Inès Caron", "ines@verrerie.example"), Person::new("", "someone@example.org"));
    let text = Part::text("Good morning,\n\nthe panes arrive on Thursday.\n");
    (Letter::new(&from, &to, &subject(id), at, text).header("X-Test-Id", &id.to_string()).bytes(), at)
}

fn subject(id: usize) -> String {
    format!("Mail {id:03}")
}

fn id_of(subject: &str) -> usize {
    subject.strip_prefix("Mail ").unwrap().parse().unwrap()
}

struct Computer {
    room: Room<Arc<Dovecot>>,
    account: Id,
    acts: Vec<Id>,
}

/// A mailbox, who is at it, and what may have become of its mails.
struct Weather {
    seed: u64,
    random: Random,
    server: Arc<Dovecot>,
    user: String,
    computers: Vec<Computer>,
    program: Imap,
    delivered: usize,
    /// Copies that were asked for, and who moved it. Two who move one at the same time may have copied it before either has taken
    /// it out: then each has it where it wanted it.
    copies: BTreeMap<usize, usize>,
    movers: BTreeMap<usize, BTreeSet<usize>>,
    removed: BTreeSet<usize>,
    happened: Vec<String>,
}

impl Drop for Weather {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("RESTANTE_SEED={} RESTANTE_CASES=1:\n{}", self.seed, self.happened.join("\n"));
        }
    }
}

impl Weather {
    async fn new(seed: u64, server: &Arc<Dovecot>, user: &str) -> Self {
        let mut program = server.client(user);
        program.run("CREATE Projects").unwrap();
        for id in 0..MAILS {
            let (bytes, at) = letter(id);
            program.append(if id % 2 == 0 { "INBOX" } else { "Projects" }, "", at, &bytes).unwrap();
        }
        let mut computers = Vec::new();
        for n in 0..2 {
            let room = Room::with(Arc::clone(server), reading(server), hasty()).await;
            room.proxy.meter().seed(seed + n);
            let account = room.add(user).await;
            computers.push(Computer { room, account, acts: Vec::new() });
        }
        let mut weather = Self {
            seed,
            random: Random::new(seed),
            server: Arc::clone(server),
            user: user.to_owned(),
            computers,
            program,
            delivered: MAILS,
            copies: BTreeMap::new(),
            movers: BTreeMap::new(),
            removed: BTreeSet::new(),
            happened: Vec::new(),
        };
        weather.quiet().await;
        weather
    }

    fn note(&mut self, what: impl Debug) {
        self.happened.push(format!("{what:?}"));
    }

    async fn event(&mut self) {
        let n = self.random.below(2);
        match self.random.below(100) {
            0..32 => self.act(n).await,
            32..38 => self.undo(n).await,
            38..52 => self.another(),
            52..80 => self.wind(n).await,
            80..83 => self.again(n).await,
            83..90 => {
                self.note(("now", n));
                self.computers[n].room.engine.retry_now(self.computers[n].account).await.unwrap();
            }
            _ => self.pause(120).await,
        }
        self.pause(12).await;
    }

    /// The moment of what comes next is the subject.
    async fn pause(&mut self, longest: usize) {
        tokio::time::sleep(Duration::from_micros(self.random.below(longest * 1_000) as u64)).await;
    }

    async fn act(&mut self, n: usize) {
        let Computer { room, account, .. } = &self.computers[n];
        let (rows, _) = room.shown(*account, None).await;
        if rows.is_empty() {
            return;
        }
        let some: Vec<ListRow> =
            (0..=self.random.below(3)).map(|_| rows[self.random.below(rows.len())].1.clone()).collect();
        let ids: BTreeSet<usize> = some.iter().map(|r| id_of(&r.subject)).collect();
        let to = self.random.one(&FOLDERS);
        let folder = room.folder(*account, to).await.id;
        let on = self.random.percent(60);
        let intent = match self.random.below(12) {
            0 | 1 => Intent::Flag { on },
            2 => Intent::Read { on },
            3 => Intent::Label { keyword: "$label1".into(), on },
            4 => Intent::Archive,
            5 => Intent::Trash,
            6 => Intent::Junk,
            7 => Intent::NotJunk,
            8 | 9 => Intent::Move { folder },
            10 => Intent::Copy { folder },
            _ => Intent::Delete,
        };
        for row in &some {
            let id = id_of(&row.subject);
            match intent {
                Intent::Copy { .. } => *self.copies.entry(id).or_default() += 1,
                Intent::Delete => drop(self.removed.insert(id)),
                Intent::Flag { .. } | Intent::Read { .. } | Intent::Label { .. } => {}
                _ => drop(self.movers.entry(id).or_default().insert(n)),
            }
        }
        self.happened.push(format!("{n}: {intent:?} ({to}) {ids:?}"));
        let rows = some.iter().map(|r| r.id).collect::<BTreeSet<Id>>().into_iter().collect();
        let computer = &mut self.computers[n];
        computer.acts.push(computer.room.engine.act(intent, Target::Rows { rows }).await.unwrap().id);
    }

    async fn undo(&mut self, n: usize) {
        let Some(act) = self.computers[n].acts.pop() else { return };
        self.note(("undo", n, act));
        // Too late is an answer.
        let _ = self.computers[n].room.engine.undo(Some(act)).await;
    }

    /// The other program, whose wire is well.
    fn another(&mut self) {
        let kind = self.random.below(8);
        if kind == 0 && self.delivered < 16 {
            let (bytes, at) = letter(self.delivered);
            self.note(("delivered", self.delivered));
            self.program.append("INBOX", "", at, &bytes).unwrap();
            self.delivered += 1;
            return;
        }
        let id = self.random.below(self.delivered);
        let (at, to) = (self.random.below(FOLDERS.len()), self.random.one(&FOLDERS));
        for n in 0..FOLDERS.len() {
            let folder = FOLDERS[(at + n) % FOLDERS.len()];
            self.program.run(&format!("SELECT {folder}")).unwrap();
            let found = self.program.run(&format!("UID SEARCH UNDELETED SUBJECT \"{}\"", subject(id))).unwrap().text();
            // News of the mailbox may stand beside the answer, and after an empty one its `*` would name the last message.
            let uids = found.lines().find_map(|line| line.strip_prefix("* SEARCH "));
            let Some(uid) = uids.and_then(|uids| uids.split_whitespace().next()).map(str::to_owned) else { continue };
            self.happened.push(format!("program: {kind} {id} in {folder} ({to})"));
            let commands = match kind {
                1 | 2 => vec![format!("UID STORE {uid} +FLAGS (\\Flagged $label1)")],
                3 => vec![format!("UID STORE {uid} -FLAGS (\\Flagged \\Seen)")],
                4 => vec![format!("UID STORE {uid} +FLAGS (\\Seen $label2)")],
                5 => vec![format!("UID STORE {uid} +FLAGS (\\Deleted)"), format!("UID EXPUNGE {uid}")],
                _ if to == folder => return,
                _ => vec![format!("UID MOVE {uid} {to}")],
            };
            match kind {
                5 => drop(self.removed.insert(id)),
                6.. => drop(self.movers.entry(id).or_default().insert(PROGRAM)),
                _ => {}
            }
            for command in commands {
                // Refused where a computer has just taken it away.
                let _ = self.program.run(&command);
            }
            return;
        }
    }

    /// Something happens to a wire.
    async fn wind(&mut self, n: usize) {
        let (kind, percent) = (self.random.below(10), self.random.below(100) as u64);
        let way = [Way::Close, Way::Reset, Way::Stall][self.random.below(3)];
        let words = self.random.one(&["STORE", "MOVE", "COPY", "EXPUNGE", "SELECT", "FETCH", "IDLE"]);
        let meter = self.computers[n].room.proxy.meter();
        match kind {
            0 | 1 => meter.set(|f| {
                f.latency = Duration::from_micros(percent * 100);
                f.jitter = Duration::from_micros(percent * 600);
            }),
            2 | 3 => meter.cut_by(way, Cut::Up(percent * 4), None),
            4 | 5 => meter.cut_by(way, Cut::Down(percent * 18), None),
            6 | 7 => meter.cut_by(way, Cut::Answer(words), None),
            8 if percent < 40 => meter.freeze(),
            8 if percent < 80 => meter.set(|f| f.refuse = true),
            8 => self.computers[n].room.proxy.drop_all(),
            _ if percent < 15 => {
                meter.freeze();
                tokio::time::sleep(hasty_silence()).await;
                meter.thaw();
            }
            _ => meter.set(|f| (f.frozen, f.refuse) = (false, false)),
        }
        self.happened.push(format!("wire {n}: {kind} {percent} {way:?} {words}"));
    }

    /// The wire is as it should be.
    fn calm(&self, n: usize) {
        let proxy = &self.computers[n].room.proxy;
        proxy.meter().cut_no_more();
        proxy.meter().set(|f| *f = Fault::default());
        proxy.drop_all();
    }

    /// The program ends and is started again.
    async fn again(&mut self, n: usize) {
        self.note(("again", n));
        self.calm(n);
        let Computer { room, account, .. } = &mut self.computers[n];
        room.reopen().await;
        room.sign_in(*account, &self.user).await;
    }

    /// Waits until nothing waits, and both show what the server has. Gives that.
    async fn quiet(&mut self) {
        for n in 0..self.computers.len() {
            self.calm(n);
        }
        let start = Instant::now();
        loop {
            let there = shown(&self.server.all(&self.user));
            let mut all = true;
            for Computer { room, account, .. } in &self.computers {
                let health = room.engine.health().await.unwrap();
                let (here, miscounted) = room.shown(*account, None).await;
                let here: Vec<_> = here.into_iter().map(|(mail, _)| mail).collect();
                let quiet = health[0].waiting == 0 && here == there && miscounted.is_empty();
                if !quiet && start.elapsed() > PATIENCE {
                    assert_same(&here, &there, "here, as there");
                    panic!("{miscounted:?} {:?} {:?}", health, room.engine.timeline(String::new(), None, 30).await);
                }
                if !quiet {
                    room.engine.retry_now(*account).await.unwrap();
                }
                all &= quiet;
            }
            if all {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What is known of a mail: every place that the server has of it, and what each computer did with it and saw of it.
    async fn tell_of(&self, id: usize, there: &[Place]) {
        for place in there.iter().filter(|p| id_of(&p.subject) == id) {
            eprintln!("there: {} {} {:?}", place.folder, place.uid, place.flags);
        }
        for (n, Computer { room, .. }) in self.computers.iter().enumerate() {
            eprintln!("computer {n}: {:#?}", room.engine.timeline(subject(id), None, 30).await);
        }
    }

    /// All invariants, of the server and of what is left on the disks.
    async fn check(&self) {
        let there = there(&self.server, &self.user);
        let mut found: BTreeMap<usize, usize> = BTreeMap::new();
        for place in there.iter().filter(|p| !p.flags.contains("\\deleted")) {
            *found.entry(id_of(&place.subject)).or_default() += 1;
        }
        for id in 0..self.delivered {
            let n = found.get(&id).copied().unwrap_or_default();
            let movers = self.movers.get(&id).map_or(0, BTreeSet::len);
            let most = 1 + self.copies.get(&id).copied().unwrap_or_default() + movers.saturating_sub(1);
            assert!(n <= most, "I2: mail {id} is there {n} times, not {most} at most");
            if n == 0 && !self.removed.contains(&id) {
                self.tell_of(id, &there).await;
                panic!("I1, I5: mail {id} is lost");
            }
        }
        for Computer { room, .. } in &self.computers {
            room.engine.close().await;
            assert!(!room.profile.path().join("damaged").exists(), "I7: a store was set aside");
            on_disk(room.profile.path(), &there).await;
        }
    }
}

/// Longer than a hasty network has patience.
fn hasty_silence() -> Duration {
    Duration::from_millis(1_800)
}

/// All that the server has. Every mail is the very mail that it was.
fn there(server: &Dovecot, user: &str) -> Vec<Place> {
    let fields = "mailbox uid hdr.subject flags hdr.x-test-id size.virtual date.received.unixtime";
    let lines = server.eye().fetch(user, fields, &["ALL"]).unwrap();
    let place = |line: &String| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [folder, uid, subject, flags, id, size, received] = fields[..] else { panic!("{line}") };
        let (bytes, at) = letter(id.parse().unwrap());
        assert_eq!(
            (id.parse().unwrap(), size, received),
            (id_of(subject), &*bytes.len().to_string(), &*at.to_string())
        );
        Place {
            folder: folder.to_owned(),
            uid: uid.parse().unwrap(),
            subject: subject.to_owned(),
            flags: in_order(flags.split(' ').filter(|f| *f != "\\Recent")),
            size: size.parse().unwrap(),
            received: received.parse().unwrap(),
        }
    };
    let mut all: Vec<Place> = lines.iter().map(place).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_the_weather_all_is_well_when_it_is_quiet() {
    let seed =
        std::env::var("RESTANTE_SEED").map_or_else(|_| u64::try_from(now()).unwrap() * 1_000, |s| s.parse().unwrap());
    let cases = std::env::var("RESTANTE_CASES").map_or(FEW, |n| n.parse().unwrap());
    println!("RESTANTE_SEED={seed}");
    let mut servers: BTreeMap<u64, Arc<Dovecot>> = BTreeMap::new();
    for (case, seed) in (0..cases).zip(seed..) {
        let start = Instant::now();
        // Which server is the seed's to say, so that it is the same for one history alone.
        let kind = seed % SERVERS.len() as u64;
        let server = servers.entry(kind).or_insert_with(|| {
            let names: Vec<String> = (0..cases).map(|n| format!("user{n}")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let capability = SERVERS[usize::try_from(kind).unwrap()].map(str::to_owned);
            let options = Options { capability, compress: false, ..Options::with_users(&names) };
            Arc::new(Dovecot::start(options).unwrap())
        });
        let mut weather = Weather::new(seed, server, &format!("user{case}")).await;
        for _ in 0..EVENTS {
            weather.event().await;
        }
        weather.quiet().await;
        weather.check().await;
        println!("seed {seed}: {:.1} s", start.elapsed().as_secs_f32());
    }
}
