//! Opening the short text of a message with a long attachment.

use crate::Figure;
use crate::engine_run::Run;
use engine::view::BodyView;
use std::time::Duration;
use testkit::imap::Imap;
use testkit::mail::kinds::{self, Occasion};
use testkit::mail::{Person, Random};
use testkit::{Dovecot, Options, Proxy};

pub fn measure() -> Vec<Figure> {
    let server = Dovecot::start(Options { compress: false, ..Options::default() }).unwrap();
    let me = Person::new("Alice", "alice@meadow.example");
    let occasion = Occasion { to: &me, at: testkit::bulk::NEWEST, random: &mut Random::new(1) };
    let letter = kinds::large(occasion, 20_000_000);
    let mut client = Imap::connect_tls(server.ports().imaps, server.authority()).unwrap();
    client.login("alice", "pw-alice").unwrap();
    client.append("INBOX", "", letter.date(), &letter.bytes()).unwrap();

    let proxy = Proxy::to(server.ports().imaps).unwrap();
    let profile = tempfile::tempdir().unwrap();
    let run = Run::begin(profile.path());
    run.add(proxy.port(), server.fingerprint());
    let limit = Duration::from_secs(60);
    run.until("the message", limit, Duration::from_millis(10), |run| {
        run.inbox().is_some_and(|inbox| inbox.here >= 1) && run.up_to_date()
    });
    let inbox = run.inbox().unwrap().id;
    let message = run.page(inbox, 0, 1).rows.first().unwrap().message;
    let mut before = 0;
    let mut silence = |run: &Run| {
        run.until("silence", limit, Duration::from_millis(500), |_| {
            std::mem::replace(&mut before, proxy.meter().total()) == proxy.meter().total()
        })
    };
    silence(&run);
    proxy.meter().reset();
    run.runtime.block_on(run.engine.open_message(message)).unwrap();
    let took = run.until("its text", limit, Duration::from_millis(1), |run| {
        let view = run.runtime.block_on(run.engine.message(message)).unwrap();
        matches!(view.body, BodyView::Ready { .. })
    });
    silence(&run);
    let bytes = proxy.meter().total();
    run.end();
    let note = format!("text of 3 KB beside 20 MB, shown after {:.0} ms", took.as_secs_f64() * 1_000.0);
    vec![Figure::new("bytes to open a message", bytes as f64 / 1_024.0, "KB", 20.0, note)]
}
