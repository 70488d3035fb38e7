//! A screen where there is none, and a keyring that is not the person's.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use testkit::child::Guarded;
use testkit::{Context, Result, wait_for};

/// A screen in memory, with a window manager on it. Ends when dropped.
pub struct Screen {
    /// `:N`.
    pub display: String,
    _manager: Guarded,
    _server: Guarded,
}

impl Screen {
    /// Starts one of that size on a number that nobody has.
    ///
    /// # Errors
    /// Xvfb or openbox do not start.
    pub fn start(width: u32, height: u32) -> Result<Self> {
        let number = (90..1_000)
            .find(|n| {
                !Path::new(&format!("/tmp/.X11-unix/X{n}")).exists() && !Path::new(&format!("/tmp/.X{n}-lock")).exists()
            })
            .context("a number for a screen")?;
        let display = format!(":{number}");
        let size = format!("{width}x{height}x24");
        let mut server = Command::new("Xvfb");
        server.args([&display, "-screen", "0", &size, "-nolisten", "tcp"]);
        let server = Guarded::foreground(&server, None)?;
        let socket = format!("/tmp/.X11-unix/X{number}");
        wait_for("Xvfb", Duration::from_secs(15), || Path::new(&socket).exists().then_some(()))?;
        let mut manager = Command::new("openbox");
        manager.env("DISPLAY", &display).env_remove("WAYLAND_DISPLAY");
        Ok(Self { _manager: Guarded::foreground(&manager, None)?, _server: server, display })
    }

    /// What is on it, as a picture file.
    ///
    /// # Errors
    /// ImageMagick does not do it.
    pub fn picture(&self, file: &Path) -> Result<()> {
        let mut import = Command::new("import");
        import.args(["-window", "root"]).arg(file).env("DISPLAY", &self.display);
        crate::process::must(import)
    }
}

/// Whether somebody sits before a screen.
pub fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(not(target_os = "linux")) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// The same command within a D-Bus session and a keyring of its own, whose home is `home`: nothing of the person's is
/// touched, and nothing is left.
pub fn within_own_session(command: &Command, home: &Path) -> Command {
    const UNLOCK: &str = r#"printf demo | gnome-keyring-daemon --unlock --components=secrets --control-directory="$HOME" >/dev/null 2>&1; exec "$@""#;
    let mut outer = Command::new("dbus-run-session");
    outer.args(["--", "sh", "-c", UNLOCK, "session"]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        outer.env(name, value.unwrap_or_default());
    }
    // Where the right to draw on the screen is kept when nobody says so.
    let authority = std::env::var_os("XAUTHORITY").unwrap_or_else(|| {
        let mut path = std::env::var_os("HOME").unwrap_or_default();
        path.push(OsString::from("/.Xauthority"));
        path
    });
    outer.env("XAUTHORITY", authority).env("HOME", home);
    for name in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
        outer.env_remove(name);
    }
    outer
}
