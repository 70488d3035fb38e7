//! What a screen reader hears, and pictures of every state, light and dark, for a person to compare with the design.

use crate::app::App;
use crate::world::World;
use serde_json::json;
use testkit::{Context, Result, demo};

/// Part of the window, its role and its name, as the design's table has them.
const HEARD: [(&str, &str, &str); 9] = [
    ("navigation", "navigation", "Mailboxes"),
    ("listbox", "listbox", "Messages"),
    ("main", "main", "Message"),
    ("list", "list", "Attachments"),
    ("button", "button", "Save quotes.pdf"),
    ("button", "button", "Open quotes.pdf"),
    ("button", "button", "Load once"),
    ("button", "button", "Always for this sender"),
    ("button", "button", "Save all"),
];

#[test]
fn every_state_light_and_dark() -> Result<()> {
    let world = World::with(demo::options())?;
    demo::fill(&world.server, 1, crate::world::NOW)?;
    let app = App::with_accounts(&[world.form(demo::ALICE), world.form(demo::MOREAU)])?;
    app.driver().resize(1360, 860)?;
    app.state("Up to date · 2 accounts")?;
    app.picture("nothing-selected-light")?;
    let rows = app.all("option", |name| name.contains("Glass order for the north bay"))?;
    assert!(rows.iter().any(|(_, name)| name.starts_with("Unread, Inès Caron, ")), "{rows:?}");
    app.open("Glass order for the north bay")?;
    app.read("The panes arrive")?;
    for (part, role, name) in HEARD {
        let element = app.find(part, name)?;
        assert_eq!(app.driver().role(&element)?, role, "{name}");
    }
    for theme in ["light", "dark"] {
        set(&app, "theme", theme)?;
        app.wait("the theme", || {
            Ok((app.driver().script("return document.documentElement.dataset.theme", &[])? == theme).then_some(()))
        })?;
        app.read_in("The panes arrive", theme)?;
        app.picture(&format!("main-{theme}"))?;
        set(&app, "density", "compact")?;
        app.picture(&format!("compact-{theme}"))?;
        set(&app, "density", "comfortable")?;
        for (width, name) in [(1000, "two-panes"), (480, "one-pane")] {
            app.driver().resize(width, 860)?;
            app.picture(&format!("{name}-{theme}"))?;
        }
        app.driver().resize(1360, 860)?;
        for (key, words, name) in
            [("?", "Keyboard shortcuts", "keys"), ("g", "Go to", "palette"), (",", "Settings", "settings")]
        {
            dialog(&app, key, words, &format!("{name}-{theme}"))?;
        }
        app.click("button", "Up to date · 2 accounts")?;
        app.see("Server last heard")?;
        app.picture(&format!("health-{theme}"))?;
        app.click("button", "Close")?;
        app.open("Your ticket for")?;
        app.read("Coach")?;
        app.picture(&format!("ticket-{theme}"))?;
        app.open("Glass order for the north bay")?;
        app.read("The panes arrive")?;
    }
    app.assert_silent();
    Ok(())
}

/// Escape.
const AWAY: &str = "\u{E00C}";

#[test]
fn what_acting_shows_dark_and_compact_and_in_german() -> Result<()> {
    let world = World::with(demo::options())?;
    demo::fill(&world.server, 1, crate::world::NOW)?;
    let app = App::with_accounts(&[world.form(demo::ALICE), world.form(demo::MOREAU)])?;
    app.driver().resize(1360, 860)?;
    app.state("Up to date · 2 accounts")?;
    for (theme, density, language, name) in [
        ("dark", "comfortable", "en", "dark"),
        ("light", "compact", "de", "german"),
        ("dark", "compact", "de", "compact"),
    ] {
        set(&app, "theme", theme)?;
        set(&app, "density", density)?;
        set(&app, "language", language)?;
        app.wait("the look", || {
            let look = "const { theme, density } = document.documentElement.dataset; return [theme, density, document.documentElement.lang]";
            Ok((app.driver().script(look, &[])? == json!([theme, density, language])).then_some(()))
        })?;
        app.open("Your ticket for")?;
        app.press("s")?;
        for (keys, what) in [("v", "move"), ("l", "label"), ("gt", "timeline")] {
            app.press(keys)?;
            app.wait("a dialog", || Ok(app.all("dialog", |_| true)?.into_iter().next()))?;
            app.picture(&format!("{what}-{name}"))?;
            away(&app)?;
        }
        for (script, what) in MENUS {
            app.driver().script(script, &[])?;
            app.wait("a menu", || Ok(app.all("menuitem", |_| true)?.into_iter().next()))?;
            app.picture(&format!("{what}-{name}"))?;
            app.press(AWAY)?;
            app.wait("no menu", || Ok(app.all("menuitem", |_| true)?.is_empty().then_some(())))?;
        }
        // At a folder, "all" and Delete are not about the list.
        app.driver().script("document.querySelector('[role=listbox][aria-multiselectable]').focus()", &[])?;
        app.press("e")?;
        app.wait("its row gone", || {
            Ok(app.all("option", |row| row.contains("Your ticket for"))?.is_empty().then_some(()))
        })?;
        app.picture(&format!("undo-{name}"))?;
        app.press("z")?;
        app.wait("its row back", || {
            Ok((!app.all("option", |row| row.contains("Your ticket for"))?.is_empty()).then_some(()))
        })?;
        app.chord('\u{E009}', 'a')?;
        app.picture(&format!("selected-{name}"))?;
        // For ever: the one that asks before.
        app.chord('\u{E008}', '\u{E017}')?;
        app.wait("a dialog", || Ok(app.all("dialog", |_| true)?.into_iter().next()))?;
        app.picture(&format!("for-ever-{name}"))?;
        away(&app)?;
        app.press(AWAY)?;
    }
    Ok(())
}

#[test]
fn what_writing_shows_dark_and_in_german() -> Result<()> {
    let world = World::with(demo::options())?;
    demo::fill(&world.server, 1, crate::world::NOW)?;
    let app = App::with_accounts(&[world.form(demo::ALICE)])?;
    app.driver().resize(1360, 860)?;
    app.state("Up to date")?;
    set(&app, "theme", "dark")?;
    app.open("Your ticket for")?;
    app.read_in("Coach", "dark")?;
    // A coloured mail is quoted on the paper it was made for.
    app.press("r")?;
    app.find("textbox", "Message text")?;
    app.wait("its quote", || Ok(app.driver().script(QUOTED, &[])?.as_bool().filter(|is| *is)))?;
    // What is spelt wrong is marked, in the language of the system.
    app.press("These words are right. ")?;
    app.painted()?;
    assert_eq!(red(&app, "writing-dark")?, 0);
    app.press("This one is mispeled here. ")?;
    app.wait("the mark under a wrong word", || Ok((red(&app, "writing-dark")? > 20).then_some(())))?;
    for (language, more, templates, keep, name) in [
        ("de", "Mehr zu dieser Nachricht", "Vorlagen", "Als Vorlage sichern …", "german"),
        ("en", "More for this message", "Templates", "Save as template…", "dark"),
    ] {
        set(&app, "language", language)?;
        app.click("button", more)?;
        app.click("menuitem", templates)?;
        app.picture(&format!("writing-menu-{name}"))?;
        app.click("menuitem", keep)?;
        app.find("textbox", "Name")?;
        app.picture(&format!("template-{name}"))?;
        app.press(AWAY)?;
        app.wait("the writer alone", || Ok((app.all("dialog", |_| true)?.len() == 1).then_some(())))?;
    }
    app.click("button", "Discard")?;
    for (language, settings, edit, name) in
        [("en", "Settings", "Edit Alice", "dark"), ("de", "Einstellungen", " bearbeiten", "german")]
    {
        set(&app, "language", language)?;
        app.click("button", settings)?;
        let sender = |name: &str| name.contains(edit) && name.contains("Alice");
        let (_, edit) = app.wait("a sender", || Ok(app.all("button", sender)?.into_iter().next()))?;
        app.click("button", &edit)?;
        app.wait("its form", || Ok((app.all("dialog", |_| true)?.len() == 2).then_some(())))?;
        app.picture(&format!("sender-{name}"))?;
        app.press(AWAY)?;
        app.wait("the settings alone", || Ok((app.all("dialog", |_| true)?.len() == 1).then_some(())))?;
        away(&app)?;
    }
    Ok(())
}

/// Takes a picture of the window, and counts what is red in the first line of the text that is written.
fn red(app: &App, name: &str) -> Result<usize> {
    app.picture(name)?;
    let line = "const text = document.querySelector('[contenteditable]').getBoundingClientRect(); \
                return `${Math.floor(text.width)}x26+${Math.floor(text.x)}+${Math.floor(text.y)}`";
    let place = app.driver().script(line, &[])?;
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots").join(format!("{name}.png"));
    let mut convert = std::process::Command::new("convert");
    convert.arg(file).arg("-crop").arg(place.as_str().context("a place")?).args(["-depth", "8", "rgb:-"]);
    let pixels = convert.output().context("convert")?.stdout;
    assert!(!pixels.is_empty(), "no picture of the text");
    Ok(pixels.chunks_exact(3).filter(|p| p[0] > 200 && p[1] < 150 && p[2] < 150).count())
}

/// Whether a quote stands in the text that is written.
const QUOTED: &str = "const text = document.querySelector('[contenteditable]'); \
    return text?.textContent.includes('Coach') || [...text?.querySelectorAll('*') ?? []].some((e) => e.shadowRoot?.textContent.includes('Coach')) || false";

/// Opens the menu of a row, and that of a folder.
const MENUS: [(&str, &str); 2] = [
    (
        "const r = document.querySelector('[role=option]').getBoundingClientRect(); document.querySelector('[role=option]')\
         .dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: r.x + 60, clientY: r.y + 20 }))",
        "row-menu",
    ),
    (
        "const item = [...document.querySelectorAll('[role=treeitem][data-folder]')].at(5); const r = item.getBoundingClientRect(); \
         item.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: r.x + 60, clientY: r.y + 10 }))",
        "folder-menu",
    ),
];

/// Closes the dialog.
fn away(app: &App) -> Result<()> {
    app.press(AWAY)?;
    app.wait("no dialog", || Ok(app.all("dialog", |_| true)?.is_empty().then_some(())))
}

/// Opens a dialog as its button or its key does, takes its picture, closes it.
fn dialog(app: &App, key: &str, words: &str, name: &str) -> Result<()> {
    match key {
        "?" => app.press("?")?,
        // Control and K; the empty key lets go of both.
        "g" => app.chord('\u{E009}', 'k')?,
        _ => app.click("button", words)?,
    }
    app.wait("a dialog", || Ok(app.all("dialog", |_| true)?.into_iter().next()))?;
    app.picture(name)?;
    away(app)
}

/// Changes one choice of the person.
fn set(app: &App, name: &str, value: &str) -> Result<()> {
    let script = "const ask = window.__TAURI_INTERNALS__.invoke; const [name, value] = arguments; \
                  return ask('settings').then((settings) => ask('set_settings', { settings: { ...settings, [name]: value } }))";
    app.driver().script(script, &[json!(name), json!(value)]).map(drop)
}
