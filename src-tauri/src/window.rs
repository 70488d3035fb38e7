//! The window, those that one message each is written in, and what they refuse: navigation, new windows, downloads,
//! permissions, the network.

#[cfg(target_os = "linux")]
mod languages;
mod shape;
#[cfg(target_os = "linux")]
mod webkit;

use self::shape::Shape;
use crate::desktop::Desk;
use crate::events::{Leave, Leaving, Left};
use crate::frame;
use crate::profile::{Options, write_private};
use engine::view::Id;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tauri::utils::config::WindowConfig;
use tauri::webview::{NewWindowResponse, PermissionResponse};
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tauri_specta::Event;
use tokio::sync::Notify;

/// Label of the window; the capability knows it by this name.
pub const LABEL: &str = "main";

/// So begin the labels of windows that a draft is written in, and its number follows; the capability knows them too.
const WRITING: &str = "write-";

/// Their size, logical pixels.
const WRITING_SIZE: (f64, f64) = (760.0, 680.0);

/// Where the webview believes the network to be: nobody listens at the discard port. Everything the window shows comes by
/// IPC or by schemes of our own, which do not pass here.
const DEAD_END: &str = "http://127.0.0.1:9";

/// When the program began and what it was asked for, for [`painted`].
pub struct Began {
    /// The start of the process, as near as it can be known.
    pub at: Instant,
    /// The command line; its profile is absolute.
    pub options: Options,
    /// Told when the first rows are on the screen.
    pub painted: Arc<Notify>,
}

/// Builds the window, as large as it was.
pub fn open(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    let profile = &app.state::<Began>().options.profile;
    let window = build(app, &config(app), Shape::kept(profile))?;
    remember(&window, profile.clone());
    Ok(window)
}

/// Shows the window that a draft is written in; makes it where there is none.
pub fn write(app: &AppHandle, draft: Id) -> tauri::Result<()> {
    let label = format!("{WRITING}{draft}");
    if let Some(window) = app.get_webview_window(&label) {
        show(&window);
        return Ok(());
    }
    let url = WebviewUrl::App(format!("index.html?draft={draft}").into());
    let (width, height) = WRITING_SIZE;
    let config = WindowConfig { label, url, width, height, ..config(app) };
    let window = build(app, &config, None)?;
    let asked = AtomicBool::new(false);
    let handle = app.clone();
    window.on_window_event(move |event| {
        // Who asks twice does not wait for a page that does not answer.
        if let WindowEvent::CloseRequested { api, .. } = event
            && !asked.swap(true, Ordering::AcqRel)
            && (Leave { draft }).emit(&handle).is_ok()
        {
            api.prevent_close();
        }
    });
    Ok(())
}

/// Drafts that have a window of their own.
pub fn writings(app: &AppHandle) -> Vec<Id> {
    app.webview_windows().keys().filter_map(|label| draft_of(label)).collect()
}

/// Closes the window of a draft, and tells the main one how it was left.
pub fn leave(window: &WebviewWindow, how: Leaving) -> tauri::Result<()> {
    let Some(draft) = draft_of(window.label()) else { return Ok(()) };
    let app = window.app_handle();
    // What becomes of it is told there; without it the program would end with the last window.
    if matches!(how, Leaving::Sent | Leaving::Moved) && app.get_webview_window(LABEL).is_none() {
        open(app)?;
    }
    if let Err(error) = (Left { draft, how }).emit(app) {
        tracing::warn!(%error, "how a draft was left could not be told");
    }
    window.destroy()
}

/// The draft that the window of this label is for.
fn draft_of(label: &str) -> Option<Id> {
    label.strip_prefix(WRITING)?.parse().ok()
}

/// Whether a window of this label is one of ours, and may have what the `message:` scheme gives.
pub fn is_ours(label: &str) -> bool {
    label == LABEL || draft_of(label).is_some()
}

fn config(app: &AppHandle) -> WindowConfig {
    app.config().app.windows.first().cloned().unwrap_or_default()
}

fn build(app: &AppHandle, config: &WindowConfig, shape: Option<Shape>) -> tauri::Result<WebviewWindow> {
    let links = app.clone();
    let mut builder = WebviewWindowBuilder::from_config(app, config)?
        .data_directory(app.state::<Began>().options.profile.join("webview"))
        .on_navigation(ours)
        .on_new_window(move |url, _| {
            links.state::<Desk>().follow(url.as_str());
            NewWindowResponse::Deny
        })
        .on_document_title_changed(|window, title| {
            // A window that is going away has no title.
            let _ = window.set_title(&title);
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
    if let Some(shape) = shape {
        builder = builder.inner_size(shape.width, shape.height).maximized(shape.maximized);
    }
    let window = builder.build()?;
    #[cfg(target_os = "linux")]
    window.with_webview(|view| webkit::furnish(&view.inner()))?;
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

/// Brings the window to the front; makes it anew where only messages are still being written. False: there is no window any
/// more, the program is ending.
pub fn come_forward(app: &AppHandle) -> bool {
    let is_there = !app.webview_windows().is_empty();
    let handle = app.clone();
    let done = app.run_on_main_thread(move || match handle.get_webview_window(LABEL) {
        Some(window) => show(&window),
        None if is_there => {
            // Not on this thread: it has to go on turning while a window is made.
            std::thread::spawn(move || {
                open(&handle).inspect_err(|error| tracing::error!(%error, "the window cannot be made anew"))
            });
        }
        None => {}
    });
    done.inspect_err(|error| tracing::warn!(%error, "the window cannot come forward")).is_ok() && is_there
}

fn show(window: &WebviewWindow) {
    // Each fails only where the window is going away.
    let _ = window.unminimize();
    let _ = window.show();
    let _ = window.set_focus();
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

/// Writes the size down when the window closes.
fn remember(window: &WebviewWindow, profile: PathBuf) {
    let of = window.clone();
    let now = move || {
        let size = of.inner_size().ok()?.to_logical::<f64>(of.scale_factor().ok()?);
        Some(Shape { width: size.width, height: size.height, maximized: of.is_maximized().ok()? })
    };
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::CloseRequested { .. }) {
            now().into_iter().for_each(|shape| shape.keep(&profile));
        }
    });
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
    fn the_webview_has_no_network() {
        assert_eq!(network().as_str(), "http://127.0.0.1:9/");
    }
}
