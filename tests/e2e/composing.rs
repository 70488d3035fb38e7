//! Writing beyond the first message: to addresses from elsewhere, in windows of its own, offline, together with another program.

use crate::app::App;
use crate::office::{Office, PATIENCE};
use crate::world::written;
use crate::writing::{kept, paste_picture, undo_for, write};
use serde_json::json;
use testkit::imap::Imap;
use testkit::mail::{Letter, Part, Person};
use testkit::{Context, Result};

/// What an evil page would have the mail program write.
const HOSTILE: &str = "mailto:bob@meadow.example?cc=carol@meadow.example&bcc=eve@meadow.example\
    &subject=Hello%0D%0ABcc:%20mallory@evil.example&body=One%0D%0A%3Cscript%3Ealert(1)%3C/script%3E\
    &attach=/etc/passwd&attachment=/etc/passwd&from=mallory@evil.example&X-Evil=1";

/// The text area of the message in front.
fn type_text(app: &App, words: &str) -> Result<()> {
    write(app, "textbox", "Message text", words)
}

/// Addresses of recipients that the page shows.
fn chips(app: &App) -> Result<Vec<String>> {
    Ok(app
        .all("button", |name| name.contains('@') && !name.starts_with("Remove"))?
        .into_iter()
        .map(|(_, n)| n)
        .collect())
}

#[test]
fn a_mailto_from_the_system_is_written_in_a_window_of_its_own_and_carries_nothing_else() -> Result<()> {
    let office = Office::start()?;
    let html = "<p>Write to <a href=\"mailto:dora@meadow.example?subject=From%20a%20link\">Dora</a>.</p>\
                <table><tr><td>cheap</td><td>a <b>bold</b> price</td></tr></table>";
    office.deliver("alice@meadow.example", &written("An address", Part::html(html)))?;
    let app = App::with_accounts(&[office.form("alice")])?;
    app.driver().resize(1360, 860)?;
    app.open("An address")?;
    undo_for(&app, 1)?;

    app.start_beside(HOSTILE)?;
    let name = "Hello Bcc: mallory@evil.example";
    app.find("dialog", name)?;
    let draft = kept(&app, "mallory")?;
    let of = |field: &str| -> Vec<String> {
        draft[field].as_array().into_iter().flatten().map(|r| r["email"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (of("to"), of("cc"), of("bcc")),
        (
            vec!["bob@meadow.example".to_owned()],
            vec!["carol@meadow.example".to_owned()],
            vec!["eve@meadow.example".to_owned()]
        )
    );
    assert_eq!(draft["files"], json!([]), "nothing is attached that nobody attached");
    assert_eq!(chips(&app)?.len(), 3, "the blind copy is shown: {:?}", chips(&app)?);
    app.see("<script>alert(1)</script>")?;
    app.picture("mailto")?;

    // In a window of its own: what is written there is in the store, and the main window has let go of it.
    let main = app.driver().windows()?.into_iter().next().context("no window")?;
    app.click("button", "Write in a window of its own")?;
    let own = app.wait("a window of its own", || Ok(app.driver().windows()?.into_iter().find(|w| *w != main)))?;
    app.wait("the sheet put away", || Ok((!app.has("dialog", name)?).then_some(())))?;
    app.driver().switch(&own)?;
    app.find("dialog", name)?;
    type_text(&app, "Written beside. ")?;
    kept(&app, "Written beside.")?;
    app.picture("mailto-window")?;

    // It comes back, and goes out from there, to those who were seen.
    // The window that is clicked goes with the click.
    let back = app.find("button", "Write in the main window")?;
    let _gone = app.driver().click(&back);
    app.driver().switch(&main)?;
    app.find("dialog", name)?;
    app.see("Written beside.")?;
    app.wait("one window", || Ok((app.driver().windows()?.len() == 1).then_some(())))?;
    app.click("button", "Write in a window of its own")?;
    let own = app.wait("a window of its own", || Ok(app.driver().windows()?.into_iter().find(|w| *w != main)))?;
    app.driver().switch(&own)?;
    let send = app.find("button", "Send")?;
    let _gone = app.driver().click(&send);
    app.driver().switch(&main)?;
    for user in ["bob", "carol", "eve"] {
        let arrived = office.arrived(user, "Hello Bcc: mallory@evil.example")?;
        assert_eq!(arrived.head("return-path"), ["<alice@meadow.example>"]);
        assert_eq!(arrived.head("from"), ["Alice Meadows <alice@meadow.example>"]);
        assert_eq!(arrived.head("to"), ["bob@meadow.example"]);
        assert_eq!(arrived.head("cc"), ["carol@meadow.example"]);
        // Whom it was written to in secret is not told, and what was not asked for is not there.
        for absent in ["bcc", "x-evil", "attach", "attachment"] {
            assert!(!arrived.names().contains(&absent.to_owned()), "{absent}: {arrived:?}");
        }
        assert_eq!((arrived.files(), arrived.shape()[0]), (0, "multipart/alternative"), "{arrived:?}");
        assert!(arrived.text().contains("Written beside.") && arrived.text().contains("<script>"), "{arrived:?}");
        assert!(!arrived.html().contains("<script"), "{arrived:?}");
    }

    // A link in a mail opens the composer, and no other program.
    let place =
        "const r = document.querySelector('a').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]";
    app.open("An address")?;
    app.read("Write to Dora")?;
    let at = app.in_mail(place)?;
    app.click_in_mail(&at)?;
    app.find("dialog", "From a link")?;
    assert_eq!(app.desk.opened(), Vec::<String>::new());
    app.click("button", "Discard")?;

    // A selected passage is quoted as it looks, and alone.
    let cell = "const r = document.createRange(); r.selectNodeContents(document.querySelectorAll('td')[1]); \
                const b = r.getBoundingClientRect(); return [[b.x + 1, b.y + b.height / 2], [b.right - 1, b.y + b.height / 2]]";
    app.read("a bold price")?;
    let ends = app.in_mail(cell)?;
    app.select_in_mail(&ends[0], &ends[1])?;
    app.press("r")?;
    app.find("dialog", "Re: An address")?;
    let answer = kept(&app, "Re: An address")?;
    let quote = answer["html"].as_str().unwrap_or_default().to_owned();
    assert!(quote.contains("<b>bold</b>") && quote.contains("<td"), "{quote}");
    assert!(!quote.contains("cheap") && !quote.contains("Dora"), "{quote}");
    app.assert_silent();
    Ok(())
}

#[test]
fn offline_in_two_programs_and_from_the_right_address_each_message_is_whole_and_goes_out_once() -> Result<()> {
    let office = Office::start()?;
    // To a list, delivered to an address of the person's own that is not the account's.
    let list = Person::new("Gardeners", "gardeners@lists.example");
    let ines = Person::new("Inès Caron", "ines@caron.example");
    let asked = Letter::new(&ines, &list, "Seeds", crate::world::NOW, Part::text("Who has seeds?"))
        .cc(&Person::new("Bob", "bob@meadow.example"))
        .header("List-Id", "<gardeners.lists.example>")
        .header("List-Post", "<mailto:gardeners@lists.example>");
    office.deliver("alice+garden@meadow.example", &asked)?;
    let mut app = App::with_accounts(&[office.form("alice")])?;
    app.driver().resize(1360, 860)?;
    app.open("Seeds")?;
    app.read("Who has seeds?")?;
    app.state("Up to date")?;
    undo_for(&app, 1)?;

    // Reply all: everybody but oneself, from the address that it came to, with a picture in the text.
    app.press("a")?;
    app.find("dialog", "Re: Seeds")?;
    type_text(&app, "I have some.")?;
    let picture = paste_picture(&app)?;
    app.picture("reply-all")?;
    app.click("button", "Send")?;
    app.wait("what has to be known is confirmed, or it is on its way", || {
        if let Some((button, _)) = app.all("button", |name| name == "Send anyway")?.first() {
            app.driver().click(button)?;
        }
        Ok((!app.has("dialog", "Re: Seeds")?).then_some(()))
    })?;
    for user in ["bob", "ines", "gardeners"] {
        let answer = office.arrived(user, "Re: Seeds")?;
        assert_eq!(answer.head("from"), ["Alice Meadows <alice+garden@meadow.example>"], "from where it came to");
        assert_eq!(answer.head("in-reply-to"), [format!("<{}>", asked.id())]);
        assert!(answer.text().contains("I have some.") && answer.text().contains("> Who has seeds?"), "{answer:?}");
        let shown = answer.file(&picture)?;
        let cid = shown["cid"].as_str().context("a Content-ID")?.trim_matches(['<', '>']);
        assert!(answer.html().contains(cid) && answer.shape().contains(&"multipart/related"), "{answer:?}");
    }

    // A draft goes to the server, is written on by another program, and is taken up again.
    app.press("c")?;
    app.find("dialog", "New message")?;
    write(&app, "combobox", "To", "bob@meadow.example,")?;
    write(&app, "textbox", "Subject", "Shared draft")?;
    type_text(&app, "Begun here.")?;
    kept(&app, "Begun here.")?;
    app.click("button", "Close, the draft is kept")?;
    office.filed(&app, "Drafts", "Shared draft", 1)?;
    let mut other = Imap::connect_tls(office.server.ports().imaps, office.server.authority())?;
    other.login("alice", office.server.password("alice").context("alice")?)?;
    other.run("SELECT Drafts")?;
    let mail = "From: Alice Meadows <alice@meadow.example>\r\nTo: bob@meadow.example\r\nSubject: Shared draft\r\n\
                Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <other-program@meadow.example>\r\nMIME-Version: 1.0\r\n\
                Content-Type: text/plain; charset=utf-8\r\n\r\nBegun here, gone on elsewhere.\r\n";
    other.run("STORE 1 +FLAGS.SILENT (\\Deleted)")?;
    other.run("EXPUNGE")?;
    other.append("Drafts", "\\Draft \\Seen", crate::world::NOW, mail.as_bytes())?;
    app.press("gd")?;
    // Its row, in place of ours.
    app.see("gone on elsewhere")?;
    app.open("Shared draft")?;
    app.read("gone on elsewhere")?;
    app.press("r")?;
    app.find("dialog", "Shared draft")?;
    app.see("gone on elsewhere")?;

    // The network goes; it is written on, sent, the program ended and begun again; the network comes back.
    office.network(false);
    type_text(&app, "Offline. ")?;
    kept(&app, "Offline.")?;
    app.click("button", "Send")?;
    app.wait("in the outbox", || Ok((!app.has("dialog", "Shared draft")?).then_some(())))?;
    app.quit()?;
    app.restart()?;
    app.find("treeitem", "Outbox")?;
    office.network(true);
    let sent = office.arrived("bob", "Shared draft")?;
    assert!(sent.text().contains("Offline.") && sent.text().contains("gone on elsewhere"), "{sent:?}");
    app.wait_within("the copy in Sent, and no draft", PATIENCE, || {
        let there = |mailbox: &str| office.flags("alice", mailbox, "Shared draft").map(|all| all.len());
        Ok((there("Sent")? == 1 && there("Drafts")? == 0).then_some(()))
    })?;
    office.filed(&app, "Sent", "Re: Seeds", 1)?;
    assert!(office.flags("alice", "INBOX", "Re: Seeds")?.is_empty(), "not to oneself");
    for (user, count) in [("bob@meadow.example", 2), ("ines@caron.example", 1), ("gardeners@lists.example", 1)] {
        assert_eq!(office.delivered(user), count, "each went out once: {user}");
    }
    app.assert_silent();
    Ok(())
}
