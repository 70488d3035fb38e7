//! A million messages of three accounts: what it takes to write and join them, pages of lists anywhere in them, and search.

use crate::{Figure, program};
use engine::figures::{again, lists, make, search};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// As many as are asked for; fewer where the run is a short one.
const MESSAGES: u32 = 1_000_000;

/// Where the store is left for the measurements through the window (`RESTANTE_MILLION`); else it goes in the end.
fn kept() -> Option<PathBuf> {
    std::env::var_os("RESTANTE_MILLION").map(PathBuf::from)
}

fn ms(list: &[Duration], share: usize) -> f64 {
    let at = (list.len() * share / 100).min(list.len().saturating_sub(1));
    list.get(at).map_or(f64::NAN, |d| d.as_secs_f64() * 1_000.0)
}

pub fn measure(asked: Option<usize>) -> Vec<Figure> {
    let messages = asked.and_then(|n| u32::try_from(n).ok()).unwrap_or(MESSAGES);
    let folder = tempfile::tempdir().unwrap();
    let profile = kept().unwrap_or_else(|| folder.path().to_owned());
    std::fs::create_dir_all(&profile).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut figures = Vec::new();
    if !profile.join("mail.sqlite").exists() {
        figures.extend(made(&runtime, &profile, messages));
    }
    figures.extend(pages(&runtime, &profile));
    figures.extend(searched(&runtime, &profile, messages));
    figures.extend(program::started("start to list on screen, all of it cached", &profile, 1.2));
    figures.extend(program::at_rest(&profile));
    figures
}

fn made(runtime: &tokio::runtime::Runtime, profile: &Path, messages: u32) -> Vec<Figure> {
    let made = runtime.block_on(make(profile, messages)).unwrap();
    let all = made.joining.as_secs_f64() / f64::from(messages) * f64::from(MESSAGES);
    let note =
        format!("{messages} messages, {} conversations; written in {:.1} s", made.threads, made.writing.as_secs_f64());
    let single = format!("median; p99 {:.2} ms", ms(&made.single, 99));
    vec![
        Figure::new("joining 1,000,000 messages, from headers", all, "s", 20.0, note),
        Figure::new("one more message, with its transaction", ms(&made.single, 50), "ms", 2.0, single),
    ]
}

fn pages(runtime: &tokio::runtime::Runtime, profile: &Path) -> Vec<Figure> {
    let found = runtime.block_on(lists(profile)).unwrap();
    let note = |list: &[Duration]| format!("median {:.2} ms", ms(list, 50));
    let first =
        format!("median; p99 {:.2} ms; first of a process {:.2} ms", ms(&found.first, 99), ms(&[found.cold], 0));
    vec![
        Figure::new("first page of all inboxes as conversations", ms(&found.first, 50), "ms", 5.0, first),
        Figure::new("the same at any offset: p99", ms(&found.pages, 99), "ms", 5.0, note(&found.pages)),
        Figure::new("all mail by message, any offset: p99", ms(&found.single, 99), "ms", 5.0, note(&found.single)),
    ]
}

fn searched(runtime: &tokio::runtime::Runtime, profile: &Path, messages: u32) -> Vec<Figure> {
    let found = runtime.block_on(search(profile)).unwrap();
    let note =
        |list: &[Duration]| format!("{messages} messages, {} searches; median {:.2} ms", list.len(), ms(list, 50));
    #[expect(clippy::cast_precision_loss, reason = "a ratio")]
    let ratio = found.index as f64 / found.text as f64;
    let learnt = format!(
        "{} MB of {} MB; learnt in {:.0} s",
        found.index / 1_000_000,
        found.text / 1_000_000,
        found.learning.as_secs_f64()
    );
    let strokes = format!(
        "{}; slowest {:?} {:.1} ms; all {} hits of the commonest in {:.0} ms",
        note(&found.strokes),
        found.slowest.1,
        ms(&[found.slowest.0], 0),
        found.all.1,
        found.all.0.as_secs_f64() * 1_000.0
    );
    vec![
        Figure::new("search index on disk / text indexed", ratio, "", 0.6, learnt),
        Figure::new("one word, newest 50, cold process: worst", ms(&found.cold, 100), "ms", 80.0, note(&found.cold)),
        Figure::new("one word, newest 50, warm: p99", ms(&found.warm, 99), "ms", 15.0, note(&found.warm)),
        Figure::new("each key stroke of a search: p99", ms(&found.strokes, 99), "ms", 15.0, strokes),
    ]
}

/// One search again and again, under whatever looks on (`perf record`): of the store that `RESTANTE_MILLION` names.
pub fn typed(query: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let all = runtime.block_on(again(&kept().unwrap(), query)).unwrap();
    println!("{query:?}: median {:.2} ms, slowest {:.2} ms", ms(&all, 50), ms(&all, 100));
}
