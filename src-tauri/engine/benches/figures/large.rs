//! A hundred thousand messages: sync against the floor, first rows, memory, disk, pages, and the start of the program.

use crate::engine_run::Run;
use crate::program;
use crate::{Figure, median};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use testkit::imap::Imap;
use testkit::{Dovecot, Options, Proxy, bulk};

const PATIENCE: Duration = Duration::from_secs(600);

pub fn measure(messages: usize) -> Vec<Figure> {
    // Without COMPRESS: over loopback it would measure zlib on both sides.
    let server = Dovecot::start(Options { compress: false, ..Options::default() }).unwrap();
    bulk::fill(&server, "alice", messages, 1).unwrap();
    let (items, trips) = first_rows(&server);
    // The first makes the server warm and does not count.
    floor(&server, server.ports().imaps, &items);
    let profile = tempfile::tempdir().unwrap();
    let near = synced(&server, server.ports().imaps, &items, messages, profile.path());
    let of = |key: &str| near.child.get(key).and_then(Value::as_f64).unwrap_or(f64::NAN);
    let mut figures = vec![
        Figure::new("header sync, wall time over the floor", of("wall") / near.floor, "×", 1.5, near.note()),
        Figure::new(
            "sign-in to first 50 rows in the store",
            of("first"),
            "s",
            1.0,
            "from the command to add the account",
        ),
        Figure::new(
            "the same in round trips",
            f64::from(trips),
            "round trips",
            6.0,
            "on the connection that fetched them",
        ),
        Figure::new(
            "peak memory of that sync above idle",
            of("memory"),
            "MB",
            120.0,
            format!("idle {:.0} MB", of("idle")),
        ),
        Figure::new(
            "store on disk per message",
            of("disk") / 1_024.0 / messages as f64,
            "KB",
            1.5,
            "all files of the store",
        ),
        Figure::new(
            "one page of 100 rows, any offset",
            of("slowest"),
            "ms",
            2.0,
            format!("the slowest of 64 offsets; median {:.2} ms", of("page")),
        ),
    ];
    figures.extend(program::started("start to rows on the screen", profile.path(), 1.0));
    figures.push(far(&server, &items, messages));
    figures
}

/// The same from far away: every byte is 25 ms on its way, in either direction.
fn far(server: &Dovecot, items: &str, messages: usize) -> Figure {
    let proxy = Proxy::to(server.ports().imaps).unwrap();
    proxy.meter().set(|fault| fault.latency = Duration::from_millis(25));
    let profile = tempfile::tempdir().unwrap();
    let synced = synced(server, proxy.port(), items, messages, profile.path());
    let wall = synced.child.get("wall").and_then(Value::as_f64).unwrap_or(f64::NAN);
    Figure::new("the same with round trips of 50 ms", wall / synced.floor, "×", 1.5, synced.note())
}

/// A whole sync in a process of its own, and the floor beside it.
struct Synced {
    child: Value,
    floor: f64,
}

impl Synced {
    fn note(&self) -> String {
        let wall = self.child.get("wall").and_then(Value::as_f64).unwrap_or(f64::NAN);
        format!("{wall:.2} s; a socket that only reads {:.2} s", self.floor)
    }
}

fn synced(server: &Dovecot, port: u16, items: &str, messages: usize, profile: &Path) -> Synced {
    let mut floors = vec![floor(server, port, items), floor(server, port, items)];
    let order = json!({
        "profile": profile, "port": port, "fingerprint": server.fingerprint(), "messages": messages,
    });
    let output =
        Command::new(std::env::current_exe().unwrap()).args(["sync", "--order", &order.to_string()]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Before and after, for the machine may have other work at one of these times.
    floors.extend([floor(server, port, items), floor(server, port, items)]);
    Synced { child: serde_json::from_slice(&output.stdout).unwrap(), floor: median(floors) }
}

// What the engine asks for, read from its own wire, and how often it waited before the first rows were asked for and came.
fn first_rows(server: &Dovecot) -> (String, u32) {
    let proxy = Proxy::reading(server.ports().imaps, server.identity(), server.authority()).unwrap();
    // Latency makes commands that are sent without waiting fall together.
    proxy.meter().set(|fault| fault.latency = Duration::from_millis(10));
    let profile = tempfile::tempdir().unwrap();
    let run = Run::begin(profile.path());
    run.add(proxy.port(), server.fingerprint());
    run.until("first rows", PATIENCE, Duration::from_millis(2), |run| {
        run.inbox().is_some_and(|inbox| inbox.here >= 50)
    });
    let chunks = proxy.meter().chunks();
    run.end();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let asked =
        chunks.iter().position(|c| text(&c.text).contains("ENVELOPE") || text(&c.text).contains("HEADER.FIELDS"));
    let asked = asked.unwrap();
    let asking = chunks.get(asked).unwrap();
    let line = text(&asking.text);
    let line = line.lines().find(|line| line.contains("FETCH") && line.contains("BODYSTRUCTURE")).unwrap_or_default();
    let items = line.split_once(" (").map(|(_, items)| format!("({items}")).unwrap();
    let of_connection = chunks.iter().take(asked + 1).filter(|c| c.connection == asking.connection);
    let turns = of_connection.map(|c| c.direction).collect::<Vec<_>>();
    let waited =
        turns.windows(2).filter(|two| matches!(two, [testkit::proxy::Direction::Up, testkit::proxy::Direction::Down]));
    (items, u32::try_from(waited.count()).unwrap() + 1)
}

fn floor(server: &Dovecot, port: u16, items: &str) -> f64 {
    let start = Instant::now();
    let mut client = Imap::connect_tls(port, server.authority()).unwrap();
    client.login("alice", "pw-alice").unwrap();
    client.run("SELECT INBOX").unwrap();
    client.weigh(&format!("UID FETCH 1:* {items}")).unwrap();
    start.elapsed().as_secs_f64()
}

/// The process of the sync itself.
pub fn child(order: &str) {
    let order: Value = serde_json::from_str(order).unwrap();
    let text = |key: &str| order.get(key).and_then(Value::as_str).unwrap().to_owned();
    let number = |key: &str| order.get(key).and_then(Value::as_u64).unwrap();
    let profile = PathBuf::from(text("profile"));
    let messages = u32::try_from(number("messages")).unwrap();
    let run = Run::begin(&profile);
    run.runtime.block_on(async { run.engine.start().await.unwrap() });
    let idle = memory("VmRSS:");
    let start = Instant::now();
    run.add(u16::try_from(number("port")).unwrap(), &text("fingerprint"));
    let pause = Duration::from_millis(5);
    run.until("first rows", PATIENCE, pause, |run| run.inbox().is_some_and(|inbox| inbox.here >= 50.min(messages)));
    let first = start.elapsed().as_secs_f64();
    let pause = Duration::from_millis(20);
    run.until("all rows", PATIENCE, pause, |run| {
        run.inbox().is_some_and(|inbox| inbox.here >= messages) && run.up_to_date()
    });
    let wall = start.elapsed().as_secs_f64();
    let peak = memory("VmHWM:");
    let (page, slowest) = pages(&run, messages);
    run.end();
    let answer = json!({
        "wall": wall, "first": first, "idle": idle, "memory": peak - idle, "disk": store_size(&profile),
        "page": page, "slowest": slowest,
    });
    println!("{answer}");
}

// The median of all, and that of the slowest offset: each is asked for several times, so that what else the machine does is
// not taken for the store's work.
fn pages(run: &Run, messages: u32) -> (f64, f64) {
    const OFFSETS: u32 = 64;
    let inbox = run.inbox().unwrap().id;
    let last = messages.saturating_sub(100);
    let mut medians: Vec<f64> = (0..OFFSETS)
        .map(|step| {
            let offset = u32::try_from(u64::from(last) * u64::from(step) / u64::from(OFFSETS - 1)).unwrap();
            let one = || {
                let start = Instant::now();
                let page = run.page(inbox, offset, 100);
                let took = start.elapsed().as_secs_f64() * 1_000.0;
                assert!(page.rows.len() == 100 || messages < 100);
                took
            };
            median((0..9).map(|_| one()).collect())
        })
        .collect();
    medians.sort_by(f64::total_cmp);
    (median(medians.clone()), medians.last().copied().unwrap())
}

/// Megabytes, as the kernel counts them for this process.
pub fn memory(line: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = status.lines().find_map(|l| l.strip_prefix(line)?.split_whitespace().next()?.parse::<f64>().ok());
    found.unwrap_or(f64::NAN) / 1_024.0
}

fn store_size(profile: &Path) -> u64 {
    let files = std::fs::read_dir(profile).unwrap().filter_map(|entry| entry.ok()?.metadata().ok());
    files.filter(std::fs::Metadata::is_file).map(|file| file.len()).sum()
}
