//! Messages joined into conversations, without a server: what it adds to a sync, and to one message.

use crate::Figure;
use engine::figures::join;
use std::time::Duration;

/// As many as the issue asks for; fewer where the run is a short one.
const MESSAGES: u32 = 1_000_000;

pub fn measure(asked: Option<usize>) -> Vec<Figure> {
    let messages = asked.and_then(|n| u32::try_from(n).ok()).unwrap_or(MESSAGES);
    let profile = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let found = runtime.block_on(join(profile.path(), messages)).unwrap();
    let of = |all: &[Duration], share: usize| {
        all.get(all.len() * share / 100).map_or(f64::NAN, |d| d.as_secs_f64() * 1_000.0)
    };
    let at = |share: usize| of(&found.single, share);
    let note = format!(
        "{messages} messages, {} conversations; written in {:.1} s",
        found.threads,
        found.writing.as_secs_f64()
    );
    let all = found.joining.as_secs_f64() / f64::from(messages) * f64::from(MESSAGES);
    vec![
        Figure::new("joining 1,000,000 messages, from headers", all, "s", 20.0, note),
        Figure::new(
            "one more message, with its transaction",
            at(50),
            "ms",
            2.0,
            format!("median; p99 {:.2} ms", at(99)),
        ),
        Figure::new(
            "first page of all inboxes as conversations",
            of(&found.first, 50),
            "ms",
            5.0,
            format!("{messages} messages; median; p99 {:.2} ms", of(&found.first, 99)),
        ),
        Figure::new(
            "the same at any offset, 99 of 100",
            of(&found.pages, 99),
            "ms",
            5.0,
            format!("median {:.2} ms", of(&found.pages, 50)),
        ),
    ]
}
