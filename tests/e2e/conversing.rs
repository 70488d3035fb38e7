//! Whole conversations, as a person acts on them, each outcome seen on the server by `doveadm`: muted, so that what comes later is
//! quiet too, and archived from the menu of a row.

use crate::app::App;
use crate::world::{NOW, World};
use testkit::mail::{Letter, Part, Person};
use testkit::{Context, Result};

/// A letter of a conversation; `to` is the one that it answers.
fn letter(n: i64, who: &str, subject: &str, to: Option<&Letter>) -> Letter {
    let from = Person::new(who, &format!("{}@caron.example", who.to_lowercase()));
    let text = Part::text(&format!("{who} writes about {subject}, for the {n}. time."));
    let letter = Letter::new(&from, &Person::new("Alice", "alice@meadow.example"), subject, NOW + 60 * n, text);
    match to {
        Some(other) => letter.answering(other),
        None => letter,
    }
}

/// What the server has of a mailbox: subjects with the flags that these journeys are about, sorted.
fn there(world: &World, mailbox: &str) -> Result<Vec<String>> {
    let found = world.server.eye().fetch("alice", "flags hdr.subject", &["mailbox", mailbox, "ALL"])?;
    let shown = |line: &String| {
        let (flags, subject) = line.split_once('\t')?;
        let mut flags: Vec<&str> = flags.split(' ').filter(|f| matches!(*f, "\\Seen" | "$Muted")).collect();
        flags.sort_unstable();
        Some(format!("{subject} {}", flags.join(" ")).trim_end().to_owned())
    };
    let mut all: Vec<String> = found.iter().filter_map(shown).collect();
    all.sort();
    Ok(all)
}

fn arrives(app: &App, world: &World, mailbox: &str, expected: &[&str]) -> Result<()> {
    let mut last = Vec::new();
    app.wait(&format!("{expected:?} in {mailbox}"), || {
        last = there(world, mailbox)?;
        Ok((last == expected).then_some(()))
    })
    .map_err(|error| testkit::Error::new(format!("{error}\nthere is {last:?}")))
}

/// Two conversations, one within the other: three letters about glass, two about lunch.
fn fill(world: &World) -> Result<Letter> {
    let glass = letter(1, "Ines", "Glass", None);
    let lunch = letter(2, "Bob", "Lunch", None);
    let second = letter(3, "Bob", "Re: Glass", Some(&glass));
    for one in [&glass, &lunch, &second] {
        world.put("alice", one)?;
    }
    world.put("alice", &letter(4, "Ines", "Re: Lunch", Some(&lunch)))?;
    let last = letter(5, "Ines", "Re: Re: Glass", Some(&second));
    world.put("alice", &last)?;
    Ok(last)
}

/// The menu of the newest row with these words.
fn choose_of_row(app: &App, words: &str, line: &str) -> Result<()> {
    let script = "const row = [...document.querySelectorAll('[role=option]')].find((r) => r.getAttribute('aria-label')?.includes(arguments[0])); \
                  if (!row) return false; const r = row.getBoundingClientRect(); \
                  return row.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: r.x + 60, clientY: r.y + 20 })), true";
    app.wait("the row", || Ok((app.driver().script(script, &[serde_json::json!(words)])? == true).then_some(())))?;
    let item = app.find_with("menuitem", line)?;
    app.driver().click(&item)
}

#[test]
fn a_muted_conversation_is_read_and_stays_quiet() -> Result<()> {
    let world = World::start()?;
    let last = fill(&world)?;
    let app = App::with_accounts(&[world.form("alice")])?;
    app.driver().resize(1360, 860)?;
    app.open("Re: Re: Glass")?;
    app.press("m")?;
    // All of it, whichever letter was meant; and nothing else.
    let muted = ["Glass $Muted \\Seen", "Lunch", "Re: Glass $Muted \\Seen", "Re: Lunch", "Re: Re: Glass $Muted \\Seen"];
    arrives(&app, &world, "INBOX", &muted)?;
    let say = "const rows = [...document.querySelectorAll('[role=option]')].filter((r) => r.getAttribute('aria-label')?.includes('Glass')); \
               return rows.length > 0 && rows.every((r) => r.getAttribute('aria-description')?.includes('Muted'))";
    app.wait("rows that say so", || Ok((app.driver().script(say, &[])? == true).then_some(())))?;
    // What comes later is read and muted by itself, on the server too, and nobody is told of it; of another, one is.
    let told = app.desk.notices.shown().len();
    world.server.eye().deliver("alice", &letter(6, "Bob", "Re: Glass again", Some(&last)).bytes())?;
    app.wait("the later one", || {
        Ok(there(&world, "INBOX")?.contains(&"Re: Glass again $Muted \\Seen".to_owned()).then_some(()))
    })?;
    world.server.eye().deliver("alice", &letter(7, "Bob", "Wine", None).bytes())?;
    app.wait("a notification", || Ok((app.desk.notices.shown().len() > told).then_some(())))?;
    let words = format!("{:?}", app.desk.notices.shown().get(told..).context("what was told")?);
    assert!(words.contains("Wine") && !words.contains("Glass"), "{words}");
    // And loud again, read as they are.
    app.open("Re: Glass again")?;
    app.press("m")?;
    app.wait("nothing muted", || {
        Ok((!there(&world, "INBOX")?.iter().any(|line| line.contains("$Muted"))).then_some(()))
    })?;
    Ok(())
}

/// The list message by message, or by conversations.
fn set_conversations(app: &App, on: bool) -> Result<()> {
    let script = "const ask = window.__TAURI_INTERNALS__.invoke; const [on] = arguments; \
                  return ask('settings').then((settings) => ask('set_settings', { settings: { ...settings, conversations: on } }))";
    app.driver().script(script, &[serde_json::json!(on)])?;
    let rows = if on { 2 } else { 5 };
    app.wait("the list as it is wished", || Ok((app.all("option", |_| true)?.len() == rows).then_some(())))
}

#[test]
fn a_whole_conversation_is_archived_and_comes_back() -> Result<()> {
    let world = World::start()?;
    fill(&world)?;
    let app = App::with_accounts(&[world.form("alice")])?;
    app.driver().resize(1360, 860)?;
    let subjects = |mailbox: &str| -> Result<Vec<String>> {
        let all = there(&world, mailbox)?;
        Ok(all.iter().map(|line| line.split(" \\").next().unwrap_or_default().to_owned()).collect())
    };
    let expect = |mailbox: &str, expected: &[&str]| {
        app.wait(&format!("{expected:?} in {mailbox}"), || Ok((subjects(mailbox)? == expected).then_some(())))
    };
    // Where a row is a conversation, what is done to the row is done to all of it; where it is a message, the menu has a word for it.
    for (by_conversations, line) in [(true, "Archive"), (false, "Archive conversation")] {
        set_conversations(&app, by_conversations)?;
        choose_of_row(&app, "Re: Re: Glass", line)?;
        expect("Archive", &["Glass", "Re: Glass", "Re: Re: Glass"])?;
        expect("INBOX", &["Lunch", "Re: Lunch"])?;
        app.wait("what is left in the list", || {
            Ok(app.all("option", |name| name.contains("Glass"))?.is_empty().then_some(()))
        })?;
        app.press("z")?;
        expect("Archive", &[])?;
        expect("INBOX", &["Glass", "Lunch", "Re: Glass", "Re: Lunch", "Re: Re: Glass"])?;
    }
    // Marked as read, all of the other.
    choose_of_row(&app, "Re: Lunch", "Mark conversation as read")?;
    app.wait("all of it read", || {
        let all = there(&world, "INBOX")?;
        Ok(["Lunch \\Seen", "Re: Lunch \\Seen"].iter().all(|l| all.contains(&(*l).to_owned())).then_some(()))
    })?;
    let all = there(&world, "INBOX")?;
    assert!(["Glass", "Re: Glass", "Re: Re: Glass"].iter().all(|l| all.contains(&(*l).to_owned())), "{all:?}");
    Ok(())
}
