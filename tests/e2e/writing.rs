//! Writing and sending, as a person does it; what went out is looked at where it arrived.

use crate::app::App;
use crate::office::Office;
use crate::world::letter;
use serde_json::{Value, json};
use testkit::authority::sha256_hex;
use testkit::{Context, Result};

/// Sending can be undone for this many seconds.
pub fn undo_for(app: &App, seconds: u32) -> Result<()> {
    set(app, &json!({ "undoSeconds": seconds }))
}

/// Changes settings.
fn set(app: &App, change: &Value) -> Result<()> {
    let script = "const ask = window.__TAURI_INTERNALS__.invoke; const [change] = arguments; \
                  return ask('settings').then((settings) => ask('set_settings', { settings: { ...settings, ...change } }))";
    app.driver().script(script, std::slice::from_ref(change)).map(drop)
}

/// Types where a field of this role and name is.
pub fn write(app: &App, role: &str, name: &str, text: &str) -> Result<()> {
    let field = app.find(role, name)?;
    app.driver().click(&field)?;
    app.driver().type_into(&field, text)
}

/// The drafts as the store has them.
pub fn drafts(app: &App) -> Result<Vec<Value>> {
    let found = app.driver().script("return window.__TAURI_INTERNALS__.invoke('drafts')", &[])?;
    Ok(found.as_array().cloned().unwrap_or_default())
}

/// Waits until a draft in the store holds this.
pub fn kept(app: &App, words: &str) -> Result<Value> {
    app.wait(&format!("a draft with {words:?}"), || {
        Ok(drafts(app)?.into_iter().find(|draft| draft.to_string().contains(words)))
    })
}

/// Two pixels of a picture, as base64.
const PICTURE: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR4nGPY4Gin7X8EAAhHAm4Ff9O3AAAAAElFTkSuQmCC";

/// Pastes that picture into the text, and waits until the store has it. Gives its SHA-256.
pub fn paste_picture(app: &App) -> Result<String> {
    use base64::Engine as _;
    let paste = "const bytes = Uint8Array.from(atob(arguments[0]), (c) => c.charCodeAt(0)); const data = new DataTransfer(); \
                 data.items.add(new File([bytes], 'seed.png', { type: 'image/png' })); const box = document.querySelector('[contenteditable]'); \
                 box.focus(); box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))";
    app.driver().script(paste, &[json!(PICTURE)])?;
    app.wait("the picture in the store", || {
        Ok(drafts(app)?.iter().any(|d| d["html"].as_str().is_some_and(|h| h.contains("cid:"))).then_some(()))
    })?;
    Ok(sha256_hex(&base64::engine::general_purpose::STANDARD.decode(PICTURE).context("a picture")?))
}

#[test]
fn what_is_written_arrives_once_as_it_was_written() -> Result<()> {
    let office = Office::start()?;
    office.deliver("alice@meadow.example", &letter("Glass order", "How many panes do you need?"))?;
    let app = App::with_accounts(&[office.form("alice")])?;
    app.driver().resize(1360, 860)?;
    app.open("Glass order")?;
    // Answers are written below what they quote, and signed.
    set(&app, &json!({ "undoSeconds": 1, "answerBelow": true }))?;
    let sign = "const ask = window.__TAURI_INTERNALS__.invoke; return ask('identities').then(([own]) => \
                ask('save_identity', { identity: { ...own, signature: '<div>Alice, <i>glazier</i></div>' } }))";
    app.driver().script(sign, &[])?;

    // A message of one's own, with a file, and a picture in its text.
    let file = app.desk.saved().join("attach");
    std::fs::create_dir_all(&file).context("a folder")?;
    let bytes: Vec<u8> = (0..50_000u32).map(|n| (n * 31 % 251) as u8).collect();
    std::fs::write(file.join("Pläne.bin"), &bytes).context("a file")?;
    app.press("c")?;
    app.find("dialog", "New message")?;
    write(&app, "combobox", "To", "bob@meadow.example,")?;
    write(&app, "textbox", "Subject", "Plans for the bay")?;
    // Whoever clicks hits what is already there: the signature.
    let field = app.find("textbox", "Message text")?;
    app.driver().click(&field)?;
    app.driver().chord('\u{E009}', '\u{E011}')?;
    app.driver().keys("Here they are.")?;
    let picture = paste_picture(&app)?;
    app.click("button", "Attach files")?;
    app.see("Pläne.bin")?;
    app.picture("writing")?;
    app.click("button", "Send")?;
    let theirs = office.arrived("bob", "Plans for the bay")?;

    // An answer: whoever writes below has the caret there.
    app.open("Glass order")?;
    app.press("r")?;
    app.find("dialog", "Re: Glass order")?;
    app.wait("the caret in the text", || {
        Ok((app.driver().script("return document.activeElement?.isContentEditable", &[])? == true).then_some(()))
    })?;
    app.driver().keys("Twelve, please.")?;
    kept(&app, "Twelve, please.")?;
    app.picture("answering")?;
    app.click("button", "Send")?;
    let answer = office.arrived("ines", "Re: Glass order")?;
    let asked = office.messages("alice", "INBOX", "Glass order")?.remove(0);
    assert_eq!(answer.head("in-reply-to"), asked.head("message-id"));
    for text in [answer.text(), answer.html()] {
        let at = ["How many panes do you need?", "Twelve, please.", "glazier"].map(|words| text.find(words));
        assert!(at[0].is_some() && at[0] < at[1] && at[1] < at[2], "{at:?}: {text}");
    }
    app.wait("the mark on what was answered", || {
        let flags = office.flags("alice", "INBOX", "Glass order")?;
        Ok(flags.first().is_some_and(|f| f.contains("\\Answered")).then_some(()))
    })?;
    // Both copies are there, and say what arrived.
    office.filed(&app, "Sent", "Plans for the bay", 1)?;
    let ours = office.messages("alice", "Sent", "Plans for the bay")?.remove(0);
    for message in [&theirs, &ours] {
        let head = |name: &str| message.head(name);
        assert_eq!(head("from"), ["Alice Meadows <alice@meadow.example>"]);
        assert_eq!((head("to"), head("cc"), head("bcc")), (vec!["bob@meadow.example".to_owned()], vec![], vec![]));
        assert!(message.text().starts_with("Here they are."), "{message:?}");
        assert!(message.text().trim_end().ends_with("\n-- \nAlice, glazier"), "{message:?}");
        assert_eq!(message.files(), 2);
        let plans = message.file(&sha256_hex(&bytes))?;
        assert_eq!((&plans["name"], &plans["how"]), (&json!("Pläne.bin"), &json!("attachment")));
        let shown = message.file(&picture)?;
        let cid = shown["cid"].as_str().context("a Content-ID")?.trim_matches(['<', '>']);
        assert!(message.html().contains(&format!("src=\"cid:{cid}\"")), "{}", message.html());
        let shape = message.shape();
        assert!(shape.contains(&"multipart/alternative") && shape.contains(&"multipart/related"), "{shape:?}");
    }
    assert_eq!(theirs.head("message-id"), ours.head("message-id"));
    assert_eq!(office.delivered("bob@meadow.example"), 1);
    office.filed(&app, "Sent", "Re: Glass order", 1)?;
    assert_eq!(office.delivered("ines@caron.example"), 1);
    app.assert_silent();
    Ok(())
}

#[test]
fn what_was_being_written_is_there_after_a_crash_and_undone_sending_sends_nothing() -> Result<()> {
    let office = Office::start()?;
    office.deliver("alice@meadow.example", &letter("Glass order", "How many panes do you need?"))?;
    let mut app = App::with_accounts(&[office.form("alice")])?;
    app.open("Glass order")?;
    app.press("c")?;
    write(&app, "combobox", "To", "bob@meadow.example,")?;
    write(&app, "textbox", "Subject", "Long thoughts")?;
    write(&app, "textbox", "Message text", "Once upon a time")?;
    kept(&app, "Once upon a time")?;
    app.restart()?;
    app.see("Your text is back")?;
    app.picture("writing-back")?;
    kept(&app, "Once upon a time")?;

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
    assert!(office.flags("alice", "Sent", "Long thoughts")?.is_empty());

    // Sent in earnest, it is the only one that ever arrives.
    undo_for(&app, 1)?;
    app.click("button", "Send")?;
    let arrived = office.arrived("bob", "Long thoughts")?;
    assert!(arrived.text().starts_with("Once upon a time"), "{arrived:?}");
    office.filed(&app, "Sent", "Long thoughts", 1)?;
    assert_eq!((office.flags("bob", "INBOX", "Long thoughts")?.len(), office.delivered("bob@meadow.example")), (1, 1));
    Ok(())
}
