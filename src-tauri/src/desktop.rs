//! The desktop as the engine and the commands need it: announce, badge, open, ask where to save. Nothing here takes a path or
//! a program from a mail or from the window.

mod mailtos;
mod mark;
mod seams;
mod words;

use self::mailtos::Mailtos;
use self::seams::Seams;
use crate::events::{LinkHeld, OpenMessage, WriteMailto};
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
    mailtos: Mailtos,
    seams: Seams,
}

impl Desk {
    /// The desktop of this program, which was started to write to `mailto`, or for nothing in particular.
    pub fn new(app: AppHandle, mailto: Option<String>) -> Self {
        Self { app, target: Mutex::default(), mailtos: Mailtos::with(mailto), seams: Seams::from_environment() }
    }

    /// Asks the window to write to a `mailto:` address. What is in it is the engine's to judge.
    pub fn write_to(&self, mailto: String) {
        self.mailtos.add(mailto);
        if let Err(error) = WriteMailto.emit(&self.app) {
            tracing::warn!(%error, "the window could not be told of a message to write");
        }
    }

    /// The next `mailto:` address to write to, once.
    pub fn pick_up_mailto(&self) -> Option<String> {
        self.mailtos.take()
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

    /// Opens a link in the system's program for it, if the one gate lets it through; to an address one writes here.
    pub fn open_link(&self, url: &str) -> Result<(), UiError> {
        let link = letter::link::gate(url).map_err(refused)?;
        if link.is_mailto() {
            self.write_to(link.url);
            return Ok(());
        }
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
        let (title, body) = words::words(&mail);
        let shown = self.0.notification().builder().title(title).body(body).extra("message", mail.message).show();
        if let Err(error) = shown {
            tracing::warn!(%error, "new mail could not be announced");
        }
    }

    fn came_from_outside(&self, file: &Path) {
        if let Err(error) = mark::mark(file) {
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
