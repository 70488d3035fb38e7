//! The window with much mail in it: figures, measured inside the page and printed, as in [`crate::pace`]. `cargo xtask bench` gives the
//! store of a million messages that it has made (`RESTANTE_MILLION`); a test run makes a smaller mailbox, where the same must be seen.

use crate::app::App;
use crate::canary::Canary;
use crate::desk::Desk;
use crate::driver::Element;
use crate::pace::{figure, filled, message_by_message, sorted};
use crate::world::World;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;
use testkit::{Options, Result, bulk};

/// The store of the bench.
fn million() -> Option<PathBuf> {
    std::env::var_os("RESTANTE_MILLION").map(PathBuf::from)
}

/// Scrolls the list, frame by frame: first from end to end in so many frames, then a few rows in each. `window.__scrolled` has how long
/// each frame was in coming, and how often a row was still empty in it.
const SCROLL: &str = "const list = document.querySelector('[role=listbox][aria-multiselectable]'); \
    const way = list.scrollHeight - list.clientHeight; const long = 600, short = 600, frames = []; let n = 0, last = 0, empty = 0; \
    const tick = (now) => { if (last) frames.push(now - last); last = now; n += 1; \
        if (n <= long) list.scrollTop = way * n / long; \
        else list.scrollTop -= 130; \
        if (list.querySelector('[role=option]:not([id])')) empty += 1; \
        if (n < long + short) requestAnimationFrame(tick); else window.__scrolled = { frames, empty }; }; \
    requestAnimationFrame(tick)";

/// The position of the last row that is drawn, and how many there are.
const LAST: &str = "const all = [...document.querySelectorAll('[role=option]')]; \
    return [Math.max(...all.map((row) => Number(row.getAttribute('aria-posinset')))), Number(all[0]?.getAttribute('aria-setsize'))]";

#[test]
fn a_long_list_is_scrolled_from_end_to_end() -> Result<()> {
    let (_world, app) = match million() {
        Some(profile) => {
            let canary = Canary::start()?;
            let desk = Desk::start(canary.port())?;
            std::os::unix::fs::symlink(profile, desk.folder().join("profile")).unwrap();
            let app = App::on(desk, canary, &[])?;
            app.driver().resize(1360, 860)?;
            message_by_message(&app)?;
            (None, app)
        }
        None => {
            let world = World::start()?;
            let app = filled(&world, 3_000)?;
            (Some(world), app)
        }
    };
    // Of a million nine in ten are in an inbox; as conversations, which the list shows first, they are a fifth of that.
    let least = if million().is_some() { 500_000 } else { 3_000 };
    let rows = app.wait("rows of all inboxes", || {
        let last = app.driver().script(LAST, &[])?;
        Ok(last[1].as_u64().filter(|n| *n >= least))
    })?;
    app.driver().script(SCROLL, &[])?;
    let scrolled = app.wait_within("the end of the scrolling", Duration::from_secs(120), || {
        let scrolled = app.driver().script("return window.__scrolled ?? null", &[])?;
        Ok((!scrolled.is_null()).then_some(scrolled))
    })?;
    let frames: Vec<f64> = scrolled["frames"].as_array().into_iter().flatten().filter_map(|ms| ms.as_f64()).collect();
    // From end to end in six hundred frames every row is another in each; then a few rows are.
    let late = |frames: &[f64]| frames.iter().filter(|ms| **ms > 33.4).count();
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let share = |frames: &[f64]| late(frames) as f64 * 100.0 / frames.len().max(1) as f64;
    let (far, near) = frames.split_at(frames.len() / 2);
    println!("{rows} rows, {} frames, in {} of them a row was still empty", frames.len(), scrolled["empty"]);
    println!(
        "of frames that show all other rows {:.2} % were late, of those that show a few {:.2} %",
        share(far),
        share(near)
    );
    figure("scrolling: frames over 33 ms", share(&frames), "%");
    let frames = sorted(&scrolled["frames"]);
    figure("scrolling: the longest frame", frames.last().copied().unwrap_or(f64::NAN), "ms");
    // It came to the end, and went back by real rows.
    let last = app.driver().script(LAST, &[])?;
    let shown = last[0].as_u64().unwrap_or(0);
    assert!(shown > rows / 2 && shown < rows, "{last}");
    app.driver().keys("\u{E010}")?;
    app.wait("the last row, and what it says", || {
        let last = app.driver().script(LAST, &[])?;
        let waits = app.driver().script("return document.querySelector('[role=option]:not([id])') !== null", &[])?;
        Ok((last[0] == last[1] && waits == json!(false)).then_some(()))
    })?;
    Ok(())
}

/// Clicks measured at least, and how many go before: the first ones wait for what is made at the first use of everything, and where there
/// is no graphics card that is a compiler's work. How long a start takes is another figure.
const CLICKS: usize = 100;
const BEFORE: usize = 10;

/// Notes for each press of the pointer on a row how long after it the row was painted as selected, in ms.
const CLICKED: &str = "window.__clicks = []; let down = null; const paint = new MessageChannel(); \
    const picked = () => document.querySelector('[role=option][aria-selected=true]')?.id; \
    window.addEventListener('pointerdown', (event) => { down = { at: event.timeStamp, was: picked() }; }, true); \
    new MutationObserver(() => { if (!down || picked() === down.was) return; const { at } = down; down = null; \
        requestAnimationFrame(() => { paint.port1.onmessage = () => window.__clicks.push(performance.now() - at); paint.port2.postMessage(0); }); \
    }).observe(document.querySelector('[role=listbox][aria-multiselectable]'), { subtree: true, childList: true, attributes: true })";

/// The row at a place.
const ROW: &str = "return document.querySelector(`[role=option][aria-posinset='${arguments[0]}']`)";

#[test]
fn clicks_are_answered_while_three_accounts_are_fetched() -> Result<()> {
    let users = ["alice", "bob", "carol"];
    let world = World::with(Options::with_users(&["dave", "alice", "bob", "carol"]))?;
    bulk::fill(&world.server, "dave", 100, 4)?;
    // As many as keep them busy for longer than the clicks take.
    let each = if million().is_some() { 40_000 } else { 8_000 };
    for (seed, user) in (1..).zip(users) {
        bulk::fill(&world.server, user, each, seed)?;
    }
    let app = App::with_accounts(&[world.form("dave")])?;
    app.driver().resize(1360, 860)?;
    message_by_message(&app)?;
    app.find_by_position(12)?;
    app.state("Up to date")?;
    app.driver().script(CLICKED, &[])?;
    let state = "return document.body.textContent.includes('Up to date')";
    let click = |n: usize| -> Result<()> {
        let place = if n.is_multiple_of(2) { 3 + n % 8 } else { 2 };
        let row = app.driver().script(ROW, &[json!(place)])?;
        app.driver().click(&Element::of(&row).unwrap())?;
        app.wait("a row that is selected", || {
            Ok((app.driver().script("return window.__clicks.length", &[])? == json!(n)).then_some(()))
        })
    };
    for n in 1..=BEFORE {
        click(n)?;
    }
    // All at once, while somebody reads in the fourth.
    let add = "for (const form of arguments) void window.__TAURI_INTERNALS__.invoke('add_account', { form })";
    app.driver().script(add, &users.map(|user| world.form(user)))?;
    let mut during = 0;
    for n in 1..=CLICKS {
        click(BEFORE + n)?;
        during += usize::from(app.driver().script(state, &[])? == json!(false));
    }
    let all = app.driver().script("return window.__clicks", &[])?;
    let times = sorted(&json!(all.as_array().into_iter().flatten().skip(BEFORE).collect::<Vec<_>>()));
    println!("{during} of {CLICKS} clicks while mail was being fetched; the slowest {:.0} ms", times[CLICKS - 1]);
    figure("three accounts being fetched: a click, 99 of 100", times[CLICKS - 2], "ms");
    assert!(during > 0, "all was there before the first click");
    let size = "return document.querySelector('[role=option]')?.getAttribute('aria-setsize')";
    app.wait_within("all headers of three accounts", Duration::from_secs(180), || {
        Ok((app.driver().script(size, &[])? == json!((3 * each + 100).to_string())).then_some(()))
    })?;
    Ok(())
}
