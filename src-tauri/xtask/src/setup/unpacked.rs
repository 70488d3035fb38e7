//! Cyrus, Courier and Postfix, which the tests run beside Dovecot. The packages of mail servers exclude each other, so theirs are
//! fetched and unpacked into the target folder; only libraries that they need are installed.

use super::{as_root, install, system};
use crate::process;
use std::path::{Path, PathBuf};
use std::process::Command;
use testkit::servers::{self, COURIER, CYRUS, POSTFIX, Unpacked};
use testkit::{Context, Error, Result};

// Beside what was unpacked: its packages and the release they are of, then the libraries they need, a line each.
const MARKER: &str = ".unpacked";

// Needed by programs that nobody starts here, and large.
const UNUSED: [&str; 1] = ["libclamav"];

/// Unpacks those that are not there.
///
/// # Errors
/// They could not be fetched; or there is no apt, and the person must act.
pub fn other_servers() -> Result<()> {
    [CYRUS, COURIER, POSTFIX].iter().try_for_each(|server| {
        if !system::is_debian() {
            return server.root().map(drop).map_err(|_| Error::new(by_hand(server)));
        }
        let there = servers::folder().join(server.name);
        let head = head(server);
        let marker = std::fs::read_to_string(there.join(MARKER)).unwrap_or_default();
        let mut lines = marker.lines();
        if lines.next() == Some(head.as_str()) && server.root().is_ok() {
            // A target folder outlives the system that it was made on, in a build machine's cache for one.
            return install(&lines.collect::<Vec<_>>());
        }
        println!(
            "{} is not to be installed beside Dovecot. These Debian packages will be fetched, and unpacked into {}:\n  {}",
            server.name,
            there.display(),
            server.packages.join(" ")
        );
        unpack(server, &there, &head)
    })
}

fn unpack(server: &Unpacked, there: &Path, head: &str) -> Result<()> {
    let folder = servers::folder();
    std::fs::create_dir_all(&folder).context(folder.display())?;
    let scratch = tempfile::Builder::new().prefix(".fetch-").tempdir_in(&folder).context(folder.display())?;
    let tree = scratch.path().join("tree");
    let mut libraries = Vec::new();
    for package in fetch(server, scratch.path())? {
        quietly(Command::new("dpkg-deb").arg("-x").arg(&package).arg(&tree))?;
        let depends = quietly(Command::new("dpkg-deb").arg("-f").arg(&package).arg("Depends"))?;
        libraries.extend(of_libraries(&depends, server.packages));
    }
    libraries.sort();
    libraries.dedup();
    install(&libraries.iter().map(String::as_str).collect::<Vec<_>>())?;
    let marker = tree.join(MARKER);
    std::fs::write(&marker, format!("{head}\n{}\n", libraries.join("\n"))).context(marker.display())?;
    // What is there is whole or of no use: put in its place in one step.
    if there.exists() {
        std::fs::remove_dir_all(there).context(there.display())?;
    }
    std::fs::rename(&tree, there).context(there.display())?;
    server.root().map(drop)
}

// The files of the packages. apt's lists may be empty on a fresh machine, and old on another: then once more with new ones.
fn fetch(server: &Unpacked, into: &Path) -> Result<Vec<PathBuf>> {
    let download = || {
        // Root would fetch as another user, who cannot write here.
        let options = ["-q", "-o", "APT::Sandbox::User=root", "download"];
        quietly(Command::new("apt-get").args(options).args(server.packages).current_dir(into))
    };
    if download().is_err() {
        println!("apt does not find them; its lists will be updated.");
        as_root("apt-get update -q", "apt-get update")?;
        download()?;
    }
    let files = std::fs::read_dir(into).context(into.display())?.flatten().map(|entry| entry.path());
    Ok(files.filter(|path| path.extension().is_some_and(|extension| extension == "deb")).collect())
}

// Names of the libraries in a `Depends:` (deb-control(5)): of alternatives the first, and none that is unpacked anyway.
fn of_libraries(depends: &str, unpacked: &[&str]) -> Vec<String> {
    let name = |dependency: &str| {
        let name = dependency.split(['(', ':']).next().unwrap_or_default();
        name.trim().to_owned()
    };
    let choices = depends.split(',').map(|one| one.split('|').map(name).collect::<Vec<_>>());
    choices
        .filter(|choice| !choice.iter().any(|name| unpacked.contains(&name.as_str())))
        .filter_map(|choice| choice.into_iter().next())
        .filter(|name| name.starts_with("lib") && !UNUSED.iter().any(|unused| name.starts_with(unused)))
        .collect()
}

fn head(server: &Unpacked) -> String {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let release = release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME=")).unwrap_or_default();
    let architecture = process::answer("dpkg", &["--print-architecture"]).unwrap_or_default();
    format!("{} {release} {architecture}", server.packages.join(" "))
}

fn by_hand(server: &Unpacked) -> String {
    format!(
        "Missing on this system: {}. There is no apt here to fetch it with.\nPlease unpack these packages of Debian 12, \
         install the libraries that they need, and run the same command again:\n  {} into {}",
        server.name,
        server.packages.join(" "),
        servers::folder().join(server.name).display()
    )
}

// What a program prints; where it fails, its words are the error.
fn quietly(command: &mut Command) -> Result<String> {
    let output = command.output().context(format!("starting {}", process::shown(command)))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(Error::new(format!("{}: {}\n{words}", process::shown(command), output.status)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn libraries_of_a_package() {
        let depends = "cyrus-common (= 3.6), default-mta | mail-transport-agent, libc6 (>= 2.34), libgamin0 | libfam0, \
                       libclamav12 (>= 1), libdb5.3, libpam0g:amd64 | libpam1";
        assert_eq!(super::of_libraries(depends, &["cyrus-common", "libgamin0"]), ["libc6", "libdb5.3", "libpam0g"]);
    }
}
