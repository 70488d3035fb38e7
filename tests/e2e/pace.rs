//! How quickly the window follows the hand: figures, measured inside the page and printed. Only states are asserted: a figure of
//! a busy machine proves nothing. `cargo xtask bench` runs these with the program that is built for speed (`RESTANTE_PROGRAM`) and
//! puts the figures, which are a line of JSON each in the file that `RESTANTE_PAINTED` names, beside their limits.

use crate::app::App;
use crate::world::World;
use serde_json::{Value, json};
use std::io::Write as _;
use std::time::Duration;
use testkit::{Result, bulk};

/// Presses measured.
const PRESSES: usize = 50;

/// Notes how long each frame was in coming, how long a task waits for the window's thread, as a key would, and which questions were
/// asked of the program; `stop` gives all.
const WATCH: &str = "const frames = []; const waits = []; const asked = []; const real = window.fetch; let last = performance.now(); let next; \
    const tick = (now) => { frames.push([Math.round(now), Math.round(now - last)]); last = now; next = requestAnimationFrame(tick); }; \
    next = requestAnimationFrame(tick); \
    const task = new MessageChannel(); let sent; const send = () => { sent = performance.now(); task.port2.postMessage(0); }; \
    task.port1.onmessage = () => { waits.push([Math.round(sent), Math.round(performance.now() - sent)]); setTimeout(send, 10); }; send(); \
    window.fetch = (...args) => { const at = Math.round(performance.now()); const answer = real(...args); \
        answer.finally(() => asked.push([at, Math.round(performance.now()) - at, String(args[0]).split('/').at(-1)])); return answer; }; \
    window.__stop = () => { cancelAnimationFrame(next); task.port1.onmessage = null; window.fetch = real; return { frames, waits, asked }; }";

/// Draws the whole window anew ten times, with frames of rest between.
const REDRAW: &str = "let n = 0; return new Promise((done) => { const tick = () => { n++; \
    if (n % 20 === 10) document.body.style.visibility = 'hidden'; if (n % 20 === 0) document.body.style.visibility = ''; \
    n < 200 ? requestAnimationFrame(tick) : requestAnimationFrame(() => done(window.__stop())); }; tick(); })";

/// Notes for each press of S how long after it the flag of the selected row was painted, in ms. The message that a frame sends
/// itself is heard once it has been painted.
const FLAGS: &str = "window.__flags = []; let pressed = null; const paint = new MessageChannel(); \
    const row = () => document.querySelector('[role=option][aria-selected=true]'); \
    const flagged = () => row()?.getAttribute('aria-description')?.includes('Flagged') ?? false; \
    window.addEventListener('keydown', (event) => { if (event.key === 's') pressed = { at: event.timeStamp, was: flagged() }; }, true); \
    new MutationObserver(() => { if (!pressed || flagged() === pressed.was) return; const { at } = pressed; pressed = null; \
        requestAnimationFrame(() => { paint.port1.onmessage = () => window.__flags.push(performance.now() - at); paint.port2.postMessage(0); }); \
    }).observe(document.querySelector('[role=listbox][aria-multiselectable]'), { subtree: true, childList: true, attributes: true })";

/// Prints a figure and writes it down where that is asked for.
pub fn figure(name: &str, value: f64, unit: &str) {
    println!("{name}: {value:.1} {unit}");
    if let Some(file) = std::env::var_os("RESTANTE_PAINTED") {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
        writeln!(file, "{}", json!({ "name": name, "value": value, "unit": unit })).unwrap();
    }
}

pub fn sorted(values: &Value) -> Vec<f64> {
    let mut all: Vec<f64> = values.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    all.sort_by(f64::total_cmp);
    all
}

/// The longest of what `WATCH` noted: of `frames`, or of `waits`.
fn longest(noted: &Value, of: &str) -> f64 {
    let all = noted[of].as_array().into_iter().flatten();
    all.filter_map(|one| one[1].as_f64()).fold(0.0, f64::max)
}

/// Lists show single messages from now on.
pub fn message_by_message(app: &App) -> Result<()> {
    let single = "const ask = window.__TAURI_INTERNALS__.invoke; \
                  return ask('settings').then((settings) => ask('set_settings', { settings: { ...settings, conversations: false } }))";
    app.driver().script(single, &[]).map(drop)
}

/// A mailbox of so many messages, all of them in the list.
pub fn filled(world: &World, count: usize) -> Result<App> {
    bulk::fill(&world.server, "alice", count, 5)?;
    let app = App::with_accounts(&[world.form("alice")])?;
    app.driver().resize(1360, 860)?;
    // What is measured is the same whatever of it belongs together.
    message_by_message(&app)?;
    let size = "return document.querySelector('[role=option]')?.getAttribute('aria-setsize')";
    app.wait_within("all headers", Duration::from_secs(120), || {
        Ok((app.driver().script(size, &[])? == json!(count.to_string())).then_some(()))
    })?;
    app.state("Up to date")?;
    Ok(app)
}

#[test]
fn ten_thousand_are_archived_and_the_window_answers() -> Result<()> {
    let world = World::start()?;
    let app = filled(&world, 10_000)?;
    app.chord('\u{E009}', 'a')?;
    app.see("10,000 messages selected")?;
    app.press("e")?;
    app.wait("a preview", || Ok(app.all("dialog", |_| true)?.into_iter().next()))?;
    app.picture("bulk-light")?;
    let yes = app.find("button", "Archive 10,000 messages")?;
    // What the machine itself costs: the same window, at rest, for as long as it takes to draw a hundred frames.
    app.driver().script(WATCH, &[])?;
    let frames = "let n = 0; return new Promise((done) => { const tick = () => (++n < 100 ? requestAnimationFrame(tick) : done(window.__stop())); tick(); })";
    let rest = app.driver().script(frames, &[])?;
    // And what it costs where nothing is done but drawing all of it: without a graphics card that is most of a long frame.
    app.driver().script(WATCH, &[])?;
    let drawn = app.driver().script(REDRAW, &[])?;
    app.driver().script(WATCH, &[])?;
    // Until the server has it all nothing is asked of the page: the driver's own questions would be measured too. Nor is the server asked
    // all the time: each question to it is a process, and together they took half a processor from the window.
    app.driver().click(&yes)?;
    app.wait_within("all archived", Duration::from_secs(60), || {
        std::thread::sleep(Duration::from_millis(300));
        Ok((world.server.eye().status("alice", "Archive")?.messages == 10_000).then_some(()))
    })?;
    app.wait("an empty list", || Ok(app.all("option", |_| true)?.is_empty().then_some(())))?;
    app.state("Up to date")?;
    let noted = app.driver().script("return window.__stop()", &[])?;
    figure("longest frame at rest", longest(&rest, "frames"), "ms");
    figure("longest frame when the window is drawn anew", longest(&drawn, "frames"), "ms");
    figure("longest frame while 10,000 are archived", longest(&noted, "frames"), "ms");
    figure("longest wait for the window while 10,000 are archived", longest(&noted, "waits"), "ms");
    println!("questions asked meanwhile: {}", noted["asked"].as_array().map_or(0, Vec::len));
    assert!(longest(&noted, "frames") > 0.0 && longest(&noted, "waits") > 0.0);
    Ok(())
}

/// The flagged messages that the server has.
fn flagged(world: &World) -> Result<Vec<String>> {
    world.server.eye().fetch("alice", "uid", &["mailbox", "INBOX", "FLAGGED"])
}

#[test]
fn a_flag_follows_the_key() -> Result<()> {
    let world = World::start()?;
    let app = filled(&world, 1_000)?;
    let before = flagged(&world)?;
    app.find_by_position(1)?;
    app.press("j")?;
    app.find_with("article", "")?;
    app.driver().script(FLAGS, &[])?;
    for n in 1..=PRESSES {
        app.press("s")?;
        app.wait("a flag on the screen", || {
            Ok((app.driver().script("return window.__flags.length", &[])? == json!(n)).then_some(()))
        })?;
    }
    let times = sorted(&app.driver().script("return window.__flags", &[])?);
    assert_eq!(times.len(), PRESSES);
    let at = |hundredth: usize| times.get(times.len() * hundredth / 100).copied().unwrap_or(f64::NAN);
    figure("key to painted flag, median of 50", at(50), "ms");
    figure("key to painted flag, 99 of 100", at(99), "ms");
    // An even number of presses leaves it as it was, on the server too.
    app.wait("as many flags on the server as before", || Ok((flagged(&world)? == before).then_some(())))?;
    Ok(())
}

/// Letters measured.
const LETTERS: usize = 200;

/// Notes for each letter typed how long after its key it was painted, in ms.
const KEYS: &str = "window.__keys = []; let pressed = 0; const paint = new MessageChannel(); const box = document.activeElement; \
    window.addEventListener('keydown', (event) => { pressed = event.timeStamp; }, true); \
    box.addEventListener('input', () => { const at = pressed; \
        requestAnimationFrame(() => { paint.port1.onmessage = () => window.__keys.push(performance.now() - at); paint.port2.postMessage(0); }); })";

/// Notes how long after the press of R the caret stood in the text of the answer, painted, in ms.
const CARET: &str = "window.__caret = null; let pressed = null; const paint = new MessageChannel(); \
    window.addEventListener('keydown', (event) => { if (event.key === 'r') pressed ??= event.timeStamp; }, true); \
    document.addEventListener('focusin', (event) => { if (pressed === null || window.__caret !== null || !event.target.closest('[contenteditable=true]')) return; \
        requestAnimationFrame(() => { paint.port1.onmessage = () => (window.__caret ??= performance.now() - pressed); paint.port2.postMessage(0); }); })";

#[test]
fn letters_follow_the_keys_in_a_long_answer() -> Result<()> {
    let world = World::start()?;
    let line = "<p style=\"color:#333\">The panes arrive on <b>Thursday</b>, and the frost is <i>not</i> a worry any more.</p>\n";
    let html = line.repeat(200 * 1024 / line.len() + 1);
    assert!(html.len() >= 200 * 1024);
    world.put("alice", &crate::world::written("A long story", testkit::mail::Part::html(&html)))?;
    let app = App::with_accounts(&[world.form("alice")])?;
    app.driver().resize(1360, 860)?;
    app.open("A long story")?;
    app.read("The panes arrive")?;
    app.state("Up to date")?;
    app.driver().script(CARET, &[])?;
    app.press("r")?;
    let caret =
        app.wait("the caret in the answer", || Ok(app.driver().script("return window.__caret", &[])?.as_f64()))?;
    app.find("dialog", "Re: A long story")?;
    app.driver().script(KEYS, &[])?;
    for n in 1..=LETTERS {
        app.driver().keys(if n % 8 == 0 { " " } else { "e" })?;
        app.wait("a letter on the screen", || {
            Ok((app.driver().script("return window.__keys.length", &[])? == json!(n)).then_some(()))
        })?;
    }
    let times = sorted(&app.driver().script("return window.__keys", &[])?);
    assert_eq!(times.len(), LETTERS);
    let at = |hundredth: usize| times.get(times.len() * hundredth / 100).copied().unwrap_or(f64::NAN);
    figure("answer open to caret", caret, "ms");
    figure("key to painted letter in a 200 KB answer, median of 200", at(50), "ms");
    figure("key to painted letter in a 200 KB answer, 99 of 100", at(99), "ms");
    figure("slowest letter in a 200 KB answer", times.last().copied().unwrap_or(f64::NAN), "ms");
    // What was typed is what is kept, with the whole quote below it.
    app.wait("the text in the store", || {
        let drafts = app.driver().script("return window.__TAURI_INTERNALS__.invoke('drafts')", &[])?;
        let html = drafts[0]["html"].as_str().unwrap_or_default().replace("&nbsp;", " ");
        Ok((html.contains("eeeeeee eeeeeee") && html.matches("Thursday").count() > 1_000).then_some(()))
    })?;
    Ok(())
}
