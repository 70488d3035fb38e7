//! Search, without a server: the index beside what it is made of, the first page of a word, and each key stroke of it.

use crate::Figure;
use engine::figures::search;

/// As many as the issue asks for; fewer where the run is a short one.
const MESSAGES: u32 = 1_000_000;

pub fn measure(asked: Option<usize>) -> Vec<Figure> {
    let messages = asked.and_then(|n| u32::try_from(n).ok()).unwrap_or(MESSAGES);
    let profile = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let found = runtime.block_on(search(profile.path(), messages)).unwrap();
    let at = |list: &[std::time::Duration], share: usize| {
        list.get((list.len() * share / 100).min(list.len().saturating_sub(1)))
            .map_or(f64::NAN, |d| d.as_secs_f64() * 1_000.0)
    };
    let note = |list: &[std::time::Duration]| {
        format!("{messages} messages, {} searches; median {:.2} ms", list.len(), at(list, 50))
    };
    #[expect(clippy::cast_precision_loss, reason = "a ratio")]
    let ratio = found.index as f64 / found.text as f64;
    vec![
        Figure::new(
            "search index on disk / text indexed",
            ratio,
            "",
            0.6,
            format!(
                "{} MB of {} MB; learnt in {:.0} s",
                found.index / 1_000_000,
                found.text / 1_000_000,
                found.learning.as_secs_f64()
            ),
        ),
        Figure::new("one word, newest 50, cold process: worst", at(&found.cold, 100), "ms", 80.0, note(&found.cold)),
        Figure::new("one word, newest 50, warm: p99", at(&found.warm, 99), "ms", 15.0, note(&found.warm)),
        Figure::new(
            "each key stroke of a search: p99",
            at(&found.strokes, 99),
            "ms",
            15.0,
            format!(
                "{}; all {} hits of the commonest in {:.0} ms",
                note(&found.strokes),
                found.all.1,
                found.all.0.as_secs_f64() * 1_000.0
            ),
        ),
    ]
}
