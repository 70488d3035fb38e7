//! From the server's word that it has a message to the row in the store.

use crate::engine_run::Run;
use crate::{Figure, median};
use std::time::{Duration, SystemTime};
use testkit::mail::kinds::{self, Occasion};
use testkit::mail::{Person, Random, words};
use testkit::{Dovecot, Options};

const DELIVERIES: u32 = 50;

pub fn measure() -> Vec<Figure> {
    let server = Dovecot::start(Options { compress: false, ..Options::default() }).unwrap();
    let eye = server.eye();
    let me = Person::new("Alice", "alice@meadow.example");
    let mut random = Random::new(1);
    let profile = tempfile::tempdir().unwrap();
    let run = Run::begin(profile.path());
    run.add(server.ports().imaps, server.fingerprint());
    let limit = Duration::from_secs(30);
    run.until("sync", limit, Duration::from_millis(10), |run| run.inbox().is_some() && run.up_to_date());
    let inbox = run.inbox().unwrap().id;
    let pushing = |run: &Run| run.runtime.block_on(run.engine.health()).unwrap().iter().all(|health| health.push);
    run.until("push", limit, Duration::from_millis(10), pushing);
    let mut times = Vec::new();
    for number in 0..DELIVERIES {
        let at = testkit::bulk::NEWEST + i64::from(number) * 60;
        let letter = kinds::plain(Occasion { to: &me, at, random: &mut random }, &words::ENGLISH);
        let delivered = eye.deliver("alice", &letter.bytes()).unwrap();
        run.until("the row", limit, Duration::from_millis(1), |run| run.page(inbox, 0, 1).total > number);
        let took = SystemTime::now().duration_since(delivered).unwrap_or_default();
        times.push(took.as_secs_f64() * 1_000.0);
    }
    run.end();
    let worst = times.iter().copied().fold(0.0, f64::max);
    let note = format!("median of {DELIVERIES}, IDLE; the slowest {worst:.0} ms");
    vec![Figure::new("delivery to visible in the store", median(times), "ms", 200.0, note)]
}
