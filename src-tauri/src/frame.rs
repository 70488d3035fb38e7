//! Where mail is shown: the `message:` scheme and the two kinds of frame that live on it.
//!
//! # What was found in the real window (WebKitGTK 2.50.6, hostile markup without any cleaning)
//! - A frame `sandbox="allow-same-origin allow-popups"` (never `allow-scripts`) whose response carries the header set of
//!   [`headers`]: no script of the mail runs in any form, nothing is requested but `message:` addresses, `<meta refresh>`,
//!   forms, frames, plug-ins and top navigation do nothing. With either wall taken away the other still stops every script;
//!   without the header alone, pictures and style sheets do leave, so the header goes on *every* answer, 404 included.
//! - `<link rel=preconnect>` opens an (empty) connection past any policy; and WebKit reaches for the host of a link as soon
//!   as the button is pressed on it, which no setting of this version switches off. The cleaner removes the first; both end
//!   at the window's proxy, a dead port on this computer, so that they reach nobody and no name is looked up.
//! - A click on a link, whatever its `target`, arrives as a *new window* request ([`crate::window`] denies each and hands
//!   the address to the link gate) or is lost. `javascript:` is lost, or arrives and is refused there.
//! - Its origin is `message://localhost`, another one than the app's: the window cannot read it, it cannot read the window,
//!   and it has neither the invoke key nor a script to use one. Listeners attached from outside never fire in it (WebKit bug
//!   218086).
//! - A second, hidden frame of the same origin, **the measuring frame**, holds one script of ours ([`MEASURE`]). It can read
//!   the layout, the selection and `:hover` of its siblings, and its `ResizeObserver` fires for their elements. So height and
//!   focus are known without a line of script in a mail.
//!
//! # The protocol with the window
//! Frames, as the window makes them (names matter, attributes are checked by a test):
//! ```html
//! <iframe name="mail-<anything>" title="Message body" sandbox="allow-same-origin allow-popups" src="{show_body()}">
//! <iframe name="measure" aria-hidden="true" tabindex="-1" src="message://localhost/measure">
//! ```
//! One measuring frame serves all mail frames, now and later; it is to be in the page for good, 1 × 1 px, fixed in a
//! corner of the viewport, transparent (`opacity: 0`), never `display: none` (a frame that is not rendered does not run).
//! Its address differs by system (`http://message.localhost/measure` on Windows): take `new URL("/measure", address)` of an
//! address that `show_body` gave; adding the frame with the first mail is early enough.
//!
//! The measuring frame speaks by `postMessage`; the window takes a message only if `event.source` is the measuring frame's
//! `contentWindow`. All have `restante` and, but for the first, `name` (the mail frame's):
//!
//! | message | meaning, and what the window does |
//! |---|---|
//! | `{restante: "ready"}` | it runs |
//! | `{restante: "height", name, height, width}` | the mail needs this much room, CSS pixels: set the frame's height. `width` above the frame's own = it scrolls sideways by itself. Sent when a document comes and whenever pictures or the window's width change it |
//! | `{restante: "link", name, href}` | the pointer is over a link (empty: over none): show the real host |
//! | `{restante: "rest", name, text, html}` | the pointer's button is up, and the focus is in the mail where nothing takes keys: **call `focus({preventScroll: true})` on the reading pane**, else every shortcut is lost in the frame. `text` is the selected text, or empty; since Ctrl/Cmd+C now comes to the window, write it to the clipboard there (forget it when the next `rest` says otherwise or another message is shown). `html` is its markup as it stands in the mail, to be quoted: hostile, and for the engine alone, which cleans it. The selection stays visible. Not sent while a link in the mail has the focus, so that Tab walks through links |
//! | `{restante: "text", name, page, text}` | the text of the document, asked for by `read`; `page` stands for this document |
//! | `{restante: "found", name, page, top, height}` | where the first visible mark is, CSS pixels in the frame; again when it has moved |
//!
//! and hears two, from its parent alone. What was searched never gets there, and the marks are numbers:
//!
//! | message | meaning |
//! |---|---|
//! | `{restante: "read", name, on}` | tell the text of this frame, now and of every document that comes to be in it, until `on` is false |
//! | `{restante: "mark", name, page, places}` | mark these places of that text, `[start, end, start, end, …]` in UTF-16 units from front to back; none = take the marks away. By the CSS Custom Highlight API, which changes nothing in the mail; where the web view has none, by `<mark data-found>`. What is folded is unfolded if nothing else was found |
//!
//! Keys reach the window only after that `focus`, at most 0.15 s after a click into the mail. Wheel and touch go through to
//! the pane by themselves, since the frame is as tall as its content (up to 200,000 px; beyond it scrolls inside).
//!
//! # Addresses
//! `message://localhost/v/<token>/` is the document, `cid/<n>` and `remote/<n>` below it its pictures. A token (128 random
//! bits) stands for one message in one format; each call of `show_body` makes one; the 64 youngest live. Change the `src`
//! to a new address after `message:<id>` says that pictures have come. Nothing in an address leads to a path on disk.

mod given;
mod measure;
mod views;

use self::given::{PLACEHOLDER, is_raster, uncleaned};
use self::views::Asked;
pub use self::views::{BodyFormat, Views};
pub use measure::MEASURE;

use crate::state::Opened;
use engine::engine::Picture;
use std::borrow::Cow;
use tauri::http::{Method, Request, Response, StatusCode, header};
use tauri::{AppHandle, Manager, Runtime, UriSchemeContext, UriSchemeResponder};

/// The scheme.
pub const SCHEME: &str = "message";

/// Start of every address of the scheme. WebView2 has no schemes of one's own, only host names that stand for them.
pub const BASE: &str = if cfg!(windows) { "http://message.localhost" } else { "message://localhost" };

/// Origins that the window's page can have, as `frame-ancestors` writes them; the last two are the development server's.
const WINDOW: &str = if cfg!(windows) {
    "http://tauri.localhost https://tauri.localhost"
} else if cfg!(all(debug_assertions, not(feature = "custom-protocol"))) {
    "tauri://localhost http://localhost:1420"
} else {
    "tauri://localhost"
};

/// Serves one request of the scheme.
pub fn serve<R: Runtime>(context: UriSchemeContext<'_, R>, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    let app = context.app_handle().clone();
    let from_window = crate::window::is_ours(context.webview_label());
    tauri::async_runtime::spawn(async move {
        let answer = if from_window && request.method() == Method::GET {
            answer(&app, request.uri().path()).await
        } else {
            None
        };
        responder.respond(answer.unwrap_or_else(nothing));
    });
}

async fn answer<R: Runtime>(app: &AppHandle<R>, path: &str) -> Option<Response<Cow<'static, [u8]>>> {
    let views = app.state::<Views>();
    match Asked::parse(path)? {
        Asked::Measure => {
            Some(response(StatusCode::OK, "text/html; charset=utf-8", Wall::Measure, measure::document()))
        }
        Asked::Document(token) => {
            let view = views.find(token)?;
            if let Some(raw) = uncleaned() {
                return Some(response(StatusCode::OK, "text/html; charset=utf-8", Wall::Mail, raw));
            }
            let engine = app.state::<Opened>().engine().await.ok()?;
            let body = engine.frame_body(view.message, view.format.plain).await.ok()?;
            let html = letter::html::document(&body.html, body.is_html, view.format.dark);
            Some(response(StatusCode::OK, "text/html; charset=utf-8", Wall::Mail, html.into_bytes()))
        }
        Asked::Inline(token, n) => {
            let view = views.find(token)?;
            let engine = app.state::<Opened>().engine().await.ok()?;
            picture(engine.inline_picture(view.message, n).await.ok()?)
        }
        Asked::Remote(token, n) => {
            let view = views.find(token)?;
            let engine = app.state::<Opened>().engine().await.ok()?;
            match engine.remote_picture(view.message, n).await.ok()? {
                Some(found) => picture(found),
                None => Some(response(StatusCode::OK, "image/svg+xml", Wall::Mail, PLACEHOLDER)),
            }
        }
    }
}

/// A picture, if its type is one of the raster types that the engine found by looking at the bytes.
fn picture(found: Picture) -> Option<Response<Cow<'static, [u8]>>> {
    is_raster(&found.mime).then(|| response(StatusCode::OK, &found.mime, Wall::Mail, found.bytes))
}

fn nothing() -> Response<Cow<'static, [u8]>> {
    response(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", Wall::Mail, Vec::new())
}

/// Which policy an answer carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wall {
    /// A mail, its pictures, and every refusal.
    Mail,
    /// Our own measuring document.
    Measure,
}

/// The headers that every answer carries.
fn headers(wall: Wall) -> [(header::HeaderName, String); 6] {
    let policy = match wall {
        Wall::Mail => format!(
            "default-src 'none'; img-src {} data:; style-src 'unsafe-inline'; font-src 'none'; form-action 'none'; \
             base-uri 'none'; frame-ancestors {WINDOW}; sandbox allow-same-origin allow-popups",
            if cfg!(windows) { "http://message.localhost" } else { "message:" },
        ),
        Wall::Measure => format!(
            "default-src 'none'; script-src '{}'; form-action 'none'; base-uri 'none'; frame-ancestors {WINDOW}",
            measure::hash(),
        ),
    };
    let off = ["camera", "microphone", "geolocation", "fullscreen", "autoplay", "clipboard-read", "clipboard-write"]
        .map(|feature| format!("{feature}=()"))
        .join(", ");
    [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (header::X_DNS_PREFETCH_CONTROL, "off".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::HeaderName::from_static("permissions-policy"), off),
    ]
}

fn response(
    status: StatusCode,
    mime: &str,
    wall: Wall,
    body: impl Into<Cow<'static, [u8]>>,
) -> Response<Cow<'static, [u8]>> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let mime = (header::CONTENT_TYPE, mime.to_owned());
    for (name, value) in headers(wall).into_iter().chain([mime]) {
        match header::HeaderValue::from_str(&value) {
            Ok(value) => {
                response.headers_mut().insert(name, value);
            }
            // A wall that cannot be written is no reason to show what should stand behind it.
            Err(_) => {
                *response.body_mut() = Cow::Borrowed(&[]);
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            }
        }
    }
    response
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_answer_carries_the_walls() {
        for answer in [
            nothing(),
            picture(Picture { mime: "image/png".into(), bytes: vec![1] }).unwrap(),
            response(StatusCode::OK, "text/html; charset=utf-8", Wall::Mail, Vec::new()),
        ] {
            let policy = answer.headers()["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'; "), "{policy}");
            assert!(policy.ends_with("; sandbox allow-same-origin allow-popups"), "{policy}");
            assert!(!policy.contains("script"), "{policy}");
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
                ("x-dns-prefetch-control", "off"),
                ("cache-control", "no-store"),
            ] {
                assert_eq!(answer.headers()[name], value);
            }
        }
    }

    #[test]
    fn pictures_are_raster_or_nothing() {
        for mime in ["image/svg+xml", "text/html", "application/pdf", "image/png; charset=x", ""] {
            assert!(picture(Picture { mime: mime.into(), bytes: Vec::new() }).is_none(), "{mime}");
        }
    }
}
