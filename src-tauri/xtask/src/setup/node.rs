//! Node, and the packages that the window is built with.

use crate::process;
use testkit::authority::sha256_hex;
use testkit::{Context, Error, Result};

const OLDEST: u32 = 20;

/// Installs what `ui/package-lock.json` names, unless that is what is installed.
///
/// # Errors
/// There is no Node of a usable age, or npm fails.
pub fn modules() -> Result<()> {
    node()?;
    let ui = process::root().join("ui");
    let lock = std::fs::read(ui.join("package-lock.json")).context("ui/package-lock.json")?;
    let wanted = sha256_hex(&lock);
    let stamp = ui.join("node_modules/.installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    process::must(process::npm(&["ci", "--no-audit", "--no-fund"]))?;
    std::fs::write(&stamp, wanted).context(stamp.display())
}

fn node() -> Result<()> {
    let advice = format!(
        "Please install Node {OLDEST} or newer with npm: https://nodejs.org/en/download\n  \
         (macOS: brew install node; Windows: winget install OpenJS.NodeJS.LTS; Fedora: dnf install nodejs npm)"
    );
    let version = process::answer("node", &["--version"]).context(&advice)?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|number| number.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST) {
        return Err(Error::new(format!("Node is {version}.\n{advice}")));
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    process::answer(npm, &["--version"]).context(&advice).map(drop)
}
