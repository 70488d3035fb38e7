//! Finding mail as a person does: while it is still being fetched, where only the server has the words, and again another day.
//! What is to be found is asked of the servers, by `doveadm`; what was fetched is seen on the wire.

use crate::app::App;
use crate::driver::Driver;
use crate::world::{NOW, World, letter};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use testkit::mail::{Letter, Part, Person};
use testkit::proxy::Proxy;
use testkit::{Context, Options, Result, bulk, wait_for};

/// Rows of the list as a screen reader says them, in their order.
pub fn rows(app: &App) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('[role=listbox][aria-multiselectable] [role=option]')] \
                  .filter((row) => row.checkVisibility()) \
                  .sort((a, b) => a.getAttribute('aria-posinset') - b.getAttribute('aria-posinset')) \
                  .map((row) => row.getAttribute('aria-label'))";
    let found = app.driver().script(script, &[])?;
    Ok(found.as_array().into_iter().flatten().filter_map(|row| row.as_str().map(str::to_owned)).collect())
}

/// A mailbox of the sidebar, as an argument of a script; the first of this name.
pub fn tree_item(app: &App, name: &str) -> Result<Value> {
    Ok(Driver::argument(&app.find("treeitem", name)?))
}

/// Searches for this, in place of what was searched for.
pub fn search(app: &App, words: &str) -> Result<()> {
    let field = app.find("combobox", "Search mail")?;
    app.driver().script("arguments[0].focus(); arguments[0].select()", &[Driver::argument(&field)])?;
    app.driver().type_into(&field, words)
}

/// What is said under the field of what was searched.
fn covered(app: &App) -> Result<String> {
    let about = app.find("region", "About this search")?;
    app.driver().text(&about)
}

/// Waits until it says this.
fn covers(app: &App, words: &str) -> Result<()> {
    let mut last = String::new();
    app.wait(&format!("{words:?} about the search"), || {
        last = covered(app)?;
        Ok(last.contains(words).then_some(()))
    })
    .map_err(|error| testkit::Error::new(format!("{error}\nit says {last:?}")))
}

/// How many were found.
fn found(app: &App) -> Result<usize> {
    let script = "return document.querySelector('[role=listbox][aria-multiselectable] [role=option]')?.getAttribute('aria-setsize') ?? '0'";
    let size = app.driver().script(script, &[])?;
    size.as_str().context("a number of rows")?.parse().context(size.to_string())
}

/// The first number in a text, its commas left out.
fn number(text: &str) -> Option<usize> {
    let digits: String = text.trim_start_matches(|c: char| !c.is_ascii_digit()).replace(',', "");
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// UIDs of the messages whose headers the server has sent.
fn headers_come(proxy: &Proxy) -> BTreeSet<u32> {
    let transcript = proxy.transcript();
    let rows = transcript.lines().filter(|line| line.starts_with("S: * ") && line.contains("BODY[HEADER"));
    rows.filter_map(|line| line.split_once("UID ")?.1.split([' ', ')']).next()?.parse().ok()).collect()
}

/// Messages of the large inbox.
const MANY: usize = 6_000;
/// Rows that a connection hands to the store together, of the two that there are: so many and no more wait when it falls silent.
const UNDER_WAY: usize = 2 * 256;
/// Octets that have come when the wire falls silent: about a quarter of its headers.
const SOME: u64 = 1_400_000;

/// Follows the row that is at the top of what is seen, with every frame: how far it ever was from where it was, in px.
const WATCH: &str = "const list = document.querySelector('[role=listbox][aria-multiselectable]'); const edge = list.getBoundingClientRect().top; \
    const rows = [...list.querySelectorAll('[role=option][id]')].filter((row) => row.getBoundingClientRect().top >= edge + 100); \
    const row = rows.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)[0]; \
    const id = row.id; const from = row.getBoundingClientRect().top; let worst = 0; let frames = 0; let going = true; \
    const tick = () => { frames++; const now = document.getElementById(id); \
        worst = Math.max(worst, now ? Math.abs(now.getBoundingClientRect().top - from) : 1e6); if (going) requestAnimationFrame(tick); }; \
    requestAnimationFrame(tick); window.__watched = () => { going = false; return [worst, frames]; }; \
    return row.getAttribute('aria-label')";

#[test]
fn a_search_grows_while_a_large_inbox_is_fetched_and_the_row_under_the_eye_stays() -> Result<()> {
    let world = World::with(Options { compress: false, ..Options::default() })?;
    bulk::fill(&world.server, "alice", MANY, 5)?;
    let eye = world.server.eye();
    let proxy = Proxy::reading(world.server.ports().imaps, world.server.identity(), world.server.authority())?;
    // In the middle of it the wire falls silent: what is here then is what can be found.
    let app = std::thread::scope(|scope| {
        scope.spawn(|| {
            let come = wait_for("some of the headers", Duration::from_secs(60), || {
                (proxy.meter().down() > SOME).then_some(())
            });
            proxy.meter().freeze();
            come
        });
        App::with_accounts(&[world.form_through("alice", proxy.port())])
    })?;
    app.driver().resize(1360, 860)?;
    search(&app, "from:corp")?;
    // The index has learnt whatever is here when it says nothing of "so far" any more.
    let mut said = String::new();
    app.wait_within("all that is here looked through", Duration::from_secs(60), || {
        said = covered(&app)?;
        Ok((!said.contains("so far") && found(&app)? > 0).then_some(()))
    })?;
    let here = number(&said).context("a number")?;
    assert!((50..MANY * 9 / 10).contains(&here), "the wire did not fall silent in the middle: {said}");
    let total = eye.search("alice", &["mailbox", "INBOX", "from", "corp.example"])?;
    // Of what came over the wire all is here but a few rows that were still on their way into the store when it fell silent.
    let come = headers_come(&proxy);
    let under_way = come.len().checked_sub(here).context("more is said to be here than has come")?;
    assert!(under_way < UNDER_WAY, "{under_way} came and are not here");
    let fits = total.iter().filter(|uid| come.contains(uid)).count();
    let mut last = 0;
    app.wait(&format!("of {here} here and {under_way} under way the {fits} that fit, and no others"), || {
        last = found(&app)?;
        Ok((last <= fits && last + under_way >= fits).then_some(()))
    })
    .map_err(|error| testkit::Error::new(format!("{error}\nfound {last}")))?;
    // The server is asked for the rest, cannot answer, and nothing else is claimed.
    covers(&app, "the server searched 0 of 1 folder")?;
    app.picture("search-while-fetching")?;

    // A person reads further down, while the rest comes, and new mail with it.
    let down = "const list = document.querySelector('[role=listbox][aria-multiselectable]'); list.scrollTop = 2400; return list.scrollTop";
    assert_eq!(app.driver().script(down, &[])?, json!(2400));
    let first = "return Number(document.querySelector('[role=option]')?.getAttribute('aria-posinset'))";
    app.wait("rows further down", || {
        let down = app.driver().script(first, &[])?.as_u64().is_some_and(|first| first > 10);
        Ok((down && !rows(&app)?.iter().any(|row| row == "Not read yet")).then_some(()))
    })?;
    let watched = app.driver().script(WATCH, &[])?;
    proxy.meter().thaw();
    let person = Person::new("Nadia", "nadia@corp.example");
    for n in 0..3 {
        let text = Part::text("Fresh from the bench.");
        let fresh = Letter::new(
            &person,
            &Person::new("Alice", "alice@example.com"),
            &format!("Fresh {n}"),
            NOW + 600 + n,
            text,
        );
        eye.deliver("alice", &fresh.bytes())?;
    }
    app.wait_within("everything found", Duration::from_secs(60), || {
        Ok((found(&app)? == total.len() + 3).then_some(()))
    })?;
    covers(&app, "6,003 headers and")?;
    let moved = app.driver().script("return window.__watched()", &[])?;
    assert!(moved[0].as_f64().is_some_and(|px| px <= 1.0), "{watched} moved by {} px in {} frames", moved[0], moved[1]);
    app.driver().script("document.querySelector('[role=listbox][aria-multiselectable]').scrollTop = 0", &[])?;
    // Which of the three is above the others is not said: they may have arrived in the same second.
    app.wait("the newest on top", || Ok(rows(&app)?.first().is_some_and(|row| row.contains("Fresh ")).then_some(())))?;
    Ok(())
}

/// A letter whose last words no list and no preview holds.
fn long(subject: &str, words: &str) -> Letter {
    letter(
        subject,
        &format!("{}\n\n{words}\n", "The panes arrive on Thursday, and the frost is no worry any more. ".repeat(40)),
    )
}

/// What the program said over this wire.
fn asked(proxy: &Proxy) -> Vec<String> {
    let lines = proxy.transcript();
    lines.lines().filter_map(|line| line.strip_prefix("C: ").map(str::to_owned)).collect()
}

#[test]
fn what_only_the_server_has_is_found_and_a_saved_search_finds_it_another_day() -> Result<()> {
    let world = World::start()?;
    let eye = world.server.eye();
    for (n, words) in ["A quokka sat there.", "A wombat sat there.", "Nobody sat there."].iter().enumerate() {
        world.put("alice", &long(&format!("Long story {n}"), words))?;
    }
    eye.create("alice", "Greenhouse")?;
    eye.save("alice", "Greenhouse", &long("Another story", "Two quokkas were seen.").bytes())?;
    let proxy = Proxy::reading(world.server.ports().imaps, world.server.identity(), world.server.authority())?;
    let mut app = App::with_accounts(&[world.form_through("alice", proxy.port())])?;
    app.driver().resize(1360, 860)?;
    app.state("Up to date")?;
    assert!(!asked(&proxy).iter().any(|line| line.contains("BODY.PEEK[1]")), "no text was fetched");

    // Nothing of it is here, and that is said, until the server has been asked.
    search(&app, "quokka")?;
    covers(&app, "4 headers and 0 texts searched on this computer")?;
    let expected = eye.search("alice", &["mailbox", "*", "body", "quokka"])?.len();
    assert_eq!(expected, 2);
    app.wait("what the server has", || {
        let rows = rows(&app)?;
        let all = ["Long story 0", "Another story"].iter().all(|subject| rows.iter().any(|row| row.contains(subject)));
        Ok((rows.len() == expected && all).then_some(()))
    })?;
    covers(&app, "the server searched 2 of 2 folders")?;
    app.picture("search-on-server")?;
    assert!(!asked(&proxy).iter().any(|line| line.contains("BODY.PEEK[1]")), "finding fetches no text");
    app.open("Another story")?;
    app.read("Two quokkas were seen.")?;

    // Kept, it stands in the sidebar, another day too.
    app.click("button", "Save search")?;
    app.find("dialog", "Save search")?;
    app.fill("Name", "Small animals")?;
    app.click("button", "Save")?;
    tree_item(&app, "Small animals")?;
    app.restart()?;
    app.state("Up to date")?;
    app.click("treeitem", "Small animals")?;
    app.wait("what was found before", || Ok((rows(&app)?.len() == expected).then_some(())))?;
    // New mail comes into it by itself: by its headers, and by a text that the server has.
    world.server.eye().deliver("alice", &letter("The quokka is back", "Today.").bytes())?;
    app.wait("the new one, on top", || {
        let rows = rows(&app)?;
        Ok((rows.len() == expected + 1 && rows.iter().any(|row| row.contains("The quokka is back"))).then_some(()))
    })?;
    app.picture("saved-search")?;
    app.open("Long story 0")?;
    app.read("A quokka sat there.")?;
    app.assert_silent();
    Ok(())
}
