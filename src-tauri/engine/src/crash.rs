//! Numbered steps at which a test lets the program die, as if the power had gone: before and after each commit of the store, and
//! where a command to a server has just been sent. `RESTANTE_CRASH_AT=n` aborts at the n-th; without it this is one look at a number.
//! How many steps a run has says `RESTANTE_CRASH_COUNT=file`: the file grows by a byte with each.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

static STEPS: AtomicU64 = AtomicU64::new(0);

/// What a test asks for.
enum Asked {
    Nothing,
    Die(u64),
    Count(PathBuf),
}

/// Passes a step, or dies at it.
pub(crate) fn step() {
    static ASKED: OnceLock<Asked> = OnceLock::new();
    let asked = ASKED.get_or_init(|| {
        let at = std::env::var("RESTANTE_CRASH_AT").ok().and_then(|n| n.parse().ok());
        let count = std::env::var_os("RESTANTE_CRASH_COUNT");
        at.map(Asked::Die).or(count.map(|c| Asked::Count(c.into()))).unwrap_or(Asked::Nothing)
    });
    match asked {
        Asked::Nothing => {}
        Asked::Die(at) if STEPS.fetch_add(1, Ordering::Relaxed) + 1 == *at => std::process::abort(),
        Asked::Die(_) => {}
        Asked::Count(file) => {
            let file = std::fs::OpenOptions::new().append(true).create(true).open(file);
            let _ = file.and_then(|mut f| f.write_all(b"."));
        }
    }
}
