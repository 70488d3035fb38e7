//! A message that a search has found shows why: its words are marked in it, and it opens where the first of them stands.

use crate::app::App;
use crate::world::{World, written};
use serde_json::json;
use testkit::Result;
use testkit::mail::Part;

/// What is marked in the mail, whichever way this web view marks.
const MARKED: &str = "const found = globalThis.CSS?.highlights?.get('found'); \
    return found ? [...found].map(String) : [...document.querySelectorAll('mark[data-found]')].map((mark) => mark.textContent)";

#[test]
fn what_was_searched_is_marked_in_the_mail_and_gone_to() -> Result<()> {
    let world = World::start()?;
    let lines = |from: usize| (from..from + 120).map(|n| format!("<p>Line {n} of the report.</p>")).collect::<String>();
    let html = format!("{}<p>The <b>h</b>eron stood in the reeds.</p>{}", lines(0), lines(120));
    world.put("alice", &written("From the lake", Part::html(&html)))?;
    let app = App::with_accounts(&[world.form("alice")])?;
    // It is read once, so that its text is here and can be searched.
    app.open("From the lake")?;
    app.read("Line 0 of the report.")?;
    assert_eq!(app.in_mail(MARKED)?, json!([]));
    app.press("/")?;
    app.driver().keys("heron")?;
    app.see("Search results")?;
    app.open("From the lake")?;
    app.wait("the word, marked", || Ok((app.in_mail(MARKED)? == json!(["heron"])).then_some(())))?;
    let seen = "const pane = document.querySelector('main [role=region]'); return pane.scrollTop > 1000";
    app.wait("the word, in sight", || Ok((app.driver().script(seen, &[])? == json!(true)).then_some(())))?;
    app.picture("found")?;
    // No script of the mail is needed for it, and none may run.
    assert_eq!(app.in_mail("return document.scripts.length")?, json!(0));
    app.assert_silent();
    Ok(())
}
