//! `cargo xtask run` and `dev`: the program as one uses it, and as one changes it.

use crate::process;
use crate::setup::{self, Need};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use testkit::child::Guarded;
use testkit::{Context, Error, Result, wait_for};

/// How it is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build.
    Debug,
    /// Quick to run.
    Release,
}

/// The window is taken from `ui/dist` rather than from a development server.
pub const BUILT_WINDOW: &str = "restante/custom-protocol";

/// Builds the window, then the program around it; returns the program.
///
/// # Errors
/// One of them does not build.
pub fn build(profile: Profile) -> Result<PathBuf> {
    process::must(process::npm(&["run", "--silent", "build"]))?;
    let mut arguments = vec!["build", "--package", "restante", "--features", BUILT_WINDOW];
    let folder = match profile {
        Profile::Debug => "debug",
        Profile::Release => {
            arguments.push("--release");
            "release"
        }
    };
    process::must(process::cargo(&arguments))?;
    Ok(target().join(folder).join(if cfg!(windows) { "restante.exe" } else { "restante" }))
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| process::root().join("target"), PathBuf::from)
}

/// Builds for use, and runs.
///
/// # Errors
/// Something is missing, does not build, or ends with a failure.
pub fn run(arguments: &[String]) -> Result<()> {
    setup::system(&[Need::Build])?;
    setup::modules()?;
    let program = build(Profile::Release)?;
    let mut command = Command::new(program);
    command.args(arguments);
    process::must(command)
}

/// Runs with a development server behind the window: edits of the window show at once, edits of the engine after the next
/// start.
///
/// # Errors
/// Something is missing, does not build, or ends with a failure.
pub fn dev(arguments: &[String]) -> Result<()> {
    setup::system(&[Need::Build])?;
    setup::modules()?;
    let url = development_address()?;
    let mut server = Guarded::foreground(&process::npm(&["run", "dev"]), None)?;
    let connects = || std::net::TcpStream::connect(&url).is_ok();
    wait_for("the development server", Duration::from_secs(30), || {
        let ended = matches!(server.ended(), Ok(Some(_)));
        if ended { Some(false) } else { connects().then_some(true) }
    })?
    .then_some(())
    .context("the development server ended")?;
    let mut command = process::cargo(&["run", "--package", "restante", "--"]);
    command.args(arguments);
    process::must(command)
}

// `host:port` of `build.devUrl` in tauri.conf.json.
fn development_address() -> Result<String> {
    let file = std::fs::read_to_string(process::root().join("tauri.conf.json")).context("tauri.conf.json")?;
    let configuration: serde_json::Value = serde_json::from_str(&file).context("tauri.conf.json")?;
    let url = configuration.pointer("/build/devUrl").and_then(|url| url.as_str()).context("build.devUrl")?;
    let address = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/').to_owned());
    address.ok_or_else(|| Error::new(format!("build.devUrl is not http: {url}")))
}
