//! Packages by system.

use super::Need;
use crate::process;
use testkit::{Error, Result};

/// Debian's names, for Debian 12 and what is made of it.
pub fn debian_packages(need: Need) -> &'static [&'static str] {
    match need {
        // bubblewrap and xdg-dbus-proxy are the walls around the process that shows mail.
        Need::Build => &["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev", "bubblewrap", "xdg-dbus-proxy"],
        Need::Screen => &[
            "xvfb",
            "openbox",
            "dbus",
            "gnome-keyring",
            "imagemagick",
            "fonts-noto-core",
            "fonts-noto-cjk",
            "fonts-noto-color-emoji",
        ],
        // python3 reads what we write, as a second reader; the dictionary finds what is spelt wrong in it.
        Need::Driver => {
            &["webkit2gtk-driver", "libsecret-tools", "x11-utils", "at-spi2-core", "python3", "hunspell-en-us"]
        }
        // uidmap lets whoever is not root run Postfix, whose parts are several users.
        Need::Servers => &["dovecot-imapd", "dovecot-lmtpd", "uidmap"],
        Need::Packages => &["file", "librsvg2-dev", "xdg-utils"],
    }
}

/// Whether apt can be asked.
pub fn is_debian() -> bool {
    cfg!(target_os = "linux") && process::exists("apt-get") && process::exists("dpkg-query")
}

/// Takes out what this system has no need of, and refuses what it cannot have.
pub fn on_this_system(needs: &[Need]) -> Result<Vec<Need>> {
    if cfg!(target_os = "linux") {
        return Ok(needs.to_vec());
    }
    if needs.contains(&Need::Servers) {
        return Err(Error::new(
            "This command starts a real Dovecot, for which it needs Linux (a container or a virtual machine will do).\n\
             Here: cargo xtask run, and cargo test -p letter -p engine --lib.",
        ));
    }
    Ok(needs.iter().copied().filter(|need| *need == Need::Build).collect())
}

/// A look that needs no package manager.
pub fn probably_there(need: Need) -> bool {
    let programs = |names: &[&str]| names.iter().all(|name| process::exists(name));
    match need {
        Need::Build if cfg!(target_os = "linux") => {
            programs(&["cc", "pkg-config", "bwrap", "xdg-dbus-proxy"])
                && process::answer("pkg-config", &["--exists", "webkit2gtk-4.1"]).is_some()
        }
        Need::Build if cfg!(target_os = "macos") => process::answer("xcode-select", &["-p"]).is_some(),
        // Rust itself does not link on Windows without them, and the webview comes with the system.
        Need::Build => true,
        Need::Screen => programs(&["Xvfb", "openbox", "dbus-run-session", "gnome-keyring-daemon", "import"]),
        Need::Driver => programs(&["WebKitWebDriver", "secret-tool", "xprop", "python3"]),
        Need::Servers => programs(&["dovecot", "doveadm"]),
        Need::Packages => true,
    }
}

/// The command to type, by the package manager that is here.
pub fn what_to_install(missing: &[Need]) -> String {
    if cfg!(target_os = "macos") {
        return "Please install the developer tools:\n  xcode-select --install".into();
    }
    type Packages = fn(Need) -> &'static str;
    let managers: [(&str, &str, Packages); 3] = [
        ("dnf", "sudo dnf install", |need| match need {
            Need::Build => "gcc gcc-c++ make pkgconf webkit2gtk4.1-devel bubblewrap xdg-dbus-proxy",
            Need::Screen => {
                "xorg-x11-server-Xvfb openbox dbus-daemon gnome-keyring ImageMagick google-noto-sans-fonts \
                 google-noto-sans-cjk-fonts google-noto-color-emoji-fonts"
            }
            Need::Driver => "webkit2gtk-driver libsecret xprop at-spi2-core hunspell-en-US",
            Need::Servers => "dovecot",
            Need::Packages => "file librsvg2-devel xdg-utils",
        }),
        ("pacman", "sudo pacman -S --needed", |need| match need {
            Need::Build => "base-devel webkit2gtk-4.1 bubblewrap xdg-dbus-proxy",
            Need::Screen => {
                "xorg-server-xvfb openbox dbus gnome-keyring imagemagick noto-fonts noto-fonts-cjk noto-fonts-emoji"
            }
            Need::Driver => "webkit2gtk-4.1 libsecret xorg-xprop at-spi2-core hunspell-en_us",
            Need::Servers => "dovecot23",
            Need::Packages => "file librsvg xdg-utils",
        }),
        ("zypper", "sudo zypper install", |need| match need {
            Need::Build => "gcc gcc-c++ make pkg-config webkit2gtk3-devel bubblewrap xdg-dbus-proxy",
            Need::Screen => {
                "xorg-x11-server-Xvfb openbox dbus-1-daemon gnome-keyring ImageMagick noto-sans-fonts \
                 noto-sans-cjk-fonts noto-coloremoji-fonts"
            }
            Need::Driver => "webkit2gtk-driver libsecret-tools xprop at-spi2-core myspell-en_US",
            Need::Servers => "dovecot23",
            Need::Packages => "file librsvg-devel xdg-utils",
        }),
    ];
    let lines: Vec<&str> = missing.iter().map(|need| what_for(*need)).collect();
    let why = format!("Missing on this system: {}.", lines.join("; "));
    match managers.iter().find(|(program, ..)| process::exists(program)) {
        Some((_, command, packages)) => {
            let packages: Vec<&str> = missing.iter().map(|need| packages(*need)).collect();
            format!("{why}\nPlease install, then run the same command again:\n  {command} {}", packages.join(" "))
        }
        None => {
            let packages: Vec<&str> = missing.iter().flat_map(|need| debian_packages(*need)).copied().collect();
            format!("{why}\nPlease install what Debian calls:\n  {}", packages.join(" "))
        }
    }
}

fn what_for(need: Need) -> &'static str {
    match need {
        Need::Build => "a C compiler, WebKitGTK 4.1 with its headers, bubblewrap, xdg-dbus-proxy",
        Need::Screen => "Xvfb, openbox, D-Bus, gnome-keyring, ImageMagick, the Noto fonts",
        Need::Driver => "WebKitWebDriver, secret-tool, xprop",
        Need::Servers => "Dovecot 2.3",
        Need::Packages => "tools for packages",
    }
}

/// Whether cargo-nextest is here, after an attempt to get it. Without it `cargo test` does the same work, slower.
pub fn nextest() -> bool {
    let here = || process::answer("cargo-nextest", &["nextest", "--version"]).is_some();
    if here() {
        return true;
    }
    println!("cargo-nextest is missing; installing it.");
    process::must(process::cargo(&["install", "cargo-nextest", "--locked"])).is_ok() && here()
}
