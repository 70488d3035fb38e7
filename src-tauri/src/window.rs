//! The one window, and what it refuses: navigation, new windows, downloads, permissions, the network.

use crate::desktop::Desk;
use crate::frame;
use crate::profile::{Options, write_private};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tauri::webview::{NewWindowResponse, PermissionResponse};
use tauri::{AppHandle, Manager, Url, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tokio::sync::Notify;

/// Label of the window; the capability and the `message:` scheme know it by this name.
pub const LABEL: &str = "main";

/// Where the webview believes the network to be: nobody listens at the discard port. Everything the window shows comes by
/// IPC or by schemes of our own, which do not pass here.
const DEAD_END: &str = "http://127.0.0.1:9";

/// When the program began and what it was asked for, for [`painted`].
pub struct Began {
    /// The start of the process, as near as it can be known.
    pub at: Instant,
    /// The command line.
    pub options: Options,
    /// Told when the first rows are on the screen.
    pub painted: Arc<Notify>,
}

/// Size of the window when it was last closed, logical pixels. Its place is the window manager's affair (Wayland does not
/// even tell it).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Shape {
    width: f64,
    height: f64,
    maximized: bool,
}

/// Builds the window.
pub fn open(app: &AppHandle, profile: &Path) -> tauri::Result<WebviewWindow> {
    let config = app.config().app.windows.first().cloned().unwrap_or_default();
    let links = app.clone();
    let mut builder = WebviewWindowBuilder::from_config(app, &config)?
        .data_directory(profile.join("webview"))
        .on_navigation(ours)
        .on_new_window(move |url, _| {
            links.state::<Desk>().follow(url.as_str());
            NewWindowResponse::Deny
        })
        .on_download(|_, _| false)
        .on_permission_request(|_, _| PermissionResponse::Deny);
    if !tauri::is_dev() {
        builder = builder.proxy_url(network());
        #[cfg(windows)]
        {
            // Names of hosts are not even looked up. The first switches are the runtime's own, which ours would replace.
            builder = builder.additional_browser_args(
                "--disable-features=msWebOOUI,msPdfOOUI,msSmartScreenProtection \
                 --host-resolver-rules=\"MAP * ~NOTFOUND, EXCLUDE *.localhost, EXCLUDE 127.0.0.1\" \
                 --webrtc-ip-handling-policy=disable_non_proxied_udp",
            );
        }
    }
    let shape = remembered(profile);
    if let Some(shape) = shape {
        builder = builder.inner_size(shape.width, shape.height).maximized(shape.maximized);
    }
    let window = builder.build()?;
    remember(&window, shape_file(profile));
    #[cfg(target_os = "linux")]
    linux::trim_context_menu(&window)?;
    Ok(window)
}

/// The proxy of the webview; in test runs a canary that records whoever comes by.
fn network() -> Url {
    let canary = cfg!(debug_assertions).then(|| std::env::var("RESTANTE_TEST_CANARY").ok()).flatten();
    let parse = |text: &str| Url::parse(text).ok();
    canary.as_deref().and_then(parse).or_else(|| parse(DEAD_END)).unwrap_or_else(never)
}

fn never() -> Url {
    // Parses by construction; `data:,` would lead nowhere as well.
    #[expect(clippy::expect_used, reason = "a constant that parses")]
    Url::parse("data:,").expect("a URL")
}

/// Whether a frame may go there: the window's own page, and the mail frames.
fn ours(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        frame::SCHEME => url.host_str() == Some("localhost"),
        "about" => matches!(url.path(), "blank" | "srcdoc"),
        "http" | "https" => match url.host_str() {
            Some("tauri.localhost" | "message.localhost") => cfg!(windows),
            Some("localhost") => tauri::is_dev() && url.port() == Some(1420),
            _ => false,
        },
        _ => false,
    }
}

/// Brings the window to the front. False: there is none any more, the program is ending.
pub fn come_forward(app: &AppHandle) -> bool {
    let is_there = app.get_webview_window(LABEL).is_some();
    let handle = app.clone();
    let done = app.run_on_main_thread(move || {
        if let Some(window) = handle.get_webview_window(LABEL) {
            // Each fails only where the window is going away.
            let _ = window.unminimize();
            let _ = window.show();
            let _ = window.set_focus();
        }
    });
    done.inspect_err(|error| tracing::warn!(%error, "the window cannot come forward")).is_ok() && is_there
}

/// Tells whoever started the program that the first rows are on the screen.
pub fn painted(app: &AppHandle) {
    let began = app.state::<Began>();
    let ms = began.at.elapsed().as_millis();
    tracing::info!(ms, "first rows on the screen");
    began.painted.notify_one();
    let Some(file) = &began.options.ready_file else { return };
    let text = serde_json::json!({ "pid": std::process::id(), "milliseconds": u64::try_from(ms).unwrap_or(u64::MAX) });
    if let Err(error) = write_private(file, format!("{text}\n").as_bytes()) {
        tracing::error!(%error, "the ready file cannot be written");
    }
}

fn shape_file(profile: &Path) -> PathBuf {
    profile.join("window.json")
}

fn remembered(profile: &Path) -> Option<Shape> {
    let shape: Shape = serde_json::from_slice(&std::fs::read(shape_file(profile)).ok()?).ok()?;
    let sane = |n: f64, least: f64| n.is_finite() && (least..=20_000.0).contains(&n);
    (sane(shape.width, 320.0) && sane(shape.height, 480.0)).then_some(shape)
}

/// Writes the size down when the window closes; a maximised window keeps the size it had before.
fn remember(window: &WebviewWindow, file: PathBuf) {
    let of = window.clone();
    window.on_window_event(move |event| {
        if !matches!(event, WindowEvent::CloseRequested { .. }) {
            return;
        }
        let now = (|| {
            let maximized = of.is_maximized().ok()?;
            let size = of.inner_size().ok()?.to_logical::<f64>(of.scale_factor().ok()?);
            let before = file.parent().and_then(remembered);
            Some(match before {
                Some(before) if maximized => Shape { maximized, ..before },
                _ => Shape { width: size.width, height: size.height, maximized },
            })
        })();
        let written = now.and_then(|shape| serde_json::to_vec(&shape).ok()).map(|json| write_private(&file, &json));
        if let Some(Err(error)) = written {
            tracing::warn!(%error, "the window's size cannot be kept");
        }
    });
}

#[cfg(target_os = "linux")]
mod linux {
    use tauri::WebviewWindow;
    use webkit2gtk::{ContextMenuAction as Action, ContextMenuExt, ContextMenuItemExt, WebViewExt};

    /// What the menu of the right button keeps: working with text. WebKit's own "open", "download" and "reload" would go
    /// past the link gate or tear the window's page down.
    const KEPT: [Action; 9] = [
        Action::Copy,
        Action::Cut,
        Action::Paste,
        Action::PasteAsPlainText,
        Action::Delete,
        Action::SelectAll,
        Action::CopyLinkToClipboard,
        Action::CopyImageToClipboard,
        Action::InspectElement,
    ];

    pub fn trim_context_menu(window: &WebviewWindow) -> tauri::Result<()> {
        window.with_webview(|webview| {
            webview.inner().connect_context_menu(|_, menu, _, _| {
                for item in menu.items() {
                    if !KEPT.contains(&item.stock_action()) {
                        menu.remove(&item);
                    }
                }
                // An empty menu is not shown at all.
                menu.n_items() == 0
            });
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn frames_go_nowhere_but_home() {
        let home: &[&str] = if cfg!(windows) {
            &["http://tauri.localhost/", "http://message.localhost/v/x/", "about:blank"]
        } else {
            &["tauri://localhost/", "message://localhost/v/x/", "about:blank", "about:srcdoc"]
        };
        for url in home {
            assert!(ours(&Url::parse(url).unwrap()), "{url}");
        }
        for url in [
            "https://example.org/",
            "http://tauri.localhost.evil.example/",
            "http://message.evil.example/",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:1",
            "message://evil/",
            "blob:tauri://localhost/1",
            "about:config",
            "ftp://x/",
        ] {
            assert!(!ours(&Url::parse(url).unwrap()), "{url}");
        }
    }

    #[test]
    fn a_size_out_of_reason_is_forgotten() {
        let profile = tempfile::tempdir().unwrap();
        let write = |text: &str| std::fs::write(shape_file(profile.path()), text).unwrap();
        write(r#"{"width":900,"height":700,"maximized":false}"#);
        assert_eq!(remembered(profile.path()).unwrap().width, 900.0);
        for text in [
            "",
            "[]",
            r#"{"width":1,"height":700,"maximized":false}"#,
            r#"{"width":1e9,"height":700,"maximized":true}"#,
        ] {
            write(text);
            assert_eq!(remembered(profile.path()), None, "{text}");
        }
    }

    #[test]
    fn the_webview_has_no_network() {
        assert_eq!(network().as_str(), "http://127.0.0.1:9/");
    }
}
