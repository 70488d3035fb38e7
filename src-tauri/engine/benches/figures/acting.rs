//! What a person does: how long until it is filed and shown, and how it reaches the server.

use crate::engine_run::Run;
use crate::{Figure, median};
use engine::view::*;
use std::time::{Duration, Instant};
use testkit::imap::Imap;
use testkit::{Dovecot, Options, Proxy, bulk};

/// Flagged at once.
const MANY: usize = 10_000;
/// Filed one by one while there is no server.
const QUEUED: usize = 1_000;
const PATIENCE: Duration = Duration::from_secs(120);

pub fn measure() -> Vec<Figure> {
    let mut server = Dovecot::start(Options { compress: false, ..Options::default() }).unwrap();
    bulk::fill(&server, "alice", MANY, 3).unwrap();
    let proxy = Proxy::reading(server.ports().imaps, server.identity(), server.authority()).unwrap();
    let profile = tempfile::tempdir().unwrap();
    let run = Run::begin(profile.path());
    run.add(proxy.port(), server.fingerprint());
    run.until("sync", PATIENCE, Duration::from_millis(50), |run| {
        run.up_to_date() && run.inbox().is_some_and(|i| i.here as usize == MANY)
    });
    let inbox = run.inbox().unwrap().id;
    let mut figures = single(&run, inbox);
    settled(&run);
    figures.extend(many(&run, inbox, &server, &proxy));
    figures.push(queued(&run, inbox, &mut server));
    run.end();
    figures
}

// Lines of the client that begin a command: a tag, then a word.
fn commands(transcript: &str) -> usize {
    let begins = |line: &&str| {
        let mut words = line.split(' ').skip(1);
        words.next().is_some_and(|tag| tag.starts_with('A'))
            && words.next().is_some_and(|w| w.chars().all(|c| c.is_ascii_uppercase()))
    };
    transcript.lines().filter(|line| line.starts_with("C: ")).filter(begins).count()
}

fn waiting(run: &Run) -> u32 {
    run.runtime.block_on(run.engine.health()).unwrap().iter().map(|h| h.waiting).sum()
}

fn settled(run: &Run) {
    run.until("nothing waits", PATIENCE, Duration::from_millis(2), |run| waiting(run) == 0);
}

// One message at a time, as with the keyboard: until the row that the window reads shows it.
fn single(run: &Run, inbox: Id) -> Vec<Figure> {
    let mut times = Vec::new();
    for n in 0..300u32 {
        let row = run.page(inbox, n * 7, 1).rows.remove(0);
        let on = !row.flagged;
        let start = Instant::now();
        run.runtime.block_on(run.engine.act(Intent::Flag { on }, Target::Rows { rows: vec![row.id] })).unwrap();
        let shown = run.page(inbox, n * 7, 1).rows.remove(0);
        times.push(start.elapsed().as_secs_f64() * 1_000.0);
        assert_eq!((shown.id, shown.flagged), (row.id, on));
    }
    times.sort_by(f64::total_cmp);
    let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or(f64::NAN);
    let slowest = times.last().copied().unwrap_or(f64::NAN);
    let note = format!("durable on disk; slowest {slowest:.1} ms; while the server is being told");
    vec![
        Figure::new("intent to row, median of 300", median(times), "ms", 20.0, note),
        Figure::new("intent to row, 99 of 100", p99, "ms", 50.0, "the same"),
    ]
}

// Ten thousand in one act, against a client that says it in one command.
fn many(run: &Run, inbox: Id, server: &Dovecot, proxy: &Proxy) -> Vec<Figure> {
    let mut floors = Vec::new();
    let mut client = Imap::connect_tls(server.ports().imaps, server.authority()).unwrap();
    client.login("alice", "pw-alice").unwrap();
    for sign in ["+", "-", "+", "-"] {
        let start = Instant::now();
        client.run("SELECT INBOX").unwrap();
        client.run(&format!("UID STORE 1:* {sign}FLAGS.SILENT ($floor)")).unwrap();
        floors.push(start.elapsed().as_secs_f64());
    }
    let floor = median(floors);
    let key = ListKey::Folder { id: inbox };
    let newest = run.page(inbox, 0, 1).newest;
    let target = Target::List { list: List::of(key), spans: Vec::new(), newest };
    // Another look at everything may be on its way because of the client above.
    run.until("quiet", PATIENCE, Duration::from_millis(50), Run::up_to_date);
    std::thread::sleep(Duration::from_secs(2));
    proxy.meter().reset();
    let start = Instant::now();
    run.runtime.block_on(run.engine.act(Intent::Flag { on: true }, target)).unwrap();
    let filed = start.elapsed();
    settled(run);
    let wall = start.elapsed().as_secs_f64();
    let sent = commands(&proxy.transcript());
    let flagged = server.eye().search("alice", &["mailbox", "INBOX", "flagged"]).unwrap().len();
    assert_eq!(flagged, MANY);
    vec![
        Figure::new(
            "10,000 flags to the server, commands",
            f64::from(u32::try_from(sent).unwrap()),
            "commands",
            12.0,
            "SELECT and STORE among them, and a renewed IDLE",
        ),
        Figure::new(
            "the same, wall time over the floor",
            wall / floor,
            "×",
            6.0,
            format!("{wall:.2} s, filed after {:.2} s; a plain client {floor:.2} s", filed.as_secs_f64()),
        ),
    ]
}

// A day without a server, then all of it.
fn queued(run: &Run, inbox: Id, server: &mut Dovecot) -> Figure {
    server.stop().unwrap();
    let rows: Vec<Id> = (0..4)
        .flat_map(|page| {
            let offset = page * 250;
            run.page(inbox, offset, 250).rows
        })
        .map(|r| r.id)
        .collect();
    let start = Instant::now();
    for (n, row) in rows.iter().enumerate().take(QUEUED) {
        let intent = match n % 5 {
            0 => Intent::Read { on: n % 2 == 0 },
            1 => Intent::Label { keyword: format!("$label{}", 1 + n % 3), on: true },
            2 => Intent::Archive,
            3 => Intent::Trash,
            _ => Intent::Flag { on: false },
        };
        run.runtime.block_on(run.engine.act(intent, Target::Rows { rows: vec![*row] })).unwrap();
    }
    let filing = start.elapsed().as_secs_f64() * 1_000.0 / f64::from(u32::try_from(QUEUED).unwrap());
    server.start_again().unwrap();
    let start = Instant::now();
    for account in run.runtime.block_on(run.engine.accounts()).unwrap() {
        run.runtime.block_on(run.engine.retry_now(account.id)).unwrap();
    }
    settled(run);
    let wall = start.elapsed().as_secs_f64();
    Figure::new(
        "1,000 queued operations, told after a day offline",
        wall,
        "s",
        5.0,
        format!("sign-in included; filed in {filing:.1} ms each"),
    )
}
