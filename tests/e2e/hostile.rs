//! Hostile HTML in the real window: nothing runs, nothing is requested; with all walls, and with the cleaner taken away.

use crate::app::App;
use crate::driver::Element;
use crate::world::{World, letter, written};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use testkit::imap::Imap;
use testkit::mail::Part;
use testkit::{Context, Result};

/// The corpora beside the repository; none where they are absent, which the test then says.
fn corpora() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/html");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("no corpora at {}: only the vectors written here are tried", folder.display());
    None
}

/// Vectors of our own: each would run, load, navigate or submit.
const OURS: [&str; 14] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)><svg onload=alert(1)></svg>",
    "<meta http-equiv=refresh content='0;url=http://canary.example/refresh'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><iframe src='javascript:alert(1)'></iframe>",
    "<link rel=preconnect href='http://canary.example/'><link rel=dns-prefetch href='//canary.example'><link rel=stylesheet href='http://canary.example/s'>",
    "<style>@import url(http://canary.example/i); body { background: url(http://canary.example/b) }</style>",
    "<form action='http://canary.example/f'><input autofocus onfocus=alert(1)><button>x</button></form>",
    "<object data='http://canary.example/o'></object><embed src='http://canary.example/e'>",
    "<video src='http://canary.example/v' poster='http://canary.example/p' autoplay></video><audio src='http://canary.example/a' autoplay></audio>",
    "<base href='http://canary.example/' target=_top><img src=relative.png>",
    "<details open ontoggle=alert(1)><summary>x</summary></details><marquee onstart=alert(1)>x</marquee>",
    "<div style=\"background: image-set('http://canary.example/is' 1x); list-style: url(//canary.example/l)\">x</div>",
    "<svg><image href='http://canary.example/si'/><use href='http://canary.example/u#x'/><animate attributeName=href values='javascript:alert(1)'/></svg>",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)></style></mglyph></table></mtext></math>",
];

/// All vectors: ours, DOMPurify's payloads, the HTML5 Security Cheatsheet's, and the page of HTTPLeaks.
fn vectors() -> Vec<String> {
    let mut all: Vec<String> = OURS.map(str::to_owned).to_vec();
    let Some(folder) = corpora() else { return all };
    let json = |path: &str| -> Value { serde_json::from_slice(&std::fs::read(folder.join(path)).unwrap()).unwrap() };
    let before = all.len();
    all.extend(
        json("dompurify/expect.json")
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|v| v["payload"].as_str().map(str::to_owned)),
    );
    assert!(all.len() > before + 100, "DOMPurify's payloads are not read");
    let before = all.len();
    strings(&json("h5sc/items.json"), "data", &mut all);
    assert!(all.len() > before + 100, "the cheatsheet's vectors are not read");
    for entry in std::fs::read_dir(folder.join("httpleaks")).unwrap().flatten() {
        if entry.path().extension().is_some_and(|e| e == "html") {
            all.push(std::fs::read_to_string(entry.path()).unwrap());
        }
    }
    all
}

/// Every string under this key, however deep.
fn strings(value: &Value, key: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                match inner.as_str() {
                    Some(text) if name == key => found.push(text.to_owned()),
                    _ => strings(inner, key, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| strings(item, key, found)),
        _ => {}
    }
}

/// What a script would do if it ran: tell the window, by any road there is.
fn telling(vector: &str) -> String {
    let call = "(top.postMessage(`ran`,`*`),function(){})(";
    vector
        .replace("alert(", call)
        .replace("alert`", &format!("{call})`"))
        .replace("https://leaking.via", "http://leaking.via")
}

/// Watches the window for whatever could come out of a frame.
const WATCH: &str = "
    window.told = [];
    addEventListener('message', (e) => { if (e.data?.restante === undefined) window.told.push(String(e.data)); });
    window.address = location.href;
";

/// What counts as a request.
#[derive(Clone, Copy, PartialEq)]
enum Strict {
    /// Any connection.
    Always,
    /// Not an empty connection, which is what `preconnect` makes: no policy covers it, only the cleaner and the dead end that
    /// the webview takes for the network.
    ButForPreconnect,
}

fn assert_nothing_ran(app: &App, vector: &str, strict: Strict) -> Result<()> {
    let state = app.driver().script("return [window.told, location.href === window.address]", &[])?;
    assert_eq!(state, json!([[], true]), "{vector}");
    let mut seen = app.canary.seen();
    seen.retain(|request| strict == Strict::Always || request != "a connection");
    assert_eq!(seen, Vec::<String>::new(), "{vector}");
    Ok(())
}

#[test]
fn with_the_cleaner_taken_away_nothing_runs_and_nothing_is_requested() -> Result<()> {
    let world = World::start()?;
    world.put("alice", &letter("Host", "Any mail will do."))?;
    let app = App::with_accounts(&[world.form("alice")])?;
    app.open("Host")?;
    app.read("Any mail will do.")?;
    app.driver().script(WATCH, &[])?;
    let raw = app.desk.folder().join("raw.html");
    // A new address for the window's own mail frame; answers once it has loaded and had time for two frames.
    let reload = "
        const frame = [...document.querySelectorAll('iframe')].find((f) => f.title === 'Message body');
        const walls = frame.getAttribute('sandbox');
        return window.__TAURI_INTERNALS__.invoke('show_body', { message: 1, view: { plain: false, dark: false } }).then((url) =>
          new Promise((done) => {
            frame.onload = () => requestAnimationFrame(() => requestAnimationFrame(() => done(walls)));
            setTimeout(() => done(walls), 1500);
            frame.src = url;
          }));";
    for vector in vectors() {
        std::fs::write(&raw, telling(&vector)).context("a vector")?;
        let walls = app.driver().script(reload, &[])?;
        assert_eq!(walls, "allow-same-origin allow-popups", "the frame must never be allow-scripts");
        assert_nothing_ran(&app, &vector, Strict::ButForPreconnect)?;
    }
    let frame =
        app.in_mail("return [document.URL.startsWith('message://localhost/v/'), typeof __TAURI_INTERNALS__]")?;
    assert_eq!(frame, json!([true, "undefined"]));
    Ok(())
}

#[test]
fn through_all_walls_nothing_that_runs_or_loads_reaches_the_frame() -> Result<()> {
    let world = World::start()?;
    // Four to a letter: that each is harmless alone is shown by the test above and, without a window, by letter's own.
    let vectors: Vec<String> = vectors().chunks(4).map(|four| four.join("\n<hr>\n")).collect();
    let mut client = Imap::connect_tls(world.server.ports().imaps, world.server.authority())?;
    client.login("alice", "pw-alice")?;
    for (number, vector) in vectors.iter().enumerate() {
        let body = Part::html(&format!("{vector}\n<p>end of vector</p>"));
        let letter = written(&format!("Vector {number:04}"), body);
        client.append("INBOX", "\\Seen", crate::world::NOW + i64::try_from(number).unwrap(), &letter.bytes())?;
    }
    let app = App::with_accounts(&[world.form("alice")])?;
    app.driver().script(WATCH, &[])?;
    let last = vectors.len() - 1;
    app.open(&format!("Vector {last:04}"))?;
    let scan = "
        const bad = [];
        for (const e of document.querySelectorAll('*')) {
          // Ours, so that every link asks for a new window, which is denied and handed to the link gate.
          if (e.tagName === 'BASE' && !e.hasAttribute('href') && e.target === '_blank') continue;
          if (['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'LINK', 'FORM', 'SVG', 'MATH', 'VIDEO', 'AUDIO'].includes(e.tagName.toUpperCase())) bad.push(e.tagName);
          if (e.tagName === 'META' && e.httpEquiv) bad.push('META ' + e.httpEquiv);
          for (const a of e.attributes) {
            if (/^on/i.test(a.name)) bad.push(a.name);
            if (/^(src|href|background|action|poster|data|srcset)$/i.test(a.name)
                && !/^(cid\\/\\d+|remote\\/\\d+|data:image\\/|https?:|mailto:|#)/i.test(a.value)) bad.push(a.name + '=' + a.value);
            if (/^(src|srcset|background|poster)$/i.test(a.name) && /^https?:/i.test(a.value)) bad.push(a.name + '=' + a.value);
          }
        }
        return { bad, address: document.URL, ready: document.readyState === 'complete' && document.body !== null };";
    let frame = "return [...document.querySelectorAll('iframe')].find((f) => f.title === 'Message body') ?? null";
    let mut address = Value::Null;
    for number in (0..=last).rev() {
        if number < last {
            app.press("j")?;
        }
        // The one frame is used again: a new address in it is the next mail.
        let found = app.wait(&format!("vector {number}"), || {
            let Some(frame) = Element::of(&app.driver().script(frame, &[])?) else { return Ok(None) };
            app.driver().enter(Some(&frame))?;
            let found = app.driver().script(scan, &[]);
            app.driver().enter(None)?;
            Ok(Some(found?).filter(|found| found["ready"] == true && found["address"] != address))
        })?;
        address = found["address"].clone();
        assert_eq!(found["bad"], json!([]), "{}", vectors[number]);
        assert_nothing_ran(&app, &vectors[number], Strict::Always)?;
    }
    app.find_with("article", "Vector 0000")?;
    assert_eq!(app.desk.opened(), Vec::<String>::new());
    Ok(())
}

#[test]
fn the_window_itself_can_ask_for_little_and_go_nowhere() -> Result<()> {
    let app = App::fresh()?;
    app.find("form", "Add your mail")?;
    let ask = "
        const ask = (command, args) => window.__TAURI_INTERNALS__.invoke(command, args).then(() => 'done', (e) => String(e));
        return Promise.all([
          ask('plugin:opener|open_url', { url: 'http://canary.example/' }),
          ask('plugin:event|emit', { event: 'changed', payload: { topics: [] } }),
          ask('plugin:dialog|save', {}),
          ask('plugin:notification|notify', { options: { title: 'x' } }),
          ask('plugin:window|create', { options: { label: 'x' } }),
          ask('plugin:webview|print', {}),
          ask('plugin:app|version', {}),
        ])";
    for answer in app.driver().script(ask, &[])?.as_array().unwrap() {
        assert!(answer.as_str().is_some_and(|a| a.contains("not allowed") || a.contains("not found")), "{answer}");
    }
    let walls = "
        const refused = [];
        addEventListener('securitypolicyviolation', (e) => refused.push(e.effectiveDirective));
        for (const [name, attribute] of [['img', 'src'], ['iframe', 'src'], ['script', 'src'], ['object', 'data']]) {
          const element = document.createElement(name);
          element[attribute] = 'http://canary.example/' + name;
          document.body.append(element);
        }
        const inline = document.createElement('script');
        inline.textContent = 'window.inline = true';
        document.body.append(inline);
        return fetch('http://canary.example/fetch').then(() => 'fetched', () => 'refused').then((fetched) =>
          new Promise((done) => setTimeout(() => done([fetched, window.inline === true, refused.sort()]), 100)))";
    let refused = app.driver().script(walls, &[])?;
    let directives = ["connect-src", "frame-src", "img-src", "object-src", "script-src-elem", "script-src-elem"];
    assert_eq!(refused, json!(["refused", false, directives]));
    app.driver()
        .script("location.href = 'http://canary.example/top'; window.open('http://canary.example/new')", &[])?;
    app.find("form", "Add your mail")?;
    let address = app.driver().script("return location.href", &[])?;
    assert!(address.as_str().is_some_and(|a| a.starts_with("tauri://localhost")), "{address}");
    app.assert_silent();
    Ok(())
}
