//! A desktop of a test's own: display, window manager, session bus, unlocked keyring, home, notifications, driver. All of it
//! is one process group that ends with the test, however the test ends.

use crate::notices::Notices;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use testkit::child::Guarded;
use testkit::{Context, Result, free_port, wait_for};

/// Each program may be missing or fail; then its words are in `desk.log`, and no driver answers.
const SCRIPT: &str = r#"
exec >"$1/desk.log" 2>&1
Xvfb -displayfd 3 -screen 0 1440x960x24 -nolisten tcp 3>"$1/display" &
until [ -s "$1/display" ]; do sleep 0.02; done
DISPLAY=":$(cat "$1/display")"; export DISPLAY
openbox --sm-disable &
exec dbus-run-session --config-file="$1/bus.conf" -- sh -c '
  printf %s "$DBUS_SESSION_BUS_ADDRESS" >"$1/bus.new" && mv "$1/bus.new" "$1/bus"
  if [ "$3" = keyring ]; then
    printf test | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null &
  fi
  until [ -e "$1/go" ]; do sleep 0.02; done
  exec WebKitWebDriver --port="$2"' desk "$1" "$2" "$3"
"#;

/// A session bus that starts nothing by itself: what is on it is what a test has put there.
const BUS: &str = r#"<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;

/// A running desktop.
pub struct Desk {
    _group: Guarded,
    folder: PathBuf,
    port: u16,
    /// Notifications shown on it.
    pub notices: Notices,
}

impl Desk {
    /// Starts a desktop whose keyring is unlocked; `canary` is where the webview's requests would go.
    pub fn start(canary: u16) -> Result<Self> {
        Self::with(canary, true)
    }

    /// Starts a desktop, with or without a keyring.
    pub fn with(canary: u16, keyring: bool) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("restante-desk-").tempdir().context("a folder")?.keep();
        for name in ["home", "run", "saved"] {
            std::fs::create_dir(folder.join(name)).context("a folder")?;
        }
        std::fs::set_permissions(folder.join("run"), std::os::unix::fs::PermissionsExt::from_mode(0o700))
            .context("run")?;
        std::fs::write(folder.join("bus.conf"), BUS).context("bus.conf")?;
        let port = free_port()?;
        let of = |name: &str| folder.join(name).display().to_string();
        let environment = [
            format!("HOME={}", of("home")),
            format!("XDG_RUNTIME_DIR={}", of("run")),
            "LANG=C.UTF-8".to_owned(),
            "LANGUAGE=en".to_owned(),
            "TZ=UTC".to_owned(),
            "NO_AT_BRIDGE=1".to_owned(),
            "TAURI_AUTOMATION=true".to_owned(),
            "TAURI_WEBVIEW_AUTOMATION=true".to_owned(),
            format!("RESTANTE_TEST_CANARY=http://127.0.0.1:{canary}"),
            // The web servers of journeys are on this computer, which no mail may ask otherwise.
            "RESTANTE_TEST_PRIVATE_IMAGES=1".to_owned(),
            format!("RESTANTE_TEST_DIALOGS={}", of("saved")),
            format!("RESTANTE_TEST_OPENER={}", of("opened")),
            // Nothing is served from here until a test writes it.
            format!("RESTANTE_TEST_RAW_MAIL={}", of("raw.html")),
        ];
        let mut arguments: Vec<String> =
            ["DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY", "XDG_DATA_HOME", "XDG_CONFIG_HOME"]
                .iter()
                .flat_map(|name| ["-u".to_owned(), (*name).to_owned()])
                .collect();
        arguments.extend(environment);
        let keyring = if keyring { "keyring" } else { "none" };
        arguments.extend(
            ["sh", "-c", SCRIPT, "desk", &folder.display().to_string(), &port.to_string(), keyring].map(str::to_owned),
        );
        let arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
        let group = Guarded::start("/usr/bin/env", &arguments, &folder, None)?;
        let bus =
            wait_for("the session bus", Duration::from_secs(10), || std::fs::read_to_string(folder.join("bus")).ok())
                .map_err(|e| testkit::Error::new(format!("{e}\n{}", log(&folder))))?;
        let notices = Notices::serve(&bus)?;
        std::fs::write(folder.join("go"), "").context("go")?;
        wait_for("the driver", Duration::from_secs(10), || crate::driver::Driver::is_ready(port).then_some(()))
            .map_err(|e| testkit::Error::new(format!("{e}\n{}", log(&folder))))?;
        Ok(Self { _group: group, folder, port, notices })
    }

    /// The driver's port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A folder of the test's own, removed at the end.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where saved files go, since nobody can click a native dialog.
    pub fn saved(&self) -> PathBuf {
        self.folder.join("saved")
    }

    /// Links and files that were given to the system, in order.
    pub fn opened(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.folder.join("opened")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// What the programs of the desktop and the app said.
    pub fn log(&self) -> String {
        log(&self.folder)
    }

    /// Asks the keyring for all it holds, with a program that is not ours.
    pub fn keyring(&self, attribute: &str, value: &str) -> Result<String> {
        let bus = std::fs::read_to_string(self.folder.join("bus")).context("bus")?;
        let found = std::process::Command::new("secret-tool")
            .args(["search", "--all", attribute, value])
            .env("DBUS_SESSION_BUS_ADDRESS", bus.trim())
            .output()
            .context("secret-tool")?;
        Ok(String::from_utf8_lossy(&found.stdout).into_owned() + &String::from_utf8_lossy(&found.stderr))
    }
}

fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("desk.log")).unwrap_or_default()
}
