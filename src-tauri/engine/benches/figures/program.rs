//! The program itself, built for speed (`RESTANTE_PROGRAM`): its start, and what it holds in memory at rest.

use crate::{Figure, median};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// At rest: nothing is asked of it for so long before it is weighed.
const REST: Duration = Duration::from_secs(20);

/// Ends with it.
struct Window(Child);

impl Drop for Window {
    // A kill, not a farewell: what is shown at the next start must not depend on how the program ended.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the program on a profile and waits for its first rows on the screen: it writes a file then.
fn start(profile: &Path) -> Option<(Window, Duration)> {
    let program = std::env::var_os("RESTANTE_PROGRAM")?;
    let ready = profile.join("ready");
    let begun = Instant::now();
    let child = Command::new(&program).arg("--profile").arg(profile).arg("--ready-file").arg(&ready).spawn().unwrap();
    let mut window = Window(child);
    while !ready.exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "no rows on the screen");
        assert!(window.0.try_wait().unwrap().is_none(), "the program ended");
        std::thread::sleep(Duration::from_millis(2));
    }
    let took = begun.elapsed();
    std::fs::remove_file(ready).unwrap();
    Some((window, took))
}

/// From the start of the process to the first rows on the screen.
pub fn started(name: &'static str, profile: &Path, limit: f64) -> Option<Figure> {
    let mut times = Vec::new();
    for round in 0..6 {
        let (window, took) = start(profile)?;
        // The first finds its files cold.
        if round > 0 {
            times.push(took.as_secs_f64());
        }
        drop(window);
    }
    Some(Figure::new(name, median(times), "s", limit, "median of 5, release build"))
}

/// What it holds in memory at rest: engine and shell, with the web view's own processes beside it.
pub fn at_rest(profile: &Path) -> Option<Figure> {
    let (window, _) = start(profile)?;
    std::thread::sleep(REST);
    let own = pss(window.0.id());
    let view: f64 = below(window.0.id()).into_iter().map(pss).sum();
    // What draws where there is no graphics card: Mesa compiles its shaders by LLVM. It is counted, and told.
    let drawing = pss_of(window.0.id(), &["libLLVM", "swrast_dri", "libgallium"]);
    let note = format!(
        "{drawing:.0} MB of it draw in place of a graphics card; the web view's own processes {view:.0} MB more"
    );
    Some(Figure::new("engine and shell at rest, PSS", own, "MB", 120.0, note))
}

/// Megabytes of a process, shared pages by their share (`Pss`).
fn pss(process: u32) -> f64 {
    let rollup = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let found = rollup.lines().find_map(|l| l.strip_prefix("Pss:")?.split_whitespace().next()?.parse::<f64>().ok());
    found.unwrap_or(0.0) / 1_024.0
}

/// Of these, what files whose names hold one of these take.
fn pss_of(process: u32, names: &[&str]) -> f64 {
    let maps = std::fs::read_to_string(format!("/proc/{process}/smaps")).unwrap_or_default();
    let (mut named, mut sum) = (false, 0.0);
    for line in maps.lines() {
        match line.strip_prefix("Pss:") {
            Some(size) if named => {
                sum += size.split_whitespace().next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0);
            }
            Some(_) => {}
            // The first line of a mapping: `address permissions offset device inode path`.
            None if line.split_once(' ').is_some_and(|(at, _)| at.contains('-') && !at.ends_with(':')) => {
                named = names.iter().any(|name| line.contains(name));
            }
            None => {}
        }
    }
    sum / 1_024.0
}

/// The processes that a process has started, and those that they have.
fn below(process: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| {
            let child = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(format!("/proc/{child}/stat")).ok()?;
            let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
            Some((child, parent))
        })
        .collect();
    let mut found = vec![process];
    let mut at = 0;
    while let Some(parent) = found.get(at).copied() {
        found.extend(parents.iter().filter(|(_, p)| *p == parent).map(|(child, _)| *child));
        at += 1;
    }
    found.split_off(1)
}
