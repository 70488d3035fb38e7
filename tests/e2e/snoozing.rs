//! Snooze, as a person and a second computer see it.

use crate::app::App;
use crate::world::{World, letter};
use testkit::imap::Imap;
use testkit::{Context, Result};

/// Unix seconds now.
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// The keywords of a due time: quarters of an hour since 2025, bit by bit.
fn keywords(due: i64) -> String {
    let units = (due - 1_735_689_600) / 900;
    let bits = (0..19).filter(|bit| (units >> bit) & 1 == 1).map(|bit| format!(" $Snz{bit}"));
    format!("$Snoozed{}", bits.collect::<String>())
}

/// What `doveadm` says of one message's keywords.
fn there(world: &World, subject: &str) -> Result<Vec<String>> {
    let found = world.server.eye().fetch("alice", "flags", &["mailbox", "INBOX", "subject", subject])?;
    let flags = found.first().context("the message")?;
    let mut all: Vec<String> = flags.split(' ').filter(|f| f.starts_with("$Sn")).map(str::to_owned).collect();
    all.sort();
    Ok(all)
}

fn rows(app: &App) -> Result<Vec<String>> {
    Ok(app.all("option", |_| true)?.into_iter().map(|(_, name)| name).collect())
}

fn set_theme(app: &App, theme: &str) -> Result<()> {
    let script = "const ask = window.__TAURI_INTERNALS__.invoke; const [theme] = arguments; \
                  return ask('settings').then((settings) => ask('set_settings', { settings: { ...settings, theme } }))";
    app.driver().script(script, &[serde_json::json!(theme)])?;
    app.wait("the theme", || {
        Ok((app.driver().script("return document.documentElement.dataset.theme", &[])? == theme).then_some(()))
    })
}

#[test]
fn snoozed_by_key_it_sleeps_and_what_another_computer_lets_come_back_is_on_top() -> Result<()> {
    let world = World::start()?;
    let mut client = Imap::connect_tls(world.server.ports().imaps, world.server.authority())?;
    client.login("alice", world.server.password("alice").context("a password")?)?;
    let came = now() - 20 * 86_400;
    for (n, subject) in ["Glass quote", "Lunch on Friday", "Boiler service"].into_iter().enumerate() {
        let text = format!("About {subject}: see you then.");
        client.append("INBOX", "", came + i64::try_from(n).unwrap() * 60, &letter(subject, &text).bytes())?;
    }
    let app = App::with_accounts(&[world.form("alice")])?;
    app.driver().resize(1360, 860)?;
    app.open("Lunch on Friday")?;
    app.read("About Lunch on Friday")?;
    for theme in ["dark", "light"] {
        set_theme(&app, theme)?;
        app.press("h")?;
        app.find_with("option", "Tomorrow morning")?;
        app.picture(&format!("snooze-picker-{theme}"))?;
        app.press("Pick")?;
        app.wait("one line", || Ok(app.all("option", |n| n.contains("Tomorrow morning"))?.is_empty().then_some(())))?;
        app.press("\u{E007}")?;
        app.find("button", "Cancel")?;
        app.picture(&format!("snooze-time-{theme}"))?;
        app.press("\u{E00C}")?;
        app.wait("no dialog", || Ok(app.all("dialog", |_| true)?.is_empty().then_some(())))?;
    }
    app.press("h")?;
    app.find_with("option", "Tomorrow morning")?;
    app.press("Tomorrow")?;
    app.press("\u{E007}")?;
    app.see("snoozed until")?;
    app.wait("the row gone", || Ok((!rows(&app)?.iter().any(|r| r.contains("Lunch on Friday"))).then_some(())))?;
    // On the server: the marker, and a time ahead in bits.
    app.wait("its keywords", || Ok(there(&world, "Lunch on Friday")?.contains(&"$Snoozed".to_owned()).then_some(())))?;
    let bits = there(&world, "Lunch on Friday")?;
    let units: i64 = bits.iter().filter_map(|k| k.strip_prefix("$Snz")?.parse::<u32>().ok()).map(|n| 1 << n).sum();
    let due = 1_735_689_600 + units * 900;
    assert!(due > now() && due < now() + 2 * 86_400, "{bits:?}");

    app.click("treeitem", "Snoozed")?;
    app.find_with("option", "Lunch on Friday, snoozed until")?;
    app.open("Lunch on Friday")?;
    app.see("Snoozed until")?;
    app.picture("snoozed-light")?;
    set_theme(&app, "dark")?;
    app.picture("snoozed-dark")?;

    // Another computer says of the oldest that it was due an hour ago.
    app.click("treeitem", "All inboxes")?;
    world.server.eye().add_flag(
        "alice",
        &keywords((now() / 900 - 4) * 900),
        &["mailbox", "INBOX", "subject", "Glass quote"],
    )?;
    app.wait("it on top", || Ok(app.find_by_position(1)?.contains("Glass quote").then_some(())))?;
    assert!(app.find_by_position(1)?.contains("back since"), "{:?}", rows(&app)?);
    app.open("Glass quote")?;
    app.see("Back since")?;
    app.picture("snooze-back-dark")?;
    set_theme(&app, "light")?;
    app.picture("snooze-back-light")?;

    // And it wakes the one that sleeps.
    let all = bits.join(" ");
    world.server.eye().remove_flag("alice", &all, &["mailbox", "INBOX", "subject", "Lunch on Friday"])?;
    app.wait("three rows", || Ok((rows(&app)?.len() == 3).then_some(())))?;
    app.wait("no list of the snoozed", || Ok((!app.has("treeitem", "Snoozed")?).then_some(())))?;
    app.assert_silent();
    Ok(())
}
