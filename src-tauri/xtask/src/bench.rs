//! `cargo xtask bench`: builds for speed, measures, prints each figure beside its limit, writes `target/bench.json`.
//!
//! What is measured is in `src-tauri/engine/benches`; here it gets a screen, a keyring and the program. What is painted is measured by
//! journeys through the window ([`painted`]).

mod painted;

use crate::desktop::{self, Screen};
use crate::setup::{self, Need};
use crate::{process, run};
use std::path::{Path, PathBuf};
use std::process::Command;
use testkit::{Context, Result};

/// True where every limit is kept. Arguments go to the measurement (`--messages 10000`, `--only delivery`); `--only painted` is the
/// window alone. With `--profile` a sampling profiler watches the engine's part, and leaves what it saw beside the figures.
///
/// # Errors
/// Something is missing or does not build.
pub fn run(arguments: &[String]) -> Result<bool> {
    let only = arguments.iter().position(|a| a == "--only").and_then(|at| arguments.get(at + 1)).map(String::as_str);
    setup::system(&[Need::Build, Need::Screen, Need::Servers])?;
    setup::modules()?;
    let program = run::build(run::Profile::Release)?;
    let file = run::target().join("bench.json");
    // Made once, for the measurements through the window too.
    let folder = tempfile::Builder::new().prefix("restante-million-").tempdir().context("a folder for the store")?;
    let million = std::env::var_os("RESTANTE_MILLION").map_or_else(|| folder.path().to_owned(), PathBuf::from);
    let mut fine = true;
    if only != Some("painted") {
        fine = engine(arguments, &program, &file, &million)?;
    }
    // WebKitWebDriver is there on Linux alone.
    if only.is_none_or(|only| only == "painted") && cfg!(target_os = "linux") {
        setup::system(&[Need::Driver])?;
        fine &= painted::measure(&program, &file, &million)?;
    }
    println!("The figures are in {}.", file.display());
    Ok(fine)
}

// The engine's own, and the start of the program.
fn engine(arguments: &[String], program: &Path, file: &Path, million: &Path) -> Result<bool> {
    let figures = figures()?;
    let profile = arguments.iter().any(|a| a == "--profile").then(profiler).transpose()?;
    let arguments = arguments.iter().filter(|a| *a != "--profile");
    let home = tempfile::Builder::new().prefix("restante-bench-").tempdir().context("a folder for the bench")?;
    let screen = Screen::start(1_400, 900)?;
    let mut bench = match &profile {
        None => Command::new(figures),
        Some(Profiler { program, words, into, .. }) => {
            let mut watched = Command::new(program);
            watched.args(*words).arg(into).arg("--").arg(figures);
            watched
        }
    };
    bench.args(arguments).env("DISPLAY", &screen.display).env("GDK_BACKEND", "x11").env("WAYLAND_DISPLAY", "");
    bench.env("RESTANTE_PROGRAM", program).env("RESTANTE_FIGURES", file).env("RESTANTE_MILLION", million);
    let status = desktop::within_own_session(&bench, home.path()).status().context("starting the measurement")?;
    if let Some(Profiler { into, show, .. }) = profile {
        println!("The profile: {show} {}", into.display());
    }
    Ok(status.success())
}

/// What samples where time goes, and what shows it as a flame graph.
struct Profiler {
    program: &'static str,
    words: &'static [&'static str],
    into: PathBuf,
    show: &'static str,
}

/// samply runs on all three systems; perf is a package of every Linux.
fn profiler() -> Result<Profiler> {
    let is_there = |program: &str| Command::new(program).arg("--version").output().is_ok_and(|o| o.status.success());
    let all = [
        ("samply", &["record", "--save-only", "--output"][..], "bench-profile.json.gz", "samply load"),
        ("perf", &["record", "--freq=499", "-g", "--output"][..], "bench-profile.perf", "perf report --input"),
    ];
    let found = all.into_iter().find(|(program, ..)| is_there(program));
    let (program, words, file, show) = found
        .context("a profiler: `cargo install samply`, or the package of perf (linux-perf, linux-tools or perf)")?;
    Ok(Profiler { program, words, into: run::target().join(file), show })
}

// Cargo gives the file another name at each build, and tells it in JSON.
fn figures() -> Result<PathBuf> {
    let words = [
        "bench",
        "--package",
        "engine",
        "--bench",
        "figures",
        "--features",
        "figures",
        "--profile",
        "release",
        "--no-run",
    ];
    let mut build = process::cargo(&words);
    println!("$ {}", process::shown(&build));
    build.arg("--message-format=json-render-diagnostics").stderr(std::process::Stdio::inherit());
    let output = build.output().context("starting cargo")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let messages = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let mut found = messages.filter_map(|message| {
        let is_ours = message.pointer("/target/name").is_some_and(|name| name == "figures");
        let file = message.get("executable")?.as_str().map(PathBuf::from);
        file.filter(|_| is_ours)
    });
    found.next_back().context("the measurement does not build")
}
