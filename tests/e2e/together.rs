//! Several accounts as one: All inboxes with three of them, the palette by keyboard alone, and a conversation that goes through
//! folders, with one's own answers in it. What is right is asked of the servers, by `doveadm`.

use crate::app::App;
use crate::finding::{rows, tree_item};
use crate::world::{NOW, World, address};
use crate::writing::undo_for;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use testkit::imap::Imap;
use testkit::mail::{Letter, Part, Person};
use testkit::{Context, Options, Result};

const USERS: [&str; 3] = ["alice", "bob", "carla"];

fn ines() -> Person {
    Person::new("Inès Caron", "ines@caron.example")
}

/// Puts a letter where it is as if it had come when it was written: that is what lists are ordered by.
fn arrived(world: &World, user: &str, letter: &Letter) -> Result<()> {
    let mut wire = Imap::connect_tls(world.server.ports().imaps, world.server.authority())?;
    wire.login(user, world.server.password(user).context("a password")?)?;
    wire.append("INBOX", "", letter.date(), &letter.bytes())
}

/// Letters to each of the three by turns, all called the same but for a number; what each says tells whose it is. The first of
/// each was read.
fn fill(world: &World) -> Result<()> {
    let eye = world.server.eye();
    for n in 1..=9 {
        let user = USERS[n % 3];
        let text = Part::text(&format!("The minutes for {user}, part {n}."));
        let letter =
            Letter::new(&ines(), &Person::new("", &address(user)), &format!("Minutes {n}"), NOW + 60 * n as i64, text);
        arrived(world, user, &letter)?;
        if n <= 3 {
            eye.add_flag(user, "\\Seen", &["mailbox", "INBOX", "ALL"])?;
        }
    }
    // One mail to two of them is one mail.
    let both =
        Letter::new(&ines(), &Person::new("", &address("alice")), "To two of you", NOW + 30, Part::text("Both."))
            .also_to(&Person::new("", &address("carla")));
    arrived(world, "alice", &both)?;
    arrived(world, "carla", &both)?;
    eye.create("bob", "Greenhouse")?;
    eye.save(
        "bob",
        "Greenhouse",
        &Letter::new(&ines(), &Person::new("", &address("bob")), "Panes", NOW, Part::text("In the folder.")).bytes(),
    )
}

/// What these users have unread, each mail once.
fn unread(world: &World, users: &[&str]) -> Result<usize> {
    let mut mails = BTreeSet::new();
    for user in users {
        mails.extend(world.server.eye().fetch(user, "hdr.message-id", &["mailbox", "INBOX", "UNSEEN"])?);
    }
    Ok(mails.len())
}

/// What these users have in their inboxes, each mail once, the newest first.
fn by_date(world: &World, users: &[&str]) -> Result<Vec<String>> {
    let mut mails = BTreeSet::new();
    for user in users {
        for line in
            world.server.eye().fetch(user, "date.received.unixtime hdr.subject", &["mailbox", "INBOX", "ALL"])?
        {
            let (date, subject) = line.split_once('\t').context(&line)?;
            mails.insert((date.parse::<i64>().context(date)?, subject.to_owned()));
        }
    }
    Ok(mails.into_iter().rev().map(|(_, subject)| subject).collect())
}

/// Waits until All inboxes shows the mail of these users and nothing else, in its order, and counts what is unread in it.
fn shows(app: &App, world: &World, users: &[&str]) -> Result<()> {
    let expected = by_date(world, users)?;
    let mut last = Vec::new();
    app.wait(&format!("the mail of {users:?}"), || {
        last = rows(app)?;
        let same = last.len() == expected.len()
            && last.iter().zip(&expected).all(|(row, subject)| row.contains(&format!(", {subject}, ")));
        Ok(same.then_some(()))
    })
    .map_err(|error| testkit::Error::new(format!("{error}\nwanted {expected:?}\nthere are {last:?}")))?;
    let count = format!("{} unread", unread(world, users)?);
    app.wait(&count, || {
        let item = tree_item(app, "All inboxes")?;
        Ok((app.driver().script("return arguments[0].getAttribute('aria-description')", &[item])? == json!(count))
            .then_some(()))
    })
}

/// Takes an account out of the lists of all accounts, or into them.
fn set_in_all(app: &App, email: &str) -> Result<()> {
    app.click("button", "Settings")?;
    app.see("In the lists of all accounts")?;
    let script = "const item = [...document.querySelectorAll('li:has(input[type=checkbox])')].find((li) => li.textContent.includes(arguments[0])); \
                  return item?.querySelector('input[type=checkbox]') ?? null";
    let check =
        app.wait("the choice", || Ok(crate::driver::Element::of(&app.driver().script(script, &[json!(email)])?)))?;
    app.driver()
        .script("arguments[0].scrollIntoView({ block: 'center' })", &[crate::driver::Driver::argument(&check)])?;
    app.driver().click(&check)?;
    app.click("button", "Close")
}

/// Control, and the arrow down.
const CONTROL: char = '\u{E009}';
const DOWN: &str = "\u{E015}";
const ENTER: &str = "\u{E007}";

/// Opens the palette, types, goes down to the result of this group whose name holds this, and takes it: keys alone.
fn by_keys(app: &App, typed: &str, group: &str, name: &str) -> Result<()> {
    app.chord(CONTROL, 'k')?;
    app.find("dialog", "Search and commands")?;
    app.driver().keys(typed)?;
    let at = "const on = document.querySelector('dialog [role=option][aria-selected=true]'); \
              return on ? [on.closest('[role=group]').getAttribute('aria-label'), on.innerText] : ['', '']";
    let there = "return [...document.querySelectorAll('dialog [role=option]')].some((one) => one.innerText.includes(arguments[1]) && \
                 one.closest('[role=group]').getAttribute('aria-label') === arguments[0])";
    app.wait(&format!("{name:?} among {group}"), || {
        Ok((app.driver().script(there, &[json!(group), json!(name)])? == true).then_some(()))
    })?;
    app.wait(&format!("the keys at {name:?}"), || {
        let on = app.driver().script(at, &[])?;
        if on[0] == group && on[1].as_str().is_some_and(|text| text.contains(name)) {
            return Ok(Some(()));
        }
        app.driver().keys(DOWN).map(|()| None)
    })?;
    app.driver().keys(ENTER)?;
    app.wait("no palette", || Ok(app.all("dialog", |name| name == "Search and commands")?.is_empty().then_some(())))
}

#[test]
fn three_accounts_are_one_and_keys_alone_find_everything_in_them() -> Result<()> {
    let world = World::with(Options::with_users(&USERS))?;
    fill(&world)?;
    let app = App::with_accounts(&USERS.map(|user| world.form(user)))?;
    app.driver().resize(1360, 860)?;
    app.state("Up to date · 3 accounts")?;
    crate::pace::message_by_message(&app)?;
    shows(&app, &world, &USERS)?;
    app.picture("all-inboxes")?;

    // One is left out: its mail is in its own folders alone. And back.
    set_in_all(&app, &address("bob"))?;
    shows(&app, &world, &["alice", "carla"])?;
    set_in_all(&app, &address("bob"))?;
    shows(&app, &world, &USERS)?;

    // What is opened is what it is called, and is read in its account alone.
    for (subject, user) in [("Minutes 4", "bob"), ("Minutes 5", "carla"), ("Minutes 6", "alice")] {
        let before: Vec<usize> = USERS.iter().map(|user| unread(&world, &[user])).collect::<Result<_>>()?;
        app.open(subject)?;
        app.read(&format!("The minutes for {user}, part {}.", subject.split(' ').next_back().unwrap_or_default()))?;
        let after: Vec<usize> =
            USERS.iter().zip(&before).map(|(one, n)| if *one == user { n - 1 } else { *n }).collect();
        app.wait(&format!("{subject} read in the account of {user}"), || {
            let now: Vec<usize> = USERS.iter().map(|user| unread(&world, &[user])).collect::<Result<_>>()?;
            Ok((now == after).then_some(()))
        })?;
        let seen = world.server.eye().fetch(user, "flags", &["mailbox", "INBOX", "subject", subject])?;
        assert!(seen.iter().all(|flags| flags.contains("\\Seen")), "{seen:?}");
        shows(&app, &world, &USERS)?;
    }

    // A person, a folder, a command and a mail, without the mouse.
    by_keys(&app, "caron", "People", "Inès Caron")?;
    // Of a mail that came to several accounts there is one row.
    let hers =
        |user: &&str| world.server.eye().fetch(user, "hdr.message-id", &["mailbox", "*", "from", "ines@caron.example"]);
    let all: Vec<String> = USERS.iter().map(hers).collect::<Result<Vec<_>>>()?.concat();
    let mails: BTreeSet<&String> = all.iter().collect();
    assert!(mails.len() < all.len(), "no mail came to several accounts");
    app.wait("what is from her", || Ok((rows(&app)?.len() == mails.len()).then_some(())))?;
    by_keys(&app, "greenh", "Mailboxes", "Greenhouse")?;
    app.wait("the folder", || {
        let rows = rows(&app)?;
        Ok((rows.len() == 1 && rows[0].contains("Panes")).then_some(()))
    })?;
    let theme = || app.driver().script("return document.documentElement.dataset.theme", &[]);
    let before = theme()?;
    by_keys(&app, "light and", "Commands", "Switch between light and dark")?;
    app.wait("another theme", || Ok((theme()? != before).then_some(())))?;
    by_keys(&app, "minutes 8", "Messages", "Minutes 8")?;
    app.find_with("article", "Minutes 8")?;
    app.read("The minutes for carla, part 8.")?;
    app.assert_silent();
    Ok(())
}

/// The messages of the stack, oldest first: what a person sees of each in one line.
fn stack(app: &App) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('main article')].map((one) => (one.querySelector('header, [data-fold]') ?? one).innerText.replaceAll('\\n', ' '))";
    let lines = app.driver().script(script, &[])?;
    Ok(lines.as_array().into_iter().flatten().filter_map(|line| line.as_str().map(str::to_owned)).collect())
}

#[test]
fn a_conversation_is_whole_across_folders_with_ones_own_answers() -> Result<()> {
    let world = World::start()?;
    let eye = world.server.eye();
    let alice = Person::new("Alice Meadows", "alice@meadow.example");
    let first = Letter::new(&ines(), &alice, "Glass", NOW, Part::text("How many panes?"));
    let own = Letter::new(&alice, &ines(), "Re: Glass", NOW + 60, Part::text("Twelve panes.")).answering(&first);
    let next = Letter::new(&ines(), &alice, "Re: Glass", NOW + 120, Part::text("Then twelve it is.")).answering(&own);
    let last = Letter::new(&ines(), &alice, "Re: Glass", NOW + 180, Part::text("They left today.")).answering(&next);
    eye.create("alice", "Greenhouse")?;
    for (mailbox, letter) in [("Archive", &first), ("Sent", &own), ("Greenhouse", &next), ("INBOX", &last)] {
        eye.save("alice", mailbox, &letter.bytes())?;
        if mailbox != "INBOX" {
            eye.add_flag("alice", "\\Seen", &["mailbox", mailbox, "ALL"])?;
        }
    }
    // In trash a conversation has ended.
    eye.save(
        "alice",
        "Trash",
        &Letter::new(&ines(), &alice, "Re: Glass", NOW + 90, Part::text("Never mind.")).answering(&own).bytes(),
    )?;
    let app = App::with_accounts(&[world.form("alice")])?;
    app.driver().resize(1360, 860)?;
    app.state("Up to date")?;
    undo_for(&app, 1)?;
    // One row in the inbox for all of it.
    app.wait("one row of four", || {
        let rows = rows(&app)?;
        Ok((rows.len() == 1 && rows[0].contains("4 messages")).then_some(()))
    })?;
    app.open("Re: Glass")?;
    app.read("They left today.")?;
    let is = |expected: &[&str]| -> Result<()> {
        let mut last = Vec::new();
        app.wait(&format!("{expected:?}"), || {
            last = stack(&app)?;
            let fits = |(line, who): (&String, &&str)| line.contains(*who);
            Ok((last.len() == expected.len() && last.iter().zip(expected).all(fits)).then_some(()))
        })
        .map_err(|error| testkit::Error::new(format!("{error}\nthere is {last:?}")))
    };
    is(&["Inès Caron", "Me", "Inès Caron", "Inès Caron"])?;
    app.picture("conversation")?;

    // What is answered now is part of it as soon as it has gone, once, whatever the copy in Sent does.
    app.press("r")?;
    app.find("dialog", "Re: Glass")?;
    app.find("textbox", "Message text")?;
    let caret = "return document.activeElement?.isContentEditable ?? false";
    app.wait("the caret in the text", || Ok((app.driver().script(caret, &[])? == true).then_some(())))?;
    app.driver().keys("I am looking forward to them.")?;
    app.click("button", "Send")?;
    world.smtp.wait(1, Duration::from_secs(40))?;
    app.wait("the copy in Sent", || {
        Ok((eye.search("alice", &["mailbox", "Sent", "subject", "Glass"])?.len() == 2).then_some(()))
    })?;
    is(&["Inès Caron", "Me", "Inès Caron", "Inès Caron", "Me"])?;
    app.wait("one row of five", || {
        let rows = rows(&app)?;
        Ok((rows.len() == 1 && rows[0].contains("5 messages")).then_some(()))
    })?;
    // One of the folded ones is read where it is, in whichever folder that may be.
    let own = app.find_with("button", "Me, ")?;
    app.driver().click(&own)?;
    let text = "return document.querySelectorAll('main article iframe').length";
    app.wait("one's own words", || Ok((app.driver().script(text, &[])?.as_u64() == Some(2)).then_some(())))?;
    app.assert_silent();
    Ok(())
}
