//! Coming back to three hundred folders in which nothing has changed.

use crate::Figure;
use crate::engine_run::Run;
use std::time::Duration;
use testkit::{Dovecot, Options, Proxy, bulk};

const FOLDERS: usize = 300;
const EACH: usize = 5;

pub fn measure() -> Vec<Figure> {
    let server = Dovecot::start(Options { compress: false, ..Options::default() }).unwrap();
    let maildir = server.home("alice").join("Maildir");
    for folder in 0..FOLDERS - 1 {
        bulk::write(&maildir.join(format!(".Folder {folder:03}")), EACH, folder as u64).unwrap();
    }
    bulk::fill(&server, "alice", EACH, 1).unwrap();
    let proxy = Proxy::reading(server.ports().imaps, server.identity(), server.authority()).unwrap();
    let profile = tempfile::tempdir().unwrap();
    let limit = Duration::from_secs(300);
    let run = Run::begin(profile.path());
    run.add(proxy.port(), server.fingerprint());
    run.until("all folders", limit, Duration::from_millis(50), |run| {
        let here: u32 = run.folders().iter().map(|folder| folder.here).sum();
        here as usize >= FOLDERS * EACH && run.up_to_date()
    });
    run.end();

    proxy.meter().reset();
    proxy.meter().set(|fault| fault.latency = Duration::from_millis(10));
    let run = Run::begin(profile.path());
    let took = run.until("nothing new", limit, Duration::from_millis(5), Run::up_to_date);
    // What it still says after it has called itself up to date counts as well.
    let mut before = 0;
    run.until("silence", limit, Duration::from_millis(700), |_| {
        std::mem::replace(&mut before, proxy.meter().total()) == proxy.meter().total()
    });
    let (trips, bytes) = (proxy.meter().round_trips(), proxy.meter().total());
    let connections = proxy.meter().connections();
    run.end();
    let note = format!("over {connections} connections, {:.2} s with 20 ms of latency", took.as_secs_f64());
    vec![
        Figure::new("reconnect, 300 folders without change", f64::from(trips), "round trips", 6.0, note),
        Figure::new("the same in bytes", bytes as f64 / 1_024.0, "KB", 64.0, "TLS handshakes included"),
    ]
}
