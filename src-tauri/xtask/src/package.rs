//! `cargo xtask package`: what a person installs, made by Tauri's bundler with the profile `dist`.

use crate::process;
use crate::setup::{self, Need};
use testkit::Result;

// The same line of versions as the `tauri` crate.
const BUNDLER: &str = "@tauri-apps/cli@2";

/// Builds packages of this system; more arguments go to the bundler (`--bundles deb`).
///
/// # Errors
/// Something is missing or does not build.
pub fn run(arguments: &[String]) -> Result<()> {
    setup::system(&[Need::Build, Need::Packages])?;
    setup::modules()?;
    let mut build = if process::answer("cargo-tauri", &["--version"]).is_some() {
        process::cargo(&["tauri", "build"])
    } else {
        let npx = if cfg!(windows) { "npx.cmd" } else { "npx" };
        process::command(npx, &["--yes", BUNDLER, "build"])
    };
    build.args(arguments).args(["--", "--profile", "dist"]);
    process::must(build)
}
