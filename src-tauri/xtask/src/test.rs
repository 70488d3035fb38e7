//! `cargo xtask test`: every check there is, the cheap ones first, all of them even after a failure. The last line counts.

mod count;

use crate::process::{self, cargo, npm};
use crate::run::BUILT_WINDOW;
use crate::setup::{self, Need};
use count::Count;
use std::process::Command;
use std::time::{Duration, Instant};
use testkit::Result;

struct Outcome {
    name: &'static str,
    count: Count,
    took: Duration,
}

/// True where everything passed.
///
/// # Errors
/// The machine lacks something that could not be installed.
pub fn run() -> Result<bool> {
    let start = Instant::now();
    setup::system(&[Need::Build, Need::Screen, Need::Driver, Need::Servers])?;
    setup::other_servers()?;
    setup::modules()?;
    let nextest = setup::nextest();
    let workspace = ["--workspace", "--features", BUILT_WINDOW];
    let mut clippy = cargo(&["clippy", "--all-targets"]);
    clippy.args(workspace).args(["--", "-D", "warnings"]);
    let mut tests =
        if nextest { cargo(&["nextest", "run", "--no-fail-fast"]) } else { cargo(&["test", "--no-fail-fast"]) };
    tests.args(workspace);
    let outcomes = [
        step("fmt", cargo(&["fmt", "--all", "--check", "--", "--color", "never"]), count::check),
        step("ui: build", npm(&["run", "--silent", "build"]), count::check),
        step("ui: eslint", npm(&["run", "--silent", "lint"]), count::check),
        step("ui: svelte-check", npm(&["run", "--silent", "check"]), count::check),
        step("ui: vitest", npm(&["run", "--silent", "test"]), count::vitest),
        step("clippy", clippy, count::check),
        step("cargo tests", tests, if nextest { count::nextest } else { count::cargo_test }),
    ];
    Ok(report(&outcomes, start.elapsed()))
}

fn step(name: &'static str, mut command: Command, count: fn(bool, &str) -> Count) -> Outcome {
    println!("\n── {name}: {}", process::shown(&command));
    // Colours would be in the way of counting.
    command.env("NO_COLOR", "1").env("CARGO_TERM_COLOR", "never").env_remove("FORCE_COLOR");
    let start = Instant::now();
    let count = match process::watched(&mut command) {
        Ok((status, text)) => count(status.success(), &text),
        Err(words) => {
            println!("{words}");
            count::check(false, "")
        }
    };
    Outcome { name, count, took: start.elapsed() }
}

fn report(outcomes: &[Outcome], took: Duration) -> bool {
    let mut sum = Count::default();
    println!("\n{:<18} {:>7} {:>7} {:>8} {:>9}", "", "passed", "failed", "skipped", "time");
    for outcome in outcomes {
        let Count { passed, failed, skipped } = outcome.count;
        println!("{:<18} {passed:>7} {failed:>7} {skipped:>8} {:>8.1}s", outcome.name, outcome.took.as_secs_f64());
        sum = sum + outcome.count;
    }
    println!("{:<18} {:>34.1}s", "", took.as_secs_f64());
    if sum.skipped > 0 {
        println!("A skipped test counts as failed: nothing is skipped in silence.");
        sum.failed += sum.skipped;
    }
    println!("\n{} passed, {} failed", sum.passed, sum.failed);
    sum.failed == 0
}
