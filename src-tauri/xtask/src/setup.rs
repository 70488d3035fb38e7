//! What the machine must have. On Debian and its kin what is missing is listed, then installed through apt; elsewhere it is
//! said precisely what to install.

mod node;
mod system;
mod unpacked;

pub use node::modules;
pub use system::nextest;
pub use unpacked::other_servers;

use crate::process;
use std::process::Command;
use testkit::{Context, Error, Result};

/// What a command needs of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// To build the program, and to run it.
    Build,
    /// A screen without a screen, a keyring without a desktop, fonts, pictures of it.
    Screen,
    /// To drive the window.
    Driver,
    /// Real mail servers.
    Servers,
    /// To make packages.
    Packages,
}

/// All there is, for the person who wants it done once.
///
/// # Errors
/// Something is missing and could not be installed.
pub fn everything() -> Result<()> {
    system(&[Need::Build, Need::Screen, Need::Driver, Need::Servers, Need::Packages])?;
    other_servers()?;
    node::modules()?;
    println!("Everything is here{}.", if nextest() { "" } else { ", but cargo-nextest: cargo test will do" });
    Ok(())
}

/// Looks for system packages; installs what is missing, or says how.
///
/// # Errors
/// What is missing could not be installed; or this is not Debian, and the person must act.
pub fn system(needs: &[Need]) -> Result<()> {
    let needs = system::on_this_system(needs)?;
    if system::is_debian() {
        let wanted: Vec<&str> = needs.iter().flat_map(|need| system::debian_packages(*need)).copied().collect();
        return install(&wanted);
    }
    let missing: Vec<Need> = needs.into_iter().filter(|need| !system::probably_there(*need)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::new(system::what_to_install(&missing)))
}

// Installs those of these packages that are not there.
fn install(wanted: &[&str]) -> Result<()> {
    // dpkg-query fails when it does not know one of them, and still tells about the others.
    let output =
        Command::new("dpkg-query").args(["-W", "-f", "${db:Status-Abbrev} ${Package}\n"]).args(wanted).output();
    let output = String::from_utf8_lossy(&output.context("dpkg-query")?.stdout).into_owned();
    let installed: Vec<&str> = output.lines().filter_map(|line| line.strip_prefix("ii ")).map(str::trim).collect();
    let missing: Vec<&str> = wanted.iter().copied().filter(|package| !installed.contains(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join(" ");
    println!("These Debian packages are missing and will be installed:\n  {missing}");
    as_root(
        &format!("{INSTALL} {missing}"),
        &format!("apt-get update && apt-get install --no-install-recommends {missing}"),
    )
}

// Runs a script as root; `by_hand` is what a person is asked to type where we cannot become root.
fn as_root(script: &str, by_hand: &str) -> Result<()> {
    let root = process::answer("id", &["-u"]).as_deref() == Some("0");
    if !root && !process::exists("sudo") {
        return Err(Error::new(format!("There is no sudo here. As root, run:\n  {by_hand}")));
    }
    let mut words = if root { vec![] } else { vec!["sudo"] };
    words.extend(["sh", "-c", script]);
    let (program, arguments) = words.split_first().context("a command")?;
    let status = Command::new(program).args(arguments).status().context("starting apt")?;
    if status.success() { Ok(()) } else { Err(Error::new(format!("apt did not succeed: {status}"))) }
}

// Nothing that is installed here may start as a service: a policy-rc.d that says no, unless there is one already.
const INSTALL: &str = r#"
set -e
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
apt-get update -q
apt-get install -q -y --no-install-recommends"#;
