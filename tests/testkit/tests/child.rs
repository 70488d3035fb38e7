//! Programs that cannot outlive their owner.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(unix)]

use std::process::Command;
use testkit::child::Guarded;
use testkit::{BUSY, wait_for};

#[test]
fn the_exit_code_is_told() {
    let mut program = Command::new("sh");
    program.args(["-c", "exit $CODE"]).env("CODE", "7");
    let mut program = Guarded::foreground(&program, None).unwrap();
    assert_eq!(wait_for("the end", BUSY, || program.ended().unwrap()).unwrap(), 7);
}

#[test]
fn it_ends_with_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let mut program = Command::new("sh");
    program.args(["-c", "echo $$ > pid.new && mv pid.new pid && sleep 1000"]).current_dir(folder.path());
    let guarded = Guarded::foreground(&program, Some(folder.path())).unwrap();
    let pid = wait_for("its start", BUSY, || std::fs::read_to_string(&file).ok()).unwrap();
    let process = std::path::PathBuf::from("/proc").join(pid.trim());
    assert!(!cfg!(target_os = "linux") || process.exists());
    drop(guarded);
    wait_for("its end", BUSY, || (!process.exists() && !folder.path().exists()).then_some(())).unwrap();
}
