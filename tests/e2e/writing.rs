//! Writing and sending, as a person does it; what went out is looked at where it arrived.

use crate::app::App;
use crate::world::{World, letter};
use base64::Engine as _;
use std::time::Duration;
use testkit::{Context, Result};

/// How long a message may take from "Send" to its server.
const PATIENCE: Duration = Duration::from_secs(40);

/// Sending can be undone for this many seconds.
pub fn undo_for(app: &App, seconds: u32) -> Result<()> {
    let script = "const ask = window.__TAURI_INTERNALS__.invoke; const [undoSeconds] = arguments; \
                  return ask('settings').then((settings) => ask('set_settings', { settings: { ...settings, undoSeconds } }))";
    app.driver().script(script, &[serde_json::json!(seconds)]).map(drop)
}

/// Types where a field of this role and name is.
pub fn write(app: &App, role: &str, name: &str, text: &str) -> Result<()> {
    let field = app.find(role, name)?;
    app.driver().click(&field)?;
    app.driver().type_into(&field, text)
}

/// How many messages of this subject are in a mailbox, and what flags they have.
pub fn there(world: &World, mailbox: &str, subject: &str) -> Result<Vec<String>> {
    world.server.eye().fetch("alice", "flags", &["mailbox", mailbox, "subject", subject])
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn what_is_written_goes_out_once_as_it_was_written() -> Result<()> {
    let world = World::start()?;
    world.put("alice", &letter("Glass order", "How many panes do you need?"))?;
    let app = App::with_accounts(&[world.form("alice")])?;
    app.driver().resize(1360, 860)?;
    app.open("Glass order")?;
    undo_for(&app, 1)?;

    // A message of one's own, with a file.
    let file = app.desk.saved().join("attach");
    std::fs::create_dir_all(&file).context("a folder")?;
    let bytes: Vec<u8> = (0..50_000u32).map(|n| (n * 31 % 251) as u8).collect();
    std::fs::write(file.join("Pläne.bin"), &bytes).context("a file")?;
    app.press("c")?;
    app.find("dialog", "New message")?;
    write(&app, "combobox", "To", "bob@meadow.example,")?;
    write(&app, "textbox", "Subject", "Plans for the bay")?;
    write(&app, "textbox", "Message text", "Here they are.")?;
    app.click("button", "Attach files")?;
    app.see("Pläne.bin")?;
    app.picture("writing")?;
    app.click("button", "Send")?;
    let kept = world.smtp.wait(1, PATIENCE)?;
    let sent = text(&kept[0].message);
    assert_eq!(
        (kept[0].from.as_str(), &kept[0].to[..]),
        ("alice@meadow.example", &["bob@meadow.example".to_owned()][..])
    );
    for part in ["Subject: Plans for the bay", "Here they are.", "multipart/alternative", "filename*"] {
        assert!(sent.contains(part), "{part}: {sent}");
    }
    let encoded = base64::engine::general_purpose::STANDARD.encode(&bytes);
    assert!(sent.replace("\r\n", "").contains(&encoded), "the file as it is on the disk");
    app.wait("the copy in Sent", || Ok((there(&world, "Sent", "Plans for the bay")?.len() == 1).then_some(())))?;

    // An answer.
    app.open("Glass order")?;
    app.press("r")?;
    let field = app.find("textbox", "Message text")?;
    app.driver().click(&field)?;
    app.driver().type_into(&field, "Twelve, please.")?;
    app.picture("answering")?;
    app.click("button", "Send")?;
    let kept = world.smtp.wait(2, PATIENCE)?;
    let sent = text(&kept[1].message);
    assert_eq!(kept[1].to, ["ines@caron.example"]);
    for part in ["Subject: Re: Glass order", "In-Reply-To: <", "Twelve, please.", "How many panes do you need?"] {
        assert!(sent.contains(part), "{part}: {sent}");
    }
    app.wait("the mark on what was answered", || {
        let flags = there(&world, "INBOX", "Glass order")?;
        Ok(flags.first().is_some_and(|f| f.contains("\\Answered")).then_some(()))
    })?;
    app.wait("the copy in Sent", || Ok((there(&world, "Sent", "Re: Glass order")?.len() == 1).then_some(())))?;
    assert_eq!(world.smtp.kept().len(), 2, "each went out once");
    app.assert_silent();
    Ok(())
}

#[test]
fn what_was_being_written_is_there_after_a_crash_and_undone_sending_sends_nothing() -> Result<()> {
    let world = World::start()?;
    world.put("alice", &letter("Glass order", "How many panes do you need?"))?;
    let mut app = App::with_accounts(&[world.form("alice")])?;
    app.open("Glass order")?;
    app.press("c")?;
    write(&app, "combobox", "To", "bob@meadow.example,")?;
    write(&app, "textbox", "Subject", "Long thoughts")?;
    write(&app, "textbox", "Message text", "Once upon a time")?;
    app.wait("the text in the store", || {
        let script = "return window.__TAURI_INTERNALS__.invoke('drafts')";
        let drafts = app.driver().script(script, &[])?.to_string();
        Ok(drafts.contains("Once upon a time").then_some(()))
    })?;
    app.restart()?;
    app.see("Your text is back")?;
    app.picture("writing-back")?;
    let drafts = app.driver().script("return window.__TAURI_INTERNALS__.invoke('drafts')", &[])?.to_string();
    assert!(drafts.contains("Once upon a time"), "{drafts}");

    // Sent, and taken back in time.
    undo_for(&app, 30)?;
    app.wait("the composer again", || {
        if let Some((button, _)) = app.all("button", |name| name == "Open")?.first() {
            app.driver().click(button)?;
        }
        Ok((!app.all("dialog", |name| name == "Long thoughts")?.is_empty()).then_some(()))
    })?;
    app.click("button", "Send")?;
    app.see("Sending in")?;
    app.click("button", "Undo")?;
    app.find("dialog", "Long thoughts")?;
    app.see("Once upon a time")?;
    assert!(world.smtp.kept().is_empty());
    assert!(there(&world, "Sent", "Long thoughts")?.is_empty());
    Ok(())
}
