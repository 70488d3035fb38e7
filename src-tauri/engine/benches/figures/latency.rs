//! From the server's word that it has a message to the row in the store.
//!
//! Dovecot waits half a second, a constant of its own, between seeing a change in a mailbox and telling an idle client. A
//! connection that it has put to sleep (imap-hibernate) is told at once, so that is what is measured with. A plain client
//! that idles beside the engine shows what the server's own part is.

use crate::engine_run::Run;
use crate::{Figure, median};
use std::sync::mpsc;
use std::time::{Duration, SystemTime};
use testkit::imap::Imap;
use testkit::mail::kinds::{self, Occasion};
use testkit::mail::{Person, Random, words};
use testkit::{Dovecot, Options};

const SLEEP: &str = "
imap_hibernate_timeout = 1s
service imap {
  unix_listener imap-master {
    mode = 0600
  }
}
service imap-hibernate {
  chroot =
  unix_listener imap-hibernate {
    mode = 0600
  }
}
";

pub fn measure() -> Vec<Figure> {
    let asleep = series(SLEEP, 50, Duration::from_millis(1_300));
    let awake = series("", 10, Duration::ZERO);
    let worst = asleep.engine.iter().copied().fold(0.0, f64::max);
    let note = format!(
        "median of 50, slowest {worst:.0} ms; a client that only idles hears it after {:.0} ms. From a server that waits half \
         a second first: {:.0} and {:.0} ms",
        median(asleep.floor),
        median(awake.engine),
        median(awake.floor),
    );
    vec![Figure::new("delivery to visible in the store", median(asleep.engine), "ms", 200.0, note)]
}

struct Series {
    engine: Vec<f64>,
    floor: Vec<f64>,
}

// So many deliveries with a pause (longer than the server waits before it puts a connection to sleep) before each.
fn series(extra: &str, deliveries: u32, pause: Duration) -> Series {
    let options = Options { compress: false, extra: extra.to_owned(), ..Options::default() };
    let server = Dovecot::start(options).unwrap();
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
    let told = idling_beside(&server);
    let mut series = Series { engine: Vec::new(), floor: Vec::new() };
    for number in 0..deliveries {
        std::thread::sleep(pause);
        let at = testkit::bulk::NEWEST + i64::from(number) * 60;
        let letter = kinds::plain(Occasion { to: &me, at, random: &mut random }, &words::ENGLISH);
        let delivered = eye.deliver("alice", &letter.bytes()).unwrap();
        run.until("the row", limit, Duration::from_millis(1), |run| run.page(inbox, 0, 1).total > number);
        series.engine.push(milliseconds(delivered, SystemTime::now()));
        series.floor.push(milliseconds(delivered, told.recv_timeout(limit).unwrap()));
    }
    run.end();
    series
}

// A client that idles and says when it hears of another message.
fn idling_beside(server: &Dovecot) -> mpsc::Receiver<SystemTime> {
    let mut client = Imap::connect_tls(server.ports().imaps, server.authority()).unwrap();
    client.login("alice", "pw-alice").unwrap();
    client.run("SELECT INBOX").unwrap();
    client.send("IDLE").unwrap();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        while let Ok(line) = client.response() {
            if line.ends_with(b" EXISTS") && tell.send(SystemTime::now()).is_err() {
                return;
            }
        }
    });
    told
}

fn milliseconds(from: SystemTime, to: SystemTime) -> f64 {
    to.duration_since(from).unwrap_or_default().as_secs_f64() * 1_000.0
}
