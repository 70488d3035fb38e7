//! What a person does to mail, with keys and mouse, each outcome seen on the server by `doveadm`.

use crate::app::App;
use crate::world::{NOW, World, address};
use serde_json::json;
use testkit::mail::{Letter, Part, Person};
use testkit::{Proxy, Result};

const DELETE: &str = "\u{E017}";

/// What the server has of a mailbox: subjects with flags, sorted.
fn there(world: &World, user: &str, mailbox: &str) -> Result<Vec<String>> {
    let found = world.server.eye().fetch(user, "flags hdr.subject", &["mailbox", mailbox, "ALL"])?;
    let mut all: Vec<String> = found
        .iter()
        .filter_map(|line| line.split_once('\t'))
        .map(|(flags, subject)| {
            let flags: Vec<&str> = flags.split(' ').filter(|f| !f.is_empty() && *f != "\\Recent").collect();
            format!("{subject} {}", flags.join(" ")).trim_end().to_owned()
        })
        .collect();
    all.sort();
    Ok(all)
}

/// Waits until the server has this in a mailbox.
fn arrives(app: &App, world: &World, mailbox: &str, expected: &[&str]) -> Result<()> {
    let mut last = Vec::new();
    app.wait(&format!("{expected:?} in {mailbox}"), || {
        last = there(world, "alice", mailbox)?;
        Ok((last == expected).then_some(()))
    })
    .map_err(|error| testkit::Error::new(format!("{error}\nthere is {last:?}")))
}

/// Three letters: the newest first in the list.
fn three(world: &World) -> Result<()> {
    for (n, subject) in ["One", "Two", "Three"].into_iter().enumerate() {
        let (from, to) =
            (Person::new("Inès Caron", "ines@caron.example"), Person::new("Alice", "alice@meadow.example"));
        let at = NOW + i64::try_from(n).unwrap() * 60;
        world.put("alice", &Letter::new(&from, &to, subject, at, Part::text(&format!("Text of {subject}."))))?;
    }
    Ok(())
}

fn rows(app: &App) -> Result<Vec<String>> {
    Ok(app.all("option", |_| true)?.into_iter().map(|(_, name)| name).collect())
}

#[test]
fn keys_and_their_undoing_reach_the_server() -> Result<()> {
    let world = World::start()?;
    three(&world)?;
    let app = App::with_accounts(&[world.form("alice")])?;
    app.driver().resize(1360, 860)?;
    app.open("Three")?;
    app.read("Text of Three.")?;
    // Opened is read.
    arrives(&app, &world, "INBOX", &["One", "Three \\Seen", "Two"])?;
    app.press("s")?;
    arrives(&app, &world, "INBOX", &["One", "Three \\Flagged \\Seen", "Two"])?;
    app.press("e")?;
    app.see("archived")?;
    app.picture("acting-undo-light")?;
    arrives(&app, &world, "Archive", &["Three \\Flagged \\Seen"])?;
    // The next message takes its place.
    app.find_with("article", "Two")?;
    app.click("button", "Undo")?;
    arrives(&app, &world, "Archive", &[])?;
    app.open("Three")?;
    app.press(DELETE)?;
    arrives(&app, &world, "Trash", &["Three \\Flagged \\Seen"])?;
    app.press("z")?;
    arrives(&app, &world, "Trash", &[])?;
    app.open("One")?;
    app.press("!")?;
    app.wait("junk", || Ok((there(&world, "alice", "Junk")?.len() == 1).then_some(())))?;
    app.press("z")?;
    app.wait("no junk", || Ok(there(&world, "alice", "Junk")?.is_empty().then_some(())))?;
    app.wait("three rows", || Ok((rows(&app)?.len() == 3).then_some(())))?;
    app.assert_silent();
    Ok(())
}

#[test]
fn buttons_menus_and_pickers_do_the_same() -> Result<()> {
    let world = World::start()?;
    three(&world)?;
    world.server.eye().create("alice", "Projects")?;
    let app = App::with_accounts(&[world.form("alice")])?;
    app.driver().resize(1360, 860)?;
    app.open("Two")?;
    app.read("Text of Two.")?;
    for name in ["Archive", "Delete", "Junk", "Move", "Label", "Flag", "More"] {
        app.find("button", name)?;
    }
    app.click("button", "Move")?;
    app.wait("a dialog", || Ok(app.all("dialog", |_| true)?.into_iter().next()))?;
    app.picture("move-light")?;
    app.press("Projects")?;
    app.press("\u{E007}")?;
    arrives(&app, &world, "Projects", &["Two \\Seen"])?;
    app.open("One")?;
    app.press("l")?;
    app.wait("a dialog", || Ok(app.all("dialog", |_| true)?.into_iter().next()))?;
    app.picture("label-light")?;
    app.press("Work")?;
    app.press("\u{E007}")?;
    app.wait("the label", || {
        Ok(there(&world, "alice", "INBOX")?.iter().any(|m| m.starts_with("One") && m.contains("$label2")).then_some(()))
    })?;
    app.press("\u{E00C}")?;
    app.wait("no dialog", || Ok(app.all("dialog", |_| true)?.is_empty().then_some(())))?;
    // The row's own menu.
    let script = "const row = [...document.querySelectorAll('[role=option]')].find((r) => r.getAttribute('aria-label')?.includes('Three')); \
                  const r = row.getBoundingClientRect(); \
                  row.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: r.x + 60, clientY: r.y + 20 }))";
    app.driver().script(script, &[])?;
    app.wait("a menu", || Ok((!app.all("menuitem", |_| true)?.is_empty()).then_some(())))?;
    app.picture("row-menu-light")?;
    let item = app.find_with("menuitem", "Archive")?;
    app.driver().click(&item)?;
    app.wait("archived", || {
        Ok(there(&world, "alice", "Archive")?.iter().any(|m| m.starts_with("Three")).then_some(()))
    })?;
    // What was done, with undo hours later.
    app.press("gt")?;
    app.wait("the timeline", || Ok(app.all("dialog", |_| true)?.into_iter().next()))?;
    app.picture("timeline-light")?;
    Ok(())
}

#[test]
fn what_is_done_without_a_server_survives_a_crash_and_arrives() -> Result<()> {
    let mut world = World::start()?;
    three(&world)?;
    let mut app = App::with_accounts(&[world.form("alice")])?;
    app.open("Three")?;
    app.read("Text of Three.")?;
    arrives(&app, &world, "INBOX", &["One", "Three \\Seen", "Two"])?;
    world.server.stop()?;
    app.press("s")?;
    app.press("e")?;
    app.wait("two rows", || Ok((rows(&app)?.len() == 2).then_some(())))?;
    app.picture("acting-offline")?;
    app.restart()?;
    app.wait("still two rows", || Ok((rows(&app)?.len() == 2).then_some(())))?;
    world.server.start_again()?;
    arrives(&app, &world, "Archive", &["Three \\Flagged \\Seen"])?;
    arrives(&app, &world, "INBOX", &["One", "Two"])?;
    Ok(())
}

#[test]
fn a_row_dragged_to_another_account_is_there_and_no_longer_here() -> Result<()> {
    let world = World::start()?;
    three(&world)?;
    let app = App::with_accounts(&[world.form("alice"), world.form("bob")])?;
    app.driver().resize(1360, 860)?;
    app.open("Two")?;
    app.read("Text of Two.")?;
    let bob = address("bob");
    let drag = "const [subject, account] = arguments; \
        const row = [...document.querySelectorAll('[role=option]')].find((r) => r.getAttribute('aria-label')?.includes(subject)); \
        const items = [...document.querySelectorAll('[role=treeitem]')]; \
        const target = items.filter((i) => i.getAttribute('aria-label') === 'Archive' || i.innerText.trim().startsWith('Archive')).at(-1); \
        const data = new DataTransfer(); \
        const at = (node, name) => { const r = node.getBoundingClientRect(); \
            return node.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: data, clientX: r.x + 20, clientY: r.y + 10 })); }; \
        at(row, 'dragstart'); at(target, 'dragenter'); at(target, 'dragover'); at(target, 'drop'); at(row, 'dragend'); return account;";
    app.driver().script(drag, &[json!("Two"), json!(bob)])?;
    app.wait("it is with bob", || Ok((there(&world, "bob", "Archive")?.len() == 1).then_some(())))?;
    app.wait("and no longer with alice", || Ok((there(&world, "alice", "INBOX")?.len() == 2).then_some(())))?;
    let text = world.server.eye().fetch("bob", "text", &["mailbox", "Archive", "ALL"])?.join("\n");
    assert!(text.contains("Text of Two."), "{text:?}");
    app.press("z")?;
    app.wait("back with alice", || Ok((there(&world, "alice", "INBOX")?.len() == 3).then_some(())))?;
    app.wait("and gone from bob", || Ok(there(&world, "bob", "Archive")?.is_empty().then_some(())))?;
    Ok(())
}

#[test]
fn another_client_was_faster_and_the_window_says_so() -> Result<()> {
    let world = World::start()?;
    three(&world)?;
    world.server.eye().create("alice", "Projects")?;
    let wire = Proxy::to(world.server.ports().imaps)?;
    let app = App::with_accounts(&[world.form_through("alice", wire.port())])?;
    app.open("Two")?;
    app.read("Text of Two.")?;
    arrives(&app, &world, "INBOX", &["One", "Three", "Two \\Seen"])?;
    wire.meter().set(|fault| fault.refuse = true);
    wire.drop_all();
    app.press("v")?;
    app.wait("a dialog", || Ok(app.all("dialog", |_| true)?.into_iter().next()))?;
    app.press("Projects")?;
    app.press("\u{E007}")?;
    app.wait("two rows", || Ok((rows(&app)?.len() == 2).then_some(())))?;
    world.server.eye().expunge("alice", &["mailbox", "INBOX", "subject", "Two"])?;
    wire.meter().set(|fault| fault.refuse = false);
    app.see("another program moved or deleted it before")?;
    app.picture("refusal-light")?;
    assert!(there(&world, "alice", "Projects")?.is_empty());
    Ok(())
}
