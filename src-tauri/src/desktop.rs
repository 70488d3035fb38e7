//! The desktop as the engine and the commands need it: announce, badge, open, ask where to save. Nothing here takes a path or
//! a program from a mail or from the window.

use crate::events::{LinkHeld, OpenMessage};
use crate::window;
use engine::desktop::{Desktop, NewMail};
use engine::error::{Code, UiError};
use engine::view::Id;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tauri::{AppHandle, Manager, WebviewWindow};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tauri_plugin_notification::NotificationExt;
use tauri_plugin_opener::OpenerExt;
use tauri_specta::Event;
use tokio::sync::oneshot;

/// The desktop this program runs on.
pub struct Desk {
    app: AppHandle,
    target: Mutex<Option<Id>>,
    seams: Seams,
}

/// What answers in place of the system in test runs; never set in a release build.
#[derive(Debug, Default)]
struct Seams {
    /// Every question where to save is answered with this folder.
    dialogs: Option<PathBuf>,
    /// Links and files are appended here, one per line, instead of being opened.
    opener: Option<PathBuf>,
}

impl Seams {
    fn from_environment() -> Self {
        let of = |name| cfg!(debug_assertions).then(|| std::env::var_os(name).map(PathBuf::from)).flatten();
        Self { dialogs: of("RESTANTE_TEST_DIALOGS"), opener: of("RESTANTE_TEST_OPENER") }
    }

    /// Whether `what` was noted instead of being opened.
    fn note(&self, what: &str) -> bool {
        use std::io::Write as _;
        let Some(path) = &self.opener else { return false };
        let noted =
            std::fs::File::options().create(true).append(true).open(path).and_then(|mut f| writeln!(f, "{what}"));
        if let Err(error) = noted {
            tracing::error!(%error, "the test's file for opened things cannot be written");
        }
        true
    }
}

impl Desk {
    /// The desktop of this program.
    pub fn new(app: AppHandle) -> Self {
        Self { app, target: Mutex::default(), seams: Seams::from_environment() }
    }

    /// Shows the message of a clicked notification.
    pub fn show_message(&self, message: Id) {
        *self.target.lock().unwrap_or_else(PoisonError::into_inner) = Some(message);
        window::come_forward(&self.app);
        if let Err(error) = (OpenMessage { message }).emit(&self.app) {
            tracing::warn!(%error, "the window could not be told of a clicked notification");
        }
    }

    /// The message of the last clicked notification, once.
    pub fn pick_up_target(&self) -> Option<Id> {
        self.target.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Opens a link in the system's program for it, if the one gate lets it through.
    pub fn open_link(&self, url: &str) -> Result<(), UiError> {
        let link = letter::link::gate(url).map_err(refused)?;
        if self.seams.note(&link.url) {
            return Ok(());
        }
        self.app.opener().open_url(&link.url, None::<&str>).map_err(failed)
    }

    /// A link clicked in a mail. One that pretends to be another host is held, and the window asks.
    pub fn follow(&self, url: &str) {
        let held = match letter::link::gate(url) {
            Ok(link) if link.userinfo => LinkHeld { url: link.url, host: Some(link.host) },
            Ok(link) => match self.open_link(&link.url) {
                Ok(()) => return,
                Err(_) => LinkHeld { url: link.url, host: Some(link.host) },
            },
            Err(_) => LinkHeld { url: url.chars().take(200).collect(), host: None },
        };
        if let Err(error) = held.emit(&self.app) {
            tracing::warn!(%error, "the window could not be told of a link");
        }
    }

    /// Gives a fetched file to the system's program for its type.
    pub fn open_file(&self, path: &Path) -> Result<(), UiError> {
        let text = path.to_string_lossy();
        if self.seams.note(&text) {
            return Ok(());
        }
        self.app.opener().open_path(text, None::<&str>).map_err(failed)
    }

    /// Asks where to save a file of this (already safe) name. None: the person thought better of it.
    pub async fn ask_file(&self, window: &WebviewWindow, name: &str) -> Option<PathBuf> {
        if let Some(folder) = &self.seams.dialogs {
            return Some(folder.join(name));
        }
        ask(window, |dialog, answer| dialog.set_file_name(name).save_file(answer)).await
    }

    /// Asks for files to attach. None chosen: the person thought better of it.
    pub async fn ask_files(&self, window: &WebviewWindow) -> Vec<PathBuf> {
        if let Some(folder) = &self.seams.dialogs {
            // In test runs: all that lies in its folder `attach`.
            let found = std::fs::read_dir(folder.join("attach")).into_iter().flatten().flatten();
            let mut paths: Vec<PathBuf> = found.map(|entry| entry.path()).collect();
            paths.sort();
            return paths;
        }
        let (sender, answer) = oneshot::channel();
        window.dialog().file().set_parent(window).pick_files(move |paths| {
            let _ = sender.send(paths);
        });
        let chosen = answer.await.ok().flatten().unwrap_or_default();
        chosen.into_iter().filter_map(|path| path.into_path().ok()).collect()
    }

    /// Asks for a folder to save into.
    pub async fn ask_folder(&self, window: &WebviewWindow) -> Option<PathBuf> {
        if let Some(folder) = &self.seams.dialogs {
            return Some(folder.clone());
        }
        ask(window, |dialog, answer| dialog.pick_folder(answer)).await
    }
}

/// Takes the system's answer.
type Answer = Box<dyn FnOnce(Option<FilePath>) + Send>;

async fn ask(window: &WebviewWindow, show: impl FnOnce(FileDialogBuilder<tauri::Wry>, Answer)) -> Option<PathBuf> {
    let (sender, answer) = oneshot::channel();
    let mut dialog = window.dialog().file().set_parent(window);
    if let Ok(downloads) = window.path().download_dir() {
        dialog = dialog.set_directory(downloads);
    }
    show(
        dialog,
        Box::new(move |path| {
            // The one who asked may have gone: then nobody wants the answer.
            let _ = sender.send(path);
        }),
    );
    answer.await.ok().flatten()?.into_path().ok()
}

/// A failure of the desktop, for the window.
pub fn failed(error: impl ToString) -> UiError {
    UiError::new(Code::Internal).detail(error)
}

fn refused(reason: letter::link::Refused) -> UiError {
    UiError::new(Code::Invalid).with("field", "url").detail(reason)
}

/// The engine's way to the desktop.
pub struct Announcer(pub AppHandle);

impl Desktop for Announcer {
    fn announce(&self, mail: NewMail) {
        let (title, body) = words(&mail);
        let shown = self.0.notification().builder().title(title).body(body).extra("message", mail.message).show();
        if let Err(error) = shown {
            tracing::warn!(%error, "new mail could not be announced");
        }
    }

    fn came_from_outside(&self, file: &Path) {
        if let Err(error) = mark(file) {
            tracing::error!(%error, "a file could not be marked as coming from outside");
        }
    }

    fn badge(&self, unread: u32) {
        let app = self.0.clone();
        let set = self.0.run_on_main_thread(move || {
            if let Some(window) = app.get_webview_window(window::LABEL) {
                let _ = window.set_badge_count((unread > 0).then_some(i64::from(unread)));
            }
        });
        if let Err(error) = set {
            tracing::debug!(%error, "no badge");
        }
    }
}

/// Title and body of an announcement. Only the body is markup to the desktops of Linux, so only it is escaped there.
fn words(mail: &NewMail) -> (String, String) {
    let title = if mail.from.is_empty() { mail.label.clone() } else { mail.from.clone() };
    let mut body = mail.subject.clone();
    if mail.count > 1 {
        body.push_str(&format!("\n+{} · {}", mail.count - 1, mail.label));
    } else if body.is_empty() {
        body.clone_from(&mail.label);
    }
    let body = if cfg!(target_os = "linux") {
        body.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    } else {
        body
    };
    (title, body)
}

/// Marks a file as coming from outside, in the system's own way. On Linux nothing warns, so it must not be executable.
#[cfg(unix)]
fn mark(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(file)?.permissions().mode();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode & !0o111))?;
    #[cfg(target_os = "macos")]
    {
        // Flags, time (hexadecimal), who fetched it: what Gatekeeper reads. The tool is part of the system.
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let status = std::process::Command::new("/usr/bin/xattr")
            .args(["-w", "com.apple.quarantine", &format!("0083;{now:08x};Restante;")])
            .arg(file)
            .status()?;
        if !status.success() {
            return Err(std::io::Error::other("xattr refuses"));
        }
    }
    Ok(())
}

/// Marks a file as coming from outside: the zone "Internet" in the stream that Explorer reads.
#[cfg(windows)]
fn mark(file: &Path) -> std::io::Result<()> {
    let mut stream = file.as_os_str().to_owned();
    stream.push(":Zone.Identifier");
    std::fs::write(stream, "[ZoneTransfer]\r\nZoneId=3\r\n")
}

/// Calls back when one of our notifications is clicked.
pub fn hear_clicks(app: &AppHandle) -> tauri_plugin_notification::Result<()> {
    let desk = app.clone();
    app.notification().on_action(move |action| {
        let message = action.notification().and_then(|n| n.extra().get("message")).and_then(serde_json::Value::as_u64);
        if let Some(message) = message.and_then(|m| Id::try_from(m).ok()) {
            desk.state::<Desk>().show_message(message);
        }
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_from_outside_cannot_run() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("run.sh");
        std::fs::write(&file, "#!/bin/sh").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o777)).unwrap();
        mark(&file).unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o666);
    }

    #[test]
    fn an_announcement_names_sender_and_subject_and_is_no_markup() {
        let mail = |count, subject: &str| NewMail {
            account: 1,
            label: "Home".into(),
            message: 7,
            from: "Inès <i@x.example>".into(),
            subject: subject.into(),
            count,
        };
        let (title, body) = words(&mail(1, "Tom & <img src=http://x>"));
        assert_eq!(title, "Inès <i@x.example>");
        if cfg!(target_os = "linux") {
            assert_eq!(body, "Tom &amp; &lt;img src=http://x&gt;");
        }
        assert_eq!(words(&mail(1, "")).1, "Home");
        assert_eq!(words(&mail(12, "Hi")).1, "Hi\n+11 · Home");
    }
}
